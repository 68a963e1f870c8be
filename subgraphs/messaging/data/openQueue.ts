import type { Database } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { startRecurring } from '#platform/recurring.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { HELD_SWEEP_MS } from '../domain/queueLimits.ts';
import { openCommandLane } from './commandLane.ts';
import type { Files } from './files.ts';
import { sweepHeld } from './heldSweep.ts';
import type { ModuleEvents } from './moduleEvents.ts';
import type { QueueLanes } from './queue.ts';
import { openQueueWatch, type QueueWatch } from './queueFollower.ts';
import { reports } from './reports.ts';
import { reviews } from './reviews.ts';
import type { SendRules } from './sendRules.ts';

export interface QueueParts {
  readonly database: Database;
  readonly feeds: Feeds;
  readonly telemetry: Telemetry;
  readonly files: Pick<Files, 'dropped'>;
  readonly modules: Pick<ModuleEvents, 'appended'> & { readonly rules: SendRules };
}

/** What moderators' queues need in a process: the lanes through which they are changed, those who follow them, and the sweep of what has waited too long. */
export interface OpenQueue {
  readonly lanes: QueueLanes;
  readonly watch: QueueWatch;
  close(): Promise<void>;
}

export const openQueue = ({ database, feeds, telemetry, files, modules }: QueueParts): OpenQueue => {
  const approved = telemetry.counter('fanfare_held_messages_approved_total', 'Held messages that moderators let through.');
  const lanes = {
    reviews: openCommandLane(
      { database, telemetry },
      reviews({
        feeds,
        rules: modules.rules,
        onFilesDropped: () => files.dropped(),
        onPosted: (events) => {
          approved.inc(undefined, events.length);
          modules.appended({ events });
        },
      }),
    ),
    reports: openCommandLane({ database, telemetry }, reports(feeds)),
  };
  const watch = openQueueWatch({ database, feeds, telemetry });
  const sweep = startRecurring({
    name: 'held messages',
    everyMs: HELD_SWEEP_MS,
    telemetry,
    run: async () => {
      if ((await sweepHeld({ database, feeds })) > 0) files.dropped();
    },
  });
  return {
    lanes,
    watch,
    close: async () => {
      await Promise.all([lanes.reviews.close(), lanes.reports.close()]);
      watch.close();
      await sweep.close();
    },
  };
};
