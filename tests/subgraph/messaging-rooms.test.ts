import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANONYMOUS, type Identity } from '#platform/identity/identity.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { applyStreams } from '../../subgraphs/messaging/data/applyStreams.ts';
import { showGifts } from '../../subgraphs/messaging/modules/gifts.ts';
import { aLiveRoom, aMessagingWorld, type MessagingWorld, roomLog, untilInRoom } from '../support/messaging.ts';
import { aRoomWithAPast, page, post } from '../support/room-questions.ts';
import { askData, aUser } from '../support/runtime.ts';
import { statementsOf } from '../support/statements.ts';

/** Statements for rooms, messages and people. */
const OF_THE_QUERY = /conversationsByIds|messagesAt|user_profile/;

let world: MessagingWorld;
let messaging: RunningSubgraph;

beforeAll(async () => {
  world = await aMessagingWorld();
  messaging = world.messaging;
});

afterAll(() => world.close());

describe('gifts', () => {
  test('a gift is shown once, although its event is applied twice and by two processes', async () => {
    const { roomId } = await aLiveRoom(world);
    const twin = await world.twin();
    const sent = await world.sendGifts(Array.from({ length: 40 }, (_, index) => ({ streamId: roomId, senderId: `fan-${index}` })));
    for (const event of sent) await untilInRoom(messaging.feeds, roomId, ({ payload }) => payload['orderId'] === event.payload['orderId']);
    await world.database.transaction('again', (tx) => showGifts(twin.feeds)(tx, sent));
    await post(messaging, roomId, 'the end');
    const shown = (await roomLog(messaging.feeds, roomId)).filter(({ kind }) => kind === 'gift.shown');
    expect(shown.map(({ payload }) => payload['orderId']).toSorted()).toEqual(sent.map(({ payload }) => payload['orderId']).toSorted());
  });

  test('a gift that comes before its stream makes the room; the notice follows, and the room can be used', async () => {
    const roomId = randomUUID();
    await world.sendGifts([{ streamId: roomId, senderId: 'early' }]);
    await untilInRoom(messaging.feeds, roomId, ({ kind }) => kind === 'gift.shown');
    const started = {
      ...(await world.streaming.feeds.page({ feed: `stream/${(await aLiveRoom(world)).roomId}`, limit: 10, direction: 'forward' }))
        .events[1],
    };
    const event = { ...started, id: randomUUID(), payload: { ...started.payload, streamId: roomId } } as Parameters<
      ReturnType<typeof applyStreams>
    >[1][number];
    for (let times = 0; times < 2; times += 1) await world.database.transaction('late', (tx) => applyStreams(messaging.feeds)(tx, [event]));
    expect((await post(messaging, roomId, 'here')).seq).toBe(3);
    expect((await page(messaging, roomId)).nodes.map(({ __typename }) => __typename)).toEqual(['GiftEvent', 'NoticeEvent', 'ChatEvent']);
  });
});

describe('rooms and people', () => {
  const ROOM = 'query ($id: ID!) { room(id: $id) { id stream { id } canPost } }';

  test('canPost says what the viewer may do now', async () => {
    const { roomId, end } = await aLiveRoom(world);
    const canPost = async (as: Identity) =>
      (await askData<{ room: { canPost: boolean | null } }>(messaging, { as, query: ROOM, variables: { id: roomId } })).room.canPost;
    const viewers = [
      aUser('alice', 'chat:write'),
      aUser('alice', 'gifts:send'),
      ANONYMOUS,
      { kind: 'audience', audience: 'everyone' } as const,
    ];
    expect(await Promise.all(viewers.map(canPost))).toEqual([true, false, false, null]);
    await end();
    expect(await canPost(aUser('alice', 'chat:write'))).toBe(false);
  });

  test('a stream has its room once it has gone live, in one statement for any number of streams', async () => {
    const rooms = [await aLiveRoom(world), await aLiveRoom(world), await aLiveRoom(world)];
    const ids = [...rooms.map(({ roomId }) => roomId), randomUUID(), 'nonsense'];
    let answer: unknown;
    const statements = await statementsOf(OF_THE_QUERY, async () => {
      answer = await askData(messaging, {
        query: 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Stream { room { id stream { id } } } } }',
        variables: { of: ids.map((id) => ({ __typename: 'Stream', id })) },
      });
    });
    expect(answer).toEqual({
      _entities: [...rooms.map(({ roomId }) => ({ room: { id: roomId, stream: { id: roomId } } })), { room: null }, { room: null }],
    });
    expect(statements).toHaveLength(1);
  });

  test.each(['', 'nonsense', randomUUID(), 'x'.repeat(10_000)])('no room has the id %#', async (id) => {
    expect(await askData(messaging, { query: ROOM, variables: { id } })).toEqual({ room: null });
  });

  test('me makes the profile on first use; nobody has one before, and anonymous callers have none', async () => {
    const id = `newcomer-${randomUUID()}`;
    const profileOf = () =>
      askData<{ user: object | null }>(messaging, {
        query: 'query ($id: ID!) { user(id: $id) { id handle displayName avatarUrl } }',
        variables: { id },
      });
    expect(await profileOf()).toEqual({ user: null });
    const ME = { query: '{ me { id handle displayName avatarUrl } }' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => askData<{ me: object }>(messaging, { ...ME, as: aUser(id) })));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await profileOf()).toEqual({ user: answers[0]?.me });
    expect(await askData(messaging, ME)).toEqual({ me: null });
    expect(await askData(messaging, { ...ME, as: { kind: 'audience', audience: 'everyone' } })).toEqual({ me: null });
  });

  test('a user whom another subgraph refers to is shown without a profile, as they will be with one', async () => {
    const id = `stranger-${randomUUID()}`;
    const refer = () =>
      askData(messaging, {
        query:
          'query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { id handle displayName } } }',
        variables: { id },
      });
    const before = await refer();
    await askData(messaging, { as: aUser(id), query: '{ me { id } }' });
    expect(await refer()).toEqual(before);
    expect(before).toMatchObject({ _entities: [{ id, displayName: expect.stringMatching(/^Stranger /) }] });
  });

  test('messages are found by their id, in one statement and one for their authors', async () => {
    const { roomId } = await aRoomWithAPast(world);
    const ids = [`${roomId}:2`, `${roomId}:3`, `${roomId}:4`, `${roomId}:999`, 'nonsense'];
    let answer: unknown;
    const statements = await statementsOf(OF_THE_QUERY, async () => {
      answer = await askData(messaging, {
        query: 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Message { id text author { displayName } } } }',
        variables: { of: ids.map((id) => ({ __typename: 'Message', id })) },
      });
    });
    const author = { displayName: expect.stringMatching(/^Viewer /) };
    expect(answer).toEqual({ _entities: [{ id: ids[0], text: 'two', author }, { id: ids[1], text: 'three', author }, null, null, null] });
    expect(statements.length).toBeLessThanOrEqual(2);
  });
});
