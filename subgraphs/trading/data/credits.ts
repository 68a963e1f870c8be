import { plain, texts } from '#platform/database/arrays.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import { type Consumer, startConsumer } from '#platform/feed/consumer.ts';
import type { FeedEvent, FeedSource } from '#platform/feed/feed.ts';
import { newId, shardAt, shardIndexOf, shardOf } from '#platform/ids.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { type Book, ISSUANCE_ACCOUNT, mirrorAccount, openBook, revenueAccount, type SpendableCurrency } from '../domain/ledger.ts';
import { GIFT_FEEDS, type GiftSent, parseGiftSent } from '../events.ts';
import { addToGiftTotals } from './giftTotals.ts';
import { writeBook } from './ledger.ts';
import type { WalletHints } from './walletHints.ts';
import { lockWallets } from './wallets.ts';

export interface CreditConsumerOptions {
  /** Unique per destination: retention in the source passes none of them. Default: that of the one and only database. */
  readonly name?: string;
  readonly database: Database;
  /** Trading's own feeds. */
  readonly source: FeedSource;
  /** Whether the wallet of that receiver is in this database (default: all are). Everybody's gifts come along; those of others are left to theirs. */
  readonly isHere?: (ownerId: string) => boolean;
  readonly telemetry: Telemetry;
  readonly walletHints: WalletHints;
}

const CREDIT_CONSUMER = 'trading.credits';
const everybody = (): boolean => true;
/** Receivers are promised their credit within a second. With a tenth of it between two batches, the platform's accounts, which nearly every gift touches, are written
 * once for many gifts. */
const CREDIT_INTERVAL_MS = 100;

/** Credits receivers with what was sent to them: once per order, summed up per batch, behind the gifts by a few milliseconds. Several processes may run it. */
export const startCreditConsumer = ({
  name = CREDIT_CONSUMER,
  database,
  source,
  isHere = everybody,
  telemetry,
  walletHints,
}: CreditConsumerOptions): Consumer =>
  startConsumer({
    name,
    source,
    feeds: GIFT_FEEDS,
    database,
    telemetry,
    intervalMs: CREDIT_INTERVAL_MS,
    apply: async (tx, events) => {
      const credited = await creditGifts(tx, events, new Date(), isHere);
      tx.afterCommit(() => walletHints.publish(credited.map((gift) => gift.receiverId)));
    },
    onReset: (feed, reason) =>
      telemetry.log.error(
        { feed, reason },
        'the gift feed is another log than before: reading it again from its start, credits are deduplicated by order',
      ),
  });

/** Credits the receivers of a batch of events, as far as `isHere`, inside the effect transaction and answers with the gifts that were not credited before. Seven statements at
 * most, however many events. */
export const creditGifts = async (
  tx: Transaction,
  events: readonly FeedEvent[],
  now: Date,
  isHere: (ownerId: string) => boolean = everybody,
): Promise<readonly GiftSent[]> => {
  const gifts = events.flatMap((event) => parseGiftSent(event) ?? []).filter(({ receiverId }) => isHere(receiverId));
  // By order: what is there twice in one batch would come back from the insert once and be credited twice.
  const sent = [...new Map(gifts.map((gift) => [gift.orderId, gift])).values()];
  if (sent.length === 0) return [];
  const batchId = newId(now.getTime());
  const [fresh, locked] = await Promise.all([
    insertCredits(tx, sent, batchId, now),
    lockWallets(
      tx,
      sent.map((gift) => gift.receiverId),
    ),
  ]);
  if (fresh.length === 0) return [];
  const book = openBook(locked, now);
  postCredits(book, fresh);
  await Promise.all([writeBook(tx, book.close(), batchId), addToGiftTotals(tx, fresh, now)]);
  return fresh;
};

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

const insertCredits = async (tx: Transaction, gifts: readonly GiftSent[], batchId: string, at: Date): Promise<readonly GiftSent[]> => {
  const rows = await tx.query<{ readonly order_id: string }>({
    name: 'insertCredits',
    text: INSERT_CREDITS,
    values: [
      plain(gifts.map((gift) => shardOf(gift.receiverId))),
      plain(gifts.map((gift) => gift.orderId)),
      batchId,
      at,
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
