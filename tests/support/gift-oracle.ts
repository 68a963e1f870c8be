import type { BulkMode, GiftCommand, GiftItem } from '../../subgraphs/trading/domain/gift.ts';

/** What a gift must be answered with. */
export interface Expected {
  readonly verdict: string;
  /** What the order cost by price; null for refusals. */
  readonly coins: bigint | null;
  /** How it was paid; null for refusals. */
  readonly paid: Paid | null;
  /** Pieces in the combo, this order included; null for refusals. */
  readonly comboCount: number | null;
  /** The sender's coins, when the gift is decided for the first time. */
  readonly coinsLeft: bigint;
  readonly repeated: boolean;
}

export interface Paid {
  readonly pieces: number;
  readonly bonusCoins: bigint;
  readonly coins: bigint;
}

type Decided = Omit<Expected, 'coinsLeft' | 'repeated'>;

interface Answered {
  readonly input: string;
  readonly decided: readonly Decided[];
}

/** What somebody may send; absent: as much as they like. */
export interface OracleRules {
  readonly minor?: boolean;
  readonly blocked?: boolean;
  readonly dayCoinsMax?: bigint;
  readonly sessionCoinsMax?: bigint;
}

const CONFLICT: Decided = { verdict: 'IDEMPOTENCY_CONFLICT', coins: null, paid: null, comboCount: null };

/** The gift economy as one person would keep it in a notebook: one gift after the other, nothing at once, nothing lost. It shares no code with the product. It has no
 * clock: combos end with another gift only, and all is sent on one day. */
export class GiftOracle {
  readonly coins = new Map<string, bigint>();
  readonly bonusCoins = new Map<string, bigint>();
  readonly diamonds = new Map<string, bigint>();
  readonly sentTo = new Map<string, { gifts: number; coins: bigint }>();
  readonly prices = new Map<string, bigint>();
  readonly withdrawn = new Set<string>();
  readonly streams = new Map<string, { streamerId: string; live: boolean }>();
  readonly rules = new Map<string, OracleRules>();
  readonly frozen = new Set<string>();
  /** Pieces in backpacks, by user and gift. */
  readonly #pieces = new Map<string, number>();
  readonly #combos = new Map<string, { readonly giftId: string; readonly count: number }>();
  /** Bought coins spent today, and in each stream. */
  readonly #spent = new Map<string, bigint>();
  readonly #answered = new Map<string, Answered>();

