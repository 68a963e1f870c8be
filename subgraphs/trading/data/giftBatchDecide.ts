import { newIdInShard, shardIndexOf } from '#platform/ids.ts';
import { comboAfter } from '../domain/combo.ts';
import { decideGift, type GiftDecision, type GiftItem, type GiftWish, reservedOrderOf } from '../domain/gift.ts';
import { giftError } from '../domain/giftError.ts';
import type { GiftOrder, NewGiftOrder } from '../domain/giftOrder.ts';
import { cancellableUntil } from '../domain/hold.ts';
import { type Book, diamondsFor, holdsAccount, type SpendableCurrency, transitAccount } from '../domain/ledger.ts';
import { countedDay, limitsOf, spendingAfter } from '../domain/limits.ts';
import type { PaymentSplit } from '../domain/paymentSplit.ts';
import type { StoredAnswer } from './answers.ts';
import {
  errorOfStored,
  fingerprintOfWish,
  giftsOfAnswer,
  type StoredGift,
  toStoredAnswer,
  toStoredRefusal,
  wishName,
} from './giftAnswers.ts';
import { type BatchState, type GiftOutcome, markBatch, type WishOutcome } from './giftBatchState.ts';
import { senderGiftName } from './senderGifts.ts';
import { senderStreamName } from './senderStreams.ts';

/** Decides one wish and notes in the state what it changes, so that the next wish of the batch sees it. The key comes before everything else: what was answered
 * stays answered, whatever has become of the gift, the stream and the coins. */
export const decideWish = (wish: GiftWish, state: BatchState): WishOutcome => {
  const name = wishName(wish);
  const stored = state.answers.get(name);
  if (stored !== undefined) return repeatAnswer(wish, stored, state);
  if (wish.items.some((item) => item.stock === undefined && isLimited(item, state))) return undecided(wish, 'SOLD_OUT', state);
  if (wish.items.some(({ stock }) => stock === 'KEY_IN_USE')) return undecided(wish, 'IDEMPOTENCY_CONFLICT', state);
  const rollback = wish.items.some(({ stock }) => stock === 'NOT_ASKED') ? markBatch(state) : null;
  const gifts = decideItems(wish, state);
  if (rollback !== null && gifts.some((gift, place) => 'orderId' in gift && wish.items[place]?.stock === 'NOT_ASKED')) {
    rollback();
    return undecided(wish, 'SOLD_OUT', state);
  }
  const answer = toStoredAnswer(wish, gifts);
  state.answers.set(name, answer);
  state.newAnswers.push(answer);
  return outcomesOf(wish, gifts, state, false);
};

const isLimited = ({ giftId }: GiftItem, { catalogue }: BatchState): boolean => catalogue.get(giftId)?.limited === true;

// Pieces are set aside in the stock's own lane, before this one: whoever submitted a wish without that, or wrongly took it for one that is refused anyway, does it now and submits it again. Nothing
// is stored.
const undecided = (wish: GiftWish, code: 'SOLD_OUT' | 'IDEMPOTENCY_CONFLICT', state: BatchState): WishOutcome => {
  const wallet = state.book.walletOf(wish.senderId);
  const error = giftError(code);
  const isUnreserved = (item: GiftItem): boolean => (item.stock === undefined || item.stock === 'NOT_ASKED') && isLimited(item, state);
  return wish.items.map((item) => ({ ok: false, error, wallet, undecided: isUnreserved(item) ? 'UNRESERVED' : 'OTHER' }));
};

const NOT_SENT: StoredGift = { code: 'OTHER_ITEM_REFUSED' };

const decideItems = (wish: GiftWish, state: BatchState): readonly StoredGift[] => {
  if (wish.mode === 'ONE' || wish.mode === 'CONTINUE') return wish.items.map((item) => decideItem(wish, item, state));
  const rollback = markBatch(state);
  const gifts: StoredGift[] = [];
  for (const item of wish.items) {
    const gift = decideItem(wish, item, state);
    gifts.push(gift);
    if ('orderId' in gift) continue;
    if (wish.mode === 'ATOMIC') {
      rollback();
      gifts.fill(NOT_SENT, 0, -1);
    }
    break;
  }
  return [...gifts, ...wish.items.slice(gifts.length).map(() => NOT_SENT)];
};

const decideItem = (wish: GiftWish, item: GiftItem, state: BatchState): StoredGift => {
  const wallet = state.book.walletOf(wish.senderId);
  const giftOfDay = state.senderGifts.get(senderGiftName({ senderId: wish.senderId, giftId: item.giftId }));
  const decision = decideGift(wish, item, {
    gift: state.catalogue.get(item.giftId) ?? null,
    stream: state.streams.get(item.streamId) ?? null,
    coins: wallet.coins,
    bonusCoins: wallet.bonusCoins,
    frozen: wallet.frozen,
    pieces: wallet.backpackPieces === 0 ? 0 : state.backpacks.piecesOf(wish.senderId, item.giftId),
    rules: wallet.rules,
    limits: limitsOf(wallet.rules, state.policy, state.now),
    spending: wallet.spending,
    sessionCoins: state.senderStreams.get(senderStreamName({ senderId: wish.senderId, streamId: item.streamId }))?.coins ?? 0n,
    piecesToday: giftOfDay !== undefined && giftOfDay.day === countedDay(giftOfDay.day, state.now) ? giftOfDay.pieces : 0,
    now: state.now,
  });
  return decision.ok ? { orderId: placeOrder(wish, item, decision, state).id } : toStoredRefusal(decision.refusal, decision.detail);
};

