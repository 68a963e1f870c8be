import { z } from 'zod';
import type { FeedEvent, JsonObject, NewFeedEvent } from '#platform/feed/feed.ts';
import { shardOf } from '#platform/ids.ts';
import type { Conversation } from './domain/conversation.ts';
import { ROOM_STEPS, type RoomStep } from './domain/ladder.ts';
import type { CustomContent, Message, MessageBody } from './domain/message.ts';
import { messageIdOf } from './domain/messageId.ts';
import type { ChatModes } from './domain/policy.ts';
import type { Role } from './domain/role.ts';
import { NOTICE_TEXTS, type NoticeCode } from './domain/room.ts';
import type { ChatEvent, Joins, LifeEvent, LoggedEvent, SanctionEvent } from './domain/roomEvent.ts';
import type { SanctionSubject } from './domain/sanction.ts';
import { chatModes } from './events/chatModes.ts';
import { controlEventIn, controlPayload } from './events/control.ts';

// What messaging writes: the log of each conversation, and for the gateway one per shard that says who may be in them.

const CONVERSATION_FEED_PREFIX = 'conversation/';

/** The log of a conversation of any kind. */
export const conversationFeedOf = (conversationId: string): string => CONVERSATION_FEED_PREFIX + conversationId;

/** The conversation whose log this is. */
export const conversationIdOf = (feed: string): string => feed.slice(CONVERSATION_FEED_PREFIX.length);

/** The log of what concerns one user: their direct conversations, and what changes about the conversations they are in. */
export const inboxFeedOf = (userId: string): string => `inbox/${userId}`;

/** Version of the payloads below. Followers tolerate newer ones: fields are added, never changed or removed. */
const PAYLOAD_VERSION = 1;

/** The graph's kinds of room events and the feed's. */
export const FEED_KINDS = {
  CHAT: 'chat.posted',
  GIFT: 'gift.shown',
  NOTICE: 'notice.posted',
  GROUP: 'group.changed',
  SANCTION: 'user.sanctioned',
  ROLE: 'role.changed',
  MODES: 'chat.modes',
  RECALL: 'message.recalled',
  EDIT: 'message.edited',
  REACTIONS: 'reactions.changed',
  PINS: 'pins.changed',
  ANNOUNCEMENT: 'announcement.changed',
  STEP: 'step.changed',
  CONTROL: 'control.sent',
  ERASURE: 'messages.erased',
} as const;
export type RoomEventKind = keyof typeof FEED_KINDS;

export const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const attachment = z.object({
  id: z.string(),
  kind: z.enum(['IMAGE', 'FILE']),
  name: z.string(),
  contentType: z.string(),
  bytes: z.int(),
  width: z.int().nullable(),
  height: z.int().nullable(),
});
// Absent: nothing of the kind. Most messages are a text.
const chatPosted = z.object({
  authorId: z.string(),
  text: z.string(),
  number: z.int(),
  type: z.enum(['TEXT', 'IMAGE', 'FILE', 'CUSTOM', 'SYSTEM']).optional(),
  attachments: z.array(attachment).optional(),
  custom: z.object({ schema: z.string(), data: z.string() }).optional(),
  system: z.object({ key: z.string(), parameters: z.array(z.object({ name: z.string(), value: z.string() })) }).optional(),
  replyTo: z.int().optional(),
  mentions: z.array(z.string()).optional(),
  mentionsAll: z.literal(true).optional(),
  editedAt: instant.optional(),
  edits: z.int().optional(),
  recalled: z.literal(true).optional(),
  // When a message was sent that had to wait for a moderator.
  heldAt: instant.optional(),
});
// `message`: the seq of the message that it happened to.
// `messages`: where several were taken back at once, all of them; `message` is the newest.
const messageRecalled = z.object({ message: z.int(), byId: z.string(), messages: z.array(z.int()).optional() });
const messageEdited = chatPosted.extend({ message: z.int(), sentAt: instant });
const reactionsChanged = z.object({ message: z.int(), reactions: z.array(z.object({ emoji: z.string(), count: z.int() })) });
const pinsChanged = z.object({ message: z.int(), byId: z.string(), isPinned: z.boolean(), pinCount: z.int() });
const messagesErased = z.object({ messages: z.array(z.int()) });
const announcementChanged = z.object({ byId: z.string(), text: z.string().nullable() });
export type MessageRecalled = z.infer<typeof messageRecalled>;
export type ReactionsChanged = z.infer<typeof reactionsChanged>;
export type PinsChanged = z.infer<typeof pinsChanged>;
export type AnnouncementChanged = z.infer<typeof announcementChanged>;
export const giftShown = z.object({
  senderId: z.string(),
  giftId: z.string(),
  quantity: z.int(),
  coins: z.string().regex(/^\d+$/),
  orderId: z.string(),
  // Absent: the gift begins a combo.
  comboId: z.string().optional(),
  comboCount: z.int().optional(),
});
const groupChanged = z.object({
  byId: z.string(),
  title: z.string(),
  ownerId: z.string(),
  status: z.enum(['OPEN', 'CLOSED']),
  memberCount: z.int(),
  // Absent: private.
  isPublic: z.literal(true).optional(),
  joined: z.array(z.string()).optional(),
  left: z.array(z.string()).optional(),
});
const userSanctioned = z.object({
  userId: z.string(),
  verb: z.enum(['BAN', 'TIMEOUT', 'KICK']),
  until: z.iso.datetime({ offset: true }).nullable(),
});
const roleChanged = z.object({ userId: z.string(), byId: z.string(), role: z.enum(['MODERATOR', 'VIP', 'MEMBER', 'GUEST']) });
const stepChanged = z.object({ step: z.enum(ROOM_STEPS), pinned: z.boolean() });
const chatModesChanged = z.object({ byId: z.string(), modes: chatModes });
const noticePosted = z.object({ code: z.enum(['ROOM_OPENED', 'ROOM_CLOSED']), text: z.string() });
const viewersJoined = z.object({
  code: z.literal('VIEWERS_JOINED'),
  people: z.array(z.string()),
  count: z.int(),
  welcome: z.string().optional(),
});

