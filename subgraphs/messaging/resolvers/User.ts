import { requireViewer } from '#platform/subgraph/authorise.ts';
import type { Context } from '../context.ts';
import { pageOfBlocks } from '../data/blockList.ts';
import { readBlockList } from '../data/blocks.ts';
import { exportPage } from '../data/dataExport.ts';
import { erasuresOf } from '../data/erasures.ts';
import { inboxPage } from '../data/inboxConnection.ts';
import { pageOfConversations } from '../data/memberPages.ts';
import { readOwnPrivacy } from '../data/presencePrivacy.ts';
import { unreadTotalFor } from '../data/readFields.ts';
import type { UserResolvers } from '../generated/resolvers.ts';

// Lists are shown to their owner only; who asks for another's sees none.
export const User: UserResolvers = {
  // Whoever another subgraph refers to can be shown, with or without a profile.
  __resolveReference: ({ id }, { loaders }) => loaders.users.load(id),
  unreadCount: async ({ id }, _, context) => (await unreadTotalFor(id, context))?.unreadCount ?? null,
  mentionCount: async ({ id }, _, context) => (await unreadTotalFor(id, context))?.mentionCount ?? null,
  inbox: ({ id }, page, context) => inboxPage(id, page, context),
  conversations: ({ id }, page, context) => (isOwn(id, context) ? pageOfConversations(id, page, context) : null),
  blockList: ({ id }, _, context) => (isOwn(id, context) ? readBlockList(context.database, id) : null),
  blockedUsers: ({ id }, page, context) => (isOwn(id, context) ? pageOfBlocks(context.database, id, page) : null),
  presence: ({ id }, _, context) => context.loaders.presences.load({ viewerId: requireViewer(context).id, userId: id }),
  presencePrivacy: ({ id }, _, context) => (isOwn(id, context) ? readOwnPrivacy(context.database, id) : null),
  dataExport: ({ id }, page, context) => (mayHandle(id, context) ? exportPage(context.database, id, page) : null),
  erasure: async ({ id }, _, context) => (mayHandle(id, context) ? ((await erasuresOf(context.database, [id])).get(id) ?? null) : null),
};

/** Whose data somebody may have handed out or erased: their own, and as an operator that of whoever has asked. */
const mayHandle = (id: string, context: Pick<Context, 'identity'>): boolean =>
  isOwn(id, context) || (context.identity.kind === 'user' && context.identity.scopes.includes('ops:write'));

const isOwn = (id: string, { identity }: { readonly identity: { readonly kind: string; readonly id?: string | null } }): boolean =>
  identity.kind === 'user' && identity.id === id;
