import { plain, texts, times } from '#platform/database/arrays.ts';
import type { Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import type { Conversation } from '../domain/conversation.ts';
import { type MemberSubject, memberColumns } from './members.ts';
import { deleteRoles } from './roles.ts';

/** In how many groups these users are; who is in none is absent. One statement. */
export const countGroups = async (tx: Transaction, userIds: readonly string[]): Promise<ReadonlyMap<string, number>> => {
  const rows = await tx.query<{ readonly userId: string; readonly groups: bigint }>({
    name: 'countGroups',
    text: `/* countGroups */
      SELECT user_id AS "userId", count(*) AS groups FROM membership
       WHERE (shard, user_id) IN (SELECT * FROM unnest($1::int[], $2::text[])) AND kind = 'GROUP'
       GROUP BY user_id`,
    values: [plain(userIds.map(shardOf)), texts(userIds)],
  });
  return new Map(rows.map(({ userId, groups }) => [userId, Number(groups)]));
};

/** Makes conversations, by shard and id; answers with the ids of those that were not there. One that another transaction is making is waited for: the insert is the lock. */
export const insertConversations = async (tx: Transaction, conversations: readonly Conversation[]): Promise<ReadonlySet<string>> => {
  const rows = await tx.query<{ readonly id: string }>({
    name: 'insertConversations',
    text: `/* insertConversations */
      INSERT INTO conversation (shard, id, kind, status, owner_id, title, is_public, member_count, opened_at)
      SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::int[], $9::timestamptz[])
             AS new (shard, id)
       ORDER BY new.shard, new.id
      ON CONFLICT DO NOTHING
      RETURNING id`,
    values: [...conversationColumns(conversations), times(conversations.map(({ openedAt }) => openedAt))],
  });
  return new Set(rows.map(({ id }) => id));
};

/** Writes conversations that this transaction has locked. */
export const saveConversations = (tx: Transaction, conversations: readonly Conversation[]): Promise<readonly object[]> =>
  tx.query({
    name: 'saveConversations',
    text: `/* saveConversations */
      UPDATE conversation
         SET status = new.status, owner_id = new.owner_id, title = new.title, is_public = new.is_public, member_count = new.member_count,
             closed_at = new.closed_at
        FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::int[], $9::timestamptz[])
             AS new (shard, id, kind, status, owner_id, title, is_public, member_count, closed_at)
       WHERE conversation.shard = new.shard AND conversation.id = new.id`,
    values: [...conversationColumns(conversations), times(conversations.map(({ closedAt }) => closedAt))],
  });

/** A member to be. `number`: the newest message of that moment, from which unread ones are counted. */
export interface NewMember extends MemberSubject {
  readonly number: number;
}

/** Makes members, on the conversation's side. */
export const insertMembers = (tx: Transaction, members: readonly NewMember[], at: Date): Promise<readonly object[]> =>
  tx.query({
    name: 'insertMembers',
    text: `/* insertMembers */
      INSERT INTO member (shard, conversation_id, user_id, joined_at, joined_number, read_number, read_at)
      SELECT new.shard, new.conversation_id, new.user_id, $5, new.number, new.number, $5
        FROM unnest($1::int[], $2::text[], $3::text[], $4::bigint[]) AS new (shard, conversation_id, user_id, number)
       ORDER BY new.shard, new.conversation_id, new.user_id`,
    values: [...memberColumns(members), plain(members.map(({ number }) => number)), at],
  });

/** Makes members, on the user's side: the conversations are all of that kind. Who is one already stays so. */
export const insertMemberships = (
  tx: Transaction,
  members: readonly MemberSubject[],
  kind: 'GROUP' | 'DIRECT',
  at: Date,
): Promise<readonly object[]> =>
  tx.query({
    name: 'insertMemberships',
    text: `/* insertMemberships */
      INSERT INTO membership (shard, user_id, conversation_id, kind, joined_at)
      SELECT new.shard, new.user_id, new.conversation_id, $4, $5
        FROM unnest($1::int[], $2::text[], $3::text[]) AS new (shard, user_id, conversation_id)
       ORDER BY new.shard, new.user_id, new.conversation_id
      ON CONFLICT DO NOTHING`,
    values: [...membershipColumns(members), kind, at],
  });

/** Takes members away, on both sides. Locks them in the order in which whoever reads does. */
export const deleteMembers = async (tx: Transaction, members: readonly MemberSubject[]): Promise<void> => {
  await tx.query({
    name: 'deleteMembers',
    text: `/* deleteMembers */
      DELETE FROM member
       WHERE (shard, conversation_id, user_id) IN (
             SELECT shard, conversation_id, user_id FROM member
              WHERE (shard, conversation_id, user_id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::text[]))
              ORDER BY shard, conversation_id, user_id
                FOR UPDATE)`,
    values: memberColumns(members),
  });
  await tx.query({
    name: 'deleteMemberships',
    text: `/* deleteMemberships */
      DELETE FROM membership WHERE (shard, user_id, conversation_id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::text[]))`,
    values: membershipColumns(members),
  });
  // Who comes again begins as a member like any other.
  await deleteRoles(tx, members);
};

const membershipColumns = (members: readonly MemberSubject[]): readonly [string, string, string] => [
  plain(members.map(({ userId }) => shardOf(userId))),
  texts(members.map(({ userId }) => userId)),
  texts(members.map(({ conversationId }) => conversationId)),
];

const conversationColumns = (conversations: readonly Conversation[]): readonly string[] => [
  plain(conversations.map(({ id }) => shardOf(id))),
  texts(conversations.map(({ id }) => id)),
  texts(conversations.map(({ kind }) => kind)),
  texts(conversations.map(({ status }) => status)),
  texts(conversations.map(({ ownerId }) => ownerId)),
  texts(conversations.map(({ title }) => title)),
  plain(conversations.map(({ isPublic }) => String(isPublic))),
  plain(conversations.map(({ memberCount }) => memberCount)),
];
