import { plain, texts, times } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import type { BackpackLot, LotSource, LotUse } from '../domain/backpack.ts';

// Lots change only under the lock of their owner's wallet, whose `backpackPieces` counts what is left in them: whoever writes here posts the same number to the
// book (Book.changePieces), and whoever finds 0 there need not look for lots.

/** A lot that is to be made, and the marks of who made it. */
export interface NewLot extends BackpackLot {
  /** UUIDv7 of the claim or grant. */
  readonly grantId: string;
  /** The day (UTC, `2026-11-22`) whose free props these are; null for a grant. */
  readonly day: string | null;
  /** The operator; null for the day's free props. */
  readonly grantedBy: string | null;
}

/** A gift in somebody's backpack. */
export interface Shelf {
  readonly ownerId: string;
  readonly giftId: string;
}

/** Pieces by owner. */
export type PiecesByOwner = ReadonlyMap<string, number>;

/** Lots with pieces left of these gifts and owners, also those whose time is past. One statement; none for no shelves. */
export const readShelves = async (db: Queryable, shelves: readonly Shelf[]): Promise<readonly BackpackLot[]> => {
  if (shelves.length === 0) return [];
  const wanted = [...new Map(shelves.map((shelf) => [`${shelf.ownerId}\0${shelf.giftId}`, shelf])).values()];
  const rows = await db.query<LotRow>({
    name: 'readShelves',
    text: READ_SHELVES,
    values: [
      plain(wanted.map(({ ownerId }) => shardOf(ownerId))),
      texts(wanted.map(({ ownerId }) => ownerId)),
      texts(wanted.map(({ giftId }) => giftId)),
    ],
  });
  return rows.map(toLot);
};

/** All lots with pieces left of these owners, also those whose time is past. At most BACKPACK_LOTS_MAX per owner. One statement. */
export const readBackpacks = async (db: Queryable, ownerIds: readonly string[]): Promise<readonly BackpackLot[]> => {
  const owners = [...new Set(ownerIds)];
  const rows = await db.query<LotRow>({
    name: 'readBackpacks',
    text: READ_BACKPACKS,
    values: [plain(owners.map(shardOf)), texts(owners)],
  });
  return rows.map(toLot);
};

/** Lots by the id of the claim or grant that made them. None for no grants, else one statement. */
export const readGrants = async (
  db: Queryable,
  grants: readonly { readonly ownerId: string; readonly grantId: string }[],
): Promise<ReadonlyMap<string, readonly BackpackLot[]>> => {
  if (grants.length === 0) return new Map();
  const rows = await db.query<LotRow & { readonly grant_id: string }>({
    name: 'readGrants',
    text: READ_GRANTS,
    values: [plain(grants.map(({ ownerId }) => shardOf(ownerId))), plain(grants.map(({ grantId }) => grantId))],
  });
  return new Map([...Map.groupBy(rows, (row) => row.grant_id)].map(([grantId, lots]) => [grantId, lots.map(toLot)]));
};

/** Makes lots. One statement. */
export const insertLots = async (tx: Transaction, lots: readonly NewLot[]): Promise<void> => {
  await tx.query({
    name: 'insertLots',
    text: INSERT_LOTS,
    values: [
      plain(lots.map(({ ownerId }) => shardOf(ownerId))),
      plain(lots.map(({ id }) => id)),
      texts(lots.map(({ ownerId }) => ownerId)),
      texts(lots.map(({ giftId }) => giftId)),
      plain(lots.map(({ source }) => source)),
      plain(lots.map(({ granted }) => granted)),
      times(lots.map(({ expiresAt }) => expiresAt)),
      times(lots.map(({ grantedAt }) => grantedAt)),
      plain(lots.map(({ grantId }) => grantId)),
      plain(lots.map(({ day }) => day)),
      texts(lots.map(({ grantedBy }) => grantedBy)),
    ],
  });
};

/** Takes from lots what orders use, and notes which order took what. One statement; none for no uses. */
export const writeUses = async (tx: Transaction, uses: readonly LotUse[], at: Date): Promise<void> => {
  if (uses.length === 0) return;
  await tx.query({
    name: 'writeUses',
    text: WRITE_USES,
    values: [
      plain(uses.map(({ ownerId }) => shardOf(ownerId))),
      plain(uses.map(({ orderId }) => orderId)),
      plain(uses.map(({ lotId }) => lotId)),
      plain(uses.map(({ pieces }) => pieces)),
      at,
    ],
  });
};

