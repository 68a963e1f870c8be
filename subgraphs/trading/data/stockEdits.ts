import { plain, texts, times } from '#platform/database/arrays.ts';
import type { Database, Queryable, Transaction } from '#platform/database/database.ts';
import { fingerprintOf } from '#platform/idempotency.ts';
import { newId, shardOf } from '#platform/ids.ts';
import { createLane, type Lane } from '#platform/lane/lane.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { CatalogueGift } from '../domain/catalogue.ts';
import type { Stock } from '../domain/stock.ts';
import {
  type StockEditCommand,
  type StockEditError,
  type StockEditRefusal,
  stockEditError,
  stockEditRefusal,
} from '../domain/stockEdit.ts';
import { readGifts } from './catalogue.ts';
import { lockStocks } from './stockRows.ts';

/** What became of it, and the stock after the decision (with a repeated key: as it is now); null: there is none. */
export interface StockEditOutcome {
  /** Null when there is no such gift. */
  readonly gift: CatalogueGift | null;
  readonly stock: Stock | null;
  /** Null: it is done. */
  readonly error: StockEditError | null;
}

export type StockEditLane = Lane<StockEditCommand, StockEditOutcome>;

export interface StockEditLaneOptions {
  readonly database: Database;
  readonly telemetry: Telemetry;
}

/** The lane through which operators set stocks. */
export const openStockEditLane = ({ database, telemetry }: StockEditLaneOptions): StockEditLane =>
  createLane<StockEditCommand, StockEditOutcome>({
    name: 'stock-edits',
    database,
    telemetry,
    actorOf: (command) => command.actorId,
    run: (tx, batch) => runStockEdits(tx, batch, new Date()),
  });

/** What an operator did to a stock, or was refused to do, as the log keeps it. */
export interface StockEdit extends StockEditCommand {
  /** UUIDv7. */
  readonly id: string;
  readonly fingerprint: string;
  readonly totalBefore: bigint | null;
  readonly refusal: StockEditRefusal | null;
  readonly at: Date;
}

interface BatchState {
  readonly gifts: ReadonlyMap<string, CatalogueGift>;
  readonly stocks: Map<string, Stock>;
  /** By editName: those stored before, then also those of this batch. */
  readonly edits: Map<string, StockEdit>;
  readonly newEdits: StockEdit[];
  readonly now: Date;
}

/** Decides and writes a batch in arrival order: each edit is logged under its key with its reason, refused ones too. Six statements at most. */
export const runStockEdits = async (
  tx: Transaction,
  batch: readonly StockEditCommand[],
  now: Date,
): Promise<readonly StockEditOutcome[]> => {
  const giftIds = batch.map(({ giftId }) => giftId);
  const gifts = await readGifts(tx, giftIds, now);
  // The first edit of a gift makes its row, so that there is always one to hold: it also serialises the operators' keys.
  await createStocks(
    tx,
    [...gifts.values()].filter(({ limited }) => limited).map(({ id }) => id),
    now,
  );
  const [stocks, stored] = await Promise.all([lockStocks(tx, giftIds), findStockEdits(tx, batch)]);
  const state: BatchState = {
    gifts,
    stocks: new Map(stocks.map((stock) => [stock.giftId, stock])),
    edits: new Map(stored.map((edit) => [editName(edit), edit])),
    newEdits: [],
    now,
  };
  const outcomes = batch.map((command) => decide(command, state));
  if (state.newEdits.length > 0) await insertStockEdits(tx, state.newEdits);
  const done = state.newEdits.filter(({ refusal }) => refusal === null).map(({ giftId }) => giftId);
  if (done.length > 0)
    await setTotals(
      tx,
      [...new Set(done)].flatMap((giftId) => state.stocks.get(giftId) ?? []),
      now,
    );
  return outcomes;
};

const decide = (command: StockEditCommand, { gifts, stocks, edits, newEdits, now }: BatchState): StockEditOutcome => {
  const { giftId, total, reason } = command;
  const gift = gifts.get(giftId) ?? null;
  const before = stocks.get(giftId) ?? null;
  const fingerprint = fingerprintOf('setGiftStock', giftId, total.toString(), reason);
  const stored = edits.get(editName(command));
  if (stored !== undefined) {
    const code = stored.fingerprint === fingerprint ? stored.refusal : 'IDEMPOTENCY_CONFLICT';
    return { gift, stock: before, error: code === null ? null : stockEditError(code) };
  }
  const refusal = stockEditRefusal(total, gift, before);
  const stock = refusal === null && before !== null ? { ...before, total } : before;
  if (stock !== null) stocks.set(giftId, stock);
  const totalBefore = refusal === null ? (before?.total ?? null) : null;
  const edit = { ...command, id: newId(now.getTime()), fingerprint, totalBefore, refusal, at: now };
  edits.set(editName(edit), edit);
  newEdits.push(edit);
  return { gift, stock, error: refusal === null ? null : stockEditError(refusal) };
};

/** One page of what operators did to a gift's stock, the newest first. `beforeId`: only what came before that edit. Answers with at most `limit`. */
export const listStockEdits = async (
  db: Queryable,
  giftId: string,
  limit: number,
  beforeId: string | null,
): Promise<readonly StockEdit[]> =>
  (await db.query<EditRow>({ name: 'listStockEdits', text: LIST_STOCK_EDITS, values: [shardOf(giftId), giftId, beforeId, limit] })).map(
    toEdit,
  );

