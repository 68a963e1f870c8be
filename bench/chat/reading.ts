import type { Feeds } from '#platform/feed/feed.ts';
import { readRoomLogs } from '../../subgraphs/messaging/data/roomLog.ts';
import { createRandom } from '../../tests/support/random.ts';
import { ROOMS, roomId } from './world.ts';

/** Events on a page of history: a few screens. */
const PAGE = 50;
/** Before the pages that are measured, one each of so many rooms: connections and plans. */
const WARM_UP_PAGES = 100;
/** How many pages back somebody reads at most. */
const DEPTH_MAX = 20;
/** Half of the readers are in the hot room. */
const HOT_SHARE = 0.5;

/** Reads history as viewers do for so long: the newest page of a room, then some further back, one after the other. Answers with milliseconds per page. Throws when a page has a hole. */
export const readHistory = async (feeds: Feeds, seconds: number, seed: number): Promise<readonly number[]> => {
  const random = createRandom(seed);
  const room = (): string => roomId(random.next() < HOT_SHARE ? 0 : 1 + random.below(ROOMS));
  for (let page = 0; page < WARM_UP_PAGES; page += 1) await readBack(feeds, room(), undefined);
  const latenciesMs: number[] = [];
  const endMs = performance.now() + seconds * 1_000;
  while (performance.now() < endMs) {
    const id = room();
    let before: string | undefined;
    for (let depth = random.below(DEPTH_MAX); depth >= 0; depth -= 1) {
      const startMs = performance.now();
      const events = await readBack(feeds, id, before);
      latenciesMs.push(performance.now() - startMs);
      before = events[0]?.cursor;
      if (before === undefined) break;
    }
  }
  return latenciesMs;
};

const readBack = async (feeds: Feeds, id: string, before: string | undefined) => {
  const place = before === undefined ? {} : { before };
  const [page] = await readRoomLogs(feeds, [{ roomId: id, kinds: null, direction: 'backward', limit: PAGE, ...place }]);
  if (page === undefined || page instanceof Error) throw page ?? new Error('a page is missing');
  const [first] = page.events;
  if (page.events.some(({ seq }, index) => seq !== (first?.seq ?? 0) + index)) throw new Error(`a page of ${id} has a hole`);
  return page.events;
};
