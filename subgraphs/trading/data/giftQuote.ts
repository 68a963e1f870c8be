import type { Queryable } from '#platform/database/database.ts';
import type { GiftItem, GiftWish } from '../domain/gift.ts';
import { type GiftError, giftError } from '../domain/giftError.ts';
import { comboOf, costOf } from '../domain/giftOrder.ts';
import type { WalletState } from '../domain/ledger.ts';
import { limitsOf } from '../domain/limits.ts';
import type { PaymentSplit } from '../domain/paymentSplit.ts';
import { decideWish } from './giftBatchDecide.ts';
import { readGiftState } from './giftBatchLoad.ts';
import type { BatchState } from './giftBatchState.ts';
import { senderStreamName } from './senderStreams.ts';

/** What would become of a gift. Everything but the wallet and what is left of the limit is null where it does not apply. */
export interface GiftQuote {
  readonly refusal: GiftError | null;
  readonly coins: bigint | null;
  readonly priceCoins: bigint | null;
  readonly payment: PaymentSplit | null;
  readonly comboCount: number | null;
  readonly wallet: WalletState;
  readonly sessionCoinsLeft: bigint | null;
}

/** Decides a gift as the lane would, by the same rules on the same rows, without locks and without writing. The same statements as the lane's reads. */
export const quoteGift = async (
  db: Queryable,
  sender: Pick<GiftWish, 'senderId' | 'claims'>,
  item: GiftItem,
  now: Date,
): Promise<GiftQuote> => {
  const wish: GiftWish = { ...sender, idempotencyKey: '', mode: 'ONE', items: [item] };
  const state = await readGiftState(db, wish, now);
  const wallet = state.book.walletOf(wish.senderId);
  const sessionCoinsLeft = sessionLeft(wish.senderId, item.streamId, wallet, state);
  const gift = state.catalogue.get(item.giftId) ?? null;
  const price =
    gift === null
      ? { coins: null, priceCoins: null }
      : { coins: costOf({ priceCoins: gift.priceCoins, quantity: item.quantity }), priceCoins: gift.priceCoins };
  const [outcome] = decideWish(wish, state);
  if (outcome?.ok !== true)
    return { refusal: outcome?.error ?? giftError('GIFT_NOT_FOUND'), ...price, payment: null, comboCount: null, wallet, sessionCoinsLeft };
  const { backpackPieces, bonusCoins, coins } = outcome.order;
  const payment = { backpackPieces, bonusCoins, coins };
  return { refusal: null, ...price, payment, comboCount: comboOf(outcome.order).count, wallet, sessionCoinsLeft };
};

const sessionLeft = (senderId: string, streamId: string, { rules }: WalletState, state: BatchState): bigint | null => {
  const { sessionCoinsMax } = limitsOf(rules, state.policy, state.now);
  if (sessionCoinsMax === null) return null;
  const spent = state.senderStreams.get(senderStreamName({ senderId, streamId }))?.coins ?? 0n;
  return spent < sessionCoinsMax ? sessionCoinsMax - spent : 0n;
};
