import type { Context } from '../context.ts';
import { isPartyTo } from '../domain/giftOrder.ts';
import type { GiftOrderResolvers } from '../generated/resolvers.ts';
import type { GiftOrderMapper } from '../mappers.ts';

export const GiftOrder: GiftOrderResolvers = {
  // Whoever only knows an order's id sees no more through a reference than through `giftOrder`.
  __resolveReference: async ({ id }, { identity, loaders }) => {
    if (identity.kind !== 'user' || identity.id === null) return null;
    const order = await loaders.giftOrders.load(id);
    return order !== null && isPartyTo(order, identity.id) ? order : null;
  },
  status: async (order, _, context) => ((await settledAt(order, context)) === null ? 'ACCEPTED' : 'SETTLED'),
  settledAt: (order, _, context) => settledAt(order, context),
  sender: ({ senderId }) => ({ id: senderId }),
  receiver: ({ receiverId }) => ({ id: receiverId }),
  stream: ({ streamId }) => ({ id: streamId }),
  gift: async ({ id, giftId }, _, { loaders }) => {
    const gift = await loaders.gifts.load(giftId);
    if (gift === null)
      throw new Error(`order ${id} is for gift ${giftId}, which is not in the catalogue: gifts are taken off sale, never deleted`);
    return gift;
  },
};

const settledAt = async (order: GiftOrderMapper, { loaders }: Context): Promise<Date | null> =>
  order.settledAt === undefined ? loaders.credits.load(order) : order.settledAt;
