import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Bus } from '#platform/bus/bus.ts';
import { createMemoryBus } from '#platform/bus/memory.ts';
import { ALL_SHARDS } from '#platform/config/shardMap.ts';
import { openDatabase } from '#platform/database/open.ts';
import { toPartition } from '../../subgraphs/trading/data/openPartitions.ts';
import { partitionsOf } from '../../subgraphs/trading/data/partitions.ts';
import { seedCatalogue } from '../../subgraphs/trading/data/seed.ts';
import { createStripePayments } from '../../subgraphs/trading/data/stripePayments.ts';
import { openTopUpShop, type TopUpShop } from '../../subgraphs/trading/data/topUpShop.ts';
import { createWalletHints } from '../../subgraphs/trading/data/walletHints.ts';
import { type CrashingDatabase, crashing, type Mishap } from '../support/crashing-database.ts';
import { conservationDrift, ledgerFaults, type Sql } from '../support/ledger.ts';
import { aDatabaseUrl } from '../support/postgres.ts';
import { createRandom, type Random } from '../support/random.ts';
import { FakeStripe, type Misbehaviour, type StripeEvent } from '../support/stripe.ts';
import { aTelemetry } from '../support/telemetry.ts';

// Buyers order and pay, change their minds and are given back their money, while the provider answers late, twice, never and out of order, and processes die before
// and after their commits. When all is quiet, whoever has paid has the coins, and whoever has not has none.

const ROUNDS = 16;
const ROUNDS_MAX = 4 * ROUNDS;
const MISHAPS_MIN = 4;
const AT_ONCE = 8;
const CRASH_SHARE = 0.08;
const MISBEHAVIOUR_SHARE = 0.1;
// Not the 500 that is kept under its key: an order whose payment was refused that way hangs until the provider has forgotten the key.
const MISBEHAVIOURS: readonly [Misbehaviour, ...Misbehaviour[]] = ['cut', 'broken', 'done-and-broken', 'busy', 'garbage', 'locked'];
const QUIET_SWEEPS_MAX = 20;

let bus: Bus;

beforeAll(() => {
  bus = createMemoryBus();
});
afterAll(() => bus.close());

/** One process after the other over one database: the next starts when the last has died. */
interface World {
  readonly stripe: FakeStripe;
  readonly sql: Sql;
  readonly mishaps: Mishap[];
  /** Whose orders they are, by id. */
  readonly orders: Map<string, string>;
  shop(): Promise<TopUpShop>;
  /** From here on nothing dies any more. */
  calm(): Promise<void>;
  close(): Promise<void>;
}

const aWorld = async (seed: number): Promise<World> => {
  const stripe = await new FakeStripe().start();
  const telemetry = aTelemetry('trading');
  const database = await openDatabase({ name: 'trading', url: await aDatabaseUrl('trading'), telemetry, poolMax: 8 });
  await seedCatalogue(database);
  const mishaps: Mishap[] = [];
  const provider = () => createStripePayments({ url: stripe.url, secretKey: stripe.secretKey, webhookSecrets: [stripe.webhookSecret] });
  let crashShare = CRASH_SHARE;
  let starts = 0;
  let asking: Promise<TopUpShop> | null = null;
  let current: { readonly shop: TopUpShop; readonly seen: CrashingDatabase } | null = null;
  const start = async (): Promise<TopUpShop> => {
    starts += 1;
    const generation = starts;
    const randomOf = (name: string): Random => createRandom(seed * 1_000 + generation * 10 + name.length);
    const generators = new Map<string, Random>();
    const once = (name: string): Random => {
      const random = generators.get(name) ?? randomOf(name);
      generators.set(name, random);
      return random;
    };
    const seen = crashing(database, once, crashShare, (mishap) => mishaps.push(mishap));
    const partition = toPartition({ index: 0, shards: ALL_SHARDS, database: seen.database }, { bus, telemetry });
    const shop = await openTopUpShop({
      partitions: partitionsOf([partition]),
      bus,
      telemetry,
      walletHints: createWalletHints(bus),
      provider: provider(),
      config: { topUpExpiryMinutes: 60, paymentWebhook: { host: '127.0.0.1', port: 0 }, shutdownSeconds: 1 },
    });
    current = { shop, seen };
    return shop;
  };
  const stop = async (): Promise<void> => {
    await current?.shop.close();
    current = null;
  };
  return {
    stripe,
    sql: (text) => database.query({ text }),
    mishaps,
    orders: new Map(),
    shop: () => {
      // All who ask at the same time get the same process.
      asking ??= (async () => {
        if (current?.seen.isDead() === true) await stop();
        return current?.shop ?? start();
      })().finally(() => {
        asking = null;
      });
      return asking;
    },
    calm: async () => {
      await stop();
      crashShare = 0;
      stripe.misbehaviours.length = 0;
    },
    close: async () => {
      await stop();
      await database.close();
      await stripe.close();
    },
  };
};

