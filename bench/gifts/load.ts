import { setTimeout as sleep } from 'node:timers/promises';
import { FanfareError } from '#platform/errors.ts';
import type { GiftOutcome } from '../../subgraphs/trading/data/giftBatchState.ts';
import type { GiftLane } from '../../subgraphs/trading/data/giftLane.ts';
import type { GiftCommand } from '../../subgraphs/trading/domain/gift.ts';

/** One turn of the open loop's clock. */
const TICK_MS = 2;
/** A caller who is told BUSY comes back after what it is told, and up to this share of it later. */
const JITTER = 0.5;

export interface ClosedLoop {
  /** New orders: repeated keys don't count. */
  readonly accepted: number;
  readonly elapsedMs: number;
}

const isNewOrder = (outcome: GiftOutcome): boolean => outcome.ok && !outcome.repeated;

/** Keeps that many callers busy, each with one gift under way. `nextGift` gets the caller's number. */
export const closedLoop = async (
  lane: Pick<GiftLane, 'submit'>,
  callers: number,
  seconds: number,
  nextGift: (caller: number) => GiftCommand,
): Promise<ClosedLoop> => {
  const startMs = performance.now();
  const endMs = startMs + seconds * 1_000;
  let accepted = 0;
  const caller = async (_: unknown, number: number): Promise<void> => {
    while (performance.now() < endMs) {
      const retryAfterMs = await lane.submit(nextGift(number)).then((outcome) => {
        if (isNewOrder(outcome)) accepted += 1;
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

/** Whether nobody knows what became of a command, or it was not begun in time: the same key again settles it. */
export const isUnsettled = (error: unknown): boolean =>
  error instanceof FanfareError && (error.code === 'OUTCOME_UNKNOWN' || error.code === 'TIMEOUT');

/** Sends at a fixed rate, whether answers come or not, and measures from the moment a gift was due: waiting counts. Answers with milliseconds. */
export const openLoop = async (
  lane: Pick<GiftLane, 'submit'>,
  perSecond: number,
  seconds: number,
  nextGift: () => GiftCommand,
): Promise<readonly number[]> => {
  const latenciesMs: number[] = [];
  const underWay: Promise<void>[] = [];
  const startMs = performance.now();
  const total = seconds * perSecond;
  const send = async (dueMs: number): Promise<void> => {
    await lane.submit(nextGift());
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
