import { FanfareError } from '#platform/errors.ts';
import { type Connection, connectionOf } from '#platform/subgraph/connection.ts';
import { kindsFault, type PageArguments, pageRequestOf } from '../domain/page.ts';
import type { LoggedEvent } from '../domain/roomEvent.ts';
import type { RoomEventKind } from '../events.ts';
import type { Loaders } from './loaders.ts';
import { checkCursors } from './roomLog.ts';

/** One page of a conversation's log, as the graph shows it. `until`: nothing that happened later; null: all. Throws FanfareError BAD_USER_INPUT for arguments that make no page. */
export const conversationPage = async (
  conversationId: string,
  { kinds, ...page }: PageArguments & { readonly kinds?: readonly RoomEventKind[] | null | undefined },
  loaders: Pick<Loaders, 'roomLogs' | 'firstSince'>,
  until: Date | null = null,
): Promise<Connection<LoggedEvent>> => {
  const request = pageRequestOf(page);
  const fault = typeof request === 'string' ? request : kindsFault(kinds);
  if (typeof request === 'string' || fault !== null) throw new FanfareError('BAD_USER_INPUT', fault ?? '');
  checkCursors(request);
  // The newest that may be seen: what is too new is not read over to find it.
  const isNewest = until !== null && request.direction === 'backward' && request.before === undefined;
  const tooNew = isNewest ? await loaders.firstSince.load({ roomId: conversationId, at: new Date(until.getTime() + 1) }) : null;
  const { events, hasNextPage, hasPreviousPage } = await loaders.roomLogs.load({
    ...request,
    ...(tooNew === null ? {} : { before: tooNew }),
    until,
    roomId: conversationId,
    kinds: kinds ?? null,
  });
  return connectionOf(events, ({ cursor }) => cursor, { hasNextPage, hasPreviousPage });
};
