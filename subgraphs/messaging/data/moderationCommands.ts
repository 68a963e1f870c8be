import type { Transaction } from '#platform/database/database.ts';
import type { Feeds, NewFeedEvent } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import { type Ban, decideModeration, type ModerationAction, type ModerationAnswer } from '../domain/ban.ts';
import { userBannedEvent, userUnbannedEvent } from '../events.ts';
import { banKeyOf, deleteBans, readBans, saveBans } from './bans.ts';
import type { Command, CommandFamily } from './commandLane.ts';
import { lockConversations } from './conversations.ts';
import { readAnswer } from './storedAnswer.ts';

/** Every decision about who may be in a room. Locks: rooms (whoever posts waits, so that no message of a banned user follows their ban), then feeds. */
export const moderation = (feeds: Pick<Feeds, 'append'>): CommandFamily<ModerationAction, ModerationAnswer> => ({
  name: 'moderation',
  conflict: { ok: false, code: 'IDEMPOTENCY_CONFLICT' },
  parse: readAnswer,
  decide: (tx, commands) => decideAll(tx, feeds, commands),
});

const decideAll = async (
  tx: Transaction,
  feeds: Pick<Feeds, 'append'>,
  commands: readonly Command<ModerationAction>[],
): Promise<readonly ModerationAnswer[]> => {
  const actions = commands.map(({ action }) => action);
  const rooms = await lockConversations(tx, [...new Set(actions.map(({ roomId }) => roomId))]);
  const { bans, now } = await readBans(tx, [...new Map(actions.map((action) => [banKeyOf(action), action])).values()]);
  /** What each user's ban becomes, null: none. */
  const changed = new Map<string, Ban | null>();
  const lifted: Ban[] = [];
  const events: NewFeedEvent[] = [];
  const answers = commands.map(({ actorId, isOperator, action }) => {
    const subject = banKeyOf(action);
    const ban = changed.has(subject) ? (changed.get(subject) ?? undefined) : bans.get(subject);
    const answer = decideModeration({ id: actorId, isOperator }, action, { room: rooms.get(action.roomId), ban, now });
    if (!answer.ok) return answer;
    changed.set(subject, action.type === 'ban' ? answer.ban : null);
    if (action.type === 'unban') lifted.push(answer.ban);
    events.push(action.type === 'ban' ? userBannedEvent(answer.ban, newId()) : userUnbannedEvent(answer.ban, newId()));
    return answer;
  });
  const kept = [...changed.values()].filter((ban) => ban !== null);
  if (kept.length > 0) await saveBans(tx, kept);
  const gone = lifted.filter((ban) => changed.get(banKeyOf(ban)) === null);
  if (gone.length > 0) await deleteBans(tx, gone);
  if (events.length > 0) await feeds.append(tx, events);
  return answers;
};
