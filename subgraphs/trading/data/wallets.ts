import { plain, texts, times } from '#platform/database/arrays.ts';
import { type Queryable, RetryTransactionError, type Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import type { WalletState } from '../domain/ledger.ts';
import { NO_RULES, NOTHING_SPENT } from '../domain/limits.ts';
import { senderRulesOf } from './senderRules.ts';

/** Locks the wallets of these owners in one order (shard, then id) and answers with them by owner. Owners without a wallet get an empty one, so that there
 * is always a row to hold: it also serialises the owner's idempotency keys. One statement; a second one when there are newcomers. */
export const lockWallets = async (tx: Transaction, ownerIds: Iterable<string>): Promise<ReadonlyMap<string, WalletState>> => {
  const owners = [...new Set(ownerIds)];
  if (owners.length === 0) return new Map();
  const rows = await tx.query<WalletRow>({ name: 'lockWallets', text: LOCK_WALLETS, values: [plain(owners.map(shardOf)), texts(owners)] });
  const wallets = new Map(rows.map((row) => [row.owner_id, toWallet(row)]));
  const newcomers = owners.filter((owner) => !wallets.has(owner));
  if (newcomers.length > 0) for (const wallet of await createWallets(tx, newcomers)) wallets.set(wallet.ownerId, wallet);
  return wallets;
};

/** Wallets as they stand, by owner; owners without one are absent. One statement. */
export const readWallets = async (db: Queryable, ownerIds: readonly string[]): Promise<ReadonlyMap<string, WalletState>> => {
  const rows = await db.query<WalletRow>({
    name: 'readWallets',
    text: READ_WALLETS,
    values: [plain(ownerIds.map(shardOf)), texts(ownerIds)],
  });
  return new Map(rows.map((row) => [row.owner_id, toWallet(row)]));
};

/** Since when and why a wallet is frozen. `frozen` null: it is not, or not any more. */
export interface FrozenChange {
  readonly shard: number;
  readonly ownerId: string;
  readonly frozen: { readonly at: Date; readonly reason: string } | null;
}

/** Freezes and unfreezes wallets that this transaction has locked; that they have changed is for their book to write. One statement. */
export const setFrozen = async (tx: Transaction, changes: readonly FrozenChange[]): Promise<void> => {
  await tx.query({
    name: 'setFrozen',
    text: SET_FROZEN,
    values: [
      plain(changes.map(({ shard }) => shard)),
      texts(changes.map(({ ownerId }) => ownerId)),
      times(changes.map(({ frozen }) => frozen?.at ?? null)),
      texts(changes.map(({ frozen }) => frozen?.reason ?? null)),
    ],
  });
};

/** What somebody owns who has never bought or earned anything. */
export const emptyWallet = (ownerId: string): WalletState => ({
  shard: shardOf(ownerId),
  ownerId,
  coins: 0n,
  bonusCoins: 0n,
  diamonds: 0n,
  version: 0n,
  settingsVersion: 0n,
  changedAt: NEVER,
  frozen: false,
  backpackPieces: 0,
  spending: NOTHING_SPENT,
  rules: NO_RULES,
});

/** When a wallet without entries has changed. */
const NEVER = new Date(0);

// Nobody else sees or holds a row before its first COMMIT, so creating after locking breaks no order, as long as all create in the same order. Where somebody
// else was first, that row would have to be locked out of order: the transaction begins again instead and then finds it.
const createWallets = async (tx: Transaction, owners: readonly string[]): Promise<readonly WalletState[]> => {
  const rows = await tx.query<WalletRow>({
    name: 'createWallets',
    text: CREATE_WALLETS,
    values: [plain(owners.map(shardOf)), texts(owners)],
  });
  if (rows.length < owners.length) throw new RetryTransactionError('another transaction created one of these wallets first');
  return rows.map(toWallet);
};

interface WalletRow {
  readonly shard: number;
  readonly owner_id: string;
  readonly coins: bigint;
  readonly bonus_coins: bigint;
  readonly diamonds: bigint;
  readonly version: bigint;
  readonly settings_version: bigint;
  readonly changed_at: Date;
  readonly frozen: boolean;
  readonly backpack_pieces: number;
  readonly spent_day: number;
  readonly day_coins: bigint;
  readonly window_started_ms: bigint;
  readonly window_orders: number;
  readonly sender_rules: unknown;
}

const toWallet = (row: WalletRow): WalletState => ({
  shard: row.shard,
  ownerId: row.owner_id,
  coins: row.coins,
  bonusCoins: row.bonus_coins,
  diamonds: row.diamonds,
  version: row.version,
  settingsVersion: row.settings_version,
  changedAt: row.changed_at,
  frozen: row.frozen,
  backpackPieces: row.backpack_pieces,
  spending: {
    day: row.spent_day,
    dayCoins: row.day_coins,
    windowStartedMs: Number(row.window_started_ms),
    windowOrders: row.window_orders,
  },
  rules: row.sender_rules === null ? NO_RULES : senderRulesOf(row.sender_rules),
});

const WALLET_COLUMNS =
  'w.shard, w.owner_id, w.coins, w.bonus_coins, w.diamonds, w.version, w.settings_version, w.changed_at, w.frozen_at IS NOT NULL AS frozen, w.backpack_pieces, ' +
  'w.spent_day, w.day_coins, w.window_started_ms, w.window_orders, w.sender_rules';

const CREATE_WALLETS = `/* createWallets */
  INSERT INTO wallet AS w (shard, owner_id)
  SELECT o.shard, o.owner_id FROM unnest($1::int[], $2::text[]) AS o (shard, owner_id)
  ORDER BY o.shard, o.owner_id COLLATE "C"
  ON CONFLICT DO NOTHING
  RETURNING ${WALLET_COLUMNS}`;

const LOCK_WALLETS = `/* lockWallets */
  SELECT ${WALLET_COLUMNS}
  FROM unnest($1::int[], $2::text[]) AS o (shard, owner_id)
  JOIN wallet w ON w.shard = o.shard AND w.owner_id = o.owner_id COLLATE "C"
  ORDER BY w.shard, w.owner_id
  FOR NO KEY UPDATE OF w`;

const READ_WALLETS = `/* readWallets */
  SELECT ${WALLET_COLUMNS}
  FROM unnest($1::int[], $2::text[]) AS o (shard, owner_id)
  JOIN wallet w ON w.shard = o.shard AND w.owner_id = o.owner_id COLLATE "C"`;

const SET_FROZEN = `/* setFrozen */
  UPDATE wallet w SET frozen_at = n.frozen_at, frozen_reason = n.frozen_reason
  FROM unnest($1::int[], $2::text[], $3::timestamptz[], $4::text[]) AS n (shard, owner_id, frozen_at, frozen_reason)
  WHERE w.shard = n.shard AND w.owner_id = n.owner_id COLLATE "C"`;
