import { FanfareError } from '#platform/errors.ts';
import { isUuid } from '#platform/ids.ts';
import { type Connection, checkPageSize, connectionOf } from '#platform/subgraph/connection.ts';
import { type BackpackLot, bySoonestExpiry, expiryMsOf, isUsable } from '../domain/backpack.ts';
import { PAGE_SIZE_MAX } from '../domain/page.ts';

/** One page of those of somebody's lots that can be used now, what expires first before the rest. Throws FanfareError BAD_USER_INPUT for a page that is too large and for a
 * cursor that is none. */
export const pageOfBackpack = async (
  read: () => Promise<readonly BackpackLot[]>,
  { first, after }: { readonly first: number; readonly after?: string | null | undefined },
  now: Date,
): Promise<Connection<BackpackLot>> => {
  checkPageSize(first, PAGE_SIZE_MAX);
  const isBehind = behind(after ?? null);
  const lots = await read();
  const shown = lots.filter((lot) => isUsable(lot, now) && isBehind(lot)).toSorted(bySoonestExpiry);
  return connectionOf(shown.slice(0, first), cursorOf, { hasNextPage: shown.length > first, hasPreviousPage: (after ?? null) !== null });
};

// A lot's place follows from when it expires and from its id: a page goes on where the last one ended, also when that lot has been used up since.
const cursorOf = (lot: BackpackLot): string => Buffer.from(`${expiryMsOf(lot)} ${lot.id}`).toString('base64url');

const behind = (cursor: string | null): ((lot: BackpackLot) => boolean) => {
  if (cursor === null) return () => true;
  const [expiry = '', id = ''] = Buffer.from(cursor, 'base64url').toString().split(' ');
  const expiryMs = Number(expiry);
  if (expiry === '' || Number.isNaN(expiryMs) || !isUuid(id))
    throw new FanfareError('BAD_USER_INPUT', '`after` is not a cursor of a backpack. Use one as it came, or none.');
  return (lot) => expiryMsOf(lot) > expiryMs || (expiryMsOf(lot) === expiryMs && lot.id > id);
};
