import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createMemoryBoards } from '#platform/store/memory-boards.ts';
import { HOLD_MS, holdShelves, renewalOf } from '../../subgraphs/trading/data/boardRebuild.ts';
import { type BoardGift, createTally, periodBoard, streamBoard, streamOfBoard } from '../../subgraphs/trading/domain/board.ts';
import { isShownIn, NO_CONSENT, shownEntry } from '../../subgraphs/trading/domain/boardView.ts';

const at = (time: string): number => new Date(time).getTime();
const DAY_MS = 86_400_000;

describe('the period of a board', () => {
  test.each([
    ['2026-11-22T23:59:59.999Z', 'senders/day/2026-11-22', 'senders/week/2026-11-16'],
    ['2026-11-23T00:00:00.000Z', 'senders/day/2026-11-23', 'senders/week/2026-11-23'],
    ['2027-01-01T12:00:00.000Z', 'senders/day/2027-01-01', 'senders/week/2026-12-28'],
    ['1970-01-01T00:00:00.000Z', 'senders/day/1970-01-01', 'senders/week/1969-12-29'],
    ['1969-12-28T12:00:00.000Z', 'senders/day/1969-12-28', 'senders/week/1969-12-22'],
  ])('%s lies in %s and %s', (time, day, week) => {
    expect(periodBoard('SENDERS', 'DAY', at(time)).name).toBe(day);
    const ofWeek = periodBoard('SENDERS', 'WEEK', at(time));
    expect(ofWeek.name).toBe(week);
    expect(new Date(ofWeek.fromMs ?? 0).getUTCDay()).toBe(1);
  });

  test('can be looked at for 8 days after a day, for 35 after a week, and for all time without an end', () => {
    const monday = at('2026-11-16T00:00:00Z');
    const ends = (['DAY', 'WEEK', 'ALL_TIME'] as const).map((period) => periodBoard('STREAMERS', period, monday).expiresAtMs);
    expect(ends).toEqual([monday + 9 * DAY_MS, monday + 42 * DAY_MS, null]);
  });

  test('of a stream is 90 days from its creation, then the next 90', () => {
    const createdMs = at('2026-01-01T00:00:00Z');
    const boards = [0, 90 * DAY_MS - 1, 90 * DAY_MS, 1_000 * DAY_MS].map((afterMs) => streamBoard('id', createdMs, createdMs + afterMs));
    expect(boards.map(({ name }) => name)).toEqual(['stream/id/0', 'stream/id/0', 'stream/id/1', 'stream/id/11']);
    expect(boards[0]?.expiresAtMs).toBe(createdMs + 90 * DAY_MS);
    expect(streamBoard('id', createdMs, createdMs - 1).name).toBe('stream/id/0');
    expect(boards.map(({ name }) => streamOfBoard(name))).toEqual(['id', 'id', 'id', 'id']);
    expect(streamOfBoard('senders/all')).toBeNull();
  });
});

test('gifts are summed up by board and member, what was refunded is taken away, and what cost nothing counts nothing', () => {
  const gift = (coins: bigint, senderId = 'a'): BoardGift => ({
    senderId,
    receiverId: 'streamer',
    streamId: 's',
    coins,
    orderedAtMs: at('2026-11-22T12:00:00Z'),
    streamCreatedAtMs: at('2026-11-22T00:00:00Z'),
  });
  const tally = createTally();
  for (const each of [gift(5n), gift(7n, 'b'), gift(3n), gift(-5n), gift(0n, 'c')]) tally.add(each);
  expect(tally.size).toBe(4 * 2 + 3);
  const boards = tally.take();
  expect(boards.get('senders/all')?.coins).toEqual(
    new Map([
      ['a', 3n],
      ['b', 7n],
    ]),
  );
  expect(boards.get('streamers/day/2026-11-22')?.coins).toEqual(new Map([['streamer', 10n]]));
  expect(boards.get('stream/s/0')?.coins.get('a')).toBe(3n);
  expect([tally.size, tally.take().size]).toEqual([0, 0]);
});

describe('what is shown', () => {
  const place = { rank: 1, userId: 'a', coins: 9n };
  const strict = { leaderboardConsent: true };

  test.each([
    ['STREAM', NO_CONSENT, strict, { userId: 'a', coins: null }],
    ['STREAM', { ...NO_CONSENT, showSpend: true }, strict, { userId: 'a', coins: 9n }],
    ['SENDERS', NO_CONSENT, { leaderboardConsent: false }, { userId: 'a', coins: 9n }],
    ['SENDERS', { ...NO_CONSENT, showSpend: true, hidden: true }, { leaderboardConsent: false }, { userId: null, coins: null }],
    ['STREAMERS', NO_CONSENT, strict, { userId: 'a', coins: 9n }],
    ['STREAMERS', { ...NO_CONSENT, hidden: true }, strict, { userId: null, coins: null }],
  ] as const)('on %s with %j under %j', (kind, consent, policy, shown) => {
    expect(shownEntry(place, kind, consent, policy)).toEqual({ rank: 1, spentCoins: 9n, ...shown });
  });

  test.each([
    [true, [], null, true],
    [true, [], 'CN', true],
    [true, ['CN'], 'DE', true],
    [true, ['CN'], 'CN', false],
    [true, ['CN'], null, false],
    [false, [], 'DE', false],
  ])('boards on %s, off in %j: for somebody in %s %s', (leaderboards, leaderboardRegionsOff, region, shown) => {
    expect(isShownIn({ leaderboards, leaderboardRegionsOff }, region)).toBe(shown);
  });
});

test('who makes boards anew and is late notices it: what others may have thrown away meanwhile is not gone on with', async () => {
  const clock = { nowMs: 1_000_000 };
  const reading = vi.spyOn(performance, 'now').mockImplementation(() => clock.nowMs);
  onTestFinished(() => reading.mockRestore());
  const boards = createMemoryBoards(() => clock.nowMs);
  const staging = await holdShelves(boards, [0, 1]);
  const renew = renewalOf(boards, staging);
  for (let renewals = 0; renewals < 3; renewals += 1) {
    clock.nowMs += HOLD_MS - 1;
    await renew();
  }
  clock.nowMs += HOLD_MS;
  await expect(renew()).rejects.toThrow('not held any more');
});
