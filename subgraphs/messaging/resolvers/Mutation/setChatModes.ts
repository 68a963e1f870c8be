import { changePolicy } from '../../data/changePolicy.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const setChatModes: MutationResolvers['setChatModes'] = (_, { input }, context) => {
  const { conversationId, idempotencyKey: key, followersOnlyMinutes, ...given } = input;
  // What is null stays as it is, except where null is a mode: off.
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null && value !== undefined));
  const modes = followersOnlyMinutes === undefined ? set : { ...set, followersOnlyMinutes };
  return changePolicy({ key, action: { type: 'modes', conversationId, modes }, raw: [JSON.stringify(modes)] }, context);
};
