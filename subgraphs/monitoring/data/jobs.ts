import type { Database } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { type Recurring, startRecurring } from '#platform/recurring.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { measureSilences, serviceSilentRule } from '../domain/silence.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { evaluateSilences } from './evaluation.ts';
import { holdLease, releaseLease } from './leases.ts';
import { type SeriesPlace, trimRest, trimSeries } from './retention.ts';
import { readReports } from './services.ts';

/** How often rules are evaluated: what is due is told within this. */
export const EVALUATION_INTERVAL_MS = 2_000;
const EVALUATION_LEASE_MS = 10_000;

/** How often old rows are deleted: see TRIM_SERIES_MAX. */
const TRIM_INTERVAL_MS = 5_000;
const TRIM_LEASE_MS = 30_000;

export interface JobsOptions {
  readonly database: Database;
  readonly db: PrismaClient;
  readonly feeds: Feeds;
  readonly telemetry: Telemetry;
  /** Tells this process from others that run the same jobs. */
  readonly holder: string;
  readonly silentMs: number;
}

/** Starts what one of all monitoring processes does: evaluating the rule and deleting old rows. Close them to hand over. */
export function startJobs(options: JobsOptions): readonly Recurring[] {
  const { database, db, feeds, silentMs } = options;
  const rule = serviceSilentRule(silentMs);
  const listeningSinceMs = Date.now();
  const evaluate = async (): Promise<void> => {
    const nowMs = Date.now();
    const { up } = await readReports(db, nowMs);
    await evaluateSilences(database, feeds, { rule, silences: measureSilences(up, listeningSinceMs, nowMs), nowMs });
  };
  let place: SeriesPlace | null = null;
  const trim = async (): Promise<void> => {
    place = await trimSeries(database, Date.now(), place);
    await trimRest(database, Date.now());
  };
  return [
    startLeased(options, { name: 'evaluate-rules', everyMs: EVALUATION_INTERVAL_MS, leaseMs: EVALUATION_LEASE_MS, run: evaluate }),
    startLeased(options, { name: 'trim', everyMs: TRIM_INTERVAL_MS, leaseMs: TRIM_LEASE_MS, run: trim }),
  ];
}

interface LeasedJob {
  readonly name: string;
  readonly everyMs: number;
  readonly leaseMs: number;
  readonly run: () => Promise<void>;
}

function startLeased({ database, telemetry, holder }: JobsOptions, { name, everyMs, leaseMs, run }: LeasedJob): Recurring {
  const job = startRecurring({
    name,
    everyMs,
    telemetry,
    run: async () => {
      if (await holdLease(database, name, holder, leaseMs)) await run();
    },
  });
  return {
    wake: job.wake,
    close: async () => {
      await job.close();
      await releaseLease(database, name, holder).catch((error: unknown) => {
        telemetry.log.warn({ err: error, job: name }, 'a lease could not be given back; it runs out by itself');
      });
    },
  };
}
