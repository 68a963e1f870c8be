import { FanfareError } from '#platform/errors.ts';
import { checkPageSize, connectionOf } from '#platform/subgraph/connection.ts';
import { pageOfBackpack } from '../data/backpackPage.ts';
import { listGiftOrders } from '../data/giftOrders.ts';
import { pageById } from '../data/pageById.ts';
import { readTradingPolicy } from '../data/policy.ts';
import { listTopUps } from '../data/topUpRows.ts';
import { listWalletLines, type WalletLine } from '../data/walletHistory.ts';
import { walletVersion } from '../domain/ledger.ts';
import { PAGE_SIZE_MAX } from '../domain/page.ts';
import { spendingLimitsOf } from '../domain/spendingLimits.ts';
import type { WalletResolvers } from '../generated/resolvers.ts';

export const Wallet: WalletResolvers = {
  id: ({ ownerId }) => ownerId,
  limits: async (wallet, _, { partitions }) => {
    const policy = await readTradingPolicy(partitions.of(wallet.ownerId).database);
    return spendingLimitsOf(wallet, policy, new Date());
  },
  heldCoins: ({ ownerId }, _, { loaders }) => loaders.heldCoins.load(ownerId),
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
  orders: ({ ownerId }, page, { partitions }) =>
    pageById(page, (beforeId, limit) => listGiftOrders(partitions.of(ownerId).prisma, { senderId: ownerId, beforeId, limit })),
  topUps: ({ ownerId }, page, { partitions }) =>
    pageById(page, (beforeId, limit) => listTopUps(partitions.of(ownerId).database, ownerId, limit, beforeId)),
  backpack: ({ ownerId }, page, { partitions }) => pageOfBackpack(partitions.of(ownerId).database, ownerId, page, new Date()),
};

const cursorOfLine = ({ seq }: WalletLine): string => Buffer.from(seq.toString()).toString('base64url');

const seqOf = (cursor: string | null): bigint | null => {
  if (cursor === null) return null;
  const seq = Buffer.from(cursor, 'base64url').toString();
  if (!/^[1-9]\d{0,17}$/.test(seq))
    throw new FanfareError('BAD_USER_INPUT', '`after` is not a cursor of entries. Use one as it came, or none.');
  return BigInt(seq);
};
