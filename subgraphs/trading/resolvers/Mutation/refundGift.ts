import { checkIdempotencyKey } from '#platform/idempotency.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import { findRefundable, submitRefund } from '../../data/refunds.ts';
import { isRefundReason, type RefundErrorCode, refundError } from '../../domain/refund.ts';
import type { MutationResolvers, RefundGiftPayload } from '../../generated/resolvers.ts';

// Orders never change, so what is wrong with one is found without a lock; whether it was given back is decided in the lane of its receiver.
export const refundGift: MutationResolvers['refundGift'] = async (_, { input }, context) => {
  const { id: operatorId } = requireViewer(context);
  const { orderId, reason, idempotencyKey } = input;
  checkIdempotencyKey(idempotencyKey);
  if (!isRefundReason(reason)) return refused('REASON_INVALID');
  const found = await findRefundable(context.loaders, orderId, new Date());
  if (!found.ok) return refused(found.refusal);
  const { order } = found;
  const refusal = await submitRefund(context.orderDesk.refunds, { order, operatorId, reason, idempotencyKey }, context.signal);
  return refusal === null ? { order, userErrors: [] } : refused(refusal);
};

const refused = (code: RefundErrorCode): { readonly order: null; readonly userErrors: RefundGiftPayload['userErrors'] } => ({
  order: null,
  userErrors: [refundError(code)],
});
