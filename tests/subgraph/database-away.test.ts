import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FeedSource } from '#platform/feed/feed.ts';
import type { ProcessRuntime } from '#platform/subgraph/runtime.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { startMonitoring } from '../../subgraphs/monitoring/server.ts';
import { startTrading } from '../../subgraphs/trading/server.ts';
import { aDroppingProxy, type DroppingProxy } from '../support/dropping-proxy.ts';
import { aDatabaseUrl } from '../support/postgres.ts';
import { aRuntime, ask, aUser } from '../support/runtime.ts';

const alice = aUser('alice', 'wallet:read', 'wallet:topup');

const questions = {
  'a list that Prisma reads': { query: '{ topUpProducts { id } }', statement: '"top_up_product"' },
  'a wallet that tagged SQL reads': {
    query: '{ _entities(representations: [{ __typename: "User", id: "alice" }]) { ... on User { wallet { coins } } } }',
    statement: '/* readWallets */',
  },
} as const;

/** What whoever asks may see: that it passes, and nothing of where the database is. */
const itPasses = {
  message: 'The data cannot be reached at the moment. Try again.',
  extensions: { code: 'SUBGRAPH_UNAVAILABLE', retryAfterMs: expect.any(Number) },
};

describe('while the database is away', () => {
  let proxy: DroppingProxy;
  let runtime: ProcessRuntime;
  let trading: RunningSubgraph<FeedSource>;
  let away: Promise<void> | null = null;
  beforeAll(async () => {
    proxy = await aDroppingProxy(await aDatabaseUrl('trading'));
    runtime = await aRuntime({ databaseUrls: { trading: proxy.url } });
    trading = await startTrading(runtime);
  });
  const goAway = async (): Promise<void> => {
    away ??= proxy.close();
    await away;
  };
  afterAll(async () => {
    await goAway();
    await trading?.close();
    await runtime?.close();
  });

  test.each(Object.entries(questions))('%s, whose connection is lost, is told that this passes', async (_, { query, statement }) => {
    // What stands in no other statement, and is sent as text the first time: other work of the subgraph must not lose its connection instead.
    proxy.dropAt(statement, 'unanswered');
    const { errors } = await ask(trading, { as: alice, query });
    expect(errors).toMatchObject([itPasses]);
  });

  test.each(Object.entries(questions))('%s is told that this passes when nobody answers at all', async (_, { query }) => {
    await goAway();
    const { errors } = await ask(trading, { as: alice, query });
    expect(errors).toMatchObject([itPasses]);
  });
});

test('monitoring closes cleanly while its database is away: a lease that it cannot give back runs out by itself', async () => {
  const proxy = await aDroppingProxy(await aDatabaseUrl('monitoring'));
  const runtime = await aRuntime({ databaseUrls: { monitoring: proxy.url } });
  const monitoring = await startMonitoring(runtime);
  await proxy.close();
  await expect(monitoring.close()).resolves.toBeUndefined();
  await runtime.close();
});
