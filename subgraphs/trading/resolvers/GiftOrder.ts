import type { Context } from '../context.ts';
import { giftOfOrder } from '../data/loaders.ts';
import { orderViewerOf, visibleOrder } from '../data/visibleOrder.ts';
import { comboOf, costOf, type OrderStanding, orderStatus, type Settlement } from '../domain/giftOrder.ts';
import type { GiftOrderResolvers } from '../generated/resolvers.ts';
import type { GiftOrderMapper, GiftRefundMapper } from '../mappers.ts';

export const GiftOrder: GiftOrderResolvers = {
  // Whoever only knows an order's id sees no more through a reference than through `giftOrder`.
  __resolveReference: ({ id }, { identity, loaders }) => visibleOrder(id, orderViewerOf(identity), loaders),
  status: async (order, _, context) => orderStatus(await standingOf(order, context)),
  settledAt: async (order, _, context) => (await settlementOf(order, context))?.settledAt ?? null,
  receipt: (order) => order,
  refund: (order, args, context) => refundOfOrder(order, args, context),
  coins: costOf,
  payment: ({ backpackPieces, bonusCoins, coins }) => ({ backpackPieces, bonusCoins, coins }),
  combo: comboOf,
  sender: ({ senderId }) => ({ id: senderId }),
  receiver: ({ receiverId }) => ({ id: receiverId }),
  stream: ({ streamId }) => ({ id: streamId }),
  gift: (order, _, { loaders }) => giftOfOrder(order, loaders),
};

const standingOf = async (order: GiftOrderMapper, context: Context): Promise<OrderStanding> => {
  if (order.standing !== undefined) return order.standing;
  const [hold, settlement] = await Promise.all([
    order.cancellableUntil === null ? null : context.loaders.holds.load(order.id),
    settlementOf(order, context),
  ]);
  return { hold: hold?.status ?? null, settlement };
};

const settlementOf = async (order: GiftOrderMapper, { loaders }: Context): Promise<Settlement | null> =>
  order.standing === undefined ? loaders.settlements.load(order) : order.standing.settlement;

/** How an operator gave an order back, null when nobody did. */
export const refundOfOrder = async (order: GiftOrderMapper, _: unknown, context: Context): Promise<GiftRefundMapper | null> => {
  const refund = (await settlementOf(order, context))?.refund ?? null;
  return refund === null ? null : { ...refund, senderId: order.senderId };
};
