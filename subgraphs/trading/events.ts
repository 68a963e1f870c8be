// The feeds that trading writes and follows.
//   writes   gifts/<shard index of the sender>    gift.sent
//            gifts/<shard index of the receiver>  gift.refunded
//            catalogue                            catalogue.changed (in the home database)
//            stock/<shard index of the sender>    stock.paid, stock.returned: limited gifts only
//   follows  catalogue (its own)                  edits of the catalogue, in every database but home
//            gifts/<0–63> (its own)               credits receivers, gives refunds back to senders
//            stock/<0–63> (its own)               counts pieces of limited gifts as sold
//            streams/<0–63> of streaming          what trading knows of streams
import { z } from 'zod';
import type { FeedEvent, JsonObject, NewFeedEvent } from '#platform/feed/feed.ts';
import { feedsOfShards } from '#platform/feed/shard.ts';
import { shardAt, shardIndexOf, shardIndexOfId, shardOf } from '#platform/ids.ts';
import type { StoredGift } from './domain/catalogue.ts';
import type { CatalogueItem } from './domain/catalogueEdit.ts';
import { costOf, type GiftOrder, type GiftRefund, type NewGiftOrder } from './domain/giftOrder.ts';

export const GIFT_FEEDS: readonly string[] = feedsOfShards('gifts');
export const STOCK_FEEDS: readonly string[] = feedsOfShards('stock');
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
export const giftSentEvent = (order: Omit<NewGiftOrder, 'stockPieces'>): NewFeedEvent => {
  const shardIndex = shardIndexOf(order.senderId);
  const { backpackPieces, bonusCoins, contents } = order;
  const cost = costOf(order);
  const payload: JsonObject = {
    ...giftOf(order),
    coins: order.coins.toString(),
    diamonds: order.diamonds.toString(),
    // What says nothing is left out: of most gifts that is all of this, and the log is kept for ever.
    ...(cost === order.coins ? {} : { cost: cost.toString() }),
    ...(bonusCoins === 0n ? {} : { bonusCoins: bonusCoins.toString() }),
    ...(backpackPieces === 0 ? {} : { backpackPieces }),
    ...(order.comboId === null ? {} : { comboId: order.comboId, comboCount: order.comboCount }),
    ...(contents.length === 0 ? {} : { contents: contents.map(({ giftId, quantity }) => ({ giftId, quantity })) }),
    sentAt: order.createdAt.toISOString(),
  };
  return { feed: `gifts/${shardIndex}`, shard: shardAt(shardIndex), id: order.id, kind: GIFT_SENT, v: GIFT_SENT_V, payload };
};

const giftOf = ({ id, senderId, receiverId, streamId, giftId, quantity }: GiftOfOrder) => ({
  orderId: id,
  senderId,
  receiverId,
  streamId,
  giftId,
  quantity,
});

type GiftOfOrder = Pick<GiftOrder, 'id' | 'senderId' | 'receiverId' | 'streamId' | 'giftId' | 'quantity'>;

/** Every edit of the catalogue, in order. */
export const CATALOGUE_FEED = 'catalogue';
export const CATALOGUE_CHANGED = 'catalogue.changed';
const CATALOGUE_CHANGED_V = 1;
/** Where hints about the catalogue go; the message is its version. */
export const CATALOGUE_CHANNEL = 'trading/catalogue';

/** What an edit made of a gift, a product or the policy. `version`: the whole catalogue's with this edit. */
export interface CatalogueNews {
  readonly version: number;
  readonly item: CatalogueItem;
}

/** The event of an edit: the whole row with all that belongs to it. */
export const catalogueEvent = ({ version, item }: CatalogueNews, id: string): NewFeedEvent => ({
  feed: CATALOGUE_FEED,
  shard: shardOf(CATALOGUE_FEED),
  id,
  kind: CATALOGUE_CHANGED,
  v: CATALOGUE_CHANGED_V,
  payload: { version, item: catalogueItemJson(item) },
});

/** Null for events of other kinds, which a newer version may write. Throws on an edit that it cannot read: none is skipped. */
export const parseCatalogueNews = (event: FeedEvent): CatalogueNews | null =>
  event.kind === CATALOGUE_CHANGED ? catalogueNewsPayload.parse(event.payload) : null;

/** A gift, product or policy as JSON: amounts as decimal strings, times as RFC 3339. */
export const catalogueItemJson = (item: CatalogueItem): JsonObject => {
  if (item.kind === 'gift') return { kind: item.kind, gift: giftJson(item.gift) };
  if (item.kind === 'product') {
    const { coins, bonusCoins, amountMinor, ...product } = item.product;
    return {
      kind: item.kind,
      product: { ...product, coins: coins.toString(), bonusCoins: bonusCoins.toString(), amountMinor: amountMinor.toString() },
    };
  }
  const { dayCoinsMax, sessionCoinsMax, ...policy } = item.policy;
  return {
    kind: item.kind,
    policy: { ...policy, dayCoinsMax: dayCoinsMax?.toString() ?? null, sessionCoinsMax: sessionCoinsMax?.toString() ?? null },
  };
};

