import { plain, texts, times, uuids } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import { SWEEP_RETRY_MS, UPLOAD_GRACE_MS } from '../domain/limits.ts';
import type { Message } from '../domain/message.ts';
import type { Upload } from '../domain/upload.ts';

/** Where an upload is. */
export interface UploadPlace {
  readonly conversationId: string;
  readonly id: string;
}

/** A place as a key of maps. */
export const uploadKeyOf = ({ conversationId, id }: UploadPlace): string => `${conversationId} ${id}`;

/** The uploads whose files a message has. */
export const uploadPlacesOf = ({ conversationId, attachments }: Pick<Message, 'conversationId' | 'attachments'>): readonly UploadPlace[] =>
  attachments.map(({ id }) => ({ conversationId, id }));

const COLUMNS = `conversation_id AS "conversationId", id, author_id AS "authorId", kind, content_type AS "contentType", bytes, name, width, height, sha256,
  created_at AS "createdAt", use_before AS "useBefore", event_id AS "eventId"`;

interface UploadRow extends Omit<Upload, 'kind'> {
  readonly kind: string;
}

/** The uploads at these places, by key; unknown ones are absent. One statement. */
export const uploadsAt = async (database: Queryable, places: readonly UploadPlace[]): Promise<ReadonlyMap<string, Upload>> => {
  if (places.length === 0) return new Map();
  const rows = await database.query<UploadRow>({
    name: 'uploadsAt',
    text: `/* uploadsAt */
      SELECT ${COLUMNS} FROM upload WHERE (shard, conversation_id, id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::uuid[]))`,
    values: columnsOf(places),
  });
  return byKey(rows);
};

/** The same under their locks, by shard, conversation and id: whoever uses one or takes one away holds its lock to COMMIT. */
export const lockUploads = async (tx: Transaction, places: readonly UploadPlace[]): Promise<ReadonlyMap<string, Upload>> =>
  byKey(
    await tx.query<UploadRow>({
      name: 'lockUploads',
      text: `/* lockUploads */
        SELECT ${COLUMNS} FROM upload
         WHERE (shard, conversation_id, id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::uuid[]))
         ORDER BY shard, conversation_id, id
           FOR NO KEY UPDATE`,
      values: columnsOf(places),
    }),
  );

/** How many uploads of these people can still be used and are in no message, by person; who has none is absent. One statement. */
export const openUploadsOf = async (database: Queryable, authorIds: readonly string[]): Promise<ReadonlyMap<string, number>> => {
  const rows = await database.query<{ readonly authorId: string; readonly count: number }>({
    name: 'openUploadsOf',
    text: `/* openUploadsOf */
      SELECT author_id AS "authorId", count(*)::int AS count FROM upload
       WHERE author_id = ANY ($1::text[]) AND use_before > clock_timestamp() AND event_id IS NULL
       GROUP BY author_id`,
    values: [texts(authorIds)],
  });
  return new Map(rows.map(({ authorId, count }) => [authorId, count]));
};

/** Keeps new uploads. Their objects are deleted when nobody has used them in time, and a while. */
export const insertUploads = (tx: Transaction, uploads: readonly Upload[]): Promise<readonly object[]> =>
  tx.query({
    name: 'insertUploads',
    text: `/* insertUploads */
      INSERT INTO upload (shard, conversation_id, id, author_id, kind, content_type, bytes, name, width, height, sha256, created_at, use_before, delete_at)
      SELECT * FROM unnest($1::int[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::int[], $8::text[], $9::int[], $10::int[], $11::text[],
             $12::timestamptz[], $13::timestamptz[], $14::timestamptz[])`,
    values: [
      ...columnsOf(uploads),
      texts(uploads.map(({ authorId }) => authorId)),
      plain(uploads.map(({ kind }) => kind)),
      texts(uploads.map(({ contentType }) => contentType)),
      plain(uploads.map(({ bytes }) => bytes)),
      texts(uploads.map(({ name }) => name)),
      plain(uploads.map(({ width }) => width)),
      plain(uploads.map(({ height }) => height)),
      texts(uploads.map(({ sha256 }) => sha256)),
      times(uploads.map(({ createdAt }) => createdAt)),
      times(uploads.map(({ useBefore }) => useBefore)),
      times(uploads.map(({ useBefore }) => new Date(useBefore.getTime() + UPLOAD_GRACE_MS))),
    ],
  });

