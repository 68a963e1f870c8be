import type { Telemetry } from '#platform/telemetry/telemetry.ts';

export interface SweeperOptions {
  /** What it sweeps, for the log: `expired props`. */
  readonly what: string;
  readonly intervalMs: number;
  readonly telemetry: Telemetry;
  /** One sweep. A rejection is logged, and the next sweep tries again. */
  readonly sweep: (signal: AbortSignal) => Promise<unknown>;
}

/** Sweeps now and then, one sweep at a time, and never keeps the process alive. */
export interface Sweeper {
  /** Aborts and awaits the sweep under way. */
  close(): Promise<void>;
}

export const startSweeper = ({ what, intervalMs, telemetry, sweep }: SweeperOptions): Sweeper => {
  const closing = new AbortController();
  let sweeping: Promise<void> | null = null;
  const sweepNow = async (): Promise<void> => {
    try {
      await sweep(closing.signal);
    } catch (error) {
      if (!closing.signal.aborted) telemetry.log.warn({ err: error, what }, 'a sweep failed; the next one tries again');
    } finally {
      sweeping = null;
    }
  };
  const timer = setInterval(() => {
    sweeping ??= sweepNow();
  }, intervalMs);
  timer.unref();
  return {
    close: async () => {
      clearInterval(timer);
      closing.abort(new Error('the process is going down'));
      await sweeping;
    },
  };
};
