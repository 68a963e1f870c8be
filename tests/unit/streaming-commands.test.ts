import { describe, expect, test } from 'vitest';
import { isUuid } from '#platform/ids.ts';
import { channelIdOf } from '../../subgraphs/streaming/domain/channelId.ts';
import { titleFault } from '../../subgraphs/streaming/domain/check.ts';
import { decodePlace, encodePlace } from '../../subgraphs/streaming/domain/liveStreamCursor.ts';
import type { Channel, Stream } from '../../subgraphs/streaming/domain/stream.ts';
import { channelAfter, decideStreamCommand, type StreamAction } from '../../subgraphs/streaming/domain/streamCommand.ts';

const AT = new Date('2026-11-22T10:00:00.000Z');
const EARLIER = new Date('2026-11-22T09:00:00.000Z');

const aChannel = (over: Partial<Channel> = {}): Channel => ({
  id: 'channel',
  handle: 'luna',
  title: 'Luna',
  ownerId: 'luna',
  liveStreamId: null,
  ...over,
});
const aStream = (over: Partial<Stream> = {}): Stream => ({
  id: 'stream',
  channelId: 'channel',
  ownerId: 'luna',
  title: 'Piano',
  status: 'SCHEDULED',
  version: 1,
  createdAt: EARLIER,
  startedAt: null,
  endedAt: null,
  ...over,
});

const decide = (action: StreamAction, given: { actor?: string; channel?: Channel; stream?: Stream } = {}) => {
  const channels = new Map([given.channel ?? aChannel()].map((each) => [each.id, each]));
  const streams = new Map((given.stream === undefined ? [] : [given.stream]).map((each) => [each.id, each]));
  return decideStreamCommand(given.actor ?? 'luna', action, { channels, streams }, AT);
};

const codeOf = (answer: ReturnType<typeof decide>): string | null => (answer.ok ? null : answer.refusal.code);

describe('deciding a stream command', () => {
  test('a created stream is SCHEDULED, version 1, and belongs to the channel', () => {
    const answer = decide({ type: 'create', channelId: 'channel', streamId: 'new', title: 'Piano' });
    expect(answer).toEqual({ ok: true, stream: aStream({ id: 'new', createdAt: AT }) });
  });

  test("nobody creates a stream in a channel that is not theirs, or isn't there", () => {
    const action = { type: 'create', channelId: 'channel', streamId: 'new', title: 'Piano' } as const;
    expect(codeOf(decide(action, { actor: 'mallory' }))).toBe('CHANNEL_NOT_FOUND');
    expect(codeOf(decide({ ...action, channelId: 'other' }))).toBe('CHANNEL_NOT_FOUND');
  });

  test('an id that is taken is never created again', () => {
    const answer = decide(
      { type: 'create', channelId: 'channel', streamId: 'stream', title: 'Again' },
      { stream: aStream({ status: 'LIVE' }) },
    );
    expect(codeOf(answer)).toBe('WRONG_STATUS');
  });

  test('starting makes it LIVE, sets startedAt and counts the version up', () => {
    const answer = decide({ type: 'start', streamId: 'stream' }, { stream: aStream() });
    expect(answer).toEqual({ ok: true, stream: aStream({ status: 'LIVE', version: 2, startedAt: AT }) });
  });

  test.each(['LIVE', 'ENDED'] as const)('a stream that is %s cannot start', (status) => {
    expect(codeOf(decide({ type: 'start', streamId: 'stream' }, { stream: aStream({ status, startedAt: EARLIER }) }))).toBe('WRONG_STATUS');
  });

  test.each(['SCHEDULED', 'ENDED'] as const)('a stream that is %s cannot end', (status) => {
    expect(codeOf(decide({ type: 'end', streamId: 'stream' }, { stream: aStream({ status }) }))).toBe('WRONG_STATUS');
  });

  test('a channel has one live stream at a time', () => {
    const answer = decide({ type: 'start', streamId: 'stream' }, { stream: aStream(), channel: aChannel({ liveStreamId: 'other' }) });
    expect(codeOf(answer)).toBe('WRONG_STATUS');
  });

  test('nobody starts or ends a stream of somebody else: for them it is not there', () => {
    for (const type of ['start', 'end'] as const) {
      expect(
        codeOf(decide({ type, streamId: 'stream' }, { actor: 'mallory', stream: aStream({ status: 'LIVE', startedAt: EARLIER }) })),
      ).toBe('STREAM_NOT_FOUND');
    }
  });

  test('a stream never ends before it began, whatever the clocks of two processes say', () => {
    const later = new Date(AT.getTime() + 5_000);
    const answer = decide({ type: 'end', streamId: 'stream' }, { stream: aStream({ status: 'LIVE', version: 2, startedAt: later }) });
    expect(answer).toEqual({ ok: true, stream: aStream({ status: 'ENDED', version: 3, startedAt: later, endedAt: later }) });
  });

  test("a channel's live stream is set by its start and cleared by its own end only", () => {
    const live = channelAfter(aChannel(), aStream({ status: 'LIVE' }));
    expect(live.liveStreamId).toBe('stream');
    expect(channelAfter(live, aStream({ id: 'other', status: 'ENDED' })).liveStreamId).toBe('stream');
    expect(channelAfter(live, aStream({ status: 'ENDED' })).liveStreamId).toBeNull();
  });
});

test("a channel's id is a UUID that follows from its owner", () => {
  expect(channelIdOf('luna')).toBe(channelIdOf('luna'));
  expect(channelIdOf('luna')).not.toBe(channelIdOf('Luna'));
  expect(isUuid(channelIdOf('luna'))).toBe(true);
});

test('a title has 1 to 200 characters, counted as people count them', () => {
  expect([titleFault('x'), titleFault('🌙'.repeat(200))]).toEqual([null, null]);
  for (const title of ['', ' \t\n', '🌙'.repeat(201)]) expect(titleFault(title)).toEqual(expect.any(String));
});

test('a cursor of liveStreams comes back as it went, and nothing else is one', () => {
  const place = { startedAt: AT, id: '01980000-0000-7000-8000-000000000001' };
  expect(decodePlace(encodePlace(place))).toEqual(place);
  for (const text of [
    '',
    'x',
    `${encodePlace(place)}=`,
    `${encodePlace(place)} `,
    Buffer.from('99999999999999999:x').toString('base64url'),
  ]) {
    expect(decodePlace(text)).toBeNull();
  }
});
