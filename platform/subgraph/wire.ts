import { type ExecutionResult, GraphQLError } from 'graphql';
import { z } from 'zod';
import { type JsonObject, PULL_EVENTS_MAX, PULL_FEEDS_MAX, PULL_WAIT_MS_MAX, type PullResponse } from '#platform/feed/feed.ts';

/** What goes between the processes over HTTP and WebSocket: paths, headers, limits and the form of bodies. */
export const GRAPHQL_PATH = '/graphql';
export const PULL_PATH = '/internal/feeds/pull';
export const LIVE_PATH = '/health/live';
export const READY_PATH = '/health/ready';
export const METRICS_PATH = '/metrics';
export const REQUEST_ID_HEADER = 'x-request-id';

/** A page of entity references with some texts; clients' own limits are far below it. */
export const SUBGRAPH_BODY_BYTES_MAX = 4 * 1_024 * 1_024;
/** 1,000 events of the largest payload that a lane accepts. */
export const RESPONSE_BYTES_MAX = 64 * 1_024 * 1_024;

const requestSchema = z.object({
  query: z.string().min(1),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

/** One GraphQL request as it came over the wire. */
export interface WireRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

/** Parses a request's body; null when it has not the form of a GraphQL request. */
export const parseWireRequest = (body: unknown): WireRequest | null => {
  const parsed = requestSchema.safeParse(body);
  if (!parsed.success) return null;
  const { query, variables, operationName } = parsed.data;
  return { query, ...(variables == null ? {} : { variables }), ...(operationName == null ? {} : { operationName }) };
};

/** What accompanies a subscription in its payload's `extensions`: one socket carries operations of many viewers. */
export const operationExtensions = z.object({
  identity: z.string(),
  requestId: z.string().max(128),
  traceparent: z.string().max(128).exactOptional(),
});

const resultSchema = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(
      z.object({
        message: z.string(),
        path: z.array(z.union([z.string(), z.number()])).optional(),
        extensions: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .optional(),
});

/** Reads a GraphQL result from the wire, errors as GraphQLErrors; null when it isn't one. */
export const parseWireResult = (body: unknown): ExecutionResult | null => {
  const parsed = resultSchema.safeParse(body);
  if (!parsed.success || (parsed.data.data === undefined && parsed.data.errors === undefined)) return null;
  const { data } = body as ExecutionResult;
  const errors = parsed.data.errors?.map(
    ({ message, path, extensions }) => new GraphQLError(message, { path: path ?? null, extensions: extensions ?? null }),
  );
  return { ...(data === undefined ? {} : { data }), ...(errors === undefined ? {} : { errors }) };
};

/** The body of POST /internal/feeds/pull. */
export const pullRequestSchema = z.object({
  consumer: z.string().min(1).max(128).optional(),
  feeds: z
    .array(z.object({ feed: z.string().min(1).max(256), after: z.string().min(1).max(512).nullable() }))
    .min(1)
    .max(PULL_FEEDS_MAX),
  limit: z.number().int().min(1).max(PULL_EVENTS_MAX),
  waitMs: z.number().int().min(0).max(PULL_WAIT_MS_MAX),
});

const eventSchema = z.object({
  feed: z.string(),
  seq: z.number().int().positive(),
  id: z.string(),
  at: z.string().transform((at) => new Date(at)),
  kind: z.string(),
  v: z.number().int(),
  // It came out of JSON.parse: that it is an object is all there is to check.
  payload: z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
  cursor: z.string(),
});

/** The answer of POST /internal/feeds/pull. */
export const pullResponseSchema = z.object({
  feeds: z.array(
    z.object({
      feed: z.string(),
      reset: z.enum(['RETENTION', 'EPOCH']).nullable(),
      events: z.array(eventSchema),
      cursor: z.string(),
      head: z.number().int(),
    }),
  ),
}) satisfies z.ZodType<PullResponse>;
