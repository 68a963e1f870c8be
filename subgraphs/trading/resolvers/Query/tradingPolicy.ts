import { readTradingPolicy } from '../../data/policy.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

export const tradingPolicy: QueryResolvers['tradingPolicy'] = (_, __, { partitions }) => readTradingPolicy(partitions.home.database);
