import type { GroupChangedEventResolvers } from '../generated/resolvers.ts';

export const GroupChangedEvent: GroupChangedEventResolvers = {
  by: ({ byId }, _, { loaders }) => loaders.users.load(byId),
  owner: ({ ownerId }, _, { loaders }) => loaders.users.load(ownerId),
  isClosed: ({ status }) => status === 'CLOSED',
  joined: ({ joined }, _, { loaders }) => Promise.all(joined.map((userId) => loaders.users.load(userId))),
  left: ({ left }, _, { loaders }) => Promise.all(left.map((userId) => loaders.users.load(userId))),
};
