import type { FeedEvent } from '#platform/feed/feed.ts';
import { timeMsOfId } from '#platform/ids.ts';
import { type BoardChange, shelfOf } from '#platform/store/boards.ts';
import type { BoardGift, TalliedBoard } from '../domain/board.ts';
import type { GiftOrder } from '../domain/giftOrder.ts';
import { parseGiftRefunded, parseGiftSent } from '../events.ts';

/** What the boards know of an order. */
export type CountedOrder = Pick<GiftOrder, 'senderId' | 'receiverId' | 'streamId' | 'coins'> & { readonly id: string };

/** What an event of a gift feed changes on the boards; null when nothing. Throws on a gift that cannot be read. */
export const boardGiftOf = (event: FeedEvent): BoardGift | null => {
  const sent = parseGiftSent(event);
  if (sent !== null) return toBoardGift({ ...sent, id: sent.orderId }, 1n);
  const refunded = parseGiftRefunded(event);
  return refunded === null ? null : toBoardGift({ ...refunded, id: refunded.orderId }, -1n);
};

/** An order as the boards count it; `sign` −1n: as they take it away. The moment is that in the order's id, so that events and orders say the same. */
export const toBoardGift = ({ id, senderId, receiverId, streamId, coins }: CountedOrder, sign: 1n | -1n): BoardGift => ({
  senderId,
  receiverId,
  streamId,
  coins: sign * coins,
  orderedAtMs: timeMsOfId(id) ?? 0,
  streamCreatedAtMs: timeMsOfId(streamId) ?? 0,
});

/** A tally as changes, by shelf. */
export const toBoardChanges = (tallied: ReadonlyMap<string, TalliedBoard>): ReadonlyMap<number, readonly BoardChange[]> =>
  Map.groupBy(
    [...tallied.values()].map(({ place, coins }) => ({
      board: place.name,
      expiresAtMs: place.expiresAtMs,
      increments: [...coins].flatMap(([member, sum]): BoardChange['increments'] => (sum === 0n ? [] : [[member, toScore(sum)]])),
    })),
    ({ board }) => shelfOf(board),
  );

const SCORE_MAX = BigInt(Number.MAX_SAFE_INTEGER);

/** The store counts in doubles. Nobody has paid 2^53 coins at once; should they, they stand first all the same. */
const toScore = (coins: bigint): number => Number(coins > SCORE_MAX ? SCORE_MAX : coins < -SCORE_MAX ? -SCORE_MAX : coins);
