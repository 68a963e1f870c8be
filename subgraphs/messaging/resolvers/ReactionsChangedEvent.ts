import type { ReactionsChangedEventResolvers } from '../generated/resolvers.ts';

export const ReactionsChangedEvent: ReactionsChangedEventResolvers = {
  reactions: ({ messageId, reactions }) => reactions.map((reaction) => ({ ...reaction, messageId })),
};
