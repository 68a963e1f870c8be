import { FanfareError } from '#platform/errors.ts';
import { followStream } from '../../data/followStream.ts';
import type { SubscriptionResolvers } from '../../generated/resolvers.ts';

export const streamChanged: SubscriptionResolvers['streamChanged'] = {
  subscribe: async (_, { streamId }, context) => {
    const stream = await context.loaders.streams.load(streamId);
    if (stream === null) throw new FanfareError('BAD_USER_INPUT', 'There is no stream with this id.');
    return followStream(streamId, context);
  },
};
