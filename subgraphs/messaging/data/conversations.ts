import { plain, texts } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import { type Conversation, isConversationKind, isConversationStatus } from '../domain/conversation.ts';

/** A row of the conversation table, as SQL reads it. */
export interface ConversationRow extends Omit<Conversation, 'kind' | 'status' | 'messageCount'> {
  readonly kind: string;
  readonly status: string;
  readonly messageCount: bigint;
}

/** What SQL selects for a ConversationRow. */
export const CONVERSATION_COLUMNS = `conversation.id, conversation.kind, conversation.status, conversation.owner_id AS "ownerId", conversation.title,
  conversation.is_public AS "isPublic", conversation.message_count AS "messageCount", conversation.member_count AS "memberCount", conversation.stream_version AS "streamVersion", conversation.policy_version AS "policyVersion",
  conversation.opened_at AS "openedAt", conversation.closed_at AS "closedAt"`;

/** The conversations of these ids, by id; unknown ids are absent. One statement. */
export const conversationsByIds = async (database: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, Conversation>> =>
  byId(
    await database.query<ConversationRow>({
      name: 'conversationsByIds',
      text: `/* conversationsByIds */
        SELECT ${CONVERSATION_COLUMNS} FROM conversation WHERE (shard, id) IN (SELECT * FROM unnest($1::int[], $2::text[]))`,
      values: [plain(ids.map(shardOf)), texts(ids)],
    }),
  );

/** Reads conversations under their locks, by shard and id: whatever changes one of them, or says something in it, holds its lock to COMMIT. `ids`: each once. */
export const lockConversations = async (tx: Transaction, ids: readonly string[]): Promise<ReadonlyMap<string, Conversation>> =>
  byId(
    await tx.query<ConversationRow>({
      name: 'lockConversations',
      text: `/* lockConversations */
        SELECT ${CONVERSATION_COLUMNS} FROM conversation
         WHERE (shard, id) IN (SELECT * FROM unnest($1::int[], $2::text[]))
         ORDER BY shard, id
           FOR NO KEY UPDATE`,
      values: [plain(ids.map(shardOf)), texts(ids)],
    }),
  );

/** Counts new messages of conversations that this transaction has locked. */
export const countMessages = (tx: Transaction, counts: ReadonlyMap<string, number>): Promise<readonly object[]> =>
  tx.query({
    name: 'countMessages',
    text: `/* countMessages */
      UPDATE conversation SET message_count = message_count + new.count
        FROM unnest($1::int[], $2::text[], $3::int[]) AS new (shard, id, count)
       WHERE conversation.shard = new.shard AND conversation.id = new.id`,
    values: [plain([...counts.keys()].map(shardOf)), texts([...counts.keys()]), plain([...counts.values()])],
  });

/** Rows as the domain knows them, by id. Throws for a kind or status that this version does not know. */
export const byId = (rows: readonly ConversationRow[]): ReadonlyMap<string, Conversation> =>
  new Map(rows.map((row) => [row.id, toConversation(row)]));

const toConversation = (row: ConversationRow): Conversation => {
  const { id, kind, status, messageCount } = row;
  if (!isConversationKind(kind) || !isConversationStatus(status))
    throw new Error(`conversation ${id} is an unknown ${kind} (${status}): this process is older than its database`);
  return { ...row, kind, status, messageCount: Number(messageCount) };
};
