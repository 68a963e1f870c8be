import type { Queryable } from '#platform/database/database.ts';
import { encodeCursor } from '#platform/feed/cursor.ts';
import { readHeads } from '#platform/feed/log.ts';
import { shardAt } from '#platform/ids.ts';
import type { Marks } from '#platform/store/boards.ts';
import type { Tally } from '../domain/board.ts';
import { type CountedOrder, toBoardGift } from './boardNews.ts';
import { readGiftOrders } from './giftOrders.ts';
import type { Partition, Partitions } from './partitions.ts';

/** Orders read at once: few enough for a short statement and little memory. */
const PAGE_ORDERS = 5_000;
/** Sums that are put aside before they are handed on. */
const TALLY_SIZE_MAX = 20_000;
const LOWEST_ID = '00000000-0000-0000-0000-000000000000';

export interface RecountOptions {
  readonly partitions: Partitions;
  readonly tally: Tally;
  /** Takes over what the tally holds: whenever that has become much, and at the end. */
  readonly flush: () => Promise<void>;
  /** Hears every few thousand orders and refunds how many orders have been read. */
  readonly onPage: (orders: number) => Promise<void>;
  readonly signal: AbortSignal;
}

export interface Recount {
  /** The place in each gift feed up to which everything, and nothing after it, was counted. */
  readonly marks: Marks;
  readonly orders: number;
}

/** Counts all gifts from the orders of all partitions, in bounded memory. Each partition is read as of one moment, together with the places at which its feeds stand: an order and its event are
 * committed together, so what is counted is just what the feeds say up to there. Rejects when one of the partitions cannot be read. */
export const recountBoards = async (options: RecountOptions): Promise<Recount> => {
  const marks = new Map<string, string>();
  let orders = 0;
  const onPage = (page: number): Promise<void> => {
    orders += page;
    return options.onPage(orders);
  };
  for (const partition of options.partitions.all) {
    for (const [feed, cursor] of await recountPartition(partition, { ...options, onPage })) marks.set(feed, cursor);
  }
  await options.flush();
  return { marks, orders };
};

const recountPartition = (partition: Partition, options: RecountOptions): Promise<Marks> => {
  let attempts = 0;
  return partition.database.transaction('recountBoards', async (tx) => {
    attempts += 1;
    // What was handed on cannot be taken back.
    if (attempts > 1) throw new Error('counting the boards from the orders was interrupted: count again from the start');
    await tx.query({ text: '/* recountSnapshot */ SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY' });
    const feeds = partition.shards.map((shardIndex) => `gifts/${shardIndex}`);
    const heads = await readHeads(tx, feeds);
    for (const shardIndex of partition.shards) {
      await recountOrders(tx, shardAt(shardIndex), options);
      await recountRefunds(tx, shardAt(shardIndex), options);
    }
    return new Map(heads.map(({ cursor }, index) => [feeds[index] ?? '', encodeCursor(cursor)]));
  });
};

const recountOrders = async (tx: Queryable, shard: number, { tally, flush, onPage, signal }: RecountOptions): Promise<void> => {
  for (let after = LOWEST_ID; ; ) {
    signal.throwIfAborted();
    const rows = await tx.query<OrderRow>({ name: 'recountOrders', text: RECOUNT_ORDERS, values: [shard, after, PAGE_ORDERS] });
    for (const row of rows) if (row.sent) tally.add(toBoardGift(toOrder(row), 1n));
    await onPage(rows.length);
    if (tally.size > TALLY_SIZE_MAX) await flush();
    if (rows.length < PAGE_ORDERS) return;
    after = rows.at(-1)?.id ?? after;
  }
};

// The orders are their senders', so they may be in other partitions; they never change, so it doesn't matter as of when they are read.
const recountRefunds = async (
  tx: Queryable,
  shard: number,
  { partitions, tally, flush, onPage, signal }: RecountOptions,
): Promise<void> => {
  for (let after = LOWEST_ID; ; ) {
    signal.throwIfAborted();
    const rows = await tx.query<{ readonly order_id: string }>({
      name: 'recountRefunds',
      text: RECOUNT_REFUNDS,
      values: [shard, after, PAGE_ORDERS],
    });
    const ids = rows.map((row) => row.order_id);
    for (const order of await ordersOf(partitions, ids)) tally.add(toBoardGift(order, -1n));
    // These are orders that have been read before.
    await onPage(0);
    if (tally.size > TALLY_SIZE_MAX) await flush();
    if (rows.length < PAGE_ORDERS) return;
    after = ids.at(-1) ?? after;
  }
};

const ordersOf = async (partitions: Partitions, ids: readonly string[]): Promise<readonly CountedOrder[]> => {
  const orders = await partitions.gather(ids, partitions.ofId, async ({ database }, ofPartition) => {
    const found = await readGiftOrders(database, ofPartition);
    return ofPartition.map((id) => found.get(id) ?? new Error(`order ${id} was refunded and does not exist`));
  });
  return orders.map((order) => {
    if (order instanceof Error) throw order;
    return order;
  });
};

interface OrderRow {
  readonly id: string;
  readonly sender_id: string;
  readonly receiver_id: string;
  readonly stream_id: string;
  readonly coins: bigint;
  readonly sent: boolean;
}

const toOrder = ({ id, sender_id, receiver_id, stream_id, coins }: OrderRow): CountedOrder => ({
  id,
  senderId: sender_id,
  receiverId: receiver_id,
  streamId: stream_id,
  coins,
});

// A gift that its sender could still take back was sent when its hold was posted: that is when its event was written.
const RECOUNT_ORDERS = `/* recountOrders */
  SELECT o.id, o.sender_id, o.receiver_id, o.stream_id, o.coins, coalesce(h.status = 'POSTED', true) AS sent
  FROM gift_order o
  LEFT JOIN gift_hold h ON o.cancellable_until IS NOT NULL AND h.shard = o.shard AND h.order_id = o.id
  WHERE o.shard = $1 AND o.id > $2::uuid
  ORDER BY o.id LIMIT $3`;

const RECOUNT_REFUNDS = `/* recountRefunds */
  SELECT r.order_id FROM gift_refund r WHERE r.shard = $1 AND r.order_id > $2::uuid ORDER BY r.order_id LIMIT $3`;
