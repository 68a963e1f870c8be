import type { Bus } from '#platform/bus/bus.ts';
import { walletChannel } from '../events.ts';

/** Tells whoever follows these wallets that they have changed. Call it after COMMIT. */
export interface WalletHints {
  publish(ownerIds: Iterable<string>): void;
}

/** Hints over the bus, one per wallet however often it is named. A lost one costs its followers one re-check. */
export const createWalletHints = (bus: Bus): WalletHints => ({
  publish: (ownerIds) => {
    for (const ownerId of new Set(ownerIds)) bus.publish(walletChannel(ownerId), '');
  },
});
