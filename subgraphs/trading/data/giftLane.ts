import type { Database, Transaction } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { fingerprintOf } from '#platform/idempotency.ts';
import { newId, newIdInShard, shardIndexOf } from '#platform/ids.ts';
import { createLane, type Lane } from '#platform/lane/lane.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import {
  type CatalogueGift,
  decideGift,
  type GiftCommand,
  type GiftDecision,
  type GiftError,
  type GiftErrorCode,
  giftError,
  isGiftErrorCode,
  type KnownStream,
} from '../domain/gift.ts';
import type { GiftOrder } from '../domain/giftOrder.ts';
import { type Book, diamondsFor, openBook, transitAccount, type WalletState } from '../domain/ledger.ts';
import { giftSentEvent } from '../events.ts';
import { answerName, findAnswers, insertAnswers, type StoredAnswer } from './answers.ts';
import { readGifts } from './catalogue.ts';
import { insertGiftOrders, readGiftOrders } from './giftOrders.ts';
import { writeBook } from './ledger.ts';
import { readStreams } from './streams.ts';
import type { WalletHints } from './walletHints.ts';
import { lockWallets } from './wallets.ts';

/** What became of a gift. `wallet` is the sender's after the decision (with a repeated key: as it is now). `repeated`: the stored answer to an earlier call. */
export type GiftOutcome =
  | { readonly ok: true; readonly order: GiftOrder; readonly wallet: WalletState; readonly repeated: boolean }
  | { readonly ok: false; readonly error: GiftError; readonly wallet: WalletState };

export type GiftLane = Lane<GiftCommand, GiftOutcome>;

export interface GiftLaneOptions {
  readonly database: Database;
  readonly feeds: Feeds;
  readonly telemetry: Telemetry;
  readonly walletHints: WalletHints;
}

/** Gifts per transaction at most. More saves little per gift and makes everybody wait longer. */
const GIFT_BATCH_MAX = 1_000;

/** The lane through which every gift goes. */
export const openGiftLane = ({ database, feeds, telemetry, walletHints }: GiftLaneOptions): GiftLane => {
  const gifts = telemetry.counter('fanfare_gifts_total', 'Gift orders accepted (debited and committed).');
  const coins = telemetry.counter('fanfare_gift_coins_total', 'Coins spent on gifts.');
  return createLane<GiftCommand, GiftOutcome>({
    name: 'gifts',
    database,
    telemetry,
    actorOf: (command) => command.senderId,
    batchMax: GIFT_BATCH_MAX,
    run: async (tx, batch) => {
      const { outcomes, orders } = await runGiftBatch(tx, feeds, batch, new Date());
      tx.afterCommit(() => {
        gifts.inc(undefined, orders.length);
        coins.inc(undefined, Number(orders.reduce((sum, order) => sum + order.coins, 0n)));
        walletHints.publish(orders.map((order) => order.senderId));
      });
      return outcomes;
    },
  });
};

/** Decides and writes one batch of gifts inside an open transaction, in arrival order. Twelve statements at most (and the feed's), however many gifts. */
export const runGiftBatch = async (
  tx: Transaction,
  feeds: Feeds,
  batch: readonly GiftCommand[],
  now: Date,
): Promise<{ readonly outcomes: readonly GiftOutcome[]; readonly orders: readonly GiftOrder[] }> => {
  // Statements run in the order of these calls: keys are looked up when the wallets are held. Newcomers' wallets are made after that; one that appeared in the
  // meantime has the whole transaction begin again.
  const [locked, stored, catalogue, streams] = await Promise.all([
    lockWallets(
      tx,
      batch.map((command) => command.senderId),
    ),
    findAnswers(
      tx,
      batch.map((command) => ({ actorId: command.senderId, key: command.idempotencyKey })),
    ),
    readGifts(
      tx,
      batch.map((command) => command.giftId),
    ),
    readStreams(
      tx,
      batch.map((command) => command.streamId),
    ),
  ]);
  const earlier = await readGiftOrders(
    tx,
    [...stored.values()].flatMap((answer) => answer.resultId ?? []),
  );
  const state: BatchState = {
    book: openBook(locked),
    answers: new Map(stored),
    orders: new Map(earlier),
    catalogue,
    streams,
    now,
    newAnswers: [],
    newOrders: [],
  };
  const outcomes = batch.map((command) => decide(command, state));
  if (state.newAnswers.length > 0) await writeDecisions(tx, feeds, state);
  return { outcomes, orders: state.newOrders };
};

