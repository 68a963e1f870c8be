// Leaderboards. A gift counts for its sender on the board of the stream, and for sender and streamer on the boards of the day, the week and of all time. It counts with what was paid for it, in
// coins, and for the moment of its order. A refund takes the same away from the same boards.

/** STREAM: the senders of one stream. SENDERS, STREAMERS: by what they sent, or received, anywhere. */
export type BoardKind = 'STREAM' | 'SENDERS' | 'STREAMERS';

/** Days and weeks are those of UTC; weeks begin on Monday (ISO 8601). */
export type BoardPeriod = 'DAY' | 'WEEK' | 'ALL_TIME';

/** What the boards need to know of a gift. Moments are epoch milliseconds. */
export interface BoardGift {
  readonly senderId: string;
  readonly receiverId: string;
  readonly streamId: string;
  /** Paid coins that it counts with; below zero takes away. */
  readonly coins: bigint;
  readonly orderedAtMs: number;
  /** When the stream was created; 0 where its id does not say. */
  readonly streamCreatedAtMs: number;
}

/** One board. `fromMs`: the beginning of its period, null where it has none; `expiresAtMs`: when it is forgotten, null for never. */
export interface BoardPlace {
  readonly name: string;
  readonly kind: BoardKind;
  readonly fromMs: number | null;
  readonly expiresAtMs: number | null;
}

/** A day's board can be looked at for so many days after it. */
export const DAY_BOARD_DAYS = 8;
/** The same for a week's. */
export const WEEK_BOARD_DAYS = 35;
/** A stream's board counts so many days from the stream's creation and is forgotten after them; a stream that goes on for longer then begins a new one, and so on. */
export const STREAM_BOARD_DAYS = 90;
/** Members that a board keeps. Those below them, should they send again, begin at 0 until the boards are counted again. */
export const BOARD_MEMBERS_MAX = 100_000;

const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;
/** 1 January 1970 was a Thursday: its week began three days before. */
const MONDAY_OFFSET_DAYS = 3;

/** The board of a stream's senders at a moment. */
export const streamBoard = (streamId: string, createdAtMs: number, atMs: number): BoardPlace => {
  const spanMs = STREAM_BOARD_DAYS * DAY_MS;
  const span = Math.max(0, Math.floor((atMs - createdAtMs) / spanMs));
  return { name: `${STREAM_PREFIX}${streamId}/${span}`, kind: 'STREAM', fromMs: null, expiresAtMs: createdAtMs + (span + 1) * spanMs };
};

const STREAM_PREFIX = 'stream/';

/** The stream whose board has this name; null for other boards. */
export const streamOfBoard = (name: string): string | null =>
  name.startsWith(STREAM_PREFIX) ? name.slice(STREAM_PREFIX.length, name.lastIndexOf('/')) : null;

/** The board of senders or streamers of the period that `atMs` lies in. */
export const periodBoard = (kind: 'SENDERS' | 'STREAMERS', period: BoardPeriod, atMs: number): BoardPlace => {
  const prefix = kind === 'SENDERS' ? 'senders' : 'streamers';
  if (period === 'ALL_TIME') return { name: `${prefix}/all`, kind, fromMs: null, expiresAtMs: null };
  const day = Math.floor(atMs / DAY_MS);
  if (period === 'DAY')
    return { name: `${prefix}/day/${dateOf(day)}`, kind, fromMs: day * DAY_MS, expiresAtMs: (day + 1 + DAY_BOARD_DAYS) * DAY_MS };
  const monday = day - ((((day + MONDAY_OFFSET_DAYS) % WEEK_DAYS) + WEEK_DAYS) % WEEK_DAYS);
  return {
    name: `${prefix}/week/${dateOf(monday)}`,
    kind,
    fromMs: monday * DAY_MS,
    expiresAtMs: (monday + WEEK_DAYS + WEEK_BOARD_DAYS) * DAY_MS,
  };
};

const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** Sums gifts up by board and member. */
export interface Tally {
  add(gift: BoardGift): void;
  /** Sums so far: of all boards together, how many. */
  readonly size: number;
  /** What has been added since the last time, by board. Members whose sum is 0 are there, too. */
  take(): ReadonlyMap<string, TalliedBoard>;
}

export interface TalliedBoard {
  readonly place: BoardPlace;
  readonly coins: ReadonlyMap<string, bigint>;
}

export const createTally = (): Tally => {
  let boards = new Map<string, { readonly place: BoardPlace; readonly coins: Map<string, bigint> }>();
  let size = 0;
  // Most gifts of a batch are of one day: its six boards are worked out once.
  let known: { readonly day: number; readonly senders: readonly BoardPlace[]; readonly streamers: readonly BoardPlace[] } | null = null;
  const count = (place: BoardPlace, member: string, coins: bigint): void => {
    const board = boards.get(place.name) ?? { place, coins: new Map() };
    boards.set(place.name, board);
    const before = board.coins.get(member);
    if (before === undefined) size += 1;
    board.coins.set(member, (before ?? 0n) + coins);
  };
  return {
    add: ({ senderId, receiverId, streamId, coins, orderedAtMs, streamCreatedAtMs }) => {
      if (coins === 0n) return;
      const day = Math.floor(orderedAtMs / DAY_MS);
      if (known?.day !== day) known = { day, senders: placesOf('SENDERS', orderedAtMs), streamers: placesOf('STREAMERS', orderedAtMs) };
      count(streamBoard(streamId, streamCreatedAtMs, orderedAtMs), senderId, coins);
      for (const place of known.senders) count(place, senderId, coins);
      for (const place of known.streamers) count(place, receiverId, coins);
    },
    get size() {
      return size;
    },
    take: () => {
      const taken = boards;
      boards = new Map();
      size = 0;
      return taken;
    },
  };
};

const placesOf = (kind: 'SENDERS' | 'STREAMERS', atMs: number): readonly BoardPlace[] =>
  (['DAY', 'WEEK', 'ALL_TIME'] as const).map((period) => periodBoard(kind, period, atMs));
