/** Messages of one conversation that wait for its moderators at most: more than a team looks at in an hour. */
export const HELD_OPEN_MAX = 1_000;
/** Of those, one author's: who has so many waiting says nothing new with another. */
export const HELD_PER_AUTHOR_MAX = 5;
/** A held message that nobody has looked at for a day is no answer to anything any more. */
export const HELD_AGE_MAX_MS = 86_400_000;
/** Cases of one conversation that are open at the same time: more than a team looks at in a day. */
export const CASES_OPEN_MAX = 1_000;
/** Reports of one message or person at most: so many say all that reports can say. */
export const REPORTS_PER_CASE_MAX = 1_000;
/** Reports of one case that are shown, the newest first. */
export const REPORTS_SHOWN_MAX = 20;
/** What a reporter says besides: a few sentences. */
export const REPORT_COMMENT_CHARACTERS_MAX = 300;
/** One person's reports: an evening's worth of trolls at once, then a pace that nobody needs to exceed. */
export const REPORT_BUCKET = { capacity: 20, refillPerSecond: 1 } as const;
/** Who follows a queue is asked so often whether they still may, and besides before each event. */
export const QUEUE_RIGHT_CHECK_MS = 1_000;
/** How often what has expired is taken out of the queue, and how much of it at once. */
export const HELD_SWEEP_MS = 30_000;
export const HELD_SWEEP_MAX = 500;
