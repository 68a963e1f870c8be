import { FanfareError } from '#platform/errors.ts';
import { isUuid } from '#platform/ids.ts';
import { checkPageSize, connectionOf } from '#platform/subgraph/connection.ts';
import { listWalletActions } from '../../data/walletActionRows.ts';
import { PAGE_SIZE_MAX } from '../../domain/page.ts';
import type { WalletAction } from '../../domain/walletAction.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

export const walletActions: QueryResolvers['walletActions'] = async (_, { userId, first, after }, { partitions }) => {
  checkPageSize(first, PAGE_SIZE_MAX);
  const actions = await listWalletActions(partitions.of(userId).database, userId, first, actionIdOf(after ?? null));
  return connectionOf(actions.slice(0, first), cursorOf, {
    hasNextPage: actions.length > first,
    hasPreviousPage: (after ?? null) !== null,
  });
};

const cursorOf = ({ id }: WalletAction): string => Buffer.from(id).toString('base64url');

const actionIdOf = (cursor: string | null): string | null => {
  if (cursor === null) return null;
  const id = Buffer.from(cursor, 'base64url').toString();
  if (!isUuid(id)) throw new FanfareError('BAD_USER_INPUT', '`after` is not a cursor of wallet actions. Use one as it came, or none.');
  return id;
};
