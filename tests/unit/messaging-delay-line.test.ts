import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FeedEvent, JsonObject } from '#platform/feed/feed.ts';
import { createDelayLine, DELAY_BATCH_MS } from '../../subgraphs/messaging/data/delayLine.ts';
import { CHAT_DELAY_RECHECK_MS } from '../../subgraphs/messaging/domain/limits.ts';

const T = 1_800_000_000_000;

const event = (seq: number, atMs: number, kind = 'chat.posted', payload: JsonObject = {}): FeedEvent => ({
  feed: 'conversation/r',
  seq,
  id: `018f0000-0000-7000-8000-00000000000${seq % 10}`,
  at: new Date(T + atMs),
  kind,
  v: 1,
  payload,
  cursor: `c${seq}`,
});

const delayed = (seconds: number): JsonObject => ({ byId: 'm', modes: { nonModeratorDelaySeconds: seconds } });

/** Puts events as they come, and answers with the seqs and the moments at which each leaves. */
const run = (events: readonly FeedEvent[], delayMs: number): readonly (readonly [seq: number, leftMs: number])[] => {
  const line = createDelayLine();
  line.stands(delayMs);
  const left: [number, number][] = [];
  const take = (nowMs: number): void => {
    for (let due = line.dueInMs(nowMs); due === 0; due = line.dueInMs(nowMs))
      for (const { seq } of line.take(nowMs)) left.push([seq, nowMs - T]);
  };
  for (const each of events) {
    const nowMs = each.at.getTime();
    for (let dueMs = line.dueInMs(T); dueMs !== null && T + dueMs < nowMs; dueMs = line.dueInMs(T)) take(T + dueMs);
    take(nowMs);
    if (!line.put(each, nowMs)) left.push([each.seq, nowMs - T]);
  }
  for (let dueMs = line.dueInMs(T); dueMs !== null; dueMs = line.dueInMs(T)) take(T + dueMs);
  expect(line.isEmpty).toBe(true);
  return left;
};

describe('chat that is held back', () => {
  test('leaves when its time is over, and what is no chat leaves at once unless something waits before it', () => {
    const events = [
      event(1, 0, 'gift.shown'),
      event(2, 500),
      event(3, 1_000, 'gift.shown'),
      event(4, 1_250, 'message.edited'),
      event(5, 9_000, 'gift.shown'),
    ];
    expect(run(events, 4_000)).toEqual([
      [1, 0],
      [2, 4_500],
      [3, 4_500],
      [4, 5_250],
      [5, 9_000],
    ]);
  });

  test('follows the delay as the log changes it', () => {
    const events = [
      event(1, 0),
      event(2, 100, 'chat.modes', delayed(2)),
      event(3, 250),
      event(4, 500, 'chat.modes', delayed(0)),
      event(5, 750),
      event(6, 3_000),
    ];
    expect(run(events, 0)).toEqual([
      [1, 0],
      [2, 100],
      [3, 2_250],
      [4, 2_250],
      [5, 2_250],
      [6, 3_000],
    ]);
  });

  test('that is old leaves at once, that could be news a moment ago is looked at once more, and a new place forgets what waited', () => {
    const line = createDelayLine();
    line.stands(2_000);
    expect(line.put(event(1, 0), T + 2_000 + CHAT_DELAY_RECHECK_MS + DELAY_BATCH_MS)).toBe(false);
    expect([line.put(event(2, 0), T + 3_000), line.dueInMs(T + 3_000)]).toEqual([true, 0]);
    line.stands(0);
    expect([line.isEmpty, line.dueInMs(T)]).toEqual([true, null]);
  });

  test('leaves in the order of the log, each once, never before its time and never a batch after it, whatever comes when', () => {
    const kinds = fc.constantFrom('chat.posted', 'message.edited', 'gift.shown', 'message.recalled');
    const steps = fc.array(fc.tuple(fc.nat(1_500), kinds), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 10 }), (gaps, seconds) => {
        let atMs = 0;
        const events = gaps.map(([gapMs, kind], index) => {
          atMs += gapMs;
          return event(index + 1, atMs, kind);
        });
        const left = run(events, seconds * 1_000);
        expect(left.map(([seq]) => seq)).toEqual(events.map(({ seq }) => seq));
        let latestMs = 0;
        for (const [index, { at, kind }] of events.entries()) {
          const isHeld = kind === 'chat.posted' || kind === 'message.edited';
          latestMs = Math.max(latestMs, at.getTime() - T + (isHeld ? seconds * 1_000 : 0));
          expect(left[index]?.[1]).toBeGreaterThanOrEqual(latestMs);
          expect(left[index]?.[1]).toBeLessThan(latestMs + DELAY_BATCH_MS);
        }
      }),
      { numRuns: 100 },
    );
  });
});
