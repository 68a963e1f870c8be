import { FanfareError } from '#platform/errors.ts';
import { type Connection, checkPageSize, connectionOf } from '#platform/subgraph/connection.ts';
import { PAGE_SIZE_MAX } from '../domain/limits.ts';
import { type Place, placeCursorOf, placeOf } from '../domain/place.ts';

/** The arguments of a list that is read in one direction, as the graph hands them over. */
export interface PlaceArguments {
  readonly first: number;
  readonly after?: string | null | undefined;
}

/** A page to be read: `limit` rows after that place, or from the beginning. */
export interface PlaceRequest {
  readonly after: Place | null;
  readonly limit: number;
}

/** One page of a list whose rows have a moment and an id. `read` is asked for one row more than the page has, which tells whether there is another page. Throws FanfareError
 * BAD_USER_INPUT for a page of a wrong size and for what is no cursor of such a list. */
export const pageByPlace = async <Row>(
  { first, after: cursor }: PlaceArguments,
  read: (request: PlaceRequest) => Promise<readonly Row[]>,
  placeOfRow: (row: Row) => Place,
): Promise<Connection<Row>> => {
  checkPageSize(first, PAGE_SIZE_MAX);
  const after = cursor === null || cursor === undefined ? null : placeOf(cursor);
  if (cursor != null && after === null)
    throw new FanfareError('BAD_USER_INPUT', '`after` is not a cursor of this list. Use one as it came, or none.');
  const rows = await read({ after, limit: first + 1 });
  // Whoever brings a cursor has seen what comes before it.
  return connectionOf(rows.slice(0, first), (row) => placeCursorOf(placeOfRow(row)), {
    hasNextPage: rows.length > first,
    hasPreviousPage: after !== null,
  });
};
