import { plain, texts, times } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import type { ReservationStatus, ReserveCommand, SettleCommand, Stock, StoredReservation } from '../domain/stock.ts';

/** Locks the stocks of these gifts in one order (shard, then id). Gifts without a stock are absent. One statement. */
export const lockStocks = async (tx: Transaction, giftIds: Iterable<string>): Promise<readonly Stock[]> => {
  const gifts = [...new Set(giftIds)];
  const rows = await tx.query<StockRow>({ name: 'lockStocks', text: LOCK_STOCKS, values: [plain(gifts.map(shardOf)), texts(gifts)] });
  return rows.map(toStock);
};

/** Stocks as they stand, by gift; gifts without one are absent. One statement. */
export const readStocks = async (db: Queryable, giftIds: readonly string[]): Promise<ReadonlyMap<string, Stock>> => {
  const values = [plain(giftIds.map(shardOf)), texts(giftIds)];
  const rows = await db.query<StockRow>({ name: 'readStocks', text: READ_STOCKS, values });
  return new Map(rows.map((row) => [row.gift_id, toStock(row)]));
};

/** Writes stocks that are locked: absolute values are right. One statement. */
export const updateStocks = async (tx: Transaction, stocks: readonly Stock[], now: Date): Promise<void> => {
  await tx.query({
    name: 'updateStocks',
    text: UPDATE_STOCKS,
    values: [
      plain(stocks.map(({ giftId }) => shardOf(giftId))),
      texts(stocks.map(({ giftId }) => giftId)),
      plain(stocks.map(({ reserved }) => reserved)),
      plain(stocks.map(({ sold }) => sold)),
      now,
    ],
  });
};

/** The reservations that these wishes have. Called after the stocks are locked, "not there" is final; called after they were read, whatever made them as small as they were is there. One
 * statement; none for no wishes. */
export const findReservations = async (
  db: Queryable,
  wishes: readonly Pick<ReserveCommand, 'giftId' | 'payerId' | 'key' | 'place'>[],
): Promise<readonly StoredReservation[]> => {
  if (wishes.length === 0) return [];
  const rows = await db.query<ReservationRow>({
    name: 'findReservations',
    text: FIND_RESERVATIONS,
    values: [
      plain(wishes.map(({ giftId }) => shardOf(giftId))),
      texts(wishes.map(({ giftId }) => giftId)),
      texts(wishes.map(({ payerId }) => payerId)),
      texts(wishes.map(({ key }) => key)),
      plain(wishes.map(({ place }) => place)),
    ],
  });
  return rows.map(toReservation);
};

/** The reservations for these orders. One statement; none for no orders. */
export const readReservations = async (
  db: Queryable,
  orders: readonly Pick<SettleCommand, 'giftId' | 'orderId'>[],
): Promise<readonly StoredReservation[]> => {
  if (orders.length === 0) return [];
  const values = [plain(orders.map(({ giftId }) => shardOf(giftId))), plain(orders.map(({ orderId }) => orderId))];
  const rows = await db.query<ReservationRow>({ name: 'readReservations', text: READ_RESERVATIONS, values });
  return rows.map(toReservation);
};

/** Writes new reservations. One statement. */
export const insertReservations = async (tx: Transaction, reservations: readonly StoredReservation[], now: Date): Promise<void> => {
  await tx.query({
    name: 'insertReservations',
    text: INSERT_RESERVATIONS,
    values: [
      plain(reservations.map(({ giftId }) => shardOf(giftId))),
      plain(reservations.map(({ orderId }) => orderId)),
      texts(reservations.map(({ giftId }) => giftId)),
      texts(reservations.map(({ payerId }) => payerId)),
      texts(reservations.map(({ key }) => key)),
      plain(reservations.map(({ place }) => place)),
      texts(reservations.map(({ fingerprint }) => fingerprint)),
      plain(reservations.map(({ pieces }) => pieces)),
      plain(reservations.map(({ sold }) => sold)),
      plain(reservations.map(({ status }) => status)),
      times(reservations.map(({ expiresAt }) => expiresAt)),
      now,
    ],
  });
};

/** Writes what became of reservations. One statement. */
export const updateReservations = async (tx: Transaction, reservations: readonly StoredReservation[], now: Date): Promise<void> => {
  await tx.query({
    name: 'updateReservations',
    text: UPDATE_RESERVATIONS,
    values: [
      plain(reservations.map(({ giftId }) => shardOf(giftId))),
      plain(reservations.map(({ orderId }) => orderId)),
      plain(reservations.map(({ status }) => status)),
      plain(reservations.map(({ sold }) => sold)),
      now,
    ],
  });
};

/** Where a listing of overdue reservations goes on. */
export interface OverduePlace {
  readonly expiresAt: Date;
  readonly orderId: string;
}

/** Reservations that are still held although their time is past, the longest overdue first, at most `limit`. One statement. */
export const listOverdueReservations = async (
  db: Queryable,
  { before, after, limit }: { readonly before: Date; readonly after: OverduePlace | null; readonly limit: number },
): Promise<readonly StoredReservation[]> => {
  const values = [before, after?.expiresAt ?? null, after?.orderId ?? null, limit];
  return (await db.query<ReservationRow>({ name: 'listOverdueReservations', text: LIST_OVERDUE, values })).map(toReservation);
};

