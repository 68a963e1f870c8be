import type { BundleItem } from './catalogue.ts';
import type { SpendableCurrency } from './ledger.ts';

/** A gift that was paid. Prices are those of the moment of the order, for ever. */
export interface GiftOrder {
  /** UUIDv7 with the sender's shard. */
  readonly id: string;
  readonly senderId: string;
  readonly receiverId: string;
  readonly streamId: string;
  readonly giftId: string;
  readonly priceVersion: number;
  readonly priceCoins: bigint;
  readonly quantity: number;
  /** Paid in bought coins, in bonus coins and with pieces out of the backpack: together they make up the price. */
  readonly coins: bigint;
  readonly bonusCoins: bigint;
  readonly backpackPieces: number;
  /** What the receiver earns: for bought coins only. */
  readonly diamonds: bigint;
  /** The combo that it continues, and the pieces in that up to here; null: it began one. */
  readonly comboId: string | null;
  readonly comboCount: number | null;
  readonly createdAt: Date;
  /** Seq of the last entry by which the sender's wallet paid; null when no coins of any kind were paid. */
  readonly entrySeq: bigint | null;
  /** Until when the sender may take it back; null: not at all. */
  readonly cancellableUntil: Date | null;
}

/** An order that is being placed, with what its event says of the catalogue. */
export interface NewGiftOrder extends GiftOrder {
  /** What is in the bundle; empty for a single gift. */
  readonly contents: readonly BundleItem[];
  /** Pieces that it takes from the gift's stock, in which they were set aside under its id; null: nothing was. */
  readonly stockPieces: number | null;
}

/** Consecutive same gifts by one sender in one stream. */
export interface GiftCombo {
  /** The id of the order that began it. */
  readonly id: string;
  /** Pieces from its beginning up to and with this order. */
  readonly count: number;
}

/** What all pieces of an order cost by price, however they were paid. */
export const costOf = ({ priceCoins, quantity }: Pick<GiftOrder, 'priceCoins' | 'quantity'>): bigint => priceCoins * BigInt(quantity);

/** The combo that an order belongs to: perhaps it alone. */
export const comboOf = ({ id, quantity, comboId, comboCount }: GiftOrder): GiftCombo => ({
  id: comboId ?? id,
  count: comboCount ?? quantity,
});

/** PENDING: the sender may still take the gift back, or its time has come and nobody has sent it yet. The other three are final: sent, taken back, given back
 * because nobody could send it in time. */
export type HoldStatus = 'PENDING' | 'POSTED' | 'VOIDED' | 'EXPIRED';

/** How an order was given back. */
export interface GiftRefund {
  /** UUIDv7, also the id of its event. */
  readonly id: string;
  readonly orderId: string;
  readonly operatorId: string;
  /** The operator's idempotencyKey. */
  readonly key: string;
  readonly reason: string;
  readonly receiverId: string;
  /** What the receiver gave back. */
  readonly diamonds: bigint;
  /** What the receiver no longer had. */
  readonly diamondsLost: bigint;
  readonly refundedAt: Date;
}

/** What has become of an order on the receiver's side. */
export interface Settlement {
  readonly settledAt: Date;
  readonly refund: GiftRefund | null;
}

/** What an order took from its sender in one currency, and what it left there. */
export interface Payment {
  readonly currency: SpendableCurrency;
  readonly amount: bigint;
  readonly balanceAfter: bigint;
}

/** What has become of an order. `hold` null: it never could be taken back; `settlement` null: its receiver is not credited. */
export interface OrderStanding {
  readonly hold: HoldStatus | null;
  readonly settlement: Settlement | null;
}

/** What has become of an order at the moment at which it is placed. */
export const standingOfNew = ({ cancellableUntil }: Pick<GiftOrder, 'cancellableUntil'>): OrderStanding => ({
  hold: cancellableUntil === null ? null : 'PENDING',
  settlement: null,
});

/** Counts the steps of an order: of two standings of one order the one with the higher rank is newer. `isReturned`: its refund has arrived. */
export const standingRank = (standing: OrderStanding, isReturned: boolean): number =>
  RANK_OF_STATUS[orderStatus(standing)] + (isReturned ? 1 : 0);

export type GiftOrderStatus = 'PENDING' | 'ACCEPTED' | 'SETTLED' | 'CANCELLED' | 'EXPIRED' | 'REFUNDED';

/** How far an order has come. */
export const orderStatus = ({ hold, settlement }: OrderStanding): GiftOrderStatus => {
  if (settlement !== null) return settlement.refund === null ? 'SETTLED' : 'REFUNDED';
  return hold === null ? 'ACCEPTED' : STATUS_OF_HOLD[hold];
};

const RANK_OF_STATUS: Readonly<Record<GiftOrderStatus, number>> = {
  PENDING: 0,
  ACCEPTED: 1,
  CANCELLED: 1,
  EXPIRED: 1,
  SETTLED: 2,
  REFUNDED: 3,
};

const STATUS_OF_HOLD: Readonly<Record<HoldStatus, GiftOrderStatus>> = {
  PENDING: 'PENDING',
  POSTED: 'ACCEPTED',
  VOIDED: 'CANCELLED',
  EXPIRED: 'EXPIRED',
};

/** Who looks at orders. `id` null: nobody who is signed in. */
export interface OrderViewer {
  readonly id: string | null;
  readonly scopes: readonly string[];
}

/** What somebody has, spends and buys is shown to them and to operators. */
export const mayViewBalance = (ownerId: string, { id, scopes }: OrderViewer): boolean => ownerId === id || scopes.includes('ops:read');
