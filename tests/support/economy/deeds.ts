/** One gift of a wish. */
export interface Item {
  readonly streamId: string;
  readonly giftId: string;
  readonly quantity: number;
}

export interface GiftDeed {
  readonly kind: 'gift' | 'bulk';
  readonly actorId: string;
  readonly key: string;
  readonly mode: 'ONE' | 'ATOMIC' | 'CONTINUE' | 'STOP_AT_FIRST';
  readonly items: readonly Item[];
}

/** A buyer tries to pay an order; `declined-then-paid`: the first attempt fails and the second does not. */
export interface PayDeed {
  readonly kind: 'pay';
  readonly actorId: string;
  readonly key: string;
  readonly topUpId: string;
  readonly how: 'paid' | 'declined' | 'declined-then-paid';
}

/** What somebody does in the simulated economy: plain data, so that the same deed can be done again, and by another process. */
export type Deed =
  | GiftDeed
  | PayDeed
  | { readonly kind: 'topUp'; readonly actorId: string; readonly key: string; readonly productId: string }
  | { readonly kind: 'refund'; readonly actorId: string; readonly key: string; readonly orderId: string; readonly reason: string }
  | { readonly kind: 'bonus'; readonly actorId: string; readonly key: string; readonly userId: string; readonly coins: bigint }
  | { readonly kind: 'freeze' | 'unfreeze'; readonly actorId: string; readonly key: string; readonly userId: string }
  | {
      readonly kind: 'grantProps';
      readonly actorId: string;
      readonly key: string;
      readonly userId: string;
      readonly giftId: string;
      readonly pieces: number;
    }
  | {
      readonly kind: 'takeBackProps';
      readonly actorId: string;
      readonly key: string;
      readonly userId: string;
      readonly lotId: string;
      /** What the lot is of, and how many are left in it: the product is not told. */
      readonly giftId: string;
      readonly pieces: number;
    }
  | { readonly kind: 'cancel'; readonly actorId: string; readonly key: string; readonly orderId: string }
  | { readonly kind: 'refundTopUp'; readonly actorId: string; readonly key: string; readonly topUpId: string }
  | {
      readonly kind: 'restrict';
      readonly actorId: string;
      readonly key: string;
      readonly userId: string;
      readonly minor: boolean;
      readonly blocked: boolean;
      readonly dayMax: 0n | null;
      readonly sessionMax: bigint | null;
    };
