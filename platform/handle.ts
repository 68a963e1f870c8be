import { createHash } from 'node:crypto';

/** A readable part longer than this no longer fits beside a name on a phone. */
const SLUG_CHARACTERS_MAX = 32;
/** 32 bits tell the few ids apart that share a readable part; 96 bits tell all apart. */
const SUFFIX_CHARACTERS = 8;
const LONG_SUFFIX_CHARACTERS = 24;
const ENDS_LIKE_A_SUFFIX = /-[0-9a-f]{8}$/;

/** The handle that belongs to a user id, the same in every process: the id itself where it reads as a handle (`luna`), else its readable part and a part of
 * its hash (`Luna|42` gives `luna-42-` and 8 hexadecimal digits). An id that looks like the latter gets a suffix too, so nobody can take another's. Lower case
 * letters, digits and single dashes, at most 41 characters. */
export const handleOf = (userId: string): string => {
  const slug = slugOf(userId);
  return slug === userId && !ENDS_LIKE_A_SUFFIX.test(userId) ? slug : withHash(userId, SUFFIX_CHARACTERS);
};

/** A longer handle, at most 57 characters, for whoever finds that theirs is taken after all. */
export const longHandleOf = (userId: string): string => withHash(userId, LONG_SUFFIX_CHARACTERS);

/** What to call a user who has not chosen a name: `streamer-01` gives `Streamer 01`. */
export const displayNameOf = (userId: string): string =>
  handleOf(userId)
    .split('-')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(' ');

const withHash = (userId: string, characters: number): string =>
  `${slugOf(userId) || 'user'}-${createHash('sha256').update(userId).digest('hex').slice(0, characters)}`;

const slugOf = (userId: string): string =>
  userId
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_CHARACTERS_MAX)
    .replaceAll(/^-|-$/g, '');
