import type { GraphQLAnswer } from './clients.ts';

const RETRY_DEADLINE_MS = 90_000;
const RETRY_PAUSE_MS = 100;

/** Sends the same request, key and all, until it has an answer: what a careful client does with BUSY, OUTCOME_UNKNOWN, a dead connection or a rate limit.
 * `again` marks answers that are refusals for now. Throws past the deadline, or when the graph answers with an error that no retry can settle. */
export const untilAccepted = async <Data>(
  send: () => Promise<GraphQLAnswer<Data>>,
  again: (data: Data) => boolean = () => false,
): Promise<Data> => {
  const end = Date.now() + RETRY_DEADLINE_MS;
  for (;;) {
    const { data, failure } = await attempt(send);
    if (data !== null && !again(data)) return data;
    if (Date.now() > end) throw new Error('no answer in time', { cause: failure });
    await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE_MS));
  }
};

const RETRYABLE = new Set(['BUSY', 'OUTCOME_UNKNOWN', 'TIMEOUT', 'SUBGRAPH_UNAVAILABLE', 'SHUTTING_DOWN', 'RATE_LIMITED']);

async function attempt<Data>(send: () => Promise<GraphQLAnswer<Data>>): Promise<{ data: Data | null; failure: unknown }> {
  let answer: GraphQLAnswer<Data>;
  try {
    answer = await send();
  } catch (failure) {
    return { data: null, failure }; // the connection died, or the process is not back yet
  }
  const final = answer.errors?.find((error) => !RETRYABLE.has(String(error.extensions?.['code'])));
  if (final !== undefined) throw new Error(`the graph refused for good: ${JSON.stringify(final)}`);
  if (answer.errors !== undefined) return { data: null, failure: answer.errors };
  return { data: answer.data ?? null, failure: null };
}
