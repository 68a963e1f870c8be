import { plain, texts, times, uuids } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import type { KnownStream } from '../domain/gift.ts';
import type { GiftGoal } from '../domain/giftGoal.ts';

/** A gift that was credited to its receiver, or (with negative amounts) taken back from them. */
export interface GoalProgress {
  readonly receiverId: string;
  readonly streamId: string;
  readonly giftId: string;
  /** Pieces. */
  readonly quantity: number;
  readonly coins: bigint;
  /** When it was credited: goals set later have nothing to do with it. */
  readonly creditedAt: Date;
}

/** Goals by stream id, in order; streams without goals are absent. The streamers' partition. One statement. */
export const readGiftGoals = async (
  db: Queryable,
  streams: readonly Pick<KnownStream, 'id' | 'streamerId'>[],
): Promise<ReadonlyMap<string, readonly GiftGoal[]>> => {
  const rows = await db.query<GoalRow>({
    name: 'readGiftGoals',
    text: READ_GIFT_GOALS,
    values: [plain(streams.map(({ streamerId }) => shardOf(streamerId))), uuids(streams.map(({ id }) => id))],
  });
  const goals = Map.groupBy(rows, (row) => row.stream_id);
  return new Map([...goals].map(([streamId, ofStream]) => [streamId, ofStream.map(toGoal)]));
};

/** Moves the goals that these gifts count for. Call it with the receivers' wallets locked. One statement, whatever the gifts. */
export const addToGiftGoals = async (tx: Transaction, gifts: readonly GoalProgress[], now: Date): Promise<void> => {
  const sums = sumUp(gifts);
  await tx.query({
    name: 'addToGiftGoals',
    text: ADD_TO_GIFT_GOALS,
    values: [
      plain(sums.map(({ shard }) => shard)),
      uuids(sums.map(({ streamId }) => streamId)),
      texts(sums.map(({ giftId }) => giftId)),
      plain(sums.map(({ amount }) => amount)),
      times(sums.map(({ creditedAt }) => creditedAt)),
      now,
    ],
  });
};

/** Puts these goals in place of those that the streams have. Call it with the streamers' wallets locked. Two statements. */
export const writeGiftGoals = async (
  tx: Transaction,
  goalsOf: ReadonlyMap<string, { readonly streamerId: string; readonly goals: readonly GiftGoal[] }>,
): Promise<void> => {
  const streams = [...goalsOf].map(([streamId, { streamerId, goals }]) => ({ streamId, shard: shardOf(streamerId), goals }));
  const rows = streams.flatMap(({ streamId, shard, goals }) => goals.map((goal, position) => ({ streamId, shard, position, ...goal })));
  await Promise.all([
    tx.query({
      name: 'deleteGiftGoals',
      text: DELETE_GIFT_GOALS,
      values: [plain(streams.map(({ shard }) => shard)), uuids(streams.map(({ streamId }) => streamId))],
    }),
    tx.query({
      name: 'insertGiftGoals',
      text: INSERT_GIFT_GOALS,
      values: [
        plain(rows.map(({ shard }) => shard)),
        uuids(rows.map(({ streamId }) => streamId)),
        plain(rows.map(({ position }) => position)),
        texts(rows.map(({ giftId }) => giftId)),
        plain(rows.map(({ target }) => target)),
        plain(rows.map(({ current }) => current)),
        times(rows.map(({ since }) => since)),
        times(rows.map(({ reachedAt }) => reachedAt)),
      ],
    }),
  ]);
};

interface Sum {
  readonly shard: number;
  readonly streamId: string;
  /** Null: coins. */
  readonly giftId: string | null;
  readonly amount: bigint;
  readonly creditedAt: Date;
}

const sumUp = (gifts: readonly GoalProgress[]): readonly Sum[] => {
  const sums = new Map<string, Sum>();
  const add = (sum: Sum): void => {
    if (sum.amount === 0n) return;
    const name = `${sum.streamId} ${sum.creditedAt.getTime()} ${sum.giftId ?? ''}`;
    sums.set(name, { ...sum, amount: (sums.get(name)?.amount ?? 0n) + sum.amount });
  };
  for (const { receiverId, streamId, giftId, quantity, coins, creditedAt } of gifts) {
    const at = { shard: shardOf(receiverId), streamId, creditedAt };
    add({ ...at, giftId, amount: BigInt(quantity) });
    add({ ...at, giftId: null, amount: coins });
  }
  return [...sums.values()];
};

interface GoalRow {
  readonly stream_id: string;
  readonly gift_id: string | null;
  readonly target: bigint;
  readonly current: bigint;
  readonly since: Date;
  readonly reached_at: Date | null;
}

const toGoal = ({ gift_id, target, current, since, reached_at }: GoalRow): GiftGoal => ({
  giftId: gift_id,
  target,
  current,
  since,
  reachedAt: reached_at,
});

const READ_GIFT_GOALS = `/* readGiftGoals */
  SELECT g.stream_id, g.gift_id, g.target, g.current, g.since, g.reached_at
  FROM unnest($1::int[], $2::uuid[]) AS k (shard, stream_id)
  JOIN gift_goal g ON g.shard = k.shard AND g.stream_id = k.stream_id
  ORDER BY g.stream_id, g.position`;

// What several gifts add to one goal is summed up before the UPDATE: it would take only one of them. A refund of a gift whose goal began anew meanwhile leaves it alone.
const ADD_TO_GIFT_GOALS = `/* addToGiftGoals */
  UPDATE gift_goal g
  SET current = greatest(0, g.current + n.amount),
    reached_at = CASE WHEN g.current + n.amount >= g.target THEN coalesce(g.reached_at, $6::timestamptz) END
  FROM (
    SELECT c.shard, c.stream_id, c.position, sum(a.amount)::bigint AS amount
    FROM unnest($1::int[], $2::uuid[], $3::text[], $4::bigint[], $5::timestamptz[]) AS a (shard, stream_id, gift_id, amount, credited_at)
    JOIN gift_goal c ON c.shard = a.shard AND c.stream_id = a.stream_id AND c.gift_id IS NOT DISTINCT FROM a.gift_id COLLATE "C"
      AND c.since <= a.credited_at
    GROUP BY c.shard, c.stream_id, c.position
  ) n
  WHERE g.shard = n.shard AND g.stream_id = n.stream_id AND g.position = n.position`;

const DELETE_GIFT_GOALS = `/* deleteGiftGoals */
  DELETE FROM gift_goal g USING unnest($1::int[], $2::uuid[]) AS k (shard, stream_id) WHERE g.shard = k.shard AND g.stream_id = k.stream_id`;

const INSERT_GIFT_GOALS = `/* insertGiftGoals */
  INSERT INTO gift_goal (shard, stream_id, position, gift_id, target, current, since, reached_at)
  SELECT n.shard, n.stream_id, n.position, n.gift_id, n.target, n.current, n.since, n.reached_at
  FROM unnest($1::int[], $2::uuid[], $3::int[], $4::text[], $5::bigint[], $6::bigint[], $7::timestamptz[], $8::timestamptz[])
    AS n (shard, stream_id, position, gift_id, target, current, since, reached_at)`;
