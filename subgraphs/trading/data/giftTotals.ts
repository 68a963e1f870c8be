import { plain, uuids } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import type { KnownStream } from '../domain/gift.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';

/** All credited gifts of one stream. `asOf`: when they were last added to. */
export interface GiftTotals {
  readonly gifts: number;
  readonly coins: bigint;
  readonly asOf: Date;
}

export interface GiftOfStream {
  /** The streamer: totals are where the streamer's earnings are. */
  readonly receiverId: string;
  readonly streamId: string;
  readonly quantity: number;
  readonly coins: bigint;
}

/** Adds a batch of gifts to the totals of their streams. One statement. */
export const addToGiftTotals = async (tx: Transaction, gifts: readonly GiftOfStream[], now: Date): Promise<void> => {
  const sums = new Map<string, { readonly shard: number; readonly gifts: bigint; readonly coins: bigint }>();
  for (const { receiverId, streamId, quantity, coins } of gifts) {
    const { shard, ...sum } = sums.get(streamId) ?? { shard: shardOf(receiverId), gifts: 0n, coins: 0n };
    sums.set(streamId, { shard, gifts: sum.gifts + BigInt(quantity), coins: sum.coins + coins });
  }
  const streamIds = [...sums.keys()];
  const totals = [...sums.values()];
  await tx.query({
    name: 'addToGiftTotals',
    text: ADD_TO_GIFT_TOTALS,
    values: [
      plain(totals.map((sum) => sum.shard)),
      uuids(streamIds),
      plain(totals.map((sum) => sum.gifts)),
      plain(totals.map((sum) => sum.coins)),
      now,
    ],
  });
};

/** Totals by stream id; streams without a gift are absent. */
export const readGiftTotals = async (prisma: PrismaClient, streams: readonly KnownStream[]): Promise<ReadonlyMap<string, GiftTotals>> => {
  // A process of the version before this one adds to the stream's own shard: what it did counts too.
  const shards = streams.flatMap(({ id, streamerId }) => [shardOf(streamerId), shardOf(id)]);
  const rows = await prisma.streamGiftTotals.findMany({
    where: { shard: { in: [...new Set(shards)] }, streamId: { in: streams.map(({ id }) => id) } },
  });
  const totals = new Map<string, GiftTotals>();
  for (const { streamId, gifts, coins, asOf } of rows) {
    const known = totals.get(streamId) ?? { gifts: 0, coins: 0n, asOf };
    totals.set(streamId, { gifts: known.gifts + Number(gifts), coins: known.coins + coins, asOf: asOf > known.asOf ? asOf : known.asOf });
  }
  return totals;
};

/** When gifts were last credited to these streams, or taken back, by stream id; streams without a gift are absent. The streamers' partition. One statement. */
export const readLastCredits = async (db: Queryable, streams: readonly KnownStream[]): Promise<ReadonlyMap<string, Date>> => {
  const rows = await db.query<{ readonly stream_id: string; readonly as_of: Date }>({
    name: 'readLastCredits',
    text: READ_LAST_CREDITS,
    values: [plain(streams.map(({ streamerId }) => shardOf(streamerId))), uuids(streams.map(({ id }) => id))],
  });
  return new Map(rows.map(({ stream_id, as_of }) => [stream_id, as_of]));
};

const READ_LAST_CREDITS = `/* readLastCredits */
  SELECT t.stream_id, t.as_of FROM unnest($1::int[], $2::uuid[]) AS k (shard, stream_id)
  JOIN stream_gift_totals t ON t.shard = k.shard AND t.stream_id = k.stream_id`;

// Rows are locked in the order of the input, as everywhere.
const ADD_TO_GIFT_TOTALS = `/* addToGiftTotals */
  INSERT INTO stream_gift_totals AS t (shard, stream_id, gifts, coins, as_of)
  SELECT n.shard, n.stream_id, n.gifts, n.coins, $5::timestamptz
  FROM unnest($1::int[], $2::uuid[], $3::bigint[], $4::bigint[]) AS n (shard, stream_id, gifts, coins)
  ORDER BY n.shard, n.stream_id
  ON CONFLICT (shard, stream_id) DO UPDATE
  SET gifts = t.gifts + excluded.gifts, coins = t.coins + excluded.coins, as_of = greatest(t.as_of, excluded.as_of)`;
