import { z } from 'zod';
import type { JsonObject, NewFeedEvent } from '#platform/feed/feed.ts';
import { shardIndexOf, shardOf } from '#platform/ids.ts';
import type { Stream, StreamStatus } from './domain/stream.ts';

/** The feed of one of the 64 shards, which other subgraphs follow to keep their own view of the streams. */
export const streamsFeedOf = (streamId: string): string => `streams/${shardIndexOf(streamId)}`;

/** The feed of one stream, which `streamChanged` follows. */
export const streamFeedOf = (streamId: string): string => `stream/${streamId}`;

/** Version of the payload below. Followers tolerate newer ones: fields are added, never changed or removed. */
const PAYLOAD_VERSION = 1;

const KIND_OF: Readonly<Record<StreamStatus, string>> = { SCHEDULED: 'stream.created', LIVE: 'stream.started', ENDED: 'stream.ended' };

/** The events that a stream's change appends: one to the feed of its shard, one to its own. `newEventId` makes a new UUIDv7. */
export const streamEvents = (stream: Stream, newEventId: () => string): readonly NewFeedEvent[] => {
  const event = { shard: shardOf(stream.id), kind: KIND_OF[stream.status], v: PAYLOAD_VERSION, payload: payloadOf(stream) };
  return [
    { ...event, feed: streamsFeedOf(stream.id), id: newEventId() },
    { ...event, feed: streamFeedOf(stream.id), id: newEventId() },
  ];
};

const versionParser = z.object({ version: z.int().positive() });

/** The version that a stream had after an event of its feed. */
export const streamVersionOf = (payload: JsonObject): number => versionParser.parse(payload).version;

const payloadOf = (stream: Stream): JsonObject => ({
  streamId: stream.id,
  channelId: stream.channelId,
  streamerId: stream.ownerId,
  title: stream.title,
  status: stream.status,
  version: stream.version,
  startedAt: stream.startedAt?.toISOString() ?? null,
  endedAt: stream.endedAt?.toISOString() ?? null,
});
