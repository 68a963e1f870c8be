/** A message longer than this fills the screen of a phone. Counted in code points, as people count characters. */
export const TEXT_CHARACTERS_MAX = 500;
/** Events on one page of a room's log at most, and when the caller does not say. */
export const PAGE_SIZE_MAX = 100;
export const PAGE_SIZE_DEFAULT = 20;
/** There are three kinds. */
export const KINDS_MAX = 3;
/** Longest `sub` that tokens may carry. */
export const USER_ID_CHARACTERS_MAX = 128;
/** One author's messages: a burst as fast as anybody can type and paste, then a pace that a room can still read. */
export const POST_BUCKET = { capacity: 20, refillPerSecond: 5 } as const;
/** One moderator's bans and unbans: a burst that clears a raid, then a pace that one person can still answer for. */
export const MODERATION_BUCKET = { capacity: 100, refillPerSecond: 10 } as const;
/** A sentence for the other moderators, counted like a message. */
export const REASON_CHARACTERS_MAX = 200;
/** The gateway asks about so many viewers at once at most: one statement, some ten milliseconds. */
export const ADMISSION_CHECKS_MAX = 1_000;
