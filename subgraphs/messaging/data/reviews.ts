import { z } from 'zod';
import type { Transaction } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import type { Conversation } from '../domain/conversation.ts';
import { type HeldMessage, type ItemPlace, itemIdOf, type QueueItem, type ReportCase } from '../domain/queueItem.ts';
import {
  accessFault,
  type QueueActor,
  REVIEW_CODES,
  type ReviewAction,
  type ReviewCode,
  resolveFault,
  reviewFault,
} from '../domain/queueRules.ts';
import type { ChatEvent } from '../domain/roomEvent.ts';
import { appendMessages } from './appendMessages.ts';
import type { Command, CommandFamily } from './commandLane.ts';
import { lockConversations } from './conversations.ts';
import { heldAt, settleHeld } from './heldMessages.ts';
import { inboxHeldEvent } from './inboxEvents.ts';
import { membersAmong } from './members.ts';
import { changeMessages } from './messageChanges.ts';
import { messagesAt } from './messages.ts';
import { itemSettledEvent } from './moderationEvents.ts';
import { judge } from './postingLane.ts';
import { readClock } from './postingLaneSql.ts';
import { ensureProfiles } from './profiles.ts';
import { settledEvent } from './queueEvents.ts';
import { casesAt, saveCases } from './reportCases.ts';
import { readRights } from './rights.ts';
import type { Draft, SendRules } from './sendRules.ts';
import { dropUploads, uploadPlacesOf } from './uploads.ts';

/** What came of a decision. `reason`: of CANNOT_BE_POSTED, what stands against it. */
export type ReviewAnswer = { readonly ok: true } | { readonly ok: false; readonly code: ReviewCode; readonly reason: string | null };

export interface ReviewParts {
  readonly feeds: Pick<Feeds, 'append'>;
  /** What new messages have to keep to: an approved one keeps to those that look at its author. */
  readonly rules: SendRules;
  /** Hears after COMMIT what was posted. */
  readonly onPosted: (events: readonly ChatEvent[]) => void;
  /** Hears after COMMIT that files of rejected or recalled messages are to be deleted. */
  readonly onFilesDropped: () => void;
}

/** What moderators decide about their queue. Locks: the conversation, then what the rules lock, then what belongs to it, then logs. One at a time: what is decided is told to
 * authors in their inboxes, which may be locked already by a message in a direct conversation, and two decisions would lock them in no order. People decide no faster than that. */
export const reviews = (parts: ReviewParts): CommandFamily<ReviewAction, ReviewAnswer> => ({
  name: 'reviews',
  batchMax: 1,
  conflict: refused('IDEMPOTENCY_CONFLICT'),
  parse: (stored) => answer.parse(stored),
  decide: async (tx, [command]) => (command === undefined ? [] : [await decide(tx, parts, command)]),
});

const answer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), code: z.enum(REVIEW_CODES), reason: z.string().nullable() }),
]);

function refused(code: ReviewCode, reason: string | null = null): ReviewAnswer {
  return { ok: false, code, reason };
}

/** A decision in its place: the conversation is locked. */
interface Reviewed {
  readonly conversation: Conversation;
  readonly actor: QueueActor;
  readonly now: Date;
  readonly command: Command<ReviewAction>;
}

const decide = async (tx: Transaction, parts: ReviewParts, command: Command<ReviewAction>): Promise<ReviewAnswer> => {
  const { actorId: id, isOperator, action } = command;
  const conversation = (await lockConversations(tx, [action.conversationId])).get(action.conversationId);
  if (conversation === undefined) return refused('ITEM_NOT_FOUND');
  const subject = { conversation, userId: id };
  const actor = { ...(await readRights(tx, [subject]))(subject), id, isOperator, isBanned: false };
  const fault = accessFault(conversation, actor);
  if (fault !== null) return refused(fault);
  const reviewed = { conversation, actor, command, now: await readClock(tx) };
  return action.type === 'review' ? review(tx, parts, reviewed, action) : resolve(tx, parts, reviewed, action);
};

const placeOf = ({ conversationId, id }: ItemPlace): ItemPlace => ({ conversationId, id });

const settlementOf = ({ actor, now }: Reviewed, settledReason: string | null) => ({ settledById: actor.id, settledAt: now, settledReason });

