import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FeedEvent } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import { BATCH_MS, createOutbox, SKIPPED_TOLD_MS } from '../../subgraphs/messaging/data/roomOutbox.ts';
import { isSent, ROOM_STEPS, type RoomLoad, type RoomStep, stepFor } from '../../subgraphs/messaging/domain/ladder.ts';
import type { RoomEvent } from '../../subgraphs/messaging/domain/roomEvent.ts';
import { createRoomMeter, PEAK_SECONDS } from '../../subgraphs/messaging/domain/roomMeter.ts';
import { decideStep } from '../../subgraphs/messaging/domain/roomStep.ts';

const load = (messagesPerSecond: number, viewers = 0): RoomLoad => ({ messagesPerSecond, viewers });
const quiet = load(0);

describe('the ladder', () => {
  test('goes up with the deliveries that a room asks for, or with its messages alone', () => {
    const up = (now: RoomLoad): RoomStep => stepFor('FULL', { now, peak: now });
    expect(up(load(50, 2_000))).toBe('FULL');
    expect(up(load(100, 2_000))).toBe('BATCHED');
    expect(up(load(1_000, 2_000))).toBe('SAMPLED_20');
    expect(up(load(1_000, 100_000))).toBe('SLOW_MODE_SUGGESTED');
    expect(up(load(500))).toBe('SAMPLED_2');
    expect(up(load(0, 1_000_000))).toBe('FULL');
  });

  test('goes up at once, and down only when it was quieter for a while, by more than a little', () => {
    expect(stepFor('SAMPLED_5', { now: quiet, peak: load(900) })).toBe('SAMPLED_5');
    expect(stepFor('SAMPLED_5', { now: quiet, peak: load(500) })).toBe('SAMPLED_5');
    expect(stepFor('SAMPLED_5', { now: quiet, peak: load(470) })).toBe('SAMPLED_2');
    expect(stepFor('SAMPLED_5', { now: quiet, peak: quiet })).toBe('FULL');
    expect(stepFor('BATCHED', { now: load(900), peak: load(900) })).toBe('SAMPLED_5');
  });

  test('who is sent one of twenty gets a part of what is sent of five, and that of two', () => {
    const ids = Array.from({ length: 4_000 }, newId);
    const sent = ROOM_STEPS.map((step) => new Set(ids.filter((id) => isSent(id, step))));
    for (const [index, fewer] of sent.entries()) expect([...fewer].every((id) => index === 0 || sent[index - 1]?.has(id))).toBe(true);
    // Far wider than chance: a fair share of 4,000 is off by a tenth of this.
    expect(sent[2]?.size).toBeGreaterThan(1_800);
    expect(sent[2]?.size).toBeLessThan(2_200);
    expect(sent[4]?.size).toBeGreaterThan(120);
    expect(sent[4]?.size).toBeLessThan(280);
  });

  test('a pinned room does not heed its load, and of two wishes that know the same change one counts', () => {
    const room = { kind: 'ROOM' } as const;
    const wish = { roomId: 'r', step: 'SAMPLED_2', by: null, load: load(500), sinceSeq: 7 } as const;
    const pinned = { step: 'FULL', pinned: true, seq: 7 } as const;
    expect(decideStep(room, pinned, wish).changed).toBe(false);
    const moved = decideStep(room, { ...pinned, pinned: false }, wish);
    expect(moved).toEqual({ changed: true, state: { step: 'SAMPLED_2', pinned: false, seq: null } });
    expect(decideStep(room, moved.state, { ...wish, step: 'SAMPLED_5' }).changed).toBe(false);
    const release = { ...wish, by: 'opal', step: null };
    expect(decideStep(room, pinned, release)).toMatchObject({ changed: true, state: { step: 'FULL', pinned: false } });
    expect(decideStep(undefined, pinned, release).changed).toBe(false);
  });
});

describe('a room’s meter', () => {
  test('counts each message once, by its own time, and forgets what is long over', () => {
    const meter = createRoomMeter();
    // The clock of PostgreSQL is an hour behind.
    const behindMs = 3_600_000;
    for (let seq = 1; seq <= 900; seq += 1) {
      const atMs = 1_000_000 + seq * 3;
      meter.saw(seq, atMs, atMs + behindMs);
      meter.saw(seq, atMs, atMs + behindMs + 5);
    }
    const endMs = 1_003_000 + behindMs;
    expect(meter.read(10, endMs).now).toEqual({ messagesPerSecond: 300, viewers: 10 });
    for (let second = 1; second < PEAK_SECONDS; second += 1) {
      const { now, peak } = meter.read(1, endMs + second * 5_000);
      expect([now.messagesPerSecond, peak]).toEqual([0, { messagesPerSecond: 300, viewers: 10 }]);
    }
    expect(meter.read(1, endMs + 60_000).peak).toEqual({ messagesPerSecond: 0, viewers: 1 });
  });
});

