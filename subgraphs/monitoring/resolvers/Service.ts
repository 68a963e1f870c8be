import { requireScope } from '#platform/subgraph/authorise.ts';
import { serviceTitle } from '../domain/health.ts';
import type { ServiceResolvers } from '../generated/resolvers.ts';

/** A part of the platform, judged at the time of the request. */
export const Service: ServiceResolvers = {
  __resolveReference: ({ id }, context) => {
    requireScope(context, 'ops:read');
    return context.loaders.service.load(id);
  },
  name: ({ id }) => serviceTitle(id),
  lastReportedAt: ({ lastReportedAtMs }) => (lastReportedAtMs === null ? null : new Date(lastReportedAtMs)),
  dependsOn: async ({ dependsOn }, _, { loaders }) => {
    const services = await loaders.services();
    return services.filter(({ id }) => dependsOn.includes(id));
  },
};