/** Puts the pieces of orders that are taken back into the lots that they came from; where a lot's time is past they count as expired. An order's pieces come back once,
 * however often this is called. Answers with the pieces that are left again, by owner: post them to the book. The owners' wallets must be locked. One statement. */
export const returnPieces = async (
  tx: Transaction,
  orders: readonly { readonly id: string; readonly senderId: string }[],
  now: Date,
): Promise<PiecesByOwner> => {
  const rows = await tx.query<PiecesRow>({
    name: 'returnPieces',
    text: RETURN_PIECES,
    values: [plain(orders.map(({ senderId }) => shardOf(senderId))), plain(orders.map(({ id }) => id)), now],
  });
  return piecesByOwner(rows);
};

/** Counts what is left in these lots as taken back. The owners' wallets must be locked. One statement. */
export const takeBackLots = async (tx: Transaction, lots: readonly Pick<BackpackLot, 'id' | 'ownerId'>[]): Promise<void> => {
  const values = [plain(lots.map(({ ownerId }) => shardOf(ownerId))), plain(lots.map(({ id }) => id))];
  await tx.query({ name: 'takeBackLots', text: TAKE_BACK_LOTS, values });
};

/** Counts what is left in lots whose time is past as expired. Answers with the pieces, by owner: take them out of the book. The owners' wallets must be locked. One
 * statement. */
export const expireLots = async (tx: Transaction, ownerIds: readonly string[], now: Date): Promise<PiecesByOwner> => {
  const rows = await tx.query<PiecesRow>({
    name: 'expireLots',
    text: EXPIRE_LOTS,
    values: [plain(ownerIds.map(shardOf)), texts(ownerIds), now],
  });
  return piecesByOwner(rows);
};

/** Owners who have lots with pieces left whose time is past, those longest past first, at most `limit`. One statement. */
export const listOwnersOfExpired = async (db: Queryable, now: Date, limit: number): Promise<readonly string[]> => {
  const rows = await db.query<{ readonly owner_id: string }>({
    name: 'listOwnersOfExpired',
    text: LIST_OWNERS_OF_EXPIRED,
    values: [now, limit],
  });
  return [...new Set(rows.map((row) => row.owner_id))];
};

interface LotRow {
  readonly id: string;
  readonly owner_id: string;
  readonly gift_id: string;
  readonly source: LotSource;
  readonly granted: number;
  readonly pieces_left: number;
  readonly expires_at: Date | null;
  readonly granted_at: Date;
}

interface PiecesRow {
  readonly owner_id: string;
  readonly pieces: number;
}

const toLot = (row: LotRow): BackpackLot => ({
  id: row.id,
  ownerId: row.owner_id,
  giftId: row.gift_id,
  source: row.source,
  granted: row.granted,
  left: row.pieces_left,
  expiresAt: row.expires_at,
  grantedAt: row.granted_at,
});

const piecesByOwner = (rows: readonly PiecesRow[]): PiecesByOwner => new Map(rows.map((row) => [row.owner_id, row.pieces]));

const COLUMNS = 'l.id, l.owner_id, l.gift_id, l.source, l.granted, l.pieces_left, l.expires_at, l.granted_at';

const READ_SHELVES = `/* readShelves */
  SELECT ${COLUMNS} FROM unnest($1::int[], $2::text[], $3::text[]) AS k (shard, owner_id, gift_id)
  JOIN backpack_lot l ON l.shard = k.shard AND l.owner_id = k.owner_id COLLATE "C" AND l.gift_id = k.gift_id COLLATE "C" AND l.pieces_left > 0`;

const READ_BACKPACKS = `/* readBackpacks */
  SELECT ${COLUMNS} FROM unnest($1::int[], $2::text[]) AS k (shard, owner_id)
  JOIN backpack_lot l ON l.shard = k.shard AND l.owner_id = k.owner_id COLLATE "C" AND l.pieces_left > 0`;

