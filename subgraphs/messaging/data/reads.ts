import { plain, texts } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import { type MemberSubject, memberColumns, memberKeyOf } from './members.ts';
import { EVERYBODY } from './mentions.ts';

/** How far a member has read, and what came since: messages, and those of them that mention the member. */
export interface ReadState {
  readonly readNumber: number;
  readonly unreadCount: number;
  readonly mentionCount: number;
}

/** What somebody has not read in all their conversations together. */
export type UnreadTotal = Pick<ReadState, 'unreadCount' | 'mentionCount'>;

const MENTIONS = `(SELECT count(*) FROM mention
  WHERE mention.shard = member.shard AND mention.conversation_id = member.conversation_id AND mention.user_id IN ('${EVERYBODY}', member.user_id)
    AND mention.number > member.read_number)`;

/** The states of these members, by memberKeyOf; who is no member is absent. One statement. */
export const readStatesOf = async (database: Queryable, subjects: readonly MemberSubject[]): Promise<ReadonlyMap<string, ReadState>> => {
  const rows = await database.query<MemberSubject & { read: bigint; unread: bigint; mentions: bigint }>({
    name: 'readStatesOf',
    text: `/* readStatesOf */
      SELECT member.conversation_id AS "conversationId", member.user_id AS "userId", member.read_number AS read,
             conversation.message_count - member.read_number AS unread, ${MENTIONS} AS mentions
        FROM member JOIN conversation ON conversation.shard = member.shard AND conversation.id = member.conversation_id
       WHERE (member.shard, member.conversation_id, member.user_id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::text[]))`,
    values: memberColumns(subjects),
  });
  return new Map(
    rows.map((row) => [
      memberKeyOf(row),
      { readNumber: Number(row.read), unreadCount: Number(row.unread), mentionCount: Number(row.mentions) },
    ]),
  );
};

/** What these users have not read in all their groups and direct conversations, by user. Two statements. */
export const unreadTotalsOf = async (database: Queryable, userIds: readonly string[]): Promise<ReadonlyMap<string, UnreadTotal>> => {
  const memberships = await database.query<MemberSubject>({
    name: 'membershipsOf',
    text: `/* membershipsOf */
      SELECT conversation_id AS "conversationId", user_id AS "userId" FROM membership
       WHERE (shard, user_id) IN (SELECT * FROM unnest($1::int[], $2::text[]))`,
    values: [plain(userIds.map(shardOf)), texts(userIds)],
  });
  const rows = await database.query<{ userId: string; unread: bigint; mentions: bigint }>({
    name: 'unreadTotalsOf',
    text: `/* unreadTotalsOf */
      SELECT member.user_id AS "userId", sum(conversation.message_count - member.read_number)::bigint AS unread, sum(${MENTIONS})::bigint AS mentions
        FROM unnest($1::int[], $2::text[], $3::text[]) AS asked (shard, conversation_id, user_id)
        JOIN member USING (shard, conversation_id, user_id)
        JOIN conversation ON conversation.shard = member.shard AND conversation.id = member.conversation_id
       GROUP BY member.user_id`,
    values: memberColumns(memberships),
  });
  const totals = new Map(
    rows.map(({ userId, unread, mentions }) => [userId, { unreadCount: Number(unread), mentionCount: Number(mentions) }]),
  );
  return new Map(userIds.map((userId) => [userId, totals.get(userId) ?? { unreadCount: 0, mentionCount: 0 }]));
};

/** Forgets mentions that these members have read. The members are locked. */
export const deleteReadMentions = (
  tx: Transaction,
  reads: readonly (MemberSubject & { readonly number: number | bigint })[],
): Promise<readonly object[]> =>
  tx.query({
    name: 'deleteReadMentions',
    text: `/* deleteReadMentions */
      DELETE FROM mention
       USING unnest($1::int[], $2::text[], $3::text[], $4::bigint[]) AS done (shard, conversation_id, user_id, number)
       WHERE mention.shard = done.shard AND mention.conversation_id = done.conversation_id AND mention.user_id = done.user_id
         AND mention.number <= done.number`,
    values: [...memberColumns(reads), plain(reads.map(({ number }) => number))],
  });
