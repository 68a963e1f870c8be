import type { Deed, GiftDeed, Item } from './deeds.ts';

/** What somebody owns and may, in the notebook. */
export interface Account {
  coins: bigint;
  bonusCoins: bigint;
  diamonds: bigint;
  frozen: boolean;
  minor: boolean;
  blocked: boolean;
  /** Coins on one day at most; null: no limit. The notebook has no clock, so it is 0 or none. */
  dayMax: 0n | null;
  /** Coins in one stream at most; null: no limit. */
  sessionMax: bigint | null;
  /** Pieces in the backpack by gift. */
  readonly pieces: Map<string, number>;
  /** Coins spent by stream. */
  readonly spentIn: Map<string, bigint>;
  /** The running combo by stream. */
  readonly combos: Map<string, { readonly giftId: string; readonly count: number }>;
}

/** A gift on sale, in the notebook. */
export interface Prop {
  price: bigint;
  onSale: boolean;
  /** Can be taken back until it is posted. */
  readonly held: boolean;
  /** Pieces left to sell; null: without end. */
  left: number | null;
}

/** An order, in the notebook. */
export interface Entry {
  readonly senderId: string;
  readonly receiverId: string;
  readonly streamId: string;
  readonly giftId: string;
  readonly quantity: number;
  readonly coins: bigint;
  readonly bonusCoins: bigint;
  readonly pieces: number;
  /** It could be taken back at first. */
  readonly held: boolean;
  status: 'PENDING' | 'ACCEPTED' | 'CANCELLED' | 'REFUNDED';
}

/** Coins that somebody buys, in the notebook. */
export interface Purchase {
  readonly ownerId: string;
  readonly coins: bigint;
  readonly bonusCoins: bigint;
  status: 'PENDING' | 'DECLINED' | 'SETTLED' | 'REFUNDED';
}

/** What one item must be answered with. */
export type Verdict =
  | { readonly code: 'OK'; readonly entry: Entry; readonly combo: number; readonly coinsLeft: bigint; readonly repeated: boolean }
  | { readonly code: string; readonly entry: null };

interface Answered {
  readonly input: string;
  readonly verdicts: readonly Verdict[];
}

/** The gift economy as one person would keep it in a notebook: one deed after the other, nothing at once, nothing lost. It shares no code with the product. */
export class EconomyOracle {
  readonly props = new Map<string, Prop>();
  readonly streams = new Map<string, { readonly streamerId: string; live: boolean }>();
  /** Accepted orders by the product's ids, which the notebook is told. */
  readonly orders = new Map<string, Entry>();
  /** Bought coins by the product's ids. */
  readonly topUps = new Map<string, Purchase>();
  readonly #accounts = new Map<string, Account>();
  readonly #answered = new Map<string, Answered>();

  account(userId: string): Account {
    const known = this.#accounts.get(userId);
    if (known !== undefined) return known;
    const fresh: Account = {
      coins: 0n,
      bonusCoins: 0n,
      diamonds: 0n,
      frozen: false,
      minor: false,
      blocked: false,
      dayMax: null,
      sessionMax: null,
      pieces: new Map(),
      spentIn: new Map(),
      combos: new Map(),
    };
    this.#accounts.set(userId, fresh);
    return fresh;
  }

  get accounts(): ReadonlyMap<string, Account> {
    return this.#accounts;
  }

  /** What the items of a wish must be answered with; one verdict each. */
  send(deed: GiftDeed): readonly Verdict[] {
    const name = JSON.stringify([deed.actorId, deed.key]);
    const input = JSON.stringify([deed.kind, deed.mode, deed.items]);
    const before = this.#answered.get(name);
    if (before !== undefined && before.input !== input) return deed.items.map(() => ({ code: 'IDEMPOTENCY_CONFLICT', entry: null }));
    if (before !== undefined) return before.verdicts.map((verdict) => (verdict.entry === null ? verdict : { ...verdict, repeated: true }));
    const verdicts = this.#decide(deed);
    this.#answered.set(name, { input, verdicts });
    return verdicts;
  }

