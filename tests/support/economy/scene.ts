import { newId } from '#platform/ids.ts';
import type { Random } from '../random.ts';
import { PRODUCTS } from './answers.ts';
import type { Deed, GiftDeed, Item } from './deeds.ts';
import { EconomyOracle, type Purchase } from './oracle.ts';
import { aPlan, type Plan } from './plan.ts';
import { type SceneDatabase, SceneTables } from './tables.ts';

const USERS = 150;
/** Of these users, the first. */
const TROUBLED = 12;
const OPERATORS = ['olga', 'omar'] as const;
const PROPS: readonly (readonly [string, bigint])[] = [
  ['rose', 1n],
  ['lollipop', 10n],
  ['rocket', 52n],
  ['balloon', 3n],
  ['castle', 30n],
];
/** It can be taken back until the scene says that its time has come. */
const HELD = 'castle';
/** Of this one there are only so many. */
const LIMITED = { id: 'unicorn', price: 5n, total: 100 } as const;
/** Of the orders whose payment was declined, that share is tried again in each wave of payments. */
const TRIED_AGAIN_SHARE = 0.3;

/** So many ask for what is sold out. */
const SOLD_OUT_ASKS = 10;
/** What so many have of a gift is taken back at once at most. */
const TAKEN_BACK_MAX = 12;

/** The same world twice, in the databases and in the notebook; and what its people do next. */
export class Scene {
  readonly oracle = new EconomyOracle();
  readonly users = Array.from({ length: USERS }, (_, index) => `user-${index}`);
  readonly #tables: SceneTables;
  readonly #random: Random;
  readonly #streamIds: string[] = [];
  readonly #gifts: GiftDeed[] = [];
  readonly #wishes: GiftDeed[] = [];
  readonly #plan: Plan;
  #keys = 0;

  constructor(databases: readonly SceneDatabase[], random: Random) {
    this.#tables = new SceneTables(databases);
    this.#random = random;
    this.#plan = aPlan(random);
  }

  /** Everybody is a viewer; every third user also streams, so that gifts go both ways. */
  async prepare(): Promise<void> {
    for (const [id, price] of PROPS) await this.#putGift(id, price);
    await this.#tables.putProducts(PRODUCTS);
    await this.#tables.putLimited(LIMITED);
    this.oracle.props.set(LIMITED.id, { price: LIMITED.price, onSale: true, held: false, left: LIMITED.total });
    await this.#tables.setPolicy();
    for (const streamerId of this.users.filter((_, index) => index % 3 === 0)) {
      const id = newId();
      this.#streamIds.push(id);
      await this.#setStream(id, streamerId, true);
    }
    for (const user of this.users) {
      const coins = BigInt(1 + this.#random.below(2_000));
      await this.#tables.fund(user, coins);
      this.oracle.account(user).coins += coins;
    }
  }

  /** Between two waves streams start and end, gifts come and go and change their price, and the time of held gifts comes. Answers whether that moves coins. */
  async change(): Promise<boolean> {
    const random = this.#random;
    const streamId = this.#streamIds[random.below(this.#streamIds.length)] ?? '';
    const stream = this.oracle.streams.get(streamId);
    if (stream !== undefined) await this.#setStream(streamId, stream.streamerId, random.chance(0.8));
    const [giftId] = PROPS[random.below(PROPS.length)] ?? ['rose'];
    const what = this.#plan.changes.deal();
    if (what === 'price') await this.#putGift(giftId, BigInt(1 + random.below(60)));
    if (what === 'off sale') await this.#sell(giftId, false);
    if (what === 'on sale') for (const [id] of PROPS) if (this.oracle.props.get(id)?.onSale === false) await this.#sell(id, true);
    if (what !== 'holds sent' && what !== 'holds expire') return false;
    await this.#endHolds(what);
    return true;
  }

  /** The time of all gifts that are held has come: they are sent, or (where nobody could send them for too long) they go back. */
  async #endHolds(how: 'holds sent' | 'holds expire'): Promise<void> {
    await this.#tables.endHolds(how === 'holds sent');
    if (how === 'holds sent') this.oracle.postAll();
    else this.oracle.expireAll();
  }

