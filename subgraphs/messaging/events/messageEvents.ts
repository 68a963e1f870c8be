import type { JsonObject, NewFeedEvent } from '#platform/feed/feed.ts';
import { ERASED_AUTHOR_ID } from '../domain/erasure.ts';
import type { Message } from '../domain/message.ts';
import {
  type AnnouncementChanged,
  conversationEvent,
  FEED_KINDS,
  type MessageRecalled,
  type PinsChanged,
  type ReactionsChanged,
} from '../events.ts';

// What is written about messages that were posted before.

/** What a log keeps of a message that was edited: its new text, and that it is one. */
export const editedPayload = (posted: JsonObject, text: string, at: Date, edits: number): JsonObject => ({
  ...posted,
  text,
  editedAt: at.toISOString(),
  edits,
});

/** What a log keeps of a message that was taken back: who posted it, its number, and what kind of message it was. Of an edit besides, which message it was about. */
export const recalledPayload = ({ authorId, number, type, message, sentAt }: JsonObject): JsonObject => ({
  authorId: authorId ?? '',
  number: number ?? 0,
  text: '',
  recalled: true,
  ...(type === undefined ? {} : { type }),
  ...(message === undefined || sentAt === undefined ? {} : { message, sentAt }),
});

/** What a log keeps of a message whose author was erased: its number, and that it says nothing. */
export const erasedPayload = (posted: JsonObject): JsonObject => ({ ...recalledPayload(posted), authorId: ERASED_AUTHOR_ID });

export const messageRecalledEvent = (conversationId: string, id: string, change: MessageRecalled): NewFeedEvent =>
  conversationEvent(conversationId, { id }, FEED_KINDS.RECALL, {
    message: change.message,
    byId: change.byId,
    ...(change.messages === undefined ? {} : { messages: change.messages }),
  });

/** `payload`: the message's from now on. */
export const messageEditedEvent = ({ conversationId, seq, sentAt }: Message, id: string, payload: JsonObject): NewFeedEvent =>
  conversationEvent(conversationId, { id }, FEED_KINDS.EDIT, { ...payload, message: seq, sentAt: sentAt.toISOString() });

export const reactionsChangedEvent = (conversationId: string, id: string, change: ReactionsChanged): NewFeedEvent =>
  conversationEvent(conversationId, { id }, FEED_KINDS.REACTIONS, {
    message: change.message,
    reactions: change.reactions.map((each) => ({ ...each })),
  });

export const pinsChangedEvent = (conversationId: string, id: string, change: PinsChanged): NewFeedEvent =>
  conversationEvent(conversationId, { id }, FEED_KINDS.PINS, { ...change });

export const announcementChangedEvent = (conversationId: string, id: string, change: AnnouncementChanged): NewFeedEvent =>
  conversationEvent(conversationId, { id }, FEED_KINDS.ANNOUNCEMENT, { ...change });

/** `messages`: their seqs. */
export const messagesErasedEvent = (conversationId: string, id: string, messages: readonly number[]): NewFeedEvent =>
  conversationEvent(conversationId, { id }, FEED_KINDS.ERASURE, { messages });
