import type { Database, Transaction } from '#platform/database/database.ts';
import { newId, newIdInShard, shardIndexOf, shardOf } from '#platform/ids.ts';
import type { GiftCommand } from '../../subgraphs/trading/domain/gift.ts';

/** Callers at a time: more only wait for each other's locks. */
const CALLERS = 32;

/** The peer: one transaction per gift, the way it is written first. It locks both wallets in order, looks up the key, reads the catalogue, moves the coins and
 * writes order, entries, answer and event one by one. It checks less than the lane and credits the receiver at once. Answers with gifts per second. */
export const measureNaive = async (database: Database, nextGift: () => GiftCommand, seconds: number): Promise<number> => {
  const startMs = performance.now();
  const endMs = startMs + seconds * 1_000;
  let sent = 0;
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      while (performance.now() < endMs) if (await sendOne(database, nextGift())) sent += 1;
    }),
  );
  return sent / ((performance.now() - startMs) / 1_000);
};

interface Wallet {
  readonly owner_id: string;
  readonly coins: bigint;
  readonly version: bigint;
}

const sendOne = (database: Database, gift: GiftCommand): Promise<boolean> =>
  database.transaction('naiveGift', async (tx) => {
    const [order] = await tx.query<{ streamer_id: string; price_coins: bigint }>({
      name: 'naive1',
      text: READ,
      values: [shardOf(gift.streamId), gift.streamId, shardOf(gift.giftId), gift.giftId],
    });
    if (order === undefined) return false;
    const wallets = await tx.query<Wallet>({
      name: 'naive2',
      text: LOCK,
      values: [shardOf(gift.senderId), gift.senderId, shardOf(order.streamer_id), order.streamer_id],
    });
    const known = await tx.query({ name: 'naive3', text: FIND, values: [shardOf(gift.senderId), gift.senderId, gift.idempotencyKey] });
    const sender = wallets.find((wallet) => wallet.owner_id === gift.senderId);
    const receiver = wallets.find((wallet) => wallet.owner_id === order.streamer_id);
    const coins = order.price_coins * BigInt(gift.quantity);
    if (known.length > 0 || sender === undefined || receiver === undefined || sender.coins < coins) return false;
    await write(tx, gift, sender, receiver, coins);
    return true;
  });

const write = async (tx: Transaction, gift: GiftCommand, sender: Wallet, receiver: Wallet, coins: bigint): Promise<void> => {
  const orderId = newIdInShard(shardIndexOf(gift.senderId));
  const shards = [shardOf(sender.owner_id), shardOf(receiver.owner_id)] as const;
  const now = new Date();
  await tx.query({ name: 'naive4', text: MOVE, values: [shards[0], sender.owner_id, -coins] });
  await tx.query({ name: 'naive4', text: MOVE, values: [shards[1], receiver.owner_id, coins] });
  await tx.query({
    name: 'naive5',
    text: ENTRIES,
    values: [
      shards[0],
      sender.owner_id,
      sender.version + 1n,
      -coins,
      sender.coins - coins,
      orderId,
      now,
      shards[1],
      receiver.owner_id,
      receiver.version + 1n,
      coins,
      receiver.coins + coins,
    ],
  });
  await tx.query({
    name: 'naive6',
    text: ORDER,
    values: [shards[0], orderId, sender.owner_id, receiver.owner_id, gift.streamId, gift.giftId, coins, gift.quantity, now],
  });
  await tx.query({ name: 'naive7', text: ANSWER, values: [shards[0], sender.owner_id, gift.idempotencyKey, orderId, now] });
  await tx.query({
    name: 'naive8',
    text: EVENT,
    values: [shards[0], sender.owner_id, newId(), now, JSON.stringify({ ...gift, orderId, coins: coins.toString() })],
  });
};

const READ = `/* naiveRead */ SELECT s.streamer_id, g.price_coins FROM stream s, gift g
  WHERE s.shard = $1 AND s.id = $2 AND s.status = 'LIVE' AND g.shard = $3 AND g.id = $4`;
const LOCK = `/* naiveLock */ SELECT owner_id, coins, version FROM wallet
  WHERE (shard = $1 AND owner_id = $2) OR (shard = $3 AND owner_id = $4) ORDER BY shard, owner_id FOR NO KEY UPDATE`;
const FIND = '/* naiveFind */ SELECT result_id FROM answer WHERE shard = $1 AND actor_id = $2 AND key = $3';
const MOVE = '/* naiveMove */ UPDATE wallet SET coins = coins + $3, version = version + 1 WHERE shard = $1 AND owner_id = $2';
const ENTRIES = `/* naiveEntries */ INSERT INTO ledger_entry (shard, account_kind, account_id, seq, currency, amount, balance_after, coins_after, bonus_coins_after, diamonds_after, batch_id, cause_id, at)
  VALUES ($1, 'WALLET', $2, $3, 'COINS', $4, $5::bigint, $5, 0, 0, $6, $6, $7), ($8, 'WALLET', $9, $10, 'COINS', $11, $12::bigint, $12, 0, 0, $6, $6, $7)`;
const ORDER = `/* naiveOrder */ INSERT INTO gift_order (shard, id, sender_id, receiver_id, stream_id, gift_id, price_version, price_coins, quantity, coins, diamonds, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, 1, $7::bigint / $8, $8, $7, $7, $9)`;
const ANSWER =
  "/* naiveAnswer */ INSERT INTO answer (shard, actor_id, key, fingerprint, refusal, result_id, at) VALUES ($1, $2, $3, '', NULL, $4, $5)";
const EVENT = `/* naiveEvent */ WITH head AS (
    INSERT INTO feed AS f (shard, id, head_seq, head_at) VALUES ($1, 'gifts/' || $2, 1, $4)
    ON CONFLICT (shard, id) DO UPDATE SET head_seq = f.head_seq + 1, head_at = excluded.head_at RETURNING id, head_seq
  ) INSERT INTO feed_event (shard, feed_id, seq, id, at, kind, v, payload) SELECT $1, head.id, head.head_seq, $3::uuid, $4, 'gift.sent', 1, $5::jsonb FROM head`;
