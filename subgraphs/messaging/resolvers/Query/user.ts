import { USER_ID_CHARACTERS_MAX } from '../../domain/limits.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

export const user: QueryResolvers['user'] = (_, { id }, { loaders }) =>
  id.length > USER_ID_CHARACTERS_MAX ? null : loaders.profiles.load(id);
