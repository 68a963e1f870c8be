/** Longest that one hook may be waited for: a sender is there, and waits for all of them. */
export const HOOK_BUDGET_MAX_MS = 5_000;
/** The rules of one module for one batch: the lane's next batch waits meanwhile, with everybody in it. */
export const RULES_BUDGET_MS = 50;
/** What waits for one hook of a module that is slow, counted in messages, people or reads. What comes on top is dropped, counted and logged. */
export const HOOK_WAITING_MAX = 10_000;
/** What waits for hooks when the process ends is still told, for so long. */
export const HOOKS_CLOSE_MS = 2_000;
/** A hook that fails again and again is logged at most so often; its metrics count each time. */
export const HOOK_LOG_INTERVAL_MS = 10_000;
