import type { Identity } from '#platform/identity/identity.ts';
import { type GiftOrder, mayViewBalance, type OrderViewer } from '../domain/giftOrder.ts';
import type { TopUp } from '../domain/topUp.ts';
import type { Loaders } from './loaders.ts';

/** The order with this id, if it is there and this viewer may see it: its sender and operators, and its receiver once it cannot be taken back any more. */
export const visibleOrder = async (
  id: string,
  viewer: OrderViewer,
  { giftOrders, holds }: Pick<Loaders, 'giftOrders' | 'holds'>,
): Promise<GiftOrder | null> => {
  const order = await giftOrders.load(id);
  if (order === null) return null;
  if (mayViewBalance(order.senderId, viewer)) return order;
  if (order.receiverId !== viewer.id) return null;
  return order.cancellableUntil === null || (await holds.load(id))?.status === 'POSTED' ? order : null;
};

/** The top-up with this id, if it is there and this viewer may see it: its buyer and operators. */
export const visibleTopUp = async (id: string, viewer: OrderViewer, { topUps }: Pick<Loaders, 'topUps'>): Promise<TopUp | null> => {
  const topUp = await topUps.load(id);
  return topUp !== null && mayViewBalance(topUp.ownerId, viewer) ? topUp : null;
};

/** Whoever asks, as somebody who looks at orders. A broadcast looks as nobody. */
export const orderViewerOf = (identity: Identity): OrderViewer => ({
  id: identity.kind === 'user' ? identity.id : null,
  scopes: identity.kind === 'audience' ? [] : identity.scopes,
});
