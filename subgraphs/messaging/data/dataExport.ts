import { z } from 'zod';
import { plain, texts } from '#platform/database/arrays.ts';
import type { Queryable } from '#platform/database/database.ts';
import { FanfareError } from '#platform/errors.ts';
import { shardOf } from '#platform/ids.ts';
import { type Connection, checkPageSize, connectionOf } from '#platform/subgraph/connection.ts';
import { EXPORT_PAGE_BYTES_MAX, EXPORT_PAGE_SIZE_MAX, EXPORT_SECTIONS, type ExportRecord, fittingRecords } from '../domain/dataExport.ts';
import type { Message } from '../domain/message.ts';
import { messageIdOf } from '../domain/messageId.ts';
import { type HeldMessage, itemIdOf } from '../domain/queueItem.ts';
import { loggedEventOf } from '../events.ts';
import { type ExportPlace, type ExportRow, exportRows, isExportPlace } from './dataExportSql.ts';
import { heldAt } from './heldMessages.ts';
import { memberKeyOf } from './members.ts';
import { recallsByIds, versionsAt } from './messageRows.ts';
import { messagesByIds } from './messages.ts';
import { HELD_KEPT, readPostedEvents } from './postingLaneSql.ts';

/** One page of what messaging keeps about somebody, section by section. Seven statements at most, whatever is on it. Throws FanfareError BAD_USER_INPUT for arguments that make no page. */
export const exportPage = async (
  database: Queryable,
  userId: string,
  { first, after }: { readonly first: number; readonly after?: string | null | undefined },
): Promise<Connection<ExportRecord>> => {
  checkPageSize(first, EXPORT_PAGE_SIZE_MAX);
  const place = after == null ? null : placeOf(after);
  const rows = await exportRows(database, userId, { after: place, limit: first + 1 });
  const [messages, memberships] = await Promise.all([
    messageContents(
      database,
      userId,
      rows.filter(({ section }) => section === 'MESSAGES'),
    ),
    membershipContents(
      database,
      userId,
      rows.filter(({ section }) => section === 'MEMBERSHIPS'),
    ),
  ]);
  const records = rows.map((row) => {
    const { section, key, record } = row;
    const content = messages.get(row) ?? memberships.get(row) ?? record;
    return { section, key, content: JSON.stringify(content) };
  });
  const shown = fittingRecords(records, { recordsMax: first, bytesMax: EXPORT_PAGE_BYTES_MAX });
  return connectionOf(shown, cursorOf, { hasNextPage: shown.length < records.length, hasPreviousPage: place !== null });
};

type Contents = ReadonlyMap<ExportRow, Readonly<Record<string, unknown>>>;

const posting = z.object({
  idempotencyKey: z.string(),
  conversationId: z.string(),
  at: z.string(),
  refusal: z.string().nullable(),
  refusalMessage: z.string().nullable(),
  eventId: z.string(),
  floorSeq: z.int(),
});

/** What was posted: as it stands now, with what it said before, and what was taken back. */
const messageContents = async (database: Queryable, userId: string, rows: readonly ExportRow[]): Promise<Contents> => {
  if (rows.length === 0) return new Map();
  const postings = rows.map((row) => ({ row, ...posting.parse(row.record) }));
  const posted = postings.filter(({ refusal }) => refusal === null);
  const events = await readPostedEvents(
    database,
    posted.map(({ floorSeq, ...each }) => ({
      ...each,
      authorId: userId,
      key: each.idempotencyKey,
      fingerprint: '',
      floorSeq: BigInt(floorSeq),
    })),
  );
  const messages = new Map(
    posted.flatMap(({ eventId }) => {
      const event = events.get(eventId);
      const shown = event === undefined ? null : loggedEventOf(event);
      return shown?.__typename === 'ChatEvent' ? [[eventId, shown.message] as const] : [];
    }),
  );
  const waited = postings.filter(({ refusal }) => refusal === HELD_KEPT);
  const held = await heldAt(
    database,
    waited.map(({ conversationId, eventId: id }) => ({ conversationId, id })),
  );
  const approved = await messagesByIds(
    database,
    [...held.values()].flatMap(({ conversationId, seq }) => (seq === null ? [] : [messageIdOf({ conversationId, seq })])),
  );
  for (const { id, conversationId, seq } of held.values()) {
    const message = seq === null ? undefined : approved.get(messageIdOf({ conversationId, seq }));
    if (message !== undefined) messages.set(id, message);
  }
  const all = [...messages.values()];
  const [versions, recalls] = await Promise.all([
    versionsAt(database, all),
    recallsByIds(
      database,
      all.filter(({ isRecalled }) => isRecalled).map(({ id }) => id),
    ),
  ]);
  return new Map<ExportRow, ExportRow['record']>(
    postings.map(({ row, eventId, conversationId, at, refusal, refusalMessage, idempotencyKey }) => {
      const message = messages.get(eventId);
      const waiting = held.get(itemIdOf({ conversationId, id: eventId }));
      if (message === undefined && waiting !== undefined)
        return [row, { idempotencyKey, conversationId, at, held: waiting.state, ...heldContent(waiting) }];
      if (message === undefined) return [row, { idempotencyKey, conversationId, at, refusal, refusalMessage }];
      const recall = recalls.get(message.id);
      const before = (recall?.versions ?? versions.get(message.id) ?? []).map(({ text, at: since }) => ({ text, at: since }));
      return [row, { idempotencyKey, ...messageContent(message), ...(recall === undefined ? {} : { text: recall.text }), before }];
    }),
  );
};

