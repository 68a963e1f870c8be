import { newId } from '#platform/ids.ts';
import { changePolicy } from '../../data/changePolicy.ts';
import { PLATFORM_ID } from '../../domain/policyChange.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const addFilter: MutationResolvers['addFilter'] = (_, { input }, context) => {
  const { kind, action, idempotencyKey: key } = input;
  const filter = { id: newId(), kind, action, text: input.text.trim() };
  const conversationId = input.conversationId ?? PLATFORM_ID;
  return changePolicy({ key, action: { type: 'addFilter', conversationId, filter }, raw: [kind, action, input.text] }, context);
};
