import { expect, onTestFinished, test } from 'vitest';
import { createMemoryBus } from '#platform/bus/memory.ts';
import { ALL_SHARDS } from '#platform/config/shardMap.ts';
import { rowsOf } from '#platform/database/arrays.ts';
import { openDatabase } from '#platform/database/open.ts';
import { inShard } from '#platform/database/scope.ts';
import { ensureEpoch } from '#platform/feed/epoch.ts';
import { newId, newIdInShard, shardIndexOf, shardOf } from '#platform/ids.ts';
import { startCreditConsumer } from '../../subgraphs/trading/data/credits.ts';
import { type ExpiryLane, openExpiryLane } from '../../subgraphs/trading/data/expiredProps.ts';
import { openGiftLane } from '../../subgraphs/trading/data/giftLane.ts';
import { toPartition } from '../../subgraphs/trading/data/openPartitions.ts';
import { lanePerPartition } from '../../subgraphs/trading/data/partitionLanes.ts';
import { byShard, type LaneScope, partitionsOf } from '../../subgraphs/trading/data/partitions.ts';
import { openSealer } from '../../subgraphs/trading/data/sealer.ts';
import { seedCatalogue } from '../../subgraphs/trading/data/seed.ts';
import { openStockLane, type StockLane, startStockConsumer } from '../../subgraphs/trading/data/stockLane.ts';
import { applyStreamNews } from '../../subgraphs/trading/data/streams.ts';
import { verifyLedger } from '../../subgraphs/trading/data/verifyLedger.ts';
import type { GiftCommand } from '../../subgraphs/trading/domain/gift.ts';
import type { NewGiftOrder } from '../../subgraphs/trading/domain/giftOrder.ts';
import { stockPaidEvents } from '../../subgraphs/trading/events.ts';
import { withDeadline } from '../support/deadline.ts';
import { fundWallets } from '../support/fund-wallets.ts';
import { ledgerFaults } from '../support/ledger.ts';
import { aDatabaseUrl } from '../support/postgres.ts';
import { putOnSale } from '../support/sale-world.ts';
import { recordShards } from '../support/shard-recorder.ts';
import { aTelemetry } from '../support/telemetry.ts';

