import { FanfareError, toGraphQLError } from '#platform/errors.ts';
import type { Identity, IdentityKeys } from '#platform/identity/identity.ts';
import { createOperations, type Operations } from './operations.ts';
import { makeSubgraphSchema, readSubgraphSdl } from './schema.ts';
import { interruptible } from './stream.ts';
import type { RunningSubgraph, Runtime, SubgraphDefinition, SubgraphRequestContext } from './subgraph.ts';
import { SUBGRAPH_NAMES, SUBGRAPH_TIMEOUT_MS, type SubgraphName, type SubgraphTransport } from './transport.ts';

/** Makes a subgraph's schema executable and the subgraph reachable to the others in this process. Throws TypeError when resolvers and schema don't fit. Closing
 * it refuses new operations, ends subscriptions and then closes what the definition opened. */
export const startSubgraph = async <Context extends object>(
  definition: SubgraphDefinition<Context>,
  runtime: Runtime,
  limits: { readonly timeoutMs?: number } = {},
): Promise<RunningSubgraph> => {
  const { name } = definition;
  const telemetry = runtime.telemetry(name);
  // Each context belongs to one request: the map tells the schema-wide checks whose it is, whatever a subgraph puts into its context.
  const requests = new WeakMap<object, SubgraphRequestContext>();
  const createContext = (request: SubgraphRequestContext): Context => {
    const context = definition.createContext(request);
    if (requests.has(context))
      throw new TypeError(`createContext of ${name} returned the same object twice: contexts belong to one request each`);
    requests.set(context, request);
    return context;
  };
  const schema = makeSubgraphSchema(readSubgraphSdl(name), definition.resolvers, (context) => identityIn(requests, context));
  const operations = createOperations({ schema, createContext, telemetry, timeoutMs: limits.timeoutMs ?? SUBGRAPH_TIMEOUT_MS });
  const closing = new AbortController();
  const transport = localTransport(name, operations, runtime.identityKeys, { closing: closing.signal, checkReady: definition.checkReady });
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    stopReports();
    closing.abort(new FanfareError('SHUTTING_DOWN', `${name} is going down.`, { retryAfterMs: 1_000 }));
    await definition.close();
  };
  const running: RunningSubgraph = {
    name,
    transport,
    feeds: definition.feeds,
    dependsOn: definition.dependsOn,
    checkReady: definition.checkReady,
    close: () => {
      closed ??= close();
      return closed;
    },
  };
  runtime.register(running);
  const stopReports = runtime.observe({ name, checkReady: definition.checkReady, dependencies: dependencyChecks(definition, runtime) });
  telemetry.log.debug('the subgraph is ready to be called');
  return running;
};

const identityIn = (requests: WeakMap<object, SubgraphRequestContext>, context: unknown): Identity => {
  const request = typeof context === 'object' && context !== null ? requests.get(context) : undefined;
  if (request === undefined) throw new TypeError('this context was not made by createContext');
  return request.identity;
};

interface LocalState {
  readonly closing: AbortSignal;
  readonly checkReady: () => Promise<void>;
}

const localTransport = (
  name: SubgraphName,
  operations: Operations,
  keys: IdentityKeys,
  { closing, checkReady }: LocalState,
): SubgraphTransport => {
  const callerOf = (identity: string, requestId: string, signal: AbortSignal | undefined) => ({
    identity: keys.verify(identity, name),
    requestId,
    ...(signal === undefined ? {} : { signal }),
  });
  const refused = (error: unknown, requestId: string) => ({ errors: [toGraphQLError(error, requestId)] });

  return {
    name,
    execute: async (request, { identity, requestId, signal }) => {
      try {
        if (closing.aborted) throw closing.reason;
        const caller = callerOf(identity, requestId, signal);
        return await operations.execute(request, caller);
      } catch (error) {
        if (error instanceof FanfareError && error.code !== 'TIMEOUT' && signal?.aborted !== true) return refused(error, requestId);
        throw error;
      }
    },
    subscribe: (request, { identity, requestId, signal }) =>
      interruptible(async function* (ending) {
        try {
          if (closing.aborted) throw closing.reason;
          const caller = callerOf(identity, requestId, AbortSignal.any([ending, closing]));
          yield* operations.subscribe(request, caller);
        } catch (error) {
          yield refused(error, requestId);
          return;
        }
        if (closing.aborted && !ending.aborted)
          throw new FanfareError('SUBGRAPH_UNAVAILABLE', `${name} is going down. Subscribe again.`, { retryAfterMs: 1_000 });
      }, signal),
    checkReady,
    close: async () => undefined,
  };
};

/** A real check for each thing that a subgraph needs. */
const dependencyChecks = (
  definition: SubgraphDefinition<never> | SubgraphDefinition<object>,
  runtime: Runtime,
): Record<string, () => Promise<void>> =>
  Object.fromEntries(
    namesOf(definition.dependsOn, runtime).map((on) => [on, definition.checks?.[on] ?? checkOf(on, definition.checkReady, runtime)]),
  );

// Without REDIS_URL bus and store live in this process: there is no Redis to depend on.
const namesOf = (dependsOn: readonly string[], runtime: Runtime): readonly string[] =>
  dependsOn.filter((on) => on !== 'redis' || runtime.config.redisUrls.length > 0);

const checkOf = (on: string, checkReady: () => Promise<void>, runtime: Runtime): (() => Promise<void>) => {
  const subgraph = SUBGRAPH_NAMES.find((name) => name === on);
  if (subgraph !== undefined) return async () => runtime.transport(subgraph).checkReady?.();
  if (on === 'redis') {
    return async () => {
      if (!runtime.bus.connected) throw new FanfareError('SUBGRAPH_UNAVAILABLE', 'Redis cannot be reached.');
    };
  }
  return checkReady;
};
