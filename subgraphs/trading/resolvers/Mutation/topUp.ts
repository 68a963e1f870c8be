import { checkIdempotencyKey } from '#platform/idempotency.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const topUp: MutationResolvers['topUp'] = async (_, { input }, context) => {
  const viewer = requireViewer(context);
  checkIdempotencyKey(input.idempotencyKey);
  const outcome = await context.cashier.topUp({ ...input, ownerId: viewer.id });
  return outcome.ok ? { wallet: outcome.wallet, userErrors: [] } : { wallet: null, userErrors: [outcome.error] };
};
