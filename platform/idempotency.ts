import { createHash } from 'node:crypto';
import { FanfareError } from './errors.ts';

/** A UUID has 36 characters; other generators' keys fit too. */
export const IDEMPOTENCY_KEY_CHARACTERS_MAX = 128;

/** Refuses an idempotencyKey that is empty or too long. Throws FanfareError BAD_USER_INPUT. */
export const checkIdempotencyKey = (key: string): void => {
  if (key.length > 0 && key.length <= IDEMPOTENCY_KEY_CHARACTERS_MAX) return;
  throw new FanfareError(
    'BAD_USER_INPUT',
    `An idempotencyKey has 1 to ${IDEMPOTENCY_KEY_CHARACTERS_MAX} characters; this one has ${key.length}.`,
  );
};

/** What a key was used for: a hash of the operation and its raw input, part by part in a fixed order. The same key with another fingerprint is a conflict. */
export const fingerprintOf = (operation: string, ...rawInput: readonly (string | number | boolean | null)[]): string =>
  createHash('sha256')
    .update(JSON.stringify([operation, ...rawInput]))
    .digest('base64url');
