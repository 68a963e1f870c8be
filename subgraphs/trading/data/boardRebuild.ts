import { newId } from '#platform/ids.ts';
import type { BoardChange, Boards, HoldAnswer, Marks, ShelfChange } from '#platform/store/boards.ts';
import { createTally } from '../domain/board.ts';
import { toBoardChanges } from './boardNews.ts';
import { type Recount, recountBoards } from './boardRecount.ts';
import type { Partitions } from './partitions.ts';

/** A hold lasts so long without being renewed: longer than any single step, and short enough for who comes after a process that died. */
export const HOLD_MS = 15_000;
/** A hold is renewed this often while orders are read. */
const RENEW_INTERVAL_MS = 2_000;
/** Increments in one call to the store at most: a script that runs for long holds everybody up. */
const STAGED_AT_ONCE_MAX = 2_000;
/** Sums come in parts, so none may be dropped before all parts are there. The first news of a board drops what is too many. */
const STAGED_MEMBERS_MAX = 100_000_000;

export interface RebuildParts {
  readonly boards: Boards;
  readonly partitions: Partitions;
}

/** Shelves that are being made anew under one token. */
export interface Staging {
  readonly token: string;
  /** Where each of the shelves held stands; null: it is lost. */
  readonly held: ReadonlyMap<number, Marks | null>;
}

/** Holds those of the shelves that nobody else holds. */
export const holdShelves = async (boards: Boards, shelves: readonly number[]): Promise<Staging> => {
  const token = newId();
  const answers = await Promise.all(
    shelves.map(async (shelf): Promise<readonly [number, HoldAnswer]> => [shelf, await boards.hold(shelf, token, HOLD_MS)]),
  );
  const held = answers.flatMap(([shelf, answer]): readonly (readonly [number, Marks | null])[] => {
    if (answer.state === 'busy') return [];
    return [[shelf, answer.state === 'whole' ? answer.marks : null]];
  });
  return { token, held: new Map(held) };
};

/** Lets go of all shelves of a staging that were not published. */
export const releaseShelves = async (boards: Boards, { token, held }: Staging): Promise<void> => {
  await Promise.all([...held.keys()].map((shelf) => boards.release(shelf, token)));
};

export interface StageOptions {
  readonly onProgress?: (orders: number) => void;
  readonly signal: AbortSignal;
}

/** Counts all gifts from the orders into the shelves that are held. Throws when a hold was lost on the way. */
export const stageFromOrders = async (
  { boards, partitions }: RebuildParts,
  staging: Staging,
  { onProgress, signal }: StageOptions,
): Promise<Recount> => {
  const tally = createTally();
  const renew = renewalOf(boards, staging);
  return recountBoards({
    partitions,
    tally,
    signal,
    flush: () => stageChanges(boards, staging, toBoardChanges(tally.take())),
    onPage: async (orders) => {
      onProgress?.(orders);
      await renew();
    },
  });
};

/** Adds changes to those of the shelves that are held. Throws when a hold was lost. */
export const stageChanges = async (
  boards: Boards,
  { token, held }: Staging,
  changes: ReadonlyMap<number, readonly BoardChange[]>,
): Promise<void> => {
  const ofHeld = [...changes].filter(([shelf]) => held.has(shelf));
  await Promise.all(
    ofHeld.map(async ([shelf, ofShelf]) => {
      for (const portion of inPortions(ofShelf)) if (!(await boards.stage(shelf, token, portion))) throw holdLost(shelf);
    }),
  );
};

/** What to call between the steps of long work, to go on holding. It throws when a hold was lost. */
export const renewalOf = (boards: Boards, { token, held }: Staging): (() => Promise<void>) => {
  let renewedMs = performance.now();
  return async () => {
    if (performance.now() - renewedMs < RENEW_INTERVAL_MS) return;
    renewedMs = performance.now();
    const answers = await Promise.all(
      [...held.keys()].map(async (shelf) => ({ shelf, isHeld: await boards.renew(shelf, token, HOLD_MS) })),
    );
    const lost = answers.find(({ isHeld }) => !isHeld);
    if (lost !== undefined) throw holdLost(lost.shelf);
  };
};

/** Makes lost shelves anew from the orders. Shelves that somebody else is at are left to them. Answers with what was counted; null when there was nothing to do. */
export const rebuildShelves = async (parts: RebuildParts, shelves: readonly number[], options: StageOptions): Promise<Recount | null> => {
  const { boards } = parts;
  const staging = await holdShelves(boards, shelves);
  if (staging.held.size === 0) return null;
  try {
    const recount = await stageFromOrders(parts, staging, options);
    for (const shelf of staging.held.keys()) if (!(await boards.publish(shelf, staging.token, recount.marks))) throw holdLost(shelf);
    return recount;
  } finally {
    await releaseShelves(boards, staging);
  }
};

const holdLost = (shelf: number): Error =>
  new Error(`shelf ${shelf} of the boards was not held any more, or by somebody else, while it was counted again`);

/** The same changes with STAGED_AT_ONCE_MAX increments each. */
const inPortions = function* (changes: readonly BoardChange[]): Generator<Pick<ShelfChange, 'boards' | 'membersMax'>> {
  let portion: BoardChange[] = [];
  let size = 0;
  for (const change of changes) {
    for (let start = 0; start < change.increments.length; ) {
      const increments = change.increments.slice(start, start + STAGED_AT_ONCE_MAX - size);
      portion.push({ ...change, increments });
      start += increments.length;
      size += increments.length;
      if (size < STAGED_AT_ONCE_MAX) continue;
      yield { boards: portion, membersMax: STAGED_MEMBERS_MAX };
      portion = [];
      size = 0;
    }
  }
  if (portion.length > 0) yield { boards: portion, membersMax: STAGED_MEMBERS_MAX };
};
