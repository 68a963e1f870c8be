import { USER_ID_CHARACTERS_MAX } from './limits.ts';

/** Somebody is online for so long after the last word of a process that holds their `inbox`: what a killed process leaves behind ends by itself. */
export const ONLINE_LEASE_MS = 60_000;
/** A process renews what it holds so often, so that a renewal may get lost; also how soon everybody is back after the store was emptied. */
export const ONLINE_RENEW_MS = 20_000;
/** Who comes back so soon was never away: a telephone between two networks, a client that moves to another process. */
export const ONLINE_GRACE_MS = 5_000;
/** Processes in which one person may be online at the same time: each is one lease. */
export const ONLINE_LEASES_MAX = 100;
/** When somebody was seen is written once in so long at most per person and process, and that is what a crash can lose of it. */
export const SEEN_WRITE_MS = 60_000;
/** Users whose presence one subscription follows. */
export const PRESENCE_USERS_MAX = 100;
/** A subscriber is told so often at most; one look of a process serves all of its subscribers. */
export const PRESENCE_MS = 2_000;
/** Who may see what is looked up again so often: a changed privacy, a block and a new contact show after so long at most. */
export const PRESENCE_RULES_MS = 5_000;
/** One person's changes of their privacy: what a page of settings needs. */
export const PRESENCE_PRIVACY_BUCKET = { capacity: 20, refillPerSecond: 0.2 } as const;

export const PRESENCE_AUDIENCES = ['EVERYONE', 'CONTACTS', 'NOBODY'] as const;
export type PresenceAudience = (typeof PRESENCE_AUDIENCES)[number];

/** To whom somebody shows whether they are online, and of those, to whom when they were last. */
export interface PresencePrivacy {
  readonly online: PresenceAudience;
  readonly lastSeen: PresenceAudience;
}

/** Of who has not said otherwise: strangers see nothing. */
export const DEFAULT_PRIVACY: PresencePrivacy = { online: 'CONTACTS', lastSeen: 'CONTACTS' };

/** What two people are to each other, both ways alike. */
export interface PresenceRelation {
  /** They have a direct conversation in which both have written or read something. */
  readonly areContacts: boolean;
  /** One of the two blocks the other. */
  readonly areBlocked: boolean;
}

/** What one person may see of another. */
export interface PresenceSight {
  readonly online: boolean;
  readonly lastSeen: boolean;
}

/** What is known of somebody. `online`: null while the store cannot be reached. */
export interface PresenceFacts {
  readonly online: boolean | null;
  readonly seenAt: Date | null;
}

/** Somebody's presence as one other person sees it; null: not shown, or not known. */
export interface ShownPresence {
  readonly userId: string;
  readonly online: boolean | null;
  readonly lastSeenAt: Date | null;
}

/** A state: `version` grows with each change. */
export interface ShownPresences {
  readonly version: number;
  readonly users: readonly ShownPresence[];
}

/** What two people who show each other so much may see of each other: only what both show. When somebody was seen says that they were online, so it goes with that. */
export const sightBetween = (one: PresencePrivacy, other: PresencePrivacy, relation: PresenceRelation): PresenceSight => {
  if (relation.areBlocked) return { online: false, lastSeen: false };
  const shows = (audience: PresenceAudience): boolean => audience === 'EVERYONE' || (audience === 'CONTACTS' && relation.areContacts);
  const online = shows(one.online) && shows(other.online);
  return { online, lastSeen: online && shows(one.lastSeen) && shows(other.lastSeen) };
};

/** Everybody sees themselves. */
export const OWN_SIGHT: PresenceSight = { online: true, lastSeen: true };

/** What of these facts is shown. Who is online now was not last seen at some time. */
export const shownPresence = (userId: string, sight: PresenceSight, { online, seenAt }: PresenceFacts): ShownPresence => ({
  userId,
  online: sight.online ? online : null,
  lastSeenAt: sight.lastSeen && online !== true ? seenAt : null,
});

/** What is wrong with a list of users to follow, or null. */
export const presenceUsersFault = (userIds: readonly string[]): string | null => {
  if (userIds.length === 0 || userIds.length > PRESENCE_USERS_MAX)
    return `Presence is followed of 1 to ${PRESENCE_USERS_MAX} users, not of ${userIds.length}.`;
  const wrong = userIds.some((id) => id.length === 0 || id.length > USER_ID_CHARACTERS_MAX);
  return wrong ? `A user's id has 1 to ${USER_ID_CHARACTERS_MAX} characters.` : null;
};

/** What somebody wants to show; null: as it is. */
export interface PrivacyAction {
  readonly online: PresenceAudience | null;
  readonly lastSeen: PresenceAudience | null;
}

export type PrivacyRefusalCode = 'NOTHING_TO_SET' | 'RATE_LIMITED' | 'IDEMPOTENCY_CONFLICT';

/** What holds after a command, also where it changed nothing. */
export type PrivacyAnswer = ({ readonly ok: true } & PresencePrivacy) | { readonly ok: false; readonly code: PrivacyRefusalCode };

export interface PrivacyRefusal {
  readonly code: PrivacyRefusalCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

/** The privacy after a command. */
export const privacyAfter = (before: PresencePrivacy, { online, lastSeen }: PrivacyAction): PresencePrivacy => ({
  online: online ?? before.online,
  lastSeen: lastSeen ?? before.lastSeen,
});

export const isPresenceAudience = (text: string): text is PresenceAudience => PRESENCE_AUDIENCES.some((each) => each === text);

export const isPrivacyRefusalCode = (text: string): text is PrivacyRefusalCode => Object.hasOwn(REFUSALS, text);

/** A refusal with its sentence. `retryAfterMs`: for RATE_LIMITED, when the next change is taken. */
export const privacyRefusalOf = (code: PrivacyRefusalCode, retryAfterMs = 0): PrivacyRefusal => {
  const [message, field] = REFUSALS[code];
  const wait = code === 'RATE_LIMITED' ? ` Try again in ${retryAfterMs} ms with the same idempotencyKey.` : '';
  return { code, message: message + wait, field };
};

const REFUSALS: Readonly<Record<PrivacyRefusalCode, readonly [message: string, field: readonly string[] | null]>> = {
  NOTHING_TO_SET: ['Say who may see what: give `online`, `lastSeen` or both.', ['input']],
  RATE_LIMITED: ['You change your privacy faster than the limit.', null],
  IDEMPOTENCY_CONFLICT: [
    'This idempotencyKey was used before with other input. Use a new key for a new wish.',
    ['input', 'idempotencyKey'],
  ],
};
