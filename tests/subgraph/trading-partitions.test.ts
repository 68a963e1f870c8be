import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { ALL_SHARDS } from '#platform/config/shardMap.ts';
import { schemaFolderOf } from '#platform/database/migrations.ts';
import { openDatabase } from '#platform/database/open.ts';
import { newId, shardIndexOf, shardOf } from '#platform/ids.ts';
import { applyStreamNews } from '../../subgraphs/trading/data/streams.ts';
import { startTrading } from '../../subgraphs/trading/server.ts';
import { aDroppingProxy, type DroppingProxy } from '../support/dropping-proxy.ts';
import { ITEM_DEADLINE_MS } from '../support/feeds.ts';
import { aDatabaseUrl, runOn } from '../support/postgres.ts';
import { aRuntime, askData, aUser, subscribeTo } from '../support/runtime.ts';
import { aSpreadTrading, type SpreadTrading } from '../support/spread-trading.ts';
import { statementsOf } from '../support/statements.ts';
import { aTelemetry } from '../support/telemetry.ts';
import { sendGift, sendRaw } from '../support/trading.ts';

const everyDatabase = [0, 1, 2, 3];

describe('trading over four databases', () => {
  let spread: SpreadTrading;
  beforeAll(async () => {
    spread = await aSpreadTrading();
  });
  afterAll(() => spread?.close());

  test('gifts between owners of all databases are paid once and credited once, and the books of all together are whole', async () => {
    const people = everyDatabase.map(spread.somebodyIn);
    await spread.fund(people, 100n);
    const streams = await Promise.all(people.map(spread.aStream));
    const gifts = people.flatMap((sender, from) =>
      streams.flatMap((streamId, to) => (from === to ? [] : [1, 2, 3].map((quantity) => ({ sender, streamId, quantity })))),
    );
    const answers = await Promise.all(gifts.map(({ sender, ...input }) => sendGift(spread.trading, sender, input)));
    expect(answers.map(({ userErrors }) => userErrors)).toEqual(gifts.map(() => []));
    await spread.untilCredited();
    // Each gave 18 coins in nine gifts, and got 18.
    const wallets = await Promise.all(
      people.map((ownerId) => spread.partitions.of(ownerId).prisma.wallet.findMany({ where: { ownerId } })),
    );
    expect(wallets).toEqual(people.map((ownerId) => [expect.objectContaining({ ownerId, coins: 82n, version: expect.any(BigInt) })]));
    expect(new Set(wallets.flat().map(({ diamonds }) => diamonds)).size).toBe(1);
    expect(wallets[0]?.[0]?.diamonds).toBeGreaterThan(0n);
    expect(await spread.faults()).toEqual([]);
  });

  test("nobody's rows are in another database than their own", async () => {
    for (const { database, shards } of spread.partitions.all) {
      const rows = await database.query<{ readonly owner_id: string }>({ text: 'SELECT owner_id FROM wallet' });
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.filter(({ owner_id }) => !shards.includes(shardIndexOf(owner_id)))).toEqual([]);
    }
  });

  test('what one request asks of several databases is one statement for each', async () => {
    const [sender = ''] = [spread.somebodyIn(0)];
    const receivers = everyDatabase.map(spread.somebodyIn);
    await spread.fund([sender], 10n);
    const ids: string[] = [];
    for (const receiver of [...receivers, ...receivers]) {
      const { order } = await sendGift(spread.trading, sender, { streamId: await spread.aStream(receiver) });
      ids.push(order?.id ?? '');
    }
    const query = `{ ${ids.map((id, index) => `o${index}: giftOrder(id: "${id}") { id settledAt }`).join(' ')} }`;
    const statements = await statementsOf(/readGiftOrders|readSettlements/, () =>
      askData(spread.trading, { as: aUser(sender, 'wallet:read'), query }),
    );
    expect(statements.filter((text) => text.includes('readGiftOrders'))).toHaveLength(1);
    expect(statements.filter((text) => text.includes('readSettlements'))).toHaveLength(4);
  });

  test('the totals of a stream are where its streamer is', async () => {
    const [sender, streamer] = [spread.somebodyIn(1), spread.somebodyIn(2)];
    await spread.fund([sender], 10n);
    const streamId = await spread.aStream(streamer);
    await spread.send(sender, { streamId, quantity: 7 });
    await spread.untilCredited();
    const query = `{ _entities(representations: [{ __typename: "Stream", id: "${streamId}" }]) { ... on Stream { giftTotals { gifts coins } } } }`;
    expect(await askData(spread.trading, { query })).toEqual({ _entities: [{ giftTotals: { gifts: 7, coins: '7' } }] });
  });

  test('a gift between databases that is taken back, and one that is refunded, leave everybody with what they had', async () => {
    const [sender, streamer] = [spread.somebodyIn(1), spread.somebodyIn(3)];
    await spread.fund([sender], 50n);
    for (const { database } of spread.partitions.all)
      await database.query({ text: `UPDATE gift SET cancel_window_seconds = 60 WHERE id = 'lollipop'` });
    const streamId = await spread.aStream(streamer);
    const send = async (giftId: string): Promise<string> =>
      (await sendGift(spread.trading, sender, { streamId, giftId, quantity: 2 })).order?.id ?? '';
    const [held, sent] = [await send('lollipop'), await send('rose')];
    const operator = aUser('operator-olga', 'ops:read', 'ops:write');
    const follower = subscribeTo(spread.trading, {
      as: operator,
      query: 'subscription ($id: ID!) { orderChanged(orderId: $id) { refund { returnedAt } } }',
      variables: { id: sent },
    });
    const ask = (mutation: string, orderId: string, more: object, as: ReturnType<typeof aUser>): Promise<unknown> => {
      const input = { orderId, idempotencyKey: randomUUID(), ...more };
      const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
      const query = `mutation ($input: ${type}!) { ${mutation}(input: $input) { order { status } userErrors { code } } }`;
      return askData(spread.trading, { as, query, variables: { input } });
    };
    expect(await ask('cancelGift', held, {}, aUser(sender, 'gifts:send'))).toEqual({
      cancelGift: { order: { status: 'CANCELLED' }, userErrors: [] },
    });
    await vi.waitFor(async () => {
      const answer = await ask('refundGift', sent, { reason: 'a test' }, operator);
      expect(answer).toEqual({ refundGift: { order: { status: 'REFUNDED' }, userErrors: [] } });
    }, ITEM_DEADLINE_MS);
    for (;;) {
      const { data } = await follower.next();
      if ((data as { orderChanged: { refund: { returnedAt: string | null } | null } }).orderChanged.refund?.returnedAt) break;
    }
    await follower.end();
    const walletOf = async (ownerId: string) => (await spread.partitions.of(ownerId).prisma.wallet.findMany({ where: { ownerId } }))[0];
    expect([(await walletOf(sender))?.coins, (await walletOf(streamer))?.diamonds]).toEqual([50n, 0n]);
    const query = `query ($userId: ID!) { giftOrders(filter: { userId: $userId }) { nodes { id } } }`;
    for (const [userId, ids] of [
      [sender, [sent, held]],
      [streamer, [sent]],
    ] as const) {
      expect(await askData(spread.trading, { as: operator, query, variables: { userId } })).toEqual({
        giftOrders: {
          nodes: [...ids]
            .sort()
            .reverse()
            .map((id) => ({ id })),
        },
      });
    }
    expect(await spread.faults()).toEqual([]);
  });

  test('a pull over all databases keeps its limit, also when only one of them has something to say', async () => {
    const sender = spread.somebodyIn(3);
    await spread.fund([sender], 40n);
    const streamId = await spread.aStream(spread.somebodyIn(0));
    const heads = await spread.partitions.source.pull(
      { feeds: ALL_SHARDS.map((index) => ({ feed: `gifts/${index}`, after: 'head' })), limit: 1, waitMs: 0 },
      AbortSignal.timeout(5_000),
    );
    for (let gift = 0; gift < 30; gift += 1) await spread.send(sender, { streamId });
    const pull = (limit: number) =>
      spread.partitions.source.pull(
        { feeds: heads.feeds.map(({ feed, cursor }) => ({ feed, after: cursor })), limit, waitMs: 0 },
        AbortSignal.timeout(5_000),
      );
    for (const limit of [10, 12, 100]) {
      const { feeds } = await pull(limit);
      expect(feeds.map(({ feed }) => feed)).toEqual([`gifts/${shardIndexOf(sender)}`]);
      expect(feeds[0]?.events).toHaveLength(Math.min(limit, 30));
      expect(feeds[0]?.cursor).toBe(feeds[0]?.events.at(-1)?.cursor);
    }
  });
});

