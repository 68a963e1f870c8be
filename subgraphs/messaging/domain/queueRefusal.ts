import { REASON_CHARACTERS_MAX, USER_ID_CHARACTERS_MAX } from './limits.ts';
import { REPORT_COMMENT_CHARACTERS_MAX } from './queueLimits.ts';
import type { ReportCode, ReviewCode } from './queueRules.ts';

/** Why something in a queue was refused. `reason`: of CANNOT_BE_POSTED, why they cannot. `field`: path of the input field at fault. */
export interface QueueRefusal<Code> {
  readonly code: Code;
  readonly reason: string | null;
  readonly message: string;
  readonly field: readonly string[] | null;
}

/** A refusal with its sentence. `place`: the input field that names the item. */
export const reviewRefusalOf = (
  { code, reason }: { readonly code: ReviewCode; readonly reason: string | null },
  place: string,
  retryAfterMs = 0,
): QueueRefusal<ReviewCode> => {
  const [message, field] = REVIEW_REFUSALS[code];
  return {
    code,
    reason,
    message: message + waiting(code, retryAfterMs),
    field: field === null ? null : ['input', field === PLACE ? place : field],
  };
};

/** See reviewRefusalOf. `place`: the input field that names what is reported. */
export const reportRefusalOf = (code: ReportCode, place: string, retryAfterMs = 0): QueueRefusal<ReportCode> => {
  const [message, field] = REPORT_REFUSALS[code];
  return {
    code,
    reason: null,
    message: message + waiting(code, retryAfterMs),
    field: field === null ? null : ['input', field === PLACE ? place : field],
  };
};

const waiting = (code: string, retryAfterMs: number): string =>
  code === 'RATE_LIMITED' ? ` Try again in ${retryAfterMs} ms with the same idempotencyKey.` : '';

const PLACE = '(item)';
const CONFLICT = 'This idempotencyKey was used before with other input. Use a new key for a new wish.';

const REVIEW_REFUSALS: Readonly<Record<ReviewCode, readonly [message: string, field: string | null]>> = {
  ITEM_NOT_FOUND: ['There is nothing with this id in the queue of a conversation that the caller sees.', PLACE],
  NOT_A_MODERATOR: ["The caller's role in this conversation does not allow this.", PLACE],
  REASON_TOO_LONG: [`A reason has at most ${REASON_CHARACTERS_MAX} characters.`, 'reason'],
  OWN_MESSAGE: ['Nobody decides about their own message. Ask another moderator.', PLACE],
  ALREADY_SETTLED: ['Somebody has decided about this already. Read it again to see how.', PLACE],
  EXPIRED: ['The message has waited for too long, and is posted no more. Its author may send it again.', PLACE],
  CANNOT_BE_POSTED: [
    'The message cannot be posted as things are: `reason` says why. It stays in the queue. Lift what stands against it, or reject it.',
    PLACE,
  ],
  NOTHING_TO_RECALL: [
    'There is no message to take back: it was recalled, or a person was reported. Settle it with ACTED or DISMISS.',
    'decision',
  ],
  RATE_LIMITED: ['You moderate faster than the limit.', null],
  IDEMPOTENCY_CONFLICT: [CONFLICT, 'idempotencyKey'],
};

const REPORT_REFUSALS: Readonly<Record<ReportCode, readonly [message: string, field: string | null]>> = {
  MESSAGE_NOT_FOUND: ['There is no such message, or the caller cannot read it.', PLACE],
  CONVERSATION_NOT_FOUND: ['There is no such conversation, or the caller is not in it.', PLACE],
  USER_ID_INVALID: [`A user's id has 1 to ${USER_ID_CHARACTERS_MAX} characters.`, 'userId'],
  COMMENT_TOO_LONG: [`A comment has at most ${REPORT_COMMENT_CHARACTERS_MAX} characters.`, 'comment'],
  SELF: ['Nobody reports themselves.', PLACE],
  RECALLED: ['The message was taken back already.', PLACE],
  ALREADY_REPORTED: ['You have reported this before: moderators know.', PLACE],
  TOO_MANY_REPORTS: [
    'Moderators have more reports of this, or from this conversation, than they can look at. They know; no need to send it again.',
    PLACE,
  ],
  RATE_LIMITED: ['You report faster than the limit.', null],
  IDEMPOTENCY_CONFLICT: [CONFLICT, 'idempotencyKey'],
};
