import type { MessageSchemaResolvers } from '../generated/resolvers.ts';

export const MessageSchema: MessageSchemaResolvers = {
  schema: ({ definition }) => definition,
  by: ({ byId }, _, { loaders }) => loaders.users.load(byId),
};
