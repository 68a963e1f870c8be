import { hash } from 'node:crypto';
import { FanfareError } from '#platform/errors.ts';

/** Characters of a persisted operation's id: a SHA-256 in hex has 64, and manifests may have ids of their own. */
export const PERSISTED_ID_LENGTH_MAX = 128;

/** The SHA-256 of a document, in hex, as automatic persisted queries have it. */
export const hashOf = (text: string): string => hash('sha256', text, 'hex');

/** The id of the persisted operation that a request means, or null when it means none. `extensions`: as the client sent them; nothing else of them is looked at.
 * Throws FanfareError BAD_REQUEST. Source: Apollo's protocol for automatic persisted queries, `{ persistedQuery: { version: 1, sha256Hash } }`. */
export const persistedIdIn = (extensions: unknown): string | null => {
  if (!isObject(extensions)) return null;
  const { persistedQuery } = extensions;
  if (persistedQuery === undefined || persistedQuery === null) return null;
  if (!isObject(persistedQuery)) throw malformed('it is an object');
  const { version, sha256Hash } = persistedQuery;
  if (version !== 1) throw malformed('its version is 1');
  if (typeof sha256Hash !== 'string' || sha256Hash === '' || sha256Hash.length > PERSISTED_ID_LENGTH_MAX)
    throw malformed(`its sha256Hash is a text of 1 to ${PERSISTED_ID_LENGTH_MAX} characters`);
  return sha256Hash;
};

/** The extensions of a GET, which stand in its address as JSON. Throws FanfareError BAD_REQUEST. */
export const parseExtensions = (text: string | null): unknown => {
  if (text === null || text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FanfareError('BAD_REQUEST', 'The parameter `extensions` is not JSON.', { cause: error });
  }
};

const malformed = (what: string): FanfareError => new FanfareError('BAD_REQUEST', `extensions.persistedQuery is malformed: ${what}.`);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
