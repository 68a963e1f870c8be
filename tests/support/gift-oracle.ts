import type { GiftCommand } from '../../subgraphs/trading/domain/gift.ts';

/** What a gift must be answered with. `coinsLeft`: the sender's, when the gift is decided for the first time. */
export interface Expected {
  readonly verdict: string;
  /** What the order cost; null for refusals. */
  readonly coins: bigint | null;
  readonly coinsLeft: bigint;
  readonly repeated: boolean;
}

interface Answered {
  readonly input: string;
  readonly verdict: string;
  readonly coins: bigint | null;
}

/** The gift economy as one person would keep it in a notebook: one gift after the other, nothing at once, nothing lost. It shares no code with the product. */
export class GiftOracle {
  readonly coins = new Map<string, bigint>();
  readonly diamonds = new Map<string, bigint>();
  readonly sentTo = new Map<string, { gifts: number; coins: bigint }>();
  readonly prices = new Map<string, bigint>();
  readonly withdrawn = new Set<string>();
  readonly streams = new Map<string, { streamerId: string; live: boolean }>();
  readonly #answered = new Map<string, Answered>();

  fund(userId: string, coins: bigint): void {
    this.coins.set(userId, this.#coinsOf(userId) + coins);
  }

  send(gift: GiftCommand): Expected {
    const name = JSON.stringify([gift.senderId, gift.idempotencyKey]);
    const input = JSON.stringify([gift.streamId, gift.giftId, gift.quantity]);
    const before = this.#answered.get(name);
    if (before !== undefined) {
      const fits = before.input === input;
      return {
        verdict: fits ? before.verdict : 'IDEMPOTENCY_CONFLICT',
        coins: fits ? before.coins : null,
        coinsLeft: this.#coinsOf(gift.senderId),
        repeated: true,
      };
    }
    const verdict = this.#judge(gift);
    const coins = verdict === 'OK' ? (this.prices.get(gift.giftId) ?? 0n) * BigInt(gift.quantity) : null;
    if (coins !== null) this.#move(gift, coins);
    this.#answered.set(name, { input, verdict, coins });
    return { verdict, coins, coinsLeft: this.#coinsOf(gift.senderId), repeated: false };
  }

  #judge({ senderId, streamId, giftId, quantity }: GiftCommand): string {
    const price = this.prices.get(giftId);
    if (price === undefined) return 'GIFT_NOT_FOUND';
    if (this.withdrawn.has(giftId)) return 'GIFT_NOT_ON_SALE';
    const stream = this.streams.get(streamId);
    if (stream === undefined) return 'STREAM_NOT_FOUND';
    if (!stream.live) return 'STREAM_NOT_LIVE';
    if (stream.streamerId === senderId) return 'SELF_GIFT';
    return this.#coinsOf(senderId) < price * BigInt(quantity) ? 'INSUFFICIENT_COINS' : 'OK';
  }

  #move({ senderId, streamId, quantity }: GiftCommand, coins: bigint): void {
    const receiverId = this.streams.get(streamId)?.streamerId ?? '';
    const sent = this.sentTo.get(streamId) ?? { gifts: 0, coins: 0n };
    this.coins.set(senderId, this.#coinsOf(senderId) - coins);
    this.diamonds.set(receiverId, (this.diamonds.get(receiverId) ?? 0n) + coins);
    this.sentTo.set(streamId, { gifts: sent.gifts + quantity, coins: sent.coins + coins });
  }

  #coinsOf(userId: string): bigint {
    return this.coins.get(userId) ?? 0n;
  }
}
