import { REASON_CHARACTERS_MAX, USER_ID_CHARACTERS_MAX } from './limits.ts';

/** What is done, in this order, each to its end. WAIT: until no cache shows the name any more. */
export const ERASURE_STEPS = ['PROFILE', 'MESSAGES', 'UPLOADS', 'ANNOUNCEMENTS', 'REACTIONS', 'TRACES', 'WAIT'] as const;
export type ErasureStep = (typeof ERASURE_STEPS)[number];

/** Rows of a user that one transaction erases at most: their conversations are locked for some milliseconds. */
export const ERASED_ROWS_MAX = 200;
/** Longer than any cache keeps a profile: this process's keeps it for ten seconds, the gateway's for thirty. */
export const PROFILE_SHOWN_MS_MAX = 60_000;
/** Due erasures are looked for so often; a request of this process wakes it sooner. */
export const ERASURE_POLL_MS = 1_000;
/** No transaction takes so long. Numbers of transactions mean nothing in another cluster: after a restore into one an erasure waits no longer than this. */
export const ERASURE_FENCE_MS_MAX = 600_000;
/** Requests of one person: nobody needs the second one soon. An operator works through a list of letters. */
export const ERASURE_BUCKET = { capacity: 10, refillPerSecond: 0.1 } as const;

/** The author of what an erased user has said: nobody's id, and the same for all, so that no message leads back to its author, nor to another of theirs. */
export const ERASED_AUTHOR_ID = '~erased';
/** What others see of a user whose data was erased, and who may be back. */
export const ERASED_DISPLAY_NAME = 'Erased user';

/** How an erasure stands. `erasedCount`: messages that lost their payload. `completedAt`: null while it goes on. */
export interface Erasure {
  readonly userId: string;
  /** Who asked for it, and why where that was not the user. */
  readonly byId: string;
  readonly reason: string | null;
  readonly requestedAt: Date;
  readonly erasedCount: number;
  readonly completedAt: Date | null;
}

/** Whose data is to go. `reason`: an operator's; null where it is the user's own wish. */
export interface ErasureAction {
  readonly userId: string;
  readonly reason: string | null;
}

export type ErasureInputFault = 'NOT_CONFIRMED' | 'USER_ID_INVALID' | 'REASON_MISSING' | 'REASON_TOO_LONG';
export type ErasureRefusalCode = ErasureInputFault | 'RATE_LIMITED' | 'IDEMPOTENCY_CONFLICT';

export type ErasureAnswer = { readonly ok: true } | { readonly ok: false; readonly code: ErasureRefusalCode };

/** Why a request is refused, with the input field at fault. */
export interface ErasureRefusal {
  readonly code: ErasureRefusalCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

/** What is wrong with somebody's wish about themselves, or null: there is no way back, so they say once more whom they mean. */
export const ownErasureFault = (userId: string, confirmUserId: string): ErasureInputFault | null =>
  confirmUserId === userId ? null : 'NOT_CONFIRMED';

/** What is wrong with an operator's request, or null. `reason`: its white space cut off. */
export const erasureInputFault = (userId: string, reason: string): ErasureInputFault | null => {
  if (userId.length === 0 || userId.length > USER_ID_CHARACTERS_MAX) return 'USER_ID_INVALID';
  if (reason === '') return 'REASON_MISSING';
  return [...reason].length > REASON_CHARACTERS_MAX ? 'REASON_TOO_LONG' : null;
};

/** The step after this one; null after the last. */
export const stepAfter = (step: ErasureStep): ErasureStep | null => ERASURE_STEPS[ERASURE_STEPS.indexOf(step) + 1] ?? null;

export const isErasureStep = (text: string): text is ErasureStep => ERASURE_STEPS.some((step) => step === text);

/** A refusal with its sentence. `retryAfterMs`: for RATE_LIMITED, when the next request is taken. */
export const erasureRefusalOf = (code: ErasureRefusalCode, retryAfterMs = 0): ErasureRefusal => {
  const [message, field] = REFUSALS[code];
  const wait = code === 'RATE_LIMITED' ? ` Try again in ${retryAfterMs} ms with the same idempotencyKey.` : '';
  return { code, message: message + wait, field: field === null ? null : ['input', field] };
};

export const isErasureRefusalCode = (text: string): text is ErasureRefusalCode => Object.hasOwn(REFUSALS, text);

const REFUSALS: Readonly<Record<ErasureRefusalCode, readonly [message: string, field: string | null]>> = {
  NOT_CONFIRMED: ['What is erased does not come back: say that you mean it with your own id in `confirmUserId`.', 'confirmUserId'],
  USER_ID_INVALID: [`A user's id has 1 to ${USER_ID_CHARACTERS_MAX} characters.`, 'userId'],
  REASON_MISSING: ["Say why somebody else's data is erased: it is kept with your name.", 'reason'],
  REASON_TOO_LONG: [`A reason has at most ${REASON_CHARACTERS_MAX} characters.`, 'reason'],
  RATE_LIMITED: ['You ask for erasures faster than the limit.', null],
  IDEMPOTENCY_CONFLICT: ['This idempotencyKey was used before with other input. Use a new key for a new wish.', 'idempotencyKey'],
};
