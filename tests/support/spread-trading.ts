import { randomUUID } from 'node:crypto';
import type { ExecutionResult } from 'graphql';
import type { FeedSource } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import type { ProcessRuntime } from '#platform/subgraph/runtime.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { openPartitions } from '../../subgraphs/trading/data/openPartitions.ts';
import type { Partition, Partitions } from '../../subgraphs/trading/data/partitions.ts';
import { seedCatalogue } from '../../subgraphs/trading/data/seed.ts';
import { applyStreamNews } from '../../subgraphs/trading/data/streams.ts';
import { startTrading } from '../../subgraphs/trading/server.ts';
import { fundWallets } from './fund-wallets.ts';
import { faultsOfAll } from './ledger.ts';
import { eventually } from './platform.ts';
import { aDatabaseUrl } from './postgres.ts';
import { aRuntime } from './runtime.ts';
import { aTelemetry } from './telemetry.ts';
import { type SendInput, sendRaw } from './trading.ts';

/** Trading over several databases, and what tests do with it. */
export interface SpreadTrading {
  readonly runtime: ProcessRuntime;
  readonly trading: RunningSubgraph<FeedSource>;
  /** The same databases, for looking and for setting the scene: not through the URLs that trading was given, but directly. */
  readonly partitions: Partitions;
  readonly urls: readonly string[];
  /** What TRADING_DATABASES is for trading. */
  readonly map: string;
  /** Somebody whose account is in that database. */
  somebodyIn(index: number): string;
  fund(ownerIds: readonly string[], coins: bigint): Promise<void>;
  aStream(streamerId: string): Promise<string>;
  send(senderId: string, input: SendInput): Promise<ExecutionResult>;
  /** Resolves when every gift that was paid has been credited, over all databases. */
  untilCredited(): Promise<void>;
  /** Everything that is wrong with the books of all databases taken together. */
  faults(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const SHARDS_EACH = 16;
const CREDITED_DEADLINE_MS = 30_000;

/** The map of four databases, a quarter of the shards in each. */
export const mapOf = (urls: readonly string[]): string =>
  urls.map((url, index) => `${index * SHARDS_EACH}-${(index + 1) * SHARDS_EACH - 1}=${url}`).join(',');

/** Starts trading over four new databases. `through`: how trading itself reaches one, for example by a proxy. */
export const aSpreadTrading = async (
  options: { readonly through?: (url: string, index: number) => Promise<string>; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<SpreadTrading> => {
  const urls = await Promise.all([0, 1, 2, 3].map(() => aDatabaseUrl('trading')));
  const given = await Promise.all(urls.map((url, index) => options.through?.(url, index) ?? url));
  const map = mapOf(given);
  const own = await aRuntime({ env: { TRADING_DATABASES: mapOf(urls), DATABASE_POOL_MAX: '2' } });
  const partitions = await openPartitions({ config: own.config, bus: own.bus, telemetry: aTelemetry('trading') });
  await Promise.all(partitions.all.map(({ database }) => seedCatalogue(database)));
  const runtime = await aRuntime({ env: { TRADING_DATABASES: map, DATABASE_POOL_MAX: '4', ...options.env } });
  const trading = await startTrading(runtime);
  return {
    runtime,
    trading,
    partitions,
    urls,
    map,
    somebodyIn: (index) => {
      for (;;) {
        const id = `user-${randomUUID()}`;
        if (partitions.of(id).index === index) return id;
      }
    },
    fund: async (ownerIds, coins) => {
      for (const [{ database }, ofPartition] of Map.groupBy(ownerIds, partitions.of)) await fundWallets(database, ofPartition, coins);
    },
    aStream: async (streamerId) => {
      const stream = { id: newId(), streamerId, status: 'LIVE' as const, version: 1 };
      await eachOf(partitions, ({ database }) => database.transaction('stream', (tx) => applyStreamNews(tx, [stream], new Date())));
      return stream.id;
    },
    send: (senderId, input) => sendRaw(trading, senderId, input),
    untilCredited: () => untilCredited(partitions),
    faults: () => faultsOfAll(partitions.all.map(({ database }) => database)),
    close: async () => {
      await trading.close();
      await runtime.close();
      await partitions.close();
      await own.close();
    },
  };
};

const eachOf = async (partitions: Partitions, work: (partition: Partition) => Promise<unknown>): Promise<void> => {
  await Promise.all(partitions.all.map(work));
};

/** One number per database, summed. */
const sumOf = async (partitions: Partitions, text: string): Promise<bigint> => {
  const rows = await Promise.all(partitions.all.map(({ database }) => database.query<{ readonly sum: string }>({ text })));
  return rows.reduce((sum, [row]) => sum + BigInt(row?.sum ?? '0'), 0n);
};

// Of the difference in each database, some is another's: the sum is what is not credited yet.
const untilCredited = (partitions: Partitions): Promise<void> =>
  eventually('every gift is credited', async () => (await sumOf(partitions, UNCREDITED)) === 0n, CREDITED_DEADLINE_MS);

const UNCREDITED = '/* uncredited */ SELECT ((SELECT count(*) FROM gift_order) - (SELECT count(*) FROM gift_credit))::text AS sum';
