import { checkIdempotencyKey } from '#platform/idempotency.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import { stockEditError, stockEditFault } from '../../domain/stockEdit.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const setGiftStock: MutationResolvers['setGiftStock'] = async (_, { input }, context) => {
  const command = { ...input, actorId: requireViewer(context).id };
  checkIdempotencyKey(command.idempotencyKey);
  const fault = stockEditFault(command);
  if (fault !== null) return { stock: null, userErrors: [stockEditError(fault)] };
  const { stock, error } = await context.stocks.edits.submit(command, { signal: context.signal });
  return { stock, userErrors: error === null ? [] : [error] };
};
