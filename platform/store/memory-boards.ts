import {
  type ApplyAnswer,
  BOARDS_CLEARED_MAX,
  BOARDS_PER_SHELF_MAX,
  type BoardChange,
  type BoardEntry,
  type BoardPage,
  type BoardQuestion,
  type Boards,
  type HoldAnswer,
  type Marks,
  type ShelfChange,
  type ShelfPlace,
  shelfOf,
  trimAbove,
} from './boards.ts';

interface Board {
  readonly scores: Map<string, number>;
  expiresAtMs: number;
  version: number;
}

type Contents = Map<string, Board>;

interface Shelf {
  /** null: lost, or never made. */
  live: { readonly contents: Contents; marks: Map<string, string> } | null;
  hold: { readonly token: string; untilMs: number; readonly staged: Contents } | null;
}

/** Boards in the memory of one process. Reads walk over the whole board: a hundred thousand members take about a millisecond. */
export const createMemoryBoards = (now: () => number): Boards => {
  const shelves = new Map<number, Shelf>();
  const leaders = new Map<string, { readonly holder: string; readonly untilMs: number }>();
  const shelfAt = (shelf: number): Shelf => {
    const known = shelves.get(shelf) ?? { live: null, hold: null };
    shelves.set(shelf, known);
    if (known.hold !== null && known.hold.untilMs <= now()) known.hold = null;
    return known;
  };
  const heldBy = (shelf: number, token: string): NonNullable<Shelf['hold']> | null => {
    const { hold } = shelfAt(shelf);
    return hold?.token === token ? hold : null;
  };
  const contentsAt = ({ shelf, staged }: ShelfPlace): Contents =>
    (staged === null ? shelfAt(shelf).live?.contents : heldBy(shelf, staged)?.staged) ?? new Map();
  return {
    read: async (questions) => questions.map((question) => readBoard(shelfAt(shelfOf(question.board)), question, now())),
    marks: async (shelf) => copyOf(shelfAt(shelf).live?.marks),
    apply: async (shelf, change) => applyTo(shelfAt(shelf), change, now()),
    hold: async (shelf, token, ttlMs) => holdShelf(shelfAt(shelf), token, now() + ttlMs),
    renew: async (shelf, token, ttlMs) => {
      const hold = heldBy(shelf, token);
      if (hold !== null) hold.untilMs = now() + ttlMs;
      return hold !== null;
    },
    release: async (shelf, token) => {
      if (heldBy(shelf, token) !== null) shelfAt(shelf).hold = null;
    },
    stage: async (shelf, token, change) => {
      const hold = heldBy(shelf, token);
      if (hold !== null) addTo(hold.staged, change, now());
      return hold !== null;
    },
    publish: async (shelf, token, marks) => {
      const hold = heldBy(shelf, token);
      if (hold === null) return false;
      shelves.set(shelf, { live: { contents: hold.staged, marks: new Map(marks) }, hold: null });
      return true;
    },
    list: async (place, { offset, count }) =>
      [...contentsAt(place)]
        .flatMap(([name, { expiresAtMs }]) => (expiresAtMs > now() ? [name] : []))
        .sort(inOrder)
        .slice(offset, offset + count),
    members: async (place, board, { offset, count }) =>
      [...entriesOf(contentsAt(place).get(board))].sort(highestFirst).slice(offset, offset + count),
    scores: async (place, board, members) => {
      const scores = contentsAt(place).get(board)?.scores;
      return members.map((member) => scores?.get(member) ?? null);
    },
    sweep: async () => false,
    lead: async (work, holder, ttlMs) => {
      const leader = leaders.get(work);
      if (leader !== undefined && leader.holder !== holder && leader.untilMs > now()) return false;
      leaders.set(work, { holder, untilMs: now() + ttlMs });
      return true;
    },
  };
};

const copyOf = (marks: Marks | undefined): Marks | null => (marks === undefined ? null : new Map(marks));

const applyTo = ({ live, hold }: Shelf, change: ShelfChange, nowMs: number): ApplyAnswer => {
  if (live === null) return { state: 'lost' };
  if (hold !== null) return { state: 'held' };
  if (change.moves.some(({ feed, from }) => live.marks.get(feed) !== from)) return { state: 'moved', marks: new Map(live.marks) };
  addTo(live.contents, change, nowMs);
  for (const { feed, to } of change.moves) live.marks.set(feed, to);
  clear(live.contents, nowMs);
  return { state: 'applied' };
};

