import type { Transaction } from '#platform/database/database.ts';
import type { FeedEvent, NewFeedEvent } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import type { Message, MessageBody } from '../domain/message.ts';
import {
  type ChangeActor,
  type ChangeState,
  changeFault,
  type EditAction,
  editFault,
  type MessageChangeAnswer,
  recallFault,
} from '../domain/messageChange.ts';
import { editedPayload, messageEditedEvent, messageRecalledEvent, recalledPayload } from '../events/messageEvents.ts';
import { type ChangeBatch, placeOf } from './changeBatch.ts';
import { judgeText } from './judgeText.ts';
import { deleteMentions } from './mentions.ts';
import {
  deleteVersions,
  insertRecalled,
  insertVersions,
  type RecalledRow,
  type Rewritten,
  rewriteEvents,
  type VersionRow,
} from './messageRows.ts';
import type { LoggedMessage } from './messages.ts';
import { messageModeratedEvent } from './moderationEvents.ts';
import type { Draft, SendSession } from './sendRules.ts';
import { dropUploads, uploadPlacesOf } from './uploads.ts';

/** An edit of this batch. */
interface Edit {
  readonly message: Message;
  readonly event: NewFeedEvent;
  readonly before: Omit<VersionRow, 'eventSeq'>;
}

/** What decides about texts: edits and recalls. What a message says stands in the log, so both rewrite its event there; what it said before an edit is kept as a version, what
 * was recalled where operators alone find it. */
export class TextDesk {
  readonly #batch: Pick<ChangeBatch, 'messages' | 'now'>;
  readonly #versions: ReadonlyMap<string, readonly VersionRow[]>;
  readonly #session: SendSession | null;
  readonly #rewritten = new Map<string, Rewritten>();
  readonly #recalls = new Map<string, RecalledRow>();
  readonly #recallEvents: NewFeedEvent[] = [];
  /** For the log of moderators. */
  readonly #noted: NewFeedEvent[] = [];
  readonly #recalled: Message[] = [];
  #edits: readonly Edit[] = [];
  #edited = false;

  /** `versions`: of the messages to be recalled. `session`: the rules for what is said, null where nothing is edited. */
  constructor(
    batch: Pick<ChangeBatch, 'messages' | 'now'>,
    versions: ReadonlyMap<string, readonly VersionRow[]>,
    session: SendSession | null,
  ) {
    this.#batch = batch;
    this.#versions = versions;
    this.#session = session;
  }

