import { createUploadFrom } from '../../data/createUpload.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const createUpload: MutationResolvers['createUpload'] = (_, { input }, context) => createUploadFrom(input, context);
