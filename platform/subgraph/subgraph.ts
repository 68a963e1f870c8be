import type { Bus } from '#platform/bus/bus.ts';
import type { Config } from '#platform/config/config.ts';
import type { FeedSource, Feeds } from '#platform/feed/feed.ts';
import type { Identity, IdentityKeys } from '#platform/identity/identity.ts';
import type { Store } from '#platform/store/store.ts';
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
  register(subgraph: RunningSubgraph<FeedSource>): void;
  /** Has a service of this process reported to monitoring, with its health and what it depends on. startSubgraph does it for subgraphs, the gateway for
   * itself. Returns how to end that. */
  observe(service: ObservedService): () => void;
  close(): Promise<void>;
}

/** A service as operators see it. */
export interface ObservedService {
  readonly name: string;
  readonly checkReady: () => Promise<void>;
  /** A real check per thing it needs (postgres, redis, other services): rejects with a sentence while that can't be reached. */
  readonly dependencies: Readonly<Record<string, () => Promise<void>>>;
}

/** What differs per request, handed to `createContext`. */
export interface SubgraphRequestContext {
  readonly identity: Identity;
  readonly requestId: string;
  /** Aborted when the caller has gone or the subscription has ended: hand it to `Feeds.follow` and to lanes. */
  readonly signal: AbortSignal;
}

/** What a subgraph's server.ts hands to startSubgraph. */
export interface SubgraphDefinition<Context, Source extends FeedSource = Feeds> {
  readonly name: SubgraphName;
  /** Resolver map as generated types demand it, with __resolveReference and subscribe functions. */
  readonly resolvers: object;
  /** One per request, and one per event of a subscription: loaders live here. An object of its own each time. */
  readonly createContext: (request: SubgraphRequestContext) => Context;
  /** The feeds that this subgraph owns, served to service identities at /internal/feeds/pull. */
  readonly feeds: Source;
  /** Real checks of parts that only the subgraph can reach, by their name in `dependsOn`; reject with a sentence. Without one for `postgres`, checkReady
   * stands in for it. `redis` and other subgraphs are checked by the runtime. */
  readonly checks?: Readonly<Record<string, () => Promise<void>>>;
  /** Names of the services and parts (postgres, redis, other subgraphs) this one needs, for `Service.dependsOn`. */
  readonly dependsOn: readonly string[];
  /** Rejects with a sentence while the subgraph can't serve. */
  readonly checkReady: () => Promise<void>;
  /** What doesn't work at the moment although the subgraph serves, a sentence; null when all does. */
  readonly impairment?: () => string | null;
  /** Closes lanes, consumers, feeds and the database, in that order. */
  readonly close: () => Promise<void>;
}

export interface RunningSubgraph<Source extends FeedSource = Feeds> {
  readonly name: SubgraphName;
  /** The in-process transport to it. */
  readonly transport: SubgraphTransport;
  readonly feeds: Source;
  readonly dependsOn: readonly string[];
  checkReady(): Promise<void>;
  /** See SubgraphDefinition. */
  impairment(): string | null;
  close(): Promise<void>;
}