  edit(
    logged: LoggedMessage,
    state: ChangeState,
    { actor, text, refusal }: { readonly actor: ChangeActor } & Pick<EditAction, 'text' | 'refusal'>,
  ): MessageChangeAnswer {
    const { message } = logged;
    const fault = editFault(state, actor, text);
    if (fault !== null) return changeFault(fault);
    if (refusal !== undefined) return refusal;
    this.#edited = true;
    const judged = judgeText(this.#session, draftOf(state, actor, text));
    if (typeof judged !== 'string') return judged;
    if (judged === message.text) return { ok: true };
    const { now } = this.#batch;
    const edits = message.editCount + 1;
    const payload = editedPayload(logged.event.payload, judged, now, edits);
    const edited = { ...message, text: judged, editedAt: now, editCount: edits };
    const event = messageEditedEvent(edited, newId(), payload);
    const said = { text: message.text, at: message.editedAt ?? message.sentAt };
    this.#edits = [...this.#edits, { message: edited, event, before: { ...placeOf(message), ...said, version: edits, eventId: event.id } }];
    this.#rewrite({ event: { ...logged.event, payload }, message: edited });
    return { ok: true };
  }

  recall(logged: LoggedMessage, state: ChangeState, actor: ChangeActor): MessageChangeAnswer {
    const { message } = logged;
    const fault = recallFault(state, actor);
    if (fault !== null) return changeFault(fault);
    this.#takeBack(logged, actor.id);
    this.#recallEvents.push(messageRecalledEvent(message.conversationId, newId(), { message: message.seq, byId: actor.id }));
    if (actor.id !== message.authorId) this.#noted.push(messageModeratedEvent(newId(), 'message.recalled', message, actor.id));
    return { ok: true };
  }

  /** Takes several messages of one conversation back at once, none of which is recalled yet: others hear of it by one event. Nobody is asked whether that may be. */
  recallTogether(messages: readonly LoggedMessage[], byId: string): void {
    const newest = messages.at(-1)?.message;
    if (newest === undefined) return;
    for (const logged of messages) this.#takeBack(logged, byId);
    const seqs = messages.map(({ message }) => message.seq);
    this.#recallEvents.push(messageRecalledEvent(newest.conversationId, newId(), { message: newest.seq, messages: seqs, byId }));
  }

  #takeBack({ message, event }: LoggedMessage, byId: string): void {
    const stored = this.#versions.get(message.id) ?? [];
    const place = placeOf(message);
    const versions = [...stored, ...this.#edits.filter((edit) => edit.message.id === message.id).map(({ before }) => before)];
    this.#recalls.set(message.id, {
      ...place,
      authorId: message.authorId,
      byId,
      at: this.#batch.now,
      payload: event.payload,
      versions: versions.map(({ text, at }) => ({ text, at })),
    });
    this.#edits = this.#edits.filter((edit) => edit.message.id !== message.id);
    // The events of its edits said what it said.
    const blank = { ...event.payload, message: message.seq, sentAt: message.sentAt.toISOString() };
    for (const { eventSeq: seq, eventId: id } of stored)
      this.#rewritten.set(id, { conversationId: message.conversationId, seq, id, payload: recalledPayload(blank) });
    this.#rewrite({
      event: { ...event, payload: recalledPayload(event.payload) },
      message: { ...message, text: '', attachments: [], isRecalled: true },
    });
    this.#recalled.push(message);
  }

  /** Whether objects are to be deleted once this is committed. */
  get dropsFiles(): boolean {
    return this.#recalled.some(({ attachments }) => attachments.length > 0);
  }

  events(): readonly NewFeedEvent[] {
    return [...this.#edits.map(({ event }) => event), ...this.#recallEvents];
  }

  noted(): readonly NewFeedEvent[] {
    return this.#noted;
  }

  /** Before the batch's events are appended. `pairs`: the people of direct conversations. */
  async save(tx: Transaction, pairs: ReadonlyMap<string, readonly string[]>): Promise<void> {
    if (this.#edited) await this.#session?.save?.();
    if (this.#recalls.size > 0) {
      const recalled = [...this.#recalls.values()];
      // Who was meant by it has nothing to find there any more.
      await deleteMentions(
        tx,
        this.#recalled.map((message) => ({ ...message, number: message.messageNumber, body: message })),
      );
      await insertRecalled(tx, recalled);
      await dropUploads(tx, this.#recalled.flatMap(uploadPlacesOf));
      await deleteVersions(tx, recalled);
    }
    if (this.#rewritten.size > 0) await rewriteEvents(tx, [...this.#rewritten.values()], pairs);
  }

  /** After they are appended: a version knows where its edit stands, so that a recall finds it. No lock follows: the conversation's covers these rows. */
  async settle(tx: Transaction, appended: readonly FeedEvent[]): Promise<void> {
    if (this.#edits.length === 0) return;
    const seqs = new Map(appended.map(({ id, seq }) => [id, seq]));
    await insertVersions(
      tx,
      this.#edits.map(({ before }) => ({ ...before, eventSeq: seqs.get(before.eventId) ?? missing(before.eventId) })),
    );
  }

  #rewrite(logged: LoggedMessage): void {
    const { event, message } = logged;
    this.#batch.messages.set(message.id, logged);
    this.#rewritten.set(event.id, { ...placeOf(message), id: event.id, payload: event.payload });
  }
}

/** A message with another text, as the rules for new ones see it. */
export const draftOf = (
  { message, conversation }: Pick<ChangeState, 'message' | 'conversation'>,
  actor: Pick<ChangeActor, 'id' | 'isOperator'>,
  text: string,
): Draft => {
  const author = { id: actor.id, isOperator: actor.isOperator };
  return { eventId: newId(), conversation, author, body: bodyWith(message, text), replaces: message.id };
};

/** What a message says, with another text. */
export const bodyWith = (
  { type, attachments, custom, system, replyToSeq, mentionedUserIds, mentionsAll }: Message,
  text: string,
): MessageBody => ({
  type,
  text,
  attachments,
  custom,
  system,
  replyToSeq,
  mentionedUserIds,
  mentionsAll,
});

const missing = (eventId: string): never => {
  throw new Error(`the edit ${eventId} was not appended`);
};
