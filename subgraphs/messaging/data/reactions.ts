import { plain, texts, times } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { type MessagePlace, messageIdOf, messagePlaceOf } from '../domain/messageId.ts';
import type { ReactionCount } from '../domain/reaction.ts';
import { placeColumns } from './messageRows.ts';

/** One reaction of one person to one message. */
export interface ReactionSubject extends MessagePlace {
  readonly emoji: string;
  readonly userId: string;
}

/** One reaction of one person, as a key of maps. */
export const reactionKeyOf = ({ conversationId, seq, emoji, userId }: ReactionSubject): string =>
  `${messageIdOf({ conversationId, seq })} ${emoji} ${userId}`;

/** How often a message has one reaction, and since when it has any. */
export interface CountRow extends MessagePlace, ReactionCount {
  readonly firstAt: Date;
}

/** The reactions of the messages at these places, by message id, in the order in which each kind came. One statement. */
export const reactionCountsAt = async (
  database: Queryable,
  places: readonly MessagePlace[],
): Promise<ReadonlyMap<string, readonly CountRow[]>> => {
  if (places.length === 0) return new Map();
  const rows = await database.query<Omit<CountRow, 'seq'> & { readonly seq: bigint }>({
    name: 'reactionCountsAt',
    text: `/* reactionCountsAt */
      SELECT conversation_id AS "conversationId", seq, emoji, count, first_at AS "firstAt" FROM reaction_count
       WHERE (shard, conversation_id, seq) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::bigint[]))
       ORDER BY first_at, emoji`,
    values: placeColumns(places),
  });
  return Map.groupBy(
    rows.map((row) => ({ ...row, seq: Number(row.seq) })),
    messageIdOf,
  );
};

/** The same for messages by their ids. */
export const reactionsByIds = (database: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, readonly CountRow[]>> =>
  reactionCountsAt(
    database,
    ids.flatMap((id) => messagePlaceOf(id) ?? []),
  );

/** Which of these reactions there are, as keys. One statement. */
export const reactionsAmong = async (database: Queryable, subjects: readonly ReactionSubject[]): Promise<ReadonlySet<string>> => {
  if (subjects.length === 0) return new Set();
  const rows = await database.query<Omit<ReactionSubject, 'seq'> & { readonly seq: bigint }>({
    name: 'reactionsAmong',
    text: `/* reactionsAmong */
      SELECT conversation_id AS "conversationId", seq, emoji, user_id AS "userId" FROM message_reaction
       WHERE (shard, conversation_id, seq, emoji, user_id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::bigint[], $4::text[], $5::text[]))`,
    values: reactionColumns(subjects),
  });
  return new Set(rows.map((row) => reactionKeyOf({ ...row, seq: Number(row.seq) })));
};

/** What a batch changes about reactions, each once. `counts`: as they are from now on; 0 is none any more. */
export interface ReactionChanges {
  readonly added: readonly ReactionSubject[];
  readonly removed: readonly ReactionSubject[];
  readonly counts: readonly CountRow[];
}

/** Writes reactions of messages whose conversations this transaction has locked. Four statements at most. */
export const saveReactions = async (tx: Transaction, { added, removed, counts }: ReactionChanges, at: Date): Promise<void> => {
  if (added.length > 0)
    await tx.query({
      name: 'insertReactions',
      text: `/* insertReactions */
        INSERT INTO message_reaction (shard, conversation_id, seq, emoji, user_id, at)
        SELECT new.*, $6 FROM unnest($1::int[], $2::text[], $3::bigint[], $4::text[], $5::text[]) AS new`,
      values: [...reactionColumns(added), at],
    });
  if (removed.length > 0)
    await tx.query({
      name: 'deleteReactions',
      text: `/* deleteReactions */
        DELETE FROM message_reaction
         WHERE (shard, conversation_id, seq, emoji, user_id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::bigint[], $4::text[], $5::text[]))`,
      values: reactionColumns(removed),
    });
  const kept = counts.filter(({ count }) => count > 0);
  if (kept.length > 0)
    await tx.query({
      name: 'saveReactionCounts',
      text: `/* saveReactionCounts */
        INSERT INTO reaction_count (shard, conversation_id, seq, emoji, count, first_at)
        SELECT * FROM unnest($1::int[], $2::text[], $3::bigint[], $4::text[], $5::int[], $6::timestamptz[])
        ON CONFLICT (shard, conversation_id, seq, emoji) DO UPDATE SET count = excluded.count, first_at = excluded.first_at`,
      values: [
        ...placeColumns(kept),
        texts(kept.map(({ emoji }) => emoji)),
        plain(kept.map(({ count }) => count)),
        times(kept.map(({ firstAt }) => firstAt)),
      ],
    });
  const gone = counts.filter(({ count }) => count === 0);
  if (gone.length > 0)
    await tx.query({
      name: 'deleteReactionCounts',
      text: `/* deleteReactionCounts */
        DELETE FROM reaction_count
         WHERE (shard, conversation_id, seq, emoji) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::bigint[], $4::text[]))`,
      values: [...placeColumns(gone), texts(gone.map(({ emoji }) => emoji))],
    });
};

const reactionColumns = (subjects: readonly ReactionSubject[]): readonly [string, string, string, string, string] => [
  ...placeColumns(subjects),
  texts(subjects.map(({ emoji }) => emoji)),
  texts(subjects.map(({ userId }) => userId)),
];
