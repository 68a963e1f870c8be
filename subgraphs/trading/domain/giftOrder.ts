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
}

/** Whether somebody sent or received it. Nobody else may see it. */
export const isPartyTo = (order: Pick<GiftOrder, 'senderId' | 'receiverId'>, userId: string): boolean =>
  order.senderId === userId || order.receiverId === userId;
