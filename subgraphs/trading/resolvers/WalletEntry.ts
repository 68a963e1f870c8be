import { orderViewerOf, visibleOrder, visibleTopUp } from '../data/visibleOrder.ts';
import type { WalletEntryResolvers } from '../generated/resolvers.ts';

export const WalletEntry: WalletEntryResolvers = {
  seq: ({ seq }) => Number(seq),
  giftOrder: ({ causeId }, _, { identity, loaders }) => (causeId === null ? null : visibleOrder(causeId, orderViewerOf(identity), loaders)),
  topUp: ({ causeId }, _, { identity, loaders }) => (causeId === null ? null : visibleTopUp(causeId, orderViewerOf(identity), loaders)),
};
