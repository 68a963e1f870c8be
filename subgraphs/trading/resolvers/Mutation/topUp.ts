import { checkIdempotencyKey } from '#platform/idempotency.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const topUp: MutationResolvers['topUp'] = async (_, { input }, context) => {
  const viewer = requireViewer(context);
  checkIdempotencyKey(input.idempotencyKey);
  const outcome = await context.shop.cashier.topUp({ ...input, ownerId: viewer.id });
  if (!outcome.ok) return { order: outcome.topUp, clientSecret: null, wallet: null, userErrors: [outcome.error] };
  return { order: outcome.topUp, clientSecret: outcome.clientSecret, wallet: outcome.wallet, userErrors: [] };
};
