import type { Transaction } from '#platform/database/database.ts';
import type { NewFeedEvent } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import type { Message } from '../domain/message.ts';
import {
  type ChangeActor,
  type ChangeState,
  changeFault,
  MASKED_REACTION,
  type MessageChangeAnswer,
  type MessageChangeFault,
  type ReactionAction,
  reactionFault,
} from '../domain/messageChange.ts';
import { reactionsChangedEvent } from '../events/messageEvents.ts';
import { type ChangeBatch, placeOf } from './changeBatch.ts';
import { asideOf, judgeText, saidBy } from './judgeText.ts';
import { type CountRow, type ReactionSubject, reactionKeyOf, saveReactions } from './reactions.ts';
import type { SendSession } from './sendRules.ts';

/** What decides about reactions. However many of a batch are about one message, its log gets one event. */
export class ReactionDesk {
  readonly #batch: ChangeBatch;
  readonly #stored: ReadonlySet<string>;
  readonly #before: ReadonlyMap<string, readonly CountRow[]>;
  readonly #session: SendSession | null;
  /** By message: by emoji. */
  readonly #counts = new Map<string, Map<string, CountRow>>();
  /** Who has reacted, where that was asked about. */
  readonly #mine = new Map<string, ReactionSubject & { readonly has: boolean }>();
  readonly #touched = new Map<string, Message>();

  /** `counts`: of the messages, by id. `stored`: which of the batch's reactions there are. `session`: the rules for what is said, null where no reaction has a name of its own. */
  constructor(
    batch: ChangeBatch,
    counts: ReadonlyMap<string, readonly CountRow[]>,
    stored: ReadonlySet<string>,
    session: SendSession | null,
  ) {
    this.#batch = batch;
    this.#before = counts;
    this.#stored = stored;
    this.#session = session;
  }

  decide(state: ChangeState, actor: ChangeActor, action: ReactionAction): MessageChangeAnswer {
    const { message } = state;
    const { type, emoji } = action;
    const counts = this.#countsOf(message.id);
    const known = counts.get(emoji);
    const adds = type === 'react';
    const fault = reactionFault(state, actor, { adds, kinds: known === undefined ? counts.size : 0 });
    if (fault !== null) return changeFault(fault);
    const refusal = this.#refusalOf(state, actor, action);
    if (refusal !== null) return refusal;
    const subject = { ...placeOf(message), emoji, userId: actor.id };
    const key = reactionKeyOf(subject);
    const has = this.#mine.get(key)?.has ?? this.#stored.has(key);
    if (has === adds) return { ok: true };
    const { now } = this.#batch;
    const count = (known?.count ?? 0) + (adds ? 1 : -1);
    if (count > 0) counts.set(emoji, { ...placeOf(message), emoji, count, firstAt: known?.firstAt ?? now });
    else counts.delete(emoji);
    this.#mine.set(key, { ...subject, has: adds });
    this.#touched.set(message.id, message);
    return { ok: true };
  }

  events(): readonly NewFeedEvent[] {
    return [...this.#touched.values()].flatMap((message) => {
      const reactions = [...this.#countsOf(message.id).values()].sort(inOrder).map(({ emoji, count }) => ({ emoji, count }));
      const before = (this.#before.get(message.id) ?? []).map(({ emoji, count }) => ({ emoji, count }));
      if (this.#batch.messages.get(message.id)?.message.isRecalled === true || JSON.stringify(reactions) === JSON.stringify(before))
        return [];
      return [reactionsChangedEvent(message.conversationId, newId(), { message: message.seq, reactions })];
    });
  }

  async save(tx: Transaction): Promise<void> {
    const moved = [...this.#mine.values()].filter((each) => each.has !== this.#stored.has(reactionKeyOf(each)));
    const { now } = this.#batch;
    const counts = [...this.#touched.values()].flatMap((message) => {
      const counted = this.#countsOf(message.id);
      const emojis = new Set([...(this.#before.get(message.id) ?? []).map(({ emoji }) => emoji), ...counted.keys()]);
      return [...emojis].map((emoji) => counted.get(emoji) ?? { ...placeOf(message), emoji, count: 0, firstAt: now });
    });
    await saveReactions(tx, { added: moved.filter(({ has }) => has), removed: moved.filter(({ has }) => !has), counts }, now);
  }

  /** What the rules say against the name of a reaction. Nothing of it can be masked: it would be another one. */
  #refusalOf({ conversation }: ChangeState, actor: ChangeActor, action: ReactionAction): MessageChangeFault | null {
    const said = saidBy(action);
    const judged = said === null ? null : judgeText(this.#session, asideOf(conversation, actor, said));
    if (judged !== null && typeof judged !== 'string') return judged;
    return judged === said ? null : MASKED_REACTION;
  }

  #countsOf(messageId: string): Map<string, CountRow> {
    const known = this.#counts.get(messageId) ?? new Map((this.#before.get(messageId) ?? []).map((row) => [row.emoji, row]));
    this.#counts.set(messageId, known);
    return known;
  }
}

/** As PostgreSQL sorts them: by time, then by the bytes of the emoji. */
const inOrder = (one: CountRow, other: CountRow): number =>
  one.firstAt.getTime() - other.firstAt.getTime() || Buffer.compare(Buffer.from(one.emoji), Buffer.from(other.emoji));
