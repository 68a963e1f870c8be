import type { Feeds, FeedSource } from '#platform/feed/feed.ts';
import type { Config } from '#platform/config/config.ts';
import type { Bus } from '#platform/bus/bus.ts';
import type { Store } from '#platform/store/store.ts';
import type { Identity, IdentityKeys } from '#platform/identity/identity.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { SubgraphName, SubgraphTransport } from './transport.ts';

/** What a process gives to each subgraph in it. Made once per process by `openRuntime` (platform/subgraph/runtime.ts). */
export interface Runtime {
  readonly config: Config;
  readonly bus: Bus;
  readonly store: Store;
  readonly identityKeys: IdentityKeys;
  /** Logs, metrics and traces under that service's name (made on first use). */
  telemetry(service: string): Telemetry;
  /** Where to pull another subgraph's feeds: the instance in this process where there is one, else its URL from the configuration. */
  feedSource(owner: SubgraphName): FeedSource;
  /** How to call another subgraph's graph (monitoring, for the reporter). */
  transport(name: SubgraphName): SubgraphTransport;
  /** Makes a subgraph of this process reachable to the others in it. Called by startSubgraph. */
  register(subgraph: RunningSubgraph): void;
  close(): Promise<void>;
}

/** What differs per request, handed to `createContext`. */
export interface SubgraphRequestContext {
  readonly identity: Identity;
  readonly requestId: string;
}

/** What a subgraph's server.ts hands to startSubgraph. */
export interface SubgraphDefinition<Context> {
  readonly name: SubgraphName;
  /** Resolver map as generated types demand it, with __resolveReference and subscribe functions. */
  readonly resolvers: object;
  /** One per request: loaders live here. */
  readonly createContext: (request: SubgraphRequestContext) => Context;
  /** The feeds that this subgraph owns, served to service identities at /internal/feeds/pull. */
  readonly feeds: Feeds;
  /** Names of the services and parts (postgres, redis, other subgraphs) this one needs, for `Service.dependsOn`. */
  readonly dependsOn: readonly string[];
  /** Rejects with a sentence while the subgraph can't serve. */
  readonly checkReady: () => Promise<void>;
  /** Closes lanes, consumers, feeds and the database, in that order. */
  readonly close: () => Promise<void>;
}

export interface RunningSubgraph {
  readonly name: SubgraphName;
  /** The in-process transport to it. */
  readonly transport: SubgraphTransport;
  readonly feeds: Feeds;
  checkReady(): Promise<void>;
  close(): Promise<void>;
}
