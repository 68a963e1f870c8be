import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { boundHeadersOf, type SigningKey, signatureFault } from '#platform/objects/signing.ts';
import { type ObjectFolder, openObjectFolder, type PutOutcome } from './objectFolder.ts';

export interface EmbeddedObjectsOptions {
  /** The folder for the objects alone, for example `.data/objects`. Made where it does not exist. */
  readonly folder: string;
  /** The types of content that it takes. Of these, images are shown by browsers, all else is saved. */
  readonly contentTypes: readonly string[];
  /** Under `production` it refuses to start. */
  readonly environment: string | undefined;
  /** All objects together at most. Default: 2 GiB, what a laptop can spare. */
  readonly totalBytesMax?: number;
}

/** A store of objects on loopback. */
export interface EmbeddedObjects {
  /** How to reach it, as environment variables. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const BUCKET = 'fanfare';
const REGION = 'local';
const TOTAL_BYTES_MAX = 2 * 1024 ** 3;
/** One object at most: above what messages may carry. */
const OBJECT_BYTES_MAX = 64 * 1024 ** 2;
/** A slow phone uploads the largest file within this time. */
const REQUEST_TIMEOUT_MS = 300_000;
const HEADERS_TIMEOUT_MS = 5_000;
const CONNECTIONS_MAX = 256;
/** What is being written when it closes may end within this time. */
const CLOSE_MS = 1_000;
/** Ids with slashes between them: a name like this stays inside the folder. */
const KEY = /^[a-z0-9-]{1,64}(?:\/[a-z0-9-]{1,64}){0,3}$/;
/** Without these a signed address would take anything, of any size. */
const BOUND_OF_PUT = ['content-type', 'content-length'];

// The address is the permission, and no cookie goes along: so any page may use one that it was given.
const CORS: OutgoingHttpHeaders = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, HEAD, PUT, DELETE',
  'access-control-allow-headers': 'content-type, if-none-match, range, x-amz-checksum-sha256',
  'access-control-max-age': '600',
};

/** Starts a small store on loopback for `npm start` and tests, with a key of its own that ends with it. It speaks of S3's protocol what Fanfare needs: to put, get, look at and delete one object at a signed address. Rejects
 * in production: keep files in a real store there. */
export const startEmbeddedObjects = async (options: EmbeddedObjectsOptions): Promise<EmbeddedObjects> => {
  if (options.environment === 'production')
    throw new Error('the embedded object store does not run in production: set OBJECT_STORE_URL to a real one');
  const key = { region: REGION, keyId: randomBytes(8).toString('hex'), secret: randomBytes(32).toString('hex') };
  const folder = await openObjectFolder(options.folder, options.totalBytesMax ?? TOTAL_BYTES_MAX);
  const parts: Parts = { key, folder, contentTypes: new Set(options.contentTypes) };
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: HEADERS_TIMEOUT_MS }, (request, response) => {
    void answer(request, response, parts);
  });
  server.maxConnections = CONNECTIONS_MAX;
  const port = await listen(server);
  return {
    env: {
      OBJECT_STORE_URL: `http://${HOST}:${port}`,
      OBJECT_STORE_BUCKET: BUCKET,
      OBJECT_STORE_REGION: REGION,
      OBJECT_STORE_KEY_ID: key.keyId,
      OBJECT_STORE_SECRET: key.secret,
      OBJECT_STORE_PUBLIC_URL: '',
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const patience = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
      await closed;
      clearTimeout(patience);
    },
  };
};

/** Deletes all objects of a folder. */
export const resetEmbeddedObjects = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });

interface Parts {
  readonly key: SigningKey;
  readonly folder: ObjectFolder;
  readonly contentTypes: ReadonlySet<string>;
}