type Accepted = GiftDecision & { readonly ok: true };

const placeOrder = ({ senderId }: GiftWish, item: GiftItem, { gift, stream, payment }: Accepted, state: BatchState): NewGiftOrder => {
  const nowMs = state.now.getTime();
  const { quantity } = item;
  const reserved = reservedOrderOf(item);
  const id = reserved ?? newIdInShard(shardIndexOf(senderId), nowMs);
  const name = senderStreamName({ senderId, streamId: stream.id });
  const session = state.senderStreams.get(name);
  const windowMs = (gift.comboWindowSeconds ?? state.policy.comboWindowSeconds) * 1_000;
  const combo = comboAfter(session?.combo ?? null, { orderId: id, giftId: gift.id, quantity, nowMs, windowMs });
  const continues = combo.id !== id;
  const sent = {
    id,
    senderId,
    receiverId: stream.streamerId,
    giftId: gift.id,
    quantity,
    cancellableUntil: cancellableUntil(gift, state.now),
    ...payment,
  };
  const order: NewGiftOrder = {
    ...sent,
    streamId: stream.id,
    priceVersion: gift.priceVersion,
    priceCoins: gift.priceCoins,
    diamonds: diamondsFor(payment.coins),
    comboId: continues ? combo.id : null,
    comboCount: continues ? combo.count : null,
    createdAt: state.now,
    entrySeq: pay(sent, state),
    contents: gift.items,
    stockPieces: reserved === null ? null : quantity - payment.backpackPieces,
  };
  const spent = { coins: (session?.coins ?? 0n) + payment.coins, isNew: session?.isNew ?? true };
  state.senderStreams.set(name, { senderId, streamId: stream.id, ...spent, combo });
  if (gift.dailyQuantityMax !== null) countPieces(sent, state);
  state.orders.set(id, order);
  state.newOrders.push(order);
  return order;
};

/** What paying depends on. */
type Sent = Pick<GiftOrder, 'id' | 'senderId' | 'receiverId' | 'giftId' | 'quantity' | 'cancellableUntil'> & PaymentSplit;

const countPieces = ({ senderId, giftId, quantity }: Sent, { senderGifts, now }: BatchState): void => {
  const name = senderGiftName({ senderId, giftId });
  const before = senderGifts.get(name);
  const day = countedDay(before?.day ?? 0, now);
  senderGifts.set(name, { senderId, giftId, day, pieces: (before?.day === day ? before.pieces : 0) + quantity });
};

/** Takes what a gift costs from its sender. Answers with the seq of the last entry; null when it cost no coins of any kind. */
const pay = (sent: Sent, { book, backpacks, policy, now }: BatchState): bigint | null => {
  const { id, senderId, giftId, backpackPieces, coins, bonusCoins } = sent;
  if (backpackPieces > 0) {
    backpacks.take({ ownerId: senderId, giftId, pieces: backpackPieces, orderId: id });
    book.changePieces(senderId, -backpackPieces);
  }
  book.setSpending(senderId, spendingAfter(book.walletOf(senderId).spending, coins, policy.velocityWindowSeconds * 1_000, now));
  if (coins > 0n) debit(book, sent, 'COINS', coins);
  if (bonusCoins > 0n) debit(book, sent, 'BONUS_COINS', bonusCoins);
  return coins > 0n || bonusCoins > 0n ? book.walletOf(senderId).version : null;
};

// What may be taken back waits; all else is on its way at once.
const debit = (
  book: Book,
  { id, senderId, receiverId, cancellableUntil: until }: Sent,
  currency: SpendableCurrency,
  amount: bigint,
): void => {
  const { shard } = book.post({ ownerId: senderId, currency, amount: -amount, causeId: id });
  const account = until === null ? transitAccount(shardIndexOf(senderId), shardIndexOf(receiverId), currency) : holdsAccount(currency);
  book.postSystem({ shard, accountId: account, currency, amount });
};

const repeatAnswer = (wish: GiftWish, stored: StoredAnswer, state: BatchState): WishOutcome => {
  if (stored.fingerprint === fingerprintOfWish(wish)) return outcomesOf(wish, giftsOfAnswer(stored, wish.items.length), state, true);
  const error = giftError('IDEMPOTENCY_CONFLICT');
  const wallet = state.book.walletOf(wish.senderId);
  return wish.items.map(() => ({ ok: false, error, wallet }));
};

const outcomesOf = (wish: GiftWish, gifts: readonly StoredGift[], { book, orders }: BatchState, repeated: boolean): WishOutcome => {
  const wallet = book.walletOf(wish.senderId);
  return gifts.map((gift): GiftOutcome => {
    if (!('orderId' in gift)) return { ok: false, error: errorOfStored(gift), wallet };
    const order = orders.get(gift.orderId);
    if (order === undefined)
      throw new Error(`the answer to key ${wish.idempotencyKey} of ${wish.senderId} names order ${gift.orderId}, which does not exist`);
    return { ok: true, order, wallet, repeated };
  });
};
