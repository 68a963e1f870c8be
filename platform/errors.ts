import { GraphQLError } from 'graphql';

/** Every top-level `extensions.code` that Fanfare can answer with: what it means, and whether the same request
 * may be sent again. The playground's "limits and codes" page and the error tests read this table. */
export const ERROR_CODES = {
  GRAPHQL_PARSE_FAILED: { retryable: false, meaning: 'The document is not GraphQL. Fix the syntax.' },
  GRAPHQL_VALIDATION_FAILED: { retryable: false, meaning: 'The document does not fit the schema. Compare it with /schema.graphql.' },
  OPERATION_RESOLUTION_FAILURE: {
    retryable: false,
    meaning: 'The document has several operations, or none of that name. Send operationName.',
  },
  BAD_USER_INPUT: { retryable: false, meaning: 'A variable or argument has a value that its type does not allow.' },
  BAD_REQUEST: { retryable: false, meaning: 'The HTTP request itself is wrong: method, content type, body or headers.' },
  MUTATION_OVER_GET: { retryable: false, meaning: 'GET serves queries only. Send mutations with POST.' },
  SUBSCRIPTION_OVER_HTTP: {
    retryable: false,
    meaning: 'Subscriptions are served over WebSocket (graphql-transport-ws) only, at the same address.',
  },
  PERSONAL_FIELD_IN_BROADCAST: {
    retryable: false,
    meaning: 'A broadcast subscription is shared by all viewers and cannot select a personal field.',
  },
  SCHEMA_CHANGED: {
    retryable: false,
    meaning: 'The schema has changed, and this subscription no longer fits it. Change the document: /schema.graphql is the new one.',
  },
  PERSISTED_QUERY_NOT_FOUND: {
    retryable: true,
    meaning: 'No document is known by this hash. Send the document together with the hash once; stock clients do so by themselves.',
  },
  PERSISTED_QUERY_HASH_MISMATCH: { retryable: false, meaning: 'The sha256Hash is not that of the query beside it. Correct the hash.' },
  QUERY_NOT_IN_SAFELIST: { retryable: false, meaning: 'Only listed operations run here, and this one is not. Have it added to the list.' },
  PAYLOAD_TOO_LARGE: { retryable: false, meaning: 'The request is larger than the limit. Send less at a time.' },
  UNAUTHENTICATED: { retryable: false, meaning: 'No token, or one that is malformed, forged or expired. Get a new token.' },
  FORBIDDEN: {
    retryable: false,
    meaning: 'The token is good, but lacks the scope that this field needs, or its user is banned from what was asked for.',
  },
  RATE_LIMITED: { retryable: true, meaning: 'Too many requests. Wait for retryAfterMs.' },
  COST_EXCEEDED: {
    retryable: false,
    meaning:
      'The operation is deeper, larger or dearer than the limit: ask for less (estimate and limit say by how much). With retryAfterMs, the budget is spent for now: the same operation runs after that time.',
  },
  BUSY: {
    retryable: true,
    meaning:
      'Not now: too much is waiting, or what this needs is not there yet or away for the moment. Surely not executed. Retry after retryAfterMs with the same idempotencyKey.',
  },
  TIMEOUT: { retryable: true, meaning: 'The answer took longer than the limit. Retry; with the same idempotencyKey where there is one.' },
  SUBGRAPH_UNAVAILABLE: { retryable: true, meaning: 'A part of the graph cannot be reached. Retry after retryAfterMs.' },
  OUTCOME_UNKNOWN: {
    retryable: true,
    meaning:
      'The connection was lost at the commit, or the answer came too late. Retry with the same idempotencyKey: the answer settles it.',
  },
  SHUTTING_DOWN: { retryable: true, meaning: 'This process is going down. Retry: another one answers.' },
  INTERNAL_SERVER_ERROR: { retryable: false, meaning: 'Our fault. Report the requestId.' },
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface FanfareErrorOptions {
  /** Earliest time to try again, in milliseconds from now. Only with retryable codes. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** An error that a caller may see as it stands: its message says what is wrong and what to do next.
 * Anything else that is thrown is masked as INTERNAL_SERVER_ERROR at the border. */
export class FanfareError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: FanfareErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'FanfareError';
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** What the graph shows of an error: FanfareErrors as they stand, the rest masked. Of an error that graphql-js located, path and place are kept.
 * `requestId` lets an operator find the log line. */
export function toGraphQLError(error: unknown, requestId: string): GraphQLError {
  const located = error instanceof GraphQLError ? error : undefined;
  const cause = rootOf(error);
  const place = {
    nodes: located?.nodes ?? null,
    source: located?.source ?? null,
    positions: located?.positions ?? null,
    path: located?.path ?? null,
  };
  if (cause instanceof FanfareError) {
    const retry = cause.retryAfterMs === undefined ? {} : { retryAfterMs: cause.retryAfterMs };
    return new GraphQLError(cause.message, { ...place, extensions: { code: cause.code, requestId, ...retry } });
  }
  const fault = callersFaultOf(error, cause);
  if (fault !== undefined) {
    return new GraphQLError(fault.message, {
      ...place,
      extensions: { ...fault.extensions, code: codeOf(fault) ?? 'BAD_USER_INPUT', requestId },
    });
  }
  return new GraphQLError('Something went wrong on our side. Report the requestId.', {
    ...place,
    extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
  });
}

/** Whether `toGraphQLError` would mask it: then its cause belongs into the log. */
export const isOurFault = (error: unknown): boolean => {
  const cause = rootOf(error);
  return cause instanceof FanfareError ? cause.code === 'INTERNAL_SERVER_ERROR' : callersFaultOf(error, cause) === undefined;
};

/** The error that was thrown, below graphql-js's wrappers. */
export const rootOf = (error: unknown): unknown => {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError !== undefined) cause = cause.originalError;
  return cause;
};

const codeOf = (error: GraphQLError): ErrorCode | undefined => {
  const code = error.extensions['code'];
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : undefined;
};

// graphql-js reports what is wrong with a request (a variable of a wrong type) with nodes and without a path, and a wrong argument with the node it stands
// at. A value that a resolver returned and the schema doesn't allow has a path, and no node of its own: that is our fault.
const callersFaultOf = (error: unknown, cause: unknown): GraphQLError | undefined => {
  if (error instanceof GraphQLError && error.path === undefined && error.nodes !== undefined && codeOf(error) !== 'INTERNAL_SERVER_ERROR')
    return error;
  if (!(cause instanceof GraphQLError)) return undefined;
  const code = codeOf(cause);
  return code === undefined ? (cause.nodes === undefined ? undefined : cause) : code === 'INTERNAL_SERVER_ERROR' ? undefined : cause;
};
