import { plain, texts } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';

/** Pieces of a gift that somebody has sent on one day (UTC, days since 1970). Kept for gifts with a limit per day only. */
export interface SenderGift {
  readonly senderId: string;
  readonly giftId: string;
  readonly day: number;
  readonly pieces: number;
}

/** What identifies a gift of a sender. Neither may hold NUL (PostgreSQL refuses it). */
export const senderGiftName = ({ senderId, giftId }: Pick<SenderGift, 'senderId' | 'giftId'>): string => `${senderId}\0${giftId}`;

/** Pieces sent, by senderGiftName; absent: none yet. One statement; none for no gifts. */
export const readSenderGifts = async (
  db: Queryable,
  pairs: readonly Pick<SenderGift, 'senderId' | 'giftId'>[],
): Promise<ReadonlyMap<string, SenderGift>> => {
  if (pairs.length === 0) return new Map();
  const wanted = [...new Map(pairs.map((pair) => [senderGiftName(pair), pair])).values()];
  const rows = await db.query<Row>({
    name: 'readSenderGifts',
    text: READ_SENDER_GIFTS,
    values: [
      plain(wanted.map(({ senderId }) => shardOf(senderId))),
      texts(wanted.map(({ senderId }) => senderId)),
      texts(wanted.map(({ giftId }) => giftId)),
    ],
  });
  return new Map(
    rows.map(({ sender_id, gift_id, day, pieces }) => {
      const row = { senderId: sender_id, giftId: gift_id, day, pieces };
      return [senderGiftName(row), row];
    }),
  );
};

/** Writes pieces sent, each gift of a sender once. The senders' wallets must be locked. One statement; none for no gifts. */
export const writeSenderGifts = async (tx: Transaction, rows: readonly SenderGift[]): Promise<void> => {
  if (rows.length === 0) return;
  await tx.query({ name: 'writeSenderGifts', text: WRITE_SENDER_GIFTS, values: valuesOf(rows) });
};

/** Takes pieces of orders that were taken back from what their senders have sent on their day, as far as that day is still counted. The senders' wallets must be locked.
 * One statement. */
export const takeFromSenderGifts = async (tx: Transaction, sent: readonly SenderGift[]): Promise<void> => {
  const sums = new Map<string, SenderGift>();
  for (const gift of sent) {
    const name = `${gift.day} ${senderGiftName(gift)}`;
    sums.set(name, { ...gift, pieces: (sums.get(name)?.pieces ?? 0) + gift.pieces });
  }
  const rows = [...sums.values()];
  await tx.query({ name: 'takeFromSenderGifts', text: TAKE_FROM_SENDER_GIFTS, values: valuesOf(rows) });
};

const valuesOf = (rows: readonly SenderGift[]): readonly unknown[] => [
  plain(rows.map(({ senderId }) => shardOf(senderId))),
  texts(rows.map(({ senderId }) => senderId)),
  texts(rows.map(({ giftId }) => giftId)),
  plain(rows.map(({ day }) => day)),
  plain(rows.map(({ pieces }) => pieces)),
];

interface Row {
  readonly sender_id: string;
  readonly gift_id: string;
  readonly day: number;
  readonly pieces: number;
}

// Gifts without a limit have no row; one that was given a limit in the meantime has counted fewer pieces than come back.
const TAKE_FROM_SENDER_GIFTS = `/* takeFromSenderGifts */
  UPDATE sender_gift g SET pieces = greatest(0, g.pieces - n.pieces)
  FROM unnest($1::int[], $2::text[], $3::text[], $4::int[], $5::int[]) AS n (shard, sender_id, gift_id, day, pieces)
  WHERE g.shard = n.shard AND g.sender_id = n.sender_id COLLATE "C" AND g.gift_id = n.gift_id COLLATE "C" AND g.day = n.day`;

const READ_SENDER_GIFTS = `/* readSenderGifts */
  SELECT g.sender_id, g.gift_id, g.day, g.pieces
  FROM unnest($1::int[], $2::text[], $3::text[]) AS k (shard, sender_id, gift_id)
  JOIN sender_gift g ON g.shard = k.shard AND g.sender_id = k.sender_id COLLATE "C" AND g.gift_id = k.gift_id COLLATE "C"`;

const WRITE_SENDER_GIFTS = `/* writeSenderGifts */
  INSERT INTO sender_gift AS g (shard, sender_id, gift_id, day, pieces)
  SELECT n.shard, n.sender_id, n.gift_id, n.day, n.pieces
  FROM unnest($1::int[], $2::text[], $3::text[], $4::int[], $5::int[]) AS n (shard, sender_id, gift_id, day, pieces)
  ON CONFLICT (shard, sender_id, gift_id) DO UPDATE SET day = excluded.day, pieces = excluded.pieces`;
