import { isUuid } from '#platform/ids.ts';
import { isAtLeast } from '../domain/role.ts';
import type { Loaders } from './loaders.ts';

/** The audience that is sent all of a room's chat, on every step of the ladder. */
export const FULL = 'FULL';

export const FULL_FOR_MODERATORS = "All of a busy room's chat is for its moderators and for operators. Follow it with `chat: SAMPLED`.";

/** Whether somebody may follow all of a room's chat, however busy it is: those who answer for it. `id`: null for anonymous viewers. */
export const mayFollowInFull = async (
  conversationId: string,
  { id, scopes }: { readonly id: string | null; readonly scopes: readonly string[] },
  loaders: Pick<Loaders, 'roles'>,
): Promise<boolean> => {
  if (scopes.includes('ops:read') || scopes.includes('ops:write')) return true;
  if (id === null || !isUuid(conversationId)) return false;
  return isAtLeast(await loaders.roles.load({ conversationId, userId: id }), 'MODERATOR');
};
