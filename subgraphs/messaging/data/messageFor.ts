import type { Identity } from '#platform/identity/identity.ts';
import type { Message } from '../domain/message.ts';
import { messagePlaceOf } from '../domain/messageId.ts';
import { shownUntil } from './conversationPolicy.ts';
import { conversationFor } from './groups.ts';
import type { Loaders } from './loaders.ts';
import { mayFollowInFull } from './roomAudience.ts';

/** A message as it is now, for who may read its conversation; null for everybody else. What a room's delay holds back is for those whom it does not hold it back from. */
export const messageFor = async (
  id: string,
  {
    identity,
    loaders,
  }: { readonly identity: Identity; readonly loaders: Pick<Loaders, 'conversations' | 'members' | 'messages' | 'policies' | 'roles'> },
): Promise<Message | null> => {
  const place = messagePlaceOf(id);
  const conversation = place === null ? null : await conversationFor(place.conversationId, { identity, loaders });
  if (conversation === null) return null;
  const [message, until] = await Promise.all([
    loaders.messages.load(id),
    conversation.kind === 'ROOM' ? shownUntil(conversation, loaders) : null,
  ]);
  if (message === null || until === null || message.sentAt <= until) return message;
  const asking = identity.kind === 'user' ? identity : { id: null, scopes: [] };
  return (await mayFollowInFull(conversation.id, asking, loaders)) ? message : null;
};
