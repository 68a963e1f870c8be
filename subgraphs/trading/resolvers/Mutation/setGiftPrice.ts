import { submitGiftEdit } from '../../data/catalogueEditor.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const setGiftPrice: MutationResolvers['setGiftPrice'] = (_, { input: { idempotencyKey, from = null, ...input } }, context) =>
  submitGiftEdit(idempotencyKey, { operation: 'setGiftPrice', input: { ...input, from } }, context);
