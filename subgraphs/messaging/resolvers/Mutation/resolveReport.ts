import { decideItem } from '../../data/queue.ts';
import { reportCaseFor } from '../../data/queueItems.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const resolveReport: MutationResolvers['resolveReport'] = async (_, { input }, context) => {
  const { reportCaseId: itemId, decision } = input;
  const refusal = await decideItem(
    { ...input, itemId, place: 'reportCaseId' },
    (item) => ({ ...item, type: 'resolve', decision }),
    context,
  );
  return { reportCase: await reportCaseFor(itemId, context), userErrors: refusal === null ? [] : [refusal] };
};
