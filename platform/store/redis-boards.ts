import type { RedisCommands } from '#platform/redis/connect.ts';
import {
  APPLY,
  type BoardScript,
  HOLD,
  LEAD,
  LIST,
  MEMBERS,
  PUBLISH,
  READ,
  RELEASE,
  RENEW,
  SCORES,
  STAGE,
  SWEEP,
} from './board-scripts.ts';
import {
  type ApplyAnswer,
  BOARD_SHELVES,
  BOARD_WRITE_TIMEOUT_MS,
  type BoardEntry,
  type BoardPage,
  type BoardSlice,
  type Boards,
  type HoldAnswer,
  type Marks,
  type ShelfChange,
  type ShelfPlace,
  shelfOf,
  trimAbove,
} from './boards.ts';
import { evaluate } from './evaluate.ts';
import { answerInTime } from './in-time.ts';

/** Boards in Redis. Every change is one script on one slot. `failed` hears of reads that were not answered within `timeoutMs`. */
export const createRedisBoards = (commands: RedisCommands, failed: (call: string) => void, timeoutMs: number): Boards => {
  const run = (script: BoardScript, shelf: number, ...args: readonly string[]): Promise<unknown> => {
    const base = baseOf(shelf);
    return evaluate(commands, script, { keys: [`${base}marks`, `${base}hold`, `${base}trash`], args: [base, ...args] });
  };
  const write = async (script: BoardScript, shelf: number, ...args: readonly string[]): Promise<unknown> =>
    inTimeOrThrow(run(script, shelf, ...args), shelf);
  const at = ({ shelf, staged }: ShelfPlace, script: BoardScript, ...args: readonly string[]): Promise<unknown> =>
    write(script, shelf, staged ?? '', ...args);
  return {
    read: (questions) =>
      Promise.all(
        questions.map(async ({ board, count, member }) => {
          const asked = run(READ, shelfOf(board), board, String(count), member ?? '');
          return toPage(await answerInTime(asked, timeoutMs, () => failed('boards.read')));
        }),
      ),
    marks: async (shelf) => {
      const key = `${baseOf(shelf)}marks`;
      return toMarks(flat(await inTimeOrThrow(commands.send(key, ['HGETALL', key]), shelf)));
    },
    apply: async (shelf, change) => toApplyAnswer(await write(APPLY, shelf, asJson(change))),
    hold: async (shelf, token, ttlMs) => toHoldAnswer(await write(HOLD, shelf, token, String(Math.ceil(ttlMs)))),
    renew: async (shelf, token, ttlMs) => (await write(RENEW, shelf, token, String(Math.ceil(ttlMs)))) === 1,
    release: async (shelf, token) => {
      await write(RELEASE, shelf, token);
    },
    stage: async (shelf, token, change) => (await write(STAGE, shelf, token, asJson({ ...change, moves: [] }))) === 1,
    publish: async (shelf, token, marks) => (await write(PUBLISH, shelf, token, ...[...marks].flat())) === 1,
    list: async (place, { offset, count }) => textsOf(await at(place, LIST, String(offset), String(count))),
    members: async (place, board, slice) => toEntries(textsOf(await at(place, MEMBERS, board, ...rangeOf(slice)))),
    scores: async (place, board, members) => listOf(await at(place, SCORES, board, ...members)).map(toScore),
    sweep: async (shelf) => (await write(SWEEP, shelf)) === 1,
    lead: async (work, holder, ttlMs) => {
      const key = `boards:{${work}}:leader`;
      const asked = evaluate(commands, LEAD, { keys: [key], args: [holder, String(Math.ceil(ttlMs))] });
      return (await answerInTime(asked, timeoutMs, () => failed('boards.lead'))) === 1;
    },
  };
};

/** How a shelf is kept here (1: versions of boards as a hash; 2: as a sorted set). A process that keeps it otherwise finds it lost, and counts its own. */
const FORM = 2;

