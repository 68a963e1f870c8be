import { describe, expect, test } from 'vitest';
import { displayNameOf, handleOf, longHandleOf } from '#platform/handle.ts';
import { cacheProfiles } from '../../subgraphs/messaging/data/profileCache.ts';
import { initialProfileOf } from '../../subgraphs/messaging/data/profiles.ts';
import { messageIdOf, messagePlaceOf } from '../../subgraphs/messaging/domain/messageId.ts';
import { pageRequestOf } from '../../subgraphs/messaging/domain/page.ts';
import { conversationFault, textFault } from '../../subgraphs/messaging/domain/posting.ts';
import { roomAfter, roomBeforeItsStream, type StreamChange } from '../../subgraphs/messaging/domain/room.ts';

const AT = new Date('2026-11-22T10:00:00.000Z');
const ROOM = '01980000-0000-7000-8000-000000000001';

const change = (over: Partial<StreamChange>): StreamChange => ({
  streamId: ROOM,
  streamerId: 'luna',
  status: 'LIVE',
  version: 2,
  startedAt: AT,
  endedAt: null,
  ...over,
});

describe('a room follows its stream', () => {
  const open = roomAfter(roomBeforeItsStream(ROOM, AT), change({}), AT);

  test('it opens when the stream goes live, also when a gift came first', () => {
    expect(open).toEqual({
      room: { ...roomBeforeItsStream(ROOM, AT), streamVersion: 2, ownerId: 'luna' },
      notice: 'ROOM_OPENED',
    });
  });

  test('it closes when the stream ends', () => {
    const closed = roomAfter(open.room, change({ status: 'ENDED', version: 3, endedAt: AT }), AT);
    expect(closed).toEqual({ room: { ...open.room, status: 'CLOSED', streamVersion: 3, closedAt: AT }, notice: 'ROOM_CLOSED' });
  });

  test('a change that it has seen changes nothing', () => {
    expect(roomAfter(open.room, change({}), AT)).toEqual({ room: open.room, notice: null });
    const closed = roomAfter(open.room, change({ status: 'ENDED', version: 3 }), AT).room;
    expect(roomAfter(closed, change({}), AT)).toEqual({ room: closed, notice: null });
  });

  test('a stream that is only planned opens no room', () => {
    const before = roomBeforeItsStream(ROOM, AT);
    expect(roomAfter(before, change({ status: 'SCHEDULED', version: 1 }), AT)).toEqual({ room: before, notice: null });
  });
});

test('a message has 1 to 500 characters, counted as people count them', () => {
  expect([textFault('a'), textFault('x'.repeat(500)), textFault('🎁'.repeat(500))]).toEqual([null, null, null]);
  expect([textFault(''), textFault('x'.repeat(501)), textFault('🎁'.repeat(501))]).toEqual([
    'TEXT_EMPTY',
    'TEXT_TOO_LONG',
    'TEXT_TOO_LONG',
  ]);
});

test("a message's id says where it stands, and nothing else is one", () => {
  const id = messageIdOf({ conversationId: ROOM, seq: 42 });
  expect(id).toBe(`${ROOM}:42`);
  expect(messagePlaceOf(id)).toEqual({ conversationId: ROOM, seq: 42 });
  for (const other of [
    '',
    ROOM,
    `${ROOM}:0`,
    `${ROOM}:042`,
    `${ROOM}:-1`,
    `${ROOM}:1.5`,
    `${ROOM}:9999999999999999`,
    `x${id}`,
    `${id}\n`,
  ]) {
    expect(messagePlaceOf(other)).toBeNull();
  }
});

describe('the page of a log', () => {
  test('without arguments: the newest 20', () => expect(pageRequestOf({})).toEqual({ direction: 'backward', limit: 20 }));
  test('first reads upwards, last downwards', () => {
    expect(pageRequestOf({ first: 5, after: 'a' })).toEqual({ direction: 'forward', limit: 5, after: 'a' });
    expect(pageRequestOf({ last: 5, before: 'b' })).toEqual({ direction: 'backward', limit: 5, before: 'b' });
    expect(pageRequestOf({ after: 'a' })).toEqual({ direction: 'forward', limit: 20, after: 'a' });
  });
  test('what does not go together, or is out of range, is a fault', () => {
    const faulty = [
      { first: 1, last: 1 },
      { first: 1, before: 'b' },
      { last: 1, after: 'a' },
      { after: 'a', before: 'b' },
      { first: 0 },
      { first: -1 },
      { first: 101 },
      { last: 101 },
    ];
    for (const page of faulty) expect(pageRequestOf(page)).toEqual(expect.any(String));
  });
});

test('nobody posts in a conversation that is not there, or is closed', () => {
  const { room } = roomAfter(roomBeforeItsStream(ROOM, AT), change({}), AT);
  expect([
    conversationFault(room, false),
    conversationFault({ ...room, status: 'CLOSED' }, false),
    conversationFault(undefined, true),
  ]).toEqual([null, 'ROOM_CLOSED', 'CONVERSATION_NOT_FOUND']);
  const group = { kind: 'GROUP', status: 'CLOSED', isPublic: false } as const;
  const faults = [conversationFault(group, false), conversationFault({ ...group, isPublic: true }, false), conversationFault(group, true)];
  expect(faults).toEqual(['CONVERSATION_NOT_FOUND', 'NOT_A_MEMBER', 'CONVERSATION_CLOSED']);
});

describe('the name of a user who has chosen none', () => {
  test('follows from the id, and tells similar ids apart', () => {
    expect([handleOf('luna'), displayNameOf('streamer-01')]).toEqual(['luna', 'Streamer 01']);
    const handles = [
      'luna',
      'Luna',
      'luna!',
      'auth0|luna',
      'lúna',
      '月',
      '星',
      'x'.repeat(128),
      `${'x'.repeat(127)}y`,
      handleOf('Luna'),
    ].map(handleOf);
    expect(new Set(handles).size).toBe(handles.length);
    for (const handle of [...handles, longHandleOf('luna')]) expect(handle).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });
  test('the profile shows an avatar of its own', () => {
    const [luna, olga] = [initialProfileOf('luna'), initialProfileOf('olga')];
    expect(luna).toMatchObject({ id: 'luna', handle: 'luna', displayName: 'Luna' });
    expect(luna.avatarUrl).toMatch(/^data:image\/svg\+xml,/);
    expect(luna.avatarUrl).not.toBe(olga.avatarUrl);
  });
});

describe('cached profiles', () => {
  test('are read once while they are fresh, and again later; unknown users each time', async () => {
    const asked: (readonly string[])[] = [];
    let nowMs = 0;
    const read = cacheProfiles(
      async (ids) => {
        asked.push(ids);
        return new Map(ids.filter((id) => id !== 'nobody').map((id) => [id, initialProfileOf(id)]));
      },
      () => nowMs,
    );
    expect((await read(['luna', 'nobody'])).get('luna')).toEqual(initialProfileOf('luna'));
    expect([...(await read(['luna', 'nobody'])).keys()]).toEqual(['luna']);
    nowMs = 10_001;
    await read(['luna']);
    expect(asked).toEqual([['luna', 'nobody'], ['nobody'], ['luna']]);
  });
});