  /** The same for a deed that is answered with one code. The first answer to a key stays. */
  once(deed: Deed, decide: () => string): string {
    const name = JSON.stringify([deed.actorId, deed.kind, deed.key]);
    const input = JSON.stringify(deed, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
    const before = this.#answered.get(name);
    if (before !== undefined) return before.input === input ? (before.verdicts[0]?.code ?? '') : 'IDEMPOTENCY_CONFLICT';
    const code = decide();
    this.#answered.set(name, { input, verdicts: [{ code, entry: null }] });
    return code;
  }

  /** Puts pieces into a backpack, or takes them out. */
  changePieces(userId: string, giftId: string, pieces: number): void {
    const backpack = this.account(userId).pieces;
    if (pieces !== 0) backpack.set(giftId, (backpack.get(giftId) ?? 0) + pieces);
  }

  /** Everything that was held and whose time has come goes to its receivers. */
  postAll(): number {
    const pending = [...this.orders.values()].filter(({ status }) => status === 'PENDING');
    for (const entry of pending) this.#arrive(entry);
    return pending.length;
  }

  /** Everything that was held and could not be sent in time goes back. */
  expireAll(): number {
    const pending = [...this.orders.values()].filter(({ status }) => status === 'PENDING');
    for (const entry of pending) this.#takeBack(entry);
    return pending.length;
  }

  cancel(orderId: string, userId: string): string {
    const entry = this.orders.get(orderId);
    if (entry === undefined || entry.senderId !== userId) return 'ORDER_NOT_FOUND';
    if (!entry.held) return 'NOT_CANCELLABLE';
    if (entry.status === 'CANCELLED') return 'ALREADY_CANCELLED';
    if (entry.status !== 'PENDING') return 'WINDOW_OVER';
    this.#takeBack(entry);
    return 'OK';
  }

  refund(orderId: string): string {
    const entry = this.orders.get(orderId);
    if (entry === undefined) return 'ORDER_NOT_FOUND';
    if (entry.status === 'REFUNDED') return 'ALREADY_REFUNDED';
    if (entry.status === 'CANCELLED') return 'ORDER_CANCELLED';
    entry.status = 'REFUNDED';
    this.#giveBack(entry);
    // Nobody spends diamonds here, so the receiver has them still.
    this.account(entry.receiverId).diamonds -= entry.coins;
    return 'OK';
  }

  /** An attempt to pay what is not paid; answers with what the order is then. */
  pay(topUpId: string, succeeds: boolean): string {
    const topUp = this.topUps.get(topUpId);
    if (topUp === undefined || topUp.status === 'SETTLED' || topUp.status === 'REFUNDED') return 'nobody pays this';
    topUp.status = succeeds ? 'SETTLED' : 'DECLINED';
    if (!succeeds) return topUp.status;
    const account = this.account(topUp.ownerId);
    account.coins += topUp.coins;
    account.bonusCoins += topUp.bonusCoins;
    return topUp.status;
  }

  refundTopUp(topUpId: string): string {
    const topUp = this.topUps.get(topUpId);
    if (topUp === undefined) return 'TOP_UP_NOT_FOUND';
    if (topUp.status === 'REFUNDED') return 'ALREADY_REFUNDED';
    if (topUp.status !== 'SETTLED') return 'TOP_UP_NOT_SETTLED';
    const account = this.account(topUp.ownerId);
    if (account.coins < topUp.coins || account.bonusCoins < topUp.bonusCoins) return 'COINS_SPENT';
    account.coins -= topUp.coins;
    account.bonusCoins -= topUp.bonusCoins;
    topUp.status = 'REFUNDED';
    return 'OK';
  }

  #decide({ actorId, mode, items }: GiftDeed): readonly Verdict[] {
    if (mode === 'ONE' || mode === 'CONTINUE') return items.map((item) => this.#decideItem(actorId, item));
    const before = mode === 'ATOMIC' ? structuredClone(this.account(actorId)) : null;
    const verdicts: Verdict[] = [];
    for (const item of items) {
      const verdict = this.#decideItem(actorId, item);
      verdicts.push(verdict);
      if (verdict.entry !== null) continue;
      if (before !== null) {
        for (const sent of verdicts)
          if (sent.entry?.status === 'ACCEPTED') this.account(sent.entry.receiverId).diamonds -= sent.entry.coins;
        this.#accounts.set(actorId, before);
        verdicts.fill(NOT_SENT, 0, -1);
      }
      break;
    }
    return [...verdicts, ...items.slice(verdicts.length).map(() => NOT_SENT)];
  }

  #decideItem(senderId: string, item: Item): Verdict {
    const account = this.account(senderId);
    const prop = this.props.get(item.giftId);
    const pieces = Math.min(item.quantity, account.pieces.get(item.giftId) ?? 0);
    const cost = (prop?.price ?? 0n) * BigInt(item.quantity - pieces);
    const bonusCoins = account.bonusCoins < cost ? account.bonusCoins : cost;
    const coins = cost - bonusCoins;
    const code = this.#refusal(senderId, item, { prop, pieces, coins });
    if (code !== null || prop === undefined) return { code: code ?? 'GIFT_NOT_FOUND', entry: null };
    if (prop.left !== null && prop.left < item.quantity) return { code: 'SOLD_OUT', entry: null };
    if (prop.left !== null) prop.left -= item.quantity;
    account.coins -= coins;
    account.bonusCoins -= bonusCoins;
    this.changePieces(senderId, item.giftId, -pieces);
    account.spentIn.set(item.streamId, (account.spentIn.get(item.streamId) ?? 0n) + coins);
    const running = account.combos.get(item.streamId);
    const combo = (running?.giftId === item.giftId ? running.count : 0) + item.quantity;
    account.combos.set(item.streamId, { giftId: item.giftId, count: combo });
    const receiverId = this.streams.get(item.streamId)?.streamerId ?? '';
    const entry: Entry = { senderId, receiverId, ...item, coins, bonusCoins, pieces, held: prop.held, status: 'PENDING' };
    if (!prop.held) this.#arrive(entry);
    return { code: 'OK', entry, combo, coinsLeft: account.coins, repeated: false };
  }

