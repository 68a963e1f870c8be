import type { Identity } from '#platform/identity/identity.ts';
import type { Loaders } from './loaders.ts';
import type { ReadState, UnreadTotal } from './reads.ts';

interface Asker {
  readonly identity: Identity;
  readonly loaders: Pick<Loaders, 'readStates' | 'unreadTotals'>;
}

/** How far the caller has read a conversation; null for who is not in it. */
export const readStateFor = (conversationId: string, { identity, loaders }: Asker): Promise<ReadState | null> | null =>
  identity.kind === 'user' && identity.id !== null ? loaders.readStates.load({ conversationId, userId: identity.id }) : null;

/** What the caller has not read; null where that is somebody else than this user. */
export const unreadTotalFor = (userId: string, { identity, loaders }: Asker): Promise<UnreadTotal | null> | null =>
  identity.kind === 'user' && identity.id === userId ? loaders.unreadTotals.load(userId) : null;
