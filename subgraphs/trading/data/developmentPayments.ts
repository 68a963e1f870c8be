import type { PaymentProvider } from '../domain/topUp.ts';

/** The payment provider of `npm start`: takes no money and settles at once. Throws unless `dev` was asked for, and always in production: coins for
 * nothing must not be one forgotten flag away. */
export const createDevelopmentPayments = (config: { readonly dev: boolean; readonly environment: string }): PaymentProvider => {
  if (config.environment === 'production' || !config.dev) {
    throw new Error('the development payment provider gives coins away: it loads only with --dev and never under NODE_ENV=production');
  }
  return { name: 'development', charge: () => Promise.resolve('settled') };
};