interface BatchState {
  readonly book: Book;
  /** By answerName: those stored before, then also those of this batch. */
  readonly answers: Map<string, StoredAnswer>;
  /** Orders that those answers name. */
  readonly orders: Map<string, GiftOrder>;
  readonly catalogue: ReadonlyMap<string, CatalogueGift>;
  readonly streams: ReadonlyMap<string, KnownStream>;
  readonly now: Date;
  readonly newAnswers: StoredAnswer[];
  readonly newOrders: GiftOrder[];
}

// The key comes before everything else: what was answered stays answered, whatever has become of the gift, the stream and the coins.
const decide = (command: GiftCommand, state: BatchState): GiftOutcome => {
  const fingerprint = fingerprintOf('sendGift', command.streamId, command.giftId, command.quantity);
  const name = answerName(command.senderId, command.idempotencyKey);
  const stored = state.answers.get(name);
  if (stored !== undefined) return repeatAnswer(command, fingerprint, stored, state);
  const decision = decideGift(command, {
    coins: state.book.walletOf(command.senderId).coins,
    gift: state.catalogue.get(command.giftId) ?? null,
    stream: state.streams.get(command.streamId) ?? null,
    now: state.now,
  });
  const outcome = decision.ok ? placeOrder(command, decision, state) : refusal(command, decision.refusal, state);
  const answer = {
    actorId: command.senderId,
    key: command.idempotencyKey,
    fingerprint,
    refusal: outcome.ok ? null : outcome.error.code,
    resultId: outcome.ok ? outcome.order.id : null,
  };
  state.answers.set(name, answer);
  state.newAnswers.push(answer);
  return outcome;
};

const placeOrder = (
  command: GiftCommand,
  { gift, stream, coins }: GiftDecision & { readonly ok: true },
  state: BatchState,
): GiftOutcome => {
  const from = shardIndexOf(command.senderId);
  const order: GiftOrder = {
    id: newIdInShard(from, state.now.getTime()),
    senderId: command.senderId,
    receiverId: stream.streamerId,
    streamId: stream.id,
    giftId: gift.id,
    priceVersion: gift.priceVersion,
    priceCoins: gift.priceCoins,
    quantity: command.quantity,
    coins,
    diamonds: diamondsFor(coins),
    createdAt: state.now,
  };
  const wallet = state.book.post({ ownerId: command.senderId, currency: 'COINS', amount: -coins, causeId: order.id });
  const account = transitAccount(from, shardIndexOf(stream.streamerId));
  state.book.postSystem({ shard: wallet.shard, accountId: account, currency: 'COINS', amount: coins });
  state.orders.set(order.id, order);
  state.newOrders.push(order);
  return { ok: true, order, wallet, repeated: false };
};

const refusal = (command: GiftCommand, code: GiftErrorCode, state: BatchState): GiftOutcome => ({
  ok: false,
  error: giftError(code),
  wallet: state.book.walletOf(command.senderId),
});

const repeatAnswer = (command: GiftCommand, fingerprint: string, stored: StoredAnswer, state: BatchState): GiftOutcome => {
  if (stored.fingerprint !== fingerprint) return refusal(command, 'IDEMPOTENCY_CONFLICT', state);
  if (stored.refusal !== null) return refusal(command, parseRefusal(stored.refusal), state);
  const order = state.orders.get(stored.resultId ?? '');
  if (order === undefined)
    throw new Error(`the answer to key ${stored.key} of ${stored.actorId} names order ${stored.resultId}, which does not exist`);
  return { ok: true, order, wallet: state.book.walletOf(command.senderId), repeated: true };
};

const parseRefusal = (code: string): GiftErrorCode => {
  if (isGiftErrorCode(code)) return code;
  throw new Error(`a stored answer refuses a gift with ${code}, which this version does not know: update it`);
};

const writeDecisions = async (tx: Transaction, feeds: Feeds, { book, newAnswers, newOrders, now }: BatchState): Promise<void> => {
  const answers = insertAnswers(tx, newAnswers, now);
  if (newOrders.length === 0) return answers;
  // The order of these calls is the order of the locks: wallets, the platform's accounts, feeds.
  await Promise.all([
    answers,
    insertGiftOrders(tx, newOrders, now),
    writeBook(tx, book.close(), { id: newId(now.getTime()), at: now }),
    feeds.append(tx, newOrders.map(giftSentEvent)),
  ]);
};