const review = async (
  tx: Transaction,
  parts: ReviewParts,
  reviewed: Reviewed,
  { decision, reason, ...place }: Extract<ReviewAction, { readonly type: 'review' }>,
): Promise<ReviewAnswer> => {
  const held = (await heldAt(tx, [placeOf(place)])).get(itemIdOf(place));
  const fault = reviewFault(held, reviewed.actor);
  if (fault !== null || held === undefined) return refused(fault ?? 'ITEM_NOT_FOUND');
  const posted = decision === 'APPROVE' ? await post(tx, parts, reviewed, held) : null;
  if (posted !== null && 'ok' in posted) return posted;
  const state = posted === null ? 'REJECTED' : 'APPROVED';
  const settled: HeldMessage = { ...held, ...settlementOf(reviewed, reason), state, seq: posted?.seq ?? null };
  if (decision === 'REJECT') await dropFiles(tx, parts, held);
  await settleHeld(tx, [settled]);
  await tell(tx, parts, settled);
  return { ok: true };
};

const dropFiles = async (tx: Transaction, { onFilesDropped }: ReviewParts, { conversationId, body }: HeldMessage): Promise<void> => {
  await dropUploads(tx, uploadPlacesOf({ conversationId, attachments: body.attachments }));
  if (body.attachments.length > 0) tx.afterCommit(onFilesDropped);
};

/** Posts what was held as its author, where nothing stands against that by now. */
const post = async (
  tx: Transaction,
  { feeds, rules, onPosted }: ReviewParts,
  { conversation, now }: Reviewed,
  { id: eventId, conversationId, authorId, body, at: heldSince }: HeldMessage,
): Promise<ChatEvent | ReviewAnswer> => {
  const draft: Draft = { eventId, conversation, author: { id: authorId, isOperator: false }, body, approved: true };
  const session = await rules.open(tx, [draft], now);
  const isRoom = conversation.kind === 'ROOM';
  const members = isRoom ? new Set<string>() : await membersAmong(tx, [{ conversationId, userId: authorId }]);
  const judged = judge(session, members, { body }, draft);
  if (judged.refusal !== null) return refused('CANNOT_BE_POSTED', judged.refusal.code);
  await session.save?.();
  const message = { authorId, conversationId, eventId, body: judged.body, conversation, heldAt: heldSince };
  const [event] = await appendMessages(tx, { feeds, ensureProfiles: makeProfiles }, [message]);
  if (event?.__typename !== 'ChatEvent') throw new Error(`the held message ${eventId} was not appended`);
  tx.afterCommit(() => onPosted([event]));
  return event;
};

const makeProfiles = async (tx: Transaction, ids: readonly string[], at: Date): Promise<void> => {
  await ensureProfiles(tx, ids, at);
};

const resolve = async (
  tx: Transaction,
  parts: ReviewParts,
  reviewed: Reviewed,
  { decision, reason, ...place }: Extract<ReviewAction, { readonly type: 'resolve' }>,
): Promise<ReviewAnswer> => {
  const found = (await casesAt(tx, [placeOf(place)])).get(itemIdOf(place));
  const message = found === undefined || found.seq === null ? null : { conversationId: found.conversationId, seq: found.seq };
  const [logged] = message === null ? [] : [...(await messagesAt(tx, [message])).values()];
  const fault = resolveFault(found, reviewed.actor, { decision, isRecallable: logged?.message.isRecalled === false });
  if (fault !== null || found === undefined) return refused(fault ?? 'ITEM_NOT_FOUND');
  if (decision === 'RECALL' && message !== null) {
    const [recalled] = await changeMessages(tx, parts, [{ ...reviewed.command, action: { type: 'recall', ...message } }]);
    if (recalled?.ok !== true) return refused('NOTHING_TO_RECALL');
  }
  const settled: ReportCase = { ...found, ...settlementOf(reviewed, reason), state: STATES[decision] };
  await saveCases(tx, [settled]);
  await tell(tx, parts, settled);
  return { ok: true };
};

const STATES = { DISMISS: 'DISMISSED', RECALL: 'RECALLED', ACTED: 'ACTED' } as const;

/** Notes a decision in the queue and in the log of what moderators did, and tells the author of what was held. */
const tell = async (tx: Transaction, { feeds }: ReviewParts, item: QueueItem): Promise<void> => {
  const told = item.kind === 'HELD' ? [inboxHeldEvent(item, newId())] : [];
  // A recall is noted as what it is.
  const noted = item.state === 'RECALLED' ? [] : [itemSettledEvent(newId(), item)];
  await feeds.append(tx, [settledEvent(item), ...noted, ...told]);
};
