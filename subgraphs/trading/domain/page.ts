/** Items on a page at most. */
export const PAGE_SIZE_MAX = 100;
