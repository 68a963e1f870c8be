import { KINDS_MAX, PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from './limits.ts';

/** The arguments of a log connection, as the graph hands them over. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** Which page that is: upwards from `after` (or the oldest event), or downwards from `before` (or the newest). */
export type PageRequest =
  | { readonly direction: 'forward'; readonly limit: number; readonly after?: string }
  | { readonly direction: 'backward'; readonly limit: number; readonly before?: string };

/** What the arguments ask for, or a sentence about what is wrong with them. Without any: the newest events. */
export const pageRequestOf = ({ first, after, last, before }: PageArguments): PageRequest | string => {
  if (isGiven(first) && isGiven(last)) return 'Use `first` or `last`, not both.';
  if (isGiven(after) && isGiven(before)) return 'Use `after` (with `first`) or `before` (with `last`), not both.';
  if (isGiven(first) && isGiven(before)) return '`before` goes with `last`, not with `first`.';
  if (isGiven(last) && isGiven(after)) return '`after` goes with `first`, not with `last`.';
  const limit = first ?? last ?? PAGE_SIZE_DEFAULT;
  if (limit < 1 || limit > PAGE_SIZE_MAX) return `\`first\` and \`last\` are 1 to ${PAGE_SIZE_MAX}, not ${limit}.`;
  if (isGiven(first) || isGiven(after)) return { direction: 'forward', limit, ...(isGiven(after) ? { after } : {}) };
  return { direction: 'backward', limit, ...(isGiven(before) ? { before } : {}) };
};

/** What is wrong with a choice of kinds, or null. */
export const kindsFault = (kinds: readonly unknown[] | null | undefined): string | null =>
  (kinds?.length ?? 0) > KINDS_MAX ? `\`kinds\` names at most ${KINDS_MAX} kinds.` : null;

const isGiven = <T>(value: T | null | undefined): value is T => value !== null && value !== undefined;
