import { isUuid, shardOf } from '#platform/ids.ts';
import type { GiftOrder } from '../domain/giftOrder.ts';
import { orderIdsOf } from './giftAnswers.ts';
import { readGiftOrders } from './giftOrders.ts';
import type { Partitions } from './partitions.ts';

/** Which orders support asks for. Ids bound the time: they begin with their millisecond. */
export interface OrderSearch {
  readonly userId: string;
  /** Null: both parts. */
  readonly role: 'SENDER' | 'RECEIVER' | null;
  /** Orders with this id or a higher one; null: no bound. */
  readonly fromId: string | null;
  /** Orders with a lower id; null: no bound. */
  readonly beforeId: string | null;
  readonly limit: number;
}

/** The orders that somebody sent or received, the newest first, at most `limit`. Received ones are found by their credits, so those that are under way are missing. Two
 * statements in the user's partition at most, and one in each partition that has senders of theirs. */
export const searchOrders = async (partitions: Partitions, search: OrderSearch): Promise<readonly GiftOrder[]> => {
  const [sent, received] = await Promise.all([
    search.role === 'RECEIVER' ? [] : listSentIds(partitions, search),
    search.role === 'SENDER' ? [] : listReceivedIds(partitions, search),
  ]);
  const ids = [...sent, ...received].sort(byNewest).slice(0, search.limit);
  return ordersById(partitions, ids);
};

/** The orders that were answered to a key of their sender, several when several gifts were sent at once; none when the key was not used, was refused, or was used for
 * something else. */
export const findOrdersByKey = async (partitions: Partitions, userId: string, key: string): Promise<readonly GiftOrder[]> => {
  const answers = await partitions.of(userId).prisma.answer.findMany({ where: { shard: shardOf(userId), actorId: userId, key } });
  return ordersById(
    partitions,
    answers.flatMap(({ resultId, detail }) => orderIdsOf({ resultId, detail })),
  );
};

const listSentIds = async (partitions: Partitions, { userId, ...search }: OrderSearch): Promise<readonly string[]> => {
  const rows = await partitions.of(userId).prisma.giftOrder.findMany({
    where: { shard: shardOf(userId), senderId: userId, id: rangeOf(search) },
    select: { id: true },
    orderBy: { id: 'desc' },
    take: search.limit,
  });
  return rows.map(({ id }) => id);
};

const listReceivedIds = async (partitions: Partitions, { userId, ...search }: OrderSearch): Promise<readonly string[]> => {
  const rows = await partitions.of(userId).prisma.giftCredit.findMany({
    where: { shard: shardOf(userId), receiverId: userId, orderId: rangeOf(search) },
    select: { orderId: true },
    orderBy: { orderId: 'desc' },
    take: search.limit,
  });
  return rows.map(({ orderId }) => orderId);
};

const rangeOf = ({ fromId, beforeId }: Pick<OrderSearch, 'fromId' | 'beforeId'>) => ({
  ...(fromId === null ? {} : { gte: fromId }),
  ...(beforeId === null ? {} : { lt: beforeId }),
});

const ordersById = async (partitions: Partitions, ids: readonly string[]): Promise<readonly GiftOrder[]> => {
  const found = await partitions.gather(ids.filter(isUuid), partitions.ofId, async ({ database }, ofPartition) => {
    const orders = await readGiftOrders(database, ofPartition);
    return ofPartition.map((id) => orders.get(id) ?? null);
  });
  return found.flatMap((order) => {
    if (order instanceof Error) throw order;
    return order ?? [];
  });
};

const byNewest = (a: string, b: string): number => (a < b ? 1 : a > b ? -1 : 0);
