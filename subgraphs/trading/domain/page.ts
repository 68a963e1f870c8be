/** Items on a page at most. */
export const PAGE_SIZE_MAX = 100;

/** Null when a page may have that many items, else what is wrong. */
export const pageSizeFault = (first: number): string | null =>
  Number.isInteger(first) && first >= 1 && first <= PAGE_SIZE_MAX ? null : `\`first\` is 1 to ${PAGE_SIZE_MAX}, not ${first}.`;
