import type { Feeds } from '#platform/feed/feed.ts';
import { readRoomLogs } from '../../subgraphs/messaging/data/roomLog.ts';
import { PAGE_SIZE_MAX } from '../../subgraphs/messaging/domain/limits.ts';
import { createRandom } from '../../tests/support/random.ts';
import { percentile } from '../support/bench.ts';
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

/** Reads the last so many events of the hot room by pages as large as the graph gives, as somebody who was away. Answers with the median of several runs, in milliseconds. */
export const catchUp = async (feeds: Feeds, events: number, runs: number): Promise<number> => {
  const { seq } = await feeds.head(`conversation/${roomId(0)}`);
  if (seq < events) throw new Error(`the hot room has ${seq} events, which is less than the ${events} that are to be missed`);
  const after = await cursorBefore(feeds, seq - events);
  const latenciesMs: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const startMs = performance.now();
    let [read, cursor] = [0, after];
    while (read < events) {
      const [page] = await readRoomLogs(feeds, [
        { roomId: roomId(0), kinds: null, direction: 'forward', limit: PAGE_SIZE_MAX, after: cursor },
      ]);
      if (page === undefined || page instanceof Error) throw page ?? new Error('a page is missing');
      read += page.events.length;
      cursor = page.events.at(-1)?.cursor ?? missing();
    }
    latenciesMs.push(performance.now() - startMs);
  }
  return percentile(latenciesMs, 0.5);
};

const readBack = async (feeds: Feeds, id: string, before: string | undefined) => {
  const place = before === undefined ? {} : { before };
  const [page] = await readRoomLogs(feeds, [{ roomId: id, kinds: null, direction: 'backward', limit: PAGE, ...place }]);
  if (page === undefined || page instanceof Error) throw page ?? new Error('a page is missing');
  const [first] = page.events;
  if (page.events.some(({ seq }, index) => seq !== (first?.seq ?? 0) + index)) throw new Error(`a page of ${id} has a hole`);
  return page.events;
};

/** The cursor just after the event of that seq, found by halving pages backwards from the newest would be slow: the log is read from its place. */
const cursorBefore = async (feeds: Feeds, seq: number): Promise<string> => {
  let before: string | undefined;
  for (;;) {
    const place = before === undefined ? {} : { before };
    const { events } = await feeds.page({ feed: `conversation/${roomId(0)}`, limit: 1_000, direction: 'backward', ...place });
    const found = events.find((event) => event.seq === seq);
    if (found !== undefined) return found.cursor;
    before = events[0]?.cursor ?? missing();
  }
};

const missing = (): never => {
  throw new Error('the log of the hot room ends too early');
};
