import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeCursor, parseCursor } from '#platform/feed/cursor.ts';
import { ANONYMOUS, type Identity } from '#platform/identity/identity.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { applyGifts } from '../../subgraphs/messaging/data/applyGifts.ts';
import { applyStreams } from '../../subgraphs/messaging/data/applyStreams.ts';
import { aLiveRoom, aMessagingWorld, type MessagingWorld, roomLog, untilInRoom } from '../support/messaging.ts';
import { ask, askData, aUser, subscribeTo } from '../support/runtime.ts';
import { statementsOf } from '../support/statements.ts';

let world: MessagingWorld;
let messaging: RunningSubgraph;

beforeAll(async () => {
  world = await aMessagingWorld();
  messaging = world.messaging;
});

afterAll(() => world.close());

interface RoomEvent {
  readonly __typename: string;
  readonly id: string;
  readonly cursor: string;
  readonly seq: number;
}

const CHAT = '... on ChatEvent { message { id text author { id handle displayName avatarUrl } } }';
const EVENT = `__typename id cursor seq at ${CHAT}
  ... on GiftEvent { sender { id handle } quantity coins orderId gift { id } }
  ... on NoticeEvent { code text }
  ... on ResetEvent { reason }`;

const follow = (roomId: string, variables: object = {}, as: Identity = ANONYMOUS) =>
  subscribeTo(messaging, {
    as,
    query: `subscription ($roomId: ID!, $after: Cursor, $kinds: [RoomEventKind!]) { roomEvents(roomId: $roomId, after: $after, kinds: $kinds) { ${EVENT} } }`,
    variables: { roomId, ...variables },
  });

const eventOf = ({ data, errors }: { readonly data?: unknown; readonly errors?: unknown }): RoomEvent => {
  if (errors !== undefined) throw new Error(`the subscription answered with errors: ${JSON.stringify(errors)}`);
  return (data as { readonly roomEvents: RoomEvent }).roomEvents;
};

const post = async (roomId: string, text: string, as: Identity = aUser(`viewer-${randomUUID()}`, 'chat:write')): Promise<RoomEvent> => {
  const { postMessage } = await askData<{ postMessage: { event: RoomEvent } }>(messaging, {
    as,
    query: `mutation ($input: PostMessageInput!) { postMessage(input: $input) { event { __typename id cursor seq at ${CHAT} } } }`,
    variables: { input: { roomId, text, idempotencyKey: randomUUID() } },
  });
  return postMessage.event;
};

interface Connection {
  readonly edges: readonly { readonly cursor: string; readonly node: RoomEvent }[];
  readonly nodes: readonly RoomEvent[];
  readonly pageInfo: {
    readonly startCursor: string | null;
    readonly endCursor: string | null;
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
  };
}

const EVENTS = `query ($roomId: ID!, $first: Int, $after: Cursor, $last: Int, $before: Cursor, $kinds: [RoomEventKind!]) {
  room(id: $roomId) { events(first: $first, after: $after, last: $last, before: $before, kinds: $kinds) {
    edges { cursor node { seq } } nodes { ${EVENT} } pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
  } } }`;

const page = async (roomId: string, variables: object = {}, on = messaging): Promise<Connection> =>
  (await askData<{ room: { events: Connection } }>(on, { query: EVENTS, variables: { roomId, ...variables } })).room.events;

const seqsOf = ({ nodes }: Connection): readonly number[] => nodes.map(({ seq }) => seq);

/** A room whose log holds ROOM_OPENED (1), three messages (2, 3, 5) and a gift (4). */
const aRoomWithAPast = async () => {
  const room = await aLiveRoom(world);
  await post(room.roomId, 'two');
  await post(room.roomId, 'three');
  const [gift] = await world.sendGifts([{ streamId: room.roomId, senderId: 'alice', quantity: 3 }]);
  await untilInRoom(messaging.feeds, room.roomId, ({ kind }) => kind === 'gift.shown');
  await post(room.roomId, 'five');
  return { ...room, gift };
};

