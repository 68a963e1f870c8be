import { FanfareError } from '#platform/errors.ts';
import { isUuid } from '#platform/ids.ts';
import { checkPageSize, connectionOf } from '#platform/subgraph/connection.ts';
import { listGiftOrders } from '../data/giftOrders.ts';
import { listTopUps } from '../data/topUpRows.ts';
import { listWalletLines, type WalletLine } from '../data/walletHistory.ts';
import { walletVersion } from '../domain/ledger.ts';
import { PAGE_SIZE_MAX } from '../domain/page.ts';
import type { WalletResolvers } from '../generated/resolvers.ts';

export const Wallet: WalletResolvers = {
  id: ({ ownerId }) => ownerId,
  version: (wallet) => Number(walletVersion(wallet)),
  balanceAt: ({ ownerId }, { at }, { loaders }) => loaders.balancesAt.load({ ownerId, at }),
  entries: async ({ ownerId }, { first, after }, { partitions }) => {
    checkPageSize(first, PAGE_SIZE_MAX);
    const lines = await listWalletLines(partitions.of(ownerId).prisma, ownerId, first, seqOf(after ?? null));
    return connectionOf(lines.slice(0, first), cursorOfLine, {
      hasNextPage: lines.length > first,
      hasPreviousPage: (after ?? null) !== null,
    });
  },
  orders: async ({ ownerId }, { first, after }, { partitions }) => {
    checkPageSize(first, PAGE_SIZE_MAX);
    const orders = await listGiftOrders(partitions.of(ownerId).prisma, ownerId, first, orderIdOf(after ?? null));
    // Whoever brings a cursor has seen what comes before it.
    return connectionOf(orders.slice(0, first), cursorOf, {
      hasNextPage: orders.length > first,
      hasPreviousPage: (after ?? null) !== null,
    });
  },
  topUps: async ({ ownerId }, { first, after }, { partitions }) => {
    checkPageSize(first, PAGE_SIZE_MAX);
    const topUps = await listTopUps(partitions.of(ownerId).database, ownerId, first, orderIdOf(after ?? null));
    return connectionOf(topUps.slice(0, first), cursorOf, {
      hasNextPage: topUps.length > first,
      hasPreviousPage: (after ?? null) !== null,
    });
  },
};

const cursorOf = ({ id }: { readonly id: string }): string => Buffer.from(id).toString('base64url');

const orderIdOf = (cursor: string | null): string | null => {
  if (cursor === null) return null;
  const id = Buffer.from(cursor, 'base64url').toString();
  if (!isUuid(id)) throw new FanfareError('BAD_USER_INPUT', '`after` is not a cursor of orders. Use one as it came, or none.');
  return id;
};

const cursorOfLine = ({ seq }: WalletLine): string => Buffer.from(seq.toString()).toString('base64url');

const seqOf = (cursor: string | null): bigint | null => {
  if (cursor === null) return null;
  const seq = Buffer.from(cursor, 'base64url').toString();
  if (!/^[1-9]\d{0,17}$/.test(seq))
    throw new FanfareError('BAD_USER_INPUT', '`after` is not a cursor of entries. Use one as it came, or none.');
  return BigInt(seq);
};
