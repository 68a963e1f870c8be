import type { TopUpRefundResolvers } from '../generated/resolvers.ts';

export const TopUpRefund: TopUpRefundResolvers = {
  actor: ({ actorId }) => ({ id: actorId }),
};
