import { FanfareError } from '#platform/errors.ts';
import type { Identity } from '#platform/identity/identity.ts';
import { type Connection, checkPageSize, connectionOf } from '#platform/subgraph/connection.ts';
import { PAGE_SIZE_MAX } from '../domain/limits.ts';
import type { Profile } from '../domain/profile.ts';
import type { Loaders } from './loaders.ts';
import type { ReadMessage } from './readers.ts';

interface Asker {
  readonly identity: Identity;
  readonly loaders: Pick<Loaders, 'members' | 'conversations' | 'directBlocks' | 'readCounts' | 'readers' | 'users'>;
}

/** How many others have read a message; null for who is not to know. */
export const readCountFor = async (message: ReadMessage, asker: Asker): Promise<number | null> =>
  (await seesReaders(message, asker)) ? asker.loaders.readCounts.load(message) : null;

/** Who of the others has read a message; null for who is not to know. Throws FanfareError BAD_USER_INPUT for arguments that make no page. */
export const readersFor = async (
  message: ReadMessage,
  { first, after }: { readonly first: number; readonly after?: string | null | undefined },
  asker: Asker,
): Promise<Connection<Profile> | null> => {
  checkPageSize(first, PAGE_SIZE_MAX);
  const afterId = after == null ? null : userIdAt(after);
  if (!(await seesReaders(message, asker))) return null;
  const { readers, users } = asker.loaders;
  const { userIds, hasMore } = await readers.load({ message, limit: first, after: afterId });
  const people = await Promise.all(userIds.map((userId) => users.load(userId)));
  return connectionOf(people, ({ id }) => cursorAt(id), { hasNextPage: hasMore, hasPreviousPage: afterId !== null });
};

/** Whether the caller may know who has read a message: who is in its conversation, and of two people who are alone there nobody while one blocks the other. */
const seesReaders = async ({ conversationId }: ReadMessage, { identity, loaders }: Asker): Promise<boolean> => {
  const subject = identity.kind === 'user' && identity.id !== null ? { conversationId, userId: identity.id } : null;
  if (subject === null || !(await loaders.members.load(subject))) return false;
  const conversation = await loaders.conversations.load(conversationId);
  return conversation?.kind !== 'DIRECT' || !(await loaders.directBlocks.load(subject));
};

const cursorAt = (userId: string): string => Buffer.from(userId).toString('base64url');

const userIdAt = (cursor: string): string => {
  const userId = Buffer.from(cursor, 'base64url').toString();
  if (userId !== '' && cursorAt(userId) === cursor && !userId.includes('\0')) return userId;
  throw new FanfareError(
    'BAD_USER_INPUT',
    'This is not a cursor of a list of readers. Use one exactly as a page brought it, or leave it out.',
  );
};