const WHOLE_TABLES = /\b(?:FROM|JOIN) (?:gift|stream|trading_policy)\b|\bSELECT (?:set_config|brin_summarize_new_values)\(/;
const SENDERS = Array.from({ length: 12 }, (_, index) => `sender-${index}`);
const STREAMS = Array.from({ length: 5 }, (_, index) => ({ id: newId(), streamerId: `streamer-${index}` }));

/** Some are paid, some refused, some repeated, some in conflict: the same for every world. */
const COMMANDS: readonly GiftCommand[] = SENDERS.flatMap((senderId, from) =>
  Array.from({ length: 8 }, (_, index) => ({
    senderId,
    streamId: STREAMS[(from + index) % STREAMS.length]?.id ?? '',
    giftId: index === 5 ? 'snowflake' : 'rose',
    quantity: index === 6 ? 90 : 1 + (index % 3),
    idempotencyKey: `key-${index === 3 ? 1 : index}`,
  })),
);

/** Trading at that scope on a new database, whose transactions are looked at. */
const aPartition = async (laneScope: LaneScope) => {
  const telemetry = aTelemetry('trading');
  const bus = createMemoryBus();
  const real = await openDatabase({ name: 'trading', url: await aDatabaseUrl('trading'), telemetry, poolMax: 6 });
  await ensureEpoch(real, telemetry.log);
  await seedCatalogue(real);
  const recorder = recordShards(real, WHOLE_TABLES);
  // The feeds' own transactions are none of the lanes': cursors lie in the shards of their feeds.
  const partition = { ...toPartition({ index: 0, shards: ALL_SHARDS, database: real }, { bus, telemetry }), database: recorder.database };
  const partitions = partitionsOf([partition], laneScope);
  onTestFinished(async () => {
    await partitions.close();
    await bus.close();
  });
  return { partition, partitions, recorder, real, telemetry };
};

/** The gift lane and the credit consumer at that scope. */
const aScopedWorld = async (laneScope: LaneScope) => {
  const { partition, partitions, recorder, real, telemetry } = await aPartition(laneScope);
  await fundWallets(real, SENDERS, 40n);
  const news = STREAMS.map((stream) => ({ ...stream, status: 'LIVE' as const, version: 1 }));
  await real.transaction('streams', (tx) => applyStreamNews(tx, news, new Date()));
  const hints = { publish: () => undefined };
  const lane = lanePerPartition(
    partitions,
    (command: GiftCommand) => command.senderId,
    ({ database, feeds }) => openGiftLane({ database, feeds, telemetry, walletHints: hints }),
  );
  const credits = startCreditConsumer({
    database: laneScope === 'shard' ? real : recorder.database,
    source: partitions.source,
    telemetry,
    walletHints: hints,
    orderHints: hints,
    ...byShard(partitions, partition),
  });
  onTestFinished(async () => {
    await lane.close();
    await credits.close();
  });
  return { lane, credits, recorder, real };
};

const played = async (laneScope: LaneScope) => {
  const { lane, credits, recorder, real } = await aScopedWorld(laneScope);
  const outcomes = await Promise.all(COMMANDS.map((command) => lane.submit(command)));
  await withDeadline(credits.caughtUp(), 'the credits');
  const wallets = await real.query({ text: 'SELECT owner_id, coins, diamonds FROM wallet ORDER BY owner_id' });
  const totals = await real.query({ text: 'SELECT stream_id, gifts, coins FROM stream_gift_totals ORDER BY stream_id' });
  return {
    recorder,
    faults: await ledgerFaults((text) => real.query({ text })),
    result: { outcomes: outcomes.map((outcome) => (outcome.ok ? 'paid' : outcome.error.code)), wallets, totals },
  };
};

test('gifts at shard scope and at database scope end the same, and no transaction of a shard leaves it', async () => {
  const [whole, single] = [await played('database'), await played('shard')];
  expect(single.result).toEqual(whole.result);
  expect(new Set(single.result.outcomes)).toEqual(new Set(['paid', 'GIFT_NOT_ON_SALE', 'IDEMPOTENCY_CONFLICT', 'INSUFFICIENT_COINS']));
  expect([whole.faults, single.faults]).toEqual([[], []]);
  expect(single.recorder.faults).toEqual([]);
  // One transaction per sender's shard and one per receiver's, at least; and the recorder sees what a database's batch does.
  const shards = new Set([...SENDERS, ...STREAMS.map(({ streamerId }) => streamerId)].map(shardOf));
  expect(single.recorder.transactions()).toBeGreaterThanOrEqual(shards.size);
  expect(whole.recorder.faults).not.toEqual([]);
});

test('at shard scope also pieces that expire, and pieces of stocks that are paid, are written shard by shard', async () => {
  const { partition, partitions, recorder, real, telemetry } = await aPartition('shard');
  const owners = SENDERS.slice(0, 6);
  await fundWallets(real, owners, 1n);
  for (const ownerId of owners) {
    const values = [shardOf(ownerId), newIdInShard(shardIndexOf(ownerId)), ownerId];
    await real.query({ text: A_LOT_THAT_IS_PAST, values });
    await real.query({ text: 'UPDATE wallet SET backpack_pieces = 3 WHERE owner_id = $1', values: [ownerId] });
  }
  const expiries: ExpiryLane = lanePerPartition(
    partitions,
    (ownerId) => ownerId,
    ({ database }) => openExpiryLane({ database, telemetry, walletHints: { publish: () => undefined } }),
  );
  expect(await Promise.all(owners.map((ownerId) => expiries.submit(ownerId)))).toEqual(owners.map(() => 3));
  const giftIds = ['rose', 'lollipop', 'rocket'];
  const stock: StockLane = lanePerPartition(
    partitions,
    ({ giftId }) => giftId,
    ({ database }) => openStockLane({ database, telemetry }),
  );
  for (const giftId of giftIds) {
    await putOnSale(real, giftId, 5);
    const orderId = newIdInShard(shardIndexOf('sender-1'));
    await stock.submit({ kind: 'reserve', giftId, orderId, payerId: 'sender-1', key: 'key', place: 0, fingerprint: 'f', pieces: 2 });
    const order = { id: orderId, senderId: 'sender-1', giftId, stockPieces: 2 };
    await real.transaction('pay', (tx) => partition.feeds.append(tx, stockPaidEvents([order as NewGiftOrder])));
  }
  const consumer = startStockConsumer({
    name: 'trading.stock',
    database: real,
    source: partitions.source,
    isHere: () => true,
    telemetry,
    ...byShard(partitions, partition),
  });
  await withDeadline(consumer.caughtUp(), 'the stocks');
  await Promise.all([consumer.close(), stock.close(), expiries.close()]);
  expect(await real.query({ text: 'SELECT sold, reserved FROM gift_stock' })).toEqual(giftIds.map(() => ({ sold: 2n, reserved: 0n })));
  expect(recorder.faults).toEqual([]);
  expect(recorder.transactions()).toBeGreaterThanOrEqual(new Set([...owners, ...giftIds].map(shardOf)).size);
});

test('at shard scope batches are sealed shard by shard, and the ledger is whole', async () => {
  const sealed = async (laneScope: LaneScope) => {
    const { partition, partitions, recorder, real, telemetry } = await aPartition(laneScope);
    await fundWallets(real, SENDERS, 40n);
    const sealer = openSealer({
      database: partition.database,
      shards: partition.shards,
      ...byShard(partitions, partition),
      telemetry,
      intervalMs: 3_600_000,
    });
    onTestFinished(() => sealer.close());
    await sealer.sealNow();
    const { seals, faults } = await verifyLedger({ database: real, shards: ALL_SHARDS, expected: [], onProgress: () => undefined });
    const waiting = await real.query({ text: 'SELECT 1 FROM ledger_unsealed' });
    return { recorder, result: { seals, faults, waiting } };
  };
  const [whole, single] = [await sealed('database'), await sealed('shard')];
  expect(single.result).toEqual({ seals: new Set(SENDERS.map(shardOf)).size, faults: [], waiting: [] });
  expect(whole.result).toEqual(single.result);
  expect(single.recorder.faults).toEqual([]);
  expect(whole.recorder.faults).not.toEqual([]);
});

const A_LOT_THAT_IS_PAST = `INSERT INTO backpack_lot (shard, id, owner_id, gift_id, source, granted, pieces_left, expires_at, granted_at, grant_id, granted_by)
  VALUES ($1, $2, $3, 'rose', 'GRANT', 3, 3, now() - interval '1 minute', now() - interval '1 hour', $2, 'operator')`;

const scope = { shard: 7, references: new Set(['gift']) };
const sent = (text: string, ...values: readonly unknown[]) => inShard({ text, values }, scope);

test.each([
  [
    'a list that is joined',
    'SELECT w.id FROM unnest($1::int[], $2::text[]) AS o (shard, id) JOIN wallet w ON w.shard = o.shard AND w.id = o.id FOR UPDATE OF w',
    'SELECT w.id FROM (SELECT * FROM unnest($1::int[], $2::text[]) AS o (shard, id) WHERE o.shard = $3) AS o JOIN wallet w ON w.shard = o.shard AND w.shard = $3 AND w.id = o.id FOR UPDATE OF w',
  ],
  [
    'a list that is inserted',
    'INSERT INTO wallet (shard, id) SELECT n.shard, n.id FROM unnest(array_cat($1::int[], $1::int[]), $2::text[]) AS n (shard, id) ON CONFLICT DO NOTHING',
    'INSERT INTO wallet (shard, id) SELECT n.shard, n.id FROM (SELECT * FROM unnest(array_cat($1::int[], $1::int[]), $2::text[]) AS n (shard, id) WHERE n.shard = $3) AS n ON CONFLICT DO NOTHING',
  ],
  [
    'columns that become rows',
    `UPDATE wallet w SET coins = n.coins FROM ${rowsOf('n', { shard: 'int', id: 'text', coins: 'bigint' })} WHERE w.shard = n.shard AND w.id = n.id`,
    'UPDATE wallet w SET coins = n.coins FROM (SELECT * FROM (SELECT unnest($1::int[]) AS shard, unnest($2::text[]) AS id, unnest($3::bigint[]) AS coins) AS n WHERE n.shard = $3) AS n WHERE w.shard = n.shard AND w.shard = $3 AND w.id = n.id',
  ],
  [
    'any of several shards',
    'DELETE FROM wallet WHERE shard = ANY($1) AND id = $2',
    'DELETE FROM wallet WHERE shard = $3 AND shard = ANY($1) AND id = $2',
  ],
])('at shard scope %s has the equality', (_, text, expected) => {
  expect(sent(text, [7], ['a'])).toEqual({ text: expected, values: [[7], ['a'], 7] });
});

test('at shard scope a statement that names its shard, or reads a reference table alone, is sent as it is; one that would leave its shard is refused', () => {
  for (const text of [
    'SELECT coins FROM wallet WHERE shard = $1',
    'SELECT g.id FROM unnest($1::int[]) AS k (shard) JOIN gift g ON g.shard = k.shard',
    'SELECT 1',
  ])
    expect(sent(text, 7).text).toBe(text);
  expect(() => sent('UPDATE wallet SET coins = 0 WHERE id = $1', 'a')).toThrow('would leave its shard');
  expect(() => sent('SELECT 1 FROM wallet w JOIN gift g ON g.shard = w.shard')).toThrow('would leave its shard');
});
