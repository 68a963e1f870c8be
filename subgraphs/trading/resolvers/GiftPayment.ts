import { mayViewBalance } from '../domain/giftOrder.ts';
import type { GiftPaymentResolvers } from '../generated/resolvers.ts';

export const GiftPayment: GiftPaymentResolvers = {
  // A receiver sees how it was paid, not what the sender has left.
  balanceAfter: ({ balanceAfter, senderId }, _, { identity }) =>
    identity.kind === 'user' && mayViewBalance(senderId, identity) ? balanceAfter : null,
};
