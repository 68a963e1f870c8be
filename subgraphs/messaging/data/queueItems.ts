import { FanfareError } from '#platform/errors.ts';
import type { Identity } from '#platform/identity/identity.ts';
import { isUuid } from '#platform/ids.ts';
import type { Connection } from '#platform/subgraph/connection.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { HeldMessage, QueueItem, ReportCase } from '../domain/queueItem.ts';
import { mayModerate } from './conversationRole.ts';
import type { Loaders } from './loaders.ts';
import { type PlaceArguments, pageByPlace } from './pageByPlace.ts';

/** A page of what waits in a conversation (null: in all of them), the oldest first. Throws FanfareError BAD_USER_INPUT for arguments that make no page. */
export const pageOfQueue = (
  conversationId: string | null,
  page: PlaceArguments,
  loaders: Pick<Loaders, 'queuePages'>,
): Promise<Connection<QueueItem>> =>
  pageByPlace(
    page,
    async (request) => {
      if (request.after !== null && !isUuid(request.after.id))
        throw new FanfareError('BAD_USER_INPUT', '`after` is not a cursor of this list. Use one as it came, or none.');
      return loaders.queuePages.load({ ...request, conversationId });
    },
    ({ at, id }) => ({ at, id }),
  );

interface Asking {
  readonly identity: Identity;
  readonly loaders: Pick<Loaders, 'queuePages' | 'queueItems' | 'conversations' | 'roles' | 'policies'>;
}

/** What waits in a conversation, for those who may moderate there and for operators; null for all others. Throws like pageOfQueue. */
export const moderationItemsFor = async (
  conversation: Conversation,
  page: PlaceArguments,
  { identity, loaders }: Asking,
): Promise<Connection<QueueItem> | null> =>
  (await mayModerate(conversation, identity, loaders)) ? pageOfQueue(conversation.id, page, loaders) : null;

interface LooksAfter {
  readonly loaders: Pick<Loaders, 'conversations' | 'roles' | 'policies'>;
}

/** Whether the caller may see what is moderators' alone about this item. */
export const looksAfter = async (
  { conversationId }: Pick<QueueItem, 'conversationId'>,
  asking: Pick<Asking, 'identity'> & LooksAfter,
): Promise<boolean> => (await moderatedConversation(conversationId, asking)) !== null;

/** A held message for its author, for who may moderate its conversation and for operators; null for all others. */
export const heldMessageFor = async (id: string, asking: Asking): Promise<HeldMessage | null> => {
  const item = await asking.loaders.queueItems.load(id);
  if (item?.kind !== 'HELD') return null;
  const { identity } = asking;
  const isAuthor = identity.kind === 'user' && identity.id === item.authorId;
  return isAuthor || (await looksAfter(item, asking)) ? item : null;
};

/** A case for who may moderate its conversation and for operators; null for all others. */
export const reportCaseFor = async (id: string, asking: Asking): Promise<ReportCase | null> => {
  const item = await asking.loaders.queueItems.load(id);
  return item?.kind === 'REPORTED' && (await looksAfter(item, asking)) ? item : null;
};

/** The conversation whose queue the caller may follow; null where there is none, or they may not. */
export const moderatedConversation = async (
  id: string,
  { identity, loaders }: Pick<Asking, 'identity'> & LooksAfter,
): Promise<Conversation | null> => {
  const conversation = await loaders.conversations.load(id);
  return conversation !== null && (await mayModerate(conversation, identity, loaders)) ? conversation : null;
};
