import { registerSchema } from '../../data/registerSchema.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const registerMessageSchema: MutationResolvers['registerMessageSchema'] = (_, { input }, context) => registerSchema(input, context);
