import type { Telemetry } from '#platform/telemetry/telemetry.ts';

/** How a command ended. `busy`, `timeout`: surely not executed. */
export type CommandEnd = 'done' | 'busy' | 'timeout' | 'aborted' | 'failed' | 'unknown';

/** What a lane tells about itself. Observed per batch, not per command: a lane handles thousands a second. */
export interface LaneMetrics {
  batch(size: number, oldestWaitMs: number): void;
  ran(runMs: number): void;
  ended(end: CommandEnd, commands: number): void;
  queued(commands: number): void;
}

const BATCH_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500];
const MILLISECONDS_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000];

/** The metrics of the lane of that name. */
export const laneMetrics = (telemetry: Telemetry, lane: string): LaneMetrics => {
  const labels = { lane };
  const size = telemetry.histogram('fanfare_lane_batch_commands', 'Commands per batch.', BATCH_BUCKETS, ['lane']);
  const wait = telemetry.histogram(
    'fanfare_lane_wait_ms',
    'Milliseconds that the oldest command of a batch waited in the queue.',
    MILLISECONDS_BUCKETS,
    ['lane'],
  );
  const run = telemetry.histogram(
    'fanfare_lane_run_ms',
    'Milliseconds from BEGIN to the answer of COMMIT, per batch.',
    MILLISECONDS_BUCKETS,
    ['lane'],
  );
  const queued = telemetry.gauge('fanfare_lane_queued', 'Commands waiting.', ['lane']);
  const commands = telemetry.counter('fanfare_lane_commands_total', 'Commands by how they ended.', ['lane', 'end']);
  // Lanes of one name, one per database or shard, are told as one.
  let told = 0;
  return {
    batch: (batchSize, oldestWaitMs) => {
      size.observe(batchSize, labels);
      wait.observe(oldestWaitMs, labels);
    },
    ran: (runMs) => run.observe(runMs, labels),
    ended: (end, count) => commands.inc({ lane, end }, count),
    queued: (count) => {
      queued.add(count - told, labels);
      told = count;
    },
  };
};
