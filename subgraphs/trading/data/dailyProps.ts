import { plain, texts } from '#platform/database/arrays.ts';
import type { Database, Queryable, Transaction } from '#platform/database/database.ts';
import { fingerprintOf } from '#platform/idempotency.ts';
import { newId, newIdInShard, shardIndexOf, shardOf } from '#platform/ids.ts';
import { createLane, type Lane } from '#platform/lane/lane.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { BACKPACK_LOTS_MAX, type BackpackLot } from '../domain/backpack.ts';
import { isSoldIn } from '../domain/catalogue.ts';
import {
  type ClaimCommand,
  type ClaimError,
  type ClaimErrorCode,
  claimError,
  type DailyProp,
  isClaimErrorCode,
  type UtcDay,
  utcDayOf,
} from '../domain/dailyProps.ts';
import { type Book, openBook, type WalletState } from '../domain/ledger.ts';
import { answerName, findAnswers, insertAnswers, type StoredAnswer } from './answers.ts';
import { insertLots, type NewLot, readGrants } from './backpack.ts';
import { writeBook } from './ledger.ts';
import type { WalletHints } from './walletHints.ts';
import { lockWallets } from './wallets.ts';

/** What became of a claim: the lots that it put into the backpack. `wallet` is the owner's after the decision (with a repeated key: as it is now). */
export type ClaimOutcome =
  | { readonly ok: true; readonly lots: readonly BackpackLot[]; readonly wallet: WalletState }
  | { readonly ok: false; readonly error: ClaimError; readonly wallet: WalletState };

export type ClaimLane = Lane<ClaimCommand, ClaimOutcome>;

export interface ClaimLaneOptions {
  readonly database: Database;
  readonly telemetry: Telemetry;
  readonly walletHints: WalletHints;
}

/** The lane through which users claim the day's free props. */
export const openClaimLane = ({ database, telemetry, walletHints }: ClaimLaneOptions): ClaimLane =>
  createLane<ClaimCommand, ClaimOutcome>({
    name: 'daily-props',
    database,
    telemetry,
    actorOf: (command) => command.ownerId,
    run: async (tx, batch) => {
      tx.afterCommit(() => walletHints.publish(batch.map((command) => command.ownerId)));
      return runClaims(tx, batch, new Date());
    },
  });

/** Decides and writes a batch of claims in arrival order. At most ten statements. */
export const runClaims = async (tx: Transaction, batch: readonly ClaimCommand[], now: Date): Promise<readonly ClaimOutcome[]> => {
  const day = utcDayOf(now);
  const ownerIds = [...new Set(batch.map((command) => command.ownerId))];
  const [locked, stored, daily, shelves] = await Promise.all([
    lockWallets(tx, ownerIds),
    findAnswers(
      tx,
      batch.map((command) => ({ actorId: command.ownerId, key: command.idempotencyKey })),
    ),
    readDailyProps(tx, now),
    readClaimed(tx, ownerIds, day),
  ]);
  const grants = await readGrants(
    tx,
    [...stored.values()].flatMap(({ actorId, resultId }) => (resultId === null ? [] : [{ ownerId: actorId, grantId: resultId }])),
  );
  const state: BatchState = {
    book: openBook(locked, now),
    answers: new Map(stored),
    lotsByGrant: new Map(grants),
    daily,
    claimed: new Map([...shelves].map(([ownerId, { giftIds, openLots }]) => [ownerId, { giftIds: new Set(giftIds), openLots }])),
    day,
    now,
    newAnswers: [],
    newLots: [],
  };
  const outcomes = batch.map((command) => decide(command, state));
  if (state.newAnswers.length > 0) await insertAnswers(tx, state.newAnswers, now);
  if (state.newLots.length > 0) await insertLots(tx, state.newLots);
  await writeBook(tx, state.book.close(), newId(now.getTime()));
  return outcomes;
};

/** What an owner has had of the day, and how many lots lie open. */
interface Claimed {
  readonly giftIds: Set<string>;
  openLots: number;
}

interface BatchState {
  readonly book: Book;
  /** By answerName: those stored before, then also those of this batch. */
  readonly answers: Map<string, StoredAnswer>;
  /** What those answers name. */
  readonly lotsByGrant: Map<string, readonly BackpackLot[]>;
  readonly daily: readonly DailyProp[];
  readonly claimed: Map<string, Claimed>;
  readonly day: UtcDay;
  readonly now: Date;
  readonly newAnswers: StoredAnswer[];
  readonly newLots: NewLot[];
}

// The key comes before everything else: what was claimed with it stays the answer, on other days too.
const decide = (command: ClaimCommand, state: BatchState): ClaimOutcome => {
  const name = answerName(command.ownerId, command.idempotencyKey);
  const stored = state.answers.get(name);
  if (stored !== undefined) return repeatAnswer(command, stored, state);
  const outcome = claim(command, state);
  const answer: StoredAnswer = {
    actorId: command.ownerId,
    key: command.idempotencyKey,
    fingerprint: FINGERPRINT,
    refusal: outcome.ok ? null : outcome.error.code,
    resultId: outcome.ok ? outcome.grantId : null,
  };
  state.answers.set(name, answer);
  state.newAnswers.push(answer);
  return outcome;
};

