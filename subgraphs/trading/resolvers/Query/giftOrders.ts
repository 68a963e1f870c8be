import { FanfareError } from '#platform/errors.ts';
import { checkIdempotencyKey } from '#platform/idempotency.ts';
import { firstIdAt } from '#platform/ids.ts';
import { findOrdersByKey, searchOrders } from '../../data/orderSearch.ts';
import { pageById } from '../../data/pageById.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

export const giftOrders: QueryResolvers['giftOrders'] = (_, { filter, ...page }, { partitions }) => {
  const { userId, role, idempotencyKey, from, until } = filter;
  if (idempotencyKey !== undefined && idempotencyKey !== null) {
    checkIdempotencyKey(idempotencyKey);
    if (role || from || until) throw new FanfareError('BAD_USER_INPUT', '`idempotencyKey` goes with `userId` alone: leave out the rest.');
    return pageById(page, (beforeId) => (beforeId === null ? findOrdersByKey(partitions, userId, idempotencyKey) : Promise.resolve([])));
  }
  const fromId = from ? firstIdAt(from.getTime()) : null;
  const untilId = until ? firstIdAt(until.getTime()) : null;
  return pageById(page, (cursorId, limit) =>
    searchOrders(partitions, { userId, role: role ?? null, fromId, beforeId: earlierOf(cursorId, untilId), limit }),
  );
};

const earlierOf = (a: string | null, b: string | null): string | null => (a === null || (b !== null && b < a) ? b : a);
