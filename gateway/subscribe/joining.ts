import { REPLAY_WINDOW_MS, REPLAYS_MAX } from '../limits.ts';
import type { Place } from './events.ts';
import type { Outlet } from './outlet.ts';
import { type Joiner, Replay, type ReplayHost, type ReplaySource } from './replay.ts';

/** Brings the subscribers of one channel whose cursors lie behind its ring (or ahead of it) to it. Who comes within one REPLAY_WINDOW_MS shares a replay.
 *
 * Nobody but the subgraph knows which of two cursors is the older one, so the replay begins after one that is picked by chance and takes along whoever it
 * passes; whom it has not passed by the time it meets the ring is older, or its log is another one, and the next replay begins with one of those. Each halves the rest
 * on average, and what a replay has read stays in the ring while there is room, so the next one only reads what is older still: for n cursors about ln n
 * upstreams. Where sharing does not help (every cursor is reset) twice as many are opened each time. */
export interface Joining {
  /** Takes a subscriber whose cursor is not in the ring; returns how it leaves. `met` hears once where in the ring it goes on, or null when it is over. */
  add(outlet: Outlet, after: string, met: (index: number | null) => void): () => void;
  /** The ring has got this place. */
  pushed(place: Place): void;
  /** The ring's log went on elsewhere, from this place. */
  restarted(place: Place): void;
  /** Ends it without a word to anybody. */
  close(): void;
}

/** `chance`: from 0 to below 1, as Math.random. */
export const createJoining = (source: ReplaySource, chance: () => number = Math.random): Joining => {
  const { ring } = source;
  /** By the cursor after which they go on; none of these is in the ring. */
  const waiting = new Map<string, Set<Joiner>>();
  const replays = new Set<Replay>();
  /** Those that have not begun yet, by the cursor after which they will. */
  const beginning = new Map<string, Replay>();
  const standing = new Map<string, Replay>();
  let window: Joiner[] = [];
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const isWaiting = (joiner: Joiner): boolean => waiting.get(joiner.after)?.has(joiner) === true;
  const take = (cursor: string): readonly Joiner[] => {
    const joiners = [...(waiting.get(cursor) ?? [])];
    waiting.delete(cursor);
    beginning.delete(cursor);
    return joiners;
  };
  // Goes on in the ring, when that has its cursor.
  const settle = (joiner: Joiner): boolean => {
    const found = ring.after(joiner.after);
    if (found === undefined) return false;
    if (!joiner.positioned) joiner.outlet.next(source.position(found.place));
    joiner.positioned = true;
    joiner.met(found.index);
    return true;
  };
  const settleAt = (cursor: string): void => {
    if (waiting.has(cursor) && ring.after(cursor) !== undefined) for (const joiner of take(cursor)) settle(joiner);
  };
  const wait = (joiner: Joiner): void => {
    if (closed || joiner.left || settle(joiner)) return;
    const there = standing.get(joiner.after);
    if (there !== undefined) {
      there.add(joiner);
      return;
    }
    const same = waiting.get(joiner.after);
    if (same === undefined) waiting.set(joiner.after, new Set([joiner]));
    else same.add(joiner);
    window.push(joiner);
    timer ??= setTimeout(open, REPLAY_WINDOW_MS);
  };

  const host: ReplayHost = {
    isAwaited: (cursor) => waiting.has(cursor),
    take,
    standingAt: (cursor) => standing.get(cursor),
    stands: (cursor, replay) => void standing.set(cursor, replay),
    moves: (cursor, replay) => void (standing.get(cursor) === replay && standing.delete(cursor)),
    setAside: (joiner) => joiner.outlet.onWritable(() => wait(joiner)),
    read: (base, entries) => {
      ring.prepend(base, entries);
      for (const cursor of [...waiting.keys()]) settleAt(cursor);
    },
    ended: (replay, after) => {
      replays.delete(replay);
      if (beginning.get(after) === replay) beginning.delete(after);
    },
  };
  const replayAfter = (cursor: string): Promise<void> => {
    const known = beginning.get(cursor);
    if (known !== undefined) return known.passed;
    const replay = new Replay(cursor, source, host);
    replays.add(replay);
    beginning.set(cursor, replay);
    return replay.passed;
  };
  const open = (): void => {
    timer = undefined;
    const joiners = window;
    window = [];
    void serve(joiners);
  };
  const serve = async (joiners: readonly Joiner[]): Promise<void> => {
    let left = cursorsOf(joiners.filter(isWaiting));
    for (let count = 1; left.length > 0 && !closed; ) {
      const chosen = pick(left, count, chance);
      await Promise.all(chosen.map(replayAfter));
      const before = left.length;
      left = cursorsOf(joiners.filter(isWaiting));
      count = before - left.length > chosen.length ? 1 : Math.min(count * 2, REPLAYS_MAX);
    }
  };
  const leave = (joiner: Joiner): void => {
    joiner.left = true;
    const same = waiting.get(joiner.after);
    if (same?.delete(joiner) && same.size === 0) waiting.delete(joiner.after);
    joiner.replay?.leave(joiner);
  };

  return {
    add: (outlet, after, met) => {
      const joiner: Joiner = { outlet, after, met, positioned: false, replay: null, left: false };
      wait(joiner);
      return () => leave(joiner);
    },
    pushed: (place) => {
      settleAt(place.cursor);
      for (const replay of [...replays]) replay.pushed(place);
    },
    restarted: (place) => {
      for (const replay of [...replays]) replay.restarted(place);
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
      waiting.clear();
      for (const replay of [...replays]) replay.close();
    },
  };
};

const cursorsOf = (joiners: readonly Joiner[]): readonly string[] => [...new Set(joiners.map(({ after }) => after))];

/** Some of them, each at most once, by chance. */
const pick = (cursors: readonly string[], count: number, chance: () => number): readonly string[] => {
  const left = [...cursors];
  return Array.from({ length: Math.min(count, left.length) }, () => left.splice(Math.floor(chance() * left.length), 1)).flat();
};
