import { FanfareError } from '#platform/errors.ts';
import type { FeedSource } from '#platform/feed/feed.ts';
import type { Identity } from '#platform/identity/identity.ts';
import { createLocalTransport } from './local-transport.ts';
import { createOperations } from './operations.ts';
import { makeSubgraphSchema, readSubgraphSdl } from './schema.ts';
import type { RunningSubgraph, Runtime, SubgraphDefinition, SubgraphRequestContext } from './subgraph.ts';
import { SUBGRAPH_NAMES, SUBGRAPH_TIMEOUT_MS } from './transport.ts';

/** Makes a subgraph's schema executable and the subgraph reachable to the others in this process. Throws TypeError when resolvers and schema don't fit. Closing
 * it refuses new operations, ends subscriptions and then closes what the definition opened. */
export const startSubgraph = async <Context extends object, Source extends FeedSource>(
  definition: SubgraphDefinition<Context, Source>,
  runtime: Runtime,
  limits: { readonly timeoutMs?: number } = {},
): Promise<RunningSubgraph<Source>> => {
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
  const { checkReady } = definition;
  const transport = createLocalTransport({ name, operations, identityKeys: runtime.identityKeys, closing: closing.signal, checkReady });
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    stopReports();
    closing.abort(new FanfareError('SHUTTING_DOWN', `${name} is going down.`, { retryAfterMs: 1_000 }));
    await definition.close();
  };
  const running: RunningSubgraph<Source> = {
    name,
    transport,
    feeds: definition.feeds,
    dependsOn: definition.dependsOn,
    checkReady: definition.checkReady,
    impairment: definition.impairment ?? (() => null),
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

/** A real check for each thing that a subgraph needs. */
const dependencyChecks = (
  definition: Pick<SubgraphDefinition<object>, 'dependsOn' | 'checks' | 'checkReady'>,
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