const READ_GRANTS = `/* readGrants */
  SELECT ${COLUMNS}, l.grant_id FROM unnest($1::int[], $2::uuid[]) AS k (shard, grant_id)
  JOIN backpack_lot l ON l.shard = k.shard AND l.grant_id = k.grant_id
  ORDER BY l.gift_id`;

const INSERT_LOTS = `/* insertLots */
  INSERT INTO backpack_lot (shard, id, owner_id, gift_id, source, granted, pieces_left, expires_at, granted_at, grant_id, day, granted_by)
  SELECT n.shard, n.id, n.owner_id, n.gift_id, n.source, n.granted, n.granted, n.expires_at, n.granted_at, n.grant_id, n.day, n.granted_by
  FROM unnest($1::int[], $2::uuid[], $3::text[], $4::text[], $5::lot_source[], $6::int[], $7::timestamptz[], $8::timestamptz[], $9::uuid[], $10::date[],
    $11::text[]) AS n (shard, id, owner_id, gift_id, source, granted, expires_at, granted_at, grant_id, day, granted_by)`;

const WRITE_USES = `/* writeUses */
  WITH use AS MATERIALIZED (
    SELECT u.shard, u.order_id, u.lot_id, u.pieces FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::int[]) AS u (shard, order_id, lot_id, pieces)
  ), noted AS (
    INSERT INTO backpack_use (shard, order_id, lot_id, pieces, used_at) SELECT shard, order_id, lot_id, pieces, $5::timestamptz FROM use
  )
  UPDATE backpack_lot l SET pieces_left = l.pieces_left - taken.pieces, used = l.used + taken.pieces
  FROM (SELECT shard, lot_id, sum(pieces)::int AS pieces FROM use GROUP BY shard, lot_id) AS taken
  WHERE l.shard = taken.shard AND l.id = taken.lot_id`;

const RETURN_PIECES = `/* returnPieces */
  WITH returned AS (
    UPDATE backpack_use u SET returned_at = $3::timestamptz
    FROM unnest($1::int[], $2::uuid[]) AS k (shard, order_id)
    WHERE u.shard = k.shard AND u.order_id = k.order_id AND u.returned_at IS NULL
    RETURNING u.shard, u.lot_id, u.pieces
  ), lot AS (
    UPDATE backpack_lot l SET used = l.used - back.pieces,
      pieces_left = l.pieces_left + CASE WHEN l.expires_at <= $3 THEN 0 ELSE back.pieces END,
      expired = l.expired + CASE WHEN l.expires_at <= $3 THEN back.pieces ELSE 0 END
    FROM (SELECT shard, lot_id, sum(pieces)::int AS pieces FROM returned GROUP BY shard, lot_id) AS back
    WHERE l.shard = back.shard AND l.id = back.lot_id
    RETURNING l.owner_id, CASE WHEN l.expires_at <= $3 THEN 0 ELSE back.pieces END AS pieces
  )
  SELECT owner_id, sum(pieces)::int AS pieces FROM lot GROUP BY owner_id HAVING sum(pieces) > 0`;

const TAKE_BACK_LOTS = `/* takeBackLots */
  UPDATE backpack_lot l SET pieces_left = 0, taken_back = l.taken_back + l.pieces_left
  FROM unnest($1::int[], $2::uuid[]) AS k (shard, id) WHERE l.shard = k.shard AND l.id = k.id`;

const EXPIRE_LOTS = `/* expireLots */
  WITH due AS MATERIALIZED (
    SELECT l.shard, l.id, l.owner_id, l.pieces_left AS pieces FROM unnest($1::int[], $2::text[]) AS k (shard, owner_id)
    JOIN backpack_lot l ON l.shard = k.shard AND l.owner_id = k.owner_id COLLATE "C" AND l.pieces_left > 0 AND l.expires_at <= $3::timestamptz
  ), swept AS (
    UPDATE backpack_lot l SET pieces_left = 0, expired = l.expired + due.pieces FROM due WHERE l.shard = due.shard AND l.id = due.id
  )
  SELECT owner_id, sum(pieces)::int AS pieces FROM due GROUP BY owner_id`;

const LIST_OWNERS_OF_EXPIRED = `/* listOwnersOfExpired */
  SELECT owner_id FROM backpack_lot WHERE pieces_left > 0 AND expires_at <= $1::timestamptz ORDER BY expires_at, id LIMIT $2`;
