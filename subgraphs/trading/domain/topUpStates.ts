import type { PaymentFact } from './payment.ts';
import type { TopUp, TopUpStatus } from './topUp.ts';

// The states of a top-up order. Coins are in the wallet exactly while it is SETTLED; every posting follows from that.
//
//   PENDING ──paid──► SETTLED ──refund asked──► REFUNDING ──refunded──► REFUNDED
//      │                 ▲  ▲                       │                       │
//      ├─declined─► DECLINED│ late money            └──refund refused───────┴──► SETTLED (the coins come back)
//      └─canceled─► EXPIRED─┘
//
// Money is never lost track of: whoever has paid gets the coins, however late the provider says so, also after DECLINED (the buyer tried again) and EXPIRED.
// A refund that succeeded can still fail, when the buyer's bank sends the money back: then the coins come back as well.

/** What can happen to an order. */
export type TopUpHappening =
  | 'opened'
  | 'paid'
  | 'declined'
  | 'canceled'
  | 'refund-asked'
  | 'refunded'
  | 'refund-refused'
  | 'refunded-elsewhere';

/** The state after each happening. The same state: nothing happens. */
export const TOP_UP_TABLE: Readonly<Record<TopUpStatus, Readonly<Record<TopUpHappening, TopUpStatus>>>> = {
  PENDING: {
    opened: 'PENDING',
    paid: 'SETTLED',
    declined: 'DECLINED',
    canceled: 'EXPIRED',
    'refund-asked': 'PENDING',
    refunded: 'PENDING',
    'refund-refused': 'PENDING',
    'refunded-elsewhere': 'PENDING',
  },
  SETTLED: {
    opened: 'SETTLED',
    paid: 'SETTLED',
    declined: 'SETTLED',
    canceled: 'SETTLED',
    'refund-asked': 'REFUNDING',
    refunded: 'SETTLED',
    'refund-refused': 'SETTLED',
    'refunded-elsewhere': 'REFUNDED',
  },
  DECLINED: {
    opened: 'DECLINED',
    paid: 'SETTLED',
    declined: 'DECLINED',
    canceled: 'DECLINED',
    'refund-asked': 'DECLINED',
    refunded: 'DECLINED',
    'refund-refused': 'DECLINED',
    'refunded-elsewhere': 'DECLINED',
  },
  EXPIRED: {
    opened: 'EXPIRED',
    paid: 'SETTLED',
    declined: 'EXPIRED',
    canceled: 'EXPIRED',
    'refund-asked': 'EXPIRED',
    refunded: 'EXPIRED',
    'refund-refused': 'EXPIRED',
    'refunded-elsewhere': 'EXPIRED',
  },
  REFUNDING: {
    opened: 'REFUNDING',
    paid: 'REFUNDING',
    declined: 'REFUNDING',
    canceled: 'REFUNDING',
    'refund-asked': 'REFUNDING',
    refunded: 'REFUNDED',
    'refund-refused': 'SETTLED',
    'refunded-elsewhere': 'REFUNDED',
  },
  REFUNDED: {
    opened: 'REFUNDED',
    paid: 'REFUNDED',
    declined: 'REFUNDED',
    canceled: 'REFUNDED',
    'refund-asked': 'REFUNDED',
    refunded: 'REFUNDED',
    'refund-refused': 'SETTLED',
    'refunded-elsewhere': 'REFUNDED',
  },
};

/** Whether the coins of an order in this state are in its owner's wallet. */
export const holdsCoins = (status: TopUpStatus): boolean => status === 'SETTLED';

/** Whether the buyer has paid an order in this state, and has not been given the money back. */
export const isPaid = (status: TopUpStatus): boolean => status === 'SETTLED' || status === 'REFUNDING' || status === 'REFUNDED';

/** A fact about a payment, and which one. */
export interface PaymentNews {
  /** Null where the provider refused to make one. */
  readonly paymentId: string | null;
  readonly fact: PaymentFact;
}

/** What an order becomes. `refused`: the fact cannot be booked, an operator has to look at it; the order stays as it is. */
export type TopUpDecision =
  | { readonly kind: 'changed'; readonly topUp: TopUp }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly reason: FactRefusal };

/** `WRONG_AMOUNT`: something else was paid than the order says. `PAID_TWICE`: a second payment for an order that is paid. `COINS_SPENT`: the buyer was given the money
 * back past us, and the coins are gone. */
export type FactRefusal = 'WRONG_AMOUNT' | 'PAID_TWICE' | 'COINS_SPENT';

/** What a decision depends on besides the order. `canTakeBack`: whether the wallet still holds the order's coins. */
export interface TopUpMoment {
  readonly now: Date;
  readonly canTakeBack: boolean;
}

