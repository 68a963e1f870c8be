import { isUuid } from '#platform/ids.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { Loaders } from './loaders.ts';

/** A group as somebody sees it who may not be in it. */
export interface GroupPreview extends Conversation {
  readonly isMember: boolean;
}

/** What this user (null: anybody) may know of a group before they join it; null where that is nothing: of a private one only its members know that it is there. */
export const previewOf = async (
  id: string,
  userId: string | null,
  loaders: Pick<Loaders, 'conversations' | 'members'>,
): Promise<GroupPreview | null> => {
  const conversation = isUuid(id) ? await loaders.conversations.load(id) : null;
  if (conversation?.kind !== 'GROUP') return null;
  const isMember = userId !== null && (await loaders.members.load({ conversationId: id, userId }));
  return isMember || conversation.isPublic ? { ...conversation, isMember } : null;
};