  fund(userId: string, coins: bigint): void {
    this.coins.set(userId, this.#coinsOf(userId) + coins);
  }

  grantBonus(userId: string, coins: bigint): void {
    this.bonusCoins.set(userId, (this.bonusCoins.get(userId) ?? 0n) + coins);
  }

  fillBackpack(userId: string, giftId: string, pieces: number): void {
    this.#pieces.set(nameOf(userId, giftId), this.piecesOf(userId, giftId) + pieces);
  }

  piecesOf(userId: string, giftId: string): number {
    return this.#pieces.get(nameOf(userId, giftId)) ?? 0;
  }

  send(gift: GiftCommand): Expected {
    const [expected] = this.#answer(gift, 'ONE', [gift]);
    return expected ?? { ...CONFLICT, coinsLeft: 0n, repeated: true };
  }

  /** What each of several gifts under one key must be answered with. */
  sendAll(wish: Pick<GiftCommand, 'senderId' | 'idempotencyKey'>, mode: BulkMode, items: readonly GiftItem[]): readonly Expected[] {
    return this.#answer(wish, mode, items);
  }

  #answer(
    { senderId, idempotencyKey }: Pick<GiftCommand, 'senderId' | 'idempotencyKey'>,
    mode: 'ONE' | BulkMode,
    items: readonly GiftItem[],
  ): readonly Expected[] {
    const name = nameOf(senderId, idempotencyKey);
    const input = JSON.stringify([mode, ...items.map(({ streamId, giftId, quantity }) => [streamId, giftId, quantity])]);
    const before = this.#answered.get(name);
    if (before !== undefined) {
      const decided = before.input === input ? before.decided : items.map(() => CONFLICT);
      return decided.map((each) => ({ ...each, coinsLeft: this.#coinsOf(senderId), repeated: true }));
    }
    const decided = this.#decideAll(senderId, mode, items);
    this.#answered.set(name, { input, decided });
    return decided.map((each) => ({ ...each, coinsLeft: this.#coinsOf(senderId), repeated: false }));
  }

  #decideAll(senderId: string, mode: 'ONE' | BulkMode, items: readonly GiftItem[]): readonly Decided[] {
    // All or nothing: try it out in a copy of the notebook first.
    if (mode === 'ATOMIC') {
      const verdicts = this.#copy().#decideAll(senderId, 'STOP_AT_FIRST', items);
      const fault = verdicts.findIndex(({ verdict }) => verdict !== 'OK');
      if (fault !== -1) return verdicts.map((each, place) => (place === fault ? each : notSent()));
    }
    let stopped = false;
    return items.map((item) => {
      if (stopped) return notSent();
      const decided = this.#decide(senderId, item);
      stopped = mode === 'STOP_AT_FIRST' && decided.verdict !== 'OK';
      return decided;
    });
  }

  #decide(senderId: string, item: GiftItem): Decided {
    const paid = this.#payment(senderId, item);
    const verdict = this.#judge(senderId, item, paid);
    if (verdict !== 'OK') return { verdict, coins: null, paid: null, comboCount: null };
    this.#move(senderId, item, paid);
    return { verdict, coins: this.#priceOf(item.giftId) * BigInt(item.quantity), paid, comboCount: this.#countCombo(senderId, item) };
  }

  #payment(senderId: string, { giftId, quantity }: GiftItem): Paid {
    const pieces = Math.min(quantity, this.piecesOf(senderId, giftId));
    const cost = this.#priceOf(giftId) * BigInt(quantity - pieces);
    const bonus = this.bonusCoins.get(senderId) ?? 0n;
    const bonusCoins = bonus < cost ? bonus : cost;
    return { pieces, bonusCoins, coins: cost - bonusCoins };
  }

  #judge(senderId: string, { streamId, giftId, quantity }: GiftItem, { pieces, coins }: Paid): string {
    if (!this.prices.has(giftId)) return 'GIFT_NOT_FOUND';
    if (this.withdrawn.has(giftId) && pieces < quantity) return 'GIFT_NOT_ON_SALE';
    const stream = this.streams.get(streamId);
    if (stream === undefined) return 'STREAM_NOT_FOUND';
    if (!stream.live) return 'STREAM_NOT_LIVE';
    if (stream.streamerId === senderId) return 'SELF_GIFT';
    const { minor, blocked, dayCoinsMax, sessionCoinsMax } = this.rules.get(senderId) ?? {};
    if (minor === true) return 'SENDER_IS_MINOR';
    if (blocked === true) return 'SENDER_BLOCKED';
    if (this.frozen.has(senderId)) return 'WALLET_FROZEN';
    const passes = (max: bigint | undefined, spent: bigint): boolean => max !== undefined && coins > 0n && spent + coins > max;
    if (passes(dayCoinsMax, this.#spent.get(senderId) ?? 0n)) return 'DAY_LIMIT';
    if (passes(sessionCoinsMax, this.#spent.get(nameOf(senderId, streamId)) ?? 0n)) return 'SESSION_LIMIT';
    return this.#coinsOf(senderId) < coins ? 'INSUFFICIENT_COINS' : 'OK';
  }

  #move(senderId: string, { streamId, giftId, quantity }: GiftItem, { pieces, bonusCoins, coins }: Paid): void {
    const receiverId = this.streams.get(streamId)?.streamerId ?? '';
    const sent = this.sentTo.get(streamId) ?? { gifts: 0, coins: 0n };
    this.fillBackpack(senderId, giftId, -pieces);
    this.grantBonus(senderId, -bonusCoins);
    this.fund(senderId, -coins);
    this.diamonds.set(receiverId, (this.diamonds.get(receiverId) ?? 0n) + coins);
    this.sentTo.set(streamId, { gifts: sent.gifts + quantity, coins: sent.coins + coins });
    for (const name of [senderId, nameOf(senderId, streamId)]) this.#spent.set(name, (this.#spent.get(name) ?? 0n) + coins);
  }

  #countCombo(senderId: string, { streamId, giftId, quantity }: GiftItem): number {
    const name = nameOf(senderId, streamId);
    const before = this.#combos.get(name);
    const count = (before?.giftId === giftId ? before.count : 0) + quantity;
    this.#combos.set(name, { giftId, count });
    return count;
  }

  #copy(): GiftOracle {
    const copy = new GiftOracle();
    for (const part of ['coins', 'bonusCoins', 'diamonds', 'sentTo', 'prices', 'streams', 'rules'] as const)
      for (const [key, value] of this[part]) (copy[part] as Map<string, unknown>).set(key, value);
    for (const id of this.withdrawn) copy.withdrawn.add(id);
    for (const id of this.frozen) copy.frozen.add(id);
    for (const [name, pieces] of this.#pieces) copy.#pieces.set(name, pieces);
    for (const [name, combo] of this.#combos) copy.#combos.set(name, combo);
    for (const [name, coins] of this.#spent) copy.#spent.set(name, coins);
    return copy;
  }

  #priceOf(giftId: string): bigint {
    return this.prices.get(giftId) ?? 0n;
  }

  #coinsOf(userId: string): bigint {
    return this.coins.get(userId) ?? 0n;
  }
}

const nameOf = (...parts: readonly string[]): string => JSON.stringify(parts);

const notSent = (): Decided => ({ verdict: 'OTHER_ITEM_REFUSED', coins: null, paid: null, comboCount: null });
