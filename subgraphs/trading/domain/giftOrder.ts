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
  /** What all pieces cost together. */
  readonly coins: bigint;
  /** What the receiver earns. */
  readonly diamonds: bigint;
  readonly createdAt: Date;
  /** Seq of the last entry by which the sender's wallet paid; null when no coins of any kind were paid. */
  readonly entrySeq: bigint | null;
  /** Until when the sender may take it back; null: not at all. */
  readonly cancellableUntil: Date | null;
}

/** Whether somebody sent or received it. Nobody else may see it. */
export const isPartyTo = (order: Pick<GiftOrder, 'senderId' | 'receiverId'>, userId: string): boolean =>
  order.senderId === userId || order.receiverId === userId;
