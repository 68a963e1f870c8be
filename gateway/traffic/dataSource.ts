import { setTimeout as wait } from 'node:timers/promises';
import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { type DocumentNode, type ExecutionResult, GraphQLError, type GraphQLFormattedError, Kind } from 'graphql';
import { FanfareError } from '#platform/errors.ts';
import type { Identity, IdentityKeys } from '#platform/identity/identity.ts';
import { LostAnswer, type SubgraphCallOptions, type SubgraphRequest, type SubgraphTransport } from '#platform/subgraph/transport.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { networkDigestOf } from '../auth/address.ts';
import { type GatewayContext, timeLeftMs } from '../execute/context.ts';
import { ATTEMPT_PAUSE_MS, ATTEMPTS_MAX, ERRORS_PER_FETCH_MAX, SUBGRAPH_RETRY_AFTER_MS } from '../limits.ts';
import { createShield, type Shield } from './shield.ts';

type Answer = Awaited<ReturnType<GraphQLDataSource['process']>>;

export interface DataSourceDependencies {
  readonly identityKeys: IdentityKeys;
  readonly telemetry: Telemetry;
}

/** Calls one subgraph for the executor, as the identity in the context. It never throws: a subgraph that is gone or too slow becomes errors
 * at the fields that were asked of it, so that the rest of the answer stays. Queries are tried again within the shield's budget; mutations never are. */
export const createDataSource = (transport: SubgraphTransport, { identityKeys, telemetry }: DataSourceDependencies): GraphQLDataSource => {
  const shield = createShield(transport.name, telemetry);
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
    const call = (timeoutMs: number): Promise<ExecutionResult> => {
      const traceparent = telemetry.traceparent();
      const identity = identityKeys.sign(isMutation(request) ? withAddress(context) : context.identity, transport.name);
      const signed = { identity, requestId: context.requestId, ...(traceparent === undefined ? {} : { traceparent }) };
      return callWithin(transport, request, signed, { ...context, timeoutMs });
    };
    try {
      const timeoutMs = timeLeftMs(context);
      if (timeoutMs <= 0)
        throw new FanfareError('TIMEOUT', `The ${transport.name} part was not asked: the operation has taken too long by then.`);
      const result = await (isMutation(request)
        ? shield.call(() => call(timeoutMs), context.signal).catch((error: unknown) => rethrowUnknown(error, transport.name))
        : callAgain(shield, call, { ...context, timeoutMs }));
      const refused = result.errors?.find(({ path, extensions }) => path === undefined && extensions['code'] === 'UNAUTHENTICATED');
      if (refused !== undefined) throw new FanfareError('UNAUTHENTICATED', refused.message);
      return asAnswer(result);
    } catch (error) {
      const known = asFanfareError(error, transport.name);
      // A client that hung up is no failure of the subgraph, and must not fill the log.
      if (context.signal?.aborted !== true) {
        shield.failed(known.code);
        telemetry.log.warn({ requestId: context.requestId, subgraph: transport.name, err: error }, 'a subgraph did not answer');
      }
      return { errors: errorsAt(known, placesOf(document, variables?.['representations'])) };
    }
  };
  return { process };
};

// Only where something is changed are there limits by network: all who only read without a token stay one caller.
const withAddress = ({ identity, address }: GatewayContext): Identity =>
  identity.kind === 'user' && address !== undefined ? { ...identity, address: networkDigestOf(address) } : identity;

/** A mutation that was sent and not answered may have been executed, or may still be. */
const rethrowUnknown = (error: unknown, subgraph: string): never => {
  if (!(error instanceof LostAnswer || (error instanceof FanfareError && error.code === 'TIMEOUT'))) throw error;
  const message = `The ${subgraph} part did not answer: whether this was executed is not known. Send it again with the same idempotencyKey.`;
  throw new FanfareError('OUTCOME_UNKNOWN', message, { retryAfterMs: SUBGRAPH_RETRY_AFTER_MS, cause: error });
};

// Plans are printed by the planner, which begins with the kind of the operation.
const isMutation = ({ query }: SubgraphRequest): boolean => query.startsWith('mutation');

/** Tries a query again while its subgraph cannot be reached: within the same time, and within the budget. What came too late is not tried again: the time is used up. */
const callAgain = async (
  shield: Shield,
  call: (timeoutMs: number) => Promise<ExecutionResult>,
  { timeoutMs, signal }: GatewayContext,
): Promise<ExecutionResult> => {
  const endMs = performance.now() + timeoutMs;
  for (let attempt = 1; ; attempt += 1) {
    const leftMs = attempt === 1 ? timeoutMs : endMs - performance.now();
    try {
      return await shield.call(() => call(leftMs), signal);
    } catch (error) {
      const pauseMs = ATTEMPT_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random());
      if (attempt === ATTEMPTS_MAX || signal?.aborted === true || performance.now() + pauseMs >= endMs || !shield.mayRetry(error))
        throw error;
      await wait(pauseMs);
    }
  }
};

/** One call that ends in time even when the transport ignores its signal. */
const callWithin = async (
  transport: SubgraphTransport,
  request: SubgraphRequest,
  options: Omit<SubgraphCallOptions, 'signal'>,
  { timeoutMs, signal }: Pick<GatewayContext, 'timeoutMs' | 'signal'>,
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
  // It may have been aborted between two requests of one plan.
  if (signal?.aborted === true) stop();
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
