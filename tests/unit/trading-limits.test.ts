import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { senderRulesOf, senderRulesToColumn } from '../../subgraphs/trading/data/senderRules.ts';
import { type Combo, comboAfter } from '../../subgraphs/trading/domain/combo.ts';
import {
  changeOwnLimit,
  dayEndOf,
  limitsOf,
  NO_RULES,
  NOTHING_SPENT,
  nextOrderAt,
  type OwnLimit,
  ownLimitAt,
  RAISE_AFTER_MS,
  restricted,
  type SenderRules,
  spendingAfter,
  spendingWithout,
  spentToday,
} from '../../subgraphs/trading/domain/limits.ts';
import { splitPayment } from '../../subgraphs/trading/domain/paymentSplit.ts';
import { openUndoableMap } from '../../subgraphs/trading/domain/undoable.ts';

const NOW = new Date('2026-11-22T23:00:00Z');
const HOUR_MS = 3_600_000;
const later = (ms: number): Date => new Date(NOW.getTime() + ms);
const NO_POLICY = { dayCoinsMax: null, sessionCoinsMax: null, velocityOrdersMax: null, velocityWindowSeconds: 60 };

describe('what a sender has spent', () => {
  const orders = fc.array(fc.record({ pauseMs: fc.integer({ min: 0, max: 20 * HOUR_MS }), coins: fc.bigInt({ min: 0n, max: 99n }) }), {
    maxLength: 30,
  });

  test('of any orders at any times is the sum of those of the same day', () => {
    fc.assert(
      fc.property(orders, (someOrders) => {
        const noted: { readonly day: string; readonly coins: bigint }[] = [];
        let [spending, atMs] = [NOTHING_SPENT, NOW.getTime()];
        for (const { pauseMs, coins } of someOrders) {
          atMs += pauseMs;
          const [at, day] = [new Date(atMs), new Date(atMs).toISOString().slice(0, 10)];
          const today = noted.filter((order) => order.day === day).reduce((sum, order) => sum + order.coins, 0n);
          expect(spentToday(spending, at)).toBe(today);
          spending = spendingAfter(spending, coins, 60_000, at);
          noted.push({ day, coins });
        }
      }),
    );
  });

  test('counts orders from the first of a window to its end, and none of them twice', () => {
    const limits = { ...limitsOf(NO_RULES, NO_POLICY, NOW), velocityOrdersMax: 2 };
    const first = spendingAfter(NOTHING_SPENT, 1n, 60_000, NOW);
    const second = spendingAfter(first, 1n, 60_000, later(59_000));
    expect(nextOrderAt(first, limits, later(1))).toBeNull();
    expect(nextOrderAt(second, limits, later(59_999))).toEqual(later(60_000));
    expect(nextOrderAt(second, limits, later(60_000))).toBeNull();
    const third = spendingAfter(second, 1n, 60_000, later(60_000));
    expect(third).toMatchObject({ windowOrders: 1, windowStartedMs: later(60_000).getTime() });
  });

  test('is not forgotten when another process’ clock is behind, over midnight and over a window', () => {
    const beforeMidnight = new Date('2026-11-22T23:59:59.999Z');
    const early = spendingAfter(NOTHING_SPENT, 5n, 60_000, new Date('2026-11-23T00:00:00.001Z'));
    expect(spentToday(early, beforeMidnight)).toBe(5n);
    expect(spendingAfter(early, 2n, 60_000, beforeMidnight)).toMatchObject({ day: early.day, dayCoins: 7n, windowOrders: 2 });
  });

  test('by a clock that was a year ahead for a moment binds nobody for a year', () => {
    const limits = { ...limitsOf(NO_RULES, NO_POLICY, NOW), velocityOrdersMax: 1 };
    const ahead = spendingAfter(NOTHING_SPENT, 5n, 60_000, later(365 * 24 * HOUR_MS));
    expect([spentToday(ahead, NOW), nextOrderAt(ahead, limits, NOW)]).toEqual([0n, null]);
    expect(dayEndOf(ahead, NOW)).toEqual(new Date('2026-11-23T00:00:00Z'));
    expect(spendingAfter(ahead, 2n, 60_000, NOW)).toEqual(spendingAfter(NOTHING_SPENT, 2n, 60_000, NOW));
  });

  test('gets back what is taken back on the same day, and after midnight, whose day began anew, nothing', () => {
    const spent = spendingAfter(spendingAfter(NOTHING_SPENT, 5n, 60_000, NOW), 2n, 60_000, NOW);
    expect(spendingWithout(spent, 5n, NOW)).toEqual({ ...spent, dayCoins: 2n });
    const tomorrow = spendingAfter(spent, 9n, 60_000, later(2 * HOUR_MS));
    expect(tomorrow.dayCoins).toBe(9n);
    expect(spendingWithout(tomorrow, 5n, NOW)).toEqual(tomorrow);
  });
});

