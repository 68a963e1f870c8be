/** A stream of a month is none: seconds stay far from what a moment can hold. */
export const REPLAY_FROM_SECONDS_MAX = 31 * 86_400;

/** How long after the beginning of its stream something happened, in seconds; 0 for what came before. */
export const offsetSecondsOf = (openedAt: Date, at: Date): number => Math.max(0, (at.getTime() - openedAt.getTime()) / 1_000);
