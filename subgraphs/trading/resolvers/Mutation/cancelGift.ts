import { checkIdempotencyKey } from '#platform/idempotency.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const cancelGift: MutationResolvers['cancelGift'] = async (_, { input }, context) => {
  const viewer = requireViewer(context);
  checkIdempotencyKey(input.idempotencyKey);
  const { order, wallet, error } = await context.orderDesk.holds.submit(
    { kind: 'CANCEL', senderId: viewer.id, ...input },
    { signal: context.signal },
  );
  return { order, wallet, userErrors: error === null ? [] : [error] };
};
