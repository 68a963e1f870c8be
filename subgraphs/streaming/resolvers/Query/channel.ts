import { channelByHandle } from '../../data/channels.ts';
import { isHandle } from '../../domain/check.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

export const channel: QueryResolvers['channel'] = (_, { handle }, { prisma }) =>
  isHandle(handle) ? channelByHandle(prisma, handle) : null;
