import type { TopUp } from './topUp.ts';
import { TOP_UP_TABLE } from './topUpStates.ts';

/** An operator's reason, in characters. */
export const REFUND_REASON_CHARACTERS_MAX = 500;

/** An operator wants the money of a top-up given back. Its shape is checked, nothing else is. */
export interface RefundTopUpCommand {
  /** The operator. The key is theirs, for this order. */
  readonly actorId: string;
  readonly topUpId: string;
  /** Why, for the log. */
  readonly reason: string;
  readonly idempotencyKey: string;
}

/** What was answered to a key, as the log keeps it. */
export interface TopUpRefund extends RefundTopUpCommand {
  readonly fingerprint: string;
  /** Null: the coins were taken back and the provider was asked. */
  readonly refusal: RefundRefusal | null;
  /** Which refund of the order it became, from 1; null for a refusal. */
  readonly attempt: number | null;
  readonly at: Date;
}

/** Refused under the wallet's lock, and stored. */
export type RefundRefusal = 'TOP_UP_NOT_SETTLED' | 'REFUND_UNDER_WAY' | 'ALREADY_REFUNDED' | 'COINS_SPENT';
export type RefundTopUpErrorCode =
  | RefundRefusal
  | 'TOP_UP_NOT_FOUND'
  | 'PROVIDER_NOT_CONFIGURED'
  | 'REFUND_REFUSED'
  | 'REASON_INVALID'
  | 'IDEMPOTENCY_CONFLICT';

/** Why it was not given back, as the caller sees it. */
export interface RefundTopUpError {
  readonly code: RefundTopUpErrorCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

export type RefundDecision = { readonly ok: true; readonly after: TopUp } | { readonly ok: false; readonly refusal: RefundRefusal };

/** Decides whether an order's money is given back. `canTakeBack`: whether its owner's wallet still holds its coins and bonus coins; `watchAt`: when somebody looks
 * at it if the provider is not heard of. A frozen wallet is no hindrance: its owner can't spend, and an operator asks. */
export const decideRefund = (
  topUp: TopUp,
  { canTakeBack, watchAt }: { readonly canTakeBack: boolean; readonly watchAt: Date },
): RefundDecision => {
  if (topUp.status === 'REFUNDING') return { ok: false, refusal: 'REFUND_UNDER_WAY' };
  if (topUp.status === 'REFUNDED') return { ok: false, refusal: 'ALREADY_REFUNDED' };
  if (topUp.status !== 'SETTLED') return { ok: false, refusal: 'TOP_UP_NOT_SETTLED' };
  if (!canTakeBack) return { ok: false, refusal: 'COINS_SPENT' };
  const status = TOP_UP_TABLE[topUp.status]['refund-asked'];
  return { ok: true, after: { ...topUp, status, refunds: topUp.refunds + 1, version: topUp.version + 1, watchAt } };
};

/** What has become of the refund that a key stands for. `refused`: the provider did not give the money back, and the coins are in the wallet again. */
export const refundProgress = (topUp: TopUp, attempt: number): 'under-way' | 'done' | 'refused' => {
  // Another one is asked for only after this one was refused.
  if (topUp.refunds > attempt || topUp.status === 'SETTLED') return 'refused';
  return topUp.status === 'REFUNDED' ? 'done' : 'under-way';
};

/** Null when a reason is one. */
export const refundReasonFault = (reason: string): RefundTopUpErrorCode | null =>
  reason.trim().length < 1 || reason.length > REFUND_REASON_CHARACTERS_MAX ? 'REASON_INVALID' : null;

/** Whether this version knows such a refusal. */
export const isRefundRefusal = (code: string): code is RefundRefusal =>
  code === 'TOP_UP_NOT_SETTLED' || code === 'REFUND_UNDER_WAY' || code === 'ALREADY_REFUNDED' || code === 'COINS_SPENT';

/** The caller's view of a refusal: depends on the code alone, so a stored refusal reads the same for ever. */
export const refundTopUpError = (code: RefundTopUpErrorCode): RefundTopUpError => ({ code, ...ERRORS[code] });

const ERRORS: Readonly<Record<RefundTopUpErrorCode, { readonly message: string; readonly field: readonly string[] | null }>> = {
  TOP_UP_NOT_FOUND: { message: 'There is no such top-up.', field: ['input', 'topUpId'] },
  TOP_UP_NOT_SETTLED: { message: 'Nobody has paid this top-up: there is nothing to give back.', field: ['input', 'topUpId'] },
  REFUND_UNDER_WAY: { message: 'The money is on its way back already.', field: ['input', 'topUpId'] },
  ALREADY_REFUNDED: { message: 'The buyer has the money back already.', field: ['input', 'topUpId'] },
  COINS_SPENT: {
    message: 'The wallet no longer holds all coins and bonus coins of this top-up, so they cannot be taken back.',
    field: null,
  },
  PROVIDER_NOT_CONFIGURED: {
    message: 'The payment provider that took the money is not configured on this server. Give it back at the provider itself.',
    field: null,
  },
  REFUND_REFUSED: {
    message: 'The payment provider refused to give the money back. The coins are in the wallet again. Try again with a new idempotencyKey.',
    field: null,
  },
  REASON_INVALID: { message: `Say why, in 1 to ${REFUND_REASON_CHARACTERS_MAX} characters.`, field: ['input', 'reason'] },
  IDEMPOTENCY_CONFLICT: {
    message: 'This idempotencyKey was used before for this top-up with other input. Use a new key for a new wish.',
    field: ['input', 'idempotencyKey'],
  },
};
