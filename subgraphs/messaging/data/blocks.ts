import { plain, texts, times } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import type { Block, BlockList, ShownBlockList } from '../domain/block.ts';
import type { Place } from '../domain/place.ts';

/** One user and another whom they may block. */
export type BlockSubject = Pick<Block, 'userId' | 'blockedId'>;

/** One user and another, as a key of maps. */
export const blockKeyOf = ({ userId, blockedId }: BlockSubject): string => JSON.stringify([userId, blockedId]);

/** Which of these users block which of these others, as keys. Whoever holds the direct conversation of two, or the first one's list, knows that nothing changes meanwhile. One
 * statement, none for nobody. */
export const blocksAmong = async (database: Queryable, subjects: readonly BlockSubject[]): Promise<ReadonlySet<string>> => {
  if (subjects.length === 0) return new Set();
  const rows = await database.query<BlockSubject>({
    name: 'blocksAmong',
    text: `/* blocksAmong */
      SELECT user_id AS "userId", blocked_id AS "blockedId" FROM user_block
       WHERE (shard, user_id, blocked_id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::text[]))`,
    values: subjectColumns(subjects),
  });
  return new Set(rows.map(blockKeyOf));
};

/** The lists of these users, by user, under their locks; made where they are not there yet. `userIds`: each once. */
export const lockBlockLists = async (tx: Transaction, userIds: readonly string[]): Promise<ReadonlyMap<string, BlockList>> =>
  listsOf(
    await tx.query<BlockListRow>({
      name: 'lockBlockLists',
      text: `/* lockBlockLists */
        INSERT INTO block_list (shard, user_id, version, block_count)
        SELECT new.shard, new.user_id, 0, 0 FROM unnest($1::int[], $2::text[]) AS new (shard, user_id)
         ORDER BY new.shard, new.user_id
        ON CONFLICT (shard, user_id) DO UPDATE SET version = block_list.version
        RETURNING user_id AS "userId", version, block_count AS count`,
      values: [plain(userIds.map(shardOf)), texts(userIds)],
    }),
  );

/** Whom one user blocks, in order of their ids, and the version of that list: both of the same moment. One statement. */
export const readBlockList = async (database: Queryable, userId: string): Promise<ShownBlockList> => {
  const [row] = await database.query<{ readonly version: bigint; readonly userIds: readonly string[] }>({
    name: 'readBlockList',
    text: `/* readBlockList */
      SELECT list.version, ARRAY(SELECT blocked_id FROM user_block WHERE shard = $1 AND user_id = $2 ORDER BY blocked_id) AS "userIds"
        FROM block_list AS list WHERE list.shard = $1 AND list.user_id = $2`,
    values: [shardOf(userId), userId],
  });
  return row === undefined ? { version: 0, userIds: [] } : { version: Number(row.version), userIds: row.userIds };
};

/** Writes lists that this transaction has locked. */
export const saveBlockLists = (tx: Transaction, lists: readonly BlockList[]): Promise<readonly object[]> =>
  tx.query({
    name: 'saveBlockLists',
    text: `/* saveBlockLists */
      UPDATE block_list SET version = new.version, block_count = new.count
        FROM unnest($1::int[], $2::text[], $3::bigint[], $4::int[]) AS new (shard, user_id, version, count)
       WHERE block_list.shard = new.shard AND block_list.user_id = new.user_id`,
    values: [
      plain(lists.map(({ userId }) => shardOf(userId))),
      texts(lists.map(({ userId }) => userId)),
      plain(lists.map(({ version }) => version)),
      plain(lists.map(({ count }) => count)),
    ],
  });

/** Makes blocks. Their lists are locked. */
export const insertBlocks = (tx: Transaction, blocks: readonly Block[]): Promise<readonly object[]> =>
  tx.query({
    name: 'insertBlocks',
    text: `/* insertBlocks */
      INSERT INTO user_block (shard, user_id, blocked_id, blocked_at)
      SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::timestamptz[])`,
    values: [...subjectColumns(blocks), times(blocks.map(({ blockedAt }) => blockedAt))],
  });

/** Takes blocks away. Their lists are locked. */
export const deleteBlocks = (tx: Transaction, subjects: readonly BlockSubject[]): Promise<readonly object[]> =>
  tx.query({
    name: 'deleteBlocks',
    text: `/* deleteBlocks */
      DELETE FROM user_block WHERE (shard, user_id, blocked_id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::text[]))`,
    values: subjectColumns(subjects),
  });

/** A page of whom somebody blocks, the newest block first. `after`: null from the newest. One statement; a list is short enough to be sorted. */
export const readBlocks = (
  database: Queryable,
  userId: string,
  { after, limit }: { readonly after: Place | null; readonly limit: number },
): Promise<readonly Block[]> =>
  database.query({
    name: 'readBlocks',
    text: `/* readBlocks */
      SELECT user_id AS "userId", blocked_id AS "blockedId", blocked_at AS "blockedAt" FROM user_block
       WHERE shard = $1 AND user_id = $2 AND ($3::timestamptz IS NULL OR (blocked_at, blocked_id) < ($3, $4))
       ORDER BY blocked_at DESC, blocked_id DESC LIMIT $5`,
    values: [shardOf(userId), userId, after?.at ?? null, after?.id ?? null, limit],
  });

interface BlockListRow {
  readonly userId: string;
  readonly version: bigint;
  readonly count: number;
}

const listsOf = (rows: readonly BlockListRow[]): ReadonlyMap<string, BlockList> =>
  new Map(rows.map(({ userId, version, count }) => [userId, { userId, version: Number(version), count }]));

const subjectColumns = (subjects: readonly BlockSubject[]): readonly [string, string, string] => [
  plain(subjects.map(({ userId }) => shardOf(userId))),
  texts(subjects.map(({ userId }) => userId)),
  texts(subjects.map(({ blockedId }) => blockedId)),
];