/** A claim has no input besides its key. */
const FINGERPRINT = fingerprintOf('claimDailyProps');

type Claim = (ClaimOutcome & { readonly ok: true; readonly grantId: string }) | (ClaimOutcome & { readonly ok: false });

const claim = ({ ownerId, region }: ClaimCommand, state: BatchState): Claim => {
  const claimed = state.claimed.get(ownerId) ?? { giftIds: new Set<string>(), openLots: 0 };
  const props = state.daily.filter((prop) => isSoldIn(prop, region) && !claimed.giftIds.has(prop.giftId));
  if (props.length === 0) return refusal(ownerId, 'NOTHING_TO_CLAIM', state);
  if (claimed.openLots + props.length > BACKPACK_LOTS_MAX) return refusal(ownerId, 'BACKPACK_FULL', state);
  const grantId = newId(state.now.getTime());
  const lots = props.map((prop) => toLot(ownerId, grantId, prop, state));
  state.newLots.push(...lots);
  state.lotsByGrant.set(grantId, lots);
  for (const { giftId } of props) claimed.giftIds.add(giftId);
  state.claimed.set(ownerId, { ...claimed, openLots: claimed.openLots + lots.length });
  const pieces = lots.reduce((sum, lot) => sum + lot.granted, 0);
  return { ok: true, lots, grantId, wallet: state.book.changePieces(ownerId, pieces) };
};

const toLot = (ownerId: string, grantId: string, { giftId, pieces }: DailyProp, { day, now }: BatchState): NewLot => ({
  id: newIdInShard(shardIndexOf(ownerId), now.getTime()),
  ownerId,
  giftId,
  source: 'DAILY',
  granted: pieces,
  left: pieces,
  expiresAt: day.end,
  grantedAt: now,
  grantId,
  day: day.date,
  grantedBy: null,
});

const repeatAnswer = ({ ownerId }: ClaimCommand, stored: StoredAnswer, state: BatchState): ClaimOutcome => {
  if (stored.fingerprint !== FINGERPRINT) return refusal(ownerId, 'IDEMPOTENCY_CONFLICT', state);
  if (stored.refusal !== null) return refusal(ownerId, parseRefusal(stored.refusal), state);
  const lots = state.lotsByGrant.get(stored.resultId ?? '');
  if (lots === undefined)
    throw new Error(`the answer to key ${stored.key} of ${stored.actorId} names claim ${stored.resultId}, which does not exist`);
  return { ok: true, lots, wallet: state.book.walletOf(ownerId) };
};

const refusal = (ownerId: string, code: ClaimErrorCode, { book }: BatchState): ClaimOutcome & { readonly ok: false } => ({
  ok: false,
  error: claimError(code),
  wallet: book.walletOf(ownerId),
});

const parseRefusal = (code: string): ClaimErrorCode => {
  if (isClaimErrorCode(code)) return code;
  throw new Error(`a stored answer refuses a claim with ${code}, which this version does not know: update it`);
};

const readDailyProps = async (db: Queryable, at: Date): Promise<readonly DailyProp[]> => {
  const rows = await db.query<{ readonly id: string; readonly daily_free: number; readonly regions: readonly string[] }>({
    name: 'readDailyProps',
    text: READ_DAILY_PROPS,
    values: [at, BACKPACK_LOTS_MAX],
  });
  return rows.map((row) => ({ giftId: row.id, pieces: row.daily_free, regions: row.regions }));
};

const readClaimed = async (
  db: Queryable,
  ownerIds: readonly string[],
  day: UtcDay,
): Promise<ReadonlyMap<string, { readonly giftIds: readonly string[]; readonly openLots: number }>> => {
  const rows = await db.query<{ readonly owner_id: string; readonly gift_ids: readonly string[] | null; readonly open_lots: number }>({
    name: 'readClaimed',
    text: READ_CLAIMED,
    values: [plain(ownerIds.map(shardOf)), texts(ownerIds), day.date],
  });
  return new Map(rows.map((row) => [row.owner_id, { giftIds: row.gift_ids ?? [], openLots: row.open_lots }]));
};

// Free props are no way around a stock: a gift that is sold from one is not given away.
const READ_DAILY_PROPS = `/* readDailyProps */
  SELECT g.id, g.daily_free, g.regions FROM gift g
  WHERE g.daily_free > 0 AND NOT g.limited AND g.on_sale_from <= $1::timestamptz AND (g.on_sale_until IS NULL OR g.on_sale_until > $1::timestamptz)
  ORDER BY g.id LIMIT $2`;

const READ_CLAIMED = `/* readClaimed */
  SELECT k.owner_id,
    (SELECT array_agg(l.gift_id) FROM backpack_lot l WHERE l.shard = k.shard AND l.owner_id = k.owner_id COLLATE "C" AND l.day = $3::date) AS gift_ids,
    (SELECT count(*)::int FROM backpack_lot l WHERE l.shard = k.shard AND l.owner_id = k.owner_id COLLATE "C" AND l.pieces_left > 0) AS open_lots
  FROM unnest($1::int[], $2::text[]) AS k (shard, owner_id)`;
