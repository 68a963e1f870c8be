import { FanfareError } from '#platform/errors.ts';
import { isUuid } from '#platform/ids.ts';
import { type Connection, checkPageSize, connectionOf } from '#platform/subgraph/connection.ts';
import { PAGE_SIZE_MAX } from '../domain/page.ts';

/** One page of a list whose ids tell its order, the newest first. `read` gets the cursor's id (null: from the newest) and how many to read: one more than the page
 * has tells whether there is another page. Throws FanfareError BAD_USER_INPUT for a page of a wrong size and for what is no cursor of such a list. */
export const pageById = async <Row extends { readonly id: string }>(
  { first, after: cursor }: { readonly first: number; readonly after?: string | null | undefined },
  read: (beforeId: string | null, limit: number) => Promise<readonly Row[]>,
): Promise<Connection<Row>> => {
  checkPageSize(first, PAGE_SIZE_MAX);
  const beforeId = idOf(cursor ?? null);
  const rows = await read(beforeId, first + 1);
  // Whoever brings a cursor has seen what comes before it.
  return connectionOf(rows.slice(0, first), cursorOf, { hasNextPage: rows.length > first, hasPreviousPage: beforeId !== null });
};

const cursorOf = ({ id }: { readonly id: string }): string => Buffer.from(id).toString('base64url');

const idOf = (cursor: string | null): string | null => {
  if (cursor === null) return null;
  const id = Buffer.from(cursor, 'base64url').toString();
  if (!isUuid(id)) throw new FanfareError('BAD_USER_INPUT', '`after` is not a cursor of this list. Use one as it came, or none.');
  return id;
};
