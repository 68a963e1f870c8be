import type { ChatModes, Policy } from './policy.ts';
import { mayDo, type RoleHolder } from './role.ts';

/** Codes with which a conversation's own rules refuse a message. */
export const CHAT_RULE_CODES = [
  'POSTING_NOT_ALLOWED',
  'SLOW_MODE',
  'FOLLOWERS_ONLY',
  'MEMBERS_ONLY',
  'EMOTES_ONLY',
  'NOT_UNIQUE',
  'LINKS_NOT_ALLOWED',
  'FILTERED',
] as const;
export type ChatRuleCode = (typeof CHAT_RULE_CODES)[number];

export interface ChatRefusal {
  readonly type: 'refuse';
  readonly code: ChatRuleCode;
  readonly message: string;
}

/** What is known about an author, as it stands after the messages before this one. */
export interface ChatFacts extends RoleHolder {
  /** When the author last posted here; null: not since it was last slow. */
  readonly lastPostedAt: Date | null;
  /** Since when the author follows the owner; null: they don't. */
  readonly followsSince: Date | null;
  /** When the same was last said; null: not since texts have to differ. */
  readonly lastSaidAt: Date | null;
  readonly hasLink: boolean;
  readonly isEmotes: boolean;
  readonly now: Date;
}

/** Why a message is not posted, by the permissions and modes of its conversation, or null. */
export const chatFault = ({ overrides, modes }: Pick<Policy, 'overrides' | 'modes'>, facts: ChatFacts): ChatRefusal | null => {
  if (!mayDo(facts, 'POST', overrides)) return refuse('POSTING_NOT_ALLOWED', 'Your role in this conversation does not allow posting.');
  if (
    facts.hasLink &&
    modes.links !== 'ALLOW' &&
    modes.links !== 'HOLD' &&
    (modes.links === 'BLOCK' || !mayDo(facts, 'SKIP_FILTERS', overrides))
  )
    return refuse('LINKS_NOT_ALLOWED', 'Addresses cannot be posted here. Say it without the link.');
  return mayDo(facts, 'SKIP_MODES', overrides) ? null : modeFault(modes, facts);
};

const modeFault = (modes: ChatModes, facts: ChatFacts): ChatRefusal | null => {
  const { now, lastPostedAt, lastSaidAt, followsSince } = facts;
  if (modes.membersOnly && facts.role === 'GUEST')
    return refuse('MEMBERS_ONLY', 'Only members, VIPs and moderators may post here at the moment.');
  if (modes.followersOnlyMinutes !== null && (followsSince === null || later(followsSince, modes.followersOnlyMinutes * 60) > now))
    return refuse(
      'FOLLOWERS_ONLY',
      `Only who has followed the owner for ${modes.followersOnlyMinutes} minutes may post here at the moment.`,
    );
  if (modes.emotesOnly && !facts.isEmotes)
    return refuse('EMOTES_ONLY', 'Only emoji and emotes (":name:") may be posted here at the moment.');
  if (modes.slowSeconds > 0 && lastPostedAt !== null) {
    const waitMs = later(lastPostedAt, modes.slowSeconds).getTime() - now.getTime();
    if (waitMs > 0)
      return refuse('SLOW_MODE', `One message every ${modes.slowSeconds} s here. Try again in ${waitMs} ms, with a new idempotencyKey.`);
  }
  if (modes.uniqueMinutes > 0 && lastSaidAt !== null && later(lastSaidAt, modes.uniqueMinutes * 60) > now)
    return refuse('NOT_UNIQUE', `The same was said here within the last ${modes.uniqueMinutes} minutes. Say something else.`);
  return null;
};

const later = (at: Date, seconds: number): Date => new Date(at.getTime() + seconds * 1_000);

const refuse = (code: ChatRuleCode, message: string): ChatRefusal => ({ type: 'refuse', code, message });

/** Emoji with their joiners, skin tones, flags and keycaps; emotes by name; white space. */
const EMOTES =
  /^(?:[\p{Extended_Pictographic}\u{1f1e6}-\u{1f1ff}\u{1f3fb}-\u{1f3ff}]|\u{20e3}|[\u{e0020}-\u{e007f}]|\u200d|\ufe0f|\s|[0-9#*]\ufe0f?\u20e3|:[a-z0-9_]{2,32}:)+$/iu;

/** Whether a text is made of emoji and emotes alone. */
export const isEmotesOnly = (text: string): boolean => text !== '' && EMOTES.test(text);
