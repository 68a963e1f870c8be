import { heldMessageFor } from '../data/queueItems.ts';
import type { PostMessagePayloadResolvers } from '../generated/resolvers.ts';

export const PostMessagePayload: PostMessagePayloadResolvers = {
  held: ({ heldId }, _, context) => (heldId === null ? null : heldMessageFor(heldId, context)),
};
