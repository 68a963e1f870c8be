import type { HeldState } from './queueItem.ts';
import type { LoggedEvent } from './roomEvent.ts';

/** A place in a log: just after the event `seq`, whose id ends in `mark`. */
export interface LogPlace {
  readonly seq: number;
  readonly mark: string;
}

/** A time during which somebody is a member of a group. What its log says from the joining to the leaving belongs into their inbox: (joined, lastSeq]. */
export interface Stay {
  /** Seq of the joining in the log of the person's inbox: unique per person, and the higher the later. */
  readonly id: number;
  readonly conversationId: string;
  /** The joining, in the group's log. */
  readonly joined: LogPlace;
  /** When it is over: the leaving in the log of the inbox, and in the group's. */
  readonly left: { readonly inboxSeq: number; readonly lastSeq: number } | null;
}

interface InboxEventBase {
  readonly id: string;
  readonly at: Date;
  /** Just after this event, in all conversations. */
  readonly cursor: string;
}

/** Something happened in a conversation. */
export interface InboxConversationEvent extends InboxEventBase {
  readonly __typename: 'InboxConversationEvent';
  readonly conversationId: string;
  readonly event: LoggedEvent;
}

/** The person is a member of a conversation from now on, or no more. */
export interface InboxMembershipEvent extends InboxEventBase {
  readonly __typename: 'InboxJoinedEvent' | 'InboxLeftEvent';
  readonly conversationId: string;
}

/** The person has read a conversation up to this messageNumber, on whatever device. */
export interface InboxReadEvent extends InboxEventBase {
  readonly __typename: 'InboxReadEvent';
  readonly conversationId: string;
  readonly number: number;
}

/** The person blocks somebody from now on, or no more. `version`: of their list, after that. */
export interface InboxBlocksEvent extends InboxEventBase {
  readonly __typename: 'InboxBlocksEvent';
  readonly userId: string;
  readonly isBlocked: boolean;
  readonly version: number;
}

/** A message of theirs that waited for a moderator waits no more. `itemId`: within its conversation. */
export interface InboxHeldMessageEvent extends InboxEventBase {
  readonly __typename: 'InboxHeldMessageEvent';
  readonly conversationId: string;
  readonly itemId: string;
  readonly state: Exclude<HeldState, 'OPEN'>;
}

export interface InboxPositionEvent extends InboxEventBase {
  readonly __typename: 'InboxPositionEvent';
}

export interface InboxResetEvent extends InboxEventBase {
  readonly __typename: 'InboxResetEvent';
  readonly reason: 'RETENTION' | 'EPOCH';
}

/** What an inbox holds. */
export type InboxLoggedEvent = InboxConversationEvent | InboxMembershipEvent | InboxReadEvent | InboxBlocksEvent | InboxHeldMessageEvent;

/** What `inbox` sends: what it holds, and where the subscriber stands in it. */
export type InboxEvent = InboxLoggedEvent | InboxPositionEvent | InboxResetEvent;

/** How many events of each log to read when `budget` are read at most: all of those that miss little, and of the others as many as of any. In the order of `missing`. */
export const shares = (missing: readonly number[], budget: number): readonly number[] => {
  const taken = missing.map(() => 0);
  let left = budget;
  const ascending = missing.map((_, index) => index).sort((one, other) => (missing[one] ?? 0) - (missing[other] ?? 0));
  for (const [place, index] of ascending.entries()) {
    const share = Math.min(missing[index] ?? 0, Math.max(Math.floor(left / (ascending.length - place)), Math.min(left, 1)));
    taken[index] = share;
    left -= share;
  }
  return taken;
};
