import { submitEdit } from '../../data/catalogueEditor.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const putTopUpProduct: MutationResolvers['putTopUpProduct'] = async (_, { input: { idempotencyKey, ...product } }, context) => {
  const input = { ...product, version: product.version ?? null, bonusCoins: product.bonusCoins ?? 0n, onSale: product.onSale ?? true };
  const { item, userErrors } = await submitEdit(idempotencyKey, { operation: 'putTopUpProduct', input }, context);
  return { product: item?.kind === 'product' ? item.product : null, userErrors };
};
