import type { Database, Queryable, Transaction } from '#platform/database/database.ts';
import type { Feeds, NewFeedEvent } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import { createLane, type Lane } from '#platform/lane/lane.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { type Ban, decideModeration, type ModerationAction, type ModerationAnswer } from '../domain/ban.ts';
import { userBannedEvent, userUnbannedEvent } from '../events.ts';
import { banKeyOf, deleteBans, readBans, saveBans } from './bans.ts';
import { lockConversations } from './conversations.ts';
import { claimModerations, type ModerationKey, readModerations, saveModerations } from './moderationLaneSql.ts';
import { readAnswer, storeAnswer } from './storedAnswer.ts';

/** What a moderator wants, under which idempotency key. `fingerprint`: of the raw input. `isOperator`: may moderate every room. */
export interface ModerationCommand extends ModerationKey {
  readonly fingerprint: string;
  readonly isOperator: boolean;
  readonly action: ModerationAction;
}

/** What a key was used for, and what was answered. */
interface StoredAnswer {
  readonly fingerprint: string;
  readonly answer: ModerationAnswer;
}

export interface ModerationLaneOptions {
  readonly database: Database;
  readonly feeds: Pick<Feeds, 'append'>;
  readonly telemetry: Telemetry;
}

/** The lane through which every decision about who may be in a room goes. */
export const openModerationLane = ({ database, feeds, telemetry }: ModerationLaneOptions): Lane<ModerationCommand, ModerationAnswer> =>
  createLane({ name: 'moderation', database, telemetry, actorOf: ({ actorId }) => actorId, run: runModerations(feeds) });

/** Runs a batch of moderators' commands inside a transaction; outcomes in the same order. Locks: keys, then rooms (whoever posts waits, so that no message of a
 * banned user follows their ban), then feeds. A key that was used before gets its stored answer, or IDEMPOTENCY_CONFLICT when the input was another. */
export const runModerations =
  (feeds: Pick<Feeds, 'append'>) =>
  async (tx: Transaction, batch: readonly ModerationCommand[]): Promise<readonly ModerationAnswer[]> => {
    const commands = firstOfEachKey(batch);
    const claimed = new Set((await claimModerations(tx, commands)).map(keyOf));
    const used = commands.filter((command) => !claimed.has(keyOf(command)));
    const answers = new Map(used.length === 0 ? [] : await recall(tx, used));
    const fresh = commands.filter((command) => claimed.has(keyOf(command)));
    if (fresh.length > 0) await decideAll(tx, feeds, fresh, answers);
    return batch.map((command) => answerTo(command, answers.get(keyOf(command))));
  };

/** The stored answer to a command, outside the lane; null when its key is new. */
export const storedModeration = async (database: Queryable, command: ModerationCommand): Promise<ModerationAnswer | null> => {
  const answer = (await recall(database, [command])).get(keyOf(command));
  return answer === undefined ? null : answerTo(command, answer);
};

const keyOf = ({ actorId, key }: ModerationKey): string => JSON.stringify([actorId, key]);

const firstOfEachKey = (batch: readonly ModerationCommand[]): readonly ModerationCommand[] => {
  const commands = new Map<string, ModerationCommand>();
  for (const command of batch) if (!commands.has(keyOf(command))) commands.set(keyOf(command), command);
  return [...commands.values()];
};

/** The answers of keys that were used before. */
const recall = async (database: Queryable, keys: readonly ModerationKey[]): Promise<ReadonlyMap<string, StoredAnswer>> =>
  new Map(
    (await readModerations(database, keys)).map((row) => [keyOf(row), { fingerprint: row.fingerprint, answer: readAnswer(row.answer) }]),
  );

/** Decides commands whose keys are new, in order, writes what they change and adds their answers. */
const decideAll = async (
  tx: Transaction,
  feeds: Pick<Feeds, 'append'>,
  commands: readonly ModerationCommand[],
  answers: Map<string, StoredAnswer>,
): Promise<void> => {
  const actions = commands.map(({ action }) => action);
  const rooms = await lockConversations(tx, [...new Set(actions.map(({ roomId }) => roomId))]);
  const { bans, now } = await readBans(tx, [...new Map(actions.map((action) => [banKeyOf(action), action])).values()]);
  /** What each user's ban becomes, null: none. */
  const changed = new Map<string, Ban | null>();
  const lifted: Ban[] = [];
  const events: NewFeedEvent[] = [];
  for (const { actorId, key, fingerprint, isOperator, action } of commands) {
    const subject = banKeyOf(action);
    const ban = changed.has(subject) ? (changed.get(subject) ?? undefined) : bans.get(subject);
    const answer = decideModeration({ id: actorId, isOperator }, action, { room: rooms.get(action.roomId), ban, now });
    answers.set(keyOf({ actorId, key }), { fingerprint, answer });
    if (!answer.ok) continue;
    changed.set(subject, action.type === 'ban' ? answer.ban : null);
    if (action.type === 'unban') lifted.push(answer.ban);
    events.push(action.type === 'ban' ? userBannedEvent(answer.ban, newId()) : userUnbannedEvent(answer.ban, newId()));
  }
  await saveModerations(
    tx,
    commands.map((command) => ({ ...command, answer: storeAnswer(answerTo(command, answers.get(keyOf(command)))) })),
  );
  const kept = [...changed.values()].filter((ban) => ban !== null);
  if (kept.length > 0) await saveBans(tx, kept);
  const gone = lifted.filter((ban) => changed.get(banKeyOf(ban)) === null);
  if (gone.length > 0) await deleteBans(tx, gone);
  if (events.length > 0) await feeds.append(tx, events);
};

const answerTo = (command: ModerationCommand, stored: StoredAnswer | undefined): ModerationAnswer => {
  if (stored === undefined) throw new Error(`the command ${keyOf(command)} has no answer`);
  return stored.fingerprint === command.fingerprint ? stored.answer : { ok: false, code: 'IDEMPOTENCY_CONFLICT' };
};
