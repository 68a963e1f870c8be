import { messagePlaceOf } from '../domain/messageId.ts';
import type { ReactionResolvers } from '../generated/resolvers.ts';

export const Reaction: ReactionResolvers = {
  mine: ({ messageId, emoji }, _, { identity, loaders }) => {
    const place = messagePlaceOf(messageId);
    if (identity.kind !== 'user' || identity.id === null || place === null) return null;
    return loaders.reacted.load({ ...place, emoji, userId: identity.id });
  },
};
