import type { Payment, PaymentProvider } from '../domain/payment.ts';

/** It keeps nothing and forgets nothing: what it says depends on the order alone. */
const FOREVER_MS = Number.POSITIVE_INFINITY;

/** The payment provider of `npm start`: takes no money, settles at once and gives back at once. Throws unless `dev` was asked for, and always in production: coins
 * for nothing must not be one forgotten flag away. */
export const createDevelopmentPayments = (config: { readonly dev: boolean; readonly environment: string }): PaymentProvider => {
  if (config.environment === 'production' || !config.dev) {
    throw new Error('the development payment provider gives coins away: it loads only with --dev and never under NODE_ENV=production');
  }
  return {
    name: 'development',
    keyLifetimeMs: FOREVER_MS,
    create: async ({ orderId, amountMinor, currency }) => ({ kind: 'payment', payment: paid({ orderId, amountMinor, currency }) }),
    // It has never left a payment open, so it is never asked about one.
    lookUp: (paymentId) =>
      Promise.reject(new Error(`the development payment provider keeps no payments: ${paymentId} cannot be looked up`)),
    cancel: (paymentId) =>
      Promise.reject(new Error(`the development payment provider keeps no payments: ${paymentId} cannot be cancelled`)),
    refund: async ({ attempt, amountMinor }) => ({ attempt, status: 'succeeded', amountMinor }),
    webhooks: null,
    close: () => Promise.resolve(),
  };
};

const paid = ({ orderId, amountMinor, currency }: Pick<Payment, 'amountMinor' | 'currency'> & { readonly orderId: string }): Payment => ({
  id: `development-${orderId}`,
  orderId,
  state: 'paid',
  clientSecret: null,
  amountMinor,
  currency,
  refunds: [],
});
