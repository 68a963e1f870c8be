import { plain, rowsOf, texts, uuids } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { isUuid, shardOf } from '#platform/ids.ts';
import type { Combo } from '../domain/combo.ts';

/** A sender in a stream. */
export interface SenderInStream {
  readonly senderId: string;
  readonly streamId: string;
}

/** What a sender has done in a stream. `coins`: bought coins spent there. */
export interface SenderStream extends SenderInStream {
  readonly coins: bigint;
  readonly combo: Combo;
  /** There is no row of it yet. */
  readonly isNew: boolean;
}

/** What identifies a sender in a stream. */
export const senderStreamName = ({ senderId, streamId }: SenderInStream): string => `${streamId}${senderId}`;

/** What senders have done in streams, by senderStreamName; absent: nothing yet. One statement. */
export const readSenderStreams = async (db: Queryable, pairs: readonly SenderInStream[]): Promise<ReadonlyMap<string, SenderStream>> => {
  const wanted = [...new Map(pairs.filter(({ streamId }) => isUuid(streamId)).map((pair) => [senderStreamName(pair), pair])).values()];
  const rows = await db.query<Row>({
    name: 'readSenderStreams',
    text: READ_SENDER_STREAMS,
    values: [
      plain(wanted.map(({ senderId }) => shardOf(senderId))),
      texts(wanted.map(({ senderId }) => senderId)),
      uuids(wanted.map(({ streamId }) => streamId)),
    ],
  });
  return new Map(rows.map((row) => [senderStreamName({ senderId: row.sender_id, streamId: row.stream_id }), toSenderStream(row)]));
};

/** Writes what senders have done in streams, each once. They must have been read under the lock of the senders' wallets, so that it is known which of them are new: a
 * plain insert costs half of one that might find the row there. Two statements at most. */
export const writeSenderStreams = async (tx: Transaction, rows: readonly SenderStream[]): Promise<void> => {
  const [added, changed] = [rows.filter(({ isNew }) => isNew), rows.filter(({ isNew }) => !isNew)];
  await Promise.all([
    added.length > 0 && write(tx, 'insertSenderStreams', INSERT_SENDER_STREAMS, added),
    changed.length > 0 && write(tx, 'updateSenderStreams', UPDATE_SENDER_STREAMS, changed),
  ]);
};

const write = async (tx: Transaction, name: string, text: string, rows: readonly SenderStream[]): Promise<void> => {
  await tx.query({
    name,
    text,
    values: [
      plain(rows.map(({ senderId }) => shardOf(senderId))),
      texts(rows.map(({ senderId }) => senderId)),
      uuids(rows.map(({ streamId }) => streamId)),
      plain(rows.map(({ coins }) => coins)),
      texts(rows.map(({ combo }) => combo.giftId)),
      uuids(rows.map(({ combo }) => combo.id)),
      plain(rows.map(({ combo }) => combo.count)),
      plain(rows.map(({ combo }) => combo.untilMs)),
    ],
  });
};

/** Takes the coins of orders that were taken back from what their senders have spent in their streams. The senders' wallets must be locked. One statement. */
export const takeFromSenderStreams = async (
  tx: Transaction,
  orders: readonly (SenderInStream & { readonly coins: bigint })[],
): Promise<void> => {
  const sums = new Map<string, SenderInStream & { readonly coins: bigint }>();
  for (const { senderId, streamId, coins } of orders) {
    const name = senderStreamName({ senderId, streamId });
    sums.set(name, { senderId, streamId, coins: (sums.get(name)?.coins ?? 0n) + coins });
  }
  const rows = [...sums.values()];
  await tx.query({
    name: 'takeFromSenderStreams',
    text: TAKE_FROM_SENDER_STREAMS,
    values: [
      plain(rows.map(({ senderId }) => shardOf(senderId))),
      texts(rows.map(({ senderId }) => senderId)),
      uuids(rows.map(({ streamId }) => streamId)),
      plain(rows.map(({ coins }) => coins)),
    ],
  });
};

interface Row {
  readonly sender_id: string;
  readonly stream_id: string;
  readonly coins: bigint;
  readonly combo_gift_id: string;
  readonly combo_id: string;
  readonly combo_count: number;
  readonly combo_until_ms: bigint;
}

const toSenderStream = (row: Row): SenderStream => ({
  senderId: row.sender_id,
  streamId: row.stream_id,
  coins: row.coins,
  combo: { giftId: row.combo_gift_id, id: row.combo_id, count: row.combo_count, untilMs: Number(row.combo_until_ms) },
  isNew: false,
});

const TAKE_FROM_SENDER_STREAMS = `/* takeFromSenderStreams */
  UPDATE sender_stream s SET coins = s.coins - n.coins
  FROM unnest($1::int[], $2::text[], $3::uuid[], $4::bigint[]) AS n (shard, sender_id, stream_id, coins)
  WHERE s.shard = n.shard AND s.sender_id = n.sender_id COLLATE "C" AND s.stream_id = n.stream_id`;

const READ_SENDER_STREAMS = `/* readSenderStreams */
  SELECT s.sender_id, s.stream_id, s.coins, s.combo_gift_id, s.combo_id, s.combo_count, s.combo_until_ms
  FROM unnest($1::int[], $2::text[], $3::uuid[]) AS k (shard, sender_id, stream_id)
  JOIN sender_stream s ON s.shard = k.shard AND s.sender_id = k.sender_id COLLATE "C" AND s.stream_id = k.stream_id`;

const ROWS = rowsOf('n', {
  shard: 'int',
  sender_id: 'text',
  stream_id: 'uuid',
  coins: 'bigint',
  combo_gift_id: 'text',
  combo_id: 'uuid',
  combo_count: 'int',
  combo_until_ms: 'bigint',
});

const INSERT_SENDER_STREAMS = `/* insertSenderStreams */
  INSERT INTO sender_stream (shard, sender_id, stream_id, coins, combo_gift_id, combo_id, combo_count, combo_until_ms)
  SELECT n.shard, n.sender_id, n.stream_id, n.coins, n.combo_gift_id, n.combo_id, n.combo_count, n.combo_until_ms
  FROM ${ROWS}`;

// Only whoever holds the sender's wallet writes here, so the order of the rows does not matter and absolute values are right.
const UPDATE_SENDER_STREAMS = `/* updateSenderStreams */
  UPDATE sender_stream s SET coins = n.coins, combo_gift_id = n.combo_gift_id, combo_id = n.combo_id, combo_count = n.combo_count,
    combo_until_ms = n.combo_until_ms
  FROM ${ROWS}
  WHERE s.shard = n.shard AND s.sender_id = n.sender_id COLLATE "C" AND s.stream_id = n.stream_id`;
