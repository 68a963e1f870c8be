import type { LeaderboardResolvers } from '../generated/resolvers.ts';

export const Leaderboard: LeaderboardResolvers = {
  kind: ({ place }) => place.kind,
  from: ({ place }) => (place.fromMs === null ? null : new Date(place.fromMs)),
  me: async ({ place, state }, _, { identity, leaderboards }) => {
    if (state !== 'READY' || identity.kind !== 'user' || identity.id === null) return null;
    const standing = await leaderboards.reader.standingOf(place, identity.id);
    return standing === null ? null : { rank: standing.rank, coins: BigInt(Math.round(standing.score)) };
  },
};
