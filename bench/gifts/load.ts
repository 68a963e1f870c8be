import type { GiftOutcome } from '../../subgraphs/trading/data/giftBatchState.ts';
import type { GiftLane } from '../../subgraphs/trading/data/giftLane.ts';
import type { GiftCommand } from '../../subgraphs/trading/domain/gift.ts';
import { type ClosedLoop, closedLoop } from '../support/load.ts';

/** New orders count; repeated keys don't. */
const isNewOrder = (outcome: GiftOutcome): boolean => outcome.ok && !outcome.repeated;

/** Keeps that many callers busy, each with one gift under way. `next` gets the caller's number. */
export const keepSending = (
  lane: Pick<GiftLane, 'submit'>,
  callers: number,
  seconds: number,
  next: (caller: number) => GiftCommand,
): Promise<ClosedLoop> => closedLoop({ lane, callers, seconds, next, counts: isNewOrder });