/** Ids of a new event and, where there is one, of the event of another feed that caused it. */
export interface EventIds {
  readonly id: string;
  readonly sourceEventId?: string;
}

/** A message with its number, ready to be appended. */
export interface NumberedMessage {
  readonly authorId: string;
  readonly number: number;
  readonly body: MessageBody;
  /** When it was sent, where it had to wait for a moderator. */
  readonly heldAt?: Date | null;
}

export const chatPostedEvent = (conversationId: string, ids: EventIds, { authorId, number, body, heldAt }: NumberedMessage): NewFeedEvent =>
  conversationEvent(conversationId, ids, FEED_KINDS.CHAT, {
    authorId,
    number,
    text: body.text,
    ...(body.type === 'TEXT' ? {} : { type: body.type }),
    ...(body.attachments.length === 0 ? {} : { attachments: body.attachments.map((each) => ({ ...each })) }),
    ...(body.custom === null ? {} : { custom: { ...body.custom } }),
    ...(body.system === null ? {} : { system: { key: body.system.key, parameters: body.system.parameters.map((each) => ({ ...each })) } }),
    ...(body.replyToSeq === null ? {} : { replyTo: body.replyToSeq }),
    ...(body.mentionedUserIds.length === 0 ? {} : { mentions: body.mentionedUserIds }),
    ...(body.mentionsAll ? { mentionsAll: true } : {}),
    ...(heldAt == null ? {} : { heldAt: heldAt.toISOString() }),
  });

export const controlSentEvent = (conversationId: string, ids: EventIds, byId: string, content: CustomContent): NewFeedEvent =>
  conversationEvent(conversationId, ids, FEED_KINDS.CONTROL, controlPayload(byId, content));

export const giftShownEvent = (roomId: string, ids: EventIds, gift: z.infer<typeof giftShown>): NewFeedEvent => {
  const { comboId, comboCount, ...payload } = gift;
  const combo = comboId === undefined || comboCount === undefined ? {} : { comboId, comboCount };
  return conversationEvent(roomId, ids, FEED_KINDS.GIFT, { ...payload, ...combo });
};

export const noticePostedEvent = (roomId: string, ids: EventIds, code: NoticeCode): NewFeedEvent =>
  conversationEvent(roomId, ids, FEED_KINDS.NOTICE, { code, text: NOTICE_TEXTS[code] });

/** How much of a room's chat is sent from here on. */
export const stepChangedEvent = (
  roomId: string,
  id: string,
  { step, pinned }: { readonly step: RoomStep; readonly pinned: boolean },
): NewFeedEvent => conversationEvent(roomId, { id }, FEED_KINDS.STEP, { step, pinned });

/** What everybody in a conversation learns about a sanction. */
export const userSanctionedEvent = (
  { conversationId, userId }: SanctionSubject,
  id: string,
  { verb, expiresAt }: Pick<SanctionEvent, 'verb' | 'expiresAt'>,
): NewFeedEvent =>
  conversationEvent(conversationId, { id }, FEED_KINDS.SANCTION, { userId, verb, until: expiresAt?.toISOString() ?? null });

