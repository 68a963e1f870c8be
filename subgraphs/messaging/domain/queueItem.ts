import type { MessageBody } from './message.ts';

/** Why a message is held, as its author may know it. FILTER: a filter has found something; LINK: it has an address; CHECK: a check of this platform wants somebody to look. */
export const HELD_REASONS = ['FILTER', 'LINK', 'CHECK'] as const;
export type HeldReason = (typeof HELD_REASONS)[number];

/** OPEN: it waits. APPROVED: it was posted. EXPIRED: nobody looked at it in time. */
export const HELD_STATES = ['OPEN', 'APPROVED', 'REJECTED', 'EXPIRED'] as const;
export type HeldState = (typeof HELD_STATES)[number];

/** DISMISSED: there was nothing to it. RECALLED: the message was taken back. ACTED: something else was done. A new report opens it again. */
export const CASE_STATES = ['OPEN', 'DISMISSED', 'RECALLED', 'ACTED'] as const;
export type CaseState = (typeof CASE_STATES)[number];

export type ItemState = HeldState | CaseState;

/** Why somebody reports a message or a person. */
export const REPORT_REASONS = ['SPAM', 'HARASSMENT', 'HATE', 'SEXUAL', 'VIOLENCE', 'SELF_HARM', 'SCAM', 'PRIVACY', 'OTHER'] as const;
export type ReportReason = (typeof REPORT_REASONS)[number];

/** Something in one conversation that its moderators look at. `id`: within the conversation; see itemIdOf. */
export interface ItemPlace {
  readonly conversationId: string;
  readonly id: string;
}

/** Who has settled something, when and why; all null while nobody has. Nobody settles what expires. */
export interface Settlement {
  readonly settledById: string | null;
  readonly settledAt: Date | null;
  readonly settledReason: string | null;
}

/** A message that waits for a moderator, or has. `detail`: what has held it, for moderators. `seq`: of the message that it became; null: of none. */
export interface HeldMessage extends ItemPlace, Settlement {
  readonly kind: 'HELD';
  readonly authorId: string;
  readonly reason: HeldReason;
  readonly detail: string;
  readonly body: MessageBody;
  readonly at: Date;
  readonly expiresAt: Date;
  readonly state: HeldState;
  readonly seq: number | null;
}

/** What people report about one message (`seq`), or about one person (null). `userId`: who wrote it, or that person. `at`: of the report that has opened it. */
export interface ReportCase extends ItemPlace, Settlement {
  readonly kind: 'REPORTED';
  readonly userId: string;
  readonly seq: number | null;
  readonly reportCount: number;
  readonly at: Date;
  readonly state: CaseState;
}

export type QueueItem = HeldMessage | ReportCase;

/** One person's report. */
export interface Report {
  readonly reporterId: string;
  readonly reason: ReportReason;
  readonly comment: string | null;
  readonly at: Date;
}

/** A conversation id and an item's own, both UUIDs. */
const ITEM_ID_PATTERN = /^([0-9a-f-]{36}):([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;

/** The id by which the graph knows an item. */
export const itemIdOf = ({ conversationId, id }: ItemPlace): string => `${conversationId}:${id}`;

/** The place behind an item's id; null when no item can have it. */
export const itemPlaceOf = (id: string): ItemPlace | null => {
  const [, conversationId, own] = ITEM_ID_PATTERN.exec(id) ?? [];
  return conversationId === undefined || own === undefined ? null : { conversationId, id: own };
};
