import { BANNED_FROM_ROOM } from './ban.ts';
import { TEXT_CHARACTERS_MAX } from './limits.ts';
import type { Room } from './room.ts';

/** Refusals that depend on the text alone, and those that depend on the room. */
export type TextFault = 'TEXT_EMPTY' | 'TEXT_TOO_LONG';
export type RoomFault = 'ROOM_NOT_FOUND' | 'ROOM_CLOSED' | 'BANNED';
export type PostRefusalCode = TextFault | RoomFault | 'RATE_LIMITED' | 'IDEMPOTENCY_CONFLICT';

/** Why a message was not posted. `field`: path of the input field at fault. */
export interface PostRefusal {
  readonly code: PostRefusalCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

export const isRefusalCode = (text: string): text is PostRefusalCode => Object.hasOwn(REFUSALS, text);

/** What is wrong with a text whose white space is cut off, or null. */
export const textFault = (text: string): TextFault | null => {
  if (text === '') return 'TEXT_EMPTY';
  // A code point has one or two units, so most texts need no counting.
  if (text.length <= TEXT_CHARACTERS_MAX) return null;
  return [...text].length > TEXT_CHARACTERS_MAX ? 'TEXT_TOO_LONG' : null;
};

/** Why somebody cannot post in this room now, or null. `isBanned`: whether they are kept out of it. */
export const roomFault = (room: Room | undefined, isBanned: boolean): RoomFault | null => {
  if (room === undefined) return 'ROOM_NOT_FOUND';
  if (room.status !== 'OPEN') return 'ROOM_CLOSED';
  return isBanned ? 'BANNED' : null;
};

/** A refusal with its sentence. `retryAfterMs`: for RATE_LIMITED, when the next message is taken. */
export const refusalOf = (code: PostRefusalCode, retryAfterMs = 0): PostRefusal => {
  const [message, field] = REFUSALS[code];
  const wait = code === 'RATE_LIMITED' ? ` Try again in ${retryAfterMs} ms with the same idempotencyKey.` : '';
  return { code, message: message + wait, field };
};

const REFUSALS: Readonly<Record<PostRefusalCode, readonly [message: string, field: readonly string[] | null]>> = {
  ROOM_NOT_FOUND: ['There is no room with this id. A room opens when its stream first goes live.', ['input', 'roomId']],
  ROOM_CLOSED: ['The stream is over, so its room takes no messages.', ['input', 'roomId']],
  BANNED: [BANNED_FROM_ROOM, ['input', 'roomId']],
  TEXT_EMPTY: ['Nothing is left of the text once white space is cut off.', ['input', 'text']],
  TEXT_TOO_LONG: [`A message has at most ${TEXT_CHARACTERS_MAX} characters.`, ['input', 'text']],
  RATE_LIMITED: ['You post faster than the limit.', null],
  IDEMPOTENCY_CONFLICT: [
    'This idempotencyKey was used before with other input. Use a new key for a new wish.',
    ['input', 'idempotencyKey'],
  ],
};
