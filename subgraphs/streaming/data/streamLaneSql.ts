import type { Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import { type Channel, isStreamStatus, type Stream } from '../domain/stream.ts';

/** One idempotency key of one user, as the lane looks it up. */
export interface CommandKey {
  readonly actorId: string;
  readonly key: string;
  readonly fingerprint: string;
}

/** What a key that was used before keeps. `answer`: as storedAnswer.ts wrote it. */
export interface UsedKey extends CommandKey {
  readonly answer: unknown;
}

/** Inserts the keys that are new and answers which those are. A key that another transaction is inserting is waited for: the insert is the lock.
 * `keys`: each once. */
export const claimStreamCommands = (
  tx: Transaction,
  keys: readonly CommandKey[],
  at: Date,
): Promise<readonly { readonly actorId: string; readonly key: string }[]> =>
  tx.query({
    name: 'claimStreamCommands',
    text: `/* claimStreamCommands */
      INSERT INTO stream_command (shard, actor_id, key, fingerprint, at)
      SELECT new.shard, new.actor_id, new.key, new.fingerprint, $5
        FROM unnest($1::int[], $2::text[], $3::text[], $4::text[]) AS new (shard, actor_id, key, fingerprint)
       ORDER BY new.shard, new.actor_id, new.key
      ON CONFLICT DO NOTHING
      RETURNING actor_id AS "actorId", key`,
    values: [...columnsOf(keys), keys.map(({ fingerprint }) => fingerprint), at],
  });

/** The keys that were used before, with their answers. */
export const readStreamCommands = (tx: Transaction, keys: readonly CommandKey[]): Promise<readonly UsedKey[]> =>
  tx.query({
    name: 'readStreamCommands',
    text: `/* readStreamCommands */
      SELECT actor_id AS "actorId", key, fingerprint, answer
        FROM stream_command
       WHERE (shard, actor_id, key) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::text[]))`,
    values: columnsOf(keys),
  });

/** Locks the streams of these ids, by shard and id, and reads them. */
export const lockStreams = async (tx: Transaction, ids: readonly string[]): Promise<ReadonlyMap<string, Stream>> => {
  const rows = await tx.query<StreamRow>({
    name: 'lockStreams',
    text: `/* lockStreams */
      SELECT id, channel_id AS "channelId", owner_id AS "ownerId", title, status, version,
             created_at AS "createdAt", started_at AS "startedAt", ended_at AS "endedAt"
        FROM stream
       WHERE (shard, id) IN (SELECT * FROM unnest($1::int[], $2::text[]))
       ORDER BY shard, id
         FOR NO KEY UPDATE`,
    values: [ids.map(shardOf), ids],
  });
  return new Map(rows.map((row) => [row.id, toStream(row)]));
};

/** Locks the channels of these ids, by shard and id, and reads them. Always after the streams. */
export const lockChannels = async (tx: Transaction, ids: readonly string[]): Promise<ReadonlyMap<string, Channel>> => {
  const rows = await tx.query<Channel>({
    name: 'lockChannels',
    text: `/* lockChannels */
      SELECT id, handle, title, owner_id AS "ownerId", live_stream_id AS "liveStreamId"
        FROM channel
       WHERE (shard, id) IN (SELECT * FROM unnest($1::int[], $2::text[]))
       ORDER BY shard, id
         FOR NO KEY UPDATE`,
    values: [ids.map(shardOf), ids],
  });
  return new Map(rows.map((row) => [row.id, row]));
};

/** Writes streams as they are now, new and old ones alike. `streams`: each once. */
export const saveStreams = (tx: Transaction, streams: readonly Stream[]): Promise<readonly object[]> =>
  tx.query({
    name: 'saveStreams',
    text: `/* saveStreams */
      INSERT INTO stream (shard, id, channel_id, owner_id, title, status, version, created_at, started_at, ended_at)
      SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[],
                           $8::timestamptz[], $9::timestamptz[], $10::timestamptz[])
      ON CONFLICT (shard, id) DO UPDATE
         SET status = excluded.status, version = excluded.version, started_at = excluded.started_at, ended_at = excluded.ended_at`,
    values: [
      streams.map(({ id }) => shardOf(id)),
      streams.map(({ id }) => id),
      streams.map(({ channelId }) => channelId),
      streams.map(({ ownerId }) => ownerId),
      streams.map(({ title }) => title),
      streams.map(({ status }) => status),
      streams.map(({ version }) => version),
      streams.map(({ createdAt }) => createdAt),
      streams.map(({ startedAt }) => startedAt),
      streams.map(({ endedAt }) => endedAt),
    ],
  });

/** Writes which stream is live in each of these channels. `channels`: each once. */
export const saveLiveStreams = (tx: Transaction, channels: readonly Channel[]): Promise<readonly object[]> =>
  tx.query({
    name: 'saveLiveStreams',
    text: `/* saveLiveStreams */
      UPDATE channel
         SET live_stream_id = new.live_stream_id
        FROM unnest($1::int[], $2::text[], $3::text[]) AS new (shard, id, live_stream_id)
       WHERE channel.shard = new.shard AND channel.id = new.id`,
    values: [channels.map(({ id }) => shardOf(id)), channels.map(({ id }) => id), channels.map(({ liveStreamId }) => liveStreamId)],
  });

/** Gives each claimed key its answer. */
export const saveAnswers = (tx: Transaction, keys: readonly CommandKey[], answers: readonly string[]): Promise<readonly object[]> =>
  tx.query({
    name: 'saveAnswers',
    text: `/* saveAnswers */
      UPDATE stream_command
         SET answer = new.answer::jsonb
        FROM unnest($1::int[], $2::text[], $3::text[], $4::text[]) AS new (shard, actor_id, key, answer)
       WHERE stream_command.shard = new.shard AND stream_command.actor_id = new.actor_id AND stream_command.key = new.key`,
    values: [...columnsOf(keys), answers],
  });

/** A row of the stream table, as Prisma and SQL read it. */
export interface StreamRow extends Omit<Stream, 'status'> {
  readonly status: string;
}

/** A row as the domain knows it. Throws on a status that this version does not know. */
export const toStream = (row: StreamRow): Stream => {
  const { id, channelId, ownerId, title, status, version, createdAt, startedAt, endedAt } = row;
  if (!isStreamStatus(status)) throw new Error(`stream ${id} has the unknown status ${status}: this process is older than its database`);
  return { id, channelId, ownerId, title, status, version, createdAt, startedAt, endedAt };
};

const columnsOf = (keys: readonly CommandKey[]): readonly [number[], string[], string[]] => [
  keys.map(({ actorId }) => shardOf(actorId)),
  keys.map(({ actorId }) => actorId),
  keys.map(({ key }) => key),
];