const heldContent = ({ body: { type, text, attachments, custom } }: HeldMessage) => ({ type, text, attachments, custom });

const messageContent = (message: Message) => {
  const {
    id,
    conversationId,
    messageNumber,
    type,
    text,
    attachments,
    custom,
    mentionedUserIds,
    mentionsAll,
    sentAt,
    editedAt,
    isRecalled,
    replyToSeq,
  } = message;
  const replyTo = replyToSeq === null ? null : `${conversationId}:${replyToSeq}`;
  return {
    id,
    conversationId,
    messageNumber,
    type,
    text,
    attachments,
    custom,
    mentionedUserIds,
    mentionsAll,
    replyTo,
    sentAt,
    editedAt,
    isRecalled,
  };
};

const conversationOf = z.object({ conversationId: z.string() });

/** Memberships with how far the user has read, and which unread messages mention them. */
const membershipContents = async (database: Queryable, userId: string, rows: readonly ExportRow[]): Promise<Contents> => {
  if (rows.length === 0) return new Map();
  const ids = rows.map(({ record }) => conversationOf.parse(record).conversationId);
  const members = await database.query<{ readonly conversationId: string; readonly read: object }>({
    name: 'exportedMembers',
    text: `/* exportedMembers */
      SELECT conversation_id AS "conversationId", jsonb_build_object('readNumber', read_number, 'readAt', read_at, 'unreadMentions', ARRAY(
               SELECT number FROM mention
                WHERE mention.shard = member.shard AND mention.conversation_id = member.conversation_id AND mention.user_id = member.user_id
                  AND mention.number > member.read_number
                ORDER BY number LIMIT ${EXPORT_PAGE_SIZE_MAX})) AS read
        FROM member
       WHERE (shard, conversation_id, user_id) IN (SELECT asked.*, $3 FROM unnest($1::int[], $2::text[]) AS asked)`,
    values: [plain(ids.map(shardOf)), texts(ids), userId],
  });
  const reads = new Map(members.map(({ conversationId, read }) => [memberKeyOf({ conversationId, userId }), read]));
  return new Map(
    rows.map((row, index) => [row, { ...row.record, ...reads.get(memberKeyOf({ conversationId: ids[index] ?? '', userId })) }]),
  );
};

const cursorOf = ({ section, key }: ExportPlace): string => Buffer.from(JSON.stringify([section, ...key])).toString('base64url');

const cursorForm = z.tuple([z.enum(EXPORT_SECTIONS)], z.string());

const placeOf = (cursor: string): ExportPlace => {
  const place = placeIn(Buffer.from(cursor, 'base64url').toString());
  if (place === null) throw new FanfareError('BAD_USER_INPUT', '`after` is not a cursor of this list. Use one as it came, or none.');
  return place;
};

const placeIn = (text: string): ExportPlace | null => {
  // Our own cursors are arrays of texts; JSON.parse throws for most of what is none.
  const parsed = text.startsWith('[') && text.endsWith(']') ? cursorForm.safeParse(parseJson(text)).data : undefined;
  if (parsed === undefined) return null;
  const [section, ...key] = parsed;
  return isExportPlace({ section, key }) && key.every((each) => !each.includes('\0')) ? { section, key } : null;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
