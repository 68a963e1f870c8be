/** A room is told who came at most so often: more is noise, and each notice is an event that everybody gets. */
export const JOINS_NOTICE_SECONDS = 10;
/** People that a notice names. */
export const JOINS_NAMED_MAX = 3;
/** People of one room that one process tells apart between two notices. Beyond, it counts without looking who it is. */
export const JOINS_KNOWN_MAX = 1_000;
/** Rooms about which one process knows at a time; joins of further ones are told of later, or not at all. */
export const JOINS_ROOMS_MAX = 10_000;
/** Rooms that are told by one transaction at most. */
export const JOINS_ROOMS_PER_STEP_MAX = 200;
/** How often a process looks whether it may tell. */
export const JOINS_EVERY_MS = 1_000;

/** What a notice says: "Ann, Ben, Cem and 9 others joined." `names`: the first, where any can be named; `count`: all. */
export const joinsTextOf = (names: readonly string[], count: number): string => {
  if (names.length === 0) return `${count} ${count === 1 ? 'viewer' : 'viewers'} joined.`;
  const others = count - names.length;
  const last = others > 0 ? `${others} ${others === 1 ? 'other' : 'others'}` : names.at(-1);
  const first = others > 0 ? names : names.slice(0, -1);
  return first.length === 0 ? `${last} joined.` : `${first.join(', ')} and ${last} joined.`;
};
