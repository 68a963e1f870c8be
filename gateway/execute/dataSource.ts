import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { type DocumentNode, type ExecutionResult, GraphQLError, type GraphQLFormattedError, Kind } from 'graphql';
import { FanfareError } from '#platform/errors.ts';
import type { IdentityKeys } from '#platform/identity/identity.ts';
import type { SubgraphCallOptions, SubgraphRequest, SubgraphTransport } from '#platform/subgraph/transport.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { ERRORS_PER_FETCH_MAX, SUBGRAPH_RETRY_AFTER_MS } from '../limits.ts';
import type { GatewayContext } from './context.ts';

type Answer = Awaited<ReturnType<GraphQLDataSource['process']>>;

export interface DataSourceDependencies {
  readonly identityKeys: IdentityKeys;
  readonly telemetry: Telemetry;
}

/** Calls one subgraph for the executor, as the identity in the context. It never throws: a subgraph that is gone or too slow becomes errors
 * at the fields that were asked of it, so that the rest of the answer stays. */
export const createDataSource = (transport: SubgraphTransport, { identityKeys, telemetry }: DataSourceDependencies): GraphQLDataSource => {
  const failures = telemetry.counter('fanfare_gateway_subgraph_failures_total', 'Requests to subgraphs that got no answer.', [
    'subgraph',
    'code',
  ]);
  const process = async (options: GraphQLDataSourceProcessOptions): Promise<Answer> => {
    const context = options.context as GatewayContext;
    const { query, variables, operationName } = options.request;
    const document = 'document' in options ? options.document : undefined;
    const request: SubgraphRequest = {
      query: query ?? '',
      ...(document === undefined ? {} : { document }),
      ...(variables === undefined ? {} : { variables }),
      ...(operationName === undefined ? {} : { operationName }),
    };
    try {
      const identity = identityKeys.sign(context.identity, transport.name);
      const traceparent = telemetry.traceparent();
      const call = { identity, requestId: context.requestId, ...(traceparent === undefined ? {} : { traceparent }) };
      const result = await callWithin(transport, request, call, context);
      const refused = result.errors?.find(({ path, extensions }) => path === undefined && extensions['code'] === 'UNAUTHENTICATED');
      if (refused !== undefined) throw new FanfareError('UNAUTHENTICATED', refused.message);
      return asAnswer(result);
    } catch (error) {
      const known = asFanfareError(error, transport.name);
      // A client that hung up is no failure of the subgraph, and must not fill the log.
      if (context.signal?.aborted !== true) {
        failures.inc({ subgraph: transport.name, code: known.code });
        telemetry.log.warn({ requestId: context.requestId, subgraph: transport.name, err: error }, 'a subgraph did not answer');
      }
      return { errors: errorsAt(known, placesOf(document, variables?.['representations'])) };
    }
  };
  return { process };
};

/** One call that ends in time even when the transport ignores its signal. */
const callWithin = async (
  transport: SubgraphTransport,
  request: SubgraphRequest,
  options: Omit<SubgraphCallOptions, 'signal'>,
  { timeoutMs, signal }: GatewayContext,
): Promise<ExecutionResult> => {
  const abort = new AbortController();
  const tooLate = Promise.withResolvers<never>();
  const stop = (): void => abort.abort();
  const timer = setTimeout(() => {
    tooLate.reject(
      new FanfareError('TIMEOUT', `The ${transport.name} part did not answer within ${timeoutMs} ms.`, {
        retryAfterMs: SUBGRAPH_RETRY_AFTER_MS,
      }),
    );
    stop();
  }, timeoutMs);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([transport.execute(request, { ...options, signal: abort.signal }), tooLate.promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
};

const asAnswer = (result: ExecutionResult): Answer => {
  const data = result.data ?? undefined;
  if (result.errors === undefined) return { ...(data === undefined ? {} : { data }) };
  return { ...(data === undefined ? {} : { data }), errors: result.errors.map(plain) };
};

// In process, errors are GraphQLError objects; over HTTP they are parsed JSON. Both become the same.
const plain = (error: GraphQLError | GraphQLFormattedError): GraphQLFormattedError =>
  error instanceof GraphQLError ? error.toJSON() : error;

// A call that is UNAUTHENTICATED as a whole was refused for what we signed: keys that don't match are no fault of the caller, who may well be signed in.
const asFanfareError = (error: unknown, subgraph: string): FanfareError => {
  if (!(error instanceof FanfareError)) {
    const options = { retryAfterMs: SUBGRAPH_RETRY_AFTER_MS, cause: error };
    return new FanfareError('SUBGRAPH_UNAVAILABLE', `The ${subgraph} part cannot be reached.`, options);
  }
  if (error.code !== 'UNAUTHENTICATED') return error;
  return new FanfareError('INTERNAL_SERVER_ERROR', `The ${subgraph} part does not accept our identity.`, { cause: error });
};

// What was asked of the subgraph: its root fields, or entities (the executor turns ['_entities', i] into the path of the i-th one).
const placesOf = (document: DocumentNode | undefined, representations: unknown): readonly (readonly (string | number)[])[] => {
  if (Array.isArray(representations)) return representations.slice(0, ERRORS_PER_FETCH_MAX).map((_, index) => ['_entities', index]);
  const operation = document?.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const fields = operation?.selectionSet.selections.filter((selection) => selection.kind === Kind.FIELD) ?? [];
  return fields.slice(0, ERRORS_PER_FETCH_MAX).map((field) => [(field.alias ?? field.name).value]);
};

const errorsAt = (
  { code, message, retryAfterMs }: FanfareError,
  places: readonly (readonly (string | number)[])[],
): GraphQLFormattedError[] => {
  const extensions = retryAfterMs === undefined ? { code } : { code, retryAfterMs };
  return places.length === 0 ? [{ message, extensions }] : places.map((path) => ({ message, path, extensions }));
};
