import { describe, expect, test } from 'vitest';
import type { FeedEvent, FeedItem } from '#platform/feed/feed.ts';
import { followRoomLog } from '../../subgraphs/messaging/data/roomLog.ts';
import { CLOSED_ROOM_GRACE_MS, CLOSED_ROOM_STAY_MS } from '../../subgraphs/messaging/domain/limits.ts';
import { followEndsAtMs } from '../../subgraphs/messaging/domain/room.ts';

const CLOSED_AT = new Date('2026-11-22T20:00:00Z');

describe('the end of a room', () => {
  test('comes a while after its stream has ended, and never at once for who comes later', () => {
    const closed = { status: 'CLOSED', closedAt: CLOSED_AT } as const;
    const [justMs, laterMs] = [CLOSED_AT.getTime() + 1, CLOSED_AT.getTime() + 3_600_000];
    expect([
      followEndsAtMs({ status: 'OPEN', closedAt: null }, justMs),
      followEndsAtMs(closed, justMs),
      followEndsAtMs(closed, laterMs),
    ]).toEqual([null, CLOSED_AT.getTime() + CLOSED_ROOM_GRACE_MS, laterMs + CLOSED_ROOM_STAY_MS]);
  });

  test('leaves nothing of the log unsent: neither what comes late nor what was left out', async () => {
    const event = (seq: number, kind: string, payload: FeedEvent['payload']): FeedItem => ({
      type: 'event',
      event: {
        feed: 'conversation/r',
        seq,
        id: `018f0000-0000-7000-8000-0000ffffffff`,
        at: new Date(),
        kind,
        v: 1,
        payload,
        cursor: `c${seq}`,
      },
    });
    const gift = { senderId: 'a', giftId: 'rose', quantity: 1, coins: '1', orderId: 'o' };
    async function* log(): AsyncGenerator<FeedItem, undefined> {
      yield { type: 'position', cursor: 'c0', seq: 0, at: new Date() };
      yield event(1, 'step.changed', { step: 'SAMPLED_20', pinned: true });
      yield event(2, 'chat.posted', { authorId: 'a', text: 'left out', number: 1 });
      yield event(3, 'gift.shown', gift);
      yield event(4, 'chat.posted', { authorId: 'a', text: 'left out, too', number: 2 });
      await new Promise(() => undefined);
      return undefined;
    }
    const feeds = {
      follow: () => log(),
      head: async () => ({ cursor: 'c4', seq: 4, at: new Date() }),
    };
    const watch = { stands: () => undefined, restarts: () => undefined, saw: () => undefined, end: () => undefined };
    const parts = { feeds, database: { query: async () => [] }, ladder: { watch: () => watch } };
    const request = { after: null, kinds: null, full: false, endsAtMs: Date.now(), signal: new AbortController().signal };
    const sent: unknown[] = [];
    for await (const { roomEvents } of followRoomLog(parts, { id: 'r', ownerId: null, policyVersion: 0 }, request))
      sent.push([roomEvents.__typename, roomEvents.seq]);
    expect(sent).toEqual([
      ['PositionEvent', 0],
      ['StepChangedEvent', 1],
      ['SkippedEvent', 2],
      ['GiftEvent', 3],
      ['SkippedEvent', 4],
    ]);
  });
});
