import type { UploadResolvers } from '../generated/resolvers.ts';

export const Upload: UploadResolvers = {
  put: async (upload, _, { files }) => {
    const { address, expiresAt } = await files.putAddressOf(upload);
    return { url: address.url, headers: Object.entries(address.headers).map(([name, value]) => ({ name, value })), expiresAt };
  },
};