const anEvent = (seq: number, kind: string, payload: FeedEvent['payload']): FeedEvent => ({
  feed: 'conversation/r',
  seq,
  id: newId(),
  at: new Date(seq),
  kind,
  v: 1,
  payload,
  cursor: `cursor ${seq}`,
});
const chat = (seq: number, authorId = 'alice'): FeedEvent => anEvent(seq, 'chat.posted', { authorId, text: 'hi', number: seq });
const gift = (seq: number): FeedEvent =>
  anEvent(seq, 'gift.shown', { senderId: 'alice', giftId: 'rose', quantity: 1, coins: '1', orderId: 'o' });
const step = (seq: number, to: RoomStep): FeedEvent => anEvent(seq, 'step.changed', { step: to, pinned: false });

describe('what a follower is sent', () => {
  const standing = (at: RoomStep, options: Partial<Parameters<typeof createOutbox>[0]> = {}) => {
    const outbox = createOutbox({ kinds: null, full: false, ownerId: 'luna', ...options });
    outbox.stand(
      { __typename: 'PositionEvent', id: 'p', cursor: 'cursor 0', seq: 0, at: new Date(0) },
      { step: at, pinned: false, seq: 0 },
      0,
    );
    expect(outbox.take(0)).toHaveLength(1);
    return outbox;
  };

  test('whatever comes when, every message is sent or counts in one SkippedEvent, in order, and all else is sent at once', () => {
    const kind = fc.constantFrom('chat', 'chat', 'chat', 'chat', 'own', 'gift', ...ROOM_STEPS);
    fc.assert(
      fc.property(fc.array(fc.record({ kind, waitMs: fc.nat(600) }), { maxLength: 120 }), fc.constantFrom(...ROOM_STEPS), (list, first) => {
        const outbox = standing(first);
        const sent: RoomEvent[] = [];
        let nowMs = 0;
        for (const [index, { kind: what, waitMs }] of list.entries()) {
          nowMs += waitMs;
          sent.push(...outbox.take(nowMs));
          const seq = index + 1;
          const isChat = what === 'chat' || what === 'own';
          outbox.put(
            isChat ? chat(seq, what === 'own' ? 'luna' : 'alice') : what === 'gift' ? gift(seq) : step(seq, what as RoomStep),
            nowMs,
          );
          sent.push(...outbox.take(nowMs));
          if (!isChat) expect(sent.at(-1)?.seq).toBe(seq);
        }
        const restMs = outbox.dueInMs(nowMs);
        if (restMs !== null) sent.push(...outbox.take(nowMs + Math.max(restMs, SKIPPED_TOLD_MS)));
        expect(outbox.dueInMs(nowMs)).toBeNull();
        const covered = sent.flatMap((event) => {
          if (event.__typename !== 'SkippedEvent') return [event.seq];
          expect([event.toSeq, event.cursor, event.count]).toEqual([event.seq, `cursor ${event.seq}`, event.toSeq - event.fromSeq + 1]);
          return Array.from({ length: event.count }, (_, at) => event.fromSeq + at);
        });
        expect(covered).toEqual(list.map((_, index) => index + 1));
        expect(sent.filter((event) => event.__typename === 'ChatEvent' && event.message.authorId === 'luna')).toHaveLength(
          list.filter(({ kind: what }) => what === 'own').length,
        );
      }),
      { numRuns: 200 },
    );
  });

  test('chat waits for its group, and a gift takes along what waits', () => {
    const outbox = standing('BATCHED');
    outbox.put(chat(1), 1_000);
    outbox.put(chat(2), 1_100);
    expect(outbox.take(1_000 + BATCH_MS - 1)).toEqual([]);
    expect(outbox.dueInMs(1_100)).toBe(BATCH_MS - 100);
    expect(outbox.take(1_000 + BATCH_MS).map(({ seq }) => seq)).toEqual([1, 2]);
    outbox.put(chat(3), 2_000);
    outbox.put(gift(4), 2_001);
    expect(outbox.take(2_001).map(({ seq }) => seq)).toEqual([3, 4]);
  });

  test('who asks for gifts hears nothing of chat that is left out, who asks for all of it gets all, at once', () => {
    const gifts = standing('SAMPLED_20', { kinds: ['GIFT'] });
    const full = standing('SAMPLED_20', { full: true });
    const sent = { gifts: [] as number[], full: [] as number[] };
    for (let seq = 1; seq <= 100; seq += 1) {
      const event = seq % 10 === 0 ? gift(seq) : chat(seq);
      gifts.put(event, seq);
      full.put(event, seq);
      sent.gifts.push(...gifts.take(seq).map((each) => each.seq));
      sent.full.push(...full.take(seq).map((each) => each.seq));
    }
    expect(sent.gifts).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
    expect(sent.full).toHaveLength(100);
    expect(gifts.dueInMs(0)).toBeNull();
  });
});
