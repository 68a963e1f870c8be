import { setTimeout as sleep } from 'node:timers/promises';
import { FanfareError } from '#platform/errors.ts';
import type { Lane } from '#platform/lane/lane.ts';

/** One turn of the open loop's clock. */
const TICK_MS = 2;
/** A caller who is told BUSY comes back after what it is told, and up to this share of it later. */
const JITTER = 0.5;

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
    while (performance.now() < endMs) {
      const retryAfterMs = await lane.submit(next(number)).then((outcome) => {
        if (counts(outcome)) accepted += 1;
        return 0;
      }, busyForMs);
      if (retryAfterMs > 0) await sleep(retryAfterMs * (1 + Math.random() * JITTER));
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return { accepted, elapsedMs: performance.now() - startMs };
};

/** How long somebody who was refused as BUSY should wait. Throws any other error. */
export const busyForMs = (error: unknown): number => {
  if (error instanceof FanfareError && error.code === 'BUSY') return Math.max(1, error.retryAfterMs ?? 0);
  throw error;
};

/** Sends at a fixed rate, whether answers come or not, and measures from the moment a command was due: waiting counts. Answers with milliseconds. */
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
  const send = async (dueMs: number): Promise<void> => {
    await lane.submit(next());
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
