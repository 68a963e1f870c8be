import { z } from 'zod';
import type { Transaction } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import type { Message } from '../domain/message.ts';
import { changeFault, type MessageAction, type MessageChangeAnswer, seesMessage } from '../domain/messageChange.ts';
import { isMessageChangeCode } from '../domain/messageChangeRefusal.ts';
import { messageIdOf } from '../domain/messageId.ts';
import { actorOf, type ChangeBatch, type MessageCommand } from './changeBatch.ts';
import type { CommandFamily } from './commandLane.ts';
import { appendToConversations } from './conversationLog.ts';
import { lockConversations } from './conversations.ts';
import { asideOf, saidBy } from './judgeText.ts';
import { pairsOf } from './members.ts';
import { versionsAt } from './messageRows.ts';
import { messagesAt } from './messages.ts';
import { moderatedIdOf } from './moderationEvents.ts';
import { PinDesk } from './pinDesk.ts';
import { pinsOf } from './pins.ts';
import { readClock } from './postingLaneSql.ts';
import { ReactionDesk } from './reactionDesk.ts';
import { reactionCountsAt, reactionsAmong } from './reactions.ts';
import { readRights } from './rights.ts';
import type { SendRules } from './sendRules.ts';
import { draftOf, TextDesk } from './textDesk.ts';

export interface MessageChangeParts {
  readonly feeds: Pick<Feeds, 'append'>;
  /** What new messages have to keep to, and edited ones too. */
  readonly rules: SendRules;
  /** Hears after COMMIT that objects of files are to be deleted. */
  readonly onFilesDropped: () => void;
}

/** Everything that happens to messages after they were posted. Locks: conversations, then what the rules lock, then what belongs to the messages, then logs. */
export const messageChanges = (parts: MessageChangeParts): CommandFamily<MessageAction, MessageChangeAnswer> => ({
  name: 'messages',
  conflict: changeFault('IDEMPOTENCY_CONFLICT'),
  parse: (stored) => answer.parse(stored),
  decide: (tx, commands) => changeMessages(tx, parts, commands),
});

const answer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true) }),
  z.object({
    ok: z.literal(false),
    code: z.string().refine(isMessageChangeCode),
    reason: z.string().nullable(),
    message: z.string().nullable(),
  }),
]);

type Placed = Exclude<MessageAction, { readonly type: 'announce' }>;

/** Decides commands about messages and writes what they change; their conversations may be locked already. See messageChanges. */
export const changeMessages = async (
  tx: Transaction,
  parts: MessageChangeParts,
  commands: readonly MessageCommand[],
): Promise<readonly MessageChangeAnswer[]> => {
  const batch = await load(tx, commands);
  const desks = await openDesks(tx, parts, batch, commands);
  const answers = commands.map((command) => decideOne(batch, desks, command));
  await save(tx, parts.feeds, batch, desks);
  if (desks.texts.dropsFiles) tx.afterCommit(parts.onFilesDropped);
  return answers;
};

const load = async (tx: Transaction, commands: readonly MessageCommand[]): Promise<ChangeBatch> => {
  const conversations = await lockConversations(tx, [...new Set(commands.map(({ action }) => action.conversationId))]);
  const messages = new Map(await messagesAt(tx, uniquePlaces(commands.map(({ action }) => action).filter(isPlaced))));
  const subjects = commands.flatMap(({ actorId, action }) => {
    const conversation = conversations.get(action.conversationId);
    return conversation === undefined ? [] : [{ conversation, userId: actorId }];
  });
  const [rightsOf, now] = await Promise.all([readRights(tx, subjects), readClock(tx)]);
  return { conversations, messages, rightsOf, now };
};

interface Desks {
  readonly texts: TextDesk;
  readonly reactions: ReactionDesk;
  readonly pins: PinDesk;
}

