import type { Config } from '#platform/config/config.ts';
import type { PaymentProvider } from '../domain/payment.ts';
import { createDevelopmentPayments } from './developmentPayments.ts';
import { createStripePayments } from './stripePayments.ts';

/** Who takes the money, by configuration: Stripe where there is a key, else the development provider where development aids may load, else nobody. */
export const createPaymentProvider = (config: Pick<Config, 'stripe' | 'dev' | 'environment'>): PaymentProvider | null => {
  if (config.stripe !== null) return createStripePayments(config.stripe);
  return config.dev ? createDevelopmentPayments(config) : null;
};
