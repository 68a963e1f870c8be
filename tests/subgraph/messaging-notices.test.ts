import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PresenceContext } from '../../subgraphs/messaging/data/moduleEvents.ts';
import { JOINS_KNOWN_MAX, joinsTextOf } from '../../subgraphs/messaging/domain/joins.ts';
import { installedModules } from '../../subgraphs/messaging/modules/installed.ts';
import type { Module } from '../../subgraphs/messaging/modules/module.ts';
import { aLiveRoom, aMessagingWorld, type MessagingWorld } from '../support/messaging.ts';
import { moderate } from '../support/moderation.ts';
import { askData } from '../support/runtime.ts';

let world: MessagingWorld;
/** The notices' module of each of two processes. */
const processes: Module[] = [];

beforeAll(async () => {
  world = await aMessagingWorld({
    install: (parts) => {
      const modules = installedModules(parts);
      processes.push(...modules.filter(({ name }) => name === 'notices'));
      return modules;
    },
  });
  await world.twin();
});
afterAll(() => world.close());

const join = (process: number, conversationId: string, userIds: readonly string[]): void => {
  const context: PresenceContext = { conversationId, userIds, at: new Date() };
  void processes[process]?.onJoin?.run(context, new AbortController().signal);
};

interface Notice {
  readonly text: string;
  readonly count: number | null;
  readonly welcome: string | null;
  readonly people: readonly { readonly id: string }[];
}
const noticesIn = async (roomId: string): Promise<readonly Notice[]> => {
  const { room } = await askData<{ room: { events: { nodes: (Notice & { readonly code: string })[] } } }>(world.messaging, {
    query: `query ($id: ID!) { room(id: $id) { events(first: 100, kinds: [NOTICE]) { nodes { ... on NoticeEvent { code text count welcome people { id } } } } } }`,
    variables: { id: roomId },
  });
  return room.events.nodes.flatMap(({ code, ...notice }) => (code === 'VIEWERS_JOINED' ? [notice] : []));
};
const noticeCount = (roomId: string, count: number) => expect.poll(async () => (await noticesIn(roomId)).length).toBe(count);
const letTenSecondsPass = (roomId: string) =>
  world.database.query({
    text: `/* test */ UPDATE joins_notice SET told_at = told_at - interval '10 seconds' WHERE room_id = $1`,
    values: [roomId],
  });

test('people who come are told of together, with the first names and the words of welcome; closed rooms and groups hear nothing', async () => {
  const [{ roomId, as }, ended] = [await aLiveRoom(world), await aLiveRoom(world)];
  await ended.end();
  await askData(world.messaging, {
    as,
    query: 'mutation ($input: AnnouncementInput!) { setAnnouncement(input: $input) { userErrors { code } } }',
    variables: { input: { conversationId: roomId, text: 'Be kind.', idempotencyKey: randomUUID() } },
  });
  const people = ['ann', 'ben', 'cem', 'dan', 'eve'];
  join(0, ended.roomId, people);
  join(0, randomUUID(), people);
  join(0, roomId, people);
  await noticeCount(roomId, 1);
  expect(await noticesIn(roomId)).toEqual([
    { text: 'Ann, Ben, Cem and 2 others joined.', count: 5, welcome: 'Be kind.', people: ['ann', 'ben', 'cem'].map((id) => ({ id })) },
  ]);
  expect(await noticesIn(ended.roomId)).toEqual([]);
});

test('two processes together tell a room once in ten seconds, and each tells of everybody it knows in the end', async () => {
  const { roomId } = await aLiveRoom(world);
  const { roomId: other } = await aLiveRoom(world);
  join(0, roomId, ['ann', 'ben']);
  join(1, roomId, ['cem']);
  await noticeCount(roomId, 1);
  const [first] = await noticesIn(roomId);
  // Both look again when they tell another room.
  join(0, roomId, ['ann']);
  join(1, roomId, ['cem']);
  join(0, other, ['ann']);
  await noticeCount(other, 1);
  await letTenSecondsPass(other);
  join(1, other, ['cem']);
  await noticeCount(other, 2);
  expect(await noticesIn(roomId)).toEqual([first]);
  await letTenSecondsPass(roomId);
  await noticeCount(roomId, 2);
  await letTenSecondsPass(roomId);
  await noticeCount(roomId, 3);
  const named = (await noticesIn(roomId)).map(({ people }) => people.map(({ id }) => id).join(' '));
  // Whoever told first tells again of who came meanwhile; nobody is told of twice by one process.
  expect(named[0] === 'ann ben' ? named.slice(1).toSorted() : named.toSorted()).toEqual(
    named[0] === 'ann ben' ? ['ann', 'cem'] : ['ann ben', 'cem', 'cem'],
  );
});

test('who may not write in a room is not brought before everybody by coming', async () => {
  const { roomId, as } = await aLiveRoom(world);
  const { roomId: other } = await aLiveRoom(world);
  const mute = { conversationId: roomId, userId: 'mallory', type: 'MUTE' };
  expect((await moderate(world.messaging, as, 'sanctionUser', mute)).codes).toEqual([]);
  join(0, roomId, ['mallory']);
  join(0, other, ['mallory']);
  await noticeCount(other, 1);
  expect(await noticesIn(roomId)).toEqual([]);
  join(0, roomId, ['mallory', 'ann', 'ben']);
  await noticeCount(roomId, 1);
  expect(await noticesIn(roomId)).toMatchObject([{ text: 'Ann and Ben joined.', count: 2, people: [{ id: 'ann' }, { id: 'ben' }] }]);
});

test('of a crowd everybody is counted, although not everybody is known', async () => {
  const { roomId } = await aLiveRoom(world);
  for (let first = 0; first < 2 * JOINS_KNOWN_MAX; first += 100)
    join(
      0,
      roomId,
      Array.from({ length: 100 }, (_, index) => `viewer-${String(first + index).padStart(4, '0')}`),
    );
  await noticeCount(roomId, 1);
  expect(await noticesIn(roomId)).toMatchObject([
    { count: 2 * JOINS_KNOWN_MAX, text: 'Viewer 0000, Viewer 0001, Viewer 0002 and 1997 others joined.', welcome: null },
  ]);
});

test('a notice reads like a sentence', () => {
  expect([
    joinsTextOf(['Ann'], 1),
    joinsTextOf(['Ann', 'Ben'], 2),
    joinsTextOf(['Ann', 'Ben', 'Cem'], 4),
    joinsTextOf(['Ann'], 13),
    joinsTextOf([], 13),
    joinsTextOf([], 1),
  ]).toEqual([
    'Ann joined.',
    'Ann and Ben joined.',
    'Ann, Ben, Cem and 1 other joined.',
    'Ann and 12 others joined.',
    '13 viewers joined.',
    '1 viewer joined.',
  ]);
});
