import type { Database, Transaction } from '#platform/database/database.ts';
import { type Consumer, startConsumer } from '#platform/feed/consumer.ts';
import type { FeedEvent, FeedSource } from '#platform/feed/feed.ts';
import { shardOf } from '#platform/ids.ts';
import { createLane, type Lane } from '#platform/lane/lane.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { openStockBook, type SettleCommand, type StockCommand, type StockOutcome, type StoredReservation } from '../domain/stock.ts';
import { parseStockNews, STOCK_FEEDS } from '../events.ts';
import type { ByShard } from './partitions.ts';
import { findReservations, insertReservations, lockStocks, readReservations, updateReservations, updateStocks } from './stockRows.ts';

export type StockLane = Lane<StockCommand, StockOutcome>;

export interface StockLaneOptions {
  readonly database: Database;
  readonly telemetry: Telemetry;
}

/** Commands per transaction at most: a sale has one hot row, which is written once per batch. */
const STOCK_BATCH_MAX = 1_000;

/** The lane of the stocks of one database: sets pieces aside, counts them as sold, takes them back. */
export const openStockLane = ({ database, telemetry }: StockLaneOptions): StockLane => {
  const meter = stockMeter(telemetry);
  return createLane<StockCommand, StockOutcome>({
    name: 'stock',
    database,
    telemetry,
    actorOf: actorOfCommand,
    batchMax: STOCK_BATCH_MAX,
    run: async (tx, batch) => {
      const { outcomes, changed } = await runStockBatch(tx, batch, new Date());
      tx.afterCommit(() => meter(changed));
      return outcomes;
    },
  });
};

// Nobody fills the queue with other people's reservations: only a buyer reserves, and what settles a reservation is ours.
const actorOfCommand = (command: StockCommand): string => (command.kind === 'reserve' ? command.payerId : command.orderId);

export interface StockConsumerOptions extends ByShard {
  /** Unique per destination. */
  readonly name: string;
  readonly database: Database;
  /** Trading's own feeds. */
  readonly source: FeedSource;
  /** Whether the stock of that gift is in this database. */
  readonly isHere: (giftId: string) => boolean;
  readonly telemetry: Telemetry;
}

/** Counts pieces as sold when the order that they were set aside for is paid, and takes them back when it is taken back: once each, also when a feed is read again. */
export const startStockConsumer = ({ name, database, source, isHere, telemetry, inShard }: StockConsumerOptions): Consumer => {
  const meter = stockMeter(telemetry);
  const settle = async (tx: Transaction, events: readonly FeedEvent[], isOurs: (giftId: string) => boolean): Promise<void> => {
    const changed = await applyStockNews(tx, events, new Date(), isOurs);
    tx.afterCommit(() => meter(changed));
  };
  // The cursor rows are in the shards of the feeds. A reservation is settled once, so this may come before the cursors move, and come again.
  const shardByShard = async (events: readonly FeedEvent[]): Promise<void> => {
    const giftIds = events.flatMap((event) => parseStockNews(event)?.giftId ?? []);
    for (const shard of new Set(giftIds.filter(isHere).map(shardOf))) {
      await inShard?.(shard).transaction('stock', (tx) => settle(tx, events, (giftId) => shardOf(giftId) === shard));
    }
  };
  return startConsumer({
    name,
    source,
    feeds: STOCK_FEEDS,
    database,
    telemetry,
    ...(inShard === undefined
      ? { apply: (tx, events) => settle(tx, events, isHere) }
      : { ahead: shardByShard, apply: async () => undefined }),
    onReset: (feed, reason) =>
      telemetry.log.error(
        { feed, reason },
        'the stock feed is another log than before: reading it again, every reservation is settled once',
      ),
  });
};

/** Settles what a batch of events says about gifts of this database. Answers with the reservations that it changed. Five statements at most. */
export const applyStockNews = async (
  tx: Transaction,
  events: readonly FeedEvent[],
  now: Date,
  isHere: (giftId: string) => boolean,
): Promise<readonly StoredReservation[]> => {
  const commands = events
    .flatMap((event) => parseStockNews(event) ?? [])
    .filter(({ giftId }) => isHere(giftId))
    .map(({ kind, ...of }): SettleCommand => ({ kind: kind === 'paid' ? 'confirm' : 'return', ...of }));
  return commands.length === 0 ? [] : (await runStockBatch(tx, commands, now)).changed;
};

/** Decides and writes one batch of commands inside an open transaction, in arrival order. Six statements at most, however many commands. */
const runStockBatch = async (
  tx: Transaction,
  batch: readonly StockCommand[],
  now: Date,
): Promise<{ readonly outcomes: readonly StockOutcome[]; readonly changed: readonly StoredReservation[] }> => {
  const wishes = batch.filter((command) => command.kind === 'reserve');
  const settles = batch.filter((command) => command.kind !== 'reserve');
  const [stocks, found, named] = await Promise.all([
    lockStocks(
      tx,
      batch.map(({ giftId }) => giftId),
    ),
    findReservations(tx, wishes),
    readReservations(tx, settles),
  ]);
  const book = openStockBook(stocks, [...found, ...named], now);
  const outcomes = batch.map((command) => book.decide(command));
  const changes = book.changes();
  await Promise.all([
    changes.newReservations.length > 0 && insertReservations(tx, changes.newReservations, now),
    changes.settled.length > 0 && updateReservations(tx, changes.settled, now),
    changes.stocks.length > 0 && updateStocks(tx, changes.stocks, now),
  ]);
  return { outcomes, changed: [...changes.newReservations, ...changes.settled] };
};

/** Counts what reservations have become. */
const stockMeter = (telemetry: Telemetry): ((changed: readonly StoredReservation[]) => void) => {
  const pieces = telemetry.counter('fanfare_stock_pieces_total', 'Pieces of limited gifts, by what became of them.', ['status']);
  return (changed) => {
    for (const { status, pieces: count, sold } of changed)
      pieces.inc({ status: status.toLowerCase() }, status === 'SOLD' || status === 'RETURNED' ? sold : count);
  };
};
