import type { Queryable } from '#platform/database/database.ts';
import { FanfareError } from '#platform/errors.ts';
import type { Identity } from '#platform/identity/identity.ts';
import { type Connection, checkPageSize } from '#platform/subgraph/connection.ts';
import type { InboxLoggedEvent } from '../domain/inbox.ts';
import { INBOX_PAGE_SIZE_MAX } from '../domain/limits.ts';
import { parseInboxCursor } from './inboxCursor.ts';
import { readInbox } from './inboxPage.ts';

/** One page of somebody's inbox, as the graph shows it to themselves; null for anybody else. Throws FanfareError BAD_USER_INPUT for arguments that make no page. */
export const inboxPage = async (
  userId: string,
  { first, after }: { readonly first: number; readonly after?: string | null | undefined },
  { identity, database }: { readonly identity: Identity; readonly database: Queryable },
): Promise<Connection<InboxLoggedEvent> | null> => {
  if (identity.kind !== 'user' || identity.id !== userId) return null;
  checkPageSize(first, INBOX_PAGE_SIZE_MAX);
  const page = await readInbox(database, userId, { after: after == null ? null : parseInboxCursor(after), limit: first });
  if (page.reset !== null)
    throw new FanfareError(
      'BAD_USER_INPUT',
      `The cursor is not in this inbox (${page.reset}). Read the conversations anew, and the inbox without a cursor.`,
    );
  const { events: nodes, cursor: endCursor, hasNextPage, hasPreviousPage } = page;
  // Cursors of an inbox are long: only those that are asked for are written out.
  const edges = nodes.map((node) => ({
    node,
    get cursor() {
      return node.cursor;
    },
  }));
  return { edges, nodes, pageInfo: { startCursor: nodes.at(0)?.cursor ?? null, endCursor, hasNextPage, hasPreviousPage } };
};
