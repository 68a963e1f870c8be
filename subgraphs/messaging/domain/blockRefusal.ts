import type { BlockRefusalCode } from './block.ts';
import { BLOCKS_MAX, USER_ID_CHARACTERS_MAX } from './limits.ts';

/** Why a block or its end was refused. `field`: path of the input field at fault. */
export interface BlockRefusal {
  readonly code: BlockRefusalCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

export const isBlockRefusalCode = (text: string): text is BlockRefusalCode => Object.hasOwn(REFUSALS, text);

/** A refusal with its sentence. `retryAfterMs`: for RATE_LIMITED, when the next command is taken. */
export const blockRefusalOf = (code: BlockRefusalCode, retryAfterMs = 0): BlockRefusal => {
  const [message, field] = REFUSALS[code];
  const wait = code === 'RATE_LIMITED' ? ` Try again in ${retryAfterMs} ms with the same idempotencyKey.` : '';
  return { code, message: message + wait, field: field === null ? null : ['input', field] };
};

const REFUSALS: Readonly<Record<BlockRefusalCode, readonly [message: string, field: string | null]>> = {
  USER_ID_INVALID: [`A user's id has 1 to ${USER_ID_CHARACTERS_MAX} characters.`, 'userId'],
  SELF: ['Nobody blocks themselves.', 'userId'],
  TOO_MANY_BLOCKS: [`One person blocks at most ${BLOCKS_MAX} others: unblock somebody first.`, 'userId'],
  RATE_LIMITED: ['You change your block list faster than the limit.', null],
  IDEMPOTENCY_CONFLICT: ['This idempotencyKey was used before with other input. Use a new key for a new wish.', 'idempotencyKey'],
};