const act = async (world: World, random: Random, undelivered: StripeEvent[]): Promise<void> => {
  const { stripe, orders } = world;
  const { cashier, webhookUrl } = await world.shop();
  if (random.chance(MISBEHAVIOUR_SHARE)) stripe.misbehaviours.push(random.pick(MISBEHAVIOURS));
  stripe.refundsBecome = random.pick(['succeeded', 'succeeded', 'pending', 'refuse']);
  const intents = [...stripe.intents.values()];
  const intent = intents[random.below(intents.length)];
  const refunds = [...stripe.refunds.values()].filter(({ status }) => status === 'pending');
  const refund = refunds[random.below(refunds.length)];
  const dice = random.next();
  if (dice < 0.15 || intent === undefined) {
    const ownerId = `buyer-${randomUUID()}`;
    await cashier.topUp({ ownerId, productId: random.pick(['coins-100', 'coins-10000']), idempotencyKey: 'one' });
  } else if (dice < 0.35) {
    const event = stripe.pay(intent);
    if (event !== null && random.chance(0.7)) await stripe.deliver(webhookUrl ?? '', event);
  } else if (dice < 0.38) stripe.decline(intent);
  else if (dice < 0.4) stripe.cancel(intent);
  else if (dice < 0.43) await world.sql(`/* expire */ UPDATE top_up SET expires_at = now() WHERE payment_id = '${intent.id}'`);
  else if (dice < 0.46 && intent.status === 'succeeded' && stripe.moneyKept(intent.metadata['fanfare_top_up'] ?? '') === intent.amount)
    stripe.refund(intent);
  else if (dice < 0.65)
    await cashier.refund({
      actorId: 'operator',
      topUpId: intent.metadata['fanfare_top_up'] ?? '',
      reason: 'chaos',
      idempotencyKey: randomUUID(),
    });
  else if (dice < 0.75 && refund !== undefined) stripe.settleRefund(refund, random.pick(['succeeded', 'failed']));
  else if (dice < 0.82) await cashier.sweep(new Date(Date.now() + random.below(120_000)));
  else {
    // Any of all events that ever were, again and again.
    const event = undelivered[random.below(undelivered.length)];
    if (event !== undefined) await stripe.deliver(webhookUrl ?? '', event);
  }
  for (const { id, owner_id } of await world.sql<{ id: string; owner_id: string }>('/* orders */ SELECT id, owner_id FROM top_up'))
    orders.set(id, owner_id);
};

const settleAll = async (world: World, random: Random, events: readonly StripeEvent[]): Promise<void> => {
  await world.calm();
  for (const refund of world.stripe.refunds.values())
    if (refund.status === 'pending') world.stripe.settleRefund(refund, random.pick(['succeeded', 'failed']));
  const { cashier, webhookUrl } = await world.shop();
  await world.sql("/* expire */ UPDATE top_up SET expires_at = now() WHERE status IN ('PENDING', 'DECLINED')");
  const shuffled = events.toSorted(() => random.next() - 0.5);
  for (const event of [...shuffled, ...shuffled.toReversed()])
    expect((await world.stripe.deliver(webhookUrl ?? '', event)).status).toBe(200);
  for (let sweeps = 1; ; sweeps += 1) {
    await cashier.sweep(new Date(Date.now() + sweeps * 7_200_000));
    const [row] = await world.sql<{ due: bigint }>('/* due */ SELECT count(*) AS due FROM top_up WHERE watch_at IS NOT NULL');
    if (row?.due === 0n) return;
    if (sweeps === QUIET_SWEEPS_MAX) throw new Error(`${row?.due} orders still hang`);
  }
};

interface FinalOrder {
  readonly id: string;
  readonly status: string;
  readonly amount_minor: bigint;
  readonly coins: bigint;
  readonly bonus_coins: bigint;
  readonly wallet_coins: bigint;
  readonly wallet_bonus: bigint;
}

test.each([1, 2])('whoever has paid has the coins, whoever has not has none (seed %i)', async (seed) => {
  const random = createRandom(seed);
  const world = await aWorld(seed);
  const { events } = world.stripe;
  const done: PromiseSettledResult<void>[] = [];
  // Who dies when depends on how many transactions there are, which depends on the machine: it goes on until enough have died.
  for (let round = 0; round < ROUNDS || (world.mishaps.length < MISHAPS_MIN && round < ROUNDS_MAX); round += 1)
    done.push(...(await Promise.allSettled(Array.from({ length: AT_ONCE }, () => act(world, random, events)))));
  expect(done.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(done.length / 2);
  expect(world.mishaps.length).toBeGreaterThanOrEqual(MISHAPS_MIN);
  await settleAll(world, random, events);
  const orders =
    await world.sql<FinalOrder>(`/* final */ SELECT t.id, t.status::text, t.amount_minor, t.coins, t.bonus_coins, w.coins AS wallet_coins, w.bonus_coins AS wallet_bonus
    FROM top_up t JOIN wallet w ON w.shard = t.shard AND w.owner_id = t.owner_id`);
  expect(orders.length).toBeGreaterThan(10);
  // It was worth the trouble: there are orders of every end, and refunds that were refused.
  expect(new Set(orders.map(({ status }) => status))).toEqual(
    new Set(['SETTLED', 'EXPIRED', 'REFUNDED', ...orders.flatMap(({ status }) => (status === 'DECLINED' ? status : []))]),
  );
  const wrong = orders.filter(({ id, status, ...order }) => {
    const kept = BigInt(world.stripe.moneyKept(id));
    const isPaid = status === 'SETTLED';
    return (
      kept !== (isPaid ? order.amount_minor : 0n) ||
      order.wallet_coins !== (isPaid ? order.coins : 0n) ||
      order.wallet_bonus !== (isPaid ? order.bonus_coins : 0n)
    );
  });
  expect(wrong.map((order) => ({ ...order, kept: world.stripe.moneyKept(order.id) }))).toEqual([]);
  expect(orders.filter(({ status }) => status === 'REFUNDING' || status === 'PENDING')).toEqual([]);
  expect(await ledgerFaults(world.sql)).toEqual([]);
  expect(await conservationDrift(world.sql)).toBe(0n);
  await world.close();
});
