import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { factsOf, type Payment, type PaymentFact } from '../../subgraphs/trading/domain/payment.ts';
import type { TopUp, TopUpStatus } from '../../subgraphs/trading/domain/topUp.ts';
import { decideRefund, refundProgress } from '../../subgraphs/trading/domain/topUpRefund.ts';
import { applyFact, choreOf, holdsCoins, isPaid, TOP_UP_TABLE, type TopUpHappening } from '../../subgraphs/trading/domain/topUpStates.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const LATER = new Date('2026-11-22T13:00:00Z');
const HOUR_MS = 3_600_000;

const aTopUp = (over: Partial<TopUp> = {}): TopUp => ({
  id: '01a1f000-0000-7000-8000-000000000000',
  ownerId: 'alice',
  productId: 'coins-100',
  coins: 100n,
  bonusCoins: 0n,
  amountMinor: 99n,
  currency: 'EUR',
  status: 'PENDING',
  provider: 'stripe',
  paymentId: 'pi_1',
  createdAt: NOW,
  expiresAt: LATER,
  settledAt: null,
  refundedAt: null,
  refunds: 0,
  version: 1,
  watchAt: LATER,
  ...over,
});
const settled = (over: Partial<TopUp> = {}): TopUp => aTopUp({ status: 'SETTLED', settledAt: NOW, watchAt: null, ...over });
const PAID: PaymentFact = { kind: 'paid', amountMinor: 99n, currency: 'EUR' };
const apply = (topUp: TopUp, fact: PaymentFact, paymentId: string | null = 'pi_1', canTakeBack = true) =>
  applyFact(topUp, { paymentId, fact }, { now: NOW, canTakeBack });
const becomes = (topUp: TopUp, fact: PaymentFact, paymentId?: string): TopUp => {
  const decision = apply(topUp, fact, paymentId);
  return decision.kind === 'changed' ? decision.topUp : topUp;
};

const STATUSES: readonly TopUpStatus[] = ['PENDING', 'SETTLED', 'DECLINED', 'EXPIRED', 'REFUNDING', 'REFUNDED'];
const HAPPENINGS: readonly TopUpHappening[] = [
  'opened',
  'paid',
  'declined',
  'canceled',
  'refund-asked',
  'refunded',
  'refund-refused',
  'refunded-elsewhere',
];

