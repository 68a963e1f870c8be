import type { StateHints } from '#platform/bus/state-watch.ts';
import { plain, texts, uuids } from '#platform/database/arrays.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import { type Consumer, startConsumer } from '#platform/feed/consumer.ts';
import type { FeedEvent, FeedSource } from '#platform/feed/feed.ts';
import { newId, shardAt, shardIndexOf, shardOf } from '#platform/ids.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { type Book, ISSUANCE_ACCOUNT, mirrorAccount, openBook, revenueAccount, type SpendableCurrency } from '../domain/ledger.ts';
import { GIFT_FEEDS, type GiftRefunded, type GiftSent, parseGiftRefunded, parseGiftSent } from '../events.ts';
import { addToGiftGoals } from './giftGoals.ts';
import { addToGiftTotals } from './giftTotals.ts';
import { writeBook } from './ledger.ts';
import type { ByShard } from './partitions.ts';
import { giveBack, insertReturns } from './refundReturns.ts';
import type { WalletHints } from './walletHints.ts';
import { lockWallets } from './wallets.ts';

export interface CreditConsumerOptions extends ByShard {
  /** Unique per destination: retention in the source passes none of them. Default: that of the one and only database. */
  readonly name?: string;
  readonly database: Database;
  /** Trading's own feeds. */
  readonly source: FeedSource;
  /** Whether the wallet of that owner is in this database (default: all are). Everybody's gifts come along; those of others are left to theirs. */
  readonly isHere?: (ownerId: string) => boolean;
  readonly telemetry: Telemetry;
  readonly walletHints: WalletHints;
  readonly orderHints: StateHints;
}

const CREDIT_CONSUMER = 'trading.credits';
const everybody = (): boolean => true;
/** Receivers are promised their credit within a second. With a tenth of it between two batches, the platform's accounts, which nearly every gift touches, are written
 * once for many gifts. */
const CREDIT_INTERVAL_MS = 100;

/** Credits receivers with what was sent to them, and senders with what was refunded: once per order, behind the gifts by a few milliseconds. Several processes may
 * run it. */
export const startCreditConsumer = ({
  name = CREDIT_CONSUMER,
  database,
  source,
  isHere = everybody,
  telemetry,
  walletHints,
  orderHints,
  inShard,
}: CreditConsumerOptions): Consumer => {
  const credit = async (tx: Transaction, events: readonly FeedEvent[], isOurs: (ownerId: string) => boolean): Promise<void> => {
    const { credited, returned } = await creditGifts(tx, events, new Date(), isOurs);
    tx.afterCommit(() => {
      walletHints.publish([...credited.map((gift) => gift.receiverId), ...returned.map((refund) => refund.senderId)]);
      orderHints.publish([...credited, ...returned].map(({ orderId }) => orderId));
    });
  };
  // The cursor rows are in the shards of the feeds. Credits and returns know their order, so they may come before the cursors move, and come again.
  const shardByShard = async (events: readonly FeedEvent[]): Promise<void> => {
    const owners = events.flatMap((event) => parseGiftSent(event)?.receiverId ?? parseGiftRefunded(event)?.senderId ?? []);
    for (const shard of new Set(owners.filter(isHere).map(shardOf))) {
      await inShard?.(shard).transaction('credit', (tx) => credit(tx, events, (ownerId) => shardOf(ownerId) === shard));
    }
  };
  return startConsumer({
    name,
    source,
    feeds: GIFT_FEEDS,
    database,
    telemetry,
    intervalMs: CREDIT_INTERVAL_MS,
    ...(inShard === undefined
      ? { apply: (tx, events) => credit(tx, events, isHere) }
      : { ahead: shardByShard, apply: async () => undefined }),
    onReset: (feed, reason) =>
      telemetry.log.error(
        { feed, reason },
        'the gift feed is another log than before: reading it again from its start, credits are deduplicated by order',
      ),
  });
};

/** What a batch of events has brought. */
export interface Credited {
  /** Gifts whose receivers are credited now and were not before. */
  readonly credited: readonly GiftSent[];
  /** Refunds whose senders have everything back now and had not before. */
  readonly returned: readonly GiftRefunded[];
}

/** Credits the receivers of gifts and the senders of refunded ones, as far as `isHere`, inside the effect transaction. Eight statements at most, however many events; with
 * refunds among them two more. */
