import type { Database } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import type { Lane } from '#platform/lane/lane.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { BlockAction, BlockAnswer } from '../domain/block.ts';
import type { GroupAction, GroupAnswer } from '../domain/group.ts';
import type { MessageAction, MessageChangeAnswer } from '../domain/messageChange.ts';
import type { SchemaAction, SchemaAnswer } from '../domain/messageSchema.ts';
import type { PolicyAction } from '../domain/policyChange.ts';
import type { ModerationAction } from '../domain/sanction.ts';
import type { UploadForm } from '../domain/upload.ts';
import { blockCommands } from './blockCommands.ts';
import { type CommandLane, openCommandLane } from './commandLane.ts';
import { groupCommands } from './groupCommands.ts';
import { messageChanges } from './messageChanges.ts';
import { messageSchemas } from './messageSchemas.ts';
import type { ModerationAnswer } from './moderationAnswer.ts';
import { moderation } from './moderationCommands.ts';
import type { ModuleEvents } from './moduleEvents.ts';
import { type PolicyAnswer, policyCommands } from './policyCommands.ts';
import { openPostingLane, type PostCommand, type PostingLaneOptions, type PostOutcome } from './postingLane.ts';
import { openReadLane, type ReadCommand, type ReadOutcome } from './readLane.ts';
import { type UploadAnswer, uploadCommands } from './uploadCommands.ts';

/** The lanes that resolvers submit to. Those of the queue, of erasures and of what somebody shows of themselves belong to their own parts. */
export interface Lanes {
  readonly postings: Lane<PostCommand, PostOutcome>;
  readonly messages: CommandLane<MessageAction, MessageChangeAnswer>;
  readonly schemas: CommandLane<SchemaAction, SchemaAnswer>;
  readonly groups: CommandLane<GroupAction, GroupAnswer>;
  readonly blocks: CommandLane<BlockAction, BlockAnswer>;
  readonly moderation: CommandLane<ModerationAction, ModerationAnswer>;
  readonly reads: Lane<ReadCommand, ReadOutcome>;
  readonly uploads: CommandLane<UploadForm, UploadAnswer>;
  readonly policies: CommandLane<PolicyAction, PolicyAnswer>;
}

export interface LanesOptions {
  readonly database: Database;
  readonly feeds: Feeds;
  readonly telemetry: Telemetry;
  readonly modules: ModuleEvents & Pick<PostingLaneOptions, 'rules'>;
  /** Hears after COMMIT what was posted, besides the modules. */
  readonly onPosted: PostingLaneOptions['onPosted'];
  /** Hears after COMMIT that files belong to no message any more. */
  readonly onFilesDropped: () => void;
}

/** Opens them. `close` waits for what they have taken. */
export const openLanes = ({ onPosted, onFilesDropped, modules, ...parts }: LanesOptions) => {
  const { feeds } = parts;
  const postings = openPostingLane({
    ...parts,
    rules: modules.rules,
    onPosted: (events) => {
      modules.appended({ events });
      onPosted(events);
    },
  });
  const all: Lanes = {
    postings,
    messages: openCommandLane(parts, messageChanges({ feeds, rules: modules.rules, onFilesDropped })),
    schemas: openCommandLane(parts, messageSchemas),
    groups: openCommandLane(parts, groupCommands({ feeds, rules: modules.rules })),
    blocks: openCommandLane(parts, blockCommands(feeds)),
    moderation: openCommandLane(parts, moderation(feeds, onFilesDropped)),
    reads: openReadLane({ ...parts, modules }),
    uploads: openCommandLane(parts, uploadCommands),
    policies: openCommandLane(parts, policyCommands(feeds)),
  };
  const close = async (): Promise<void> => {
    await Promise.all(Object.values(all).map((lane) => lane.close()));
  };
  return { all, close };
};
