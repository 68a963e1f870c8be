import { FanfareError } from '#platform/errors.ts';
import type { Identity } from '#platform/identity/identity.ts';
import { type Connection, connectionOf } from '#platform/subgraph/connection.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { ModerationEntry } from '../domain/moderationEntry.ts';
import { type PageArguments, pageRequestOf } from '../domain/page.ts';
import { mayModerate } from './conversationRole.ts';
import type { Loaders } from './loaders.ts';
import { checkCursors } from './roomLog.ts';

/** A page of what moderators did in a conversation, the newest first, for those who may moderate there and for operators; null for all others. Throws FanfareError BAD_USER_INPUT for
 * arguments that make no page. */
export const moderationLogFor = async (
  conversation: Conversation,
  page: PageArguments,
  { identity, loaders }: { readonly identity: Identity; readonly loaders: Pick<Loaders, 'moderationLogs' | 'roles' | 'policies'> },
): Promise<Connection<ModerationEntry> | null> => {
  if (conversation.kind === 'DIRECT' || !(await mayModerate(conversation, identity, loaders))) return null;
  const [fault, request] = [pageRequestOf(page), pageRequestOf(upsideDown(page))];
  if (typeof fault === 'string' || typeof request === 'string') throw new FanfareError('BAD_USER_INPUT', String(fault));
  checkCursors(request);
  const { entries, hasNextPage, hasPreviousPage } = await loaders.moderationLogs.load({ ...request, conversationId: conversation.id });
  const flipped = { hasNextPage: hasPreviousPage, hasPreviousPage: hasNextPage };
  return connectionOf(entries.toReversed(), ({ cursor }) => cursor, flipped);
};

/** The log runs upwards, and its readers look at it from above. */
const upsideDown = ({ first, after, last, before }: PageArguments): PageArguments => ({
  first: last,
  after: before,
  last: first,
  before: after,
});
