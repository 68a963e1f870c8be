import { FanfareError } from '#platform/errors.ts';
import { isUuid } from '#platform/ids.ts';
import { listGiftOrders } from '../data/giftOrders.ts';
import type { GiftOrder } from '../domain/giftOrder.ts';
import { pageSizeFault } from '../domain/page.ts';
import type { WalletResolvers } from '../generated/resolvers.ts';

export const Wallet: WalletResolvers = {
  id: ({ ownerId }) => ownerId,
  version: ({ version }) => Number(version),
  orders: async ({ ownerId }, { first, after }, { prisma }) => {
    const fault = pageSizeFault(first);
    if (fault !== null) throw new FanfareError('BAD_USER_INPUT', fault);
    const orders = await listGiftOrders(prisma, ownerId, first, orderIdOf(after ?? null));
    const nodes = orders.slice(0, first);
    const edges = nodes.map((node) => ({ cursor: cursorOf(node), node }));
    return {
      edges,
      nodes,
      pageInfo: {
        startCursor: edges.at(0)?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
        hasNextPage: orders.length > first,
        // Whoever brings a cursor has seen what comes before it.
        hasPreviousPage: (after ?? null) !== null,
      },
    };
  },
};

const cursorOf = ({ id }: GiftOrder): string => Buffer.from(id).toString('base64url');

const orderIdOf = (cursor: string | null): string | null => {
  if (cursor === null) return null;
  const id = Buffer.from(cursor, 'base64url').toString();
  if (!isUuid(id)) throw new FanfareError('BAD_USER_INPUT', '`after` is not a cursor of orders. Use one as it came, or none.');
  return id;
};
