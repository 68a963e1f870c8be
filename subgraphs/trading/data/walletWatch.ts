import type { Bus } from '#platform/bus/bus.ts';
import { openStateWatch, type StateWatch } from '#platform/bus/state-watch.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { type WalletState, walletVersion } from '../domain/ledger.ts';
import { walletChannel } from '../events.ts';
import type { Partitions } from './partitions.ts';
import { emptyWallet, readWallets } from './wallets.ts';

/** Follows wallets by owner. Somebody who never had one has an empty one. */
export type WalletWatch = StateWatch<WalletState>;

export const openWalletWatch = (partitions: Partitions, bus: Bus, telemetry: Telemetry): WalletWatch =>
  openStateWatch({
    name: 'wallets',
    bus,
    telemetry,
    channelOf: walletChannel,
    sourceOf: (ownerId) => partitions.of(ownerId).index,
    // Keys of one source come together: the first one's partition has them all.
    read: async (ownerIds) => {
      const wallets = await readWallets(partitions.of(ownerIds[0] ?? '').database, ownerIds);
      return new Map(ownerIds.map((ownerId) => [ownerId, wallets.get(ownerId) ?? emptyWallet(ownerId)]));
    },
    versionOf: walletVersion,
  });
