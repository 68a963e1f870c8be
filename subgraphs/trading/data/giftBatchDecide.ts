import { fingerprintOf } from '#platform/idempotency.ts';
import { newIdInShard, shardIndexOf } from '#platform/ids.ts';
import {
  decideGift,
  type GiftDecision,
  type GiftErrorCode,
  type GiftItem,
  type GiftWish,
  giftError,
  isGiftErrorCode,
} from '../domain/gift.ts';
import type { GiftOrder } from '../domain/giftOrder.ts';
import { diamondsFor, transitAccount } from '../domain/ledger.ts';
import { answerName, type StoredAnswer } from './answers.ts';
import type { BatchState, GiftOutcome, WishOutcome } from './giftBatchState.ts';

/** Decides one wish and notes in the state what it changes, so that the next wish of the batch sees it. The key comes before everything else: what was answered
 * stays answered, whatever has become of the gift, the stream and the coins. */
export const decideWish = (wish: GiftWish, state: BatchState): WishOutcome => {
  const fingerprint = fingerprintOfWish(wish);
  const name = answerName(wish.senderId, wish.idempotencyKey);
  const stored = state.answers.get(name);
  if (stored !== undefined) return wish.items.map(() => repeatAnswer(wish, fingerprint, stored, state));
  return wish.items.map((item) => {
    const outcome = decideItem(wish, item, state);
    const answer = {
      actorId: wish.senderId,
      key: wish.idempotencyKey,
      fingerprint,
      refusal: outcome.ok ? null : outcome.error.code,
      resultId: outcome.ok ? outcome.order.id : null,
    };
    state.answers.set(name, answer);
    state.newAnswers.push(answer);
    return outcome;
  });
};

const fingerprintOfWish = ({ items }: GiftWish): string =>
  fingerprintOf('sendGift', ...items.flatMap(({ streamId, giftId, quantity }) => [streamId, giftId, quantity]));

const decideItem = (wish: GiftWish, item: GiftItem, state: BatchState): GiftOutcome => {
  const decision = decideGift(wish, item, {
    coins: state.book.walletOf(wish.senderId).coins,
    gift: state.catalogue.get(item.giftId) ?? null,
    stream: state.streams.get(item.streamId) ?? null,
    now: state.now,
  });
  return decision.ok ? placeOrder(wish, item, decision, state) : refusal(wish, decision.refusal, state);
};

const placeOrder = (
  { senderId }: GiftWish,
  { quantity }: GiftItem,
  { gift, stream, coins }: GiftDecision & { readonly ok: true },
  state: BatchState,
): GiftOutcome => {
  const from = shardIndexOf(senderId);
  const id = newIdInShard(from, state.now.getTime());
  const wallet = state.book.post({ ownerId: senderId, currency: 'COINS', amount: -coins, causeId: id });
  const order: GiftOrder = {
    id,
    senderId,
    receiverId: stream.streamerId,
    streamId: stream.id,
    giftId: gift.id,
    priceVersion: gift.priceVersion,
    priceCoins: gift.priceCoins,
    quantity,
    coins,
    diamonds: diamondsFor(coins),
    createdAt: state.now,
    entrySeq: wallet.version,
    cancellableUntil: null,
  };
  const account = transitAccount(from, shardIndexOf(stream.streamerId), 'COINS');
  state.book.postSystem({ shard: wallet.shard, accountId: account, currency: 'COINS', amount: coins });
  state.orders.set(order.id, order);
  state.newOrders.push(order);
  return { ok: true, order, wallet, repeated: false };
};

const refusal = ({ senderId }: GiftWish, code: GiftErrorCode, state: BatchState): GiftOutcome => ({
  ok: false,
  error: giftError(code),
  wallet: state.book.walletOf(senderId),
});

const repeatAnswer = (wish: GiftWish, fingerprint: string, stored: StoredAnswer, state: BatchState): GiftOutcome => {
  if (stored.fingerprint !== fingerprint) return refusal(wish, 'IDEMPOTENCY_CONFLICT', state);
  if (stored.refusal !== null) return refusal(wish, parseRefusal(stored.refusal), state);
  const order = state.orders.get(stored.resultId ?? '');
  if (order === undefined)
    throw new Error(`the answer to key ${stored.key} of ${stored.actorId} names order ${stored.resultId}, which does not exist`);
  return { ok: true, order, wallet: state.book.walletOf(wish.senderId), repeated: true };
};

const parseRefusal = (code: string): GiftErrorCode => {
  if (isGiftErrorCode(code)) return code;
  throw new Error(`a stored answer refuses a gift with ${code}, which this version does not know: update it`);
};
