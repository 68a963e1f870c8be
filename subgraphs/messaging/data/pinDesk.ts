import type { Transaction } from '#platform/database/database.ts';
import type { NewFeedEvent } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { Message, Pin } from '../domain/message.ts';
import {
  announcementFault,
  type ChangeActor,
  type ChangeState,
  changeFault,
  type MessageChangeAnswer,
  pinFault,
} from '../domain/messageChange.ts';
import { announcementChangedEvent, pinsChangedEvent } from '../events/messageEvents.ts';
import { type ChangeBatch, placeOf } from './changeBatch.ts';
import { asideOf, judgeText } from './judgeText.ts';
import { announcementSetEvent, messageModeratedEvent } from './moderationEvents.ts';
import { type AnnouncementRow, deletePins, insertPins, saveAnnouncements } from './pins.ts';
import type { SendSession } from './sendRules.ts';

/** What decides about pins and announcements. */
export class PinDesk {
  readonly #batch: Pick<ChangeBatch, 'now'>;
  readonly #session: SendSession | null;
  readonly #stored: ReadonlySet<string>;
  readonly #counts: Map<string, number>;
  /** Messages that were pinned or unpinned: who did it last, and whether they are pinned now. */
  readonly #moved = new Map<string, { readonly message: Message; readonly byId: string; readonly isPinned: boolean }>();
  readonly #announced = new Map<string, AnnouncementRow>();
  readonly #events: NewFeedEvent[] = [];
  /** For the log of moderators. */
  readonly #noted: NewFeedEvent[] = [];

  /** `pins`: of the conversations whose pins may change, by conversation. `session`: the rules for what is said, null where nothing is announced. */
  constructor(batch: Pick<ChangeBatch, 'now'>, pins: ReadonlyMap<string, readonly Pin[]>, session: SendSession | null) {
    this.#batch = batch;
    this.#session = session;
    this.#stored = new Set([...pins.values()].flat().map(({ messageId }) => messageId));
    this.#counts = new Map([...pins].map(([id, ofOne]) => [id, ofOne.length]));
  }

  decide(state: ChangeState, actor: ChangeActor, type: 'pin' | 'unpin'): MessageChangeAnswer {
    const { message } = state;
    const adds = type === 'pin';
    const fault = pinFault(state, actor, { adds, pins: this.#isPinned(message.id) ? 0 : (this.#counts.get(message.conversationId) ?? 0) });
    if (fault !== null) return changeFault(fault);
    if (this.#isPinned(message.id) === adds) return { ok: true };
    this.#move(message, actor.id, adds);
    this.#noted.push(messageModeratedEvent(newId(), adds ? 'message.pinned' : 'message.unpinned', message, actor.id));
    return { ok: true };
  }

  /** A message that was recalled is pinned no longer. */
  unpinRecalled(message: Message, byId: string): void {
    if (this.#isPinned(message.id)) this.#move(message, byId, false);
  }

  announce(conversation: Conversation | undefined, actor: ChangeActor, wanted: string | null): MessageChangeAnswer {
    const fault = announcementFault(conversation, actor, wanted);
    if (fault !== null || conversation === undefined) return changeFault(fault ?? 'CONVERSATION_NOT_FOUND');
    const text = wanted === null ? null : judgeText(this.#session, asideOf(conversation, actor, wanted));
    if (text !== null && typeof text !== 'string') return text;
    this.#announced.set(conversation.id, { conversationId: conversation.id, text, byId: actor.id, at: this.#batch.now });
    this.#events.push(announcementChangedEvent(conversation.id, newId(), { byId: actor.id, text }));
    this.#noted.push(announcementSetEvent(newId(), conversation.id, text, actor.id));
    return { ok: true };
  }

  events(): readonly NewFeedEvent[] {
    return this.#events;
  }

  noted(): readonly NewFeedEvent[] {
    return this.#noted;
  }

  async save(tx: Transaction): Promise<void> {
    const moved = [...this.#moved.values()].filter(({ message, isPinned }) => isPinned !== this.#stored.has(message.id));
    const [pinned, unpinned] = [moved.filter(({ isPinned }) => isPinned), moved.filter(({ isPinned }) => !isPinned)];
    if (unpinned.length > 0)
      await deletePins(
        tx,
        unpinned.map(({ message }) => placeOf(message)),
      );
    if (pinned.length > 0)
      await insertPins(
        tx,
        pinned.map(({ message, byId }) => ({ ...placeOf(message), byId })),
        this.#batch.now,
      );
    if (this.#announced.size > 0) await saveAnnouncements(tx, [...this.#announced.values()]);
  }

  #isPinned(messageId: string): boolean {
    return this.#moved.get(messageId)?.isPinned ?? this.#stored.has(messageId);
  }

  #move(message: Message, byId: string, isPinned: boolean): void {
    const { conversationId, seq } = message;
    const pinCount = (this.#counts.get(conversationId) ?? 0) + (isPinned ? 1 : -1);
    this.#counts.set(conversationId, pinCount);
    this.#moved.set(message.id, { message, byId, isPinned });
    this.#events.push(pinsChangedEvent(conversationId, newId(), { message: seq, byId, isPinned, pinCount }));
  }
}
