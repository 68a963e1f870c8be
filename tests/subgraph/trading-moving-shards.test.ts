import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Database } from '#platform/database/database.ts';
import { shardAt, shardIndexOf } from '#platform/ids.ts';
import { openPartitions } from '../../subgraphs/trading/data/openPartitions.ts';
import { verifyLedger } from '../../subgraphs/trading/data/verifyLedger.ts';
import { startTrading } from '../../subgraphs/trading/server.ts';
import { faultsOfAll } from '../support/ledger.ts';
import { eventually } from '../support/platform.ts';
import { aRuntime, askData, aUser } from '../support/runtime.ts';
import { aSpreadTrading } from '../support/spread-trading.ts';
import { aTelemetry } from '../support/telemetry.ts';
import { type SendInput, type SendPayload, sendRaw } from '../support/trading.ts';

const OPERATOR = aUser('olga', 'ops:read', 'ops:write');
const CATALOGUE_SHARD = shardIndexOf('catalogue');
/** What ARCHITECTURE.md, "Moving shards", has copied whole, or not at all. */
const NOT_MOVED = [
  ...['gift', 'gift_price', 'bundle_item', 'top_up_product', 'trading_policy', 'catalogue_state', 'catalogue_edit', 'stream'],
  ...['feed_epoch', 'consumer_cursor'],
];

test('shards that are moved as it is written down, also that of the catalogue, take along keys, credits under way, holds and books', {
  timeout: 60_000,
}, async () => {
  const world = await aSpreadTrading();
  const databases = world.partitions.all.map(({ database }) => database);
  await onlyHomeHasEdits(databases);
  await Promise.all(databases.map((database) => database.query({ text: HOLD_LOLLIPOPS })));
  const senders = [0, 1, 2, 3, 0, 1, 2, 3].map(world.somebodyIn);
  await world.fund(senders, 1_000n);
  const streams = await Promise.all([0, 1, 2, 3].map((index) => world.aStream(world.somebodyIn(index))));
  const wishes = senders.flatMap((sender) =>
    streams.flatMap((streamId) =>
      ['rose', 'lollipop'].map((giftId) => ({ sender, input: { streamId, giftId, idempotencyKey: randomUUID() } })),
    ),
  );
  const ids = await Promise.all(wishes.map(({ sender, input }) => orderId(world.trading, sender, input)));
  await world.trading.close();

  // 8 to 23 come from the first two databases, with the place where the catalogue is edited.
  expect(CATALOGUE_SHARD).toBe(17);
  const moved = Array.from({ length: 16 }, (_, index) => shardAt(index + 8));
  for (const from of databases.slice(0, 2)) await move(from, databases[3], moved);
  for (const database of databases)
    await database.query({ text: "/* forget */ DELETE FROM consumer_cursor WHERE consumer LIKE 'trading.%'" });
  for (const database of databases)
    await database.query({ text: "/* forget */ DELETE FROM feed_consumer WHERE consumer ~ '^trading\\..*/(16|48)$'" });

  const [a, b, c, d] = world.urls;
  const runtime = await aRuntime({
    env: { TRADING_DATABASES: `0-7=${a},24-31=${b},32-47=${c},8-23=${d},48-63=${d}`, DATABASE_POOL_MAX: '4' },
  });
  const partitions = await openPartitions({ config: runtime.config, bus: runtime.bus, telemetry: aTelemetry('trading') });
  const trading = await startTrading(runtime);
  const everywhere = async (text: string): Promise<number> => {
    const rows = await Promise.all(databases.map((database) => database.query<{ readonly rows: number }>({ text })));
    return rows.flat().reduce((sum, row) => sum + row.rows, 0);
  };
  const roses = wishes.filter(({ input }) => input.giftId === 'rose').length;
  await eventually(
    'every rose is credited',
    async () => (await everywhere('SELECT count(*)::int AS rows FROM gift_credit')) === roses,
    20_000,
  );
  expect(await Promise.all(wishes.map(({ sender, input }) => orderId(trading, sender, input)))).toEqual(ids);
  const cancel = 'mutation ($input: CancelGiftInput!) { cancelGift(input: $input) { order { status } } }';
  const [sender, held] = [wishes[1]?.sender ?? '', ids[1] ?? ''];
  const variables = { input: { orderId: held, idempotencyKey: randomUUID() } };
  expect(await askData(trading, { as: aUser(sender, 'gifts:send'), query: cancel, variables })).toEqual({
    cancelGift: { order: { status: 'CANCELLED' } },
  });
  // What is edited where the catalogue is now arrives where it was before.
  const withdraw = 'mutation ($input: WithdrawGiftInput!) { withdrawGift(input: $input) { userErrors { code } } }';
  const edit = { input: { giftId: 'rocket', version: 1, idempotencyKey: randomUUID() } };
  expect(await askData(trading, { as: OPERATOR, query: withdraw, variables: edit })).toEqual({ withdrawGift: { userErrors: [] } });
  const WITHDRAWN = "SELECT count(*)::int AS rows FROM gift WHERE id = 'rocket' AND on_sale_until IS NOT NULL";
  await eventually('the edit is everywhere', async () => (await everywhere(WITHDRAWN)) === databases.length);
  expect(await faultsOfAll(databases)).toEqual([]);
  for (const { database, shards } of partitions.all)
    expect((await verifyLedger({ database, shards, expected: [], onProgress: () => undefined })).faults).toEqual([]);
  await partitions.close();
  await trading.close();
  await runtime.close();
  await world.close();
});

const HOLD_LOLLIPOPS = "/* holdLollipops */ UPDATE gift SET cancel_window_seconds = 300 WHERE id = 'lollipop'";

const orderId = async (trading: Parameters<typeof sendRaw>[0], sender: string, input: SendInput): Promise<string | null> => {
  const { data } = await sendRaw(trading, sender, input);
  return (data?.['sendGift'] as SendPayload | undefined)?.order?.id ?? null;
};

// The tests' databases are each made with the demo's catalogue by edits of their own; those of a real one get it from home.
const onlyHomeHasEdits = async (databases: readonly Database[]): Promise<void> => {
  for (const [index, database] of databases.entries()) {
    if (index === 1) continue;
    for (const table of ['feed_event', 'feed'])
      await database.query({ text: `/* unfeed */ DELETE FROM ${table} WHERE shard = $1`, values: [shardAt(CATALOGUE_SHARD)] });
  }
};

const move = async (from: Database, to: Database | undefined, shards: readonly number[]): Promise<void> => {
  const tables = await from.query<{ readonly table: string }>({ text: TABLES });
  for (const { table } of tables.filter((row) => !NOT_MOVED.includes(row.table))) {
    const read = `/* take */ SELECT json_agg(t)::text AS rows FROM ${table} AS t WHERE shard = ANY ($1::int[])`;
    const [taken] = await from.query<{ readonly rows: string | null }>({ text: read, values: [shards] });
    const write = `/* put */ INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, $1::json)`;
    if (typeof taken?.rows === 'string') await to?.query({ text: write, values: [taken.rows] });
    await from.query({ text: `/* take */ DELETE FROM ${table} WHERE shard = ANY ($1::int[])`, values: [shards] });
  }
};

const TABLES =
  "/* tables */ SELECT table_name AS table FROM information_schema.columns WHERE column_name = 'shard' AND table_schema = 'public'";
