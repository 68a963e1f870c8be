import type { TokenBucket, TokenVerdict } from './store.ts';

/** A bucket as it was left, at epoch milliseconds. */
export interface BucketState {
  readonly tokens: number;
  readonly atMs: number;
}

/** Takes `cost` tokens from a bucket (undefined: a full one) at `nowMs`. Pure. What is asked for beyond the capacity can never be there: such a call is refused and told
 * to wait as long as an empty bucket takes to fill. The Redis twin does the same in Lua. */
export const takeFrom = (
  state: BucketState | undefined,
  { capacity, refillPerSecond }: TokenBucket,
  cost: number,
  nowMs: number,
): { readonly tokens: number; readonly verdict: TokenVerdict } => {
  const elapsedMs = state === undefined ? 0 : Math.max(0, nowMs - state.atMs);
  const tokens = Math.min(capacity, (state?.tokens ?? capacity) + (elapsedMs * refillPerSecond) / 1_000);
  if (tokens >= cost) return { tokens: tokens - cost, verdict: { taken: true, retryAfterMs: 0 } };
  const missing = Math.min(cost, capacity) - tokens;
  const wait = cost > capacity ? capacity : missing;
  return { tokens, verdict: { taken: false, retryAfterMs: Math.max(1, Math.ceil((wait * 1_000) / refillPerSecond)) } };
};
