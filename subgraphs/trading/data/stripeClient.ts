import { setTimeout as wait } from 'node:timers/promises';
import { Pool } from 'undici';

/** The version of Stripe's API that we speak: the first that tells every refund by events of its own. Webhook endpoints are to be made with it too. */
export const STRIPE_VERSION = '2024-10-28.acacia';

/** Connections of one process. A connection carries one request at a time. */
const CONNECTIONS_MAX = 32;
const CONNECT_TIMEOUT_MS = 2_000;
/** One try, from connect to the end of the answer. A request that hangs is worth trying again: its key makes that harmless. */
const TRY_TIMEOUT_MS = 4_000;
/** Tries in all. The caller's own time limit ends them earlier. */
export const TRIES_MAX = 3;
/** The pause before another try: doubles, with jitter. */
const PAUSE_MS = 150;
/** A `Retry-After` longer than this is not waited for: the sweep comes again. */
const RETRY_AFTER_MAX_MS = 2_000;
/** Objects that we ask for have some kilobytes. */
const ANSWER_BYTES_MAX = 1024 * 1024;

export interface StripeClientOptions {
  /** Where Stripe's API is, without `/v1`. */
  readonly url: string;
  readonly secretKey: string;
}

/** What Stripe said, for good: done, or refused (400, 402, 404). */
export interface StripeAnswer {
  readonly status: number;
  /** Parsed JSON. */
  readonly body: unknown;
  /** Whether this is the stored answer to an earlier request with the same key, and may be out of date. */
  readonly replayed: boolean;
}

export interface StripeClient {
  get(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<StripeAnswer>;
  /** `key`: requests with the same key are carried out once; null where repeating does no harm. */
  post(path: string, form: Readonly<Record<string, string>>, key: string | null, signal: AbortSignal): Promise<StripeAnswer>;
  close(): Promise<void>;
}

/** Stripe did not answer, or not for good: the same request may be sent again. */
export class StripeUnavailableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StripeUnavailableError';
  }
}

/** Requests to Stripe's API: forms out, JSON back. Network errors, 409, 429 and 5xx are tried again, TRIES_MAX times in all and with the same key; then it throws
 * StripeUnavailableError. So it does for 401 and 403: the key is wrong, which somebody has to mend. */
export const createStripeClient = ({ url, secretKey }: StripeClientOptions): StripeClient => {
  const { origin, pathname } = new URL(url);
  const prefix = pathname.replace(/\/$/, '');
  const pool = new Pool(origin, {
    connections: CONNECTIONS_MAX,
    connectTimeout: CONNECT_TIMEOUT_MS,
    headersTimeout: TRY_TIMEOUT_MS,
    bodyTimeout: TRY_TIMEOUT_MS,
    maxResponseSize: ANSWER_BYTES_MAX,
  });
  const ask = async (request: StripeRequest, signal: AbortSignal): Promise<Attempt> => {
    try {
      const { statusCode, headers, body } = await pool.request({
        method: request.method,
        path: prefix + request.path,
        headers: {
          authorization: `Bearer ${secretKey}`,
          'stripe-version': STRIPE_VERSION,
          'user-agent': 'fanfare-trading',
          ...request.headers,
        },
        body: request.body,
        signal: AbortSignal.any([signal, AbortSignal.timeout(TRY_TIMEOUT_MS)]),
      });
      return judge({ statusCode, headers, text: await body.text() });
    } catch (error) {
      signal.throwIfAborted();
      return { kind: 'again', error: new StripeUnavailableError('Stripe could not be reached', { cause: error }), afterMs: null };
    }
  };
  const send = async (request: StripeRequest, signal: AbortSignal): Promise<StripeAnswer> => {
    for (let tries = 1; ; tries += 1) {
      signal.throwIfAborted();
      const attempt = await ask(request, signal);
      if (attempt.kind === 'answer') return attempt.answer;
      if (attempt.kind === 'stop' || tries >= TRIES_MAX) throw attempt.error;
      await wait(attempt.afterMs ?? PAUSE_MS * 2 ** (tries - 1) * (0.5 + Math.random() / 2), undefined, { signal });
    }
  };
  return {
    get: (path, query, signal) => send({ method: 'GET', path: `${path}?${new URLSearchParams(query)}`, headers: {}, body: null }, signal),
    post: (path, form, key, signal) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded', ...(key === null ? {} : { 'idempotency-key': key }) };
      return send({ method: 'POST', path, headers, body: new URLSearchParams(form).toString() }, signal);
    },
    close: () => pool.close(),
  };
};

interface StripeRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

type Attempt =
  | { readonly kind: 'answer'; readonly answer: StripeAnswer }
  | { readonly kind: 'again'; readonly error: StripeUnavailableError; readonly afterMs: number | null }
  | { readonly kind: 'stop'; readonly error: StripeUnavailableError };

interface RawAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Refusals that stand: the request was understood, and another one like it would fare no better. */
const FINAL_REFUSALS: ReadonlySet<number> = new Set([400, 402, 404]);
const WORTH_ANOTHER_TRY: ReadonlySet<number> = new Set([408, 409, 429]);

const judge = ({ statusCode, headers, text }: RawAnswer): Attempt => {
  const told = headers['stripe-should-retry'];
  const said = `Stripe answered ${statusCode} (request ${String(headers['request-id'] ?? 'without id')})`;
  if ((statusCode >= 200 && statusCode < 300) || FINAL_REFUSALS.has(statusCode)) {
    const body = parseJson(text);
    if (body !== undefined)
      return { kind: 'answer', answer: { status: statusCode, body, replayed: headers['idempotent-replayed'] === 'true' } };
    return { kind: 'again', error: new StripeUnavailableError(`${said} with something that is no JSON`), afterMs: null };
  }
  const error = new StripeUnavailableError(said);
  const again = told === 'true' || (told !== 'false' && (statusCode >= 500 || WORTH_ANOTHER_TRY.has(statusCode)));
  const afterMs = retryAfterMsOf(headers['retry-after']);
  return again && (afterMs === null || afterMs <= RETRY_AFTER_MAX_MS) ? { kind: 'again', error, afterMs } : { kind: 'stop', error };
};

const retryAfterMsOf = (header: string | string[] | undefined): number | null =>
  typeof header === 'string' && /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : null;

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's page: the caller says so.
    return undefined;
  }
};
