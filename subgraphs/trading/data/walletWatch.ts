import type { Bus } from '#platform/bus/bus.ts';
import type { Database } from '#platform/database/database.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { type WalletState, walletVersion } from '../domain/ledger.ts';
import { walletChannel } from '../events.ts';
import { openStateWatch, type StateWatch } from './stateWatch.ts';
import { emptyWallet, readWallets } from './wallets.ts';

/** Follows wallets by owner. Somebody who never had one has an empty one. */
export type WalletWatch = StateWatch<WalletState>;

export const openWalletWatch = (database: Database, bus: Bus, telemetry: Telemetry): WalletWatch =>
  openStateWatch({
    name: 'wallets',
    bus,
    telemetry,
    channelOf: walletChannel,
    read: async (ownerIds) => {
      const wallets = await readWallets(database, ownerIds);
      return new Map(ownerIds.map((ownerId) => [ownerId, wallets.get(ownerId) ?? emptyWallet(ownerId)]));
    },
    versionOf: walletVersion,
  });