  #refusal(
    senderId: string,
    { giftId, streamId, quantity }: Item,
    { prop, pieces, coins }: { readonly prop: Prop | undefined; readonly pieces: number; readonly coins: bigint },
  ): string | null {
    const account = this.account(senderId);
    const stream = this.streams.get(streamId);
    if (prop === undefined || giftId === '') return 'GIFT_NOT_FOUND';
    if (pieces < quantity && !prop.onSale) return 'GIFT_NOT_ON_SALE';
    if (stream === undefined) return 'STREAM_NOT_FOUND';
    if (!stream.live) return 'STREAM_NOT_LIVE';
    if (stream.streamerId === senderId) return 'SELF_GIFT';
    if (account.minor) return 'SENDER_IS_MINOR';
    if (account.blocked) return 'SENDER_BLOCKED';
    if (account.frozen) return 'WALLET_FROZEN';
    if (coins > 0n && account.dayMax !== null) return 'DAY_LIMIT';
    const session = (account.spentIn.get(streamId) ?? 0n) + coins;
    if (coins > 0n && account.sessionMax !== null && session > account.sessionMax) return 'SESSION_LIMIT';
    return account.coins < coins ? 'INSUFFICIENT_COINS' : null;
  }

  #arrive(entry: Entry): void {
    entry.status = 'ACCEPTED';
    this.account(entry.receiverId).diamonds += entry.coins;
  }

  #takeBack(entry: Entry): void {
    entry.status = 'CANCELLED';
    this.#giveBack(entry);
    const { spentIn } = this.account(entry.senderId);
    spentIn.set(entry.streamId, (spentIn.get(entry.streamId) ?? 0n) - entry.coins);
  }

  #giveBack({ senderId, giftId, coins, bonusCoins, pieces }: Entry): void {
    const account = this.account(senderId);
    account.coins += coins;
    account.bonusCoins += bonusCoins;
    this.changePieces(senderId, giftId, pieces);
  }
}

const NOT_SENT: Verdict = { code: 'OTHER_ITEM_REFUSED', entry: null };
