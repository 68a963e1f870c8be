import type { Database, Transaction } from '#platform/database/database.ts';
import { fingerprintOf } from '#platform/idempotency.ts';
import { createLane, type Lane } from '#platform/lane/lane.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { CatalogueGift } from '../domain/catalogue.ts';
import type { KnownStream } from '../domain/gift.ts';
import {
  type GiftGoal,
  type GiftGoalsCommand,
  type GiftGoalsError,
  type GiftGoalsErrorCode,
  giftGoalsError,
  goalsAfter,
  isGiftGoalsErrorCode,
  refuseGiftGoals,
} from '../domain/giftGoal.ts';
import { answerName, findAnswers, insertAnswers, type StoredAnswer } from './answers.ts';
import { readGifts } from './catalogue.ts';
import { readGiftGoals, writeGiftGoals } from './giftGoals.ts';
import { readLastCredits } from './giftTotals.ts';
import { readStreams } from './streams.ts';
import { lockWallets } from './wallets.ts';

/** Null: the goals are set. */
export type GiftGoalsOutcome = GiftGoalsError | null;

export type GiftGoalsLane = Lane<GiftGoalsCommand, GiftGoalsOutcome>;

export interface GiftGoalsLaneOptions {
  /** The streamer's partition's. */
  readonly database: Database;
  readonly telemetry: Telemetry;
}

/** The lane through which streamers set their goals. */
export const openGiftGoalsLane = ({ database, telemetry }: GiftGoalsLaneOptions): GiftGoalsLane =>
  createLane<GiftGoalsCommand, GiftGoalsOutcome>({
    name: 'gift-goals',
    database,
    telemetry,
    actorOf: (command) => command.actorId,
    run: (tx, batch) => runGiftGoals(tx, batch, new Date()),
  });

/** Sets the goals of a batch, in arrival order, each key once. Eight statements at most, one more for newcomers. Goals stand still while their streamer's wallet
 * is locked: whoever credits or takes back gifts locks it too. */
export const runGiftGoals = async (
  tx: Transaction,
  batch: readonly GiftGoalsCommand[],
  now: Date,
): Promise<readonly GiftGoalsOutcome[]> => {
  const [, stored, streams, gifts] = await Promise.all([
    lockWallets(
      tx,
      batch.map(({ actorId }) => actorId),
    ),
    findAnswers(
      tx,
      batch.map(({ actorId, idempotencyKey }) => ({ actorId, key: idempotencyKey })),
    ),
    readStreams(
      tx,
      batch.map(({ streamId }) => streamId),
    ),
    readGifts(
      tx,
      batch.flatMap(({ goals }) => goals.flatMap(({ giftId }) => giftId ?? [])),
      now,
    ),
  ]);
  // Of a stream that is somebody else's nothing is changed, and its goals are not under these locks.
  const actors = new Set(batch.map(({ actorId }) => actorId));
  const own = [...streams.values()].filter(({ streamerId }) => actors.has(streamerId));
  const [goals, lastCredits] = await Promise.all([readGiftGoals(tx, own), readLastCredits(tx, own)]);
  const state: BatchState = {
    answers: new Map(stored),
    newAnswers: [],
    streams,
    gifts,
    goals: new Map(goals),
    lastCredits,
    changed: new Map(),
    now,
  };
  const outcomes = batch.map((command) => decide(command, state));
  if (state.newAnswers.length > 0) await insertAnswers(tx, state.newAnswers, now);
  if (state.changed.size > 0) await writeGiftGoals(tx, state.changed);
  return outcomes;
};

interface BatchState {
  readonly answers: Map<string, StoredAnswer>;
  readonly newAnswers: StoredAnswer[];
  readonly streams: ReadonlyMap<string, KnownStream>;
  readonly gifts: ReadonlyMap<string, CatalogueGift>;
  readonly goals: Map<string, readonly GiftGoal[]>;
  /** By stream id. */
  readonly lastCredits: ReadonlyMap<string, Date>;
  readonly changed: Map<string, { readonly streamerId: string; readonly goals: readonly GiftGoal[] }>;
  readonly now: Date;
}

const decide = (command: GiftGoalsCommand, state: BatchState): GiftGoalsOutcome => {
  const { actorId, streamId, idempotencyKey } = command;
  const name = answerName(actorId, idempotencyKey);
  const fingerprint = fingerprintOf(
    'setGiftGoals',
    streamId,
    ...command.goals.flatMap(({ giftId, target }) => [giftId, target.toString()]),
  );
  const known = state.answers.get(name);
  if (known !== undefined) return repeatAnswer(known, fingerprint);
  const refusal = refuseGiftGoals(command, state.streams.get(streamId) ?? null, (giftId) => state.gifts.has(giftId));
  const answer: StoredAnswer = { actorId, key: idempotencyKey, fingerprint, refusal, resultId: null };
  state.answers.set(name, answer);
  state.newAnswers.push(answer);
  if (refusal !== null) return giftGoalsError(refusal);
  const goals = goalsAfter(state.goals.get(streamId) ?? [], command.goals, momentAfter(state.lastCredits.get(streamId), state.now));
  state.goals.set(streamId, goals);
  state.changed.set(streamId, { streamerId: actorId, goals });
  return null;
};

// A gift that is credited already is none of a new goal's, and does not lower it when it is given back: also where its credit is dated later, because our clock is
// behind or we have waited for the wallet.
const momentAfter = (lastCredit: Date | undefined, now: Date): Date =>
  lastCredit === undefined || lastCredit < now ? now : new Date(lastCredit.getTime() + 1);

const repeatAnswer = (known: StoredAnswer, fingerprint: string): GiftGoalsOutcome => {
  if (known.fingerprint !== fingerprint) return giftGoalsError('IDEMPOTENCY_CONFLICT');
  return known.refusal === null ? null : giftGoalsError(parseRefusal(known.refusal));
};

const parseRefusal = (code: string): GiftGoalsErrorCode => {
  if (isGiftGoalsErrorCode(code)) return code;
  throw new Error(`a stored answer refuses goals with ${code}, which this version does not know: update it`);
};
