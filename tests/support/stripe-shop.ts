import { randomUUID } from 'node:crypto';
import { createStripePayments } from '../../subgraphs/trading/data/stripePayments.ts';
import { openTopUpShop, type TopUpShop } from '../../subgraphs/trading/data/topUpShop.ts';
import { createWalletHints } from '../../subgraphs/trading/data/walletHints.ts';
import { askData, aUser } from './runtime.ts';
import { type Delivery, FakeStripe, type StripeEvent, type StripeIntent } from './stripe.ts';
import { aTrading, type TradingFixture } from './trading.ts';

export interface TopUpAnswer {
  readonly order: { readonly id: string; readonly status: string; readonly version: number } | null;
  readonly clientSecret: string | null;
  readonly wallet: { readonly coins: string } | null;
  readonly userErrors: readonly { readonly code: string }[];
}

export interface RefundAnswer {
  readonly order: { readonly id: string; readonly status: string } | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

/** Trading that sells coins through the double of Stripe, and a second process beside it that listens for its webhooks. */
export interface StripeShop {
  readonly stripe: FakeStripe;
  readonly trading: TradingFixture;
  /** The process that listens. */
  readonly desk: TopUpShop;
  readonly webhookUrl: string;
  topUp(buyer: string, input?: { readonly productId?: string; readonly idempotencyKey?: string }): Promise<TopUpAnswer>;
  /** An order whose payment waits for its buyer. */
  aPendingOrder(productId?: string): Promise<{ readonly buyer: string; readonly id: string; readonly intent: StripeIntent }>;
  /** An order that was paid and settled. */
  aSettledOrder(productId?: string): Promise<{ readonly buyer: string; readonly id: string; readonly intent: StripeIntent }>;
  /** An operator gives an order's money back. */
  refund(
    topUpId: string,
    input?: { readonly operator?: string; readonly reason?: string; readonly idempotencyKey?: string },
  ): Promise<RefundAnswer>;
  deliver(
    event: StripeEvent | null,
    how?: Delivery,
  ): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }>;
  statusOf(topUpId: string): Promise<string | undefined>;
  /** Whatever the double said since, and nobody delivered. */
  takeEvents(): StripeEvent[];
  close(): Promise<void>;
}

const REFUND = 'mutation ($input: RefundTopUpInput!) { refundTopUp(input: $input) { order { id status } userErrors { code message } } }';

const TOP_UP = `mutation ($input: TopUpInput!) { topUp(input: $input) {
  order { id status version } clientSecret wallet { coins } userErrors { code } } }`;

export const aStripeShop = async ({ topUpExpiryMinutes = 60 } = {}): Promise<StripeShop> => {
  const stripe = await new FakeStripe().start();
  const provider = () =>
    createStripePayments({
      url: stripe.url,
      secretKey: stripe.secretKey,
      webhookSecrets: [stripe.webhookSecret, 'whsec_the_next_one_0123456789'],
    });
  const trading = await aTrading({ paymentProvider: provider() });
  const { bus } = trading.runtime;
  const desk = await openTopUpShop({
    partitions: trading.partitions,
    bus,
    telemetry: trading.runtime.telemetry('trading'),
    walletHints: createWalletHints(bus),
    provider: provider(),
    config: { topUpExpiryMinutes, paymentWebhook: { host: '127.0.0.1', port: 0 }, shutdownSeconds: 1 },
  });
  const webhookUrl = desk.webhookUrl ?? '';
  const topUp: StripeShop['topUp'] = async (buyer, input = {}) => {
    const variables = { input: { productId: 'coins-100', idempotencyKey: randomUUID(), ...input } };
    return (await askData<{ topUp: TopUpAnswer }>(trading.trading, { as: aUser(buyer, 'wallet:topup'), query: TOP_UP, variables })).topUp;
  };
  const aPendingOrder: StripeShop['aPendingOrder'] = async (productId = 'coins-100') => {
    const buyer = `buyer-${randomUUID()}`;
    const { order } = await topUp(buyer, { productId });
    if (order?.status !== 'PENDING') throw new Error(`the order is ${order?.status}`);
    return { buyer, id: order.id, intent: stripe.intentOf(order.id) };
  };
  const deliver: StripeShop['deliver'] = (event, how) => {
    if (event === null) throw new Error('nothing has happened');
    return stripe.deliver(webhookUrl, event, how);
  };
  return {
    stripe,
    trading,
    desk,
    webhookUrl,
    topUp,
    aPendingOrder,
    aSettledOrder: async (productId) => {
      const order = await aPendingOrder(productId);
      await deliver(stripe.pay(order.intent));
      return order;
    },
    refund: async (topUpId, { operator = 'operator', ...input } = {}) => {
      const variables = { input: { topUpId, reason: 'the buyer asked', idempotencyKey: randomUUID(), ...input } };
      const question = { as: aUser(operator, 'ops:write'), query: REFUND, variables };
      return (await askData<{ refundTopUp: RefundAnswer }>(trading.trading, question)).refundTopUp;
    },
    deliver,
    statusOf: async (topUpId) => {
      const text = '/* statusOf */ SELECT status::text FROM top_up WHERE id = $1';
      return (await trading.database.query<{ status: string }>({ text, values: [topUpId] }))[0]?.status;
    },
    takeEvents: () => stripe.events.splice(0),
    close: async () => {
      await desk.close();
      await trading.close();
      await stripe.close();
    },
  };
};
