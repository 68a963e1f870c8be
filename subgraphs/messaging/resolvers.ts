import type { Resolvers } from './generated/resolvers.ts';
import { Announcement } from './resolvers/Announcement.ts';
import { AnnouncementChangedEvent } from './resolvers/AnnouncementChangedEvent.ts';
import { Attachment } from './resolvers/Attachment.ts';
import { BlockedUser } from './resolvers/BlockedUser.ts';
import { ChatModesChangedEvent } from './resolvers/ChatModesChangedEvent.ts';
import { ControlEvent } from './resolvers/ControlEvent.ts';
import { Conversation } from './resolvers/Conversation.ts';
import { DirectConversation } from './resolvers/DirectConversation.ts';
import { Erasure } from './resolvers/Erasure.ts';
import { GiftEvent } from './resolvers/GiftEvent.ts';
import { Group } from './resolvers/Group.ts';
import { GroupChangedEvent } from './resolvers/GroupChangedEvent.ts';
import { GroupMember } from './resolvers/GroupMember.ts';
import { GroupPreview } from './resolvers/GroupPreview.ts';
import { HeldMessage } from './resolvers/HeldMessage.ts';
import { InboxBlocksEvent } from './resolvers/InboxBlocksEvent.ts';
import { InboxConversationEvent } from './resolvers/InboxConversationEvent.ts';
import { InboxHeldMessageEvent } from './resolvers/InboxHeldMessageEvent.ts';
import { InboxJoinedEvent } from './resolvers/InboxJoinedEvent.ts';
import { InboxReadEvent } from './resolvers/InboxReadEvent.ts';
import { Message } from './resolvers/Message.ts';
import { MessageHeldEvent } from './resolvers/MessageHeldEvent.ts';
import { MessageRecalledEvent } from './resolvers/MessageRecalledEvent.ts';
import { MessageSchema } from './resolvers/MessageSchema.ts';
import { ModerationEntry } from './resolvers/ModerationEntry.ts';
import { ModerationItem } from './resolvers/ModerationItem.ts';
import { ModerationSettledEvent } from './resolvers/ModerationSettledEvent.ts';
import { addFilter } from './resolvers/Mutation/addFilter.ts';
import { addMembers } from './resolvers/Mutation/addMembers.ts';
import { addReaction } from './resolvers/Mutation/addReaction.ts';
import { banUser } from './resolvers/Mutation/banUser.ts';
import { blockUser } from './resolvers/Mutation/blockUser.ts';
import { closeGroup } from './resolvers/Mutation/closeGroup.ts';
import { createGroup } from './resolvers/Mutation/createGroup.ts';
import { createUpload } from './resolvers/Mutation/createUpload.ts';
import { editMessage } from './resolvers/Mutation/editMessage.ts';
import { eraseMyData } from './resolvers/Mutation/eraseMyData.ts';
import { eraseUserData } from './resolvers/Mutation/eraseUserData.ts';
import { joinGroup } from './resolvers/Mutation/joinGroup.ts';
import { joinRoom } from './resolvers/Mutation/joinRoom.ts';
import { leaveGroup } from './resolvers/Mutation/leaveGroup.ts';
import { leaveRoom } from './resolvers/Mutation/leaveRoom.ts';
import { liftSanction } from './resolvers/Mutation/liftSanction.ts';
import { markRead } from './resolvers/Mutation/markRead.ts';
import { openDirect } from './resolvers/Mutation/openDirect.ts';
import { pinMessage } from './resolvers/Mutation/pinMessage.ts';
import { pinRoomStep } from './resolvers/Mutation/pinRoomStep.ts';
import { postMessage } from './resolvers/Mutation/postMessage.ts';
import { recallMessage } from './resolvers/Mutation/recallMessage.ts';
import { registerMessageSchema } from './resolvers/Mutation/registerMessageSchema.ts';
import { removeFilter } from './resolvers/Mutation/removeFilter.ts';
import { removeMembers } from './resolvers/Mutation/removeMembers.ts';
import { removeReaction } from './resolvers/Mutation/removeReaction.ts';
import { renameGroup } from './resolvers/Mutation/renameGroup.ts';
import { reportMessage } from './resolvers/Mutation/reportMessage.ts';
import { reportUser } from './resolvers/Mutation/reportUser.ts';
import { resolveReport } from './resolvers/Mutation/resolveReport.ts';
import { reviewHeldMessage } from './resolvers/Mutation/reviewHeldMessage.ts';
import { sanctionUser } from './resolvers/Mutation/sanctionUser.ts';
import { sendControlMessage } from './resolvers/Mutation/sendControlMessage.ts';
import { sendMessage } from './resolvers/Mutation/sendMessage.ts';
import { sendSystemMessage } from './resolvers/Mutation/sendSystemMessage.ts';
import { setAnnouncement } from './resolvers/Mutation/setAnnouncement.ts';
import { setChatModes } from './resolvers/Mutation/setChatModes.ts';
import { setFollowers } from './resolvers/Mutation/setFollowers.ts';
import { setGroupVisibility } from './resolvers/Mutation/setGroupVisibility.ts';
import { setPermission } from './resolvers/Mutation/setPermission.ts';
import { setPresencePrivacy } from './resolvers/Mutation/setPresencePrivacy.ts';
import { setRole } from './resolvers/Mutation/setRole.ts';
import { setTyping } from './resolvers/Mutation/setTyping.ts';
import { transferGroup } from './resolvers/Mutation/transferGroup.ts';
import { unbanUser } from './resolvers/Mutation/unbanUser.ts';
import { unblockUser } from './resolvers/Mutation/unblockUser.ts';
import { unpinMessage } from './resolvers/Mutation/unpinMessage.ts';
import { NoticeEvent } from './resolvers/NoticeEvent.ts';
import { Pin } from './resolvers/Pin.ts';
import { PinsChangedEvent } from './resolvers/PinsChangedEvent.ts';
import { PostMessagePayload } from './resolvers/PostMessagePayload.ts';
import { admissions } from './resolvers/Query/admissions.ts';
import { conversation } from './resolvers/Query/conversation.ts';
import { groupPreview } from './resolvers/Query/groupPreview.ts';
import { heldMessage } from './resolvers/Query/heldMessage.ts';
import { me } from './resolvers/Query/me.ts';
import { message } from './resolvers/Query/message.ts';
import { messageSchema } from './resolvers/Query/messageSchema.ts';
import { moderationItems } from './resolvers/Query/moderationItems.ts';
import { platformFilters } from './resolvers/Query/platformFilters.ts';
import { room } from './resolvers/Query/room.ts';
import { user } from './resolvers/Query/user.ts';
import { webhookDeliveries } from './resolvers/Query/webhookDeliveries.ts';
import { Reaction } from './resolvers/Reaction.ts';
import { ReactionsChangedEvent } from './resolvers/ReactionsChangedEvent.ts';
import { ReadCursor } from './resolvers/ReadCursor.ts';
import { Recall } from './resolvers/Recall.ts';
import { Report } from './resolvers/Report.ts';
import { ReportCase } from './resolvers/ReportCase.ts';
import { ReportedEvent } from './resolvers/ReportedEvent.ts';
import { RoleChangedEvent } from './resolvers/RoleChangedEvent.ts';
import { Room } from './resolvers/Room.ts';
import { RoomBan } from './resolvers/RoomBan.ts';
import { Sanction } from './resolvers/Sanction.ts';
import { SanctionEvent } from './resolvers/SanctionEvent.ts';
import { Stream } from './resolvers/Stream.ts';
import { inbox } from './resolvers/Subscription/inbox.ts';
import { moderationQueue } from './resolvers/Subscription/moderationQueue.ts';
import { presence } from './resolvers/Subscription/presence.ts';
import { readStateChanged } from './resolvers/Subscription/readStateChanged.ts';
import { roomEvents } from './resolvers/Subscription/roomEvents.ts';
import { typing } from './resolvers/Subscription/typing.ts';
import { viewersChanged } from './resolvers/Subscription/viewersChanged.ts';
import { TypingState } from './resolvers/TypingState.ts';
import { Upload } from './resolvers/Upload.ts';
import { User } from './resolvers/User.ts';
import { UserPresence } from './resolvers/UserPresence.ts';

