import { checkIdempotencyKey } from '#platform/idempotency.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import { checkQuantity } from '../../domain/gift.ts';
import { standingOfNew } from '../../domain/giftOrder.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

// Check the shape, submit, answer. What depends on state (on sale? live? coins?) is decided inside the lane, after the idempotency key has been looked up.
export const sendGift: MutationResolvers['sendGift'] = async (_, { input: { quantity = 1, ...input } }, context) => {
  const viewer = requireViewer(context);
  checkIdempotencyKey(input.idempotencyKey);
  const fault = checkQuantity(quantity);
  if (fault !== null) return { order: null, wallet: null, userErrors: [fault] };
  const outcome = await context.lanes.gifts.submit({ ...input, quantity, senderId: viewer.id, claims: viewer }, { signal: context.signal });
  if (!outcome.ok) return { order: null, wallet: outcome.wallet, userErrors: [outcome.error] };
  // A new order cannot be credited yet: no need to ask.
  const order = outcome.repeated ? outcome.order : { ...outcome.order, standing: standingOfNew(outcome.order) };
  return { order, wallet: outcome.wallet, userErrors: [] };
};
