import type { Feeds } from '#platform/feed/feed.ts';
import type { Store } from '#platform/store/store.ts';
import type { SubgraphRequestContext } from '#platform/subgraph/subgraph.ts';
import type { CommandLane } from './data/commandLane.ts';
import type { Files } from './data/files.ts';
import type { Lanes } from './data/lanes.ts';
import type { LiveRooms } from './data/liveRooms.ts';
import { createLoaders, type LoaderParts, type Loaders } from './data/loaders.ts';
import type { ModuleEvents, SendGate } from './data/moduleEvents.ts';
import type { QueueLanes } from './data/queue.ts';
import type { QueueWatch } from './data/queueFollower.ts';
import type { ReadWatch } from './data/readWatch.ts';
import type { States } from './data/states.ts';
import type { ErasureAction, ErasureAnswer } from './domain/erasure.ts';
import type { PrivacyAction, PrivacyAnswer } from './domain/presence.ts';

/** What lives as long as the process. */
export interface Parts extends LoaderParts {
  readonly feeds: Feeds;
  readonly store: Store;
  readonly modules: ModuleEvents & SendGate;
  readonly files: Files;
  readonly live: LiveRooms;
  readonly readWatch: ReadWatch;
  readonly states: States;
  readonly queueWatch: QueueWatch;
  readonly lanes: Lanes &
    QueueLanes & {
      readonly erasures: CommandLane<ErasureAction, ErasureAnswer>;
      readonly presence: CommandLane<PrivacyAction, PrivacyAnswer>;
    };
}

/** What a resolver gets: one per request, and one per event of a subscription. */
export interface Context extends Parts, SubgraphRequestContext {
  readonly loaders: Loaders;
}

export const createContext =
  (parts: Parts) =>
  (request: SubgraphRequestContext): Context => ({ ...parts, ...request, loaders: createLoaders(parts) });
