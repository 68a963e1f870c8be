import type { BoardPage, Boards } from '#platform/store/boards.ts';
import { RecentMap } from '#platform/store/recent.ts';
import type { BoardPlace } from '../domain/board.ts';
import { type BoardView, type LeaderboardConsent, NO_CONSENT, shownEntry } from '../domain/boardView.ts';
import type { TradingPolicy } from '../domain/policy.ts';
import { readConsents } from './boardConsents.ts';
import type { Partitions } from './partitions.ts';
import { readTradingPolicy } from './policy.ts';

/** Places of one board that can be shown at most. */
export const BOARD_ENTRIES_MAX = 100;
/** How old a view may be that is shown again. Whoever withdraws their consent waits no longer than this. */
const VIEW_AGE_MAX_MS = 500;
/** Views that are kept. */
const VIEWS_MAX = 2_000;

/** Leaderboards as everybody may see them. */
export interface BoardReader {
  /** The boards, in the order of the places: one question to the store for all, one to each database that knows some of the members, and one for the policy. `entries`: how many places are wanted,
   * 1 to BOARD_ENTRIES_MAX. `fresh`: not one that was shown before. */
  read(places: readonly BoardPlace[], options: { readonly entries: number; readonly fresh?: boolean }): Promise<readonly BoardView[]>;
  /** Where somebody stands; null when they are not on the board, or it is not known. */
  standingOf(place: BoardPlace, userId: string): Promise<NonNullable<BoardPage['standing']> | null>;
}

export const createBoardReader = (boards: Boards, partitions: Partitions): BoardReader => {
  const kept = new RecentMap<{ readonly view: Promise<BoardView>; readonly readMs: number }>({ entriesMax: VIEWS_MAX });
  const readAnew = async (places: readonly BoardPlace[], entries: number): Promise<readonly BoardView[]> => {
    const [pages, policy] = await Promise.all([
      boards.read(places.map(({ name }) => ({ board: name, count: entries }))),
      partitions.reference(({ database }) => readTradingPolicy(database)),
    ]);
    const consents = await consentsOf(partitions, pages);
    return places.map((place, index) => toView(place, pages[index] ?? null, consents, policy));
  };
  return {
    read: (places, { entries, fresh = false }) => {
      const nowMs = performance.now();
      const nameOf = (place: BoardPlace): string => `${entries} ${place.name}`;
      const views = new Map<BoardPlace, Promise<BoardView>>();
      for (const place of fresh ? [] : places) {
        const known = kept.get(nameOf(place));
        if (known !== undefined && nowMs - known.readMs <= VIEW_AGE_MAX_MS) views.set(place, known.view);
      }
      const missing = places.filter((place) => !views.has(place));
      if (missing.length === 0) return Promise.all(views.values());
      const read = readAnew(missing, entries);
      for (const [index, place] of missing.entries()) {
        const view = read.then((all) => all[index] ?? Promise.reject(new Error(`the board ${place.name} was not read`)));
        // Whoever asked hears of it; who asks next, asks again.
        view.catch(() => kept.delete(nameOf(place)));
        kept.set(nameOf(place), { view, readMs: nowMs });
        views.set(place, view);
      }
      return Promise.all(places.flatMap((place) => views.get(place) ?? []));
    },
    standingOf: async ({ name }, userId) => {
      const [page] = await boards.read([{ board: name, count: 0, member: userId }]);
      return page?.standing ?? null;
    },
  };
};

const consentsOf = async (
  partitions: Partitions,
  pages: readonly (BoardPage | null)[],
): Promise<ReadonlyMap<string, LeaderboardConsent>> => {
  const userIds = [...new Set(pages.flatMap((page) => page?.entries.map(({ member }) => member) ?? []))];
  const consents = await partitions.gather(userIds, partitions.of, async ({ database }, ofPartition) => {
    const known = await readConsents(database, ofPartition);
    return ofPartition.map((userId) => known.get(userId) ?? NO_CONSENT);
  });
  // What somebody whose database is away wants, is not known: they are shown by nothing at all.
  return new Map(userIds.map((userId, index) => [userId, orHidden(consents[index])]));
};

const orHidden = (consent: LeaderboardConsent | Error | undefined): LeaderboardConsent =>
  consent === undefined || consent instanceof Error ? { showSpend: false, hidden: true, changedAt: null } : consent;

const toView = (
  place: BoardPlace,
  page: BoardPage | null,
  consents: ReadonlyMap<string, LeaderboardConsent>,
  policy: TradingPolicy,
): BoardView => {
  if (page === null) return { place, state: 'RECOUNTING', entries: [], members: 0, version: 0, policy };
  const consentOf = (userId: string): LeaderboardConsent => consents.get(userId) ?? NO_CONSENT;
  return {
    place,
    state: 'READY',
    entries: page.entries.map(({ member, score }, index) =>
      shownEntry({ rank: index + 1, userId: member, coins: BigInt(Math.round(score)) }, place.kind, consentOf(member), policy),
    ),
    members: page.members,
    version: Math.max(page.version, ...page.entries.map(({ member }) => consentOf(member).changedAt?.getTime() ?? 0)),
    policy,
  };
};
