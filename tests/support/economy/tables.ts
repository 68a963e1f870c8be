import type { Database } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import { applyStreamNews } from '../../../subgraphs/trading/data/streams.ts';
import { fundWallets } from '../fund-wallets.ts';
import type { Deed } from './deeds.ts';

const HELD_SECONDS = 86_400;
/** Wide enough for the slowest run: a combo ends by another gift alone. */
const COMBO_WINDOW_SECONDS = 86_400;

type Lot = Pick<Deed & { readonly kind: 'takeBackProps' }, 'userId' | 'giftId' | 'lotId' | 'pieces'>;

/** One of trading's databases, and whether an owner's rows are in it. */
export interface SceneDatabase {
  readonly database: Database;
  readonly has: (ownerId: string) => boolean;
}

/** The world of a scene in trading's tables, as operators and other subgraphs make it. */
export class SceneTables {
  readonly #databases: readonly SceneDatabase[];
  #version = 1;

  constructor(databases: readonly SceneDatabase[]) {
    this.#databases = databases;
  }

  async putProducts(products: readonly (readonly [string, bigint, bigint])[]): Promise<void> {
    for (const [id, coins, bonusCoins] of products) await this.#everywhere(PUT_PRODUCT, [shardOf(id), id, coins, bonusCoins]);
  }

  async putGift({ id, price, held }: { readonly id: string; readonly price: bigint; readonly held: boolean }): Promise<void> {
    this.#version += 1;
    await this.#everywhere(PUT_GIFT, [shardOf(id), id, price, this.#version, held ? HELD_SECONDS : 0]);
  }

  async putLimited({ id, price, total }: { readonly id: string; readonly price: bigint; readonly total: number }): Promise<void> {
    await this.#everywhere(PUT_LIMITED, [shardOf(id), id, price]);
    const text = '/* putStock */ INSERT INTO gift_stock (shard, gift_id, total, updated_at) VALUES ($1, $2, $3, now())';
    await this.#homeOf(id).query({ text, values: [shardOf(id), id, total] });
  }

  async sell(id: string, onSale: boolean): Promise<void> {
    await this.#everywhere(
      `/* sell */ UPDATE gift SET on_sale_until = CASE WHEN $2 THEN NULL ELSE now() - interval '1 minute' END WHERE id = $1`,
      [id, onSale],
    );
  }

  async setPolicy(): Promise<void> {
    await this.#everywhere(
      `/* setPolicy */ UPDATE trading_policy SET combo_window_seconds = $1, velocity_orders_max = NULL, day_coins_max = NULL, session_coins_max = NULL`,
      [COMBO_WINDOW_SECONDS],
    );
  }

  async setStream({ id, streamerId, live }: { readonly id: string; readonly streamerId: string; readonly live: boolean }): Promise<void> {
    this.#version += 1;
    const news = { id, streamerId, status: live ? ('LIVE' as const) : ('ENDED' as const), version: this.#version };
    await Promise.all(
      this.#databases.map(({ database }) => database.transaction('setStream', (tx) => applyStreamNews(tx, [news], new Date()))),
    );
  }

  fund(userId: string, coins: bigint): Promise<void> {
    return fundWallets(this.#homeOf(userId), [userId], coins);
  }

  /** Held gifts are due: to be sent, or `false`, to expire. */
  async endHolds(sent: boolean): Promise<void> {
    const expires = sent ? 'expires_at' : "now() - interval '1 second'";
    await this.#everywhere(
      `/* endHolds */ UPDATE gift_hold SET posts_at = now() - interval '2 seconds', expires_at = ${expires} WHERE status = 'PENDING'`,
      [],
    );
  }

  async stock(): Promise<{ readonly sold: bigint; readonly reserved: bigint } | undefined> {
    const rows = await Promise.all(
      this.#databases.map(({ database }) =>
        database.query<{ readonly sold: bigint; readonly reserved: bigint }>({ text: '/* stock */ SELECT sold, reserved FROM gift_stock' }),
      ),
    );
    return rows.flat()[0];
  }

  /** What somebody has of a gift. */
  async lotsOf({ userId, giftId }: { readonly userId: string; readonly giftId: string }): Promise<readonly Lot[]> {
    const rows = await this.#homeOf(userId).query<{ readonly id: string; readonly pieces: number }>({
      text: '/* lotsOf */ SELECT id, pieces_left AS pieces FROM backpack_lot WHERE owner_id = $1 AND gift_id = $2 AND pieces_left > 0 ORDER BY id',
      values: [userId, giftId],
    });
    return rows.map(({ id, pieces }) => ({ userId, giftId, lotId: id, pieces }));
  }

  #homeOf(ownerId: string): Database {
    const home = this.#databases.find(({ has }) => has(ownerId));
    if (home === undefined) throw new Error(`no database has the rows of ${ownerId}`);
    return home.database;
  }

  async #everywhere(text: string, values: readonly unknown[]): Promise<void> {
    await Promise.all(this.#databases.map(({ database }) => database.query({ text, values })));
  }
}

const PUT_LIMITED = `/* putLimited */ INSERT INTO gift (shard, id, name, price_coins, on_sale_from, limited) VALUES ($1, $2, $2, $3, '2026-01-01', true)`;
const PUT_GIFT = `/* putGift */ INSERT INTO gift AS g (shard, id, name, price_coins, price_version, on_sale_from, cancel_window_seconds) VALUES ($1, $2, $2, $3, $4, '2026-01-01', $5)
  ON CONFLICT (shard, id) DO UPDATE SET price_coins = excluded.price_coins, price_version = excluded.price_version`;
const PUT_PRODUCT = `/* putProduct */ INSERT INTO top_up_product (shard, id, name, coins, bonus_coins, amount_minor, currency) VALUES ($1, $2, $2, $3, $4, 100, 'EUR')
  ON CONFLICT DO NOTHING`;
