import { z } from 'zod';
import type { Transaction } from '#platform/database/database.ts';
import type { Feeds, NewFeedEvent } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import { type BlockAction, type BlockAnswer, type BlockDecision, type BlockList, decideBlock } from '../domain/block.ts';
import { isBlockRefusalCode } from '../domain/blockRefusal.ts';
import { directIdOf, emptyDirect } from '../domain/group.ts';
import { type BlockSubject, blockKeyOf, blocksAmong, deleteBlocks, insertBlocks, lockBlockLists, saveBlockLists } from './blocks.ts';
import type { Command, CommandFamily } from './commandLane.ts';
import { lockConversations } from './conversations.ts';
import { insertConversations } from './groupRows.ts';
import { inboxBlockEvent } from './inboxEvents.ts';

/** Everything that people do to their block lists. Locks: the direct conversations of the two (whoever posts in one waits, so that no message of a blocked user follows the block),
 * then lists, then feeds. */
export const blockCommands = (feeds: Pick<Feeds, 'append'>): CommandFamily<BlockAction, BlockAnswer> => ({
  name: 'blocks',
  conflict: { ok: false, code: 'IDEMPOTENCY_CONFLICT' },
  parse: (stored) => answer.parse(stored),
  decide: (tx, commands) => decideAll(tx, feeds, commands),
});

const answer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), code: z.string().refine(isBlockRefusalCode) }),
]);

const decideAll = async (
  tx: Transaction,
  feeds: Pick<Feeds, 'append'>,
  commands: readonly Command<BlockAction>[],
): Promise<readonly BlockAnswer[]> => {
  const at = new Date();
  await lockDirects(tx, commands, at);
  const lists = new Map(await lockBlockLists(tx, [...new Set(commands.map(({ actorId }) => actorId))]));
  const subjects = new Map(commands.map((command) => [blockKeyOf(subjectOf(command)), subjectOf(command)]));
  const before = await blocksAmong(tx, [...subjects.values()]);
  const blocked = new Set(before);
  const changed = new Map<string, BlockList>();
  const events: NewFeedEvent[] = [];
  const answers = commands.map((command): BlockAnswer => {
    const subject = blockKeyOf(subjectOf(command));
    const list = lists.get(command.actorId);
    if (list === undefined) throw new Error(`the block list of ${command.actorId} was locked and is not there`);
    const decision = decideBlock(command.action, list, blocked.has(subject));
    if (typeof decision === 'string') return { ok: false, code: decision };
    if (decision.list !== list) {
      lists.set(list.userId, decision.list);
      changed.set(list.userId, decision.list);
      events.push(eventOf(command, decision));
      if (decision.isBlocked) blocked.add(subject);
      else blocked.delete(subject);
    }
    return { ok: true };
  });
  const moved = [...subjects].filter(([key]) => before.has(key) !== blocked.has(key));
  const made = moved.flatMap(([key, subject]) => (blocked.has(key) ? [{ ...subject, blockedAt: at }] : []));
  const ended = moved.flatMap(([key, subject]) => (blocked.has(key) ? [] : [subject]));
  if (made.length > 0) await insertBlocks(tx, made);
  if (ended.length > 0) await deleteBlocks(tx, ended);
  if (changed.size > 0) await saveBlockLists(tx, [...changed.values()]);
  if (events.length > 0) await feeds.append(tx, events);
  return answers;
};

// A conversation that is not there yet is made, with nobody in it: a message that somebody opens it for meanwhile finds a lock to wait for.
const lockDirects = async (tx: Transaction, commands: readonly Command<BlockAction>[], at: Date): Promise<void> => {
  const idOf = ({ actorId, action }: Command<BlockAction>): string => directIdOf(actorId, action.userId);
  const made = new Set(commands.filter(({ action }) => action.type === 'block').map(idOf));
  if (made.size > 0)
    await insertConversations(
      tx,
      [...made].map((id) => emptyDirect(id, at)),
    );
  await lockConversations(tx, [...new Set(commands.map(idOf))]);
};

const subjectOf = ({ actorId, action }: Command<BlockAction>): BlockSubject => ({ userId: actorId, blockedId: action.userId });

const eventOf = ({ actorId, action }: Command<BlockAction>, { list, isBlocked }: BlockDecision): NewFeedEvent =>
  inboxBlockEvent(actorId, newId(), { userId: action.userId, isBlocked, version: list.version });
