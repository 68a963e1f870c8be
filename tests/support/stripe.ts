import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { request } from 'undici';

/** What the double does to its next request instead of answering well. `late`: answers after a while. `never`: does it and never answers. `cut`: does it and hangs up.
 * `broken`: 500, nothing done. `done-and-broken`: 500, and done.
 * `kept-500`: 500, done, and the same 500 for the same key ever after, as Stripe does. `busy`: 429, nothing done. `garbage`: a page instead of JSON. `locked`: 409. */
export type Misbehaviour = 'late' | 'never' | 'cut' | 'broken' | 'done-and-broken' | 'kept-500' | 'busy' | 'garbage' | 'locked';

const LATE_MS = 150;

export interface StripeIntent {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  status: string;
  amount_received: number;
  last_payment_error: object | null;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface StripeRefund {
  readonly id: string;
  readonly amount: number;
  readonly payment_intent: string;
  status: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface StripeEvent {
  readonly id: string;
  readonly type: string;
  readonly created: number;
  readonly data: { readonly object: object };
}

export interface Delivery {
  readonly secrets?: readonly string[];
  /** Seconds that the signature is older than now. */
  readonly ageSeconds?: number;
  /** Changes the body after it was signed. */
  readonly tamper?: (body: string) => string;
  /** Instead of the signature. */
  readonly header?: string;
}

/** Stripe as far as we use it, over a real socket in its own wire format: PaymentIntents and Refunds with idempotency keys, error objects, signed events. It keeps what it
 * was told and misbehaves when told to. */
export class FakeStripe {
  readonly secretKey = 'sk_test_0123456789abcdef';
  readonly webhookSecret = 'whsec_0123456789abcdefghijklmnopqrstuv';
  readonly intents = new Map<string, StripeIntent>();
  readonly refunds = new Map<string, StripeRefund>();
  /** Everything that happened, in order, undelivered. */
  readonly events: StripeEvent[] = [];
  /** Every request as it came: method, path, form or query, key. */
  readonly requests: { readonly line: string; readonly form: Readonly<Record<string, string>>; readonly key: string | null }[] = [];
  readonly misbehaviours: Misbehaviour[] = [];
  /** What becomes of new refunds. `refuse`: the request is refused. */
  refundsBecome: 'succeeded' | 'pending' | 'refuse' = 'succeeded';
  /** Refuses new payments. */
  refusesPayments = false;
  url = '';
  readonly #server: Server;
  readonly #answers = new Map<string, { readonly form: string; readonly status: number; readonly body: object }>();
  /** The first payment of each order. */
  readonly #byOrder = new Map<string, StripeIntent>();
  #count = 0;

  constructor() {
    this.#server = createServer((incoming, response) => void this.#serve(incoming, response));
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The payment of an order. */
  intentOf(orderId: string): StripeIntent {
    const found = this.#byOrder.get(orderId);
    if (found === undefined) throw new Error(`there is no payment of order ${orderId}`);
    return found;
  }

  /** The buyer pays, with their own client. Null when the payment can't be paid any more. */
  pay(intent: StripeIntent): StripeEvent | null {
    if (intent.status === 'canceled' || intent.status === 'succeeded') return null;
    intent.status = 'succeeded';
    intent.amount_received = intent.amount;
    return this.#tell('payment_intent.succeeded', this.#intentBody(intent));
  }

  /** The buyer's attempt fails; they may try again. */
  decline(intent: StripeIntent): StripeEvent | null {
    if (intent.status === 'canceled' || intent.status === 'succeeded') return null;
    intent.status = 'requires_payment_method';
    intent.last_payment_error = { type: 'card_error', code: 'card_declined' };
    return this.#tell('payment_intent.payment_failed', this.#intentBody(intent));
  }

  cancel(intent: StripeIntent): StripeEvent | null {
    if (intent.status === 'canceled' || intent.status === 'succeeded') return null;
    intent.status = 'canceled';
    return this.#tell('payment_intent.canceled', this.#intentBody(intent));
  }

  /** Somebody gives a payment back at Stripe itself, or (by `metadata`) we do. */
  refund(intent: StripeIntent, { amount = intent.amount, metadata = {}, status = 'succeeded' } = {}): StripeRefund {
    const refund = { id: `re_${this.#next()}`, amount, payment_intent: intent.id, status, metadata };
    this.refunds.set(refund.id, refund);
    this.#tell('refund.created', { object: 'refund', ...refund });
    this.#tell('charge.refunded', { object: 'charge', id: `ch_${intent.id}`, payment_intent: intent.id, metadata: intent.metadata });
    return refund;
  }

  /** A refund becomes something else, later. */
  settleRefund(refund: StripeRefund, status: 'succeeded' | 'failed'): StripeEvent {
    refund.status = status;
    return this.#tell(status === 'failed' ? 'refund.failed' : 'refund.updated', { object: 'refund', ...refund });
  }

  /** Money of the buyers that Stripe has, given back or not yet. */
  moneyKept(orderId: string): number {
    const kept = [...this.intents.values()]
      .filter(({ metadata, status }) => metadata['fanfare_top_up'] === orderId && status === 'succeeded')
      .map((intent) => intent.amount_received - this.#givenBack(intent));
    return kept.reduce((sum, amount) => sum + amount, 0);
  }

  /** Posts an event to a listener and answers with the status and body. */
  async deliver(url: string, event: object, { secrets = [this.webhookSecret], ageSeconds = 0, tamper, header }: Delivery = {}) {
    const body = JSON.stringify(event, null, 2);
    const time = Math.floor(Date.now() / 1_000) - ageSeconds;
    const signature = header ?? stripeHeader(body, secrets, time);
    const headers = { 'content-type': 'application/json; charset=utf-8', ...(signature === '' ? {} : { 'stripe-signature': signature }) };
    const answer = await request(url, { method: 'POST', headers, body: tamper?.(body) ?? body });
    return { status: answer.statusCode, body: (await answer.body.json()) as Readonly<Record<string, unknown>> };
  }

  #tell(type: string, object: object): StripeEvent {
    const event = {
      id: `evt_${this.#next()}`,
      object: 'event',
      type,
      created: Math.floor(Date.now() / 1_000),
      data: { object: structuredClone(object) },
    };
    this.events.push(event);
    return event;
  }

  #next(): string {
    this.#count += 1;
    return String(this.#count).padStart(8, '0');
  }

  #givenBack({ id }: StripeIntent): number {
    const refunds = [...this.refunds.values()].filter(({ payment_intent, status }) => payment_intent === id && status !== 'failed');
    return refunds.reduce((sum, { amount }) => sum + amount, 0);
  }

  #intentBody(intent: StripeIntent, expanded = false): object {
    const refunds = {
      object: 'list',
      data: [...this.refunds.values()].filter(({ payment_intent }) => payment_intent === intent.id).toReversed(),
    };
    const charge = `ch_${intent.id}`;
    return {
      object: 'payment_intent',
      ...intent,
      client_secret: `${intent.id}_secret_${intent.amount}`,
      latest_charge: intent.status !== 'succeeded' ? null : expanded ? { id: charge, object: 'charge', refunds } : charge,
    };
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const { pathname, searchParams } = new URL(incoming.url ?? '/', this.url);
    const text = Buffer.concat(chunks).toString();
    const form = Object.fromEntries(incoming.method === 'POST' ? new URLSearchParams(text) : searchParams);
    const key = (incoming.headers['idempotency-key'] as string | undefined) ?? null;
    this.requests.push({ line: `${incoming.method} ${pathname}`, form, key });
    const misbehaviour = this.misbehaviours.shift() ?? null;
    const send = (status: number, body: object, headers: Readonly<Record<string, string>> = {}): void => {
      if (misbehaviour === 'never') return;
      if (misbehaviour === 'cut') return void response.destroy();
      if (misbehaviour === 'done-and-broken' || misbehaviour === 'kept-500') response.writeHead(500).end('{"error":{"type":"api_error"}}');
      else response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_1', ...headers }).end(JSON.stringify(body));
    };
    if (misbehaviour === 'broken') return void response.writeHead(500).end('{"error":{"type":"api_error"}}');
    if (misbehaviour === 'garbage') return void response.writeHead(200).end('<html>maintenance</html>');
    if (misbehaviour === 'busy') return void response.writeHead(429, { 'retry-after': '0' }).end('{"error":{"type":"rate_limit_error"}}');
    if (misbehaviour === 'locked') return void response.writeHead(409).end('{"error":{"type":"idempotency_error"}}');
    if (misbehaviour === 'late') await wait(LATE_MS);
    if (incoming.headers.authorization !== `Bearer ${this.secretKey}`) return send(401, stripeError('invalid_request_error', null));
    const known = key === null ? undefined : this.#answers.get(key);
    if (known !== undefined) {
      if (known.form !== pathname + text) return send(400, stripeError('idempotency_error', null));
      return send(known.status, known.body, { 'idempotent-replayed': 'true' });
    }
    const { status, body } = this.#carryOut(`${incoming.method} ${pathname}`, form);
    if (key !== null && misbehaviour === 'kept-500') this.#answers.set(key, { form: pathname + text, status: 500, body: {} });
    else if (key !== null) this.#answers.set(key, { form: pathname + text, status, body: structuredClone(body) });
    send(status, body);
  }

  #carryOut(line: string, form: Readonly<Record<string, string>>): { readonly status: number; readonly body: object } {
    const [, id = '', action] = /^\w+ \/v1\/(?:payment_intents|refunds)\/(\w+)(\/cancel)?$/.exec(line) ?? [];
    const [intent, refund] = [this.intents.get(id), this.refunds.get(id)];
    if (line === 'POST /v1/payment_intents') return this.#create(form);
    if (line === 'POST /v1/refunds') return this.#refundAsked(form);
    if (refund !== undefined && line.startsWith('GET')) return { status: 200, body: { object: 'refund', ...refund } };
    if (intent === undefined) return { status: 404, body: stripeError('invalid_request_error', 'resource_missing') };
    if (action === undefined) return { status: 200, body: this.#intentBody(intent, form['expand[]'] === 'latest_charge.refunds') };
    if (this.cancel(intent) === null) return { status: 400, body: stripeError('invalid_request_error', 'payment_intent_unexpected_state') };
    return { status: 200, body: this.#intentBody(intent) };
  }

  #create(form: Readonly<Record<string, string>>): { readonly status: number; readonly body: object } {
    if (this.refusesPayments) return { status: 400, body: stripeError('invalid_request_error', 'amount_too_small') };
    const intent: StripeIntent = {
      id: `pi_${this.#next()}`,
      amount: Number(form['amount']),
      currency: form['currency'] ?? '',
      status: 'requires_payment_method',
      amount_received: 0,
      last_payment_error: null,
      metadata: { fanfare_top_up: form['metadata[fanfare_top_up]'] ?? '' },
    };
    this.intents.set(intent.id, intent);
    const orderId = form['metadata[fanfare_top_up]'] ?? '';
    if (!this.#byOrder.has(orderId)) this.#byOrder.set(orderId, intent);
    return { status: 200, body: this.#intentBody(intent) };
  }

  #refundAsked(form: Readonly<Record<string, string>>): { readonly status: number; readonly body: object } {
    const intent = this.intents.get(form['payment_intent'] ?? '');
    if (intent === undefined || this.refundsBecome === 'refuse')
      return { status: 400, body: stripeError('invalid_request_error', 'refund_refused') };
    const left = intent.amount_received - this.#givenBack(intent);
    const amount = Number(form['amount']);
    if (left === 0) return { status: 400, body: stripeError('invalid_request_error', 'charge_already_refunded') };
    if (amount > left) return { status: 400, body: stripeError('invalid_request_error', null) };
    const metadata = { fanfare_top_up: form['metadata[fanfare_top_up]'] ?? '', fanfare_refund: form['metadata[fanfare_refund]'] ?? '' };
    return { status: 200, body: { object: 'refund', ...this.refund(intent, { amount, metadata, status: this.refundsBecome }) } };
  }
}

const stripeError = (type: string, code: string | null): object => ({
  error: { type, code, message: 'no', doc_url: 'https://stripe.com' },
});

/** The header that signs a body, with one signature per secret. */
const stripeHeader = (body: string, secrets: readonly string[], seconds: number): string => {
  const signatures = secrets.map((secret) => `v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`);
  return [`t=${seconds}`, ...signatures, `v0=${'0'.repeat(64)}`].join(',');
};
