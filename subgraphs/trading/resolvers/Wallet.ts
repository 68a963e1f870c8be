import { FanfareError } from '#platform/errors.ts';
import { checkPageSize, connectionOf } from '#platform/subgraph/connection.ts';
import { pageOfBackpack } from '../data/backpackPage.ts';
import { pageById } from '../data/pageById.ts';
import type { WalletLine } from '../data/walletHistory.ts';
import { walletVersion } from '../domain/ledger.ts';
import { PAGE_SIZE_MAX } from '../domain/page.ts';
import { spendingLimitsOf } from '../domain/spendingLimits.ts';
import type { WalletResolvers } from '../generated/resolvers.ts';

export const Wallet: WalletResolvers = {
  id: ({ ownerId }) => ownerId,
  limits: async (wallet, _, { loaders }) => spendingLimitsOf(wallet, await loaders.policies.load(wallet.ownerId), new Date()),
  heldCoins: ({ ownerId }, _, { loaders }) => loaders.heldCoins.load(ownerId),
  version: (wallet) => Number(walletVersion(wallet)),
  balanceAt: ({ ownerId }, { at }, { loaders }) => loaders.balancesAt.load({ ownerId, at }),
  entries: async ({ ownerId }, { first, after }, { loaders }) => {
    checkPageSize(first, PAGE_SIZE_MAX);
    const lines = await loaders.walletLines.load({ ownerId, limit: first, before: seqOf(after ?? null) });
    return connectionOf(lines.slice(0, first), cursorOfLine, {
      hasNextPage: lines.length > first,
      hasPreviousPage: (after ?? null) !== null,
    });
  },
  orders: ({ ownerId }, page, { loaders }) => pageById(page, (before, limit) => loaders.sentOrders.load({ ownerId, limit, before })),
  topUps: ({ ownerId }, page, { loaders }) => pageById(page, (before, limit) => loaders.ownTopUps.load({ ownerId, limit, before })),
  backpack: ({ ownerId }, page, { loaders }) => pageOfBackpack(() => loaders.backpacks.load(ownerId), page, new Date()),
};

const cursorOfLine = ({ seq }: WalletLine): string => Buffer.from(seq.toString()).toString('base64url');

const seqOf = (cursor: string | null): string | null => {
  if (cursor === null) return null;
  const seq = Buffer.from(cursor, 'base64url').toString();
  if (!/^[1-9]\d{0,17}$/.test(seq))
    throw new FanfareError('BAD_USER_INPUT', '`after` is not a cursor of entries. Use one as it came, or none.');
  return seq;
};
