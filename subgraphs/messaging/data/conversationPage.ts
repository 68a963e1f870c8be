import { FanfareError } from '#platform/errors.ts';
import { type Connection, connectionOf } from '#platform/subgraph/connection.ts';
import { kindsFault, type PageArguments, pageRequestOf } from '../domain/page.ts';
import type { LoggedEvent } from '../domain/roomEvent.ts';
import type { RoomEventKind } from '../events.ts';
import type { Loaders } from './loaders.ts';
import { checkCursors } from './roomLog.ts';

/** One page of a conversation's log, as the graph shows it. Throws FanfareError BAD_USER_INPUT for arguments that make no page. */
export const conversationPage = async (
  conversationId: string,
  { kinds, ...page }: PageArguments & { readonly kinds?: readonly RoomEventKind[] | null | undefined },
  loaders: Pick<Loaders, 'roomLogs'>,
): Promise<Connection<LoggedEvent>> => {
  const request = pageRequestOf(page);
  const fault = typeof request === 'string' ? request : kindsFault(kinds);
  if (typeof request === 'string' || fault !== null) throw new FanfareError('BAD_USER_INPUT', fault ?? '');
  checkCursors(request);
  const { events, hasNextPage, hasPreviousPage } = await loaders.roomLogs.load({
    ...request,
    roomId: conversationId,
    kinds: kinds ?? null,
  });
  return connectionOf(events, ({ cursor }) => cursor, { hasNextPage, hasPreviousPage });
};
