import { randomUUID } from 'node:crypto';
import type { ExecutionResult } from 'graphql';
import { ALL_SHARDS } from '#platform/config/shardMap.ts';
import type { Database } from '#platform/database/database.ts';
import { openDatabase } from '#platform/database/open.ts';
import type { FeedSource } from '#platform/feed/feed.ts';
import { newId, shardOf } from '#platform/ids.ts';
import type { ProcessRuntime } from '#platform/subgraph/runtime.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { toPartition } from '../../subgraphs/trading/data/openPartitions.ts';
import { type Partitions, partitionsOf } from '../../subgraphs/trading/data/partitions.ts';
import { seedCatalogue } from '../../subgraphs/trading/data/seed.ts';
import { applyStreamNews } from '../../subgraphs/trading/data/streams.ts';
import type { StreamStatus } from '../../subgraphs/trading/domain/gift.ts';
import type { PaymentProvider } from '../../subgraphs/trading/domain/payment.ts';
import { startTrading } from '../../subgraphs/trading/server.ts';
import { fundWallets } from './fund-wallets.ts';
import { ledgerFaults } from './ledger.ts';
import { aDatabaseUrl } from './postgres.ts';
import { aRuntime, ask, askData, aUser } from './runtime.ts';
import { aTelemetry } from './telemetry.ts';

/** Trading on a database of its own with the demo's catalogue, and what tests do with it. */
export interface TradingFixture {
  readonly runtime: ProcessRuntime;
  readonly trading: RunningSubgraph<FeedSource>;
  /** The same database, for looking and for setting the scene. */
  readonly database: Database;
  readonly partitions: Partitions;
  readonly databaseUrl: string;
  /** Somebody with that many coins. */
  aWallet(options: { readonly coins: bigint }): Promise<string>;
  /** A stream of a streamer of its own, or of `streamerId`. */
  aStream(options?: {
    readonly streamerId?: string;
    readonly status?: StreamStatus;
  }): Promise<{ readonly streamId: string; readonly streamerId: string }>;
  setStream(stream: { readonly streamId: string; readonly streamerId: string }, status: StreamStatus, version: number): Promise<void>;
  /** Sends roses (1 coin each) unless it says otherwise, with a new key unless it brings one. */
  send(senderId: string, input: SendInput): Promise<SendPayload>;
  coinsOf(ownerId: string): Promise<bigint>;
  diamondsOf(ownerId: string): Promise<bigint>;
  /** Everything that is wrong with the books. */
  faults(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface SendInput {
  readonly streamId: string;
  readonly giftId?: string;
  readonly quantity?: number;
  readonly idempotencyKey?: string;
}

export interface SendPayload {
  readonly order: {
    readonly id: string;
    readonly status: string;
    readonly coins: string;
    readonly quantity: number;
    readonly gift: { readonly id: string; readonly priceCoins: string };
  } | null;
  readonly wallet: { readonly coins: string; readonly version: number } | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string; readonly field: readonly string[] | null }[];
}

const SEND_GIFT = `mutation ($input: SendGiftInput!) { sendGift(input: $input) {
  order { id status coins quantity gift { id priceCoins } } wallet { coins version } userErrors { code message field } } }`;

export const aTrading = async (
  options: { readonly paymentProvider?: PaymentProvider; readonly databaseUrl?: string } = {},
): Promise<TradingFixture> => {
  const databaseUrl = options.databaseUrl ?? (await aDatabaseUrl('trading'));
  const runtime = await aRuntime({ databaseUrls: { trading: databaseUrl } });
  const trading = await startTrading(runtime, options.paymentProvider === undefined ? {} : { paymentProvider: options.paymentProvider });
  const database = await openDatabase({ name: 'trading', url: databaseUrl, telemetry: aTelemetry('trading'), poolMax: 2 });
  const partition = { index: 0, shards: ALL_SHARDS, database };
  const partitions = partitionsOf([toPartition(partition, { bus: runtime.bus, telemetry: aTelemetry('trading') })]);
  await seedCatalogue(database);
  const balance = async (ownerId: string): Promise<{ coins: bigint; diamonds: bigint }> => {
    const text = '/* balance */ SELECT coins, diamonds FROM wallet WHERE shard = $1 AND owner_id = $2';
    const [row] = await database.query<{ coins: bigint; diamonds: bigint }>({ text, values: [shardOf(ownerId), ownerId] });
    return row ?? { coins: 0n, diamonds: 0n };
  };
  const setStream: TradingFixture['setStream'] = ({ streamId, streamerId }, status, version) =>
    database.transaction('setStream', (tx) => applyStreamNews(tx, [{ id: streamId, streamerId, status, version }], new Date()));
  return {
    runtime,
    trading,
    database,
    partitions,
    databaseUrl,
    aWallet: async ({ coins }) => {
      const ownerId = `user-${randomUUID()}`;
      if (coins > 0n) await fundWallets(database, [ownerId], coins);
      return ownerId;
    },
    aStream: async ({ streamerId = `streamer-${randomUUID()}`, status = 'LIVE' } = {}) => {
      const stream = { streamId: newId(), streamerId };
      await setStream(stream, status, 1);
      return stream;
    },
    setStream,
    send: (senderId, input) => sendGift(trading, senderId, input),
    coinsOf: async (ownerId) => (await balance(ownerId)).coins,
    diamondsOf: async (ownerId) => (await balance(ownerId)).diamonds,
    faults: () => ledgerFaults((text) => database.query({ text })),
    close: async () => {
      await partitions.close();
      await trading.close();
      await runtime.close();
    },
  };
};

/** Sends a gift. Throws with the answer's errors when it has any. */
export const sendGift = async (
  trading: Pick<RunningSubgraph, 'name' | 'transport'>,
  senderId: string,
  input: SendInput,
): Promise<SendPayload> => (await askData<{ sendGift: SendPayload }>(trading, sendGiftQuestion(senderId, input))).sendGift;

/** The whole answer to sendGift, errors and all. */
export const sendRaw = (
  trading: Pick<RunningSubgraph, 'name' | 'transport'>,
  senderId: string,
  input: SendInput,
): Promise<ExecutionResult> => ask(trading, sendGiftQuestion(senderId, input));

const sendGiftQuestion = (senderId: string, { streamId, giftId = 'rose', quantity = 1, idempotencyKey = randomUUID() }: SendInput) => ({
  as: aUser(senderId, 'gifts:send', 'wallet:read'),
  query: SEND_GIFT,
  variables: { input: { streamId, giftId, quantity, idempotencyKey } },
});
