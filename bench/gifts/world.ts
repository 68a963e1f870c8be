import pg from 'pg';
import { createMemoryBus } from '#platform/bus/memory.ts';
import { loadConfig } from '#platform/config/config.ts';
import type { Database } from '#platform/database/database.ts';
import { migrate } from '#platform/database/migrate.ts';
import { openDatabase } from '#platform/database/open.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#platform/embedded/postgres.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { openFeeds } from '#platform/feed/feeds.ts';
import { shardOf } from '#platform/ids.ts';
import { createTelemetry } from '#platform/telemetry/open.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { seedCatalogue } from '../../subgraphs/trading/data/seed.ts';
import { applyStreamNews } from '../../subgraphs/trading/data/streams.ts';
import { TOP_UP_ACCOUNT } from '../../subgraphs/trading/domain/ledger.ts';
import { fundWallets } from '../../tests/support/fund-wallets.ts';

export const WALLETS = 100_000;
export const STREAMERS = 10_000;
/** Wallets made by one statement. */
const WALLETS_AT_ONCE = 50_000;
/** Enough for every gift of a long run, also when one sender sends all of them; the largest one costs 5,200. */
const COINS_EACH = 1_000_000_000n;
/** As many as the peer's callers need; the lane and its consumer hold one each. */
const CONNECTIONS_MAX = 40;
const OWN = 'bench_gifts';
const TWIN = 'bench_gifts_naive';

/** Trading's own database on a PostgreSQL of its own: a catalogue, funded wallets, live streams. */
export interface World {
  readonly postgres: EmbeddedPostgres;
  readonly database: Database;
  readonly feeds: Feeds;
  readonly bus: ReturnType<typeof createMemoryBus>;
  readonly telemetry: Telemetry;
  /** Brings the number of viewers with a full wallet up to that, without an entry of the ledger for each: for sizes at which only the sums are checked. */
  growTo(wallets: number): Promise<void>;
  /** A second database with the same contents as the first had in the beginning, for a peer. */
  openTwin(): Promise<Database>;
  /** URL of the first database, for other processes. */
  readonly databaseUrl: string;
  close(): Promise<void>;
}

export const viewerId = (index: number): string => `viewer-${index}`;
export const streamerId = (index: number): string => `streamer-${index}`;

/** Stream of a streamer: the index in the last digits of a fixed UUIDv7. */
export const streamId = (index: number): string => `01980000-0000-7000-8000-${String(index).padStart(12, '0')}`;

/** Opens it with so many funded viewers. */
export const openWorld = async (dataDir: string, say: (line: string) => void, wallets: number = WALLETS): Promise<World> => {
  const postgres = await startEmbeddedPostgres({ dataDir, say });
  try {
    return await openOn(postgres, say, wallets);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
};

const openOn = async (postgres: EmbeddedPostgres, say: (line: string) => void, wallets: number): Promise<World> => {
  const telemetry = createTelemetry('trading', loadConfig({ LOG_LEVEL: 'error' }));
  const open = (name: string, poolMax: number): Promise<Database> =>
    openDatabase({ name: 'trading', url: postgres.urlOf(name), telemetry, poolMax });
  say(`preparing ${wallets} wallets and ${STREAMERS} live streams`);
  await administer(postgres, `DROP DATABASE IF EXISTS ${OWN}`, `DROP DATABASE IF EXISTS ${TWIN}`);
  await migrate('trading', postgres.urlOf(OWN));
  const seeding = await open(OWN, 2);
  await seed(seeding, wallets).finally(() => seeding.close());
  await administer(postgres, `CREATE DATABASE ${TWIN} TEMPLATE ${OWN}`, 'CHECKPOINT');
  const bus = createMemoryBus();
  const database = await open(OWN, CONNECTIONS_MAX);
  const feeds = await openFeeds({ database, bus, telemetry });
  return {
    postgres,
    database,
    feeds,
    bus,
    telemetry,
    databaseUrl: postgres.urlOf(OWN),
    growTo: (size) => grow(database, size),
    openTwin: () => open(TWIN, CONNECTIONS_MAX),
    close: async () => {
      await feeds.close();
      await bus.close();
      await database.close();
      await postgres.stop();
    },
  };
};

const administer = async (postgres: EmbeddedPostgres, ...statements: readonly string[]): Promise<void> => {
  const client = new pg.Client({ connectionString: postgres.urlOf('postgres') });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
};

const seed = async (database: Database, wallets: number): Promise<void> => {
  await seedCatalogue(database);
  const streams = Array.from({ length: STREAMERS }, (_, index) => ({
    id: streamId(index),
    streamerId: streamerId(index),
    status: 'LIVE' as const,
    version: 1,
  }));
  await database.transaction('seed', (tx) => applyStreamNews(tx, streams, new Date()));
  const owners = [
    ...Array.from({ length: wallets }, (_, index) => viewerId(index)),
    ...Array.from({ length: STREAMERS }, (_, index) => streamerId(index)),
  ];
  await fundWallets(database, owners, COINS_EACH);
  await database.query({ text: '/* seed */ VACUUM ANALYZE' });
};

const grow = async (database: Database, size: number): Promise<void> => {
  const [row] = await database.query<{ readonly count: bigint }>({
    text: `/* viewers */ SELECT count(*) FROM wallet WHERE owner_id LIKE 'viewer-%'`,
  });
  for (let start = Number(row?.count ?? 0n); start < size; start += WALLETS_AT_ONCE) {
    const owners = Array.from({ length: Math.min(WALLETS_AT_ONCE, size - start) }, (_, index) => viewerId(start + index));
    await database.query({ text: GROW, values: [owners.map(shardOf), owners, COINS_EACH, TOP_UP_ACCOUNT] });
  }
  await database.query({ text: '/* grow */ ANALYZE wallet' });
};

const GROW = `/* grow */ WITH added AS (
    INSERT INTO wallet (shard, owner_id, coins) SELECT n.shard, n.owner_id, $3::bigint FROM unnest($1::int[], $2::text[]) AS n (shard, owner_id)
    ON CONFLICT DO NOTHING RETURNING shard
  ) INSERT INTO system_account AS a (shard, id, currency, balance, version)
  SELECT shard, $4, 'COINS', -count(*) * $3::bigint, 0 FROM added GROUP BY shard
  ON CONFLICT (shard, id) DO UPDATE SET balance = a.balance + excluded.balance`;
