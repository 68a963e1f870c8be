import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CatalogueGift, isOnSale, isSoldIn } from '../../subgraphs/trading/domain/catalogue.ts';
import {
  checkQuantity,
  decideGift,
  type GiftCommand,
  type KnownStream,
  type LockedState,
  wishOf,
} from '../../subgraphs/trading/domain/gift.ts';
import { GIFT_QUANTITY_MAX, giftError, isGiftErrorCode } from '../../subgraphs/trading/domain/giftError.ts';
import { limitsOf, NO_RULES, NOTHING_SPENT } from '../../subgraphs/trading/domain/limits.ts';

const NO_LIMITS = { dayCoinsMax: null, sessionCoinsMax: null, velocityOrdersMax: null, velocityWindowSeconds: 10 };
const NOW = new Date('2026-11-22T12:00:00Z');
const EARLIER = new Date('2026-01-01T00:00:00Z');

const aGift = (over: Partial<CatalogueGift> = {}): CatalogueGift => ({
  id: 'rose',
  name: 'Rose',
  imageUrl: null,
  kind: 'SINGLE',
  items: [],
  priceVersion: 1,
  priceCoins: 5n,
  onSaleFrom: EARLIER,
  onSaleUntil: null,
  regions: [],
  cancelWindowSeconds: 0,
  comboWindowSeconds: null,
  dailyQuantityMax: null,
  limited: false,
  dailyFree: 0,
  version: 1,
  ...over,
});
const aStream = (over: Partial<KnownStream> = {}): KnownStream => ({ id: 'stream', streamerId: 'luna', status: 'LIVE', ...over });
const aCommand = (over: Partial<GiftCommand> = {}): GiftCommand => ({
  senderId: 'alice',
  streamId: 'stream',
  giftId: 'rose',
  quantity: 1,
  idempotencyKey: 'key',
  ...over,
});
const aLockedState = (): LockedState => ({
  gift: aGift(),
  stream: aStream(),
  coins: 100n,
  bonusCoins: 0n,
  frozen: false,
  pieces: 0,
  rules: NO_RULES,
  limits: limitsOf(NO_RULES, NO_LIMITS, NOW),
  spending: NOTHING_SPENT,
  sessionCoins: 0n,
  piecesToday: 0,
  now: NOW,
});
const decide = (command: Partial<GiftCommand>, locked: Partial<LockedState>) =>
  decideGift(wishOf(aCommand(command)), aCommand(command), { ...aLockedState(), ...locked });
const refusalOf = (decision: ReturnType<typeof decide>): string | null => (decision.ok ? null : decision.refusal);

test('a gift with regions is sold there and nowhere else, also not to somebody whose region is not known', () => {
  expect([isSoldIn({ regions: [] }, null), isSoldIn({ regions: [] }, 'DE')]).toEqual([true, true]);
  expect(['DE', 'FR', null].map((region) => isSoldIn({ regions: ['DE', 'AT'] }, region))).toEqual([true, false, false]);
});

test('a refusal says what to do next, also to whose token names no region, and to who has sent a part of several gifts', () => {
  expect(giftError('GIFT_NOT_IN_REGION').message).toContain('token does not say');
  expect(giftError('OTHER_ITEM_REFUSED').message).toContain('only what was not sent');
});

describe('deciding a gift', () => {
  test('a gift costs its price times its pieces', () => {
    expect(decide({ quantity: 7 }, {})).toMatchObject({ ok: true, payment: { coins: 35n } });
  });

  test('the last coin may be spent, and not one more', () => {
    expect(decide({ quantity: 2 }, { coins: 10n }).ok).toBe(true);
    expect(refusalOf(decide({ quantity: 2 }, { coins: 9n }))).toBe('INSUFFICIENT_COINS');
  });

  test('each thing that is wrong has its own refusal', () => {
    expect(refusalOf(decide({}, { gift: null }))).toBe('GIFT_NOT_FOUND');
    expect(refusalOf(decide({}, { gift: aGift({ onSaleUntil: NOW }) }))).toBe('GIFT_NOT_ON_SALE');
    expect(refusalOf(decide({}, { stream: null }))).toBe('STREAM_NOT_FOUND');
    expect(refusalOf(decide({}, { stream: aStream({ status: 'SCHEDULED' }) }))).toBe('STREAM_NOT_LIVE');
    expect(refusalOf(decide({}, { stream: aStream({ status: 'ENDED' }) }))).toBe('STREAM_NOT_LIVE');
    expect(refusalOf(decide({ senderId: 'luna' }, {}))).toBe('SELF_GIFT');
  });

  test('whoever lacks coins and errs elsewhere hears of the other error: more coins would not help', () => {
    expect(refusalOf(decide({ senderId: 'luna' }, { coins: 0n }))).toBe('SELF_GIFT');
    expect(refusalOf(decide({}, { coins: 0n, gift: null }))).toBe('GIFT_NOT_FOUND');
  });

  test('the largest order of the dearest gift is decided without loss', () => {
    const priceCoins = 900_000_000_000_000n;
    const coins = priceCoins * BigInt(GIFT_QUANTITY_MAX);
    expect(decide({ quantity: GIFT_QUANTITY_MAX }, { coins, gift: aGift({ priceCoins }) })).toMatchObject({ ok: true, payment: { coins } });
    expect(refusalOf(decide({ quantity: GIFT_QUANTITY_MAX }, { coins: coins - 1n, gift: aGift({ priceCoins }) }))).toBe(
      'INSUFFICIENT_COINS',
    );
  });
});