/** Gives uploads that this transaction has locked to the events of their messages: their objects stay. */
export const takeUploads = (tx: Transaction, used: readonly (UploadPlace & { readonly eventId: string })[]): Promise<readonly object[]> =>
  tx.query({
    name: 'takeUploads',
    text: `/* takeUploads */
      UPDATE upload SET event_id = new.event_id, delete_at = NULL
        FROM unnest($1::int[], $2::text[], $3::uuid[], $4::uuid[]) AS new (shard, conversation_id, id, event_id)
       WHERE upload.shard = new.shard AND upload.conversation_id = new.conversation_id AND upload.id = new.id`,
    values: [...columnsOf(used), uuids(used.map(({ eventId }) => eventId))],
  });

/** Has the objects of these uploads deleted: nothing shows them any more. Whoever calls it holds the locks of their conversations. One statement, none without uploads. */
export const dropUploads = async (tx: Transaction, places: readonly UploadPlace[]): Promise<void> => {
  if (places.length === 0) return;
  await lockUploads(tx, places);
  await tx.query({
    name: 'dropUploads',
    text: `/* dropUploads */
      UPDATE upload SET delete_at = clock_timestamp()
       WHERE (shard, conversation_id, id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::uuid[]))`,
    values: columnsOf(places),
  });
};

/** Claims uploads whose objects are to be deleted, `limit` at most, those that have waited longest first: no other process deletes these for a while. */
export const claimDropped = async (database: Queryable, limit: number): Promise<readonly UploadPlace[]> =>
  await database.query<UploadPlace>({
    name: 'claimDropped',
    text: `/* claimDropped */
      UPDATE upload SET delete_at = clock_timestamp() + $2 * interval '1 millisecond'
       WHERE (shard, conversation_id, id) IN (
         SELECT shard, conversation_id, id FROM upload
          WHERE delete_at <= clock_timestamp()
          ORDER BY delete_at LIMIT $1
            FOR UPDATE SKIP LOCKED)
      RETURNING conversation_id AS "conversationId", id`,
    values: [limit, SWEEP_RETRY_MS],
  });

/** Notes that the objects of claimed uploads were deleted. One whose address may still be in somebody's hands is deleted once more when that holds no longer; of the others nothing stays. Two statements. */
export const forgetDropped = async (database: Queryable, places: readonly UploadPlace[]): Promise<void> => {
  await database.query({
    name: 'dropAgain',
    text: `/* dropAgain */
      UPDATE upload SET delete_at = use_before + $4 * interval '1 millisecond'
       WHERE (shard, conversation_id, id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::uuid[]))
         AND use_before + $4 * interval '1 millisecond' > clock_timestamp()`,
    values: [...columnsOf(places), UPLOAD_GRACE_MS],
  });
  await database.query({
    name: 'forgetDropped',
    text: `/* forgetDropped */
      DELETE FROM upload
       WHERE (shard, conversation_id, id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::uuid[]))
         AND use_before + $4 * interval '1 millisecond' <= clock_timestamp()`,
    values: [...columnsOf(places), UPLOAD_GRACE_MS],
  });
};

const columnsOf = (places: readonly UploadPlace[]): readonly [string, string, Buffer] => [
  plain(places.map(({ conversationId }) => shardOf(conversationId))),
  texts(places.map(({ conversationId }) => conversationId)),
  uuids(places.map(({ id }) => id)),
];

const byKey = (rows: readonly UploadRow[]): ReadonlyMap<string, Upload> => new Map(rows.map((row) => [uploadKeyOf(row), toUpload(row)]));

const toUpload = (row: UploadRow): Upload => {
  const { kind } = row;
  if (kind !== 'IMAGE' && kind !== 'FILE')
    throw new Error(`upload ${row.id} is an unknown ${kind}: this process is older than its database`);
  return { ...row, kind };
};
