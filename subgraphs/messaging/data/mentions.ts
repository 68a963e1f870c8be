import { plain, texts } from '#platform/database/arrays.ts';
import type { Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import type { MessageBody } from '../domain/message.ts';

/** A message, as far as it matters here. */
export interface MentioningMessage {
  readonly conversationId: string;
  readonly authorId: string;
  readonly number: number;
  readonly body: Pick<MessageBody, 'mentionedUserIds' | 'mentionsAll'>;
}

/** Under this id stands what means everybody: one row in a group of any size. No user is called so. */
export const EVERYBODY = '';

/** Notes whom these new messages mention, so that it can be counted; nothing where they mention nobody. Who blocks the author hears nothing of them, so nothing is counted for them either: the message itself says the same
 * to all, so that it does not tell who blocks whom. One statement. Their conversations are locked. */
export const insertMentions = async (tx: Transaction, messages: readonly MentioningMessage[]): Promise<void> => {
  const rows = messages.flatMap(rowsOf);
  if (rows.length === 0) return;
  await tx.query({
    name: 'insertMentions',
    text: `/* insertMentions */
      INSERT INTO mention (shard, conversation_id, user_id, number)
      SELECT new.shard, new.conversation_id, new.user_id, new.number
        FROM unnest($1::int[], $2::text[], $3::text[], $4::bigint[], $5::int[], $6::text[])
             AS new (shard, conversation_id, user_id, number, user_shard, author_id)
       WHERE NOT EXISTS (
             SELECT FROM user_block
              WHERE user_block.shard = new.user_shard AND user_block.user_id = new.user_id AND user_block.blocked_id = new.author_id)`,
    values: [...columnsOf(rows), plain(rows.map(({ userId }) => shardOf(userId))), texts(rows.map(({ authorId }) => authorId))],
  });
};

/** Takes back whom these messages mention, whatever is left of it: a message that was recalled or changed. One statement. Their conversations are locked. */
export const deleteMentions = async (tx: Transaction, messages: readonly MentioningMessage[]): Promise<void> => {
  const rows = messages.flatMap(rowsOf);
  if (rows.length === 0) return;
  await tx.query({
    name: 'deleteMentions',
    text: `/* deleteMentions */
      DELETE FROM mention
       WHERE (shard, conversation_id, user_id, number) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::bigint[]))`,
    values: columnsOf(rows),
  });
};

interface MentionRow {
  readonly conversationId: string;
  readonly userId: string;
  readonly number: number;
  readonly authorId: string;
}

// Who means everybody means nobody twice. Nobody counts what they have written themselves.
const rowsOf = ({ conversationId, authorId, number, body }: MentioningMessage): readonly MentionRow[] =>
  (body.mentionsAll ? [EVERYBODY] : body.mentionedUserIds)
    .filter((userId) => userId !== authorId)
    .map((userId) => ({ conversationId, userId, number, authorId }));

const columnsOf = (rows: readonly MentionRow[]): readonly string[] => [
  plain(rows.map(({ conversationId }) => shardOf(conversationId))),
  texts(rows.map(({ conversationId }) => conversationId)),
  texts(rows.map(({ userId }) => userId)),
  plain(rows.map(({ number }) => number)),
];
