import { createHash } from 'node:crypto';

/** The id of a user's channel: a UUID (version 8) of the owner's id, so that the channel is found without a lookup table and made once even by two
 * processes at the same time. */
export const channelIdOf = (ownerId: string): string => {
  const bytes = createHash('sha256').update(`fanfare channel of ${ownerId}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};
