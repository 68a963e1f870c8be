import { shardIndexOf } from '#platform/ids.ts';

/** Boards: members in the order of their scores, the highest first, equal ones by the bytes of the member's name. They lie on a fixed number of shelves. A shelf is the unit of exactness (and one
 * slot of Redis Cluster): beside its boards it keeps its marks, the place in each source feed up to which everything is in them, and both change in one step or not at all. Whoever adds to a shelf
 * names the places from which and to which its news go; where the shelf stands elsewhere, nothing happens. So news that come twice are in it once, and a shelf that was lost (FLUSHALL) or
 * has gone back in time (a replica that took over) says so by its marks.
 *
 * Like all of the store, boards can be made again. A new shelf is staged beside the one in use, under the token of whoever holds the shelf meanwhile, and takes its place at once.
 *
 * Reads answer within STORE_TIMEOUT_MS, null when the shelf is lost or cannot be reached. All else rejects when it is not known to have happened: ask for the shelf's marks, then go on from there. */
export interface Boards {
  /** Answers in the order of the questions, asked together. */
  read(questions: readonly BoardQuestion[]): Promise<readonly (BoardPage | null)[]>;
  /** Where the shelf stands; null when it is lost. */
  marks(shelf: number): Promise<Marks | null>;
  apply(shelf: number, change: ShelfChange): Promise<ApplyAnswer>;
  /** Keeps everybody else from changing the shelf for `ttlMs`. Answers with where it stands. */
  hold(shelf: number, token: string, ttlMs: number): Promise<HoldAnswer>;
  /** Goes on holding it for `ttlMs` from now on. False: the hold is over, and what was staged under it may be gone, all of it or in part. */
  renew(shelf: number, token: string, ttlMs: number): Promise<boolean>;
  /** Ends a hold; what was staged under its token is thrown away. */
  release(shelf: number, token: string): Promise<void>;
  /** Adds to the shelf that is being made under the token. False: the hold is over. */
  stage(shelf: number, token: string, change: Pick<ShelfChange, 'boards' | 'membersMax'>): Promise<boolean>;
  /** Puts what was staged in the place of the shelf, standing at `marks`, and ends the hold. False: the hold was over, and nothing happened. */
  publish(shelf: number, token: string, marks: Marks): Promise<boolean>;
  /** Names of a shelf's boards whose time is not over, in an order that stays while the shelf is held. */
  list(place: ShelfPlace, page: BoardSlice): Promise<readonly string[]>;
  /** Members of one board with their scores, in order. */
  members(place: ShelfPlace, board: string, page: BoardSlice): Promise<readonly BoardEntry[]>;
  /** Scores in the order of the members; null for those that are not on the board. */
  scores(place: ShelfPlace, board: string, members: readonly string[]): Promise<readonly (number | null)[]>;
  /** Removes some of what nobody will use any more. True: there is more of it. */
  sweep(shelf: number): Promise<boolean>;
  /** Whether this holder is the one to do the work named so, for `ttlMs` from now on, again with each call. Saves work, guards nothing. */
  lead(work: string, holder: string, ttlMs: number): Promise<boolean>;
}

/** Feed to the opaque position in it. */
export type Marks = ReadonlyMap<string, string>;

export interface BoardChange {
  readonly board: string;
  /** Epoch milliseconds by the store's clock; null: never. The latest one given counts. What comes after it changes nothing. */
  readonly expiresAtMs: number | null;
  /** Whole numbers, also below zero, each safe as a JavaScript number (beyond 2^53 a score is rounded). Each member once. Who comes to 0 is not on the board any more. */
  readonly increments: readonly (readonly [member: string, amount: number])[];
}

export interface ShelfChange {
  /** The places in the feeds that these changes follow and lead to. */
  readonly moves: readonly { readonly feed: string; readonly from: string; readonly to: string }[];
  readonly boards: readonly BoardChange[];
  /** Members that a board keeps at least. With a tenth more it drops the lowest: who comes back after that begins at 0. */
  readonly membersMax: number;
}

/** held: somebody else has the shelf, and nothing happened. moved: it stands elsewhere, and nothing happened. */
export type ApplyAnswer = { readonly state: 'applied' | 'held' | 'lost' } | { readonly state: 'moved'; readonly marks: Marks };

/** busy: somebody else holds it. Lost shelves can be held, too. */
export type HoldAnswer = { readonly state: 'busy' | 'lost' } | { readonly state: 'whole'; readonly marks: Marks };

/** The shelf in use, or the one that is being made under a token. */
export interface ShelfPlace {
  readonly shelf: number;
  readonly staged: string | null;
}

export interface BoardSlice {
  readonly offset: number;
  readonly count: number;
}

export interface BoardQuestion {
  readonly board: string;
  /** Entries wanted from the top. */
  readonly count: number;
  /** Whose standing is wanted, too. */
  readonly member?: string;
}

export interface BoardEntry {
  readonly member: string;
  readonly score: number;
}

export interface BoardPage {
  /** Grows with each change of the board: the store's epoch milliseconds, or one more than before. 0: nothing was ever on it. */
  readonly version: number;
  /** Members with a score above 0. */
  readonly members: number;
  /** Those with a score above 0, the highest first. */
  readonly entries: readonly BoardEntry[];
  /** Of the member asked for: the rank from 1, null when they are not on the board. */
  readonly standing: { readonly rank: number; readonly score: number } | null;
}

/** So many Redis scripts per batch of news; so many parts a cluster can share the boards out by. Names of keys carry it. */
export const BOARD_SHELVES = 16;
/** Boards on one shelf at most: past it, those go that have not changed for longest. (Not those that expire soonest: they are the short-lived ones, today's before those of long ago.) */
export const BOARDS_PER_SHELF_MAX = 20_000;
/** Boards that one change of a shelf, or one sweep, clears away at most. */
export const BOARDS_CLEARED_MAX = 32;
/** How long a change of a shelf may take. Longer means that Redis hangs. */
export const BOARD_WRITE_TIMEOUT_MS = 3_000;

/** The shelf on which a board lies. */
export const shelfOf = (board: string): number => shardIndexOf(board) % BOARD_SHELVES;

/** A board with so many members drops the lowest. */
export const trimAbove = (membersMax: number): number => membersMax + Math.ceil(membersMax / 10);