/** Never rejects. */
const answer = async (request: IncomingMessage, response: ServerResponse, parts: Parts): Promise<void> => {
  try {
    if (request.method === 'OPTIONS') return send(request, response, 204);
    const url = `http://${request.headers.host ?? ''}${request.url ?? '/'}`;
    const [, bucket, name = ''] = /^\/([^/]*)\/(.*)$/.exec(URL.canParse(url) ? new URL(url).pathname : '') ?? [];
    if (bucket !== BUCKET || !KEY.test(name)) return send(request, response, 404, 'There is nothing here.');
    const headers = Object.fromEntries(Object.entries(request.headers).map(([header, value]) => [header, String(value)]));
    const fault = await signatureFault(parts.key, { method: request.method ?? '', url, headers }, Date.now());
    if (fault !== null) return send(request, response, 403, fault);
    switch (request.method) {
      case 'PUT':
        return await put(request, response, parts, { url, name });
      case 'GET':
      case 'HEAD':
        return await get(request, response, parts.folder, { url, name });
      case 'DELETE':
        await parts.folder.remove(name);
        return send(request, response, 204);
      default:
        return send(request, response, 405, 'An object can be put, got, looked at and deleted.');
    }
  } catch {
    // The one who asked has gone, or the disk refuses: whoever is still there hears that it did not work.
    if (response.headersSent) response.destroy();
    else send(request, response, 500, 'The object store could not do that now. Try again.');
  }
};

interface Place {
  readonly url: string;
  readonly name: string;
}

const PUT_ANSWERS: Readonly<Record<PutOutcome, readonly [status: number, text: string]>> = {
  stored: [200, ''],
  exists: [412, 'There is an object at this address already.'],
  full: [507, 'The store is full.'],
  broken: [400, 'The body is not what was announced.'],
};

const put = async (
  request: IncomingMessage,
  response: ServerResponse,
  { folder, contentTypes }: Parts,
  { url, name }: Place,
): Promise<void> => {
  const bound = boundHeadersOf(url);
  if (!BOUND_OF_PUT.every((header) => bound.includes(header)))
    return send(request, response, 403, 'The address does not bind the type and the length of what is put.');
  const { 'content-type': contentType = '', 'content-length': length, 'x-amz-checksum-sha256': sha256 } = request.headers;
  const bytes = Number(length);
  if (!contentTypes.has(contentType)) return send(request, response, 415, 'The store does not take this type.');
  if (!(Number.isInteger(bytes) && bytes > 0 && bytes <= OBJECT_BYTES_MAX))
    return send(request, response, 413, `An object has 1 to ${OBJECT_BYTES_MAX} bytes.`);
  const form = { contentType, bytes, sha256: bound.includes('x-amz-checksum-sha256') ? String(sha256) : null };
  const outcome = await folder.put(name, form, request);
  send(request, response, ...PUT_ANSWERS[outcome]);
};

const get = async (request: IncomingMessage, response: ServerResponse, folder: ObjectFolder, { url, name }: Place): Promise<void> => {
  const found = await folder.open(name);
  if (found === null) return send(request, response, 404, 'There is no such object.');
  const { contentType, bytes } = found;
  const asked = new URL(url).searchParams.get('response-content-disposition');
  const disposition = contentType.startsWith('image/') ? (asked ?? 'inline') : attachmentOf(asked);
  response.writeHead(200, {
    ...CORS,
    'content-type': contentType,
    'content-length': bytes,
    'content-disposition': disposition,
    'x-content-type-options': 'nosniff',
    // Whatever it is, it runs nothing.
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'private, max-age=300, immutable',
  });
  if (request.method === 'HEAD') {
    await found.close();
    response.end();
  } else await pipeline(found.read(), response);
};

/** What is no image is saved, whatever the address asks for. */
const attachmentOf = (asked: string | null): string => (asked?.startsWith('attachment') === true ? asked : 'attachment');

const send = (request: IncomingMessage, response: ServerResponse, status: number, text = ''): void => {
  response
    .writeHead(status, {
      ...CORS,
      'content-type': 'text/plain; charset=utf-8',
      ...(status === 204 ? {} : { 'content-length': Buffer.byteLength(text) }),
      'cache-control': 'no-store',
      // What is left of a body that nobody reads must not be taken for the next request.
      ...(request.complete ? {} : { connection: 'close' }),
    })
    .end(request.method === 'HEAD' ? '' : text);
};

const listen = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, HOST, () => resolve((server.address() as AddressInfo).port));
  });
