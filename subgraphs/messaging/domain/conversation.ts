/** ROOM: of a stream, without members. GROUP: of its members. DIRECT: between two people. */
export type ConversationKind = 'ROOM' | 'GROUP' | 'DIRECT';

/** OPEN: takes messages. CLOSED: can be read, no longer written to. */
export type ConversationStatus = 'OPEN' | 'CLOSED';

/** Where people write to each other, of whatever kind. */
export interface Conversation {
  /** Of a room: its stream's id. Of a direct conversation: follows from its two people. */
  readonly id: string;
  readonly kind: ConversationKind;
  readonly status: ConversationStatus;
  /** The streamer of a room (null until its stream's own event has come), the owner of a group; null for a direct conversation. */
  readonly ownerId: string | null;
  /** Null for rooms, which are called like their stream, and for direct conversations. */
  readonly title: string | null;
  /** Of a group: whether anybody may find and join it. False for all else. */
  readonly isPublic: boolean;
  /** Messages so far, which is the messageNumber of the newest. */
  readonly messageCount: number;
  /** Members now; 0 for a room. */
  readonly memberCount: number;
  /** Version of a room's stream that it has seen; 0 when a gift came first, and for other kinds. */
  readonly streamVersion: number;
  /** Version of what it has decided about itself (domain/policy.ts); 0: nothing. */
  readonly policyVersion: number;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
}

const KINDS: ReadonlySet<string> = new Set<ConversationKind>(['ROOM', 'GROUP', 'DIRECT']);
const STATUSES: ReadonlySet<string> = new Set<ConversationStatus>(['OPEN', 'CLOSED']);

export const isConversationKind = (text: string): text is ConversationKind => KINDS.has(text);

export const isConversationStatus = (text: string): text is ConversationStatus => STATUSES.has(text);
