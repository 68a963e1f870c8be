import type { Database, Queryable, Transaction } from '#platform/database/database.ts';
import { createLane, type Lane } from '#platform/lane/lane.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { type CommandKey, claimCommands, readCommands, saveCommands } from './commandBook.ts';

/** What somebody wants done, under which idempotency key. `fingerprint`: of the raw input. `isOperator`: may moderate everywhere. */
export interface Command<Action> extends CommandKey {
  readonly fingerprint: string;
  readonly isOperator: boolean;
  readonly action: Action;
}

/** What makes a family of commands. An answer is data that JSON can hold, or that `parse` makes from it. */
export interface CommandFamily<Action, Answer> {
  /** Of the lane, in metrics. */
  readonly name: string;
  /** Commands per transaction at most, where one may write many rows; absent: the lane's own limit. */
  readonly batchMax?: number;
  /** The answer to a key that was used with other input. */
  readonly conflict: Answer;
  /** Reads a stored answer. Throws when it is none that this version knows. */
  parse(stored: unknown): Answer;
  /** Decides commands whose keys are new, in order, and writes what they change, by a fixed number of statements; their answers in the same order. Locks: conversations, then
   * what belongs to them by shard and key, then profiles; feeds are appended to last. */
  decide(tx: Transaction, commands: readonly Command<Action>[]): Promise<readonly Answer[]>;
}

/** A lane of commands, and how its stored answers are looked up outside of it. */
export interface CommandLane<Action, Answer> extends Lane<Command<Action>, Answer> {
  /** The stored answer to a command; null when its key is new. */
  stored(command: Command<Action>): Promise<Answer | null>;
}

export interface CommandLaneParts {
  readonly database: Database;
  readonly telemetry: Telemetry;
}

/** The lane through which all commands of a family go. A key that was used before gets its stored answer, or the family's conflict when the input was another. */
export const openCommandLane = <Action, Answer>(
  { database, telemetry }: CommandLaneParts,
  family: CommandFamily<Action, Answer>,
): CommandLane<Action, Answer> => {
  const run = runCommands(family);
  const lane = createLane<Command<Action>, Answer>({
    name: family.name,
    database,
    telemetry,
    actorOf: ({ actorId }) => actorId,
    run,
    ...(family.batchMax === undefined ? {} : { batchMax: family.batchMax }),
  });
  return {
    submit: (command, options) => lane.submit(command, options),
    get queued() {
      return lane.queued;
    },
    close: () => lane.close(),
    stored: async (command) => {
      const known = (await recall(database, family, [command])).get(keyOf(command));
      return known === undefined ? null : answerTo(family, command, known);
    },
  };
};

/** Runs a batch of commands inside a transaction; answers in the same order. Locks: keys first, then what the family locks. */
export const runCommands =
  <Action, Answer>(family: CommandFamily<Action, Answer>) =>
  async (tx: Transaction, batch: readonly Command<Action>[]): Promise<readonly Answer[]> => {
    const commands = firstOfEachKey(batch);
    const claimed = new Set((await claimCommands(tx, commands)).map(keyOf));
    const used = commands.filter((command) => !claimed.has(keyOf(command)));
    const answers = new Map(used.length === 0 ? [] : await recall(tx, family, used));
    const fresh = commands.filter((command) => claimed.has(keyOf(command)));
    if (fresh.length > 0) {
      const decided = await family.decide(tx, fresh);
      for (const [index, command] of fresh.entries()) {
        const answer = decided[index];
        if (answer === undefined) throw new Error(`${family.name} decided ${decided.length} of ${fresh.length} commands`);
        answers.set(keyOf(command), { fingerprint: command.fingerprint, answer });
      }
      await saveCommands(
        tx,
        fresh.map((command, index) => ({ ...command, answer: JSON.stringify(decided[index]) })),
      );
    }
    return batch.map((command) => {
      const known = answers.get(keyOf(command));
      if (known === undefined) throw new Error(`the command ${keyOf(command)} of ${family.name} has no answer`);
      return answerTo(family, command, known);
    });
  };

/** What a key was used for, and what was answered. */
interface StoredAnswer<Answer> {
  readonly fingerprint: string;
  readonly answer: Answer;
}

const keyOf = ({ actorId, key }: CommandKey): string => JSON.stringify([actorId, key]);

const firstOfEachKey = <Action>(batch: readonly Command<Action>[]): readonly Command<Action>[] => {
  const commands = new Map<string, Command<Action>>();
  for (const command of batch) if (!commands.has(keyOf(command))) commands.set(keyOf(command), command);
  return [...commands.values()];
};

/** The answers of keys that were used before. A key that another family has used is read as a conflict: its fingerprint is another. */
const recall = async <Action, Answer>(
  database: Queryable,
  family: CommandFamily<Action, Answer>,
  commands: readonly Command<Action>[],
): Promise<ReadonlyMap<string, StoredAnswer<Answer>>> => {
  const asked = new Map(commands.map((command) => [keyOf(command), command.fingerprint]));
  return new Map(
    (await readCommands(database, commands)).map((row) => {
      const { fingerprint } = row;
      const answer = fingerprint === asked.get(keyOf(row)) ? family.parse(row.answer) : family.conflict;
      return [keyOf(row), { fingerprint, answer }] as const;
    }),
  );
};

const answerTo = <Action, Answer>(
  family: CommandFamily<Action, Answer>,
  command: Command<Action>,
  { fingerprint, answer }: StoredAnswer<Answer>,
): Answer => (fingerprint === command.fingerprint ? answer : family.conflict);