/** The braces are Redis Cluster's hash tag: all of a shelf lies in one slot. */
const baseOf = (shelf: number): string => `boards:${FORM}:{${BOARD_SHELVES}/${shelf}}:`;

/** Numbers travel as texts where Lua would cut them. Redis keeps the scores negative: see the scripts. */
const asJson = ({ moves, boards, membersMax }: ShelfChange): string =>
  JSON.stringify({
    moves: moves.map(({ feed, from, to }) => [feed, from, to]),
    boards: boards.map(({ board, expiresAtMs, increments }) => [
      board,
      expiresAtMs ?? 0,
      increments.flatMap(([member, amount]) => [member, String(-amount)]),
    ]),
    membersMax,
    trimAbove: trimAbove(membersMax),
  });

const rangeOf = ({ offset, count }: BoardSlice): readonly [string, string] => [String(offset), String(offset + count - 1)];

const inTimeOrThrow = async (call: Promise<unknown>, shelf: number): Promise<unknown> => {
  let error: unknown;
  const answer = await answerInTime(
    call.then((value) => ({ value })),
    BOARD_WRITE_TIMEOUT_MS,
    (cause) => {
      error = cause;
    },
  );
  if (answer === null) throw new Error(`Redis did not answer about shelf ${shelf} of the boards`, { cause: error });
  return answer.value;
};

const toApplyAnswer = (answer: unknown): ApplyAnswer => {
  const [state, marks] = listOf(answer);
  if (state === 'applied' || state === 'held' || state === 'lost') return { state };
  return state === 'moved' ? { state, marks: toMarks(flat(marks)) ?? new Map() } : unexpected(answer);
};

const toHoldAnswer = (answer: unknown): HoldAnswer => {
  const [state, marks] = listOf(answer);
  if (state === 'busy' || state === 'lost') return { state };
  return state === 'whole' ? { state, marks: toMarks(flat(marks)) ?? new Map() } : unexpected(answer);
};

/** A field beside the feeds' says which generation of the shelf is in use. */
const GENERATION = 'generation';

const toMarks = (fields: readonly string[]): Marks | null => {
  const marks = new Map(pairsOf(fields));
  return marks.delete(GENERATION) ? marks : null;
};

const toPage = (answer: unknown): BoardPage | null => {
  if (answer === null) return null;
  const [version, members, entries, rank, score] = listOf(answer);
  const found = toScore(score);
  return {
    version: Number(version),
    members: Number(members),
    entries: toEntries(textsOf(entries)).filter((entry) => entry.score > 0),
    standing: typeof rank === 'number' && found !== null && found > 0 ? { rank: rank + 1, score: found } : null,
  };
};

const toEntries = (flatEntries: readonly string[]): readonly BoardEntry[] =>
  pairsOf(flatEntries).map(([member, score]) => ({ member, score: -Number(score) }));

const toScore = (score: unknown): number | null => (score === null || score === undefined ? null : -Number(score));

const pairsOf = (texts: readonly string[]): readonly (readonly [string, string])[] =>
  Array.from({ length: texts.length / 2 }, (_, index) => [texts[index * 2] ?? '', texts[index * 2 + 1] ?? '']);

/** A hash as RESP2 has it, in turn, or as RESP3 has it, an object or a Map. */
const flat = (fields: unknown): readonly string[] => {
  if (Array.isArray(fields)) return fields.map(String);
  if (fields instanceof Map) return [...fields].flat().map(String);
  return typeof fields === 'object' && fields !== null ? Object.entries(fields).flat().map(String) : unexpected(fields);
};

const listOf = (answer: unknown): readonly unknown[] => (Array.isArray(answer) ? answer : unexpected(answer));
const textsOf = (answer: unknown): readonly string[] => listOf(answer).map(String);

const unexpected = (answer: unknown): never => {
  throw new Error(`a script of the boards answered with something else than agreed: ${JSON.stringify(answer)}`);
};
