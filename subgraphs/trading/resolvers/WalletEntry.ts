import type { WalletEntryResolvers } from '../generated/resolvers.ts';

export const WalletEntry: WalletEntryResolvers = {
  seq: ({ seq }) => Number(seq),
};
