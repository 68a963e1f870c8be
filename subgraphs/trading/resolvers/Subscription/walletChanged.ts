import { requireViewer } from '#platform/subgraph/authorise.ts';
import { interruptible } from '#platform/subgraph/stream.ts';
import type { SubscriptionResolvers } from '../../generated/resolvers.ts';

export const walletChanged: SubscriptionResolvers['walletChanged'] = {
  subscribe: (_, __, context) => {
    const { id } = requireViewer(context);
    return interruptible(async function* (signal) {
      for await (const wallet of context.walletWatch.follow(id, signal)) yield { walletChanged: wallet };
    }, context.signal);
  },
};
