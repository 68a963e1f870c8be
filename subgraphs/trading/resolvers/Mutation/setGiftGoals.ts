import { checkIdempotencyKey } from '#platform/idempotency.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import { checkGiftGoals } from '../../domain/giftGoal.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

// Whose stream it is and whether the gifts exist is decided in the lane.
export const setGiftGoals: MutationResolvers['setGiftGoals'] = async (_, { input: { streamId, idempotencyKey, ...input } }, context) => {
  const { id: actorId } = requireViewer(context);
  checkIdempotencyKey(idempotencyKey);
  const goals = input.goals.map(({ giftId = null, target }) => ({ giftId, target }));
  const fault = checkGiftGoals(goals);
  if (fault !== null) return { stream: null, userErrors: [fault] };
  const refusal = await context.lanes.giftGoals.submit({ actorId, streamId, goals, idempotencyKey }, { signal: context.signal });
  return refusal === null ? { stream: { id: streamId }, userErrors: [] } : { stream: null, userErrors: [refusal] };
};