/** Decides what one fact does to an order. Pure; the caller books coins by comparing `holdsCoins` before and after. */
export const applyFact = (topUp: TopUp, { paymentId, fact }: PaymentNews, { now, canTakeBack }: TopUpMoment): TopUpDecision => {
  const isOwn = paymentId === null || topUp.paymentId === null || topUp.paymentId === paymentId;
  if (fact.kind === 'paid') {
    if (fact.amountMinor !== topUp.amountMinor || fact.currency !== topUp.currency) return { kind: 'refused', reason: 'WRONG_AMOUNT' };
    if (!isOwn && isPaid(topUp.status)) return { kind: 'refused', reason: 'PAID_TWICE' };
  } else if (!isOwn) {
    return { kind: 'unchanged' };
  }
  // Due from the order's beginning: no process may take a hint for a turn that is yet to come, however far its clock is behind.
  if (fact.kind === 'unclear') return { kind: 'changed', topUp: { ...topUp, watchAt: topUp.createdAt } };
  const happening = happeningOf(fact, topUp);
  if (happening === null) return { kind: 'unchanged' };
  const status = TOP_UP_TABLE[topUp.status][happening];
  if (holdsCoins(topUp.status) && !holdsCoins(status) && !canTakeBack) return { kind: 'refused', reason: 'COINS_SPENT' };
  const after = afterwards(topUp, { paymentId, fact }, { status, now });
  return isSame(topUp, after) ? { kind: 'unchanged' } : { kind: 'changed', topUp: after };
};

/** What one fact is taken for that comes without the rest of its payment. That the refund failed which may have given the money back (or another one has, past us) is
 * for the whole payment to tell. */
export const heardAlone = (fact: PaymentFact, { status, refunds }: Pick<TopUp, 'status' | 'refunds'>): PaymentFact =>
  status === 'REFUNDED' && fact.kind === 'refund' && fact.status === 'failed' && fact.attempt === refunds ? { kind: 'unclear' } : fact;

// Facts about an earlier refund are old news: a new one is asked for only after the one before was refused for good.
const happeningOf = (fact: PaymentFact, topUp: TopUp): TopUpHappening | null => {
  switch (fact.kind) {
    case 'opened':
    case 'paid':
    case 'declined':
    case 'refunded-elsewhere':
      return fact.kind;
    case 'refused':
      return 'declined';
    case 'closed':
      return 'canceled';
    case 'refund':
      if (fact.attempt !== topUp.refunds || fact.status === 'pending') return null;
      return fact.status === 'succeeded' ? 'refunded' : 'refund-refused';
    case 'unclear':
      return null;
  }
};

const afterwards = (
  topUp: TopUp,
  { paymentId, fact }: PaymentNews,
  { status, now }: { readonly status: TopUpStatus; readonly now: Date },
): TopUp => ({
  ...topUp,
  status,
  // The payment that was paid is the one that can be given back.
  paymentId: fact.kind === 'paid' && !isPaid(topUp.status) ? paymentId : (topUp.paymentId ?? paymentId),
  settledAt: topUp.settledAt ?? (status === 'SETTLED' ? now : null),
  refundedAt: status === 'REFUNDED' ? (topUp.refundedAt ?? now) : null,
  watchAt: watchAfter(topUp, fact, { status, now }),
});

// When the order is to be looked at next without being told to. A declined payment can still be paid: it is closed when its time is over. A buyer whose payment came
// to an end, or who has paid, is nobody's worry.
const watchAfter = (
  topUp: TopUp,
  fact: PaymentFact,
  { status, now }: { readonly status: TopUpStatus; readonly now: Date },
): Date | null => {
  // What is due by now may be a hint that something else has happened: only a look takes it away, and whoever looks puts it off first.
  if (topUp.watchAt !== null && topUp.watchAt <= now) return topUp.watchAt;
  if (fact.kind === 'refused' || fact.kind === 'closed') return status === 'REFUNDING' ? topUp.watchAt : null;
  if (status === 'DECLINED') return topUp.status === 'DECLINED' ? topUp.watchAt : topUp.expiresAt;
  return status === 'PENDING' || status === 'REFUNDING' ? topUp.watchAt : null;
};

const isSame = (before: TopUp, after: TopUp): boolean =>
  before.status === after.status &&
  before.paymentId === after.paymentId &&
  before.settledAt === after.settledAt &&
  before.refundedAt === after.refundedAt &&
  before.watchAt?.getTime() === after.watchAt?.getTime();

/** What is to be done about an order that hangs.
 * `create`: ask for its payment (again); `close`: it never got one that its buyer could have paid, and asking again might make a second one. */
export type TopUpChore = 'create' | 'look-up' | 'cancel' | 'close' | 'refund';

/** Which of them is due. */
export const choreOf = (topUp: TopUp, now: Date, keyLifetimeMs: number): TopUpChore => {
  if (topUp.status === 'REFUNDING') return 'refund';
  const isOpen = topUp.status === 'PENDING' || topUp.status === 'DECLINED';
  if (topUp.paymentId === null) return isOpen && now.getTime() - topUp.createdAt.getTime() < keyLifetimeMs ? 'create' : 'close';
  return isOpen && now >= topUp.expiresAt ? 'cancel' : 'look-up';
};
