import { FanfareError } from '#platform/errors.ts';
import type { Store, TokenBucket } from '#platform/store/store.ts';
import type { Viewer } from '../execute/context.ts';

/** Takes one operation from the caller's allowance and from its address's. Throws FanfareError RATE_LIMITED with retryAfterMs. */
export type TakeOperation = (viewer: Viewer, address: string) => Promise<void>;

export interface Rates {
  readonly user: TokenBucket;
  readonly address: TokenBucket;
}

export const createTakeOperation =
  (store: Store, rates: Rates): TakeOperation =>
  async ({ identity }, address) => {
    const [ofUser, ofAddress] = await Promise.all([
      identity.id === null ? UNLIMITED : store.takeTokens(`rate:user:${identity.id}`, rates.user),
      store.takeTokens(`rate:address:${address}`, rates.address),
    ]);
    const retryAfterMs = Math.max(ofUser.retryAfterMs, ofAddress.retryAfterMs);
    if (ofUser.taken && ofAddress.taken) return;
    throw new FanfareError('RATE_LIMITED', `Too many operations: try again in ${retryAfterMs} ms.`, { retryAfterMs });
  };

/** Anonymous callers are limited by their address alone. */
const UNLIMITED = { taken: true, retryAfterMs: 0 } as const;
