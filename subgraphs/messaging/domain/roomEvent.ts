import type { ConversationStatus } from './conversation.ts';
import type { RoomStep } from './ladder.ts';
import type { Message } from './message.ts';
import type { ChatModes } from './policy.ts';
import type { ReactionCount } from './reaction.ts';
import type { Role } from './role.ts';
import type { NoticeCode } from './room.ts';
import type { SanctionVerb } from './sanction.ts';

interface EventBase {
  readonly id: string;
  readonly cursor: string;
  readonly seq: number;
  readonly at: Date;
}

export interface ChatEvent extends EventBase {
  readonly __typename: 'ChatEvent';
  readonly message: Message;
}

/** A service told clients' machines something. `data`: JSON. */
export interface ControlEvent extends EventBase {
  readonly __typename: 'ControlEvent';
  readonly byId: string;
  readonly schema: string;
  readonly data: string;
}

/** What comes of a posting. */
export type PostedEvent = ChatEvent | ControlEvent;

/** `coins`: what all pieces together cost. */
export interface GiftEvent extends EventBase {
  readonly __typename: 'GiftEvent';
  readonly senderId: string;
  readonly giftId: string;
  readonly quantity: number;
  readonly coins: bigint;
  /** The order that began the combo, and pieces up to and with this gift. */
  readonly combo: { readonly id: string; readonly count: number };
  readonly orderId: string;
}

export interface NoticeEvent extends EventBase {
  readonly __typename: 'NoticeEvent';
  readonly code: NoticeCode | 'VIEWERS_JOINED';
  /** Null where it follows from the names of people. */
  readonly text: string | null;
  readonly joins: Joins | null;
}

/** Who came. `people`: the first of them; `count`: all; `welcome`: what the room announced then. */
export interface Joins {
  readonly people: readonly string[];
  readonly count: number;
  readonly welcome: string | null;
}

/** What a group has become, and who came and went. */
export interface GroupChangedEvent extends EventBase {
  readonly __typename: 'GroupChangedEvent';
  readonly byId: string;
  readonly title: string;
  readonly ownerId: string;
  readonly status: ConversationStatus;
  readonly isPublic: boolean;
  readonly memberCount: number;
  readonly joined: readonly string[];
  readonly left: readonly string[];
}

/** Somebody was sanctioned so that everybody learns of it; mutes are told to moderators alone. */
export interface SanctionEvent extends EventBase {
  readonly __typename: 'SanctionEvent';
  readonly userId: string;
  readonly verb: Exclude<SanctionVerb, 'MUTE'>;
  readonly expiresAt: Date | null;
}

/** Somebody has another role from now on. */
export interface RoleChangedEvent extends EventBase {
  readonly __typename: 'RoleChangedEvent';
  readonly userId: string;
  readonly byId: string;
  readonly role: Role;
}

/** A message was taken back, or several at once (`messageIds`: all of them). */
export interface MessageRecalledEvent extends EventBase {
  readonly __typename: 'MessageRecalledEvent';
  readonly messageId: string;
  readonly messageIds: readonly string[];
  readonly byId: string;
}

/** A message got another text; `message`: as it was from then on. */
export interface MessageEditedEvent extends EventBase {
  readonly __typename: 'MessageEditedEvent';
  readonly message: Message;
}

/** Messages of somebody whose data was erased: they say nothing any more. */
export interface MessagesErasedEvent extends EventBase {
  readonly __typename: 'MessagesErasedEvent';
  readonly messageIds: readonly string[];
}

/** The reactions of a message are others; `reactions`: all of them. */
export interface ReactionsChangedEvent extends EventBase {
  readonly __typename: 'ReactionsChangedEvent';
  readonly messageId: string;
  readonly reactions: readonly ReactionCount[];
}

/** A message was pinned, or is no longer. `pinCount`: pinned messages from then on. */
export interface PinsChangedEvent extends EventBase {
  readonly __typename: 'PinsChangedEvent';
  readonly messageId: string;
  readonly byId: string;
  readonly isPinned: boolean;
  readonly pinCount: number;
}

/** The conversation announces something else; null: nothing. */
export interface AnnouncementChangedEvent extends EventBase {
  readonly __typename: 'AnnouncementChangedEvent';
  readonly byId: string;
  readonly text: string | null;
}

/** Something happened to what was said before. */
export type LifeEvent =
  | MessageRecalledEvent
  | MessagesErasedEvent
  | MessageEditedEvent
  | ReactionsChangedEvent
  | PinsChangedEvent
  | AnnouncementChangedEvent;

/** How much of the chat is sent from here on. `pinned`: an operator holds it there. */
export interface StepChangedEvent extends EventBase {
  readonly __typename: 'StepChangedEvent';
  readonly step: RoomStep;
  readonly pinned: boolean;
}

/** Messages that a busy room did not send to this audience, next to each other among what it was sent. `seq`: toSeq. */
export interface SkippedEvent extends EventBase {
  readonly __typename: 'SkippedEvent';
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly count: number;
}

/** The conversation may be written in otherwise from now on; `modes`: all of them. */
export interface ChatModesChangedEvent extends EventBase {
  readonly __typename: 'ChatModesChangedEvent';
  readonly byId: string;
  readonly modes: ChatModes;
}

export interface PositionEvent extends EventBase {
  readonly __typename: 'PositionEvent';
}

export interface ResetEvent extends EventBase {
  readonly __typename: 'ResetEvent';
  readonly reason: 'RETENTION' | 'EPOCH';
}

/** What a room's log holds. */
export type LoggedEvent =
  | ChatEvent
  | ControlEvent
  | GiftEvent
  | NoticeEvent
  | GroupChangedEvent
  | SanctionEvent
  | RoleChangedEvent
  | ChatModesChangedEvent
  | LifeEvent
  | StepChangedEvent;

/** What `roomEvents` sends: the log, what of it was left out, and where the subscriber stands in it. */
export type RoomEvent = LoggedEvent | SkippedEvent | PositionEvent | ResetEvent;
