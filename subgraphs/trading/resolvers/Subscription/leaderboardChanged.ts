import { interruptible } from '#platform/subgraph/stream.ts';
import { checkPlaces, regionAsked, streamAsked } from '../../data/boardQuestion.ts';
import { FOLLOWED_ENTRIES_MAX } from '../../data/boardWatch.ts';
import { viewFor } from '../../domain/boardView.ts';
import type { SubscriptionResolvers } from '../../generated/resolvers.ts';

export const leaderboardChanged: SubscriptionResolvers['leaderboardChanged'] = {
  subscribe: (_, { streamId, first, region }, context) => {
    checkPlaces(first, FOLLOWED_ENTRIES_MAX);
    streamAsked(streamId, new Date());
    const shownIn = regionAsked(context.identity, region ?? null);
    return interruptible(async function* (signal) {
      for await (const { view } of context.leaderboards.watch.follow(streamId, signal))
        yield { leaderboardChanged: viewFor(view, first, shownIn) };
    }, context.signal);
  },
};