// What a batch has no need of is not read.
const openDesks = async (
  tx: Transaction,
  { rules }: MessageChangeParts,
  batch: ChangeBatch,
  commands: readonly MessageCommand[],
): Promise<Desks> => {
  const actions = commands.map(({ action }) => action);
  const recalls = uniquePlaces(actions.filter(({ type }) => type === 'recall').filter(isPlaced));
  const reactions = commands.flatMap(({ actorId: userId, action }) =>
    action.type === 'react' || action.type === 'unreact' ? [{ ...action, userId }] : [],
  );
  const pinning = actions.filter(({ type }) => type === 'recall' || type === 'pin' || type === 'unpin');
  const drafts = commands.flatMap(({ actorId: id, isOperator, action }) => {
    const conversation = batch.conversations.get(action.conversationId);
    const said = saidBy(action);
    if (conversation !== undefined && said !== null) return [asideOf(conversation, { id, isOperator }, said)];
    const message = action.type === 'edit' ? batch.messages.get(messageIdOf(action))?.message : undefined;
    if (action.type !== 'edit' || message === undefined || conversation === undefined) return [];
    return [draftOf({ message, conversation }, { id, isOperator }, action.text)];
  });
  const session = drafts.length === 0 ? null : await rules.open(tx, drafts, batch.now);
  const pins = await pinsOf(tx, [...new Set(pinning.map(({ conversationId }) => conversationId))]);
  const counts = await reactionCountsAt(tx, uniquePlaces(reactions));
  return {
    texts: new TextDesk(batch, await versionsAt(tx, recalls), session),
    reactions: new ReactionDesk(batch, counts, await reactionsAmong(tx, reactions), session),
    pins: new PinDesk(batch, pins, session),
  };
};

const decideOne = (batch: ChangeBatch, desks: Desks, command: MessageCommand): MessageChangeAnswer => {
  const { action } = command;
  const conversation = batch.conversations.get(action.conversationId);
  if (conversation === undefined) return changeFault(action.type === 'announce' ? 'CONVERSATION_NOT_FOUND' : 'MESSAGE_NOT_FOUND');
  const actor = actorOf(batch, command, conversation);
  if (action.type === 'announce') return desks.pins.announce(conversation, actor, action.text);
  const logged = batch.messages.get(messageIdOf(action));
  if (logged === undefined || !seesMessage({ conversation }, actor)) return changeFault('MESSAGE_NOT_FOUND');
  const state = { conversation, message: logged.message, now: batch.now };
  switch (action.type) {
    case 'edit':
      return desks.texts.edit(logged, state, { actor, ...action });
    case 'recall': {
      const recalled = desks.texts.recall(logged, state, actor);
      if (recalled.ok) desks.pins.unpinRecalled(logged.message, actor.id);
      return recalled;
    }
    case 'react':
    case 'unreact':
      return desks.reactions.decide(state, actor, action);
    case 'pin':
    case 'unpin':
      return desks.pins.decide(state, actor, action.type);
  }
};

const save = async (tx: Transaction, feeds: Pick<Feeds, 'append'>, batch: ChangeBatch, desks: Desks): Promise<void> => {
  const { texts, reactions, pins } = desks;
  const directs = [...batch.conversations.values()].filter(({ kind }) => kind === 'DIRECT');
  await reactions.save(tx);
  await pins.save(tx);
  await texts.save(tx, await pairsOf(tx, directs));
  const events = [...texts.events(), ...reactions.events(), ...pins.events()];
  if (events.length > 0) await texts.settle(tx, await appendToConversations(tx, feeds, events, batch.conversations));
  // Two people who are alone have no moderators.
  const noted = [...texts.noted(), ...pins.noted()].filter(({ feed }) => batch.conversations.get(moderatedIdOf(feed))?.kind !== 'DIRECT');
  if (noted.length > 0) await feeds.append(tx, noted);
};

const isPlaced = (action: MessageAction): action is Placed => action.type !== 'announce';

const uniquePlaces = (places: readonly Pick<Message, 'conversationId' | 'seq'>[]): readonly Pick<Message, 'conversationId' | 'seq'>[] => [
  ...new Map(places.map((place) => [messageIdOf(place), place])).values(),
];
