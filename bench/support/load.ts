import { setTimeout as sleep } from 'node:timers/promises';
import { FanfareError } from '#platform/errors.ts';
import type { Lane } from '#platform/lane/lane.ts';

/** One turn of the open loop's clock. */
const TICK_MS = 2;
/** A caller who is told BUSY comes back after what it is told, and up to this share of it later. */
const JITTER = 0.5;
/** Whose command is not settled asks again after that long, and gives up this long after the end. */
const RETRY_MS = 100;
const SETTLE_MS = 60_000;

export interface ClosedLoop {
  /** Answers that count. */
  readonly accepted: number;
  readonly elapsedMs: number;
}

export interface ClosedLoopOptions<Command, Outcome> {
  readonly lane: Pick<Lane<Command, Outcome>, 'submit'>;
  /** Commands under way, one of each caller. */
  readonly callers: number;
  readonly seconds: number;
  /** Gets the caller's number. */
  readonly next: (caller: number) => Command;
  /** Whether an answer counts. */
  readonly counts: (outcome: Outcome) => boolean;
}

/** Keeps that many callers busy, each with one command under way. */
export const closedLoop = async <Command, Outcome>({
  lane,
  callers,
  seconds,
  next,
  counts,
}: ClosedLoopOptions<Command, Outcome>): Promise<ClosedLoop> => {
  const startMs = performance.now();
  const endMs = startMs + seconds * 1_000;
  let accepted = 0;
  const caller = async (_: unknown, number: number): Promise<void> => {
    let unsettled: Command | null = null;
    // What nobody knows the end of is settled also after the time is over: by the same command, again.
    while (performance.now() < endMs || (unsettled !== null && performance.now() < endMs + SETTLE_MS)) {
      const command: Command = unsettled ?? next(number);
      unsettled = null;
      const retryAfterMs = await lane.submit(command).then(
        (outcome) => {
          if (counts(outcome)) accepted += 1;
          return 0;
        },
        (error: unknown) => {
          if (isUnsettled(error)) unsettled = command;
          else return busyForMs(error);
          return RETRY_MS;
        },
      );
      if (retryAfterMs > 0) await sleep(retryAfterMs * (1 + Math.random() * JITTER));
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return { accepted, elapsedMs: performance.now() - startMs };
};

/** Whether nobody knows what became of a command, or it was not begun in time: the same key again settles it. */
export const isUnsettled = (error: unknown): boolean =>
  error instanceof FanfareError && (error.code === 'OUTCOME_UNKNOWN' || error.code === 'TIMEOUT');

/** How long somebody who was refused as BUSY should wait. Throws any other error. */
export const busyForMs = (error: unknown): number => {
  if (error instanceof FanfareError && error.code === 'BUSY') return Math.max(1, error.retryAfterMs ?? 0);
  throw error;
};

/** Sends at a fixed rate, whether answers come or not, and measures from the moment a command was due: waiting counts, also that of who is told BUSY or nothing, and comes back with the same command. Answers with
 * milliseconds. */
export const openLoop = async <Command, Outcome>(
  lane: Pick<Lane<Command, Outcome>, 'submit'>,
  perSecond: number,
  seconds: number,
  next: () => Command,
): Promise<readonly number[]> => {
  const latenciesMs: number[] = [];
  const underWay: Promise<void>[] = [];
  const startMs = performance.now();
  const total = seconds * perSecond;
  const settle = async (command: Command, untilMs: number): Promise<void> => {
    for (;;) {
      const retryAfterMs = await lane.submit(command).then(
        () => null,
        (error: unknown) => {
          if (performance.now() > untilMs) throw error;
          return isUnsettled(error) ? RETRY_MS : busyForMs(error);
        },
      );
      if (retryAfterMs === null) return;
      await sleep(retryAfterMs * (1 + Math.random() * JITTER));
    }
  };
  const send = async (dueMs: number): Promise<void> => {
    await settle(next(), dueMs + SETTLE_MS);
    latenciesMs.push(performance.now() - dueMs);
  };
  while (underWay.length < total) {
    const dueCount = Math.min(total, Math.floor(((performance.now() - startMs) / 1_000) * perSecond));
    while (underWay.length < dueCount) underWay.push(send(startMs + (underWay.length / perSecond) * 1_000));
    await sleep(TICK_MS);
  }
  await Promise.all(underWay);
  return latenciesMs;
};
