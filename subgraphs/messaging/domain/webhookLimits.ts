/** Events of one delivery at most: some tens of kilobytes. */
export const DELIVERY_EVENTS_MAX = 100;
/** Posts of deliveries that one process has under way. */
export const DELIVERIES_PARALLEL_MAX = 8;
/** From connect to the end of the answer. A receiver should take a delivery and work on it later. */
export const DELIVERY_TIMEOUT_MS = 5_000;
/** Longer than an attempt can take: whoever has not recorded it by then is dead. */
export const DELIVERY_CLAIM_MS = 30_000;
/** Tries of one delivery: with the delays below about a day in all, in which a conversation's later events wait for its earlier ones. */
export const DELIVERY_ATTEMPTS_MAX = 300;
export const DELIVERY_DELAY_BASE_MS = 1_000;
/** How long what became of a delivery can be looked up, in days. */
export const DELIVERY_LOG_DAYS = 7;
/** Old deliveries that one statement takes away, until none is left, and how often that is looked for. */
export const DELIVERY_PRUNE_MAX = 5_000;
export const DELIVERY_PRUNE_EVERY_MS = 60_000;
/** Attempts of one delivery that are shown: the newest. */
export const ATTEMPTS_SHOWN_MAX = 20;
/** Messages that one process has judged outside at the same time; what comes on top fails at once, by the configured policy. */
export const JUDGEMENTS_PARALLEL_MAX = 64;
/** Tries of one judgement, and which part of its time one of them may take. */
export const JUDGEMENT_ATTEMPTS_MAX = 2;
export const JUDGEMENT_ATTEMPT_SHARE = 0.45;
/** Of the rest so much is waited between the two at most. */
export const JUDGEMENT_PAUSE_SHARE = 0.08;
/** A judgement is a verdict and a text. A longer answer is none. */
export const ANSWER_BYTES_MAX = 64 * 1024;
/** An outside that fails half of its calls is left alone, a quarter of a second at first, ten seconds at most. */
export const WEBHOOK_BREAKER = {
  callsMin: 10,
  failedShare: 0.5,
  windowCalls: 50,
  windowMs: 10_000,
  openMsMin: 250,
  openMsMax: 10_000,
} as const;