/** How a conversation may be written in from now on. */
export const chatModesChangedEvent = (
  conversationId: string,
  id: string,
  { byId, modes }: { readonly byId: string; readonly modes: ChatModes },
): NewFeedEvent => conversationEvent(conversationId, { id }, FEED_KINDS.MODES, { byId, modes: { ...modes } });

/** What somebody is in a conversation from now on. */
export const roleChangedEvent = (
  { conversationId, userId }: SanctionSubject,
  id: string,
  { byId, role }: { readonly byId: string; readonly role: Role },
): NewFeedEvent => conversationEvent(conversationId, { id }, FEED_KINDS.ROLE, { userId, byId, role });

/** Who came into a room. */
export const viewersJoinedEvent = (roomId: string, id: string, { people, count, welcome }: Joins): NewFeedEvent =>
  conversationEvent(roomId, { id }, FEED_KINDS.NOTICE, { code: 'VIEWERS_JOINED', people, count, ...(welcome === null ? {} : { welcome }) });

/** An event of a conversation's log as the graph shows it; null for one of a kind, or with a payload, that this version does not know (a newer writer's, or erased). */
export const loggedEventOf = (event: FeedEvent): LoggedEvent | null => {
  const { id, cursor, seq, at, payload } = event;
  const base = { id, cursor, seq, at };
  if (event.kind === FEED_KINDS.SANCTION) {
    const sanctioned = userSanctioned.safeParse(payload).data;
    if (sanctioned === undefined) return null;
    const { until, ...sanction } = sanctioned;
    return { ...base, __typename: 'SanctionEvent', ...sanction, expiresAt: until === null ? null : new Date(until) };
  }
  if (event.kind === FEED_KINDS.MODES) {
    const changed = chatModesChanged.safeParse(payload).data;
    return changed === undefined ? null : { ...base, __typename: 'ChatModesChangedEvent', ...changed };
  }
  if (event.kind === FEED_KINDS.ROLE) {
    const changed = roleChanged.safeParse(payload).data;
    return changed === undefined ? null : { ...base, __typename: 'RoleChangedEvent', ...changed };
  }
  if (event.kind === FEED_KINDS.CHAT) {
    const chat = chatPosted.safeParse(payload).data;
    if (chat === undefined) return null;
    return { ...base, __typename: 'ChatEvent', message: messageOf(event, chat) };
  }
  if (event.kind === FEED_KINDS.CONTROL) return controlEventIn(event);
  if (event.kind === FEED_KINDS.GIFT) {
    const parsed = giftShown.safeParse(payload).data;
    if (parsed === undefined) return null;
    const { comboId = parsed.orderId, comboCount = parsed.quantity, ...shown } = parsed;
    return { ...base, __typename: 'GiftEvent', ...shown, coins: BigInt(parsed.coins), combo: { id: comboId, count: comboCount } };
  }
  if (event.kind === FEED_KINDS.GROUP) {
    const changed = groupChanged.safeParse(payload).data;
    if (changed === undefined) return null;
    const { isPublic = false, joined = [], left = [], ...group } = changed;
    return { ...base, __typename: 'GroupChangedEvent', ...group, isPublic, joined, left };
  }
  if (event.kind === FEED_KINDS.STEP) {
    const changed = stepChanged.safeParse(payload).data;
    return changed === undefined ? null : { ...base, __typename: 'StepChangedEvent', ...changed };
  }
  if (event.kind !== FEED_KINDS.NOTICE) return lifeEventOf(event);
  const notice = z.union([noticePosted, viewersJoined]).safeParse(payload).data;
  if (notice === undefined) return null;
  if (notice.code !== 'VIEWERS_JOINED') return { ...base, __typename: 'NoticeEvent', ...notice, joins: null };
  const { code, people, count, welcome = null } = notice;
  return { ...base, __typename: 'NoticeEvent', code, text: null, joins: { people, count, welcome } };
};

