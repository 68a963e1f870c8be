import { describe, expect, test } from 'vitest';
import type { FeedEvent, JsonObject } from '#platform/feed/feed.ts';
import { newId, newIdInShard, shardAt, shardIndexOf } from '#platform/ids.ts';
import type { NewGiftOrder } from '../../subgraphs/trading/domain/giftOrder.ts';
import { GIFT_FEEDS, giftSentEvent, parseGiftSent, parseStreamChanged, STREAM_FEEDS } from '../../subgraphs/trading/events.ts';

const anOrder = (over: Partial<NewGiftOrder> = {}): NewGiftOrder => ({
  id: newIdInShard(shardIndexOf('alice')),
  senderId: 'alice',
  receiverId: 'luna',
  streamId: newId(),
  giftId: 'rocket',
  priceVersion: 3,
  priceCoins: 520n,
  quantity: 9_999,
  coins: 5_199_480n,
  bonusCoins: 0n,
  backpackPieces: 0,
  diamonds: 5_199_480n,
  comboId: null,
  comboCount: null,
  createdAt: new Date('2026-11-22T10:00:00.000Z'),
  entrySeq: 7n,
  cancellableUntil: null,
  contents: [],
  stockPieces: null,
  ...over,
});

const asRead = (kind: string, payload: JsonObject, v = 1): FeedEvent => ({
  feed: 'gifts/0',
  seq: 1,
  id: newId(),
  at: new Date(),
  kind,
  v,
  payload,
  cursor: 'c',
});

describe('gift.sent', () => {
  test('goes into the feed of its sender’s shard, under the order’s id, and reads back as it was', () => {
    const order = anOrder();
    const event = giftSentEvent(order);
    expect(event).toMatchObject({
      feed: `gifts/${shardIndexOf('alice')}`,
      shard: shardAt(shardIndexOf('alice')),
      id: order.id,
      kind: 'gift.sent',
      v: 1,
    });
    expect(event.payload).toMatchObject({ coins: '5199480', diamonds: '5199480', sentAt: '2026-11-22T10:00:00.000Z' });
    const { id: orderId, senderId, receiverId, streamId, giftId, quantity, coins, bonusCoins, diamonds } = order;
    const parsed = parseGiftSent(asRead(event.kind, event.payload));
    expect(parsed).toEqual({ orderId, senderId, receiverId, streamId, giftId, quantity, coins, bonusCoins, diamonds });
  });

  test('says how it was paid, which combo it continues and what is in a bundle', () => {
    const comboId = newId();
    const contents = [{ giftId: 'rose', quantity: 3 }];
    const order = anOrder({
      quantity: 3,
      backpackPieces: 1,
      coins: 40n,
      bonusCoins: 1_000n,
      diamonds: 40n,
      comboId,
      comboCount: 8,
      contents,
    });
    expect(giftSentEvent(order).payload).toMatchObject({
      cost: '1560',
      coins: '40',
      bonusCoins: '1000',
      backpackPieces: 1,
      diamonds: '40',
      comboId,
      comboCount: 8,
      contents,
    });
  });

  test('leaves out what says nothing: paid in coins alone, the first of a combo, no bundle', () => {
    const always = ['orderId', 'senderId', 'receiverId', 'streamId', 'giftId', 'quantity', 'coins', 'diamonds', 'sentAt'];
    expect(Object.keys(giftSentEvent(anOrder()).payload)).toEqual(always);
  });

  test('of a newer version is read for what is known of it', () => {
    expect(parseGiftSent(asRead('gift.sent', { ...giftSentEvent(anOrder()).payload, comboId: 'new' }, 2))).toMatchObject({
      coins: 5_199_480n,
    });
  });

  test('that cannot be read is an error, because money is never skipped', () => {
    for (const broken of [{ coins: '-5' }, { coins: '1.5' }, { diamonds: null }, { orderId: 'x' }, { quantity: 0 }]) {
      expect(() => parseGiftSent(asRead('gift.sent', { ...giftSentEvent(anOrder()).payload, ...broken }))).toThrow();
    }
  });

  test('is told apart from what later versions may write', () => {
    expect(parseGiftSent(asRead('gift.refunded', {}))).toBeNull();
  });
});

describe('stream events', () => {
  const payload = {
    streamId: newId(),
    channelId: newId(),
    streamerId: 'luna',
    title: 'Piano',
    status: 'LIVE',
    version: 2,
    startedAt: null,
    endedAt: null,
  };

  test('tell who streams and how it stands', () => {
    expect(parseStreamChanged(asRead('stream.started', payload))).toEqual({
      streamId: payload.streamId,
      streamerId: 'luna',
      status: 'LIVE',
      version: 2,
    });
  });

  test('of unknown kinds are ignored, of unknown status refused', () => {
    expect(parseStreamChanged(asRead('stream.renamed', payload))).toBeNull();
    expect(() => parseStreamChanged(asRead('stream.started', { ...payload, status: 'PAUSED' }))).toThrow();
  });
});

test('all 64 shards are followed', () => {
  expect([new Set(GIFT_FEEDS).size, new Set(STREAM_FEEDS).size]).toEqual([64, 64]);
});
