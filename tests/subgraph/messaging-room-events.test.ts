import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeCursor, parseCursor } from '#platform/feed/cursor.ts';
import { newId } from '#platform/ids.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { aLiveRoom, aMessagingWorld, type MessagingWorld, roomLog } from '../support/messaging.ts';
import { aRoomWithAPast, eventOf, follow, page, post } from '../support/room-questions.ts';

let world: MessagingWorld;
let messaging: RunningSubgraph;

beforeAll(async () => {
  world = await aMessagingWorld();
  messaging = world.messaging;
});

afterAll(() => world.close());

describe('roomEvents', () => {
  test('sends the position first, then every event once and in order, for anonymous viewers too', async () => {
    const { roomId, end } = await aLiveRoom(world);
    const events = follow(messaging, roomId);
    expect(eventOf(await events.next())).toMatchObject({ __typename: 'PositionEvent', seq: 1 });
    const posted = [await post(messaging, roomId, 'a'), await post(messaging, roomId, 'b')];
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

  test('shows a gift at its price, however it was paid, and the combo that it begins or continues', async () => {
    const { roomId } = await aLiveRoom(world);
    const events = follow(messaging, roomId);
    await events.next();
    const rose = { streamId: roomId, senderId: 'alice', quantity: 2 };
    await world.sendGifts([rose]);
    const first = eventOf(await events.next());
    expect(first).toMatchObject({ coins: '2', combo: { id: first.orderId, count: 2 } });
    const comboId = newId();
    await world.sendGifts([{ ...rose, more: { coins: '0', cost: '2', bonusCoins: '2', diamonds: '0', comboId, comboCount: 4 } }]);
    expect(eventOf(await events.next())).toMatchObject({ coins: '2', quantity: 2, combo: { id: comboId, count: 4 } });
    await events.end();
  });

  test('resumes after a cursor: the position is that cursor, and nothing is missing or repeated', async () => {
    const { roomId } = await aRoomWithAPast(world);
    const [, second] = (await page(messaging, roomId, { first: 2 })).nodes;
    const events = follow(messaging, roomId, { after: second?.cursor });
    expect(eventOf(await events.next())).toMatchObject({ __typename: 'PositionEvent', cursor: second?.cursor, seq: 2 });
    expect((await events.take(3)).map((payload) => eventOf(payload).seq)).toEqual([3, 4, 5]);
    await events.end();
  });

  test('a client cut off before its first event resumes from its position', async () => {
    const { roomId } = await aLiveRoom(world);
    const cut = follow(messaging, roomId);
    const { cursor } = eventOf(await cut.next());
    await cut.end();
    const posted = await post(messaging, roomId, 'while away');
    const resumed = follow(messaging, roomId, { after: cursor });
    expect((await resumed.take(2)).map(eventOf)).toEqual([expect.objectContaining({ __typename: 'PositionEvent', cursor }), posted]);
    await resumed.end();
  });

  test('kinds leaves the others out, and the cursors stay those of the log', async () => {
    const { roomId } = await aRoomWithAPast(world);
    const from = encodeCursor({
      ...parseCursor((await page(messaging, roomId, { first: 1 })).nodes[0]?.cursor ?? ''),
      seq: 0,
      mark: '00000000',
    });
    const gifts = follow(messaging, roomId, { after: from, kinds: ['GIFT', 'NOTICE'] });
    const seen = (await gifts.take(3)).map(eventOf);
    expect(seen.map(({ __typename, seq }) => [__typename, seq])).toEqual([
      ['PositionEvent', 0],
      ['NoticeEvent', 1],
      ['GiftEvent', 4],
    ]);
    await gifts.end();
    const rest = follow(messaging, roomId, { after: seen[2]?.cursor });
    expect((await rest.take(2)).map((payload) => eventOf(payload).seq)).toEqual([4, 5]);
    await rest.end();
  });

  test('a cursor of another life of the log gives RESET, then goes on from there', async () => {
    const { roomId } = await aRoomWithAPast(world);
    const { cursor } = (await page(messaging, roomId, { last: 1 })).nodes[0] ?? { cursor: '' };
    for (const lost of [{ epoch: '0123456789ab' }, { mark: 'ffffffff' }, { seq: 4_000 }]) {
      const events = follow(messaging, roomId, { after: encodeCursor({ ...parseCursor(cursor), ...lost }) });
      expect(eventOf(await events.next()).__typename).toBe('PositionEvent');
      expect(eventOf(await events.next())).toMatchObject({
        __typename: 'ResetEvent',
        reason: 'EPOCH',
        seq: (await roomLog(messaging.feeds, roomId)).length,
      });
      const posted = await post(messaging, roomId, 'after the reset');
      expect(eventOf(await events.next())).toEqual(posted);
      await events.end();
    }
  });

  test.each([
    ['a room that is not there', { roomId: randomUUID() }],
    ['a room id that is none', { roomId: 'nonsense' }],
    ['a cursor that is none', { after: 'nonsense' }],
    ['more than sixteen kinds', { kinds: Array.from({ length: 17 }, () => 'CHAT') }],
  ])('%s is refused', async (_, variables) => {
    const { roomId } = await aLiveRoom(world);
    const answer = await follow(messaging, roomId, variables).next();
    expect(answer.errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });
});
