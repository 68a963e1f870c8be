import { afterAll, beforeAll, expect, test } from 'vitest';
import { conversationFeedOf } from '../../subgraphs/messaging/events.ts';
import { aLiveRoom, aMessagingWorld, type MessagingWorld, roomLog } from '../support/messaging.ts';
import { post } from '../support/room-questions.ts';
import { ask, askData } from '../support/runtime.ts';

let world: MessagingWorld;

beforeAll(async () => {
  world = await aMessagingWorld();
});

afterAll(() => world.close());

interface Replay {
  readonly events: readonly { readonly offsetSeconds: number; readonly event: { readonly seq: number } }[];
  readonly endCursor: string | null;
  readonly hasNextPage: boolean;
}

const QUERY = `query ($representations: [_Any!]!, $fromSeconds: Int! = 0, $first: Int! = 20, $after: Cursor, $kinds: [RoomEventKind!]) {
  _entities(representations: $representations) { ... on Stream { room { canPost
    replay(fromSeconds: $fromSeconds, first: $first, after: $after, kinds: $kinds) { events { offsetSeconds event { seq } } endCursor hasNextPage } } } } }`;

const variablesOf = (roomId: string, page: object) => ({ representations: [{ __typename: 'Stream', id: roomId }], ...page });

const replay = async (roomId: string, page: object = {}): Promise<Replay> => {
  const { _entities } = await askData<{ _entities: { room: { canPost: boolean; replay: Replay } }[] }>(world.messaging, {
    query: QUERY,
    variables: variablesOf(roomId, page),
  });
  expect(_entities[0]?.room.canPost).toBe(false);
  return _entities[0]?.room.replay ?? { events: [], endCursor: null, hasNextPage: false };
};

const seqsOf = ({ events }: Replay) => events.map(({ event }) => event.seq);

test('a recorded stream’s room, which is closed, plays from any second, page by page, each event with its offset', async () => {
  const { roomId, end } = await aLiveRoom(world);
  for (let index = 0; index < 40; index += 1) await post(world.messaging, roomId, `message ${index}`);
  await end();
  // The stream took 420 seconds: each event ten seconds after the one before it, but for three at the same moment.
  await world.database.query({
    text: `UPDATE feed_event SET at = conversation.opened_at + make_interval(secs => CASE WHEN seq BETWEEN 20 AND 22 THEN 200 ELSE seq * 10 END)
             FROM conversation WHERE conversation.id = $1 AND feed_event.feed_id = $2`,
    values: [roomId, conversationFeedOf(roomId)],
  });
  const head = (await roomLog(world.messaging.feeds, roomId)).length;
  expect(head).toBe(42);
  for (const fromSeconds of [0, 1, 10, 11, 195, 199, 200, 201, 229, 230, 410, 411, 420, 421, 9_999]) {
    const expected = Array.from({ length: head }, (_, index) => index + 1).filter(
      (seq) => (seq >= 20 && seq <= 22 ? 200 : seq * 10) >= fromSeconds,
    );
    const { events, hasNextPage } = await replay(roomId, { fromSeconds, first: 5 });
    expect(events.map(({ event }) => event.seq)).toEqual(expected.slice(0, 5));
    expect(hasNextPage).toBe(expected.length > 5);
    for (const { offsetSeconds, event } of events) expect(offsetSeconds).toBe(event.seq >= 20 && event.seq <= 22 ? 200 : event.seq * 10);
  }
  const first = await replay(roomId, { fromSeconds: 300, first: 3 });
  expect(seqsOf(await replay(roomId, { first: 3, after: first.endCursor }))).toEqual([33, 34, 35]);
  expect(seqsOf(await replay(roomId, { fromSeconds: 300, kinds: ['NOTICE'] }))).toEqual([42]);
  for (const page of [{ fromSeconds: -1 }, { fromSeconds: 3_000_000 }, { first: 0 }, { first: 101 }, { after: 'nonsense' }]) {
    const { errors } = await ask(world.messaging, { query: QUERY, variables: variablesOf(roomId, page) });
    expect(errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
  }
});
