import { FanfareError } from '#platform/errors.ts';
import { RecentMap } from '#platform/store/recent.ts';
import type { Store } from '#platform/store/store.ts';
import { PERSISTED_LOCAL_BYTES_MAX, PERSISTED_LOCAL_ENTRIES_MAX, PERSISTED_TEXT_LENGTH_MAX, PERSISTED_TTL_MS } from '../limits.ts';
import { hashOf } from './extension.ts';

/** Automatic persisted queries: a client sends the hash of a document, and the document itself only when nobody knows it yet. */
export interface AutomaticQueries {
  /** The document with this hash. Throws FanfareError PERSISTED_QUERY_NOT_FOUND: stock clients send hash and document then. */
  find(id: string): Promise<string>;
  /** Remembers a document under its hash. Throws FanfareError PERSISTED_QUERY_HASH_MISMATCH when it is not its hash. Documents longer than
   * PERSISTED_TEXT_LENGTH_MAX run, and are not remembered. */
  remember(id: string, text: string): Promise<void>;
}

/** Documents are shared through the store, which may forget any of them at any time; the latest are kept in this process, too. What the store hands out is checked
 * against its hash: nobody who can write there can have another document run. */
export const createAutomaticQueries = (store: Store): AutomaticQueries => {
  const known = new RecentMap<string>({ entriesMax: PERSISTED_LOCAL_ENTRIES_MAX, bytesMax: PERSISTED_LOCAL_BYTES_MAX });
  const keep = (id: string, text: string): void => known.set(id, text, (id.length + text.length) * 2);
  return {
    find: async (id) => {
      const kept = known.get(id);
      if (kept !== undefined) return kept;
      const stored = HASH.test(id) ? await store.get(keyOf(id)) : null;
      if (stored === null || hashOf(stored) !== id) throw notFound();
      keep(id, stored);
      return stored;
    },
    remember: async (id, text) => {
      if (known.get(id) === text) return;
      if (hashOf(text) !== id)
        throw new FanfareError('PERSISTED_QUERY_HASH_MISMATCH', 'sha256Hash is not the SHA-256 (hex) of the query that came with it.');
      if (text.length > PERSISTED_TEXT_LENGTH_MAX) return;
      keep(id, text);
      await store.set(keyOf(id), text, PERSISTED_TTL_MS);
    },
  };
};

const HASH = /^[0-9a-f]{64}$/;

const keyOf = (id: string): string => `persisted:${id}`;

// Clients compare the message as well as the code, so it is exactly this.
const notFound = (): FanfareError => new FanfareError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