test('a map that was changed without moving rows is refused, and so is an old database that is to share', async () => {
  const [a, b] = await Promise.all([aDatabaseUrl('trading'), aDatabaseUrl('trading')]);
  const start = async (map: string): Promise<void> => {
    const runtime = await aRuntime({ env: { TRADING_DATABASES: map } });
    try {
      await (await startTrading(runtime)).close();
    } finally {
      await runtime.close();
    }
  };
  await start(`0-31=${a},32-63=${b}`);
  await start(`0-31=${a},32-63=${b}`);
  await expect(start(`0-15=${a},16-63=${b}`)).rejects.toThrow('has the shards 0-31, and the configuration gives it 0-15');
  await expect(start(`0-31=${b},32-63=${a}`)).rejects.toThrow('has the shards 32-63, and the configuration gives it 0-31');
  await expect(start(`0-63=${a}`)).rejects.toThrow('move the rows first');
});

test('what a stream was given before totals moved to the streamer goes along, to the shard that the platform would choose', async () => {
  const url = await aDatabaseUrl('trading');
  const streamers = ['alice', 'user-礼物', 'ü', '🎁', 'x'.repeat(128), ...Array.from({ length: 40 }, () => randomUUID())];
  const rows = streamers.map((streamerId) => ({ streamerId, id: newId() }));
  const database = await openDatabase({ name: 'trading', url, telemetry: aTelemetry('trading'), poolMax: 1 });
  onTestFinished(() => database.close());
  const streams = rows.map(({ streamerId, id }) => ({ id, streamerId, status: 'LIVE' as const, version: 1 }));
  await database.transaction('streams', (tx) => applyStreamNews(tx, streams, new Date()));
  const values = [rows.map(({ id }) => shardOf(id)), rows.map(({ id }) => id)];
  await database.query({ text: 'INSERT INTO stream_gift_totals SELECT unnest($1::int[]), unnest($2::uuid[]), 3, 7, now()', values });
  const { migrationsPath } = schemaFolderOf('trading');
  await runOn(url, await readFile(join(migrationsPath, '20261122155000_totals_at_the_streamer', 'migration.sql'), 'utf8'));
  const moved = await database.query<{ readonly id: string; readonly shard: number; readonly coins: bigint }>({
    text: 'SELECT stream_id AS id, shard, coins FROM stream_gift_totals',
  });
  expect(new Map(moved.map(({ id, shard, coins }) => [id, { shard, coins }]))).toEqual(
    new Map(rows.map(({ id, streamerId }) => [id, { shard: shardOf(streamerId), coins: 7n }])),
  );
});

