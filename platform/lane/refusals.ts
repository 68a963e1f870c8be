import { FanfareError } from '#platform/errors.ts';

/** No place in the queue, or none left of the actor's share. It comes in crowds, when there is no time to lose, and is no fault of anybody's: so it doesn't say where it was made. */
export const queueFull = (why: 'full' | 'actor', retryAfterMs: number): FanfareError => {
  const whose = why === 'full' ? 'Too many commands are waiting' : 'Too many of your own commands are waiting';
  const message = `${whose}: this one was not executed. Retry after ${retryAfterMs} ms with the same idempotencyKey.`;
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return new FanfareError('BUSY', message, { retryAfterMs });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
};

/** Its batch could not even begin before the deadline. */
export const databaseUnreachable = (retryAfterMs: number): FanfareError =>
  new FanfareError('BUSY', 'The database cannot be reached: this command was not executed. Retry with the same idempotencyKey.', {
    retryAfterMs,
  });

/** Taken out of the queue at the deadline. */
export const waitedTooLong = (lane: string, deadlineMs: number): FanfareError =>
  new FanfareError(
    'TIMEOUT',
    `The command waited ${deadlineMs} ms in the queue of ${lane} and was removed: it was not executed. Retry with the same idempotencyKey.`,
  );

/** Its transaction was under way at the deadline, or its COMMIT was lost and no re-run settled it. */
export const outcomeUnknown = (deadlineMs: number): FanfareError =>
  new FanfareError(
    'OUTCOME_UNKNOWN',
    `The database did not confirm the command within ${deadlineMs} ms. Retry with the same idempotencyKey: the answer settles it.`,
  );

/** The lane is closing. */
export const shuttingDown = (): FanfareError =>
  new FanfareError('SHUTTING_DOWN', 'This process is going down. Retry: another one answers.');
