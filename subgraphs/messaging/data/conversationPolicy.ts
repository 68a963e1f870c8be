import type { Identity } from '#platform/identity/identity.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { ChatFilter, ChatModes } from '../domain/policy.ts';
import { DEFAULT_PERMISSIONS, mayDo, PERMISSIONS, type Permission, type Role } from '../domain/role.ts';
import { callersRole } from './conversationRole.ts';
import type { Loaders } from './loaders.ts';

type PolicyLoaders = Pick<Loaders, 'roles' | 'policies'>;

/** Which role a conversation asks for, permission by permission. */
export const permissionRules = async (
  conversation: Conversation,
  { policies }: PolicyLoaders,
): Promise<readonly { readonly permission: Permission; readonly least: Role }[]> => {
  const { overrides } = await policies.load(conversation);
  return PERMISSIONS.map((permission) => ({ permission, least: overrides[permission] ?? DEFAULT_PERMISSIONS[permission] }));
};

export const chatModesOf = async (conversation: Conversation, { policies }: PolicyLoaders): Promise<ChatModes> =>
  (await policies.load(conversation)).modes;

/** A conversation's filters, for those who may set them; null for all others: who knows what is looked for writes around it. */
export const filtersFor = async (
  conversation: Conversation,
  identity: Identity,
  loaders: PolicyLoaders,
): Promise<readonly ChatFilter[] | null> => {
  const role = await callersRole(conversation, identity, loaders);
  if (role === null || identity.kind !== 'user') return null;
  const { overrides, filters } = await loaders.policies.load(conversation);
  return mayDo({ role, isOperator: identity.scopes.includes('ops:write') }, 'SET_MODES', overrides) ? filters : null;
};

/** Up to when everybody may see what was said in a room; null: up to now. */
export const shownUntil = async (room: Conversation, { policies }: Pick<Loaders, 'policies'>): Promise<Date | null> => {
  const { nonModeratorDelaySeconds } = (await policies.load(room)).modes;
  return nonModeratorDelaySeconds === 0 ? null : new Date(Date.now() - nonModeratorDelaySeconds * 1_000);
};
