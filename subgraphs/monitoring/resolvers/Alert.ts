import { requireScope } from '#platform/subgraph/authorise.ts';
import type { AlertResolvers } from '../generated/resolvers.ts';

/** One breach of a rule. Other subgraphs may refer to it; who follows the reference needs `ops:read` like everybody else. */
export const Alert: AlertResolvers = {
  __resolveReference: ({ id }, context) => {
    requireScope(context, 'ops:read');
    return context.loaders.alert.load(id);
  },
  service: ({ service }, _, { loaders }) => loaders.service.load(service),
};
