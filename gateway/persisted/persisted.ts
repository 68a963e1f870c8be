import { FanfareError } from '#platform/errors.ts';
import type { Store } from '#platform/store/store.ts';
import { type BucketState, takeFrom } from '#platform/store/tokens.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { UNLISTED_LOG_LENGTH_MAX, UNLISTED_LOG_RATE } from '../limits.ts';
import { createAutomaticQueries } from './automatic.ts';
import { hashOf, parseExtensions, persistedIdIn } from './extension.ts';
import type { Safelist } from './safelist.ts';

/** An operation as a client sent it, over HTTP or WebSocket. */
export interface SentOperation {
  readonly query?: unknown;
  readonly extensions?: unknown;
}

/** Finds the document that a request means, and refuses those that may not run. */
export interface PersistedOperations {
  /** The document; undefined when the request has neither a document nor an id. Every operation comes by here, whatever it comes over. Throws FanfareError BAD_REQUEST,
   * PERSISTED_QUERY_NOT_FOUND, PERSISTED_QUERY_HASH_MISMATCH, QUERY_NOT_IN_SAFELIST. */
  textOf(sent: SentOperation): Promise<string | undefined>;
  /** The body of a POST with its document in it; what is no operation is left as it is, for others to refuse. */
  inBody(body: unknown): Promise<unknown>;
  /** Puts the document into the parameters of a GET, and takes the extensions out. */
  inSearch(search: URLSearchParams): Promise<void>;
}

export interface PersistedOptions {
  readonly store: Store;
  readonly safelist: Safelist;
  readonly telemetry: Telemetry;
}

/** Automatic persisted queries and the safelist together: ids of the list's manifest come first, then what clients have taught us; what runs in the end must be on the list. */
export const createPersistedOperations = ({ store, safelist, telemetry }: PersistedOptions): PersistedOperations => {
  const automatic = createAutomaticQueries(store);
  const requests = telemetry.counter('fanfare_gateway_persisted_requests_total', 'Requests that named an operation by its id.', [
    'outcome',
  ]);
  const tellUnlisted = createUnlistedLog(telemetry, safelist);

  const resolve = async (query: string | null, id: string): Promise<string> => {
    const listed = safelist.bodyOf(id);
    if (query === null) {
      const text = listed ?? (await automatic.find(id));
      requests.inc({ outcome: 'found' });
      return text;
    }
    // A manifest's own ids are no hashes, and need not be taught.
    if (listed === undefined || listed !== query) await automatic.remember(id, query);
    requests.inc({ outcome: 'taught' });
    return query;
  };
  const textOf = async ({ query, extensions }: SentOperation): Promise<string | undefined> => {
    const id = persistedIdIn(extensions);
    const given = typeof query === 'string' && query !== '' ? query : null;
    if (id === null && given === null) return undefined;
    const text =
      id === null
        ? given
        : await resolve(given, id).catch((error: unknown) => {
            requests.inc({ outcome: 'refused' });
            throw error;
          });
    if (text === null || safelist.mode === 'off' || safelist.lists(text)) return text ?? undefined;
    tellUnlisted(text);
    if (safelist.mode === 'log') return text;
    throw new FanfareError(
      'QUERY_NOT_IN_SAFELIST',
      'This operation is not on the list of those that may run here. Send one that is listed, by its id or as it is listed, or have this one added to the list.',
    );
  };

  return {
    textOf,
    inBody: async (body) => {
      if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
      const query = await textOf(body);
      return query === undefined ? body : { ...body, query };
    },
    inSearch: async (search) => {
      const twice = PARAMETERS.find((name) => search.getAll(name).length > 1);
      if (twice !== undefined) throw new FanfareError('BAD_REQUEST', `The parameter \`${twice}\` may be given once.`);
      const query = await textOf({ query: search.get('query'), extensions: parseExtensions(search.get('extensions')) });
      if (query !== undefined) search.set('query', query);
      search.delete('extensions');
    },
  };
};

const PARAMETERS = ['query', 'variables', 'operationName', 'extensions'] as const;

/** Counts operations that are not on the list, and logs them, a bounded number each second. */
const createUnlistedLog = ({ log, counter }: Telemetry, { mode }: Safelist): ((text: string) => void) => {
  const unlisted = counter('fanfare_gateway_unlisted_operations_total', 'Operations that are not on the safelist.', ['mode']);
  let bucket: BucketState | undefined;
  return (text) => {
    unlisted.inc({ mode });
    const nowMs = Date.now();
    const { tokens, verdict } = takeFrom(bucket, UNLISTED_LOG_RATE, 1, nowMs);
    bucket = { tokens, atMs: nowMs };
    if (!verdict.taken) return;
    log.warn({ mode, sha256: hashOf(text), document: text.slice(0, UNLISTED_LOG_LENGTH_MAX) }, 'an operation is not on the safelist');
  };
};
