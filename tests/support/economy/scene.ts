import type { Database } from '#platform/database/database.ts';
import { newId, shardOf } from '#platform/ids.ts';
import { applyStreamNews } from '../../../subgraphs/trading/data/streams.ts';
import { fundWallets } from '../fund-wallets.ts';
import type { Random } from '../random.ts';
import { PRODUCTS } from './answers.ts';
import type { Deed, GiftDeed, Item } from './deeds.ts';
import { EconomyOracle } from './oracle.ts';

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
const HELD_SECONDS = 86_400;
/** Wide enough for the slowest run: a combo ends by another gift alone. */
const COMBO_WINDOW_SECONDS = 86_400;

/** So many ask for what is sold out. */
const SOLD_OUT_ASKS = 10;
/** What so many have of a gift is taken back at once at most. */
const TAKEN_BACK_MAX = 12;

type Lot = Pick<Deed & { readonly kind: 'takeBackProps' }, 'userId' | 'giftId' | 'lotId' | 'pieces'>;

/** One of trading's databases, and whether an owner's rows are in it. */
export interface SceneDatabase {
  readonly database: Database;
  readonly has: (ownerId: string) => boolean;
}

/** The same world twice, in the databases and in the notebook; and what its people do next. */
export class Scene {
  readonly oracle = new EconomyOracle();
  readonly users = Array.from({ length: USERS }, (_, index) => `user-${index}`);
  readonly #databases: readonly SceneDatabase[];
  readonly #random: Random;
  readonly #streamIds: string[] = [];
  readonly #gifts: GiftDeed[] = [];
  readonly #wishes: GiftDeed[] = [];
  #version = 1;
  #keys = 0;

  constructor(databases: readonly SceneDatabase[], random: Random) {
    this.#databases = databases;
    this.#random = random;
  }

  /** Everybody is a viewer; every third user also streams, so that gifts go both ways. */
  async prepare(): Promise<void> {
    for (const [id, price] of PROPS) await this.#putGift(id, price);
    for (const [id, coins, bonusCoins] of PRODUCTS) await this.#everywhere(PUT_PRODUCT, [shardOf(id), id, coins, bonusCoins]);
    await this.#putLimited();
    await this.#everywhere(
      `/* setPolicy */ UPDATE trading_policy SET combo_window_seconds = $1, velocity_orders_max = NULL, day_coins_max = NULL, session_coins_max = NULL`,
      [COMBO_WINDOW_SECONDS],
    );
    for (const streamerId of this.users.filter((_, index) => index % 3 === 0)) {
      const id = newId();
      this.#streamIds.push(id);
      await this.#setStream(id, streamerId, true);
    }
    for (const user of this.users) {
      const coins = BigInt(1 + this.#random.below(2_000));
      for (const { database, has } of this.#databases) if (has(user)) await fundWallets(database, [user], coins);
      this.oracle.account(user).coins += coins;
    }
  }

  /** Between two waves streams start and end, gifts come and go and change their price. */
  async change(): Promise<void> {
    const random = this.#random;
    const streamId = this.#streamIds[random.below(this.#streamIds.length)] ?? '';
    const stream = this.oracle.streams.get(streamId);
    if (stream !== undefined) await this.#setStream(streamId, stream.streamerId, random.chance(0.8));
    const [giftId] = PROPS[random.below(PROPS.length)] ?? ['rose'];
    if (random.chance(0.3)) await this.#putGift(giftId, BigInt(1 + random.below(60)));
    if (random.chance(0.2)) await this.#sell(giftId, random.chance(0.8));
  }

  /** The time of all gifts that are held has come: they are sent, or (where nobody could send them for too long) they go back. */
  async endHolds(how: 'sent' | 'expired'): Promise<void> {
    const expires = how === 'sent' ? 'expires_at' : "now() - interval '1 second'";
    await this.#everywhere(
      `/* endHolds */ UPDATE gift_hold SET posts_at = now() - interval '2 seconds', expires_at = ${expires} WHERE status = 'PENDING'`,
      [],
    );
    if (how === 'sent') this.oracle.postAll();
    else this.oracle.expireAll();
  }

