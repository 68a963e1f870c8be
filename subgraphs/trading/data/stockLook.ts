import type { Queryable } from '#platform/database/database.ts';
import { newIdInShard, shardIndexOf } from '#platform/ids.ts';
import type { GiftItem, GiftWish, StockClaim } from '../domain/gift.ts';
import { piecesLeft } from '../domain/stock.ts';
import { decideWish } from './giftBatchDecide.ts';
import { readGiftState } from './giftBatchLoad.ts';
import { findReservations, readStocks } from './stockRows.ts';

/** A look at what would become of a wish if its pieces were set aside now. Answers for each of its items: null where the gift is not limited, would be sent, or has pieces set aside under this key
 * already; else what to tell the gift lane instead of a reservation. */
export type StockLook = (wish: GiftWish, isLimited: (item: GiftItem) => boolean) => Promise<readonly (StockClaim | null)[]>;

/** Looks by the lane's own rules, without locks and without writing, as a quote does. `databaseOf`: where the wallet of a user, or the stock of a gift, is. As many statements as a quote, and
 * for gifts that would be refused two more per database that has their stocks. */
export const createStockLook =
  (databaseOf: (id: string) => Queryable): StockLook =>
  async (wish, isLimited) => {
    const reserved = (item: GiftItem): GiftItem => ({ ...item, stock: { orderId: newIdInShard(shardIndexOf(wish.senderId)) } });
    const asked = { ...wish, items: wish.items.map((item) => (isLimited(item) ? reserved(item) : item)) };
    const outcomes = decideWish(asked, await readGiftState(databaseOf(wish.senderId), asked, new Date()));
    const isRefused = (item: GiftItem, place: number): boolean => {
      const outcome = outcomes[place];
      return isLimited(item) && outcome?.ok === false && outcome.undecided === undefined;
    };
    const refused = wish.items.flatMap((item, place) =>
      isRefused(item, place) ? [{ giftId: item.giftId, payerId: wish.senderId, key: wish.idempotencyKey, place }] : [],
    );
    const seen = await Promise.all([...Map.groupBy(refused, ({ giftId }) => databaseOf(giftId))].map(([db, here]) => readShelf(db, here)));
    const left = new Map(seen.flatMap(({ stocks }) => [...stocks]));
    const taken = new Set(seen.flatMap(({ reservations }) => reservations).map(({ place }) => place));
    return wish.items.map((item, place) => {
      // What an attempt before this one has set aside is its own to pay or to give back, and makes nothing sold out for it.
      if (!isRefused(item, place) || taken.has(place)) return null;
      const stock = left.get(item.giftId);
      return stock === undefined || piecesLeft(stock) < BigInt(item.quantity) ? 'SOLD_OUT' : 'NOT_ASKED';
    });
  };

// One after the other: whatever of this key has made a stock smaller is then seen, too.
const readShelf = async (db: Queryable, asked: Parameters<typeof findReservations>[1]) => {
  const stocks = await readStocks(db, [...new Set(asked.map(({ giftId }) => giftId))]);
  return { stocks, reservations: await findReservations(db, asked) };
};
