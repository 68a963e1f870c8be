import { plain, uuids } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { isUuid, shardOf } from '#platform/ids.ts';
import type { KnownStream, StreamStatus } from '../domain/gift.ts';

/** What streaming's feed says about a stream. `version` is streaming's. */
export interface StreamNews extends KnownStream {
  readonly version: number;
}

/** Streams by id as trading knows them. Ids that are unknown, or not ids at all, are absent. One statement. */
export const readStreams = async (db: Queryable, ids: Iterable<string>): Promise<ReadonlyMap<string, KnownStream>> => {
  const wanted = [...new Set(ids)].filter(isUuid);
  const rows = await db.query<StreamRow>({ name: 'readStreams', text: READ_STREAMS, values: [plain(wanted.map(shardOf)), uuids(wanted)] });
  return new Map(rows.map(({ id, streamer_id, status }) => [id, { id, streamerId: streamer_id, status }]));
};

/** Takes over the newest news per stream; older versions than the one known change nothing, so news may come twice. One statement. */
export const applyStreamNews = async (tx: Transaction, news: readonly StreamNews[], at: Date): Promise<void> => {
  const newest = new Map<string, StreamNews>();
  for (const item of news) {
    if (item.version >= (newest.get(item.id)?.version ?? 0)) newest.set(item.id, item);
  }
  const streams = [...newest.values()];
  if (streams.length === 0) return;
  await tx.query({
    name: 'applyStreamNews',
    text: APPLY_STREAM_NEWS,
    values: [
      streams.map(({ id }) => shardOf(id)),
      streams.map(({ id }) => id),
      streams.map(({ streamerId }) => streamerId),
      streams.map(({ status }) => status),
      streams.map(({ version }) => version),
      at,
    ],
  });
};

interface StreamRow {
  readonly id: string;
  readonly streamer_id: string;
  readonly status: StreamStatus;
}

const READ_STREAMS = `/* readStreams */
  SELECT s.id, s.streamer_id, s.status
  FROM unnest($1::int[], $2::uuid[]) AS k (shard, id)
  JOIN stream s ON s.shard = k.shard AND s.id = k.id`;

const APPLY_STREAM_NEWS = `/* applyStreamNews */
  INSERT INTO stream AS s (shard, id, streamer_id, status, version, updated_at)
  SELECT n.shard, n.id, n.streamer_id, n.status, n.version, $6::timestamptz
  FROM unnest($1::int[], $2::uuid[], $3::text[], $4::stream_status[], $5::bigint[]) AS n (shard, id, streamer_id, status, version)
  ORDER BY n.shard, n.id
  ON CONFLICT (shard, id) DO UPDATE
  SET streamer_id = excluded.streamer_id, status = excluded.status, version = excluded.version, updated_at = excluded.updated_at
  WHERE excluded.version > s.version`;
