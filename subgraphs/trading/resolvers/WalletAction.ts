import type { WalletActionResolvers } from '../generated/resolvers.ts';

export const WalletAction: WalletActionResolvers = {
  actor: ({ actorId }) => ({ id: actorId }),
};