describe('the table of states', () => {
  test('has these arrows and no others', () => {
    const arrows = STATUSES.flatMap((from) =>
      HAPPENINGS.flatMap((happening) => {
        const to = TOP_UP_TABLE[from][happening];
        return to === from ? [] : [`${from} ${happening} ${to}`];
      }),
    );
    expect(arrows.toSorted()).toEqual(
      [
        'PENDING paid SETTLED',
        'PENDING declined DECLINED',
        'PENDING canceled EXPIRED',
        'DECLINED paid SETTLED',
        'EXPIRED paid SETTLED',
        'SETTLED refund-asked REFUNDING',
        'SETTLED refunded-elsewhere REFUNDED',
        'REFUNDING refunded REFUNDED',
        'REFUNDING refund-refused SETTLED',
        'REFUNDING refunded-elsewhere REFUNDED',
        'REFUNDED refund-refused SETTLED',
      ].toSorted(),
    );
    expect(Object.keys(TOP_UP_TABLE).toSorted()).toEqual(STATUSES.toSorted());
    for (const status of STATUSES) expect(Object.keys(TOP_UP_TABLE[status]).toSorted()).toEqual(HAPPENINGS.toSorted());
  });

  test('no arrow leads from paid to unpaid, and only paid orders are refunded', () => {
    for (const from of STATUSES) {
      for (const happening of HAPPENINGS) if (isPaid(from)) expect(isPaid(TOP_UP_TABLE[from][happening])).toBe(true);
      for (const happening of ['refund-asked', 'refunded', 'refund-refused', 'refunded-elsewhere'] as const)
        if (!isPaid(from)) expect(TOP_UP_TABLE[from][happening]).toBe(from);
    }
  });

  test('whoever has paid has the coins, in whatever order and however often the facts come', () => {
    const facts = fc.array(
      fc.constantFrom<PaymentFact>(PAID, { kind: 'declined' }, { kind: 'closed' }, { kind: 'opened' }, { kind: 'refused' }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(facts, (told) => {
        const order = told.reduce((topUp, fact) => becomes(topUp, fact), aTopUp());
        expect(holdsCoins(order.status)).toBe(told.includes(PAID));
        expect(order.settledAt !== null).toBe(told.includes(PAID));
      }),
    );
  });

  test('a refund that failed in the end leaves the coins, in whatever order its states are told', () => {
    const told = fc.shuffledSubarray<PaymentFact>(
      [
        { kind: 'refund', attempt: 1, status: 'pending' },
        { kind: 'refund', attempt: 1, status: 'succeeded' },
        { kind: 'refund', attempt: 1, status: 'failed' },
        PAID,
      ],
      { minLength: 4 },
    );
    fc.assert(
      fc.property(told, (facts) => {
        const refunding = aTopUp({ status: 'REFUNDING', settledAt: NOW, refunds: 1 });
        expect(facts.reduce((topUp, fact) => becomes(topUp, fact), refunding).status).toBe('SETTLED');
      }),
    );
  });
});

describe('a fact', () => {
  test('of another amount or currency is refused', () => {
    for (const fact of [
      { ...PAID, amountMinor: 98n },
      { ...PAID, currency: 'USD' },
    ] as const)
      expect(apply(aTopUp(), fact)).toEqual({ kind: 'refused', reason: 'WRONG_AMOUNT' });
  });

  test('about another payment: the one that was paid is the one that counts, and a second one is refused', () => {
    expect(apply(aTopUp(), { kind: 'closed' }, 'pi_2')).toEqual({ kind: 'unchanged' });
    expect(apply(aTopUp(), { kind: 'declined' }, 'pi_2')).toEqual({ kind: 'unchanged' });
    expect(becomes(aTopUp(), PAID, 'pi_2')).toMatchObject({ status: 'SETTLED', paymentId: 'pi_2' });
    expect(apply(settled(), PAID, 'pi_2')).toEqual({ kind: 'refused', reason: 'PAID_TWICE' });
    expect(apply(settled(), PAID)).toEqual({ kind: 'unchanged' });
  });

  test('about an earlier or a later refund changes nothing', () => {
    const refunding = aTopUp({ status: 'REFUNDING', settledAt: NOW, refunds: 2 });
    for (const attempt of [1, 3])
      for (const status of ['succeeded', 'failed'] as const)
        expect(apply(refunding, { kind: 'refund', attempt, status })).toEqual({ kind: 'unchanged' });
  });

  test('of money given back past us takes the coins, or is refused where they are spent', () => {
    expect(becomes(settled(), { kind: 'refunded-elsewhere' })).toMatchObject({ status: 'REFUNDED', refundedAt: NOW });
    expect(apply(settled(), { kind: 'refunded-elsewhere' }, 'pi_1', false)).toEqual({ kind: 'refused', reason: 'COINS_SPENT' });
  });

  test('says when somebody looks again: a declined payment is still open, a closed one is nobody’s worry', () => {
    expect(becomes(aTopUp(), { kind: 'declined' })).toMatchObject({ status: 'DECLINED', watchAt: LATER });
    expect(becomes(aTopUp(), { kind: 'refused' }, undefined)).toMatchObject({ status: 'DECLINED', watchAt: null });
    expect(becomes(aTopUp({ status: 'DECLINED', watchAt: LATER }), { kind: 'closed' })).toMatchObject({
      status: 'DECLINED',
      watchAt: null,
    });
    expect(becomes(aTopUp(), { kind: 'closed' })).toMatchObject({ status: 'EXPIRED', watchAt: null });
    expect(becomes(aTopUp(), PAID)).toMatchObject({ status: 'SETTLED', watchAt: null });
    const hinted = becomes(settled(), { kind: 'unclear' });
    expect(becomes(hinted, PAID)).toEqual(hinted);
    expect(becomes(settled(), { kind: 'unclear' })).toMatchObject({ status: 'SETTLED', watchAt: NOW });
  });

  test('that hints at something is heeded whatever else is heard before somebody looks', () => {
    const others = fc.constantFrom<PaymentFact>(
      PAID,
      { kind: 'opened' },
      { kind: 'declined' },
      { kind: 'closed' },
      { kind: 'refused' },
      { kind: 'refund', attempt: 0, status: 'failed' },
    );
    fc.assert(
      fc.property(fc.array(others, { maxLength: 8 }), fc.array(others, { maxLength: 8 }), (earlier, later) => {
        const heard = [...earlier, { kind: 'unclear' } as const, ...later].reduce((topUp, fact) => becomes(topUp, fact), aTopUp());
        expect(heard.watchAt).toEqual(NOW);
      }),
    );
  });

  test('that hints at something is heeded also where older news are applied by a process whose clock is behind', () => {
    const order = settled({ createdAt: new Date(NOW.getTime() - HOUR_MS) });
    const at = (topUp: TopUp, fact: PaymentFact, now: Date): TopUp => {
      const decision = applyFact(topUp, { paymentId: 'pi_1', fact }, { now, canTakeBack: true });
      return decision.kind === 'changed' ? decision.topUp : topUp;
    };
    const hinted = at(order, { kind: 'unclear' }, NOW);
    expect(at(hinted, PAID, new Date(NOW.getTime() - 50)).watchAt).not.toBe(null);
  });
});

test('what is to be done about an order that hangs', () => {
  const late = new Date(LATER.getTime());
  const chore = (over: Partial<TopUp>, now: Date = NOW) => choreOf(aTopUp(over), now, 23 * HOUR_MS);
  expect(chore({ paymentId: null })).toBe('create');
  expect(chore({ paymentId: null }, late)).toBe('create');
  // The provider has forgotten the key: asking again could make a second payment, and nobody was ever given the secret of the first.
  expect(chore({ paymentId: null }, new Date(NOW.getTime() + 23 * HOUR_MS))).toBe('close');
  expect(chore({})).toBe('look-up');
  expect(chore({ status: 'DECLINED' })).toBe('look-up');
  expect(chore({}, late)).toBe('cancel');
  expect(chore({ status: 'DECLINED' }, late)).toBe('cancel');
  expect(chore({ status: 'EXPIRED' }, late)).toBe('look-up');
  expect(chore({ status: 'REFUNDING', settledAt: NOW }, late)).toBe('refund');
  expect(chore({ status: 'SETTLED', settledAt: NOW }, late)).toBe('look-up');
});

test('a payment is told as facts: its state, our refunds, and whether others gave all of it back', () => {
  const payment: Payment = { id: 'pi_1', orderId: 'o', state: 'paid', clientSecret: null, amountMinor: 99n, currency: 'EUR', refunds: [] };
  const elsewhere = (amountMinor: bigint) => ({ attempt: null, status: 'succeeded', amountMinor }) as const;
  expect(factsOf(payment)).toEqual([PAID]);
  expect(factsOf({ ...payment, state: 'open' })).toEqual([{ kind: 'opened' }]);
  expect(factsOf({ ...payment, refunds: [elsewhere(98n)] })).toEqual([PAID]);
  expect(factsOf({ ...payment, refunds: [elsewhere(98n), elsewhere(1n)] })).toEqual([PAID, { kind: 'refunded-elsewhere' }]);
  expect(factsOf({ ...payment, refunds: [{ ...elsewhere(99n), status: 'failed' }] })).toEqual([PAID]);
  expect(factsOf({ ...payment, refunds: [{ attempt: 1, status: 'pending', amountMinor: 99n }] })).toEqual([
    PAID,
    { kind: 'refund', attempt: 1, status: 'pending' },
  ]);
});

test('a refund is decided by the state of the order and by what the wallet holds', () => {
  const decide = (status: TopUpStatus, canTakeBack = true) => decideRefund(settled({ status }), { canTakeBack, watchAt: LATER });
  expect(decide('SETTLED')).toEqual({ ok: true, after: { ...settled(), status: 'REFUNDING', refunds: 1, version: 2, watchAt: LATER } });
  expect(decide('SETTLED', false)).toEqual({ ok: false, refusal: 'COINS_SPENT' });
  expect(decide('REFUNDING')).toEqual({ ok: false, refusal: 'REFUND_UNDER_WAY' });
  expect(decide('REFUNDED')).toEqual({ ok: false, refusal: 'ALREADY_REFUNDED' });
  for (const status of ['PENDING', 'DECLINED', 'EXPIRED'] as const)
    expect(decide(status)).toEqual({ ok: false, refusal: 'TOP_UP_NOT_SETTLED' });
  expect(refundProgress(aTopUp({ status: 'REFUNDING', refunds: 1 }), 1)).toBe('under-way');
  expect(refundProgress(aTopUp({ status: 'REFUNDING', refunds: 2 }), 1)).toBe('refused');
  expect(refundProgress(aTopUp({ status: 'REFUNDED', refunds: 1 }), 1)).toBe('done');
  expect(refundProgress(settled({ refunds: 1 }), 1)).toBe('refused');
});
