/** A title longer than this fits on no card that shows it. Counted in code points, as people count characters. */
export const TITLE_CHARACTERS_MAX = 200;
/** Handles are made by us, at most 57 characters long; what is longer is nobody's. */
export const HANDLE_CHARACTERS_MAX = 64;
/** Streams on one page of a list at most. */
export const PAGE_SIZE_MAX = 100;
