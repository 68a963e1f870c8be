import type { QueryResolvers } from '../../generated/resolvers.ts';

/** All services, judged at the time of the request: old reports look old. */
export const services: QueryResolvers['services'] = (_, __, { loaders }) => loaders.services();