/** Everything that messaging resolves: each field of its root types, and each type with a rule of its own. */
export const resolvers: Resolvers = {
  Query: {
    me,
    user,
    room,
    conversation,
    groupPreview,
    messageSchema,
    heldMessage,
    message,
    moderationItems,
    webhookDeliveries,
    platformFilters,
    admissions,
  },
  Mutation: {
    postMessage,
    sendMessage,
    sendSystemMessage,
    sendControlMessage,
    createUpload,
    createGroup,
    openDirect,
    addMembers,
    removeMembers,
    joinGroup,
    leaveGroup,
    renameGroup,
    setGroupVisibility,
    transferGroup,
    closeGroup,
    eraseMyData,
    eraseUserData,
    recallMessage,
    editMessage,
    addReaction,
    removeReaction,
    pinMessage,
    unpinMessage,
    setAnnouncement,
    markRead,
    blockUser,
    unblockUser,
    registerMessageSchema,
    banUser,
    unbanUser,
    sanctionUser,
    liftSanction,
    setRole,
    pinRoomStep,
    joinRoom,
    leaveRoom,
    setPermission,
    setChatModes,
    addFilter,
    removeFilter,
    setFollowers,
    setTyping,
    setPresencePrivacy,
    reviewHeldMessage,
    reportMessage,
    reportUser,
    resolveReport,
  },
  Subscription: { roomEvents, viewersChanged, inbox, moderationQueue, readStateChanged, typing, presence },
  Conversation,
  Room,
  Group,
  DirectConversation,
  GroupChangedEvent,
  RoleChangedEvent,
  GroupMember,
  GroupPreview,
  BlockedUser,
  Erasure,
  ChatModesChangedEvent,
  ControlEvent,
  ModerationEntry,
  RoomBan,
  Sanction,
  SanctionEvent,
  Stream,
  User,
  Message,
  Attachment,
  Upload,
  MessageRecalledEvent,
  MessageSchema,
  Reaction,
  ReactionsChangedEvent,
  Recall,
  Pin,
  PinsChangedEvent,
  Announcement,
  AnnouncementChangedEvent,
  GiftEvent,
  NoticeEvent,
  InboxBlocksEvent,
  InboxConversationEvent,
  InboxJoinedEvent,
  InboxReadEvent,
  InboxHeldMessageEvent,
  HeldMessage,
  MessageHeldEvent,
  ModerationItem,
  ModerationSettledEvent,
  PostMessagePayload,
  Report,
  ReportCase,
  ReportedEvent,
  ReadCursor,
  TypingState,
  UserPresence,
};
