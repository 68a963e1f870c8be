import type { AttachmentResolvers } from '../generated/resolvers.ts';

export const Attachment: AttachmentResolvers = {
  link: async (attachment, _, { files }) => {
    const signed = await files.readAddressOf(attachment);
    return signed === null ? null : { url: signed.address, expiresAt: signed.expiresAt };
  },
};
