import { plain, texts, times } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import type { Announcement, Pin } from '../domain/message.ts';
import { type MessagePlace, messageIdOf } from '../domain/messageId.ts';
import { placeColumns } from './messageRows.ts';

/** The pins of these conversations, by conversation, in the order in which they were pinned. One statement. */
export const pinsOf = async (database: Queryable, conversationIds: readonly string[]): Promise<ReadonlyMap<string, readonly Pin[]>> => {
  if (conversationIds.length === 0) return new Map();
  const rows = await database.query<Omit<Pin, 'messageId'> & { readonly conversationId: string; readonly seq: bigint }>({
    name: 'pinsOf',
    text: `/* pinsOf */
      SELECT conversation_id AS "conversationId", seq, by_id AS "byId", at FROM conversation_pin
       WHERE (shard, conversation_id) IN (SELECT * FROM unnest($1::int[], $2::text[]))
       ORDER BY at, seq`,
    values: conversationColumns(conversationIds),
  });
  const pins = Map.groupBy(rows, ({ conversationId }) => conversationId);
  return new Map(
    [...pins].map(([id, ofOne]) => [
      id,
      ofOne.map(({ conversationId, seq, byId, at }) => ({ messageId: messageIdOf({ conversationId, seq: Number(seq) }), byId, at })),
    ]),
  );
};

/** Pins messages of conversations that this transaction has locked. */
export const insertPins = (
  tx: Transaction,
  pins: readonly (MessagePlace & { readonly byId: string })[],
  at: Date,
): Promise<readonly object[]> =>
  tx.query({
    name: 'insertPins',
    text: `/* insertPins */
      INSERT INTO conversation_pin (shard, conversation_id, seq, by_id, at)
      SELECT new.*, $5 FROM unnest($1::int[], $2::text[], $3::bigint[], $4::text[]) AS new`,
    values: [...placeColumns(pins), texts(pins.map(({ byId }) => byId)), at],
  });

/** Unpins messages of conversations that this transaction has locked. */
export const deletePins = (tx: Transaction, places: readonly MessagePlace[]): Promise<readonly object[]> =>
  tx.query({
    name: 'deletePins',
    text: `/* deletePins */
      DELETE FROM conversation_pin WHERE (shard, conversation_id, seq) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::bigint[]))`,
    values: placeColumns(places),
  });

/** What these conversations announce, by conversation; those that announce nothing are absent. One statement. */
export const announcementsOf = async (
  database: Queryable,
  conversationIds: readonly string[],
): Promise<ReadonlyMap<string, Announcement>> => {
  const rows = await database.query<Announcement & { readonly conversationId: string }>({
    name: 'announcementsOf',
    text: `/* announcementsOf */
      SELECT conversation_id AS "conversationId", text, by_id AS "byId", at FROM announcement
       WHERE (shard, conversation_id) IN (SELECT * FROM unnest($1::int[], $2::text[])) AND text IS NOT NULL`,
    values: conversationColumns(conversationIds),
  });
  return new Map(rows.map(({ conversationId, ...announcement }) => [conversationId, announcement]));
};

/** What a conversation announces from now on; `text` null: nothing. */
export interface AnnouncementRow {
  readonly conversationId: string;
  readonly text: string | null;
  readonly byId: string;
  readonly at: Date;
}

/** Writes what conversations that this transaction has locked announce. `rows`: each conversation once. */
export const saveAnnouncements = (tx: Transaction, rows: readonly AnnouncementRow[]): Promise<readonly object[]> =>
  tx.query({
    name: 'saveAnnouncements',
    text: `/* saveAnnouncements */
      INSERT INTO announcement (shard, conversation_id, text, by_id, at)
      SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
      ON CONFLICT (shard, conversation_id) DO UPDATE SET text = excluded.text, by_id = excluded.by_id, at = excluded.at`,
    values: [
      ...conversationColumns(rows.map(({ conversationId }) => conversationId)),
      rows.map(({ text }) => text),
      texts(rows.map(({ byId }) => byId)),
      times(rows.map(({ at }) => at)),
    ],
  });

const conversationColumns = (ids: readonly string[]): readonly [string, string] => [plain(ids.map(shardOf)), texts(ids)];
