// The day's free props: every gift whose catalogue entry says so can be claimed once per user and day (UTC), and is worthless when the day is over.

/** A gift of which every user may claim so many pieces each day. */
export interface DailyProp {
  readonly giftId: string;
  readonly pieces: number;
  /** ISO 3166-1 alpha-2; empty: everywhere. */
  readonly regions: readonly string[];
}

/** Somebody who wants the day's free props. */
export interface ClaimCommand {
  readonly ownerId: string;
  /** Where they are, ISO 3166-1 alpha-2; null: not known. */
  readonly region: string | null;
  readonly idempotencyKey: string;
}

/** A day (UTC). */
export interface UtcDay {
  /** `2026-11-22`. */
  readonly date: string;
  /** The first moment of the next day. */
  readonly end: Date;
}

const DAY_MS = 86_400_000;

/** The day that a moment is in. */
export const utcDayOf = (at: Date): UtcDay => {
  const startMs = Math.floor(at.getTime() / DAY_MS) * DAY_MS;
  return { date: new Date(startMs).toISOString().slice(0, 10), end: new Date(startMs + DAY_MS) };
};

export type ClaimRefusal = 'NOTHING_TO_CLAIM' | 'BACKPACK_FULL';
export type ClaimErrorCode = ClaimRefusal | 'IDEMPOTENCY_CONFLICT';

/** Why nothing was claimed, as the caller sees it. */
export interface ClaimError {
  readonly code: ClaimErrorCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

/** The caller's view of a refusal: depends on the code alone, so a stored refusal reads the same for ever. */
export const claimError = (code: ClaimErrorCode): ClaimError => ({ code, ...CLAIM_ERRORS[code] });

/** Whether this version knows such a refusal. */
export const isClaimErrorCode = (code: string): code is ClaimErrorCode => Object.hasOwn(CLAIM_ERRORS, code);

const CLAIM_ERRORS: Readonly<Record<ClaimErrorCode, { readonly message: string; readonly field: readonly string[] | null }>> = {
  NOTHING_TO_CLAIM: {
    message: 'There is nothing more to claim today. Come back after midnight (UTC), with a new idempotencyKey.',
    field: null,
  },
  BACKPACK_FULL: { message: 'The backpack is full. Send some of it, then claim again with a new idempotencyKey.', field: null },
  IDEMPOTENCY_CONFLICT: {
    message: 'This idempotencyKey was used before for something else. Use a new key for a new wish.',
    field: ['input', 'idempotencyKey'],
  },
};
