import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { aLiveRoom, aMessagingWorld, type MessagingWorld } from '../support/messaging.ts';
import { aRoomWithAPast, EVENTS, page, post, seqsOf } from '../support/room-questions.ts';
import { ask, askData } from '../support/runtime.ts';
import { statementsOf } from '../support/statements.ts';

let world: MessagingWorld;
let messaging: RunningSubgraph;

beforeAll(async () => {
  world = await aMessagingWorld();
  messaging = world.messaging;
});

afterAll(() => world.close());

/** Statements for rooms, pages of their logs and people. */
const OF_THE_QUERY = /readPages|conversationsByIds|user_profile/;

describe('Room.events', () => {
  test('without arguments shows the newest events, oldest first, with cursors of the log', async () => {
    const { roomId } = await aRoomWithAPast(world);
    const all = await page(messaging, roomId);
    expect(all.nodes.map(({ __typename }) => __typename)).toEqual(['NoticeEvent', 'ChatEvent', 'ChatEvent', 'GiftEvent', 'ChatEvent']);
    expect(all.edges.map(({ cursor }) => cursor)).toEqual(all.nodes.map(({ cursor }) => cursor));
    expect(all.pageInfo).toEqual({
      startCursor: all.nodes[0]?.cursor,
      endCursor: all.nodes[4]?.cursor,
      hasNextPage: false,
      hasPreviousPage: false,
    });
  });

  test('pages upwards and downwards over every event once', async () => {
    const { roomId } = await aRoomWithAPast(world);
    const up = [await page(messaging, roomId, { first: 2 })];
    for (let last = up[0]; last?.pageInfo.hasNextPage; last = up.at(-1))
      up.push(await page(messaging, roomId, { first: 2, after: last.pageInfo.endCursor }));
    expect(up.map(seqsOf)).toEqual([[1, 2], [3, 4], [5]]);
    expect(up.map(({ pageInfo }) => pageInfo.hasPreviousPage)).toEqual([false, true, true]);
    const down = [await page(messaging, roomId, { last: 2 })];
    for (let last = down[0]; last?.pageInfo.hasPreviousPage; last = down.at(-1))
      down.push(await page(messaging, roomId, { last: 2, before: last.pageInfo.startCursor }));
    expect(down.map(seqsOf)).toEqual([[4, 5], [2, 3], [1]]);
    expect(down.map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([false, true, true]);
  });

  test('kinds chooses, and pages are full all the same', async () => {
    const { roomId } = await aRoomWithAPast(world);
    const chats = await page(messaging, roomId, { first: 2, kinds: ['CHAT'] });
    expect([seqsOf(chats), chats.pageInfo.hasNextPage]).toEqual([[2, 3], true]);
    expect(seqsOf(await page(messaging, roomId, { first: 2, kinds: ['CHAT'], after: chats.pageInfo.endCursor }))).toEqual([5]);
    expect(seqsOf(await page(messaging, roomId, { last: 1, kinds: ['GIFT', 'NOTICE'] }))).toEqual([4]);
    expect(await page(messaging, roomId, { kinds: [] })).toMatchObject({ nodes: [], pageInfo: { startCursor: null, endCursor: null } });
  });

  test.each([
    { first: 1, last: 1 },
    { first: 0 },
    { first: -1 },
    { last: 101 },
    { first: 1_000_000_000 },
    { first: 1, before: 'x' },
    { after: 'nonsense' },
    { before: '' },
    { kinds: Array.from({ length: 17 }, () => 'CHAT') },
  ])('%j is refused', async (variables) => {
    const { roomId } = await aLiveRoom(world);
    const { errors } = await ask(messaging, { query: EVENTS, variables: { roomId, ...variables } });
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });

  test('a cursor that is not in this log is refused, also one of another room', async () => {
    const [one, other] = [await aRoomWithAPast(world), await aRoomWithAPast(world)];
    const { cursor } = (await page(messaging, one.roomId, { last: 1 })).nodes[0] ?? { cursor: '' };
    const { errors } = await ask(messaging, { query: EVENTS, variables: { roomId: other.roomId, first: 5, after: cursor } });
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });

  test('the room, a page of its log and all authors take a statement each, however many there are', async () => {
    const { roomId } = await aLiveRoom(world);
    for (let index = 0; index < 12; index += 1) await post(messaging, roomId, `from somebody else: ${index}`);
    // A process that has no profile in its cache yet.
    const twin = await world.twin();
    const count = async (first: number) => (await statementsOf(OF_THE_QUERY, () => page(twin, roomId, { first }))).length;
    expect([await count(2), await count(13)]).toEqual([3, 3]);
  });

  test('pages of many rooms take as many statements as one, and a cursor at fault fails alone', async () => {
    const rooms = [await aRoomWithAPast(world), await aRoomWithAPast(world), await aRoomWithAPast(world)];
    const twin = await world.twin();
    const representations = rooms.map(({ roomId }) => ({ __typename: 'Stream', id: roomId }));
    let answer: unknown;
    const statements = await statementsOf(OF_THE_QUERY, async () => {
      answer = await askData(twin, {
        query: `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Stream { room {
          newest: events(last: 2) { nodes { seq } pageInfo { hasPreviousPage } } chats: events(first: 2, kinds: [CHAT]) { nodes { seq } }
        } } } }`,
        variables: { representations },
      });
    });
    const room = {
      newest: { nodes: [{ seq: 4 }, { seq: 5 }], pageInfo: { hasPreviousPage: true } },
      chats: { nodes: [{ seq: 2 }, { seq: 3 }] },
    };
    expect(answer).toEqual({ _entities: rooms.map(() => ({ room })) });
    // The rooms; pages forward; pages backward.
    expect(statements).toHaveLength(3);

    const { cursor } = (await page(messaging, rooms[0]?.roomId ?? '', { last: 1 })).nodes[0] ?? { cursor: '' };
    const { data, errors } = await ask(messaging, {
      query: `query ($one: ID!, $other: ID!, $after: Cursor!) {
        one: room(id: $one) { id events(first: 1, after: $after) { nodes { seq } } } other: room(id: $other) { id events(first: 1) { nodes { seq } } }
      }`,
      variables: { one: rooms[1]?.roomId, other: rooms[2]?.roomId, after: cursor },
    });
    expect([data, errors?.length]).toEqual([{ one: null, other: { id: rooms[2]?.roomId, events: { nodes: [{ seq: 1 }] } } }, 1]);
  });
});
