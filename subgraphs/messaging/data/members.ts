import { plain, texts } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import type { Conversation } from '../domain/conversation.ts';

/** One user in one conversation. */
export interface MemberSubject {
  readonly conversationId: string;
  readonly userId: string;
}

/** One user in one conversation, as a key of maps. */
export const memberKeyOf = ({ conversationId, userId }: MemberSubject): string => `${conversationId} ${userId}`;

/** Which of these users are members of which of these conversations, as keys. Whoever holds the conversations' locks knows that nothing changes meanwhile. One statement. */
export const membersAmong = async (database: Queryable, subjects: readonly MemberSubject[]): Promise<ReadonlySet<string>> => {
  if (subjects.length === 0) return new Set();
  const rows = await database.query<MemberSubject>({
    name: 'membersAmong',
    text: `/* membersAmong */
      SELECT conversation_id AS "conversationId", user_id AS "userId" FROM member
       WHERE (shard, conversation_id, user_id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::text[]))`,
    values: memberColumns(subjects),
  });
  return new Set(rows.map(memberKeyOf));
};

/** The two people of each of these direct conversations. One statement. */
export const pairsOf = async (
  database: Queryable,
  conversations: readonly Pick<Conversation, 'id'>[],
): Promise<ReadonlyMap<string, readonly string[]>> => {
  if (conversations.length === 0) return new Map();
  const rows = await database.query<MemberSubject>({
    name: 'pairsOf',
    text: `/* pairsOf */
      SELECT conversation_id AS "conversationId", user_id AS "userId" FROM member
       WHERE (shard, conversation_id) IN (SELECT * FROM unnest($1::int[], $2::text[]))
       ORDER BY user_id`,
    values: [plain(conversations.map(({ id }) => shardOf(id))), texts(conversations.map(({ id }) => id))],
  });
  const pairs = Map.groupBy(rows, ({ conversationId }) => conversationId);
  return new Map([...pairs].map(([id, members]) => [id, members.map(({ userId }) => userId)]));
};

/** Notes how far members have read; never backwards, never past the newest message. Answers with those that it moved. `reads`: each member once; users who are no members are passed over. Locks members by shard, conversation and id, for
 * readers hold no lock of the conversation. */
export const moveReadNumbers = (
  tx: Transaction,
  reads: readonly (MemberSubject & { readonly number: number })[],
): Promise<readonly (MemberSubject & { readonly number: bigint })[]> =>
  tx.query({
    name: 'moveReadNumbers',
    text: `/* moveReadNumbers */
      WITH new AS MATERIALIZED (
        SELECT asked.shard, asked.conversation_id, asked.user_id, least(asked.number, conversation.message_count) AS number
          FROM unnest($1::int[], $2::text[], $3::text[], $4::bigint[]) AS asked (shard, conversation_id, user_id, number)
          JOIN conversation ON conversation.shard = asked.shard AND conversation.id = asked.conversation_id
      ), locked AS MATERIALIZED (
        SELECT shard, conversation_id, user_id, new.number FROM member JOIN new USING (shard, conversation_id, user_id)
         WHERE member.read_number < new.number
         ORDER BY shard, conversation_id, user_id
           FOR NO KEY UPDATE OF member
      )
      UPDATE member SET read_number = locked.number, read_at = clock_timestamp()
        FROM locked
       WHERE member.shard = locked.shard AND member.conversation_id = locked.conversation_id AND member.user_id = locked.user_id
         AND member.read_number < locked.number
      RETURNING member.conversation_id AS "conversationId", member.user_id AS "userId", member.read_number AS number`,
    values: [...memberColumns(reads), plain(reads.map(({ number }) => number))],
  });

export const memberColumns = (subjects: readonly MemberSubject[]): readonly [string, string, string] => [
  plain(subjects.map(({ conversationId }) => shardOf(conversationId))),
  texts(subjects.map(({ conversationId }) => conversationId)),
  texts(subjects.map(({ userId }) => userId)),
];
