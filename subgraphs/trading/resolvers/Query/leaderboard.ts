import { checkPlaces, placeAsked, regionAsked } from '../../data/boardQuestion.ts';
import { BOARD_ENTRIES_MAX } from '../../data/boardReader.ts';
import { viewFor } from '../../domain/boardView.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

export const leaderboard: QueryResolvers['leaderboard'] = async (_, { kind, period, at, streamId, first, region }, context) => {
  checkPlaces(first, BOARD_ENTRIES_MAX);
  const place = placeAsked({ kind, period: period ?? 'DAY', at: at ?? null, streamId: streamId ?? null }, new Date());
  const shownIn = regionAsked(context.identity, region ?? null);
  return viewFor(await context.loaders.boards.load({ place, entries: first }), first, shownIn);
};
