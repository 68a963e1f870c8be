import type { Bus } from '#platform/bus/bus.ts';
import { createStateHints, type StateHints } from '#platform/bus/state-watch.ts';
import { walletChannel } from '../events.ts';

/** Tells whoever follows these wallets that they have changed. Call it after COMMIT. */
export type WalletHints = StateHints;

export const createWalletHints = (bus: Bus): WalletHints => createStateHints(bus, walletChannel);
