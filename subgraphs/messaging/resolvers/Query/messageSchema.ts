import { isSchemaName } from '../../domain/sendInput.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

export const messageSchema: QueryResolvers['messageSchema'] = (_, { name }, { loaders }) =>
  isSchemaName(name) ? loaders.messageSchemas.load(name) : null;