describe('a limit of one’s own', () => {
  const NONE: OwnLimit = { max: null, raise: null };

  test('that is lower holds at once, a higher one, or none, after 24 hours', () => {
    const set = changeOwnLimit(NONE, 100n, NOW);
    expect(ownLimitAt(set, NOW)).toBe(100n);
    const raised = changeOwnLimit(set, 500n, NOW);
    expect([ownLimitAt(raised, NOW), ownLimitAt(raised, later(RAISE_AFTER_MS - 1)), ownLimitAt(raised, later(RAISE_AFTER_MS))]).toEqual([
      100n,
      100n,
      500n,
    ]);
    expect(ownLimitAt(changeOwnLimit(set, null, NOW), later(RAISE_AFTER_MS))).toBeNull();
    expect(changeOwnLimit(raised, 50n, later(HOUR_MS))).toEqual({ max: 50n, raise: null });
  });

  test('asked for again while it waits does not wait anew, and another wish does', () => {
    const raised = changeOwnLimit({ max: 100n, raise: null }, 500n, NOW);
    expect(changeOwnLimit(raised, 500n, later(HOUR_MS))).toBe(raised);
    expect(changeOwnLimit(raised, 400n, later(HOUR_MS)).raise).toEqual({ max: 400n, at: later(HOUR_MS + RAISE_AFTER_MS) });
  });

  test('whatever somebody asks for, nothing higher holds before a day has passed since', () => {
    const wishes = fc.array(
      fc.record({ pauseMs: fc.integer({ max: 30 * HOUR_MS, min: 0 }), wanted: fc.option(fc.bigInt({ min: 0n, max: 9n })) }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(wishes, (someWishes) => {
        let [limit, atMs] = [NONE, NOW.getTime()];
        for (const { pauseMs, wanted } of someWishes) {
          atMs += pauseMs;
          const before = ownLimitAt(limit, new Date(atMs));
          limit = changeOwnLimit(limit, wanted, new Date(atMs));
          const now = ownLimitAt(limit, new Date(atMs));
          const higher = before !== null && (now === null || now > before);
          expect(higher).toBe(false);
          expect(ownLimitAt(limit, new Date(atMs + RAISE_AFTER_MS))).toBe(wanted);
        }
      }),
    );
  });

  test('and an operator’s bound together: the lowest holds, and an operator’s replaces the policy’s', () => {
    const rules: SenderRules = { ...NO_RULES, own: { ...NO_RULES.own, dayCoins: { max: 50n, raise: null } } };
    const policy = { ...NO_POLICY, dayCoinsMax: 80n, sessionCoinsMax: 70n, velocityOrdersMax: 9 };
    expect(limitsOf(rules, policy, NOW)).toEqual({
      dayCoinsMax: 50n,
      sessionCoinsMax: 70n,
      velocityOrdersMax: 9,
      velocityWindowMs: 60_000,
    });
    const generous = { minor: false, blocked: false, blockedUntil: null, dayCoinsMax: 500n, sessionCoinsMax: 600n, velocityOrdersMax: 99 };
    expect(limitsOf(restricted(rules, generous), policy, NOW)).toMatchObject({
      dayCoinsMax: 50n,
      sessionCoinsMax: 600n,
      velocityOrdersMax: 99,
    });
    expect(limitsOf(restricted(NO_RULES, generous), policy, NOW)).toMatchObject({ dayCoinsMax: 500n });
  });
});

test('what is said of a sender reads back as it was written, and nothing said is no row', () => {
  const max = fc.option(fc.bigInt({ min: 0n, max: 10n ** 12n }));
  const time = fc.date({ min: NOW, max: later(1e10), noInvalidDate: true });
  const limit = fc.record({ max, raise: fc.option(fc.record({ max, at: time })) });
  const rules = fc.record({
    minor: fc.boolean(),
    blocked: fc.option(fc.record({ until: fc.option(time) })),
    dayCoinsMax: max,
    sessionCoinsMax: max,
    velocityOrdersMax: fc.option(fc.integer({ min: 1, max: 1e6 })),
    own: fc.record({ dayCoins: limit, sessionCoins: limit }),
  });
  fc.assert(
    fc.property(rules, (some) => {
      const column = senderRulesToColumn(some);
      expect(column === null ? NO_RULES : senderRulesOf(JSON.parse(column))).toEqual(some);
    }),
  );
  expect(senderRulesToColumn(NO_RULES)).toBeNull();
});

describe('a combo', () => {
  const ROSE = { orderId: 'second', giftId: 'rose', quantity: 2, windowMs: 1_000 };
  const BEGUN: Combo = { giftId: 'rose', id: 'first', count: 3, untilMs: 1_000 };

  test('goes on in the last millisecond of its window, and begins anew in the next', () => {
    expect(comboAfter(BEGUN, { ...ROSE, nowMs: 1_000 })).toEqual({ giftId: 'rose', id: 'first', count: 5, untilMs: 2_000 });
    expect(comboAfter(BEGUN, { ...ROSE, nowMs: 1_001 })).toEqual({ giftId: 'rose', id: 'second', count: 2, untilMs: 2_001 });
  });

  test('never ends earlier than it was said to, however far another process’ clock is behind', () => {
    expect(comboAfter(BEGUN, { ...ROSE, nowMs: -500 })).toMatchObject({ id: 'first', untilMs: 1_000 });
  });

  const gifts = fc.array(
    fc.record({
      giftId: fc.constantFrom('rose', 'rocket'),
      quantity: fc.integer({ min: 1, max: 5 }),
      pauseMs: fc.integer({ min: 0, max: 1_500 }),
    }),
    { maxLength: 40 },
  );

  test('of any gifts at any times counts the pieces since the last other gift or longer pause', () => {
    fc.assert(
      fc.property(gifts, (someGifts) => {
        let [combo, nowMs] = [null as Combo | null, 0];
        const sent: { readonly giftId: string; readonly quantity: number; readonly atMs: number; readonly orderId: string }[] = [];
        for (const [index, { giftId, quantity, pauseMs }] of someGifts.entries()) {
          nowMs += pauseMs;
          const orderId = `order-${index}`;
          sent.push({ giftId, quantity, atMs: nowMs, orderId });
          combo = comboAfter(combo, { orderId, giftId, quantity, nowMs, windowMs: 1_000 });
          let start = index;
          while (start > 0 && sent[start - 1]?.giftId === giftId && (sent[start]?.atMs ?? 0) - (sent[start - 1]?.atMs ?? 0) <= 1_000)
            start -= 1;
          const members = sent.slice(start);
          expect(combo).toMatchObject({
            id: members[0]?.orderId,
            count: members.reduce((sum, member) => sum + member.quantity, 0),
          });
        }
      }),
    );
  });
});

test('a gift is paid with all pieces there are, then all bonus coins, then coins, and with nothing more', () => {
  const amount = fc.bigInt({ min: 0n, max: 60n });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.bigInt({ min: 1n, max: 9n }),
      fc.nat(9),
      amount,
      (quantity, price, pieces, bonusCoins) => {
        const paid = splitPayment(quantity, price, { pieces, bonusCoins, coins: 0n });
        let [bonusLeft, piecesLeft, coins] = [bonusCoins, pieces, 0n];
        for (let piece = 0; piece < quantity; piece += 1) {
          if (piecesLeft > 0) {
            piecesLeft -= 1;
            continue;
          }
          for (let coin = 0n; coin < price; coin += 1n) {
            if (bonusLeft > 0n) bonusLeft -= 1n;
            else coins += 1n;
          }
        }
        expect(paid).toEqual({ backpackPieces: pieces - piecesLeft, bonusCoins: bonusCoins - bonusLeft, coins });
      },
    ),
  );
});

test('what was set since a mark is taken back, and what was read comes to light again', () => {
  const map = openUndoableMap(new Map([['a', 1]]));
  map.set('a', 2);
  const mark = map.mark();
  map.set('a', 3);
  map.set('b', 4);
  expect(map.changed()).toEqual([3, 4]);
  map.rollback(mark);
  expect([map.get('a'), map.get('b'), map.changed()]).toEqual([2, undefined, [2]]);
  map.rollback(0);
  expect([map.get('a'), map.changed()]).toEqual([1, []]);
});
