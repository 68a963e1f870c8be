import { FanfareError } from '#platform/errors.ts';
import type { Store, TokenBucket } from '#platform/store/store.ts';
import type { Viewer } from '../execute/context.ts';

/** What callers may do in a time. Both throw FanfareError RATE_LIMITED with retryAfterMs. */
export interface Allowances {
  /** Takes one from the address's allowance. Asked before a token is verified, so that bad tokens cost, too, and a flood of them is not even looked at. */
  takeOfAddress(address: string): Promise<void>;
  /** Takes one operation from the user's allowance. Anonymous callers are limited by their address alone. */
  takeOfUser(viewer: Viewer): Promise<void>;
}

export interface Rates {
  readonly user: TokenBucket;
  readonly address: TokenBucket;
}

export const createAllowances = (store: Store, rates: Rates): Allowances => {
  const take = async (key: string, bucket: TokenBucket): Promise<void> => {
    const { taken, retryAfterMs } = await store.takeTokens(key, bucket);
    if (taken) return;
    throw new FanfareError('RATE_LIMITED', `Too many operations: try again in ${retryAfterMs} ms.`, { retryAfterMs });
  };
  return {
    takeOfAddress: (address) => take(`rate:address:${address}`, rates.address),
    takeOfUser: async ({ identity }) => {
      if (identity.id !== null) await take(`rate:user:${identity.id}`, rates.user);
    },
  };
};
