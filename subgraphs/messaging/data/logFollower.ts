import type { Database } from '#platform/database/database.ts';
import { startRecurring } from '#platform/recurring.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { type ClaimedLog, claimDue, type FinishedLog, finishLogs, markBehind, markDue, registerFromNow } from './logFollowers.ts';

/** What is due is looked for so often; news of this process wakes it sooner. */
const POLL_MS = 1_000;
/** After the first news of a burst: the rest of it goes along. */
const GATHER_MS = 100;
/** All logs are compared with how far the follower is so often, in case somebody could not say what they knew. */
const COMPARE_MS = 30_000;
/** Conversations that one comparison marks at most: the next one finds the others. */
const COMPARED_MAX = 10_000;
/** Conversations with news that this process remembers at most. Those it forgets are found by comparing. */
const NEWS_MAX = 10_000;

export interface LogFollowerOptions {
  /** Under which it is stored how far it is: never changed. */
  readonly name: string;
  /** Where one that was never there begins. */
  readonly from: 'beginning' | 'now';
  readonly database: Database;
  readonly telemetry: Telemetry;
  /** Conversations that one process works on at a time. */
  readonly parallel: number;
  /** Longer than one piece of work can take. */
  readonly claimMs: number;
  /** Whether to work now; absent: always. */
  readonly mayWork?: () => boolean;
  /** Works on what was claimed; answers with what came of each. What it throws is tried again once the claims have ended. */
  readonly work: (claimed: readonly ClaimedLog[]) => Promise<readonly FinishedLog[]>;
}

/** Somebody who works through the logs of all conversations, each in its order: any number of processes together, at least once, over restarts. */
export interface LogFollower {
  /** That these conversations have news. Returns at once. */
  news(conversationIds: Iterable<string>): void;
  /** Finishes the work under way. */
  close(): Promise<void>;
}

export const startLogFollower = (options: LogFollowerOptions): LogFollower => {
  const { name, from, database, telemetry, parallel, claimMs, mayWork = () => true, work } = options;
  let isRegistered = from === 'beginning';
  let known = new Set<string>();
  let comparedMs = Number.NEGATIVE_INFINITY;
  let gathering: NodeJS.Timeout | null = null;
  let isClosed = false;
  const mark = async (): Promise<void> => {
    const marked = known;
    known = new Set();
    try {
      if (marked.size > 0) await markDue(database, name, [...marked]);
    } catch (error) {
      for (const id of marked) if (known.size < NEWS_MAX) known.add(id);
      throw error;
    }
    if (performance.now() - comparedMs < COMPARE_MS) return;
    await markBehind(database, name, COMPARED_MAX);
    comparedMs = performance.now();
  };
  const job = startRecurring({
    name: `log-follower-${name}`,
    everyMs: POLL_MS,
    telemetry,
    run: async () => {
      if (!isRegistered) await registerFromNow(database, name);
      isRegistered = true;
      await mark();
      while (!isClosed && mayWork()) {
        const claimed = await claimDue(database, name, { limit: parallel, claimMs });
        if (claimed.length === 0) return;
        await finishLogs(database, name, await work(claimed));
        await mark();
      }
    },
  });
  return {
    news: (conversationIds) => {
      for (const id of conversationIds) if (known.size < NEWS_MAX) known.add(id);
      gathering ??= setTimeout(() => {
        gathering = null;
        job.wake();
      }, GATHER_MS);
    },
    close: async () => {
      isClosed = true;
      if (gathering !== null) clearTimeout(gathering);
      await job.close();
      // What this process knew and has not said yet: the next one works on it at once.
      if (known.size === 0) return;
      await markDue(database, name, [...known]).catch((err: unknown) =>
        telemetry.log.warn({ err, follower: name }, 'news of conversations could not be passed on: they are found by comparing'),
      );
    },
  };
};
