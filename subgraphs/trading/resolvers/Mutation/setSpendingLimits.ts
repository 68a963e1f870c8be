import { checkIdempotencyKey } from '#platform/idempotency.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import { checkLimits } from '../../domain/spendingLimits.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const setSpendingLimits: MutationResolvers['setSpendingLimits'] = async (_, { input }, context) => {
  const { id: ownerId } = requireViewer(context);
  const { idempotencyKey, dayCoinsMax, sessionCoinsMax } = input;
  checkIdempotencyKey(idempotencyKey);
  const command = { ownerId, idempotencyKey, dayCoinsMax, sessionCoinsMax };
  const fault = checkLimits(command);
  if (fault !== null) return { wallet: null, userErrors: [fault] };
  const { wallet, error } = await context.lanes.spendingLimits.submit(command, { signal: context.signal });
  return { wallet, userErrors: error === null ? [] : [error] };
};
