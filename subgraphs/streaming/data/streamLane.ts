import type { Transaction } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import type { Channel, Stream } from '../domain/stream.ts';
import { channelAfter, decideStreamCommand, idempotencyConflict, type StreamAction, type StreamAnswer } from '../domain/streamCommand.ts';
import { streamEvents } from '../events.ts';
import { readAnswer, storeAnswer } from './storedAnswer.ts';
import {
  type CommandKey,
  claimStreamCommands,
  lockChannels,
  lockStreams,
  readStreamCommands,
  saveAnswers,
  saveLiveStreams,
  saveStreams,
} from './streamLaneSql.ts';

/** One command: what `actorId` wants, under which idempotency key. `fingerprint`: of the raw input. */
export interface StreamCommand extends CommandKey {
  readonly action: StreamAction;
}

/** What one batch has decided so far. */
interface Ledger {
  readonly channels: Map<string, Channel>;
  readonly streams: Map<string, Stream>;
  /** Each change of a stream, in order: its events. */
  readonly changes: Stream[];
  /** By key: what was asked and what was answered. */
  readonly answers: Map<string, { readonly fingerprint: string; readonly answer: StreamAnswer }>;
}

/** Runs a batch of stream commands inside a transaction; outcomes in the same order. Locks: keys, then streams, then channels, then feeds. A key that was used
 * before gets its stored answer, or IDEMPOTENCY_CONFLICT when the input was another. */
export const runStreamCommands =
  (feeds: Pick<Feeds, 'append'>) =>
  async (tx: Transaction, batch: readonly StreamCommand[]): Promise<readonly StreamAnswer[]> => {
    const at = new Date();
    const keys = [...new Map(batch.map((command) => [keyOf(command), command])).values()];
    const claimed = new Set((await claimStreamCommands(tx, keys, at)).map(keyOf));
    const ledger = await lock(
      tx,
      batch,
      keys.filter((command) => !claimed.has(keyOf(command))),
    );
    const outcomes = batch.map((command) => decide(ledger, command, at));
    await save(
      tx,
      ledger,
      keys.filter((command) => claimed.has(keyOf(command))),
    );
    await feeds.append(
      tx,
      ledger.changes.flatMap((stream) => streamEvents(stream, newId)),
    );
    return outcomes;
  };

const keyOf = ({ actorId, key }: { readonly actorId: string; readonly key: string }): string => JSON.stringify([actorId, key]);

const lock = async (tx: Transaction, batch: readonly StreamCommand[], used: readonly CommandKey[]): Promise<Ledger> => {
  const earlier = used.length === 0 ? [] : await readStreamCommands(tx, used);
  const actions = batch.map(({ action }) => action);
  const streams = await lockStreams(tx, unique(actions.map(({ streamId }) => streamId)));
  const ownedBy = [...streams.values()].map(({ channelId }) => channelId);
  const named = actions.flatMap((action) => (action.type === 'create' ? [action.channelId] : []));
  const channels = await lockChannels(tx, unique([...ownedBy, ...named]));
  return {
    streams: new Map(streams),
    channels: new Map(channels),
    changes: [],
    answers: new Map(earlier.map((row) => [keyOf(row), { fingerprint: row.fingerprint, answer: readAnswer(row.answer) }])),
  };
};

const decide = (ledger: Ledger, command: StreamCommand, at: Date): StreamAnswer => {
  const stored = ledger.answers.get(keyOf(command));
  if (stored !== undefined) return stored.fingerprint === command.fingerprint ? stored.answer : idempotencyConflict;
  const answer = decideStreamCommand(command.actorId, command.action, ledger, at);
  if (answer.ok) apply(ledger, answer.stream);
  ledger.answers.set(keyOf(command), { fingerprint: command.fingerprint, answer });
  return answer;
};

const apply = (ledger: Ledger, stream: Stream): void => {
  ledger.streams.set(stream.id, stream);
  ledger.changes.push(stream);
  const channel = ledger.channels.get(stream.channelId);
  if (channel !== undefined) ledger.channels.set(channel.id, channelAfter(channel, stream));
};

const save = async (tx: Transaction, ledger: Ledger, claimed: readonly CommandKey[]): Promise<void> => {
  const changed = [...new Map(ledger.changes.map((stream) => [stream.id, stream])).values()];
  const channels = unique(changed.map(({ channelId }) => channelId)).flatMap((id) => ledger.channels.get(id) ?? []);
  await saveStreams(tx, changed);
  await saveLiveStreams(tx, channels);
  const answered = claimed.flatMap((key) => {
    const entry = ledger.answers.get(keyOf(key));
    return entry === undefined ? [] : [{ key, answer: storeAnswer(entry.answer) }];
  });
  await saveAnswers(
    tx,
    answered.map(({ key }) => key),
    answered.map(({ answer }) => answer),
  );
};

const unique = (ids: readonly string[]): readonly string[] => [...new Set(ids)];