/** What happened to something said before; see loggedEventOf. */
const lifeEventOf = (event: FeedEvent): LifeEvent | null => {
  const { feed, id, cursor, seq, at, kind, payload } = event;
  const base = { id, cursor, seq, at };
  const idOf = (message: number): string => messageIdOf({ conversationId: conversationIdOf(feed), seq: message });
  if (kind === FEED_KINDS.RECALL) {
    const recalled = messageRecalled.safeParse(payload).data;
    if (recalled === undefined) return null;
    const { message, messages = [message], byId } = recalled;
    return { ...base, __typename: 'MessageRecalledEvent', messageId: idOf(message), messageIds: messages.map(idOf), byId };
  }
  if (kind === FEED_KINDS.EDIT) {
    const edited = messageEdited.safeParse(payload).data;
    if (edited === undefined) return null;
    return { ...base, __typename: 'MessageEditedEvent', message: messageOf({ feed, seq: edited.message, at: edited.sentAt }, edited) };
  }
  if (kind === FEED_KINDS.REACTIONS) {
    const changed = reactionsChanged.safeParse(payload).data;
    if (changed === undefined) return null;
    return { ...base, __typename: 'ReactionsChangedEvent', messageId: idOf(changed.message), reactions: changed.reactions };
  }
  if (kind === FEED_KINDS.PINS) {
    const changed = pinsChanged.safeParse(payload).data;
    if (changed === undefined) return null;
    const { message, ...pin } = changed;
    return { ...base, __typename: 'PinsChangedEvent', messageId: idOf(message), ...pin };
  }
  if (kind === FEED_KINDS.ERASURE) {
    const erased = messagesErased.safeParse(payload).data;
    return erased === undefined ? null : { ...base, __typename: 'MessagesErasedEvent', messageIds: erased.messages.map(idOf) };
  }
  const announced = kind === FEED_KINDS.ANNOUNCEMENT ? announcementChanged.safeParse(payload).data : undefined;
  return announced === undefined ? null : { ...base, __typename: 'AnnouncementChangedEvent', ...announced };
};

/** A message that was just appended, as the graph shows it: what loggedEventOf reads from its event. */
export const chatEventOf = (event: FeedEvent, message: NumberedMessage): ChatEvent => {
  const { id, cursor, seq, at } = event;
  return { id, cursor, seq, at, __typename: 'ChatEvent', message: placed(event, message) };
};

const placed = (
  { feed, seq, at }: Pick<FeedEvent, 'feed' | 'seq' | 'at'>,
  { authorId, number, body, heldAt = null }: NumberedMessage,
): Message => {
  const conversationId = conversationIdOf(feed);
  const place = { id: messageIdOf({ conversationId, seq }), conversationId, seq, messageNumber: number };
  return { ...body, ...place, authorId, sentAt: at, heldAt, editedAt: null, editCount: 0, isRecalled: false, isCurrent: false };
};

/** Which messages an event of their conversation's log posts, edits, recalls or erases: their seqs; none for events that do none of that. */
export const messageSeqsOf = ({ kind, seq, payload }: Pick<FeedEvent, 'kind' | 'seq' | 'payload'>): readonly number[] => {
  if (kind === FEED_KINDS.CHAT) return [seq];
  if (kind === FEED_KINDS.ERASURE) return messagesErased.safeParse(payload).data?.messages ?? [];
  if (kind !== FEED_KINDS.EDIT && kind !== FEED_KINDS.RECALL) return [];
  const changed = changedMessages.safeParse(payload).data;
  return changed === undefined ? [] : (changed.messages ?? [changed.message]);
};

const changedMessages = messageRecalled.pick({ message: true, messages: true });

const messageOf = (event: Pick<FeedEvent, 'feed' | 'seq' | 'at'>, chat: z.infer<typeof chatPosted>): Message => {
  const {
    authorId,
    text,
    number,
    type = 'TEXT',
    attachments = [],
    custom = null,
    system = null,
    replyTo = null,
    mentions = [],
    mentionsAll = false,
    editedAt = null,
    edits = 0,
    recalled = false,
    heldAt = null,
  } = chat;
  const body = { type, text, attachments, custom, system, replyToSeq: replyTo, mentionedUserIds: mentions, mentionsAll };
  return { ...placed(event, { authorId, number, body, heldAt }), editedAt, editCount: edits, isRecalled: recalled };
};

/** An event of a conversation's log. */
export const conversationEvent = (conversationId: string, ids: EventIds, kind: string, payload: JsonObject): NewFeedEvent => ({
  ...ids,
  feed: conversationFeedOf(conversationId),
  shard: shardOf(conversationId),
  kind,
  v: PAYLOAD_VERSION,
  payload,
});

/** What a group has become, and who came and went. */
export const groupChangedEvent = (
  { id: groupId, title, ownerId, status, isPublic, memberCount }: Conversation,
  id: string,
  { byId, joined, left }: { readonly byId: string; readonly joined: readonly string[]; readonly left: readonly string[] },
): NewFeedEvent =>
  conversationEvent(groupId, { id }, FEED_KINDS.GROUP, {
    byId,
    title: title ?? '',
    ownerId: ownerId ?? '',
    status,
    memberCount,
    ...(isPublic ? { isPublic } : {}),
    ...(joined.length === 0 ? {} : { joined }),
    ...(left.length === 0 ? {} : { left }),
  });