const editName = ({ giftId, actorId, idempotencyKey }: Pick<StockEditCommand, 'giftId' | 'actorId' | 'idempotencyKey'>): string =>
  `${giftId}\0${actorId}\0${idempotencyKey}`;

const createStocks = async (tx: Transaction, giftIds: readonly string[], now: Date): Promise<void> => {
  if (giftIds.length === 0) return;
  await tx.query({ name: 'createStocks', text: CREATE_STOCKS, values: [plain(giftIds.map(shardOf)), texts(giftIds), now] });
};

const setTotals = async (tx: Transaction, stocks: readonly Stock[], now: Date): Promise<void> => {
  await tx.query({
    name: 'setTotals',
    text: SET_TOTALS,
    values: [
      plain(stocks.map(({ giftId }) => shardOf(giftId))),
      texts(stocks.map(({ giftId }) => giftId)),
      plain(stocks.map(({ total }) => total)),
      now,
    ],
  });
};

const findStockEdits = async (tx: Transaction, keys: readonly StockEditCommand[]): Promise<readonly StockEdit[]> => {
  const rows = await tx.query<EditRow>({
    name: 'findStockEdits',
    text: FIND_STOCK_EDITS,
    values: [
      plain(keys.map(({ giftId }) => shardOf(giftId))),
      texts(keys.map(({ giftId }) => giftId)),
      texts(keys.map(({ actorId }) => actorId)),
      texts(keys.map(({ idempotencyKey }) => idempotencyKey)),
    ],
  });
  return rows.map(toEdit);
};

const insertStockEdits = async (tx: Transaction, edits: readonly StockEdit[]): Promise<void> => {
  await tx.query({
    name: 'insertStockEdits',
    text: INSERT_STOCK_EDITS,
    values: [
      plain(edits.map(({ giftId }) => shardOf(giftId))),
      texts(edits.map(({ giftId }) => giftId)),
      texts(edits.map(({ actorId }) => actorId)),
      texts(edits.map(({ idempotencyKey }) => idempotencyKey)),
      plain(edits.map(({ id }) => id)),
      texts(edits.map(({ fingerprint }) => fingerprint)),
      plain(edits.map(({ total }) => total)),
      plain(edits.map(({ totalBefore }) => totalBefore)),
      texts(edits.map(({ reason }) => reason)),
      texts(edits.map(({ refusal }) => refusal)),
      times(edits.map(({ at }) => at)),
    ],
  });
};

interface EditRow {
  readonly gift_id: string;
  readonly actor_id: string;
  readonly key: string;
  readonly id: string;
  readonly fingerprint: string;
  readonly total: bigint;
  readonly total_before: bigint | null;
  readonly reason: string;
  readonly refusal: StockEditRefusal | null;
  readonly at: Date;
}

const toEdit = (row: EditRow): StockEdit => ({
  id: row.id,
  giftId: row.gift_id,
  actorId: row.actor_id,
  idempotencyKey: row.key,
  fingerprint: row.fingerprint,
  total: row.total,
  totalBefore: row.total_before,
  reason: row.reason,
  refusal: row.refusal,
  at: row.at,
});

const EDIT_COLUMNS = 'e.gift_id, e.actor_id, e.key, e.id, e.fingerprint, e.total, e.total_before, e.reason, e.refusal, e.at';

const CREATE_STOCKS = `/* createStocks */
  INSERT INTO gift_stock (shard, gift_id, total, updated_at)
  SELECT n.shard, n.gift_id, 0, $3::timestamptz FROM unnest($1::int[], $2::text[]) AS n (shard, gift_id)
  ORDER BY n.shard, n.gift_id COLLATE "C"
  ON CONFLICT DO NOTHING`;

const SET_TOTALS = `/* setTotals */
  UPDATE gift_stock s SET total = n.total, updated_at = $4::timestamptz
  FROM unnest($1::int[], $2::text[], $3::bigint[]) AS n (shard, gift_id, total)
  WHERE s.shard = n.shard AND s.gift_id = n.gift_id COLLATE "C"`;

const FIND_STOCK_EDITS = `/* findStockEdits */
  SELECT ${EDIT_COLUMNS} FROM unnest($1::int[], $2::text[], $3::text[], $4::text[]) AS k (shard, gift_id, actor_id, key)
  JOIN gift_stock_edit e ON e.shard = k.shard AND e.gift_id = k.gift_id COLLATE "C" AND e.actor_id = k.actor_id COLLATE "C" AND e.key = k.key COLLATE "C"`;

const INSERT_STOCK_EDITS = `/* insertStockEdits */
  INSERT INTO gift_stock_edit (shard, gift_id, actor_id, key, id, fingerprint, total, total_before, reason, refusal, at)
  SELECT n.* FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::bigint[], $8::bigint[], $9::text[], $10::text[],
    $11::timestamptz[]) AS n (shard, gift_id, actor_id, key, id, fingerprint, total, total_before, reason, refusal, at)`;

const LIST_STOCK_EDITS = `/* listStockEdits */
  SELECT ${EDIT_COLUMNS} FROM gift_stock_edit e
  WHERE e.shard = $1 AND e.gift_id = $2 AND ($3::uuid IS NULL OR e.id < $3::uuid)
  ORDER BY e.id DESC LIMIT $4`;
