import { checkPlaces, regionAsked, streamAsked } from '../data/boardQuestion.ts';
import { BOARD_ENTRIES_MAX } from '../data/boardReader.ts';
import { viewFor } from '../domain/boardView.ts';
import type { StreamResolvers } from '../generated/resolvers.ts';

export const Stream: StreamResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  // The totals are where the streamer's earnings are.
  giftTotals: async ({ id }, _, { loaders }) => {
    const stream = await loaders.streams.load(id);
    return stream === null ? null : loaders.giftTotals.load(stream);
  },
  giftGoals: async ({ id }, _, { loaders }) => {
    const stream = await loaders.streams.load(id);
    return stream === null ? [] : loaders.giftGoals.load(stream);
  },
  leaderboard: async ({ id }, { first, region }, { identity, loaders }) => {
    checkPlaces(first, BOARD_ENTRIES_MAX);
    const shownIn = regionAsked(identity, region ?? null);
    return viewFor(await loaders.boards.load({ place: streamAsked(id, new Date()), entries: first }), first, shownIn);
  },
};
