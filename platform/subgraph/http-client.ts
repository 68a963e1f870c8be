import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { errors, Pool } from 'undici';
import { FanfareError } from '#platform/errors.ts';
import { UNAVAILABLE_RETRY_MS } from './transport.ts';
import { RESPONSE_BYTES_MAX } from './wire.ts';

/** Connections of one process to one subgraph. A connection carries one request at a time. */
const CONNECTIONS_MAX = 128;
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

  const call = async ({ method, path, headers, body, timeoutMs, signal }: HttpCall): Promise<HttpAnswer> => {
    signal?.throwIfAborted();
    const ending = new AbortController();
    const abort = (): void => ending.abort(signal?.reason);
    signal?.addEventListener('abort', abort);
    const timer = setTimeout(() => ending.abort(tooLate(name, timeoutMs)), timeoutMs);
    try {
      const answer = await pool.request({
        method,
        path: prefix + path,
        signal: ending.signal,
        headers: compressed ? { ...headers, 'accept-encoding': 'gzip' } : { ...headers },
        body: body ?? null,
      });
      const text = answer.headers['content-encoding'] === 'gzip' ? await gunzipped(answer.body) : await answer.body.text();
      return { status: answer.statusCode, body: parseJson(text) };
    } catch (error) {
      if (ending.signal.aborted) throw ending.signal.reason;
      throw error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError
        ? tooLate(name, timeoutMs, error)
        : unavailable(name, error);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  };

  return { call, close: () => pool.destroy() };
};

/** What callers see of a subgraph that cannot be reached. */
export const unavailable = (name: string, cause: unknown): FanfareError =>
  new FanfareError('SUBGRAPH_UNAVAILABLE', `${name} cannot be reached at the moment.`, { retryAfterMs: UNAVAILABLE_RETRY_MS, cause });

const tooLate = (name: string, timeoutMs: number, cause?: unknown): FanfareError =>
  new FanfareError('TIMEOUT', `${name} took longer than ${timeoutMs / 1_000} s to answer.`, { retryAfterMs: UNAVAILABLE_RETRY_MS, cause });

const unzip = promisify(gunzip);

/** A few bytes may unfold to gigabytes: what comes out is bounded as if it had come uncompressed. */
const gunzipped = async (body: { arrayBuffer(): Promise<ArrayBuffer> }): Promise<string> =>
  (await unzip(await body.arrayBuffer(), { maxOutputLength: RESPONSE_BYTES_MAX })).toString('utf8');

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // Not one of our servers (a proxy's error page): the caller sees from the missing body that nothing of ours answered.
    return undefined;
  }
};