describe('roomEvents', () => {
  test('sends the position first, then every event once and in order, for anonymous viewers too', async () => {
    const { roomId, end } = await aLiveRoom(world);
    const events = follow(roomId);
    expect(eventOf(await events.next())).toMatchObject({ __typename: 'PositionEvent', seq: 1 });
    const posted = [await post(roomId, 'a'), await post(roomId, 'b')];
    await world.sendGifts([{ streamId: roomId, senderId: 'alice', quantity: 10 }]);
    const [first, second, gift] = (await events.take(3)).map(eventOf);
    expect([first, second]).toEqual(posted);
    expect(gift).toMatchObject({
      __typename: 'GiftEvent',
      seq: 4,
      sender: { id: 'alice', handle: 'alice' },
      quantity: 10,
      coins: '10',
      gift: { id: 'rose' },
    });
    await end();
    expect(eventOf(await events.next())).toMatchObject({
      __typename: 'NoticeEvent',
      seq: 5,
      code: 'ROOM_CLOSED',
      text: expect.any(String),
    });
    await events.end();
  });

  test('resumes after a cursor: the position is that cursor, and nothing is missing or repeated', async () => {
    const { roomId } = await aRoomWithAPast();
    const [, second] = (await page(roomId, { first: 2 })).nodes;
    const events = follow(roomId, { after: second?.cursor });
    expect(eventOf(await events.next())).toMatchObject({ __typename: 'PositionEvent', cursor: second?.cursor, seq: 2 });
    expect((await events.take(3)).map((payload) => eventOf(payload).seq)).toEqual([3, 4, 5]);
    await events.end();
  });

  test('a client cut off before its first event resumes from its position', async () => {
    const { roomId } = await aLiveRoom(world);
    const cut = follow(roomId);
    const { cursor } = eventOf(await cut.next());
    await cut.end();
    const posted = await post(roomId, 'while away');
    const resumed = follow(roomId, { after: cursor });
    expect((await resumed.take(2)).map(eventOf)).toEqual([expect.objectContaining({ __typename: 'PositionEvent', cursor }), posted]);
    await resumed.end();
  });

  test('kinds leaves the others out, and the cursors stay those of the log', async () => {
    const { roomId } = await aRoomWithAPast();
    const from = encodeCursor({ ...parseCursor((await page(roomId, { first: 1 })).nodes[0]?.cursor ?? ''), seq: 0, mark: '00000000' });
    const gifts = follow(roomId, { after: from, kinds: ['GIFT', 'NOTICE'] });
    const seen = (await gifts.take(3)).map(eventOf);
    expect(seen.map(({ __typename, seq }) => [__typename, seq])).toEqual([
      ['PositionEvent', 0],
      ['NoticeEvent', 1],
      ['GiftEvent', 4],
    ]);
    await gifts.end();
    const rest = follow(roomId, { after: seen[2]?.cursor });
    expect((await rest.take(2)).map((payload) => eventOf(payload).seq)).toEqual([4, 5]);
    await rest.end();
  });

  test('a cursor of another life of the log gives RESET, then goes on from there', async () => {
    const { roomId } = await aRoomWithAPast();
    const { cursor } = (await page(roomId, { last: 1 })).nodes[0] ?? { cursor: '' };
    for (const lost of [{ epoch: '0123456789ab' }, { mark: 'ffffffff' }, { seq: 4_000 }]) {
      const events = follow(roomId, { after: encodeCursor({ ...parseCursor(cursor), ...lost }) });
      expect(eventOf(await events.next()).__typename).toBe('PositionEvent');
      expect(eventOf(await events.next())).toMatchObject({
        __typename: 'ResetEvent',
        reason: 'EPOCH',
        seq: (await roomLog(messaging.feeds, roomId)).length,
      });
      const posted = await post(roomId, 'after the reset');
      expect(eventOf(await events.next())).toEqual(posted);
      await events.end();
    }
  });

  test.each([
    ['a room that is not there', { roomId: randomUUID() }],
    ['a room id that is none', { roomId: 'nonsense' }],
    ['a cursor that is none', { after: 'nonsense' }],
    ['more than three kinds', { kinds: ['CHAT', 'CHAT', 'CHAT', 'CHAT'] }],
  ])('%s is refused', async (_, variables) => {
    const { roomId } = await aLiveRoom(world);
    const answer = await follow(roomId, variables).next();
    expect(answer.errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });
});

/** The statements for the room, its page and its people, without those that the process sends by itself meanwhile. */
const ofTheQuery = (text: string): boolean => /readPage|"room"|user_profile/.test(text);

describe('Room.events', () => {
  test('without arguments shows the newest events, oldest first, with cursors of the log', async () => {
    const { roomId } = await aRoomWithAPast();
    const all = await page(roomId);
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
    const { roomId } = await aRoomWithAPast();
    const up = [await page(roomId, { first: 2 })];
    for (let last = up[0]; last?.pageInfo.hasNextPage; last = up.at(-1))
      up.push(await page(roomId, { first: 2, after: last.pageInfo.endCursor }));
    expect(up.map(seqsOf)).toEqual([[1, 2], [3, 4], [5]]);
    expect(up.map(({ pageInfo }) => pageInfo.hasPreviousPage)).toEqual([false, true, true]);
    const down = [await page(roomId, { last: 2 })];
    for (let last = down[0]; last?.pageInfo.hasPreviousPage; last = down.at(-1))
      down.push(await page(roomId, { last: 2, before: last.pageInfo.startCursor }));
    expect(down.map(seqsOf)).toEqual([[4, 5], [2, 3], [1]]);
    expect(down.map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([false, true, true]);
  });

  test('kinds chooses, and pages are full all the same', async () => {
    const { roomId } = await aRoomWithAPast();
    const chats = await page(roomId, { first: 2, kinds: ['CHAT'] });
    expect([seqsOf(chats), chats.pageInfo.hasNextPage]).toEqual([[2, 3], true]);
    expect(seqsOf(await page(roomId, { first: 2, kinds: ['CHAT'], after: chats.pageInfo.endCursor }))).toEqual([5]);
    expect(seqsOf(await page(roomId, { last: 1, kinds: ['GIFT', 'NOTICE'] }))).toEqual([4]);
    expect(await page(roomId, { kinds: [] })).toMatchObject({ nodes: [], pageInfo: { startCursor: null, endCursor: null } });
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
    { kinds: ['CHAT', 'CHAT', 'CHAT', 'CHAT'] },
  ])('%j is refused', async (variables) => {
    const { roomId } = await aLiveRoom(world);
    const { errors } = await ask(messaging, { query: EVENTS, variables: { roomId, ...variables } });
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });

  test('a cursor that is not in this log is refused, also one of another room', async () => {
    const [one, other] = [await aRoomWithAPast(), await aRoomWithAPast()];
    const { cursor } = (await page(one.roomId, { last: 1 })).nodes[0] ?? { cursor: '' };
    const { errors } = await ask(messaging, { query: EVENTS, variables: { roomId: other.roomId, first: 5, after: cursor } });
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });

  test('the room, a page of its log and all authors take a statement each, however many there are', async () => {
    const { roomId } = await aLiveRoom(world);
    for (let index = 0; index < 12; index += 1) await post(roomId, `from somebody else: ${index}`);
    // A process that has no profile in its cache yet.
    const twin = await world.twin();
    const count = async (first: number) => (await statementsOf(() => page(roomId, { first }, twin))).filter(ofTheQuery).length;
    expect([await count(2), await count(13)]).toEqual([3, 3]);
  });
});

describe('gifts', () => {
  test('a gift is shown once, although its event is applied twice and by two processes', async () => {
    const { roomId } = await aLiveRoom(world);
    const twin = await world.twin();
    const sent = await world.sendGifts(Array.from({ length: 40 }, (_, index) => ({ streamId: roomId, senderId: `fan-${index}` })));
    for (const event of sent) await untilInRoom(messaging.feeds, roomId, ({ payload }) => payload['orderId'] === event.payload['orderId']);
    await world.database.transaction('again', (tx) => applyGifts(twin.feeds)(tx, sent));
    await post(roomId, 'the end');
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
    expect((await post(roomId, 'here')).seq).toBe(3);
    expect((await page(roomId)).nodes.map(({ __typename }) => __typename)).toEqual(['GiftEvent', 'NoticeEvent', 'ChatEvent']);
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
    const statements = await statementsOf(async () => {
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
    const { roomId } = await aRoomWithAPast();
    const ids = [`${roomId}:2`, `${roomId}:3`, `${roomId}:4`, `${roomId}:999`, 'nonsense'];
    let answer: unknown;
    const statements = await statementsOf(async () => {
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
