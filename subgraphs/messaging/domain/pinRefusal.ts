export type PinRefusalCode = 'ROOM_NOT_FOUND' | 'RATE_LIMITED' | 'IDEMPOTENCY_CONFLICT';

/** Why a room's step was not pinned or released. `field`: path of the input field at fault. */
export interface PinRefusal {
  readonly code: PinRefusalCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

/** A refusal with its sentence. `retryAfterMs`: for RATE_LIMITED, when the next command is taken. */
export const pinRefusalOf = (code: PinRefusalCode, retryAfterMs = 0): PinRefusal => {
  const [message, field] = REFUSALS[code];
  const wait = code === 'RATE_LIMITED' ? ` Try again in ${retryAfterMs} ms with the same idempotencyKey.` : '';
  return { code, message: message + wait, field: field === null ? null : ['input', field] };
};

const REFUSALS: Readonly<Record<PinRefusalCode, readonly [message: string, field: string | null]>> = {
  ROOM_NOT_FOUND: ['There is no room with this id. A room opens when its stream first goes live.', 'roomId'],
  RATE_LIMITED: ['You pin faster than the limit.', null],
  IDEMPOTENCY_CONFLICT: ['This idempotencyKey was used before with other input. Use a new key for a new wish.', 'idempotencyKey'],
};
