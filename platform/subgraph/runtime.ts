import type { Bus } from '#platform/bus/bus.ts';
import { openBus } from '#platform/bus/open.ts';
import type { Config } from '#platform/config/config.ts';
import { FanfareError } from '#platform/errors.ts';
import type { FeedSource } from '#platform/feed/feed.ts';
import { createIdentityKeys, randomIdentityKey } from '#platform/identity/keys.ts';
import { openStore } from '#platform/store/open.ts';
import { openTelemetry, type ProcessTelemetry, type ProcessTelemetryOptions } from '#platform/telemetry/open.ts';
import { startReporter } from '#platform/telemetry/reporter.ts';
import { createHttpFeedSource } from './feed-source.ts';
import { createHttpTransport } from './http-transport.ts';
import { createNeighbours } from './neighbours.ts';
import type { ObservedService, Runtime } from './subgraph.ts';
import type { SubgraphName } from './transport.ts';

export interface RuntimeOptions extends ProcessTelemetryOptions {
  /** Under which name this process logs, connects and reports what belongs to no subgraph: `fanfare` (all in one), `gateway`, `trading` … */
  readonly process: string;
}

/** The runtime with what only the process itself needs. */
export interface ProcessRuntime extends Runtime {
  readonly process: ProcessTelemetry;
}

/** Opens what all subgraphs of a process share: telemetry, keys, bus, store, ways to the other subgraphs, and the reporter of its metrics. Without
 * IDENTITY_KEYS (never in production) the process makes its own key, which other processes don't know. `close` takes down what it opened; subgraphs are
 * closed before it, by whoever started them. */
export const openRuntime = async (
  config: Config,
  options: RuntimeOptions = { process: 'fanfare', nodeMetrics: true },
): Promise<ProcessRuntime> => {
  const process = openTelemetry(config, options);
  const telemetry = process.of(options.process);
  const keys = config.identityKeys.length > 0 ? config.identityKeys : [randomIdentityKey()];
  const identityKeys = createIdentityKeys(keys);
  const bus: Bus = await openBus({ redisUrls: config.redisUrls, keys }, telemetry);
  const store = await openStore(config, telemetry);
  const caller = { identityKeys, service: options.process };
  const neighbours = createNeighbours({
    connect: (name) => createHttpTransport(name, urlOf(config, name), { ...caller, compressed: config.subgraphCompression }),
    pullFrom: (name) => createHttpFeedSource(name, urlOf(config, name), caller),
    isRemote: (name) => config.subgraphUrls[name] !== null,
  });
  const observed = new Set<ObservedService>();
  const reporter = startReporter({
    process,
    identityKeys,
    transport: neighbours.transport('monitoring'),
    observed,
    name: options.process,
    everyMs: config.metricsReportSeconds * 1_000,
  });

  return {
    config,
    bus,
    store,
    identityKeys,
    process,
    telemetry: (service) => process.of(service),
    feedSource: (owner): FeedSource => neighbours.feedSource(owner),
    transport: (name) => neighbours.transport(name),
    register: (subgraph) => neighbours.register(subgraph),
    observe: (service) => {
      observed.add(service);
      return () => observed.delete(service);
    },
    close: async () => {
      await reporter.close();
      await neighbours.close();
      await store.close();
      await bus.close();
      await process.close();
    },
  };
};

const urlOf = (config: Config, name: SubgraphName): string => {
  const url = config.subgraphUrls[name];
  if (url !== null) return url;
  throw new FanfareError('SUBGRAPH_UNAVAILABLE', `${name} is not running in this process, and ${name.toUpperCase()}_URL is not set.`, {
    retryAfterMs: 1_000,
  });
};
