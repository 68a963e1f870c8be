import type { Identity } from '#platform/identity/identity.ts';
import type { Conversation } from '../domain/conversation.ts';
import { may, mayDo, PERMISSIONS, type Permission, type Role } from '../domain/role.ts';
import type { Loaders } from './loaders.ts';

type RoleLoaders = Pick<Loaders, 'roles' | 'policies'>;

/** What the caller is in a conversation; null for services. */
export const callersRole = async ({ id }: Conversation, identity: Identity, { roles }: RoleLoaders): Promise<Role | null> => {
  if (identity.kind !== 'user') return null;
  return identity.id === null ? 'GUEST' : roles.load({ conversationId: id, userId: identity.id });
};

/** What the caller may do in a conversation, besides what their token allows; null for services. Nothing for anonymous callers. */
export const callersPermissions = async (
  conversation: Conversation,
  identity: Identity,
  loaders: RoleLoaders,
): Promise<readonly Permission[] | null> => {
  const role = await callersRole(conversation, identity, loaders);
  if (role === null || identity.kind !== 'user') return null;
  if (identity.id === null) return [];
  const { overrides } = await loaders.policies.load(conversation);
  const holder = { role, isOperator: identity.scopes.includes('ops:write') };
  return PERMISSIONS.filter((permission) => mayDo(holder, permission, overrides));
};

/** Whether the caller may see what is moderators' alone: whom the conversation lets moderate, and operators. */
export const mayModerate = async (conversation: Conversation, identity: Identity, loaders: RoleLoaders): Promise<boolean> => {
  if (identity.kind !== 'user' || identity.id === null) return false;
  if (identity.scopes.includes('ops:read') || identity.scopes.includes('ops:write')) return true;
  const [role, { overrides }] = await Promise.all([
    loaders.roles.load({ conversationId: conversation.id, userId: identity.id }),
    loaders.policies.load(conversation),
  ]);
  return may(role, 'MODERATE', overrides);
};
