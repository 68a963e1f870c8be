import { plain, texts, times } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import type { JsonObject } from '#platform/feed/feed.ts';
import { shardOf } from '#platform/ids.ts';
import type { MessageVersion, Recall } from '../domain/message.ts';
import { type MessagePlace, messageIdOf, messagePlaceOf } from '../domain/messageId.ts';
import { conversationFeedOf, inboxFeedOf } from '../events.ts';

/** An event of a conversation's log that gets another payload. `id`: of the event. */
export interface Rewritten extends MessagePlace {
  readonly id: string;
  readonly payload: JsonObject;
}

/** Writes what events of conversations that this transaction has locked say from now on: in their logs, and in the inboxes of the two people of those that are direct
 * (`pairs`). Their seq, id and cursor stay. Two statements at most. */
export const rewriteEvents = async (
  tx: Transaction,
  events: readonly Rewritten[],
  pairs: ReadonlyMap<string, readonly string[]>,
): Promise<void> => {
  await tx.query({
    name: 'rewriteEvents',
    text: `/* rewriteEvents */
      UPDATE feed_event SET payload = new.payload
        FROM ROWS FROM (unnest($1::int[]), unnest($2::text[]), unnest($3::bigint[]), jsonb_array_elements($4::jsonb)) AS new (shard, feed_id, seq, payload)
       WHERE feed_event.shard = new.shard AND feed_event.feed_id = new.feed_id AND feed_event.seq = new.seq`,
    values: [
      plain(events.map(({ conversationId }) => shardOf(conversationId))),
      texts(events.map(({ conversationId }) => conversationFeedOf(conversationId))),
      plain(events.map(({ seq }) => seq)),
      JSON.stringify(events.map(({ payload }) => payload)),
    ],
  });
  const copies = events.flatMap((event) => (pairs.get(event.conversationId) ?? []).map((userId) => ({ ...event, userId })));
  if (copies.length === 0) return;
  await tx.query({
    name: 'rewriteCopies',
    text: `/* rewriteCopies */
      UPDATE feed_event SET payload = jsonb_set(feed_event.payload, '{payload}', new.payload)
        FROM ROWS FROM (unnest($1::int[]), unnest($2::text[]), unnest($3::uuid[]), jsonb_array_elements($4::jsonb)) AS new (shard, feed_id, source_event_id, payload)
       WHERE feed_event.shard = new.shard AND feed_event.feed_id = new.feed_id AND feed_event.source_event_id = new.source_event_id`,
    values: [
      plain(copies.map(({ userId }) => shardOf(userId))),
      texts(copies.map(({ userId }) => inboxFeedOf(userId))),
      plain(copies.map(({ id }) => id)),
      JSON.stringify(copies.map(({ payload }) => payload)),
    ],
  });
};

/** What a message said before one of its edits. `version`: from 1, in order; the edit's own event stands at `eventSeq` under `eventId`. */
export interface VersionRow extends MessagePlace, MessageVersion {
  readonly version: number;
  readonly eventSeq: number;
  readonly eventId: string;
}

/** Keeps what messages said before their edits. */
export const insertVersions = (tx: Transaction, versions: readonly VersionRow[]): Promise<readonly object[]> =>
  tx.query({
    name: 'insertVersions',
    text: `/* insertVersions */
      INSERT INTO message_version (shard, conversation_id, seq, version, text, at, event_seq, event_id)
      SELECT * FROM unnest($1::int[], $2::text[], $3::bigint[], $4::int[], $5::text[], $6::timestamptz[], $7::bigint[], $8::uuid[])`,
    values: [
      ...placeColumns(versions),
      plain(versions.map(({ version }) => version)),
      versions.map(({ text }) => text),
      times(versions.map(({ at }) => at)),
      plain(versions.map(({ eventSeq }) => eventSeq)),
      plain(versions.map(({ eventId }) => eventId)),
    ],
  });

