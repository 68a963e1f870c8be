import type { ConversationFault } from './posting.ts';

/** Somebody types for so long without saying so again: longer than a thought, and short enough that who closed the application does not type on. */
export const TYPING_LEASE_MS = 6_000;
/** Clients say it again after so long, so that the renewal arrives in time. */
export const TYPING_RENEW_SECONDS = 4;
/** More people than that see no typing: with each of them some would type at any time, which tells nobody anything. */
export const TYPING_PEOPLE_MAX = 100;
/** Once it is off it is on again with so many: viewers who come and go at the limit do not switch it each time. */
export const TYPING_PEOPLE_BACK = 90;
/** How long it is remembered that it was off, unless somebody looks. */
export const TYPING_OFF_MS = 60_000;
/** Names that are shown at most; the others are counted. */
export const TYPING_NAMES_MAX = 5;
/** A subscriber is told so often at most. */
export const TYPING_MS = 500;
/** One person's typing: in some conversations on some devices, each said again every four seconds. */
export const TYPING_BUCKET = { capacity: 20, refillPerSecond: 2 } as const;

export type TypingRefusalCode = 'CONVERSATION_NOT_FOUND' | 'CONVERSATION_CLOSED' | 'NOT_ALLOWED' | 'RATE_LIMITED';

/** Why nobody is told that somebody types. */
export interface TypingRefusal {
  readonly code: TypingRefusalCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

/** Who types in a conversation. `userIds`: in order. */
export interface Typing {
  readonly off: boolean;
  readonly userIds: readonly string[];
}

/** A state: `version` grows with each change. */
export interface ShownTyping {
  readonly conversationId: string;
  readonly version: number;
  readonly off: boolean;
  readonly count: number;
  /** The first TYPING_NAMES_MAX. */
  readonly userIds: readonly string[];
}

/** Whether so many people see who types; `AS_BEFORE`: it stays as it was. */
export const typingRule = (people: number): 'ON' | 'OFF' | 'AS_BEFORE' => {
  if (people > TYPING_PEOPLE_MAX) return 'OFF';
  return people <= TYPING_PEOPLE_BACK ? 'ON' : 'AS_BEFORE';
};

/** What one person sees of it: everybody but themselves. */
export const typingSeenBy = (userId: string, { off, userIds }: Typing): Pick<ShownTyping, 'off' | 'count' | 'userIds'> => {
  const others = userIds.filter((each) => each !== userId);
  return { off, count: others.length, userIds: others.slice(0, TYPING_NAMES_MAX) };
};

/** The refusal of who could not write there either. To whoever is in no public group it is as if there were none: it is not theirs to type in. */
export const typingFaultOf = (fault: ConversationFault): TypingRefusalCode =>
  fault === 'ROOM_CLOSED' || fault === 'CONVERSATION_CLOSED' ? 'CONVERSATION_CLOSED' : 'CONVERSATION_NOT_FOUND';

/** A refusal with its sentence. `retryAfterMs`: for RATE_LIMITED, when it is taken again. */
export const typingRefusalOf = (code: TypingRefusalCode, retryAfterMs = 0): TypingRefusal => {
  const [message, field] = REFUSALS[code];
  return { code, message: code === 'RATE_LIMITED' ? `${message} Try again in ${retryAfterMs} ms.` : message, field };
};

const REFUSALS: Readonly<Record<TypingRefusalCode, readonly [message: string, field: readonly string[] | null]>> = {
  CONVERSATION_NOT_FOUND: ['There is no such conversation, or the caller is not in it.', ['input', 'conversationId']],
  CONVERSATION_CLOSED: ['The conversation is closed, so nobody writes in it.', ['input', 'conversationId']],
  NOT_ALLOWED: ['You may not write in this conversation now.', ['input', 'conversationId']],
  RATE_LIMITED: [`You say that you type faster than the limit. Once in ${TYPING_RENEW_SECONDS} seconds is enough.`, null],
};