/** How many reservations are held in this database. One statement. */
export const countHeldReservations = async (db: Queryable): Promise<number> => {
  const [row] = await db.query<{ readonly held: number }>({ name: 'countHeldReservations', text: COUNT_HELD });
  return row?.held ?? 0;
};

interface StockRow {
  readonly gift_id: string;
  readonly total: bigint;
  readonly reserved: bigint;
  readonly sold: bigint;
}

interface ReservationRow {
  readonly order_id: string;
  readonly gift_id: string;
  readonly payer_id: string;
  readonly key: string;
  readonly place: number;
  readonly fingerprint: string;
  readonly pieces: number;
  readonly sold: number;
  readonly status: ReservationStatus;
  readonly expires_at: Date;
}

const toStock = ({ gift_id, total, reserved, sold }: StockRow): Stock => ({ giftId: gift_id, total, reserved, sold });

const toReservation = (row: ReservationRow): StoredReservation => ({
  orderId: row.order_id,
  giftId: row.gift_id,
  payerId: row.payer_id,
  key: row.key,
  place: row.place,
  fingerprint: row.fingerprint,
  pieces: row.pieces,
  sold: row.sold,
  status: row.status,
  expiresAt: row.expires_at,
});

const STOCK_COLUMNS = 's.gift_id, s.total, s.reserved, s.sold';
const RESERVATION_COLUMNS = 'r.order_id, r.gift_id, r.payer_id, r.key, r.place, r.fingerprint, r.pieces, r.sold, r.status, r.expires_at';

const READ_STOCKS = `/* readStocks */
  SELECT ${STOCK_COLUMNS} FROM unnest($1::int[], $2::text[]) AS k (shard, gift_id)
  JOIN gift_stock s ON s.shard = k.shard AND s.gift_id = k.gift_id COLLATE "C"`;

const LOCK_STOCKS = `/* lockStocks */
  SELECT ${STOCK_COLUMNS} FROM unnest($1::int[], $2::text[]) AS k (shard, gift_id)
  JOIN gift_stock s ON s.shard = k.shard AND s.gift_id = k.gift_id COLLATE "C"
  ORDER BY s.shard, s.gift_id
  FOR NO KEY UPDATE OF s`;

const UPDATE_STOCKS = `/* updateStocks */
  UPDATE gift_stock s SET reserved = n.reserved, sold = n.sold, updated_at = $5::timestamptz
  FROM unnest($1::int[], $2::text[], $3::bigint[], $4::bigint[]) AS n (shard, gift_id, reserved, sold)
  WHERE s.shard = n.shard AND s.gift_id = n.gift_id COLLATE "C"`;

const FIND_RESERVATIONS = `/* findReservations */
  SELECT ${RESERVATION_COLUMNS} FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::int[]) AS k (shard, gift_id, payer_id, key, place)
  JOIN stock_reservation r ON r.shard = k.shard AND r.gift_id = k.gift_id COLLATE "C" AND r.payer_id = k.payer_id COLLATE "C"
    AND r.key = k.key COLLATE "C" AND r.place = k.place`;

const READ_RESERVATIONS = `/* readReservations */
  SELECT ${RESERVATION_COLUMNS} FROM unnest($1::int[], $2::uuid[]) AS k (shard, order_id)
  JOIN stock_reservation r ON r.shard = k.shard AND r.order_id = k.order_id`;

const INSERT_RESERVATIONS = `/* insertReservations */
  INSERT INTO stock_reservation (shard, order_id, gift_id, payer_id, key, place, fingerprint, pieces, sold, status, created_at, expires_at, settled_at)
  SELECT n.shard, n.order_id, n.gift_id, n.payer_id, n.key, n.place, n.fingerprint, n.pieces, n.sold, n.status, $12::timestamptz, n.expires_at,
    CASE n.status WHEN 'HELD' THEN NULL ELSE $12::timestamptz END
  FROM unnest($1::int[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::int[], $7::text[], $8::int[], $9::int[], $10::reservation_status[], $11::timestamptz[])
    AS n (shard, order_id, gift_id, payer_id, key, place, fingerprint, pieces, sold, status, expires_at)`;

const UPDATE_RESERVATIONS = `/* updateReservations */
  UPDATE stock_reservation r SET status = n.status, sold = n.sold, settled_at = coalesce(r.settled_at, $5::timestamptz)
  FROM unnest($1::int[], $2::uuid[], $3::reservation_status[], $4::int[]) AS n (shard, order_id, status, sold)
  WHERE r.shard = n.shard AND r.order_id = n.order_id`;

const LIST_OVERDUE = `/* listOverdueReservations */
  SELECT ${RESERVATION_COLUMNS} FROM stock_reservation r
  WHERE r.status = 'HELD' AND r.expires_at <= $1::timestamptz AND ($2::timestamptz IS NULL OR (r.expires_at, r.order_id) > ($2::timestamptz, $3::uuid))
  ORDER BY r.expires_at, r.order_id LIMIT $4`;

const COUNT_HELD = `/* countHeldReservations */ SELECT count(*)::int AS held FROM stock_reservation WHERE status = 'HELD'`;
