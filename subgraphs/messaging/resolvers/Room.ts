import { conversationPage } from '../data/conversationPage.ts';
import { chatModesOf, filtersFor, permissionRules, shownUntil } from '../data/conversationPolicy.ts';
import { callersPermissions, callersRole } from '../data/conversationRole.ts';
import { searchMessages } from '../data/messageSearch.ts';
import { moderationLogFor } from '../data/moderationLogPage.ts';
import { postingBar } from '../data/postingRight.ts';
import { moderationItemsFor } from '../data/queueItems.ts';
import { replayRoom } from '../data/replay.ts';
import { NEW_ROOM_STEP } from '../domain/roomStep.ts';
import type { RoomResolvers } from '../generated/resolvers.ts';

export const Room: RoomResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.rooms.load(id),
  stream: ({ id }) => ({ id }),
  replay: (room, page, { loaders }) => replayRoom(room, page, loaders),
  viewerCount: ({ id }, _, { live }) => live.viewers.count(id),
  load: async ({ id }, _, { live, loaders }) => {
    const [{ step, pinned }, load] = await Promise.all([
      loaders.steps.load(id).then((state) => state ?? NEW_ROOM_STEP),
      live.ladder.loadOf(id),
    ]);
    return { step, pinned, ...load };
  },
  canPost: async (room, _, { identity, loaders }) =>
    identity.kind === 'user' ? (await postingBar(room, identity, loaders)) === null : null,
  cannotPostReason: async (room, _, { identity, loaders }) =>
    identity.kind === 'user' ? ((await postingBar(room, identity, loaders))?.reason ?? null) : null,
  canPostAt: async (room, _, { identity, loaders }) =>
    identity.kind === 'user' ? ((await postingBar(room, identity, loaders))?.at ?? null) : null,
  permissionRules: (conversation, _, { loaders }) => permissionRules(conversation, loaders),
  chatModes: (conversation, _, { loaders }) => chatModesOf(conversation, loaders),
  filters: (conversation, _, { identity, loaders }) => filtersFor(conversation, identity, loaders),
  moderationLog: (conversation, page, context) => moderationLogFor(conversation, page, context),
  role: (conversation, _, { identity, loaders }) => callersRole(conversation, identity, loaders),
  permissions: (conversation, _, { identity, loaders }) => callersPermissions(conversation, identity, loaders),
  pins: async ({ id }, _, { loaders }) => (await loaders.pins.load(id)) ?? [],
  moderationItems: (conversation, page, context) => moderationItemsFor(conversation, page, context),
  announcement: ({ id }, _, { loaders }) => loaders.announcements.load(id),
  events: async (room, page, { loaders }) => conversationPage(room.id, page, loaders, await shownUntil(room, loaders)),
  search: async (room, wish, { database, loaders }) => searchMessages(database, room.id, wish, await shownUntil(room, loaders)),
};
