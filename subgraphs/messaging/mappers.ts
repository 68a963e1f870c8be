import type { PlacedAttachment } from './data/files.ts';
import type { GroupPreview } from './data/groupPreview.ts';
import type { Membership } from './data/memberLists.ts';
import type { QueueEvent } from './data/queueEvents.ts';
import type { ConversationReadState } from './data/readWatch.ts';
import type { SendPayload } from './data/send.ts';
import type { ShownDelivery } from './data/webhookDeliveryPage.ts';
import type { Block, ShownBlockList } from './domain/block.ts';
import type { Conversation } from './domain/conversation.ts';
import type { Erasure } from './domain/erasure.ts';
import type {
  InboxBlocksEvent,
  InboxConversationEvent,
  InboxEvent,
  InboxHeldMessageEvent,
  InboxMembershipEvent,
  InboxPositionEvent,
  InboxReadEvent,
  InboxResetEvent,
} from './domain/inbox.ts';
import type { Announcement, Message, Pin, Recall } from './domain/message.ts';
import type { MessageSchema } from './domain/messageSchema.ts';
import type { ModerationEntry } from './domain/moderationEntry.ts';
import type { ShownPresence } from './domain/presence.ts';
import type { Profile } from './domain/profile.ts';
import type { HeldMessage, QueueItem, Report, ReportCase } from './domain/queueItem.ts';
import type { ShownReaction } from './domain/reaction.ts';
import type { Room } from './domain/room.ts';
import type {
  AnnouncementChangedEvent,
  ChatEvent,
  ChatModesChangedEvent,
  ControlEvent,
  GiftEvent,
  GroupChangedEvent,
  MessageEditedEvent,
  MessageRecalledEvent,
  MessagesErasedEvent,
  NoticeEvent,
  PinsChangedEvent,
  PositionEvent,
  ReactionsChangedEvent,
  ResetEvent,
  RoleChangedEvent,
  RoomEvent,
  SanctionEvent,
  SkippedEvent,
  StepChangedEvent,
} from './domain/roomEvent.ts';
import type { Sanction } from './domain/sanction.ts';
import type { ShownTyping } from './domain/typing.ts';
import type { Upload } from './domain/upload.ts';

// What resolvers of these types get as their parent.
export type ConversationMapper = Conversation;
export type GroupMapper = Conversation;
export type GroupPreviewMapper = GroupPreview;
export type GroupMemberMapper = Membership;
export type BlockListMapper = ShownBlockList;
export type BlockedUserMapper = Block;
export type DirectConversationMapper = Conversation;
export type GroupChangedEventMapper = GroupChangedEvent;
export type RoomMapper = Room;
export type RoomBanMapper = Sanction;
export type SanctionMapper = Sanction;
export type ModerationEntryMapper = ModerationEntry;
export type SanctionEventMapper = SanctionEvent;
export type RoleChangedEventMapper = RoleChangedEvent;
export type WebhookDeliveryMapper = ShownDelivery;
export type ChatModesChangedEventMapper = ChatModesChangedEvent;
export type ErasureMapper = Erasure;
export type UserMapper = Profile;
export type MessageMapper = Message;
export type AttachmentMapper = PlacedAttachment;
export type UploadMapper = Upload;
export type MessageSchemaMapper = MessageSchema;
export type ReactionMapper = ShownReaction;
export type RecallMapper = Recall;
export type PinMapper = Pin;
export type AnnouncementMapper = Announcement;
export type MessageRecalledEventMapper = MessageRecalledEvent;
export type MessagesErasedEventMapper = MessagesErasedEvent;
export type MessageEditedEventMapper = MessageEditedEvent;
export type ReactionsChangedEventMapper = ReactionsChangedEvent;
export type PinsChangedEventMapper = PinsChangedEvent;
export type AnnouncementChangedEventMapper = AnnouncementChangedEvent;
export type ControlEventMapper = ControlEvent;
export type RoomEventMapper = RoomEvent;
export type ChatEventMapper = ChatEvent;
export type GiftEventMapper = GiftEvent;
export type NoticeEventMapper = NoticeEvent;
export type StepChangedEventMapper = StepChangedEvent;
export type SkippedEventMapper = SkippedEvent;
export type PositionEventMapper = PositionEvent;
export type ResetEventMapper = ResetEvent;
/** A reference: streams are streaming's. */
export interface StreamMapper {
  readonly id: string;
}
export type TypingStateMapper = ShownTyping;
export type UserPresenceMapper = ShownPresence;
export type ConversationReadStateMapper = ConversationReadState;
export type ReadCursorMapper = ConversationReadState['cursors'][number];
export type InboxEventMapper = InboxEvent;
export type InboxBlocksEventMapper = InboxBlocksEvent;
export type InboxConversationEventMapper = InboxConversationEvent;
export type InboxJoinedEventMapper = InboxMembershipEvent;
export type InboxLeftEventMapper = InboxMembershipEvent;
export type InboxReadEventMapper = InboxReadEvent;
export type InboxHeldMessageEventMapper = InboxHeldMessageEvent;
export type PostMessagePayloadMapper = SendPayload;
export type ModerationItemMapper = QueueItem;
export type HeldMessageMapper = HeldMessage;
export type ReportCaseMapper = ReportCase;
export type ReportMapper = Report;
export type ModerationQueueEventMapper = QueueEvent;
export type MessageHeldEventMapper = Extract<QueueEvent, { readonly __typename: 'MessageHeldEvent' }>;
export type ReportedEventMapper = Extract<QueueEvent, { readonly __typename: 'ReportedEvent' }>;
export type ModerationSettledEventMapper = Extract<QueueEvent, { readonly __typename: 'ModerationSettledEvent' }>;
export type InboxPositionEventMapper = InboxPositionEvent;
export type InboxResetEventMapper = InboxResetEvent;
