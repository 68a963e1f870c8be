import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type Dispatcher, Pool } from 'undici';
import { FanfareError } from '#platform/errors.ts';
import { LostAnswer, UNAVAILABLE_RETRY_MS } from './transport.ts';
import { RESPONSE_BYTES_MAX } from './wire.ts';

/** Connections of one process to one subgraph. A connection carries one request at a time, so these bound how much a subgraph's lanes and loaders can do in one go:
 * with half as many, 256 simultaneous gifts travel in smaller batches, and cost a tenth more on both sides and in PostgreSQL. */
const CONNECTIONS_MAX = 256;
/** A subgraph on the same network accepts at once, or is away. */
const CONNECT_TIMEOUT_MS = 2_000;
/** Shorter than the server's 65 s: the client always closes first, so no request meets a closing socket. */
const KEEP_ALIVE_MS = 30_000;

export interface HttpAnswer {
  readonly status: number;
  /** Parsed JSON, or undefined when the body is none. */
  readonly body: unknown;
}

export interface HttpCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** JSON over a pool of kept-alive connections to one subgraph. `call` throws FanfareError SUBGRAPH_UNAVAILABLE when it cannot be reached, TIMEOUT when it
 * doesn't answer in time, and the signal's reason when that is aborted. */
export interface HttpClient {
  call(call: HttpCall): Promise<HttpAnswer>;
  close(): Promise<void>;
}

export interface HttpClientOptions {
  /** Whether answers may come compressed (gzip): saves network, costs CPU on both sides. Default: not. */
  readonly compressed?: boolean;
}

/** `name` is for messages; a path in `url` is put before every call's path. */
export const createHttpClient = (name: string, url: string, { compressed = false }: HttpClientOptions = {}): HttpClient => {
  const { origin, pathname } = new URL(url);
  const prefix = pathname.replace(/\/$/, '');
  const pool = new Pool(origin, {
    connections: CONNECTIONS_MAX,
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxResponseSize: RESPONSE_BYTES_MAX,
  });

  const call = ({ method, path, headers, body, timeoutMs, signal }: HttpCall): Promise<HttpAnswer> =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      let controller: Dispatcher.DispatchController | null = null;
      let ended: Error | null = null;
      let status = 0;
      let zipped = false;
      const chunks: Buffer[] = [];
      const finish = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      };
      const fail = (error: Error): void => {
        finish();
        ended ??= error;
        reject(ended);
      };
      const end = (error: Error): void => {
        fail(error);
        // Null while it waits for a connection: then it is aborted as soon as it has one.
        controller?.abort(error);
      };
      const abort = (): void => end(signal?.reason);
      const timer = setTimeout(() => end(tooLate(name, timeoutMs)), timeoutMs);
      signal?.addEventListener('abort', abort, { once: true });
      const handler: Dispatcher.DispatchHandler = {
        onRequestStart: (given) => {
          controller = given;
          if (ended !== null) given.abort(ended);
        },
        onResponseStart: (_, statusCode, answered) => {
          status = statusCode;
          zipped = answered['content-encoding'] === 'gzip';
        },
        onResponseData: (_, chunk) => void chunks.push(chunk),
        onResponseEnd: () => {
          finish();
          const bytes = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
          if (zipped)
            gunzipped(bytes).then(
              (text) => resolve({ status, body: parseJson(text) }),
              (error: unknown) => reject(unavailable(name, error)),
            );
          else resolve({ status, body: parseJson(textOf(bytes)) });
        },
        // Without a controller the request never had a connection, so nothing of it was sent.
        onResponseError: (_, error) => fail(ended ?? (controller === null ? unavailable(name, error) : lost(name, error))),
      };
      // The whole call has a timeout of its own.
      pool.dispatch(
        {
          method,
          path: prefix + path,
          headers: compressed ? { ...headers, 'accept-encoding': 'gzip' } : { ...headers },
          body: body ?? null,
          headersTimeout: 0,
          bodyTimeout: 0,
        },
        handler,
      );
    });

  return { call, close: () => pool.destroy() };
};

/** What callers see of a subgraph that cannot be reached. */
export const unavailable = (name: string, cause: unknown): FanfareError =>
  new FanfareError('SUBGRAPH_UNAVAILABLE', `${name} cannot be reached at the moment.`, { retryAfterMs: UNAVAILABLE_RETRY_MS, cause });

const lost = (name: string, cause: unknown): LostAnswer =>
  new LostAnswer('SUBGRAPH_UNAVAILABLE', `${name} cannot be reached at the moment.`, { retryAfterMs: UNAVAILABLE_RETRY_MS, cause });

const tooLate = (name: string, timeoutMs: number): FanfareError =>
  new FanfareError('TIMEOUT', `${name} took longer than ${timeoutMs / 1_000} s to answer.`, { retryAfterMs: UNAVAILABLE_RETRY_MS });

const unzip = promisify(gunzip);

/** A few bytes may unfold to gigabytes: what comes out is bounded as if it had come uncompressed. */
const gunzipped = async (bytes: Buffer): Promise<string> => textOf(await unzip(bytes, { maxOutputLength: RESPONSE_BYTES_MAX }));

// Some servers put a byte order mark in front, which JSON doesn't know.
const textOf = (bytes: Buffer): string => {
  const text = bytes.toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // Not one of our servers (a proxy's error page): the caller sees from the missing body that nothing of ours answered.
    return undefined;
  }
};
