import type { ConversationStatus } from './conversation.ts';
import type { Message } from './message.ts';
import type { NoticeCode } from './room.ts';

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
  readonly code: NoticeCode;
  readonly text: string;
}

/** What a group has become, and who came and went. */
export interface GroupChangedEvent extends EventBase {
  readonly __typename: 'GroupChangedEvent';
  readonly byId: string;
  readonly title: string;
  readonly ownerId: string;
  readonly status: ConversationStatus;
  readonly memberCount: number;
  readonly joined: readonly string[];
  readonly left: readonly string[];
}

export interface PositionEvent extends EventBase {
  readonly __typename: 'PositionEvent';
}

export interface ResetEvent extends EventBase {
  readonly __typename: 'ResetEvent';
  readonly reason: 'RETENTION' | 'EPOCH';
}

/** What a room's log holds. */
export type LoggedEvent = ChatEvent | GiftEvent | NoticeEvent | GroupChangedEvent;

/** What `roomEvents` sends: the log, and where the subscriber stands in it. */
export type RoomEvent = LoggedEvent | PositionEvent | ResetEvent;
