import { plain, texts, times } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import type { WalletAction, WalletActionKind, WalletActionRefusal, WalletCommand } from '../domain/walletAction.ts';
import { propsOf, propsToJson } from './propsGrants.ts';
import { restrictionsOf, restrictionsToJson } from './senderRules.ts';

/** What identifies an action: the wallet, the operator and their key. None of them may hold NUL (PostgreSQL refuses it). */
export const walletActionName = ({ ownerId, actorId, idempotencyKey }: ActionKey): string => `${ownerId}\0${actorId}\0${idempotencyKey}`;

type ActionKey = Pick<WalletCommand, 'ownerId' | 'actorId' | 'idempotencyKey'>;

/** What these keys were used for, by walletActionName. Call it after the wallets are locked: that makes "not there" final. One statement. */
export const findWalletActions = async (tx: Transaction, keys: readonly ActionKey[]): Promise<ReadonlyMap<string, WalletAction>> => {
  const rows = await tx.query<ActionRow>({
    name: 'findWalletActions',
    text: FIND_WALLET_ACTIONS,
    values: [
      plain(keys.map(({ ownerId }) => shardOf(ownerId))),
      texts(keys.map(({ ownerId }) => ownerId)),
      texts(keys.map(({ actorId }) => actorId)),
      texts(keys.map(({ idempotencyKey }) => idempotencyKey)),
    ],
  });
  return new Map(rows.map(toAction).map((action) => [walletActionName(action), action]));
};

/** Writes a batch into the log. One statement. */
export const insertWalletActions = async (tx: Transaction, actions: readonly WalletAction[]): Promise<void> => {
  await tx.query({
    name: 'insertWalletActions',
    text: INSERT_WALLET_ACTIONS,
    values: [
      plain(actions.map(({ ownerId }) => shardOf(ownerId))),
      texts(actions.map(({ ownerId }) => ownerId)),
      texts(actions.map(({ actorId }) => actorId)),
      texts(actions.map(({ idempotencyKey }) => idempotencyKey)),
      plain(actions.map(({ id }) => id)),
      plain(actions.map(({ kind }) => kind)),
      texts(actions.map(({ reason }) => reason)),
      plain(actions.map(({ bonusCoins }) => bonusCoins)),
      texts(actions.map(({ fingerprint }) => fingerprint)),
      texts(actions.map(({ refusal }) => refusal)),
      times(actions.map(({ at }) => at)),
      texts(actions.map(({ restrictions }) => (restrictions === null ? null : JSON.stringify(restrictionsToJson(restrictions))))),
      texts(actions.map(({ props = null }) => (props === null ? null : JSON.stringify(propsToJson(props))))),
    ],
  });
};

/** One page of what operators did to a wallet, the newest first. `beforeId`: only what came before that action. Answers with one more than `limit` when there is more. */
export const listWalletActions = async (
  db: Queryable,
  ownerId: string,
  limit: number,
  beforeId: string | null,
): Promise<readonly WalletAction[]> => {
  const values = [shardOf(ownerId), ownerId, beforeId, limit + 1];
  return (await db.query<ActionRow>({ name: 'listWalletActions', text: LIST_WALLET_ACTIONS, values })).map(toAction);
};

interface ActionRow {
  readonly owner_id: string;
  readonly actor_id: string;
  readonly key: string;
  readonly id: string;
  readonly kind: WalletActionKind;
  readonly reason: string;
  readonly bonus_coins: bigint | null;
  readonly fingerprint: string;
  readonly refusal: WalletActionRefusal | null;
  readonly at: Date;
  readonly restrictions: unknown;
  readonly props: unknown;
}

const toAction = (row: ActionRow): WalletAction => ({
  id: row.id,
  kind: row.kind,
  ownerId: row.owner_id,
  actorId: row.actor_id,
  idempotencyKey: row.key,
  reason: row.reason,
  bonusCoins: row.bonus_coins,
  fingerprint: row.fingerprint,
  refusal: row.refusal,
  at: row.at,
  restrictions: row.restrictions === null ? null : restrictionsOf(row.restrictions),
  props: row.props === null ? null : propsOf(row.props),
});

const ACTION_COLUMNS =
  'a.owner_id, a.actor_id, a.key, a.id, a.kind, a.reason, a.bonus_coins, a.fingerprint, a.refusal, a.at, a.restrictions, a.props';

const FIND_WALLET_ACTIONS = `/* findWalletActions */
  SELECT ${ACTION_COLUMNS}
  FROM unnest($1::int[], $2::text[], $3::text[], $4::text[]) AS k (shard, owner_id, actor_id, key)
  JOIN wallet_action a ON a.shard = k.shard AND a.owner_id = k.owner_id COLLATE "C" AND a.actor_id = k.actor_id COLLATE "C" AND a.key = k.key COLLATE "C"`;

const INSERT_WALLET_ACTIONS = `/* insertWalletActions */
  INSERT INTO wallet_action (shard, owner_id, actor_id, key, id, kind, reason, bonus_coins, fingerprint, refusal, at, restrictions, props)
  SELECT n.*
  FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::wallet_action_kind[], $7::text[], $8::bigint[], $9::text[], $10::text[],
    $11::timestamptz[], $12::jsonb[], $13::jsonb[])
    AS n (shard, owner_id, actor_id, key, id, kind, reason, bonus_coins, fingerprint, refusal, at, restrictions, props)`;

// Operators touch a wallet a few times in its life: the key's prefix finds them, sorting them costs nothing.
const LIST_WALLET_ACTIONS = `/* listWalletActions */
  SELECT ${ACTION_COLUMNS} FROM wallet_action a
  WHERE a.shard = $1 AND a.owner_id = $2 AND ($3::uuid IS NULL OR a.id < $3::uuid)
  ORDER BY a.id DESC LIMIT $4`;