export const creditGifts = async (
  tx: Transaction,
  events: readonly FeedEvent[],
  now: Date,
  isHere: (ownerId: string) => boolean = everybody,
): Promise<Credited> => {
  const sent = oncePerOrder(events.flatMap((event) => parseGiftSent(event) ?? []).filter(({ receiverId }) => isHere(receiverId)));
  const refunded = oncePerOrder(events.flatMap((event) => parseGiftRefunded(event) ?? []).filter(({ senderId }) => isHere(senderId)));
  if (sent.length === 0 && refunded.length === 0) return { credited: [], returned: [] };
  const batch = { id: newId(now.getTime()), at: now };
  const [credited, returned, locked] = await Promise.all([
    sent.length === 0 ? [] : insertCredits(tx, sent, batch),
    refunded.length === 0 ? [] : insertReturns(tx, refunded, batch),
    lockWallets(tx, [...sent.map((gift) => gift.receiverId), ...refunded.map((refund) => refund.senderId)]),
  ]);
  if (credited.length === 0 && returned.length === 0) return { credited, returned };
  const book = openBook(locked, now);
  postCredits(book, credited);
  if (returned.length > 0) await giveBack(tx, book, returned, now);
  await Promise.all([writeBook(tx, book.close(), batch.id), credited.length > 0 && addToStreams(tx, credited, now)]);
  return { credited, returned };
};

const addToStreams = (tx: Transaction, gifts: readonly GiftSent[], now: Date): Promise<unknown> =>
  Promise.all([
    addToGiftTotals(tx, gifts, now),
    addToGiftGoals(
      tx,
      gifts.map((gift) => ({ ...gift, creditedAt: now })),
      now,
    ),
  ]);

// What is there twice in one batch would come back from the insert once and be credited twice.
const oncePerOrder = <Event extends { readonly orderId: string }>(events: readonly Event[]): readonly Event[] => [
  ...new Map(events.map((event) => [event.orderId, event])).values(),
];

const postCredits = (book: Book, gifts: readonly GiftSent[]): void => {
  const earned = new Map<string, bigint>();
  for (const { senderId, receiverId, coins, bonusCoins, diamonds } of gifts) {
    const to = shardIndexOf(receiverId);
    const shard = shardAt(to);
    earned.set(receiverId, (earned.get(receiverId) ?? 0n) + diamonds);
    postRevenue(book, { from: shardIndexOf(senderId), to, currency: 'COINS', amount: coins });
    postRevenue(book, { from: shardIndexOf(senderId), to, currency: 'BONUS_COINS', amount: bonusCoins });
    book.postSystem({ shard, accountId: ISSUANCE_ACCOUNT, currency: 'DIAMONDS', amount: -diamonds });
  }
  // Gifts that cost no bought coins earn nothing.
  for (const [ownerId, amount] of earned) if (amount > 0n) book.post({ ownerId, currency: 'DIAMONDS', amount, causeId: null });
};

interface Batch {
  readonly id: string;
  readonly at: Date;
}

interface Arrival {
  /** Shard indexes. */
  readonly from: number;
  readonly to: number;
  readonly currency: SpendableCurrency;
  readonly amount: bigint;
}

const postRevenue = (book: Book, { from, to, currency, amount }: Arrival): void => {
  if (amount === 0n) return;
  const shard = shardAt(to);
  book.postSystem({ shard, accountId: mirrorAccount(from, to, currency), currency, amount: -amount });
  book.postSystem({ shard, accountId: revenueAccount(currency), currency, amount });
};

const insertCredits = async (tx: Transaction, gifts: readonly GiftSent[], batch: Batch): Promise<readonly GiftSent[]> => {
  const rows = await tx.query<{ readonly order_id: string }>({
    name: 'insertCredits',
    text: INSERT_CREDITS,
    values: [
      plain(gifts.map((gift) => shardOf(gift.receiverId))),
      uuids(gifts.map((gift) => gift.orderId)),
      batch.id,
      batch.at,
      texts(gifts.map((gift) => gift.receiverId)),
    ],
  });
  const fresh = new Set(rows.map((row) => row.order_id));
  return gifts.filter((gift) => fresh.has(gift.orderId));
};

// A feed that is read again (RESET) hands over events that were credited long ago: their rows are there, and only the others come back.
const INSERT_CREDITS = `/* insertCredits */
  INSERT INTO gift_credit (shard, order_id, batch_id, credited_at, receiver_id)
  SELECT n.shard, n.order_id, $3::uuid, $4::timestamptz, n.receiver_id
  FROM unnest($1::int[], $2::uuid[], $5::text[]) AS n (shard, order_id, receiver_id)
  ON CONFLICT DO NOTHING
  RETURNING order_id`;
