import type { WalletState } from './ledger.ts';
import { changeOwnLimit, dayEndOf, limitsOf, type OwnLimit, ownLimitAt, type SenderRules, spentToday } from './limits.ts';
import type { TradingPolicy } from './policy.ts';

/** The highest limit that makes sense: more than anybody can own. */
export const LIMIT_COINS_MAX = 1_000_000_000_000n;

/** What bounds somebody's spending, as the graph shows it. */
export interface SpendingLimits {
  readonly dayCoinsMax: bigint | null;
  readonly dayCoinsSpent: bigint;
  readonly dayEndsAt: Date;
  readonly sessionCoinsMax: bigint | null;
  readonly ownDayCoins: ShownOwnLimit;
  readonly ownSessionCoins: ShownOwnLimit;
}

interface ShownOwnLimit {
  readonly coinsMax: bigint | null;
  readonly raise: { readonly coinsMax: bigint | null; readonly at: Date } | null;
}

/** What bounds the owner of a wallet at a moment. */
export const spendingLimitsOf = ({ rules, spending }: WalletState, policy: TradingPolicy, now: Date): SpendingLimits => {
  const { dayCoinsMax, sessionCoinsMax } = limitsOf(rules, policy, now);
  return {
    dayCoinsMax,
    dayCoinsSpent: spentToday(spending, now),
    dayEndsAt: dayEndOf(spending, now),
    sessionCoinsMax,
    ownDayCoins: shown(rules.own.dayCoins, now),
    ownSessionCoins: shown(rules.own.sessionCoins, now),
  };
};

/** What a user wants of their own limits. Undefined: stays as it is; null: no limit. */
export interface LimitsCommand {
  readonly ownerId: string;
  readonly idempotencyKey: string;
  readonly dayCoinsMax: bigint | null | undefined;
  readonly sessionCoinsMax: bigint | null | undefined;
}

/** The rules after a user's wish. */
export const rulesAfter = (rules: SenderRules, { dayCoinsMax, sessionCoinsMax }: LimitsCommand, now: Date): SenderRules => ({
  ...rules,
  own: {
    dayCoins: dayCoinsMax === undefined ? rules.own.dayCoins : changeOwnLimit(rules.own.dayCoins, dayCoinsMax, now),
    sessionCoins: sessionCoinsMax === undefined ? rules.own.sessionCoins : changeOwnLimit(rules.own.sessionCoins, sessionCoinsMax, now),
  },
});

export type LimitsErrorCode = 'AMOUNT_OUT_OF_RANGE' | 'IDEMPOTENCY_CONFLICT';

/** Why limits were refused, as the caller sees it. */
export interface LimitsError {
  readonly code: LimitsErrorCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

/** Null when the limits are in range, else the error. */
export const checkLimits = ({ dayCoinsMax, sessionCoinsMax }: LimitsCommand): LimitsError | null => {
  if (isOutOfRange(dayCoinsMax)) return outOfRange('dayCoinsMax');
  return isOutOfRange(sessionCoinsMax) ? outOfRange('sessionCoinsMax') : null;
};

export const LIMITS_CONFLICT: LimitsError = {
  code: 'IDEMPOTENCY_CONFLICT',
  message: 'This idempotencyKey was used before with other input. Use a new key for a new wish.',
  field: ['input', 'idempotencyKey'],
};

const isOutOfRange = (max: bigint | null | undefined): boolean => max !== null && max !== undefined && (max < 0n || max > LIMIT_COINS_MAX);

const outOfRange = (field: string): LimitsError => ({
  code: 'AMOUNT_OUT_OF_RANGE',
  message: `A limit is 0 to ${LIMIT_COINS_MAX} coins.`,
  field: ['input', field],
});

const shown = (limit: OwnLimit, now: Date): ShownOwnLimit => {
  const { raise } = limit;
  return {
    coinsMax: ownLimitAt(limit, now),
    raise: raise === null || raise.at <= now ? null : { coinsMax: raise.max, at: raise.at },
  };
};