/** The versions of the messages at these places, by message id, oldest first. One statement. */
export const versionsAt = async (
  database: Queryable,
  places: readonly MessagePlace[],
): Promise<ReadonlyMap<string, readonly VersionRow[]>> => {
  if (places.length === 0) return new Map();
  const rows = await database.query<Omit<VersionRow, 'seq' | 'eventSeq'> & { readonly seq: bigint; readonly eventSeq: bigint }>({
    name: 'versionsAt',
    text: `/* versionsAt */
      SELECT conversation_id AS "conversationId", seq, version, text, at, event_seq AS "eventSeq", event_id AS "eventId" FROM message_version
       WHERE (shard, conversation_id, seq) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::bigint[]))
       ORDER BY version`,
    values: placeColumns(places),
  });
  const versions = rows.map((row) => ({ ...row, seq: Number(row.seq), eventSeq: Number(row.eventSeq) }));
  return Map.groupBy(versions, messageIdOf);
};

/** Forgets the versions of these messages. */
export const deleteVersions = (tx: Transaction, places: readonly MessagePlace[]): Promise<readonly object[]> =>
  tx.query({
    name: 'deleteVersions',
    text: `/* deleteVersions */
      DELETE FROM message_version WHERE (shard, conversation_id, seq) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::bigint[]))`,
    values: placeColumns(places),
  });

/** What is kept of a message that is taken back. `payload`: the whole event as it was logged last. */
export interface RecalledRow extends MessagePlace {
  readonly authorId: string;
  readonly byId: string;
  readonly at: Date;
  readonly payload: JsonObject;
  readonly versions: readonly MessageVersion[];
}

/** Keeps what messages said that are taken back. */
export const insertRecalled = (tx: Transaction, recalled: readonly RecalledRow[]): Promise<readonly object[]> =>
  tx.query({
    name: 'insertRecalled',
    text: `/* insertRecalled */
      INSERT INTO recalled_message (shard, conversation_id, seq, author_id, by_id, at, payload, versions)
      SELECT * FROM ROWS FROM (unnest($1::int[]), unnest($2::text[]), unnest($3::bigint[]), unnest($4::text[]), unnest($5::text[]), unnest($6::timestamptz[]),
             jsonb_array_elements($7::jsonb), jsonb_array_elements($8::jsonb)) AS new`,
    values: [
      ...placeColumns(recalled),
      texts(recalled.map(({ authorId }) => authorId)),
      texts(recalled.map(({ byId }) => byId)),
      times(recalled.map(({ at }) => at)),
      JSON.stringify(recalled.map(({ payload }) => payload)),
      JSON.stringify(recalled.map(({ versions }) => versions.map(({ text, at }) => ({ text, at: at.toISOString() })))),
    ],
  });

/** Forgets what these messages said that were taken back. */
export const deleteRecalled = (tx: Transaction, places: readonly MessagePlace[]): Promise<readonly object[]> =>
  tx.query({
    name: 'deleteRecalled',
    text: `/* deleteRecalled */
      DELETE FROM recalled_message WHERE (shard, conversation_id, seq) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::bigint[]))`,
    values: placeColumns(places),
  });

interface RecalledShown extends Omit<MessagePlace, 'seq'> {
  readonly seq: bigint;
  readonly byId: string;
  readonly at: Date;
  readonly text: string;
  readonly versions: readonly { readonly text: string; readonly at: string }[];
}

/** What is kept of these messages, by id, for operators; those that were not taken back are absent. One statement. */
export const recallsByIds = async (database: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, Recall>> => {
  const rows = await database.query<RecalledShown>({
    name: 'recallsByIds',
    text: `/* recallsByIds */
      SELECT conversation_id AS "conversationId", seq, by_id AS "byId", at, payload ->> 'text' AS text, versions FROM recalled_message
       WHERE (shard, conversation_id, seq) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::bigint[]))`,
    values: placeColumns(ids.flatMap((id) => messagePlaceOf(id) ?? [])),
  });
  return new Map(
    rows.map(({ conversationId, seq, byId, at, text, versions }) => {
      const before = versions.map((version) => ({ text: version.text, at: new Date(version.at) }));
      return [messageIdOf({ conversationId, seq: Number(seq) }), { byId, at, text, versions: before }];
    }),
  );
};

/** Places as columns: shard, conversation, seq. */
export const placeColumns = (places: readonly MessagePlace[]): readonly [string, string, string] => [
  plain(places.map(({ conversationId }) => shardOf(conversationId))),
  texts(places.map(({ conversationId }) => conversationId)),
  plain(places.map(({ seq }) => seq)),
];
