import { FanfareError } from '#platform/errors.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import { interruptible } from '#platform/subgraph/stream.ts';
import { presenceUsersFault } from '../../domain/presence.ts';
import type { SubscriptionResolvers } from '../../generated/resolvers.ts';

export const presence: SubscriptionResolvers['presence'] = {
  subscribe: (_, { userIds }, context) => {
    const { id } = requireViewer(context);
    const fault = presenceUsersFault(userIds);
    if (fault !== null) throw new FanfareError('BAD_USER_INPUT', fault);
    return interruptible(async function* (signal) {
      for await (const state of context.states.presences.follow(id, [...new Set(userIds)], signal)) yield { presence: state };
    }, context.signal);
  },
};
