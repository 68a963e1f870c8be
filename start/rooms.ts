import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';

const LOOK_INTERVAL_MS = 50;
const REQUEST_TIMEOUT_MS = 5_000;
/** Far more than messaging needs to catch up with streaming; a start that takes longer says so and goes on. */
const OPEN_LIMIT_MS = 15_000;

const answerSchema = z.object({
  data: z.object({ liveStreams: z.object({ nodes: z.array(z.object({ room: z.object({ id: z.string() }).nullable() })) }) }),
});

/** Resolves with true once every live stream has its room: messaging opens rooms when it hears of the streams, a moment after both are up. False past OPEN_LIMIT_MS
 * or when `stop` aborts. */
export const untilRoomsOpen = async (url: string, stop: AbortSignal): Promise<boolean> => {
  const end = performance.now() + OPEN_LIMIT_MS;
  while (performance.now() < end && !stop.aborted) {
    if (await allOpen(url)) return true;
    await wait(LOOK_INTERVAL_MS);
  }
  return false;
};

async function allOpen(url: string): Promise<boolean> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: 'query OpenRooms { liveStreams(first: 100) { nodes { room { id } } } }' }),
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  }).catch(() => null); // not up yet, or too busy to answer: the next look tells
  const answer = answerSchema.safeParse(await response?.json().catch(() => null));
  return answer.success && answer.data.data.liveStreams.nodes.every(({ room }) => room !== null);
}
