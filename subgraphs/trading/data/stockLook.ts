import type { Queryable } from '#platform/database/database.ts';
import { newIdInShard, shardIndexOf } from '#platform/ids.ts';
import type { GiftItem, GiftWish, StockClaim } from '../domain/gift.ts';
import { piecesLeft } from '../domain/stock.ts';
import { decideWish } from './giftBatchDecide.ts';
import { readGiftState } from './giftBatchLoad.ts';
import { readStocks } from './stockRows.ts';

/** A look at what would become of a wish if its pieces were set aside now. Answers for each of its items: null where the gift is not limited or would be sent, else what to tell the
 * gift lane instead of a reservation. */
export type StockLook = (wish: GiftWish, isLimited: (item: GiftItem) => boolean) => Promise<readonly (StockClaim | null)[]>;

/** Looks by the lane's own rules, without locks and without writing, as a quote does. `databaseOf`: where the wallet of a user, or the stock of a gift, is. As many statements as a quote, and
 * for gifts that would be refused one more per database that has their stocks. */
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
    const left = await readPiecesLeft(databaseOf, wish.items.filter(isRefused));
    return wish.items.map((item, place) => {
      if (!isRefused(item, place)) return null;
      return (left.get(item.giftId) ?? 0n) < BigInt(item.quantity) ? 'SOLD_OUT' : 'NOT_ASKED';
    });
  };

const readPiecesLeft = async (databaseOf: (id: string) => Queryable, items: readonly GiftItem[]): Promise<ReadonlyMap<string, bigint>> => {
  const giftIds = [...new Set(items.map(({ giftId }) => giftId))];
  const stocks = await Promise.all([...Map.groupBy(giftIds, databaseOf)].map(([database, ids]) => readStocks(database, ids)));
  return new Map(stocks.flatMap((ofDatabase) => [...ofDatabase].map(([giftId, stock]) => [giftId, piecesLeft(stock)] as const)));
};
