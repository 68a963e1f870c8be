// What bounds a sender, whatever is in the wallet. All of it is decided under the lock of the sender's wallet, from the wallet's own row. Limits count bought coins:
// bonus coins and backpack pieces are no money. A gift that is taken back in its window gives back what it counted for
// its day and its stream (not its place in the window for counting orders); what is refunded later still counts.
//
// The limit that holds is the lowest of the user's own and what the platform sets: the operator's for this user, or else the policy's.

import type { TradingPolicy } from './policy.ts';

const DAY_MS = 86_400_000;
/** How long a user who raises their own limit waits for it: whoever is carried away has a night to think. Lowering acts at once. */
export const RAISE_AFTER_MS = DAY_MS;

/** What a sender has spent and done, as far as limits need to know. */
export interface Spending {
  /** The day (UTC) that `dayCoins` is of: days since 1970. */
  readonly day: number;
  readonly dayCoins: bigint;
  /** When the current window for counting orders began, epoch milliseconds. */
  readonly windowStartedMs: number;
  readonly windowOrders: number;
}

export const NOTHING_SPENT: Spending = { day: 0, dayCoins: 0n, windowStartedMs: 0, windowOrders: 0 };

/** A limit that a user set: `max` holds until `raise.at`, from then on `raise.max`. Null: no limit. */
export interface OwnLimit {
  readonly max: bigint | null;
  readonly raise: { readonly max: bigint | null; readonly at: Date } | null;
}

/** What an operator, and the user, said about one sender. */
export interface SenderRules {
  /** An operator says that this user is not of age. */
  readonly minor: boolean;
  /** May send nothing; `until` null: until further notice. */
  readonly blocked: { readonly until: Date | null } | null;
  /** Instead of the policy's; null: the policy's. */
  readonly dayCoinsMax: bigint | null;
  readonly sessionCoinsMax: bigint | null;
  readonly velocityOrdersMax: number | null;
  readonly own: { readonly dayCoins: OwnLimit; readonly sessionCoins: OwnLimit };
}

/** What an operator says of somebody as a sender, all of it at once. */
export interface SenderRestrictions {
  readonly minor: boolean;
  readonly blocked: boolean;
  /** Null: until further notice, when they are blocked. */
  readonly blockedUntil: Date | null;
  /** Instead of the policy's; null: the policy's. */
  readonly dayCoinsMax: bigint | null;
  readonly sessionCoinsMax: bigint | null;
  readonly velocityOrdersMax: number | null;
}

const NO_LIMIT: OwnLimit = { max: null, raise: null };

/** What holds for whoever nothing is said about. */
export const NO_RULES: SenderRules = {
  minor: false,
  blocked: null,
  dayCoinsMax: null,
  sessionCoinsMax: null,
  velocityOrdersMax: null,
  own: { dayCoins: NO_LIMIT, sessionCoins: NO_LIMIT },
};

/** The rules after an operator's word: it replaces what operators said before; what the user set for themselves stays. */
export const restricted = (
  rules: SenderRules,
  { blocked, blockedUntil, minor, dayCoinsMax, sessionCoinsMax, velocityOrdersMax }: SenderRestrictions,
): SenderRules => ({
  minor,
  blocked: blocked ? { until: blockedUntil } : null,
  dayCoinsMax,
  sessionCoinsMax,
  velocityOrdersMax,
  own: rules.own,
});

/** The limits that hold for one sender now. Null: none. */
export interface Limits {
  readonly dayCoinsMax: bigint | null;
  readonly sessionCoinsMax: bigint | null;
  readonly velocityOrdersMax: number | null;
  readonly velocityWindowMs: number;
}

type LimitPolicy = Pick<TradingPolicy, 'dayCoinsMax' | 'sessionCoinsMax' | 'velocityOrdersMax' | 'velocityWindowSeconds'>;

