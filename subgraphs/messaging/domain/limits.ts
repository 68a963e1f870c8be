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
