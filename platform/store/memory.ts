import { createMemoryBoards } from './memory-boards.ts';
import { createMemoryPresence } from './memory-presence.ts';
import { RecentMap } from './recent.ts';
import type { Store, TokenBucket, TokenVerdict } from './store.ts';
import { takeFrom } from './tokens.ts';

/** Entries of each kind at most; past that the least recently used ones go. A cache that forgets is a slow cache, and a forgotten bucket is a full one: with
 * so many keys in use the limit per key matters less than the memory. */
export const MEMORY_ENTRIES_MAX = 100_000;
/** Cached keys and values together, as JavaScript keeps them: two bytes per character. */
export const MEMORY_BYTES_MAX = 64 * 1_048_576;

interface Cached {
  readonly value: string;
  readonly untilMs: number;
}

interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

/** The store of one process. The embedded default, and what the Redis twin counts with while Redis cannot be reached. */
export const createMemoryStore = (now: () => number = () => Date.now()): Store => {
  const cached = new RecentMap<Cached>({ entriesMax: MEMORY_ENTRIES_MAX, bytesMax: MEMORY_BYTES_MAX });
  const buckets = new RecentMap<Bucket>({ entriesMax: MEMORY_ENTRIES_MAX });
  const takeTokens = (key: string, bucket: TokenBucket, cost = 1): TokenVerdict => {
    const nowMs = now();
    const { tokens, verdict } = takeFrom(buckets.get(key), bucket, cost, nowMs);
    buckets.set(key, { tokens, atMs: nowMs });
    return verdict;
  };
  return {
    takeTokens: async (key, bucket, cost) => takeTokens(key, bucket, cost),
    get: async (key) => {
      const entry = cached.get(key);
      if (entry === undefined) return null;
      if (entry.untilMs > now()) return entry.value;
      cached.delete(key);
      return null;
    },
    set: async (key, value, ttlMs) => {
      if (ttlMs <= 0) cached.delete(key);
      else cached.set(key, { value, untilMs: now() + ttlMs }, (key.length + value.length) * 2);
    },
    delete: async (key) => {
      cached.delete(key);
    },
    boards: createMemoryBoards(now),
    presence: createMemoryPresence(now),
    close: async () => {
      cached.clear();
      buckets.clear();
    },
  };
};
