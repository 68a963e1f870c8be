import { setTimeout as wait } from 'node:timers/promises';
import { isDatabaseAway } from '#platform/database/away.ts';
import { CommitUnknownError } from '#platform/database/database.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';

/** A job that runs again and again, never twice at a time. */
export interface Recurring {
  /** Runs it now, or right after the run under way. */
  wake(): void;
  /** Finishes the run under way. */
  close(): Promise<void>;
}

export interface RecurringOptions {
  /** For the log. */
  readonly name: string;
  /** From the end of one run to the start of the next. */
  readonly everyMs: number;
  readonly telemetry: Telemetry;
  readonly run: () => Promise<void>;
}

/** Starts a recurring job at once. A run that fails is logged, and the next one tries again: the jobs keep what is left to do in the database. */
export function startRecurring({ name, everyMs, telemetry, run }: RecurringOptions): Recurring {
  let pause = new AbortController();
  let closing = false;
  const loop = async (): Promise<void> => {
    while (!closing) {
      pause = new AbortController();
      try {
        await run();
      } catch (error) {
        // A database that is away comes back, also while it was committing: nobody has to mend the job, which looks up what is left to do.
        telemetry.log[isDatabaseAway(error) || error instanceof CommitUnknownError ? 'warn' : 'error'](
          { err: error, job: name },
          'a recurring job failed and will be tried again',
        );
      }
      await untilWoken(pause.signal, everyMs);
    }
  };
  const done = loop();
  return {
    wake: () => pause.abort(),
    close: async () => {
      closing = true;
      pause.abort();
      await done;
    },
  };
}

/** An aborted pause is a short one, not an error. */
async function untilWoken(signal: AbortSignal, ms: number): Promise<void> {
  if (signal.aborted) return;
  await wait(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