describe('while one of four databases is away', () => {
  const away = 2;
  let proxy: DroppingProxy;
  let spread: SpreadTrading;
  beforeAll(async () => {
    spread = await aSpreadTrading({
      through: async (url, index) => {
        if (index !== away) return url;
        proxy = await aDroppingProxy(url);
        return proxy.url;
      },
    });
  });
  afterAll(async () => {
    await spread?.close();
    await proxy?.close();
  });

  test('the others serve, its own gifts are told to come again, and when it is back everything is credited once', async () => {
    const people = everyDatabase.map(spread.somebodyIn);
    const [alice = '', , absent = ''] = people;
    await spread.fund(people, 100n);
    const streams = await Promise.all(people.map(spread.aStream));
    // Everything has been used before: it is not only newcomers that get through.
    await Promise.all(
      people.flatMap((sender) => streams.filter((_, to) => people[to] !== sender).map((streamId) => spread.send(sender, { streamId }))),
    );
    await proxy.cut();
    const waiting = spread.send(absent, { streamId: streams[0] ?? '', idempotencyKey: 'while-away' });
    const paid = await Promise.all(
      [0, 1, 3].map((from) => spread.send(people[from] ?? '', { streamId: streams[away] ?? '', quantity: 5 })),
    );
    expect(paid.map(({ errors }) => errors)).toEqual([undefined, undefined, undefined]);
    const { order } = await sendGift(spread.trading, alice, { streamId: streams[3] ?? '', quantity: 2 });
    const settled = { as: aUser(alice, 'wallet:read'), query: `{ giftOrder(id: "${order?.id}") { status } }` };
    await until(async () => expect(await askData(spread.trading, settled)).toEqual({ giftOrder: { status: 'SETTLED' } }));
    await until(async () => expect(spread.trading.impairment()).toMatch(/databases are away: trading-32: .*ECONNREFUSED/));
    await expect(spread.trading.checkReady()).resolves.toBeUndefined();
    // A command that was there before anybody knew waits as long as any; later ones are told at once.
    expect((await waiting).errors).toMatchObject([busy]);
    const askedMs = performance.now();
    expect((await spread.send(absent, { streamId: streams[0] ?? '' })).errors).toMatchObject([busy]);
    // A command's time is 5 s.
    expect(performance.now() - askedMs).toBeLessThan(4_000);
    const later = await startBeside(spread);
    await proxy.mend();
    await until(async () =>
      expect((await spread.send(absent, { streamId: streams[0] ?? '', idempotencyKey: 'while-away' })).errors).toBeUndefined(),
    );
    await spread.untilCredited();
    expect(spread.trading.impairment()).toBeNull();
    const byOther = await sendRaw(later.trading, absent, { streamId: streams[1] ?? '', idempotencyKey: 'by-the-other' });
    expect(byOther.errors).toBeUndefined();
    await spread.untilCredited();
    await later.close();
    expect(await spread.faults()).toEqual([]);
  });
});

const busy = { extensions: { code: 'BUSY', retryAfterMs: expect.any(Number) } };

/** Another process of trading with the same map, started while one of the databases is away. */
const startBeside = async ({ map }: SpreadTrading) => {
  const runtime = await aRuntime({ env: { TRADING_DATABASES: map, DATABASE_POOL_MAX: '4' } });
  const trading = await startTrading(runtime);
  expect(trading.impairment()).toContain('trading-32');
  return {
    trading,
    close: async () => {
      await trading.close();
      await runtime.close();
    },
  };
};

/** Tries until it holds. */
const until = (claim: () => Promise<void>): Promise<void> => vi.waitFor(claim, { timeout: ITEM_DEADLINE_MS, interval: 50 });
