import type { Channel, Stream } from './stream.ts';

/** What a streamer wants done. `streamId` of a creation is the id that the new stream gets. */
export type StreamAction =
  | { readonly type: 'create'; readonly channelId: string; readonly streamId: string; readonly title: string }
  | { readonly type: 'start'; readonly streamId: string }
  | { readonly type: 'end'; readonly streamId: string };

export type StreamRefusalCode = 'STREAM_NOT_FOUND' | 'CHANNEL_NOT_FOUND' | 'WRONG_STATUS' | 'IDEMPOTENCY_CONFLICT';

/** Why it was not done. `field`: path of the input field at fault. */
export interface StreamRefusal {
  readonly code: StreamRefusalCode;
  readonly message: string;
  readonly field: readonly string[];
}

export type StreamAnswer = { readonly ok: true; readonly stream: Stream } | { readonly ok: false; readonly refusal: StreamRefusal };

/** What the batch has locked, by id, as it stands after the commands before this one. */
export interface LockedStreams {
  readonly channels: ReadonlyMap<string, Channel>;
  readonly streams: ReadonlyMap<string, Stream>;
}

/** Decides one command of `actorId` at `at` against what is locked. Pure: the caller applies the answer before it decides the next command.
 * Who does not own a channel or stream is told that there is none of that id among their own.
 * Refusals: CHANNEL_NOT_FOUND, STREAM_NOT_FOUND, WRONG_STATUS. */
export const decideStreamCommand = (actorId: string, action: StreamAction, locked: LockedStreams, at: Date): StreamAnswer =>
  action.type === 'create' ? create(actorId, action, locked, at) : change(actorId, action, locked, at);

/** A channel after one of its streams has become `stream`. */
export const channelAfter = (channel: Channel, stream: Stream): Channel => {
  if (stream.status === 'LIVE') return { ...channel, liveStreamId: stream.id };
  return channel.liveStreamId === stream.id ? { ...channel, liveStreamId: null } : channel;
};

export const idempotencyConflict: StreamAnswer = {
  ok: false,
  refusal: {
    code: 'IDEMPOTENCY_CONFLICT',
    message: 'This idempotencyKey was used before with other input. Use a new key for a new wish.',
    field: ['input', 'idempotencyKey'],
  },
};

const create = (actorId: string, action: StreamAction & { type: 'create' }, locked: LockedStreams, at: Date): StreamAnswer => {
  const channel = locked.channels.get(action.channelId);
  if (channel === undefined || channel.ownerId !== actorId) {
    return refuse('CHANNEL_NOT_FOUND', 'You have no channel with this id. Ask for `me { channel { id } }`.', 'channelId');
  }
  if (locked.streams.has(action.streamId)) return refuse('WRONG_STATUS', 'A stream with this id was created before.', 'channelId');
  return {
    ok: true,
    stream: {
      id: action.streamId,
      channelId: channel.id,
      ownerId: channel.ownerId,
      title: action.title,
      status: 'SCHEDULED',
      version: 1,
      createdAt: at,
      startedAt: null,
      endedAt: null,
    },
  };
};

const change = (actorId: string, action: StreamAction & { type: 'start' | 'end' }, locked: LockedStreams, at: Date): StreamAnswer => {
  const stream = locked.streams.get(action.streamId);
  const channel = stream === undefined ? undefined : locked.channels.get(stream.channelId);
  if (stream === undefined || channel === undefined || stream.ownerId !== actorId) {
    return refuse('STREAM_NOT_FOUND', 'You have no stream with this id.', 'streamId');
  }
  return action.type === 'start' ? start(stream, channel, at) : end(stream, at);
};

const start = (stream: Stream, channel: Channel, at: Date): StreamAnswer => {
  if (stream.status !== 'SCHEDULED')
    return refuse('WRONG_STATUS', `Only a SCHEDULED stream can start; this one is ${stream.status}.`, 'streamId');
  if (channel.liveStreamId !== null) {
    return refuse('WRONG_STATUS', `The channel already has a live stream (${channel.liveStreamId}). End that one first.`, 'streamId');
  }
  return { ok: true, stream: { ...stream, status: 'LIVE', version: stream.version + 1, startedAt: at } };
};

const end = (stream: Stream, at: Date): StreamAnswer => {
  if (stream.status !== 'LIVE' || stream.startedAt === null) {
    return refuse('WRONG_STATUS', `Only a LIVE stream can end; this one is ${stream.status}.`, 'streamId');
  }
  // Another process's clock may have started it: no stream ends before it begins.
  const endedAt = at < stream.startedAt ? stream.startedAt : at;
  return { ok: true, stream: { ...stream, status: 'ENDED', version: stream.version + 1, endedAt } };
};

const refuse = (code: StreamRefusalCode, message: string, field: string): StreamAnswer => ({
  ok: false,
  refusal: { code, message, field: ['input', field] },
});
