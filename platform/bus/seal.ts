import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { IdentityKey } from '#platform/config/parsers.ts';

/** Closes messages so that whoever can write to Redis, but has none of our keys, cannot make one up. */
export interface Seal {
  close(channel: string, message: string): string;
  /** The message, or null when none of our processes wrote it for that channel. */
  open(channel: string, sealed: string): string | null;
}

/** Parts the uses of a key: what was signed for one is worth nothing for another. */
const PURPOSE = 'fanfare bus';
/** `<key id>.<MAC>.` before the message. 32 bytes are 43 characters of base64url. */
const FORM = /^([^.]+)\.([\w-]{43})\./;

/** Seals with the first key and opens with all of them, like identities. A sealed message can still be lost, repeated or delayed: followers bear that from any bus.
 * Throws TypeError when there is no key. */
export const createSeal = (keys: readonly IdentityKey[]): Seal => {
  const prepared = keys.map(({ id, secret }): readonly [string, KeyObject] => [id, createSecretKey(secret)]);
  const [sealing] = prepared;
  if (sealing === undefined) throw new TypeError('the bus needs at least one key');
  const byId = new Map(prepared);
  return {
    close: (channel, message) => {
      const [id, key] = sealing;
      return `${id}.${macOf(key, channel, message).toString('base64url')}.${message}`;
    },
    open: (channel, sealed) => {
      const [head = '', id = '', mac = ''] = FORM.exec(sealed) ?? [];
      const key = byId.get(id);
      if (key === undefined) return null;
      const message = sealed.slice(head.length);
      const given = Buffer.from(mac, 'base64url');
      const expected = macOf(key, channel, message);
      return given.length === expected.length && timingSafeEqual(given, expected) ? message : null;
    },
  };
};

// Channels hold no line break, so no two pairs of channel and message are signed alike.
const macOf = (key: KeyObject, channel: string, message: string): Buffer =>
  createHmac('sha256', key).update(`${PURPOSE}\n${channel}\n${message}`).digest();
