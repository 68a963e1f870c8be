import { previewOf } from '../../data/groupPreview.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

export const groupPreview: QueryResolvers['groupPreview'] = (_, { id }, { identity, loaders }) =>
  previewOf(id, identity.kind === 'user' ? identity.id : null, loaders);
