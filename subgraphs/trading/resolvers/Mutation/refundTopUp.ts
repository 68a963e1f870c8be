import { checkIdempotencyKey } from '#platform/idempotency.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import { refundReasonFault, refundTopUpError } from '../../domain/topUpRefund.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const refundTopUp: MutationResolvers['refundTopUp'] = async (_, { input }, context) => {
  const operator = requireViewer(context);
  checkIdempotencyKey(input.idempotencyKey);
  const fault = refundReasonFault(input.reason);
  if (fault !== null) return { order: null, userErrors: [refundTopUpError(fault)] };
  const { topUp, error } = await context.shop.cashier.refund({ ...input, actorId: operator.id });
  return { order: topUp, userErrors: error === null ? [] : [error] };
};
