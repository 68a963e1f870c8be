import { FILTER_CHARACTERS_MAX, FILTER_PATTERNS_MAX, FILTERS_MAX, PATTERNS_STATES_MAX } from './limits.ts';
import type { PolicyCode, PolicyFault } from './policyChange.ts';

/** Why a conversation did not decide that about itself. `field`: path of the input field at fault. */
export interface PolicyRefusal {
  readonly code: PolicyCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

export const isPolicyCode = (text: string): text is PolicyCode => Object.hasOwn(REFUSALS, text);

/** A refusal with its sentence. `retryAfterMs`: for RATE_LIMITED, when the next command is taken. */
export const policyRefusalOf = ({ code, detail }: PolicyFault, retryAfterMs = 0): PolicyRefusal => {
  const [sentence, field] = REFUSALS[code];
  const wait = code === 'RATE_LIMITED' ? ` Try again in ${retryAfterMs} ms with the same idempotencyKey.` : '';
  return { code, message: (detail ?? sentence) + wait, field: field === null ? null : ['input', field] };
};

const REFUSALS: Readonly<Record<PolicyCode, readonly [message: string, field: string | null]>> = {
  ROOM_NOT_FOUND: ['There is no room with this id, or no group that the caller is in.', 'conversationId'],
  NOT_A_MODERATOR: ["The caller's role in this conversation does not allow this.", 'conversationId'],
  NOT_THE_OWNER: ['Only the owner of this conversation and operators decide who may do what.', 'conversationId'],
  MODE_OUT_OF_RANGE: ['A mode is out of its range.', null],
  MODE_FOR_ROOMS_ONLY: ['Only rooms hold their chat back.', 'nonModeratorDelaySeconds'],
  FILTER_EMPTY: ['A filter needs a letter or a digit to look for.', 'text'],
  FILTER_TOO_LONG: [`A filter has at most ${FILTER_CHARACTERS_MAX} characters.`, 'text'],
  PATTERN_NOT_POSSIBLE: ['The pattern cannot be used.', 'text'],
  TOO_MANY_FILTERS: [
    `A conversation has at most ${FILTERS_MAX} filters, of which ${FILTER_PATTERNS_MAX} are patterns, whose repetitions written out have ${PATTERNS_STATES_MAX} steps together. Remove one first.`,
    null,
  ],
  FILTER_NOT_FOUND: ['There is no such filter.', 'filterId'],
  RATE_LIMITED: ['You moderate faster than the limit.', null],
  IDEMPOTENCY_CONFLICT: ['This idempotencyKey was used before with other input. Use a new key for a new wish.', 'idempotencyKey'],
};
