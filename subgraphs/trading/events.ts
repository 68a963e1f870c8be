// The feeds that trading writes and follows.
//   writes   gifts/<shard index of the sender>    gift.sent
//            gifts/<shard index of the receiver>  gift.refunded
//   follows  gifts/<0–63> (its own)               credits receivers, gives refunds back to senders
//            streams/<0–63> of streaming          what trading knows of streams
import { z } from 'zod';
import type { FeedEvent, JsonObject, NewFeedEvent } from '#platform/feed/feed.ts';
import { feedsOfShards } from '#platform/feed/shard.ts';
import { shardAt, shardIndexOf, shardIndexOfId } from '#platform/ids.ts';
import { comboOf, costOf, type GiftOrder, type GiftRefund, type NewGiftOrder } from './domain/giftOrder.ts';

export const GIFT_FEEDS: readonly string[] = feedsOfShards('gifts');
export const STREAM_FEEDS: readonly string[] = feedsOfShards('streams');

export const GIFT_SENT = 'gift.sent';
const GIFT_SENT_V = 1;
export const GIFT_REFUNDED = 'gift.refunded';
const GIFT_REFUNDED_V = 1;

/** A gift that was paid; its receiver is credited from this. */
export interface GiftSent {
  readonly orderId: string;
  readonly senderId: string;
  readonly receiverId: string;
  readonly streamId: string;
  readonly giftId: string;
  readonly quantity: number;
  /** Paid in bought coins. */
  readonly coins: bigint;
  readonly bonusCoins: bigint;
  readonly diamonds: bigint;
}

/** The event of an order. It carries the order's id as its own: one order, one event. */
export const giftSentEvent = (order: NewGiftOrder): NewFeedEvent => {
  const shardIndex = shardIndexOf(order.senderId);
  const { id: comboId, count: comboCount } = comboOf(order);
  const payload: JsonObject = {
    orderId: order.id,
    senderId: order.senderId,
    receiverId: order.receiverId,
    streamId: order.streamId,
    giftId: order.giftId,
    quantity: order.quantity,
    cost: costOf(order).toString(),
    coins: order.coins.toString(),
    bonusCoins: order.bonusCoins.toString(),
    backpackPieces: order.backpackPieces,
    diamonds: order.diamonds.toString(),
    comboId,
    comboCount,
    ...(order.contents.length === 0 ? {} : { contents: order.contents.map(({ giftId, quantity }) => ({ giftId, quantity })) }),
    sentAt: order.createdAt.toISOString(),
  };
  return { feed: `gifts/${shardIndex}`, shard: shardAt(shardIndex), id: order.id, kind: GIFT_SENT, v: GIFT_SENT_V, payload };
};

/** A gift that an operator has given back: its receiver's side is done, its sender gets everything back from this. Amounts are the order's. */
export interface GiftRefunded extends GiftSent {
  readonly refundId: string;
  readonly backpackPieces: number;
}

/** The event of a refund, in the feed of the receiver's shard. It carries the refund's id as its own. */
export const giftRefundedEvent = ({ order, refund }: { readonly order: GiftOrder; readonly refund: GiftRefund }): NewFeedEvent => {
  const shardIndex = shardIndexOf(order.receiverId);
  const payload: JsonObject = {
    refundId: refund.id,
    orderId: order.id,
    senderId: order.senderId,
    receiverId: order.receiverId,
    streamId: order.streamId,
    giftId: order.giftId,
    quantity: order.quantity,
    cost: costOf(order).toString(),
    coins: order.coins.toString(),
    bonusCoins: order.bonusCoins.toString(),
    backpackPieces: order.backpackPieces,
    diamonds: order.diamonds.toString(),
    sentAt: order.createdAt.toISOString(),
    refundedAt: refund.refundedAt.toISOString(),
  };
  return { feed: `gifts/${shardIndex}`, shard: shardAt(shardIndex), id: refund.id, kind: GIFT_REFUNDED, v: GIFT_REFUNDED_V, payload };
};

const amount = z
  .string()
  .regex(/^(0|[1-9]\d{0,18})$/)
  .transform(BigInt);

const giftSentPayload = z.object({
  orderId: z.uuid(),
  senderId: z.string(),
  receiverId: z.string(),
  streamId: z.uuid(),
  giftId: z.string(),
  quantity: z.int().positive(),
  coins: amount,
  // Absent in events from before there were any.
  bonusCoins: amount.default(0n),
  diamonds: amount,
});

/** Null for events of other kinds, which a newer version may write. Throws on a gift that it cannot read: money is never skipped. */
export const parseGiftSent = (event: FeedEvent): GiftSent | null =>
  event.kind === GIFT_SENT ? giftSentPayload.parse(event.payload) : null;

const giftRefundedPayload = giftSentPayload.extend({ refundId: z.uuid(), backpackPieces: z.int().nonnegative() });

/** Null for events of other kinds. Throws on a refund that it cannot read: money is never skipped. */
export const parseGiftRefunded = (event: FeedEvent): GiftRefunded | null =>
  event.kind === GIFT_REFUNDED ? giftRefundedPayload.parse(event.payload) : null;

const streamPayload = z.object({
  streamId: z.uuid(),
  streamerId: z.string(),
  status: z.enum(['SCHEDULED', 'LIVE', 'ENDED']),
  version: z.int().nonnegative(),
});

const STREAM_KINDS: ReadonlySet<string> = new Set(['stream.created', 'stream.started', 'stream.ended']);

/** What a stream has become. */
export type StreamChanged = z.infer<typeof streamPayload>;

/** Null for events of other kinds, which a newer version may write. */
export const parseStreamChanged = (event: FeedEvent): StreamChanged | null =>
  STREAM_KINDS.has(event.kind) ? streamPayload.parse(event.payload) : null;

/** Where hints about a wallet go; the message is empty: the wallet itself is read from the database. */
export const walletChannel = (ownerId: string): string => `wallet/${ownerId}`;

/** Where hints about an order go: all orders of a sender's shard share a place, so that crediting thousands a second tells of a few. */
export const orderChannel = (orderId: string): string => `orders/${shardIndexOfId(orderId)}`;

/** Where hints about a top-up order go; the message is empty, as for wallets. */
export const topUpChannel = (topUpId: string): string => `top-up/${topUpId}`;

/** Where hints about the leaderboard of a stream go. */
export const leaderboardChannel = (streamId: string): string => `leaderboard/${streamId}`;
