import type { UserResolvers } from '../generated/resolvers.ts';

export const User: UserResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  // A wallet is shown to its owner only; who asks for another's sees none.
  wallet: ({ id }, _, { identity, loaders }) => (identity.kind === 'user' && identity.id === id ? loaders.wallets.load(id) : null),
  leaderboardConsent: ({ id }, _, { identity, loaders }) =>
    identity.kind === 'user' && identity.id === id ? loaders.consents.load(id) : null,
};
