import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ERROR_CODES, type ErrorCode, FanfareError } from '#platform/errors.ts';

const MASKED_MESSAGE = 'Something went wrong on our side. Report the requestId.';

/** Whether clients know this code. */
export const isErrorCode = (code: unknown): code is ErrorCode => typeof code === 'string' && Object.hasOwn(ERROR_CODES, code);

/** The status of an HTTP answer that is refused as a whole. */
const STATUS_OF: Partial<Record<ErrorCode, number>> = {
  // Not a failure: it asks for the document, and stock clients would take any other status for the end.
  PERSISTED_QUERY_NOT_FOUND: 200,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  QUERY_NOT_IN_SAFELIST: 403,
  MUTATION_OVER_GET: 405,
  SUBSCRIPTION_OVER_HTTP: 405,
  PAYLOAD_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  INTERNAL_SERVER_ERROR: 500,
  BUSY: 503,
  SHUTTING_DOWN: 503,
  SUBGRAPH_UNAVAILABLE: 503,
  TIMEOUT: 504,
};

export const statusOf = (code: ErrorCode): number => STATUS_OF[code] ?? 400;

/** A GraphQL error with a code of ours. ApolloServer takes `http` out again for the status of its answer. */
export const refusal = (code: ErrorCode, message: string, retryAfterMs?: number): GraphQLError =>
  new GraphQLError(message, {
    extensions: { code, http: { status: statusOf(code) }, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
  });

/** What a caller sees of an error: message, place, path, code, requestId, retryAfterMs, and of a cost that is too high estimate and limit; nothing else. A code that clients don't know is
 * masked; `onMasked` gets the error for the log. */
export const presentError = (
  error: GraphQLFormattedError,
  requestId: string,
  onMasked: (error: GraphQLFormattedError) => void,
): GraphQLFormattedError => {
  const code = codeOf(error);
  if (code === null) onMasked(error);
  const known = code ?? 'INTERNAL_SERVER_ERROR';
  const message = code === null || code === 'INTERNAL_SERVER_ERROR' ? MASKED_MESSAGE : error.message;
  const retryAfterMs = error.extensions?.['retryAfterMs'];
  const path = clientPath(error.path);
  return {
    message,
    ...(error.locations === undefined || error.locations.length === 0 ? {} : { locations: error.locations }),
    ...(path === undefined ? {} : { path }),
    extensions: { code: known, requestId, ...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}), ...costOf(known, error) },
  };
};

const costOf = (code: ErrorCode, { extensions }: GraphQLFormattedError): Readonly<Record<string, number>> => {
  if (code !== 'COST_EXCEEDED') return {};
  const { estimate, limit } = extensions ?? {};
  return { ...(typeof estimate === 'number' ? { estimate } : {}), ...(typeof limit === 'number' ? { limit } : {}) };
};

/** The same for a whole list. */
export const presentErrors = (
  errors: readonly GraphQLFormattedError[],
  requestId: string,
  onMasked: (error: GraphQLFormattedError) => void,
): GraphQLFormattedError[] => errors.map((error) => presentError(error, requestId, onMasked));

// An error that says INTERNAL_SERVER_ERROR was masked and logged where it happened, so it counts as known.
const codeOf = (error: GraphQLFormattedError): ErrorCode | null => {
  const { fanfareCode, code } = error.extensions ?? {};
  // ApolloServer gives every error of a validation rule its own code; ours stands beside it.
  if (isErrorCode(fanfareCode)) return fanfareCode;
  if (code === 'GRAPHQL_PARSE_FAILED' && error.message.includes('tokens. Parsing aborted')) return 'COST_EXCEEDED';
  return isErrorCode(code) ? code : null;
};

/** Where the client asked for what failed. The planner's own steps (`_entities`, `@` for "each item of a list") are cut off with what follows. */
export const clientPath = (path: GraphQLFormattedError['path']): GraphQLFormattedError['path'] => {
  if (path === undefined) return undefined;
  const own = path.findIndex((step) => step === '_entities' || step === '@');
  const kept = own === -1 ? path : path.slice(0, own);
  return kept.length === 0 ? undefined : kept;
};

/** Any thrown value as an error of the graph, with its code where it has one. */
export const toFormatted = (error: unknown): GraphQLFormattedError => {
  if (error instanceof GraphQLError) return error.toJSON();
  if (error instanceof FanfareError) return refusal(error.code, error.message, error.retryAfterMs).toJSON();
  return { message: error instanceof Error ? error.message : String(error) };
};
