import { setTimeout as sleep } from 'node:timers/promises';
import { parseCursor } from '#platform/feed/cursor.ts';
import { PULL_EVENTS_MAX } from '#platform/feed/feed.ts';
import { BOARD_SHELVES, type Boards, type Marks, type ShelfPlace } from '#platform/store/boards.ts';
import { BOARD_MEMBERS_MAX, createTally } from '../domain/board.ts';
import { boardGiftOf, toBoardChanges } from './boardNews.ts';
import { holdShelves, type RebuildParts, releaseShelves, renewalOf, type Staging, stageChanges, stageFromOrders } from './boardRebuild.ts';

/** How long to wait for shelves that somebody else is making anew. */
const HOLD_WAIT_MS = 20_000;
const HOLD_RETRY_MS = 250;
/** Boards, and members of one board, that are compared at once. */
const PAGE_SIZE = 1_000;
/** Of a board that has dropped members, only the first so many can be compared: who was dropped and came back has begun at 0. */
const COMPARED_OF_TRIMMED_MAX = 1_000;
/** Differences that are told one by one. */
export const DIFFERENCES_TOLD_MAX = 100;

/** A score in the store that is not what the orders say; null: the member is not on the board. */
export interface BoardDifference {
  readonly board: string;
  readonly member: string;
  readonly stored: number | null;
  readonly counted: number | null;
}

export interface CompareReport {
  /** Orders that were read. */
  readonly orders: number;
  /** Scores that were compared. */
  readonly scores: number;
  /** Shelves that the store had lost, or that have counted another log. */
  readonly lost: number;
  /** The first DIFFERENCES_TOLD_MAX of them. */
  readonly differences: readonly BoardDifference[];
  readonly differencesTotal: number;
  /** Shelves that were made anew. */
  readonly repaired: number;
}

export interface CompareOptions {
  /** Whether shelves that differ are made anew. */
  readonly repair: boolean;
  readonly onProgress: (sentence: string) => void;
  readonly signal: AbortSignal;
}

/** Counts all boards from the orders, compares them with the store's, score by score, and makes those shelves anew that differ. Meanwhile nothing changes on the boards: gifts come onto them
 * afterwards. Memory is bounded; the store holds everything twice for the time being. Rejects when the store or one of the databases cannot be reached. */
export const compareBoards = async (parts: RebuildParts, options: CompareOptions): Promise<CompareReport> => {
  const { boards } = parts;
  const staging = await holdAll(boards, options.signal);
  try {
    const { marks, orders } = await stageFromOrders(parts, staging, {
      signal: options.signal,
      onProgress: (read) => options.onProgress(`${read} orders read`),
    });
    const foreign = await unsayNews(parts, staging, marks, options.signal);
    const found = await compareAll(boards, staging, foreign, options);
    const lost = [...staging.held].filter(([shelf, known]) => known === null || foreign.has(shelf)).map(([shelf]) => shelf);
    const wrong = new Set([...lost, ...found.wrong]);
    if (options.repair) {
      for (const shelf of wrong) {
        const known = lost.includes(shelf) ? null : staging.held.get(shelf);
        if (!(await boards.publish(shelf, staging.token, known ?? marks)))
          throw new Error(`shelf ${shelf} of the boards was taken over by somebody else`);
      }
    }
    const { scores, differences, differencesTotal } = found;
    return { orders, scores, lost: lost.length, differences, differencesTotal, repaired: options.repair ? wrong.size : 0 };
  } finally {
    await releaseShelves(boards, staging);
    for (const shelf of staging.held.keys()) while (await boards.sweep(shelf));
  }
};

const holdAll = async (boards: Boards, signal: AbortSignal): Promise<Staging> => {
  const untilMs = performance.now() + HOLD_WAIT_MS;
  for (;;) {
    const staging = await holdShelves(
      boards,
      Array.from({ length: BOARD_SHELVES }, (_, shelf) => shelf),
    );
    if (staging.held.size === BOARD_SHELVES) return staging;
    await releaseShelves(boards, staging);
    if (performance.now() > untilMs) throw new Error('somebody else is making the boards anew and does not finish: try again later');
    await sleep(HOLD_RETRY_MS, undefined, { signal });
  }
};

/** The orders were read a little later than the shelves stand: takes the gifts in between away again, so that both say the same. Answers with the shelves that stand at places which are not
 * in the feeds. */
const unsayNews = async (parts: RebuildParts, staging: Staging, counted: Marks, signal: AbortSignal): Promise<ReadonlySet<number>> => {
  const groups = Map.groupBy(
    [...staging.held].flatMap(([shelf, marks]) => (marks === null ? [] : [{ shelf, marks }])),
    ({ marks }) => JSON.stringify([...marks].sort()),
  );
  const foreign = new Set<number>();
  for (const group of groups.values()) {
    const held = new Map(group.map(({ shelf, marks }) => [shelf, marks]));
    const [first] = group;
    if (first === undefined) continue;
    const isTheirs = await unsayBetween(parts, { token: staging.token, held }, { from: first.marks, to: counted }, signal);
    if (!isTheirs) for (const shelf of held.keys()) foreign.add(shelf);
  }
  return foreign;
};