/** Reads back what catalogueItemJson wrote. Throws on anything else. */
export const parseCatalogueItem = (json: unknown): CatalogueItem => catalogueItem.parse(json);

const giftJson = ({ items, effect, prices, onSaleFrom, onSaleUntil, ...gift }: StoredGift): JsonObject => ({
  ...gift,
  items: items.map((item) => ({ ...item })),
  effect: effect === null ? null : { ...effect, assets: effect.assets.map((asset) => ({ ...asset })) },
  prices: prices.map(({ version, coins, from }) => ({ version, coins: coins.toString(), from: from.toISOString() })),
  onSaleFrom: onSaleFrom.toISOString(),
  onSaleUntil: onSaleUntil?.toISOString() ?? null,
});

const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const decimal = z
  .string()
  .regex(/^\d{1,19}$/)
  .transform(BigInt);

const storedGift = z.object({
  id: z.string(),
  name: z.string(),
  names: z.record(z.string(), z.string()),
  imageUrl: z.string().nullable(),
  kind: z.enum(['SINGLE', 'BUNDLE']),
  items: z.array(z.object({ giftId: z.string(), quantity: z.int() })),
  prices: z.array(z.object({ version: z.int(), coins: decimal, from: time })).min(1),
  onSaleFrom: time,
  onSaleUntil: time.nullable(),
  regions: z.array(z.string()),
  effect: z
    .object({
      assets: z.array(z.object({ url: z.string(), sha256: z.string(), bytes: z.int(), mimeType: z.string() })),
      durationMs: z.int(),
      priority: z.int(),
    })
    .nullable(),
  cancelWindowSeconds: z.int(),
  comboWindowSeconds: z.int().nullable(),
  dailyQuantityMax: z.int().nullable(),
  limited: z.boolean(),
  dailyFree: z.int(),
  version: z.int(),
});

const storedProduct = z.object({
  id: z.string(),
  name: z.string(),
  coins: decimal,
  bonusCoins: decimal,
  amountMinor: decimal,
  currency: z.string(),
  onSale: z.boolean(),
  version: z.int(),
});

const tradingPolicy = z.object({
  version: z.int(),
  dayCoinsMax: decimal.nullable(),
  sessionCoinsMax: decimal.nullable(),
  velocityOrdersMax: z.int().nullable(),
  velocityWindowSeconds: z.int(),
  comboWindowSeconds: z.int(),
  leaderboards: z.boolean(),
  leaderboardRegionsOff: z.array(z.string()),
  leaderboardConsent: z.boolean(),
});

const catalogueItem = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('gift'), gift: storedGift }),
  z.object({ kind: z.literal('product'), product: storedProduct }),
  z.object({ kind: z.literal('policy'), policy: tradingPolicy }),
]);

const catalogueNewsPayload = z.object({ version: z.int().positive(), item: catalogueItem });

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
    ...giftOf(order),
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
  // Absent: none.
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

const STOCK_PAID = 'stock.paid';
const STOCK_RETURNED = 'stock.returned';
const STOCK_V = 1;

/** What became of pieces that were set aside under an order's id. `paid`: that many were paid. `returned`: the order was taken back. */
export interface StockNews {
  readonly kind: 'paid' | 'returned';
  readonly giftId: string;
  readonly orderId: string;
  readonly pieces: number;
}

/** The events of those orders that were paid with pieces set aside in a stock, under the orders' own ids. */
export const stockPaidEvents = (orders: readonly NewGiftOrder[]): readonly NewFeedEvent[] =>
  orders.flatMap(({ id, senderId, giftId, stockPieces }) =>
    stockPieces === null
      ? []
      : [{ ...stockFeedOf(senderId), id, kind: STOCK_PAID, v: STOCK_V, payload: { giftId, orderId: id, pieces: stockPieces } }],
  );

/** The event of an order that is taken back: whatever pieces a stock gave for it go back there. `eventId`: UUIDv7. */
export const stockReturnedEvent = (order: Pick<GiftOrder, 'id' | 'senderId' | 'giftId'>, eventId: string): NewFeedEvent => ({
  ...stockFeedOf(order.senderId),
  id: eventId,
  kind: STOCK_RETURNED,
  v: STOCK_V,
  payload: { giftId: order.giftId, orderId: order.id, pieces: 0 },
});

// Both events of an order are in one feed, so that the second never comes before the first.
const stockFeedOf = (senderId: string): { readonly feed: string; readonly shard: number } => {
  const shardIndex = shardIndexOf(senderId);
  return { feed: `stock/${shardIndex}`, shard: shardAt(shardIndex) };
};

const stockPayload = z.object({ giftId: z.string(), orderId: z.uuid(), pieces: z.int().nonnegative() });

/** Null for events of other kinds, which a newer version may write. Throws on what it cannot read: no piece is skipped. */
export const parseStockNews = (event: FeedEvent): StockNews | null => {
  if (event.kind === STOCK_PAID) return { kind: 'paid', ...stockPayload.parse(event.payload) };
  return event.kind === STOCK_RETURNED ? { kind: 'returned', ...stockPayload.parse(event.payload) } : null;
};

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
