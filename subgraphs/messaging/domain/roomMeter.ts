import type { RoomLoad } from './ladder.ts';

/** Messages of so many whole seconds make the rate: long enough that one burst is no load, short enough to answer within a few seconds. */
const RATE_SECONDS = 3;
/** A room goes down when it was quieter for so long. */
export const PEAK_SECONDS = 10;

/** Measures how many messages a room gets, from their own times. */
export interface RoomMeter {
  /** A message of the log, which may be told several times and late. `atMs`: its own time, `nowMs`: ours, both epoch milliseconds. */
  saw(seq: number, atMs: number, nowMs: number): void;
  /** The rate now. Call it once a second: the highest of the last ones is remembered. */
  read(viewers: number, nowMs: number): { readonly now: RoomLoad; readonly peak: RoomLoad };
}

export const createRoomMeter = (): RoomMeter => {
  /** Messages by the second in which they were posted, by the clock of PostgreSQL. */
  const counts = new Map<number, number>();
  const loads: RoomLoad[] = [];
  let head = 0;
  // How far the clock of PostgreSQL is behind ours, the way of a message included.
  let behindMs = Number.POSITIVE_INFINITY;
  return {
    saw: (seq, atMs, nowMs) => {
      if (seq <= head) return;
      head = seq;
      behindMs = Math.min(behindMs, nowMs - atMs);
      const second = Math.floor(atMs / 1_000);
      counts.set(second, (counts.get(second) ?? 0) + 1);
    },
    read: (viewers, nowMs) => {
      const second = Number.isFinite(behindMs) ? Math.floor((nowMs - behindMs) / 1_000) : 0;
      let messages = 0;
      for (const [at, count] of counts) {
        if (at < second - RATE_SECONDS) counts.delete(at);
        else if (at < second) messages += count;
      }
      const now = { messagesPerSecond: messages / RATE_SECONDS, viewers };
      loads.push(now);
      if (loads.length > PEAK_SECONDS) loads.shift();
      return { now, peak: loads.reduce(higher) };
    },
  };
};

const higher = (one: RoomLoad, other: RoomLoad): RoomLoad => ({
  messagesPerSecond: Math.max(one.messagesPerSecond, other.messagesPerSecond),
  viewers: Math.max(one.viewers, other.viewers),
});