const unsayBetween = async (
  { boards, partitions }: RebuildParts,
  staging: Staging,
  { from, to }: { readonly from: Marks; readonly to: Marks },
  signal: AbortSignal,
): Promise<boolean> => {
  const renew = renewalOf(boards, staging);
  let open = [...to].map(([feed, end]) => ({ feed, after: from.get(feed) ?? null, end: parseCursor(end).seq }));
  if (open.some(({ after }) => after === null)) return false;
  for (let pages = 0; ; pages += 1) {
    await renew();
    const { feeds } = await partitions.source.pull(
      { feeds: open.map(({ feed, after }) => ({ feed, after })), limit: PULL_EVENTS_MAX, waitMs: 0 },
      signal,
    );
    if (feeds.some(({ reset }) => reset !== null)) {
      if (pages === 0) return false;
      throw new Error('the gift feeds became other ones while they were read: compare again');
    }
    const tally = createTally();
    for (const { feed, events } of feeds) {
      const end = open.find((each) => each.feed === feed)?.end ?? 0;
      for (const event of events) {
        const gift = event.seq > end ? null : boardGiftOf(event);
        if (gift !== null) tally.add({ ...gift, coins: -gift.coins });
      }
    }
    await stageChanges(boards, staging, toBoardChanges(tally.take()));
    const read = new Map(feeds.map(({ feed, cursor }) => [feed, cursor]));
    open = open.flatMap((each) => {
      const after = read.get(each.feed);
      return after === undefined || parseCursor(after).seq >= each.end ? [] : [{ ...each, after }];
    });
    if (open.length === 0) return true;
  }
};

interface Found {
  readonly wrong: Set<number>;
  scores: number;
  readonly differences: BoardDifference[];
  differencesTotal: number;
}

const compareAll = async (
  boards: Boards,
  staging: Staging,
  foreign: ReadonlySet<number>,
  { onProgress }: CompareOptions,
): Promise<Found> => {
  const found: Found = { wrong: new Set(), scores: 0, differences: [], differencesTotal: 0 };
  const renew = renewalOf(boards, staging);
  for (const [shelf, marks] of staging.held) {
    if (marks === null || foreign.has(shelf)) continue;
    const [stored, counted] = [
      { shelf, staged: null },
      { shelf, staged: staging.token },
    ];
    for (const board of new Set([...(await namesOf(boards, stored)), ...(await namesOf(boards, counted))])) {
      await renew();
      const [page] = await boards.read([{ board, count: 0 }]);
      const membersMax = (page?.members ?? 0) >= BOARD_MEMBERS_MAX ? COMPARED_OF_TRIMMED_MAX : Number.POSITIVE_INFINITY;
      await compareSide(boards, { board, from: stored, with: counted, membersMax }, found);
      await compareSide(boards, { board, from: counted, with: stored, membersMax }, found);
      onProgress(`${found.scores} scores compared`);
    }
  }
  return found;
};

const namesOf = async (boards: Boards, place: ShelfPlace): Promise<readonly string[]> => {
  const names: string[] = [];
  for (;;) {
    const page = await boards.list(place, { offset: names.length, count: PAGE_SIZE });
    names.push(...page);
    if (page.length < PAGE_SIZE) return names;
  }
};

/** Looks up the members of one side on the other. Those that are on both are compared from the store's side alone. */
const compareSide = async (
  boards: Boards,
  side: { readonly board: string; readonly from: ShelfPlace; readonly with: ShelfPlace; readonly membersMax: number },
  found: Found,
): Promise<void> => {
  const { board } = side;
  const isStore = side.from.staged === null;
  for (let offset = 0; offset < side.membersMax; offset += PAGE_SIZE) {
    const entries = await boards.members(side.from, board, { offset, count: Math.min(PAGE_SIZE, side.membersMax - offset) });
    const others = await boards.scores(
      side.with,
      board,
      entries.map(({ member }) => member),
    );
    for (const [index, { member, score }] of entries.entries()) {
      const other = others[index] ?? null;
      if (isStore) found.scores += 1;
      if (isStore ? other === score : other !== null) continue;
      found.wrong.add(side.from.shelf);
      found.differencesTotal += 1;
      if (found.differences.length < DIFFERENCES_TOLD_MAX)
        found.differences.push({ board, member, stored: isStore ? score : null, counted: isStore ? other : score });
    }
    if (entries.length < PAGE_SIZE) return;
  }
};
