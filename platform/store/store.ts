import type { Boards } from './boards.ts';
import type { Presence } from './presence.ts';

/** Shared, rebuildable state: rate limits, short-lived cached values, who is where, and boards. Two twins behind this interface (memory, Redis) and one
 * contract suite. Nothing here is truth; losing all of it (FLUSHALL) costs at most a forgotten rate limit and a cache miss. When Redis cannot be reached
 * every call answers within STORE_TIMEOUT_MS as if the store were empty (rate limits then fall back to this process's own count). */
export interface Store {
  /** Token bucket: takes `cost` tokens of `key` (default 1) if they are there. */
  takeTokens(key: string, bucket: TokenBucket, cost?: number): Promise<TokenVerdict>;
  /** A cached string, or null. */
  get(key: string): Promise<string | null>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  delete(key: string): Promise<void>;
  readonly boards: Boards;
  readonly presence: Presence;
  close(): Promise<void>;
}

export interface TokenBucket {
  /** Most tokens it holds: the burst. */
  readonly capacity: number;
  readonly refillPerSecond: number;
}

export interface TokenVerdict {
  readonly taken: boolean;
  /** 0 when taken; else when enough tokens will be there. */
  readonly retryAfterMs: number;
}

export const STORE_TIMEOUT_MS = 250;
