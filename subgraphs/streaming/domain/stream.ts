/** Where a stream is in its life. It only moves forward. */
export type StreamStatus = 'SCHEDULED' | 'LIVE' | 'ENDED';

/** One broadcast of a channel. `ownerId` is the channel's owner; `version` counts the changes, from 1. */
export interface Stream {
  readonly id: string;
  readonly channelId: string;
  readonly ownerId: string;
  readonly title: string;
  readonly status: StreamStatus;
  readonly version: number;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

/** Where one streamer streams. `liveStreamId`: the stream that is live in it, at most one. */
export interface Channel {
  readonly id: string;
  readonly handle: string;
  readonly title: string;
  readonly ownerId: string;
  readonly liveStreamId: string | null;
}

const STATUSES: ReadonlySet<string> = new Set<StreamStatus>(['SCHEDULED', 'LIVE', 'ENDED']);

export const isStreamStatus = (text: string): text is StreamStatus => STATUSES.has(text);
