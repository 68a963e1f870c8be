import { policiesOf } from '../../data/policies.ts';
import { PLATFORM_ID } from '../../domain/policyChange.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

export const platformFilters: QueryResolvers['platformFilters'] = async (_, __, { database }) =>
  (await policiesOf(database, [PLATFORM_ID])).get(PLATFORM_ID)?.filters ?? [];