const holdShelf = (shelf: Shelf, token: string, untilMs: number): HoldAnswer => {
  if (shelf.hold !== null && shelf.hold.token !== token) return { state: 'busy' };
  shelf.hold = { token, untilMs, staged: shelf.hold?.staged ?? new Map() };
  return shelf.live === null ? { state: 'lost' } : { state: 'whole', marks: new Map(shelf.live.marks) };
};

const addTo = (contents: Contents, { boards, membersMax }: Pick<ShelfChange, 'boards' | 'membersMax'>, nowMs: number): void => {
  for (const change of boards) {
    const expiresAtMs = change.expiresAtMs ?? Number.POSITIVE_INFINITY;
    if (expiresAtMs <= nowMs) continue;
    const board = contents.get(change.board) ?? { scores: new Map(), expiresAtMs, version: 0 };
    contents.set(change.board, board);
    board.expiresAtMs = Math.max(board.expiresAtMs, expiresAtMs);
    board.version = Math.max(board.version + 1, Math.floor(nowMs));
    addScores(board.scores, change.increments);
    if (board.scores.size > trimAbove(membersMax)) trim(board.scores, membersMax);
  }
};

const addScores = (scores: Map<string, number>, increments: BoardChange['increments']): void => {
  for (const [member, amount] of increments) {
    const score = (scores.get(member) ?? 0) + amount;
    if (score === 0) scores.delete(member);
    else scores.set(member, score);
  }
};

const trim = (scores: Map<string, number>, membersMax: number): void => {
  const ordered = [...scores].map(([member, score]) => ({ member, score })).sort(highestFirst);
  for (const { member } of ordered.slice(membersMax)) scores.delete(member);
};

const clear = (contents: Contents, nowMs: number): void => {
  const gone = [...contents].filter(([, { expiresAtMs }]) => expiresAtMs <= nowMs);
  for (const [name] of gone.slice(0, BOARDS_CLEARED_MAX)) contents.delete(name);
  const over = contents.size - BOARDS_PER_SHELF_MAX;
  if (over <= 0) return;
  const longestUnchanged = [...contents].sort(([, one], [, other]) => one.version - other.version);
  for (const [name] of longestUnchanged.slice(0, Math.min(over, BOARDS_CLEARED_MAX))) contents.delete(name);
};

const readBoard = ({ live }: Shelf, { board: name, count, member }: BoardQuestion, nowMs: number): BoardPage | null => {
  if (live === null) return null;
  const board = live.contents.get(name);
  if (board === undefined || board.expiresAtMs <= nowMs) return { version: 0, members: 0, entries: [], standing: null };
  const entries: BoardEntry[] = [];
  let members = 0;
  // Once the list is full, most members are below its last: they cost one comparison of numbers.
  let lowest = 0;
  for (const [name, score] of board.scores) {
    if (score <= 0) continue;
    members += 1;
    if (score < lowest || count === 0) continue;
    insertAmong(entries, { member: name, score }, count);
    if (entries.length === count) lowest = entries.at(-1)?.score ?? 0;
  }
  return { version: board.version, members, entries, standing: member === undefined ? null : standingOf(board, member) };
};

/** Keeps the `count` highest in order. */
const insertAmong = (entries: BoardEntry[], entry: BoardEntry, count: number): void => {
  const last = entries[count - 1];
  if (last !== undefined && highestFirst(last, entry) < 0) return;
  const place = entries.findIndex((other) => highestFirst(entry, other) < 0);
  entries.splice(place < 0 ? entries.length : place, 0, entry);
  if (entries.length > count) entries.pop();
};

const standingOf = (board: Board, member: string): BoardPage['standing'] => {
  const score = board.scores.get(member) ?? 0;
  if (score <= 0) return null;
  let rank = 1;
  for (const [other, otherScore] of board.scores) {
    if (otherScore > score || (otherScore === score && inOrder(other, member) < 0)) rank += 1;
  }
  return { rank, score };
};

const entriesOf = function* (board: Board | undefined): Generator<BoardEntry> {
  for (const [member, score] of board?.scores ?? []) yield { member, score };
};

const highestFirst = (one: BoardEntry, other: BoardEntry): number => other.score - one.score || inOrder(one.member, other.member);

/** By bytes, as Redis does. JavaScript compares in UTF-16, which is the same order but for surrogates. */
const inOrder = (one: string, other: string): number => {
  if (one === other) return 0;
  if (SURROGATE.test(one) || SURROGATE.test(other)) return Buffer.compare(Buffer.from(one), Buffer.from(other));
  return one < other ? -1 : 1;
};

const SURROGATE = /[\ud800-\udfff]/;
