import type { LeaderboardEntryResolvers } from '../generated/resolvers.ts';

export const LeaderboardEntry: LeaderboardEntryResolvers = {
  user: ({ userId }) => (userId === null ? null : { id: userId }),
};