  /** The next wave: deeds of one kind, because what different kinds do to one wallet at the same moment has no order. */
  async nextWave(sizeMax: number): Promise<readonly Deed[]> {
    const random = this.#random;
    const size = 1 + random.below(sizeMax);
    const few = 1 + random.below(Math.ceil(sizeMax / 12));
    switch (this.#plan.waves.deal()) {
      case 'gifts':
        return Array.from({ length: size }, () => this.#nextGift());
      case 'bulk':
        return Array.from({ length: 1 + random.below(Math.ceil(sizeMax / 20)) }, () => this.#nextBulk());
      case 'topUps':
        return Array.from({ length: few }, () => this.#nextTopUp());
      case 'payments':
        return this.#nextPayments();
      case 'refunds':
        return this.#nextRefunds(few);
      case 'cancels':
        return this.#nextCancels(few);
      case 'limited':
        return this.#nextLimited();
      case 'topUpRefunds':
        return this.#nextTopUpRefunds(few);
      case 'takeBacks':
        return this.#nextTakeBacks();
      case 'actions':
        return Array.from({ length: 1 + random.below(40) }, () => this.#nextAction());
    }
  }

  #nextGift(): GiftDeed {
    const random = this.#random;
    const known = this.#gifts[random.below(this.#gifts.length)];
    if (known !== undefined && random.chance(0.05)) {
      const [item] = known.items;
      return random.chance(0.3) && item !== undefined ? { ...known, items: [{ ...item, quantity: item.quantity + 1 }] } : known;
    }
    const deed: GiftDeed = {
      kind: 'gift',
      mode: 'ONE',
      actorId: random.chance(0.1) ? 'user-1' : random.chance(0.15) ? this.#anyTroubled() : this.#anyUser(),
      key: this.#newKey(),
      items: [this.#anyItem()],
    };
    this.#gifts.push(deed);
    return deed;
  }

  #nextBulk(): GiftDeed {
    const random = this.#random;
    const known = this.#wishes[random.below(this.#wishes.length)];
    if (known !== undefined && random.chance(0.1))
      return random.chance(0.3) && known.items.length > 1 ? { ...known, items: known.items.slice(1) } : known;
    const mode = random.pick<GiftDeed['mode']>(['ATOMIC', 'CONTINUE', 'STOP_AT_FIRST']);
    const deed: GiftDeed = {
      kind: 'bulk',
      mode,
      actorId: this.#anyUser(),
      key: this.#newKey(),
      items: Array.from({ length: 1 + random.below(6) }, () => this.#anyItem()),
    };
    this.#wishes.push(deed);
    return deed;
  }

  #nextTopUp(): Deed {
    const [productId] = PRODUCTS[this.#random.below(PRODUCTS.length)] ?? PRODUCTS[0] ?? ['sim-small'];
    return { kind: 'topUp', actorId: this.#anyUser(), key: this.#newKey(), productId };
  }

  // Everybody pays what they have ordered, or fails to; some of those who failed before try again.
  #nextPayments(): readonly Deed[] {
    return [...this.oracle.topUps].flatMap(([topUpId, { ownerId, status }]): readonly Deed[] => {
      if (status !== 'PENDING' && (status !== 'DECLINED' || !this.#random.chance(TRIED_AGAIN_SHARE))) return [];
      return [{ kind: 'pay', actorId: ownerId, key: this.#newKey(), topUpId, how: this.#plan.payments.deal() }];
    });
  }

  // Two operators may want to give back the same order at the same moment; who of them comes first is nobody's business, so each order is named once.
  #nextRefunds(count: number): readonly Deed[] {
    const ids = [...this.oracle.orders].filter(([, { status }]) => status !== 'PENDING').map(([id]) => id);
    const chosen = new Set(
      Array.from({ length: count }, () => (this.#random.chance(0.03) ? newId() : (ids[this.#random.below(ids.length)] ?? newId()))),
    );
    return [...chosen].map((orderId) => ({
      kind: 'refund',
      actorId: this.#random.pick(OPERATORS),
      key: this.#newKey(),
      orderId,
      reason: 'sent by a child',
    }));
  }

  // What a refused payment gives back to the stock comes a moment later, so only those ask who can pay: then the stock alone decides. Who gets the last pieces
  // when processes die is nobody's business either: there is enough for all who ask, or nothing.
  #nextLimited(): readonly GiftDeed[] {
    const able = this.users.filter((user) => {
      const { coins, frozen, minor, blocked, dayMax, sessionMax } = this.oracle.account(user);
      return coins >= LIMITED.price && !frozen && !minor && !blocked && dayMax === null && sessionMax === null;
    });
    const left = this.oracle.props.get(LIMITED.id)?.left ?? 0;
    return able.slice(0, left > 0 ? left : SOLD_OUT_ASKS).flatMap((actorId) => {
      const live = [...this.oracle.streams].find(([, stream]) => stream.live && stream.streamerId !== actorId);
      const deed = { kind: 'gift', mode: 'ONE', actorId, key: this.#newKey() } as const;
      return live === undefined ? [] : [{ ...deed, items: [{ streamId: live[0], giftId: LIMITED.id, quantity: 1 }] }];
    });
  }

  /** What is wrong with the stock; null when as many are sold as the notebook says and none is set aside. */
  async stockMismatch(): Promise<string | null> {
    const stock = await this.#tables.stock();
    const sold = LIMITED.total - (this.oracle.props.get(LIMITED.id)?.left ?? 0);
    return stock?.sold === BigInt(sold) && stock.reserved === 0n
      ? null
      : `${stock?.sold} sold and ${stock?.reserved} set aside instead of ${sold} and 0`;
  }

  #nextCancels(count: number): readonly Deed[] {
    const orders = [...this.oracle.orders];
    const held = orders.filter((known) => known[1].held);
    const chosen = new Map(
      Array.from({ length: count }, () => {
        const from = this.#random.chance(0.9) ? held : orders;
        return from[this.#random.below(from.length)];
      }).flatMap((known) => (known === undefined ? [] : [known])),
    );
    return [...chosen].map(([orderId, { senderId }]) => {
      const actorId = this.#random.chance(0.05) ? this.#anyUser() : senderId;
      return { kind: 'cancel', actorId, key: this.#newKey(), orderId };
    });
  }

  // One per buyer, for the same reason: what two of them find in one wallet depends on their order.
  #nextTopUpRefunds(count: number): readonly Deed[] {
    const topUps = [...this.oracle.topUps];
    const last = (wanted: Purchase['status']): typeof topUps => topUps.filter(([, { status }]) => status === wanted).slice(-1);
    const any = (): typeof topUps => {
      const place = this.#random.below(topUps.length);
      return topUps.slice(place, place + 1);
    };
    const some = Array.from({ length: count }, any).flat();
    // Of each kind there is one for certain.
    const chosen = new Map(
      [...some, ...last('SETTLED'), ...last('REFUNDED'), ...last('PENDING')].map(([id, { ownerId }]) => [ownerId, id]),
    );
    const ids = [...chosen.values(), newId()];
    return ids.map((topUpId) => ({ kind: 'refundTopUp', actorId: this.#random.pick(OPERATORS), key: this.#newKey(), topUpId }));
  }

  // What is in a lot is asked of the database: nobody uses it meanwhile. Whatever somebody has of a gift is taken back, and the first lot once more.
  async #nextTakeBacks(): Promise<readonly Deed[]> {
    const random = this.#random;
    const shelves = [...this.oracle.accounts].flatMap(([userId, { pieces }]) =>
      [...pieces].flatMap(([giftId, left]) => (left > 0 ? [{ userId, giftId }] : [])),
    );
    const chosen = new Map(
      Array.from({ length: Math.min(TAKEN_BACK_MAX, shelves.length) }, () => shelves[random.below(shelves.length)]).flatMap((shelf) =>
        shelf === undefined ? [] : [[`${shelf.userId} ${shelf.giftId}`, shelf]],
      ),
    );
    const lots = (await Promise.all([...chosen.values()].map((shelf) => this.#tables.lotsOf(shelf)))).flat();
    const again = lots.slice(0, 1).map((lot) => ({ ...lot, pieces: 0 }));
    return [...lots, ...again].map((lot) => ({
      kind: 'takeBackProps',
      actorId: random.pick(OPERATORS),
      key: this.#newKey(),
      ...lot,
    }));
  }

  #nextAction(): Deed {
    const random = this.#random;
    const of = { actorId: random.pick(OPERATORS), key: this.#newKey(), userId: this.#anyUser() };
    // A few users get into trouble again and again; most never do.
    const troubled = { ...of, userId: this.#anyTroubled() };
    const action = this.#plan.actions.deal();
    switch (action) {
      case 'grantProps': {
        const [giftId] = PROPS[random.below(PROPS.length)] ?? ['rose'];
        return { kind: action, ...of, ...(random.chance(0.3) ? { userId: 'user-1' } : {}), giftId, pieces: 1 + random.below(9) };
      }
      case 'grant of nothing':
        return { kind: 'grantProps', ...of, giftId: 'no-such-gift', pieces: 1 };
      case 'bonus':
        return { kind: action, ...of, coins: BigInt(1 + random.below(200)) };
      case 'freeze':
      case 'unfreeze':
        return { kind: action, ...troubled };
      case 'restrict': {
        const what = this.#plan.restrictions.deal();
        const dayMax = what === 'dayMax' ? 0n : null;
        const sessionMax = what === 'sessionMax' ? BigInt(random.below(2_000)) : null;
        return { kind: action, ...troubled, minor: what === 'minor', blocked: what === 'blocked', dayMax, sessionMax };
      }
    }
  }

  #anyItem(): Item {
    const random = this.#random;
    return {
      streamId: random.chance(0.02) ? newId() : (this.#streamIds[random.chance(0.5) ? 0 : random.below(this.#streamIds.length)] ?? ''),
      giftId: random.chance(0.02) ? 'no-such-gift' : (PROPS[random.below(PROPS.length)]?.[0] ?? 'rose'),
      quantity: random.chance(0.8) ? 1 : 1 + random.below(9),
    };
  }

  #anyUser(): string {
    return this.users[this.#random.below(USERS)] ?? '';
  }

  #anyTroubled(): string {
    return this.users[this.#random.below(TROUBLED)] ?? '';
  }

  #newKey(): string {
    this.#keys += 1;
    return `key-${this.#keys}`;
  }

  async #putGift(id: string, price: bigint): Promise<void> {
    const held = id === HELD;
    await this.#tables.putGift({ id, price, held });
    this.oracle.props.set(id, { price, onSale: this.oracle.props.get(id)?.onSale ?? true, held, left: null });
  }

  async #sell(id: string, onSale: boolean): Promise<void> {
    await this.#tables.sell(id, onSale);
    const prop = this.oracle.props.get(id);
    if (prop !== undefined) prop.onSale = onSale;
  }

  async #setStream(id: string, streamerId: string, live: boolean): Promise<void> {
    await this.#tables.setStream({ id, streamerId, live });
    this.oracle.streams.set(id, { streamerId, live });
  }
}