/** Everything that can be wrong with a gift, in the order in which it is told. */
const FAULTS: readonly (readonly [string, (locked: LockedState) => LockedState])[] = [
  ['GIFT_NOT_FOUND', (locked) => ({ ...locked, gift: null })],
  ['GIFT_NOT_ON_SALE', (locked) => changed(locked, { onSaleUntil: NOW })],
  ['GIFT_NOT_IN_REGION', (locked) => changed(locked, { regions: ['FR'] })],
  ['STREAM_NOT_FOUND', (locked) => ({ ...locked, stream: null })],
  ['STREAM_NOT_LIVE', (locked) => streamed(locked, { status: 'ENDED' })],
  ['SELF_GIFT', (locked) => streamed(locked, { streamerId: 'alice' })],
  ['SENDER_IS_MINOR', (locked) => ({ ...locked, rules: { ...locked.rules, minor: true } })],
  ['SENDER_BLOCKED', (locked) => ({ ...locked, rules: { ...locked.rules, blocked: { until: null } } })],
  ['WALLET_FROZEN', (locked) => ({ ...locked, frozen: true })],
  ['TOO_MANY_ORDERS', (locked) => ({ ...locked, limits: { ...locked.limits, velocityOrdersMax: 3 } })],
  ['GIFT_DAY_LIMIT', (locked) => changed({ ...locked, piecesToday: 9 }, { dailyQuantityMax: 9 })],
  ['DAY_LIMIT', (locked) => ({ ...locked, limits: { ...locked.limits, dayCoinsMax: 54n } })],
  ['SESSION_LIMIT', (locked) => ({ ...locked, sessionCoins: 1n, limits: { ...locked.limits, sessionCoinsMax: 5n } })],
  ['INSUFFICIENT_COINS', (locked) => ({ ...locked, coins: 4n })],
];

const changed = (locked: LockedState, over: Partial<CatalogueGift>): LockedState => ({
  ...locked,
  gift: locked.gift === null ? null : { ...locked.gift, ...over },
});
const streamed = (locked: LockedState, over: Partial<KnownStream>): LockedState => ({
  ...locked,
  stream: locked.stream === null ? null : { ...locked.stream, ...over },
});

/** Somebody who has sent as much as the faults above allow. */
const BUSY_SENDER = { day: 20_779, dayCoins: 50n, windowStartedMs: NOW.getTime() - 1, windowOrders: 3 };

test('of whatever is wrong with a gift the first in the order of precedence is told, and nothing else is', () => {
  fc.assert(
    fc.property(fc.subarray([...FAULTS]), (faults) => {
      const locked = faults.reduce((state, [, spoil]) => spoil(state), { ...aLockedState(), spending: BUSY_SENDER });
      expect(refusalOf(decide({}, locked))).toBe(faults[0]?.[0] ?? null);
    }),
  );
});

test('pieces out of the backpack need no sale, no coins and no limit on coins, but the rest', () => {
  const withPieces = FAULTS.map(
    ([code, spoil]) => [code, refusalOf(decide({}, spoil({ ...aLockedState(), spending: BUSY_SENDER, pieces: 1 })))] as const,
  );
  const free = ['GIFT_NOT_ON_SALE', 'DAY_LIMIT', 'SESSION_LIMIT', 'INSUFFICIENT_COINS'];
  expect(withPieces).toEqual(FAULTS.map(([code]) => [code, free.includes(code) ? null : code]));
});

test('a limited gift that is sold out is refused unless the backpack has all of its pieces, and before anybody counts coins', () => {
  const [soldOut, gift] = [{ stock: 'SOLD_OUT' as const, quantity: 2 }, aGift({ limited: true })];
  expect(refusalOf(decide(soldOut, { gift, coins: 0n }))).toBe('SOLD_OUT');
  expect(refusalOf(decide(soldOut, { gift, pieces: 1 }))).toBe('SOLD_OUT');
  expect(decide(soldOut, { gift, pieces: 2 })).toMatchObject({ ok: true, payment: { backpackPieces: 2, coins: 0n } });
  expect(refusalOf(decide({ ...soldOut, senderId: 'luna' }, { gift }))).toBe('SELF_GIFT');
});

test('a minor sends nothing, whether the token says so or an operator', () => {
  const byToken = { claims: { minor: true, region: null } };
  expect(refusalOf(decide(byToken, {}))).toBe('SENDER_IS_MINOR');
  expect(refusalOf(decide({}, { rules: { ...NO_RULES, minor: true } }))).toBe('SENDER_IS_MINOR');
  expect(refusalOf(decide(byToken, { pieces: 9 }))).toBe('SENDER_IS_MINOR');
});

test('a gift is on sale from its first moment until just before its last', () => {
  const window = { onSaleFrom: EARLIER, onSaleUntil: NOW };
  expect(isOnSale(window, EARLIER)).toBe(true);
  expect(isOnSale(window, new Date(EARLIER.getTime() - 1))).toBe(false);
  expect(isOnSale(window, new Date(NOW.getTime() - 1))).toBe(true);
  expect(isOnSale(window, NOW)).toBe(false);
});

test('whole pieces from 1 to the largest number pass, everything else is out of range', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: GIFT_QUANTITY_MAX }), (quantity) => checkQuantity(quantity) === null));
  for (const quantity of [0, -1, GIFT_QUANTITY_MAX + 1, 1e9, 1.5, Number.NaN]) {
    expect(checkQuantity(quantity)).toMatchObject({ code: 'QUANTITY_OUT_OF_RANGE', field: ['input', 'quantity'] });
  }
});

test('only codes of this version count as known', () => {
  expect(isGiftErrorCode(giftError('SELF_GIFT').code)).toBe(true);
  expect(isGiftErrorCode('toString')).toBe(false);
});
