import { decideItem } from '../../data/queue.ts';
import { heldMessageFor } from '../../data/queueItems.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const reviewHeldMessage: MutationResolvers['reviewHeldMessage'] = async (_, { input }, context) => {
  const { heldMessageId: itemId, decision } = input;
  const refusal = await decideItem(
    { ...input, itemId, place: 'heldMessageId' },
    (item) => ({ ...item, type: 'review', decision }),
    context,
  );
  return { heldMessage: await heldMessageFor(itemId, context), userErrors: refusal === null ? [] : [refusal] };
};