/** The limits that hold for a sender at a moment. */
export const limitsOf = (rules: SenderRules, policy: LimitPolicy, now: Date): Limits => ({
  dayCoinsMax: lower(ownLimitAt(rules.own.dayCoins, now), rules.dayCoinsMax ?? policy.dayCoinsMax),
  sessionCoinsMax: lower(ownLimitAt(rules.own.sessionCoins, now), rules.sessionCoinsMax ?? policy.sessionCoinsMax),
  velocityOrdersMax: rules.velocityOrdersMax ?? policy.velocityOrdersMax,
  velocityWindowMs: policy.velocityWindowSeconds * 1_000,
});

/** The user's own limit at a moment; null: none. */
export const ownLimitAt = ({ max, raise }: OwnLimit, now: Date): bigint | null => (raise !== null && raise.at <= now ? raise.max : max);

/** The user's own limit after a wish to change it: lower acts at once and drops a raise under way; higher acts after RAISE_AFTER_MS. Asking again for a raise that is
 * under way does not begin its wait again. */
export const changeOwnLimit = (limit: OwnLimit, wanted: bigint | null, now: Date): OwnLimit => {
  const max = ownLimitAt(limit, now);
  if (!isHigher(wanted, max)) return { max: wanted, raise: null };
  const waiting = limit.raise !== null && limit.raise.at > now && limit.raise.max === wanted;
  return waiting ? limit : { max, raise: { max: wanted, at: new Date(now.getTime() + RAISE_AFTER_MS) } };
};

/** Whether somebody is blocked at a moment. */
export const isBlocked = ({ blocked }: SenderRules, now: Date): boolean =>
  blocked !== null && (blocked.until === null || now < blocked.until);

/** The day that counts for a sender whose last one was `day`: that of `now`, or the next one where another process' clock has begun it already. One further ahead was
 * named by a clock that was wrong: it binds nobody until then. */
export const countedDay = (day: number, now: Date): number => {
  const today = dayOf(now);
  return day === today + 1 ? day : today;
};

/** Bought coins spent on the day that counts. */
export const spentToday = ({ day, dayCoins }: Spending, now: Date): bigint => (day === countedDay(day, now) ? dayCoins : 0n);

/** When the day that counts ends. */
export const dayEndOf = ({ day }: Pick<Spending, 'day'>, now: Date): Date => new Date((countedDay(day, now) + 1) * DAY_MS);

/** When the sender may place the next order; null: now. */
export const nextOrderAt = (spending: Spending, { velocityOrdersMax, velocityWindowMs }: Limits, now: Date): Date | null => {
  if (velocityOrdersMax === null || !isInWindow(spending, velocityWindowMs, now) || spending.windowOrders < velocityOrdersMax) return null;
  return new Date(spending.windowStartedMs + velocityWindowMs);
};

// As with days: clocks of two processes may differ, and a window that begins in more than a day was begun by one that was wrong.
const isInWindow = ({ windowStartedMs }: Spending, velocityWindowMs: number, now: Date): boolean => {
  const nowMs = now.getTime();
  return nowMs < windowStartedMs + velocityWindowMs && windowStartedMs <= nowMs + DAY_MS;
};

/** What a sender has spent after one more order. */
export const spendingAfter = (spending: Spending, coins: bigint, velocityWindowMs: number, now: Date): Spending => {
  const sameWindow = isInWindow(spending, velocityWindowMs, now);
  return {
    day: countedDay(spending.day, now),
    dayCoins: spentToday(spending, now) + coins,
    windowStartedMs: sameWindow ? spending.windowStartedMs : now.getTime(),
    windowOrders: sameWindow ? spending.windowOrders + 1 : 1,
  };
};

/** What a sender has spent once an order of that moment is taken back. A day that is over has nothing to give back. */
export const spendingWithout = (spending: Spending, coins: bigint, placedAt: Date): Spending =>
  spending.day === dayOf(placedAt) ? { ...spending, dayCoins: spending.dayCoins < coins ? 0n : spending.dayCoins - coins } : spending;

/** The day (UTC) of a moment: days since 1970. */
export const dayOf = (now: Date): number => Math.floor(now.getTime() / DAY_MS);

const lower = (a: bigint | null, b: bigint | null): bigint | null => (a === null ? b : b === null || a < b ? a : b);

const isHigher = (wanted: bigint | null, max: bigint | null): boolean => max !== null && (wanted === null || wanted > max);
