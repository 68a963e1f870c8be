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

/** Notes whom these new messages mention, so that it can be counted; nothing where they mention nobody. One statement. Their conversations are locked. */
export const insertMentions = async (tx: Transaction, messages: readonly MentioningMessage[]): Promise<void> => {
  const rows = messages.flatMap(rowsOf);
  if (rows.length === 0) return;
  await tx.query({
    name: 'insertMentions',
    text: `/* insertMentions */
      INSERT INTO mention (shard, conversation_id, user_id, number)
      SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::bigint[])`,
    values: columnsOf(rows),
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
}

// Who means everybody means nobody twice. Nobody counts what they have written themselves.
const rowsOf = ({ conversationId, authorId, number, body }: MentioningMessage): readonly MentionRow[] =>
  (body.mentionsAll ? [EVERYBODY] : body.mentionedUserIds)
    .filter((userId) => userId !== authorId)
    .map((userId) => ({ conversationId, userId, number }));

const columnsOf = (rows: readonly MentionRow[]): readonly string[] => [
  plain(rows.map(({ conversationId }) => shardOf(conversationId))),
  texts(rows.map(({ conversationId }) => conversationId)),
  texts(rows.map(({ userId }) => userId)),
  plain(rows.map(({ number }) => number)),
];
