import DataLoader from 'dataloader';
import type { Database } from '#platform/database/database.ts';
import { failureOf } from '#platform/lane/failure.ts';
import { type LogAnswer, type LogHead, type LogRequest, readHeads, readLogs } from './log.ts';

/** Logs in one statement. */
const LOGS_AT_ONCE_MAX = 1_000;
/** Events in one statement, shared by the logs in it: the others wait for the answer, and it is in memory at once. */
const EVENTS_AT_ONCE_MAX = 4_096;

/** Reads logs for everybody who follows some in this process: what is asked for within one turn of the event loop is one statement, however many logs it is about. */
export interface LogReader {
  /** Reads one log. Of many that are read together each may give fewer events than it was asked for, and at least one where there is one: whether there are more is said by `head`. */
  log(request: LogRequest): Promise<LogAnswer>;
  /** The place at the end of a log. `at` is now for a log without events. */
  head(feed: string): Promise<LogHead>;
}

export const createLogReader = (database: Database): LogReader => {
  const logs = loaderOfTurn((requests: readonly LogRequest[]) => {
    const share = Math.max(1, Math.floor(EVENTS_AT_ONCE_MAX / requests.length));
    return readLogs(
      database,
      requests.map((request) => ({ ...request, take: Math.min(request.take, share) })),
    );
  });
  const heads = loaderOfTurn((feeds: readonly string[]) => readHeads(database, feeds));
  return { log: (request) => logs.load(request), head: (feed) => heads.load(feed) };
};

/** Nothing is kept: each question is answered by a statement that began after it. */
const loaderOfTurn = <Question, Answer>(
  readAll: (questions: readonly Question[]) => Promise<readonly Answer[]>,
): DataLoader<Question, Answer> =>
  new DataLoader((questions) => readAll(questions).catch((error: unknown) => oneByOne(questions, readAll, error)), {
    cache: false,
    maxBatchSize: LOGS_AT_ONCE_MAX,
    // After all timers and messages of this turn, each of which may have made somebody ask.
    batchScheduleFn: (read) => setImmediate(read),
  });

/** A log that cannot be read fails nobody but who reads it. */
const oneByOne = async <Question, Answer>(
  questions: readonly Question[],
  readAll: (questions: readonly Question[]) => Promise<readonly Answer[]>,
  error: unknown,
): Promise<readonly (Answer | Error)[]> => {
  if (questions.length === 1 || failureOf(error) === 'transient') throw error;
  const answers: (Answer | Error)[] = [];
  for (const question of questions) answers.push(...(await readAll([question]).catch((cause: unknown) => [errorOf(cause)])));
  return answers;
};

const errorOf = (cause: unknown): Error => (cause instanceof Error ? cause : new Error('a log could not be read', { cause }));
