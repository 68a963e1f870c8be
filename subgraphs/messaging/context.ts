import type { Feeds } from '#platform/feed/feed.ts';
import type { Lane } from '#platform/lane/lane.ts';
import type { Store } from '#platform/store/store.ts';
import type { SubgraphRequestContext } from '#platform/subgraph/subgraph.ts';
import type { CommandLane } from './data/commandLane.ts';
import type { Files } from './data/files.ts';
import type { LiveRooms } from './data/liveRooms.ts';
import { createLoaders, type LoaderParts, type Loaders } from './data/loaders.ts';
import type { ModerationAnswer } from './data/moderationAnswer.ts';
import type { ModuleEvents, SendGate } from './data/moduleEvents.ts';
import type { PolicyAnswer } from './data/policyCommands.ts';
import type { PostCommand, PostOutcome } from './data/postingLane.ts';
import type { QueueLanes } from './data/queue.ts';
import type { QueueWatch } from './data/queueFollower.ts';
import type { ReadCommand, ReadOutcome } from './data/readLane.ts';
import type { ReadWatch } from './data/readWatch.ts';
import type { States } from './data/states.ts';
import type { UploadAnswer } from './data/uploadCommands.ts';
import type { BlockAction, BlockAnswer } from './domain/block.ts';
import type { ErasureAction, ErasureAnswer } from './domain/erasure.ts';
import type { GroupAction, GroupAnswer } from './domain/group.ts';
import type { MessageAction, MessageChangeAnswer } from './domain/messageChange.ts';
import type { SchemaAction, SchemaAnswer } from './domain/messageSchema.ts';
import type { PolicyAction } from './domain/policyChange.ts';
import type { PrivacyAction, PrivacyAnswer } from './domain/presence.ts';
import type { ModerationAction } from './domain/sanction.ts';
import type { UploadForm } from './domain/upload.ts';

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
  readonly lanes: QueueLanes & {
    readonly postings: Lane<PostCommand, PostOutcome>;
    readonly messages: CommandLane<MessageAction, MessageChangeAnswer>;
    readonly schemas: CommandLane<SchemaAction, SchemaAnswer>;
    readonly groups: CommandLane<GroupAction, GroupAnswer>;
    readonly blocks: CommandLane<BlockAction, BlockAnswer>;
    readonly moderation: CommandLane<ModerationAction, ModerationAnswer>;
    readonly reads: Lane<ReadCommand, ReadOutcome>;
    readonly uploads: CommandLane<UploadForm, UploadAnswer>;
    readonly erasures: CommandLane<ErasureAction, ErasureAnswer>;
    readonly policies: CommandLane<PolicyAction, PolicyAnswer>;
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
