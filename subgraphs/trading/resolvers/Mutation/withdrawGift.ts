import { submitGiftEdit } from '../../data/catalogueEditor.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const withdrawGift: MutationResolvers['withdrawGift'] = (_, { input: { idempotencyKey, from = null, ...input } }, context) =>
  submitGiftEdit(idempotencyKey, { operation: 'withdrawGift', input: { ...input, from } }, context);
