import type { DocumentNode, ExecutionResult } from 'graphql';
import { FanfareError } from '#platform/errors.ts';

export const SUBGRAPH_NAMES = ['streaming', 'trading', 'messaging', 'monitoring'] as const;
export type SubgraphName = (typeof SUBGRAPH_NAMES)[number];

/** One GraphQL request to a subgraph. */
export interface SubgraphRequest {
  readonly query: string;
  /** The parsed form of `query`, where the caller has it: the in-process transport then parses nothing. */
  readonly document?: DocumentNode;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

export interface SubgraphCallOptions {
  /** Value of IDENTITY_HEADER, signed for this subgraph. */
  readonly identity: string;
  readonly requestId: string;
  /** W3C trace context. */
  readonly traceparent?: string;
  readonly signal?: AbortSignal;
}

/** How the gateway (and any service) reaches a subgraph: a call in the same process, or HTTP with graphql-ws for subscriptions. Both check the same
 * signed identity. A subgraph that cannot be reached throws FanfareError SUBGRAPH_UNAVAILABLE; one that doesn't answer in time, TIMEOUT.
 * GraphQL errors of the subgraph are in the result. What was perhaps executed before its connection broke is a LostAnswer. */
export interface SubgraphTransport {
  readonly name: SubgraphName;
  execute(request: SubgraphRequest, options: SubgraphCallOptions): Promise<ExecutionResult>;
  /** Ends (returns) when the subgraph completes the operation, throws FanfareError SUBGRAPH_UNAVAILABLE when the connection is lost. Refusals
   * (validation, identity) arrive as a single result with `errors`. */
  subscribe(request: SubgraphRequest, options: SubgraphCallOptions): AsyncIterableIterator<ExecutionResult>;
  /** Rejects with a sentence while the subgraph cannot serve (GET /health/ready, or its own check in the same process). */
  checkReady?(): Promise<void>;
  close(): Promise<void>;
}

/** A connection that broke after a request had begun to be sent: SUBGRAPH_UNAVAILABLE, and whether it was executed is not known. */
export class LostAnswer extends FanfareError {}

/** One operation may take this long in a subgraph, from call to answer: longer than any lane's deadline. */
export const SUBGRAPH_TIMEOUT_MS = 10_000;
/** What is suggested to callers of a subgraph that cannot be reached. */
export const UNAVAILABLE_RETRY_MS = 1_000;
