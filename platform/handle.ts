import { createHash } from 'node:crypto';

/** A readable part longer than this no longer fits beside a name on a phone. */
const SLUG_CHARACTERS_MAX = 32;
/** 32 bits tell the few ids apart that share a readable part. */
const SUFFIX_CHARACTERS = 8;

/** The handle that belongs to a user id, the same in every process: the id itself where it reads as a handle (`luna`), else its readable part and a part of
 * its hash (`Luna|42` gives `luna-42-` and 8 hexadecimal digits). Lower case letters, digits and single dashes, at most 41 characters. */
export const handleOf = (userId: string): string => {
  const slug = slugOf(userId);
  return slug === userId ? slug : distinctHandleOf(userId);
};

/** The same with the hash in any case: for whoever finds the plain handle taken. */
export const distinctHandleOf = (userId: string): string => {
  const suffix = createHash('sha256').update(userId).digest('hex').slice(0, SUFFIX_CHARACTERS);
  return `${slugOf(userId) || 'user'}-${suffix}`;
};

/** What to call a user who has not chosen a name: `streamer-01` gives `Streamer 01`. */
export const displayNameOf = (userId: string): string =>
  handleOf(userId)
    .split('-')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(' ');

const slugOf = (userId: string): string =>
  userId
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_CHARACTERS_MAX)
    .replaceAll(/^-|-$/g, '');