  /** The next wave: deeds of one kind, because what different kinds do to one wallet at the same moment has no order. */
  async nextWave(sizeMax: number): Promise<readonly Deed[]> {
    const random = this.#random;
    const size = 1 + random.below(sizeMax);
    const kind = random.next();
    if (kind < 0.34) return Array.from({ length: size }, () => this.#nextGift());
    if (kind < 0.46) return Array.from({ length: 1 + random.below(Math.ceil(sizeMax / 20)) }, () => this.#nextBulk());
    const few = 1 + random.below(Math.ceil(sizeMax / 12));
    if (kind < 0.56) return Array.from({ length: few }, () => this.#nextTopUp());
    if (kind < 0.66) return this.#nextRefunds(few);
    if (kind < 0.76) return this.#nextCancels(few);
    if (kind < 0.8) return this.#nextLimited();
    if (kind < 0.88) return this.#nextTopUpRefunds(few);
    if (kind < 0.93) return this.#nextTakeBacks();
    return Array.from({ length: 1 + random.below(40) }, () => this.#nextAction());
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

  async #putLimited(): Promise<void> {
    const { id, price, total } = LIMITED;
    await this.#everywhere(
      `/* putLimited */ INSERT INTO gift (shard, id, name, price_coins, on_sale_from, limited) VALUES ($1, $2, $2, $3, '2026-01-01', true)`,
      [shardOf(id), id, price],
    );
    for (const { database, has } of this.#databases)
      if (has(id))
        await database.query({
          text: '/* putStock */ INSERT INTO gift_stock (shard, gift_id, total, updated_at) VALUES ($1, $2, $3, now())',
          values: [shardOf(id), id, total],
        });
    this.oracle.props.set(id, { price, onSale: true, held: false, left: total });
  }

  /** What is wrong with the stock; null when as many are sold as the notebook says and none is set aside. */
  async stockMismatch(): Promise<string | null> {
    const rows = await Promise.all(
      this.#databases.map(({ database }) =>
        database.query<{ readonly sold: bigint; readonly reserved: bigint }>({ text: '/* stock */ SELECT sold, reserved FROM gift_stock' }),
      ),
    );
    const [stock] = rows.flat();
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
    const chosen = new Map(
      Array.from({ length: count }, () => topUps[this.#random.below(topUps.length)]).flatMap((known) =>
        known === undefined ? [] : [[known[1].ownerId, known[0]]],
      ),
    );
    const ids = [...chosen.values(), ...(this.#random.chance(0.2) ? [newId()] : [])];
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
    const lots = (await Promise.all([...chosen.values()].map((shelf) => this.#lotsOf(shelf)))).flat();
    const again = lots.slice(0, 1).map((lot) => ({ ...lot, pieces: 0 }));
    return [...lots, ...again].map((lot) => ({
      kind: 'takeBackProps',
      actorId: random.pick(OPERATORS),
      key: this.#newKey(),
      ...lot,
    }));
  }

  async #lotsOf({ userId, giftId }: { readonly userId: string; readonly giftId: string }): Promise<readonly Lot[]> {
    const home = this.#databases.find(({ has }) => has(userId));
    const rows = await home?.database.query<{ readonly id: string; readonly pieces: number }>({
      text: '/* lotsOf */ SELECT id, pieces_left AS pieces FROM backpack_lot WHERE owner_id = $1 AND gift_id = $2 AND pieces_left > 0 ORDER BY id',
      values: [userId, giftId],
    });
    return (rows ?? []).map(({ id, pieces }) => ({ userId, giftId, lotId: id, pieces }));
  }

  #nextAction(): Deed {
    const random = this.#random;
    const of = { actorId: random.pick(OPERATORS), key: this.#newKey(), userId: this.#anyUser() };
    if (random.chance(0.4)) {
      const giftId = random.chance(0.1) ? 'no-such-gift' : (PROPS[random.below(PROPS.length)]?.[0] ?? 'rose');
      return { kind: 'grantProps', ...of, ...(random.chance(0.3) ? { userId: 'user-1' } : {}), giftId, pieces: 1 + random.below(9) };
    }
    if (random.chance(0.4)) return { kind: 'bonus', ...of, coins: BigInt(1 + random.below(200)) };
    // A few users get into trouble again and again; most never do.
    const userId = this.#anyTroubled();
    if (random.chance(0.6)) return { kind: random.chance(0.5) ? 'freeze' : 'unfreeze', ...of, userId };
    const sessionMax = random.chance(0.5) ? BigInt(random.below(2_000)) : null;
    const dayMax = random.chance(0.2) ? 0n : null;
    return { kind: 'restrict', ...of, userId, minor: random.chance(0.2), blocked: random.chance(0.2), dayMax, sessionMax };
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
    this.#version += 1;
    await this.#everywhere(PUT_GIFT, [shardOf(id), id, price, this.#version, id === HELD ? HELD_SECONDS : 0]);
    this.oracle.props.set(id, { price, onSale: this.oracle.props.get(id)?.onSale ?? true, held: id === HELD, left: null });
  }

  async #sell(id: string, onSale: boolean): Promise<void> {
    await this.#everywhere(
      `/* sell */ UPDATE gift SET on_sale_until = CASE WHEN $2 THEN NULL ELSE now() - interval '1 minute' END WHERE id = $1`,
      [id, onSale],
    );
    const prop = this.oracle.props.get(id);
    if (prop !== undefined) prop.onSale = onSale;
  }

  async #setStream(id: string, streamerId: string, live: boolean): Promise<void> {
    this.#version += 1;
    const news = { id, streamerId, status: live ? ('LIVE' as const) : ('ENDED' as const), version: this.#version };
    await Promise.all(
      this.#databases.map(({ database }) => database.transaction('setStream', (tx) => applyStreamNews(tx, [news], new Date()))),
    );
    this.oracle.streams.set(id, { streamerId, live });
  }

  async #everywhere(text: string, values: readonly unknown[]): Promise<void> {
    await Promise.all(this.#databases.map(({ database }) => database.query({ text, values })));
  }
}

const PUT_GIFT = `/* putGift */ INSERT INTO gift AS g (shard, id, name, price_coins, price_version, on_sale_from, cancel_window_seconds) VALUES ($1, $2, $2, $3, $4, '2026-01-01', $5)
  ON CONFLICT (shard, id) DO UPDATE SET price_coins = excluded.price_coins, price_version = excluded.price_version`;
const PUT_PRODUCT = `/* putProduct */ INSERT INTO top_up_product (shard, id, name, coins, bonus_coins, amount_minor, currency) VALUES ($1, $2, $2, $3, $4, 100, 'EUR')
  ON CONFLICT DO NOTHING`;
