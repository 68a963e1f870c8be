import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { within } from '#platform/subgraph/stream.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { PaymentEvent, PaymentWebhooks } from '../domain/payment.ts';

/** Events of providers have some kilobytes. */
export const WEBHOOK_BYTES_MAX = 256 * 1024;
/** Headers and body arrive within this time, or somebody is holding the connection open. */
const REQUEST_TIMEOUT_MS = 5_000;
/** How often Node looks for requests that take longer. */
const TIMEOUT_CHECK_MS = 1_000;
/** From the whole body to the answer. A provider gives up after 10 to 20 s, and sends again. */
const EFFECT_TIMEOUT_MS = 9_000;
/** Providers send over few connections. */
const CONNECTIONS_MAX = 256;
const RETRY_AFTER_SECONDS = 5;

export interface PaymentWebhookOptions {
  readonly webhooks: PaymentWebhooks;
  /** Applies an event, or records it: resolves when that is committed. */
  readonly receive: (event: PaymentEvent) => Promise<void>;
  readonly telemetry: Telemetry;
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** How long requests under way may take when the listener closes, in seconds. */
  readonly shutdownSeconds: number;
}

export interface PaymentWebhookListener {
  readonly url: string;
  close(): Promise<void>;
}

/** Listens for a provider's webhooks, and for nothing else. 2xx: the event's effect is committed, or there is nothing to do. 400: the delivery is not the provider's, too
 * old or malformed, with the reason. 5xx: send it again. Rejects when the port can't be had. */
export const listenForPayments = async (options: PaymentWebhookOptions): Promise<PaymentWebhookListener> => {
  const { telemetry, host, port, shutdownSeconds } = options;
  const deliveries = telemetry.counter('fanfare_payment_webhooks_total', 'Deliveries of payment webhooks by what came of them.', [
    'outcome',
  ]);
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS, connectionsCheckingInterval: TIMEOUT_CHECK_MS },
    (request, response) => {
      void answer(request, options).then(({ status, body, outcome, allow }) => {
        deliveries.inc({ outcome });
        send(request, response, { status, body, ...(allow === undefined ? {} : { allow }) });
      });
    },
  );
  server.maxConnections = CONNECTIONS_MAX;
  await listen(server, host, port);
  const { port: given } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${given}${options.webhooks.path}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const patience = setTimeout(() => server.closeAllConnections(), shutdownSeconds * 1_000);
      await closed;
      clearTimeout(patience);
    },
  };
};

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly outcome: 'taken' | 'ignored' | 'forged' | 'malformed' | 'refused' | 'failed';
  readonly allow?: string;
}

/** Never rejects. */
const answer = async (request: IncomingMessage, { webhooks, receive, telemetry }: PaymentWebhookOptions): Promise<Answer> => {
  try {
    const path = (request.url ?? '/').split('?', 1)[0];
    if (path !== webhooks.path) return { status: 404, body: { error: 'There is nothing here.' }, outcome: 'refused' };
    if (request.method !== 'POST') return { status: 405, body: { error: 'Send events with POST.' }, outcome: 'refused', allow: 'POST' };
    const body = await readBody(request);
    if (body === null) return { status: 413, body: { error: `The body is larger than ${WEBHOOK_BYTES_MAX} bytes.` }, outcome: 'refused' };
    const signature = request.headers[webhooks.signatureHeader];
    const reading = webhooks.read(body, typeof signature === 'string' ? signature : undefined, Date.now());
    if (reading.kind === 'forged' || reading.kind === 'malformed') {
      telemetry.log.warn({ reason: reading.reason }, 'a payment webhook was refused');
      return { status: 400, body: { error: reading.reason }, outcome: reading.kind };
    }
    if (reading.kind === 'ignored') return { status: 200, body: { received: true, ignored: reading.what }, outcome: 'ignored' };
    await within(receive(reading.event), EFFECT_TIMEOUT_MS, () => new Error('a payment event was not committed in time'));
    return { status: 200, body: { received: true }, outcome: 'taken' };
  } catch (error) {
    telemetry.log.warn({ err: error }, 'a payment webhook could not be taken; the provider sends it again');
    return { status: 503, body: { error: 'The event could not be taken now. Send it again.' }, outcome: 'failed' };
  }
};

/** The bytes as they came; null when they are too many, without reading the rest. */
const readBody = async (request: IncomingMessage): Promise<Buffer | null> => {
  if (Number(request.headers['content-length'] ?? 0) > WEBHOOK_BYTES_MAX) return null;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > WEBHOOK_BYTES_MAX) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const send = (
  request: IncomingMessage,
  response: ServerResponse,
  { status, body, allow }: Pick<Answer, 'status' | 'body' | 'allow'>,
): void => {
  const text = JSON.stringify(body);
  response
    .writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
      'cache-control': 'no-store',
      ...(allow === undefined ? {} : { allow }),
      ...(status === 503 ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {}),
      // What is left of a body that nobody reads must not be taken for the next request.
      ...(request.complete ? {} : { connection: 'close' }),
    })
    .end(text);
};

const listen = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const fail = (error: Error): void =>
      reject(new Error(`nobody can listen for payment webhooks on ${host}:${port}: choose another PAYMENT_WEBHOOK_PORT`, { cause: error }));
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve();
    });
  });
