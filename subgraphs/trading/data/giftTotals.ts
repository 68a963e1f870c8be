import { plain } from '#platform/database/arrays.ts';
import type { Transaction } from '#platform/database/database.ts';
import { isUuid, shardOf } from '#platform/ids.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';

/** All credited gifts of one stream. `asOf`: when they were last added to. */
export interface GiftTotals {
  readonly gifts: number;
  readonly coins: bigint;
  readonly asOf: Date;
}

export interface GiftOfStream {
  readonly streamId: string;
  readonly quantity: number;
  readonly coins: bigint;
}

/** Adds a batch of gifts to the totals of their streams. One statement. */
export const addToGiftTotals = async (tx: Transaction, gifts: readonly GiftOfStream[], now: Date): Promise<void> => {
  const sums = new Map<string, { gifts: bigint; coins: bigint }>();
  for (const { streamId, quantity, coins } of gifts) {
    const sum = sums.get(streamId) ?? { gifts: 0n, coins: 0n };
    sums.set(streamId, { gifts: sum.gifts + BigInt(quantity), coins: sum.coins + coins });
  }
  const streamIds = [...sums.keys()];
  const totals = [...sums.values()];
  await tx.query({
    name: 'addToGiftTotals',
    text: ADD_TO_GIFT_TOTALS,
    values: [
      plain(streamIds.map(shardOf)),
      plain(streamIds),
      plain(totals.map((sum) => sum.gifts)),
      plain(totals.map((sum) => sum.coins)),
      now,
    ],
  });
};

/** Totals by stream id; streams without a gift are absent. */
export const readGiftTotals = async (prisma: PrismaClient, streamIds: readonly string[]): Promise<ReadonlyMap<string, GiftTotals>> => {
  const known = streamIds.filter(isUuid);
  const rows = await prisma.streamGiftTotals.findMany({ where: { shard: { in: known.map(shardOf) }, streamId: { in: known } } });
  return new Map(rows.map((row) => [row.streamId, { gifts: Number(row.gifts), coins: row.coins, asOf: row.asOf }]));
};

// Rows are locked in the order of the input, as everywhere.
const ADD_TO_GIFT_TOTALS = `/* addToGiftTotals */
  INSERT INTO stream_gift_totals AS t (shard, stream_id, gifts, coins, as_of)
  SELECT n.shard, n.stream_id, n.gifts, n.coins, $5::timestamptz
  FROM unnest($1::int[], $2::uuid[], $3::bigint[], $4::bigint[]) AS n (shard, stream_id, gifts, coins)
  ORDER BY n.shard, n.stream_id
  ON CONFLICT (shard, stream_id) DO UPDATE
  SET gifts = t.gifts + excluded.gifts, coins = t.coins + excluded.coins, as_of = greatest(t.as_of, excluded.as_of)`;
