import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createMemoryStore, MEMORY_ENTRIES_MAX } from '#platform/store/memory.ts';
import { openStore } from '#platform/store/open.ts';
import type { Store, TokenBucket, TokenVerdict } from '#platform/store/store.ts';
import { type BucketState, takeFrom } from '#platform/store/tokens.ts';
import { withDeadline } from '../support/deadline.ts';
import { ITEM_DEADLINE_MS } from '../support/feeds.ts';
import { eventually } from '../support/platform.ts';
import { aRedis, aRedisCluster, PATIENT_STORE, type RedisServer, redisForms } from '../support/redis.ts';
import { aTelemetry, metricOf } from '../support/telemetry.ts';

/** For servers that do not answer. */
const HASTY_STORE = { timeoutMs: 500 };

const BUCKET: TokenBucket = { capacity: 5, refillPerSecond: 10 };

interface Twin {
  readonly name: string;
  readonly start: () => Promise<() => Promise<Store>>;
}

const twins: readonly Twin[] = [
  {
    name: 'memory',
    start: async () => {
      const store = createMemoryStore();
      return async () => store;
    },
  },
  ...redisForms.map(
    (form): Twin => ({
      name: `Redis ${form}`,
      start: async () => {
        const servers = form === 'standalone' ? [await aRedis()] : await aRedisCluster();
        return () => aStore(servers);
      },
    }),
  ),
];

describe.each(twins)('the store: $name', ({ start }) => {
  const open = start();
  const aTwin = async (): Promise<Store> => (await open)();

  test('a set knows who came, who went and who only renewed', async () => {
    const { presence } = await aTwin();
    const set = aKey();
    const change = { renew: ['a', 'b'], end: [] as string[], ttlMs: 60_000, membersMax: 3 };
    expect(await presence.update(set, change)).toEqual({ joined: ['a', 'b'], left: [], expired: [], count: 2 });
    expect(await presence.update(set, { ...change, renew: ['b', 'c', 'd'], end: ['a', 'x'] })).toEqual({
      joined: ['c'],
      left: ['a'],
      expired: [],
      count: 2,
    });
    expect([await presence.count(set), [...((await presence.members(set, 10)) ?? [])].sort()]).toEqual([2, ['b', 'c']]);
    expect(await presence.members(set, 1)).toHaveLength(1);
    await presence.update(set, { ...change, renew: [], end: ['b', 'c'] });
    expect([await presence.count(set), await presence.members(set, 10), await presence.count(aKey())]).toEqual([0, [], 0]);
  });

  test('many sets are asked about at once, and answered in their order', async () => {
    const { presence } = await aTwin();
    const sets = Array.from({ length: 200 }, aKey);
    const change = { renew: ['a', 'b'], end: [], ttlMs: 60_000, membersMax: 3 };
    await Promise.all(sets.filter((_, index) => index % 3 === 0).map((set) => presence.update(set, change)));
    // A store that does not answer in time counts as away: on a busy machine two hundred questions at once may take longer.
    await expect
      .poll(async () => (await presence.membersOf(sets, 1))?.map((members) => members.length))
      .toEqual(sets.map((_, index) => (index % 3 === 0 ? 1 : 0)));
    expect((await presence.membersOf(sets.slice(0, 2), 5))?.map((members) => [...members].sort())).toEqual([['a', 'b'], []]);
    expect(await presence.membersOf([], 5)).toEqual([]);
  });

  test('whose lease runs out is told by the next update, and a set that nobody renews is empty', async () => {
    const { presence } = await aTwin();
    const [set, left] = [aKey(), aKey()];
    const change = { renew: ['a', 'b'], end: [], ttlMs: 200, membersMax: 10 };
    await Promise.all([presence.update(set, change), presence.update(left, change)]);
    await eventually('both leases have run out', async () => ((await presence.members(set, 10)) ?? ['?']).length === 0, ITEM_DEADLINE_MS);
    await eventually('a set that nobody renews is empty', async () => (await presence.count(left)) === 0, ITEM_DEADLINE_MS);
    const long = await presence.update(set, { ...change, renew: ['b', 'c'], ttlMs: 60_000 });
    expect(['a', ...(long?.joined ?? [])]).toContain('c');
    expect(await presence.count(set)).toBe(2);
  });

  test('a bucket gives its capacity at once, then refuses with the time until enough is there, then refills up to its capacity', async () => {
    const store = await aTwin();
    const key = aKey();
    const verdicts: TokenVerdict[] = [];
    // Twenty minutes per token: none is there again while they are taken.
    const slow = { ...BUCKET, refillPerSecond: 1 / 1_200 };
    for (let index = 0; index < 5; index += 1) verdicts.push(await store.takeTokens(key, slow));
    expect(verdicts).toEqual(Array.from({ length: 5 }, () => ({ taken: true, retryAfterMs: 0 })));
    const refused = await store.takeTokens(key, slow);
    expect(refused.taken).toBe(false);
    expect(refused.retryAfterMs).toBeGreaterThan(0);
    expect(refused.retryAfterMs).toBeLessThanOrEqual(1_200_000);
    // The same bucket, filled faster from now on.
    await eventually('a token is there again', async () => (await store.takeTokens(key, BUCKET)).taken, ITEM_DEADLINE_MS);
  });

  test('a refused call takes nothing, a costly one takes its cost', async () => {
    const store = await aTwin();
    const key = aKey();
    const slow = { capacity: 10, refillPerSecond: 0.001 };
    expect(await store.takeTokens(key, slow, 7)).toEqual({ taken: true, retryAfterMs: 0 });
    const refused = await store.takeTokens(key, slow, 4);
    expect(refused.taken).toBe(false);
    expect(refused.retryAfterMs).toBeGreaterThan(900_000);
    expect((await store.takeTokens(key, slow, 3)).taken).toBe(true);
    expect((await store.takeTokens(key, slow, 1)).taken).toBe(false);
  });

  test('what costs more than the bucket can ever hold is refused, and takes nothing', async () => {
    const store = await aTwin();
    const key = aKey();
    expect(await store.takeTokens(key, BUCKET, 6)).toEqual({ taken: false, retryAfterMs: 500 });
    expect((await store.takeTokens(key, BUCKET, 5)).taken).toBe(true);
  });

  test('keys do not touch each other, and processes share them', async () => {
    const [one, other] = [await aTwin(), await aTwin()];
    const [key, another] = [aKey(), aKey()];
    const slow = { capacity: 20, refillPerSecond: 0.001 };
    const verdicts = await Promise.all(Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? one : other).takeTokens(key, slow)));
    expect(verdicts.filter(({ taken }) => taken)).toHaveLength(20);
    expect((await one.takeTokens(another, slow)).taken).toBe(true);
  });

  test('a cached value comes back until it is deleted or its time is over', async () => {
    const [one, other] = [await aTwin(), await aTwin()];
    const [kept, brief] = [aKey(), aKey()];
    expect(await one.get(kept)).toBeNull();
    await one.set(kept, 'naïve 道具', 60_000);
    await one.set(brief, 'soon gone', 100);
    expect(await other.get(kept)).toBe('naïve 道具');
    await eventually('its time is over', async () => (await other.get(brief)) === null, ITEM_DEADLINE_MS);
    expect(await other.get(kept)).toBe('naïve 道具');
    await other.set(kept, 'another', 60_000);
    expect(await one.get(kept)).toBe('another');
    await one.delete(kept);
    expect(await other.get(kept)).toBeNull();
    await one.set(kept, 'never', 0);
    expect(await one.get(kept)).toBeNull();
  });

  test('a bucket and a cached value of one key are two things', async () => {
    const store = await aTwin();
    const key = aKey();
    await store.set(key, 'value', 60_000);
    expect((await store.takeTokens(key, BUCKET)).taken).toBe(true);
    expect(await store.get(key)).toBe('value');
  });
});

test('over any history a bucket never gives more than its capacity and what has flowed in since', () => {
  const calls = fc.array(fc.record({ waitMs: fc.integer({ min: 0, max: 2_000 }), cost: fc.integer({ min: 1, max: 8 }) }), {
    maxLength: 60,
  });
  const bucket = fc.record({ capacity: fc.integer({ min: 1, max: 10 }), refillPerSecond: fc.integer({ min: 1, max: 50 }) });
  fc.assert(
    fc.property(calls, bucket, (history, limits) => {
      let state: BucketState | undefined;
      let nowMs = 1_000_000;
      let given = 0;
      for (const { waitMs, cost } of history) {
        nowMs += waitMs;
        const { tokens, verdict } = takeFrom(state, limits, cost, nowMs);
        state = { tokens, atMs: nowMs };
        if (verdict.taken) given += cost;
        else if (cost <= limits.capacity) expect(takeFrom(state, limits, cost, nowMs + verdict.retryAfterMs).verdict.taken).toBe(true);
        expect(tokens).toBeGreaterThanOrEqual(0);
        expect(given).toBeLessThanOrEqual(limits.capacity + ((nowMs - 1_000_000) * limits.refillPerSecond) / 1_000 + 1e-6);
      }
    }),
  );
});

test('a clock that steps back gives nothing and takes nothing', () => {
  const { tokens } = takeFrom({ tokens: 2, atMs: 10_000 }, BUCKET, 1, 5_000);
  expect(tokens).toBe(1);
});

test('the memory store forgets what was used longest ago, not what is in use', async () => {
  const store = createMemoryStore();
  await store.set('first', '1', 60_000);
  await store.set('second', '2', 60_000);
  for (let index = 0; index < MEMORY_ENTRIES_MAX - 2; index += 1) await store.set(`filler ${index}`, '', 60_000);
  expect(await store.get('first')).toBe('1');
  await store.set('one more', '', 60_000);
  expect([await store.get('first'), await store.get('second')]).toEqual(['1', null]);
});

describe.each(redisForms.filter((form) => form === 'standalone'))('the store over Redis %s, in trouble', () => {
  test('a server that is down: everything answers in time, as if empty, and limits go by the own count', async () => {
    const server = await aRedis();
    const telemetry = aTelemetry();
    const store = await aStore([server], telemetry, HASTY_STORE);
    const key = aKey();
    await store.set(key, 'value', 60_000);
    await server.kill();
    const slow = { capacity: 2, refillPerSecond: 0.001 };
    const answers = await withDeadline(
      Promise.all([
        store.get(key),
        store.set(key, 'x', 1_000),
        store.delete(key),
        store.takeTokens(key, slow),
        store.takeTokens(key, slow),
        store.takeTokens(key, slow),
      ]),
      'the answers',
    );
    expect(answers.slice(0, 3)).toEqual([null, undefined, undefined]);
    expect(answers.slice(3)).toMatchObject([{ taken: true }, { taken: true }, { taken: false }]);
    expect(await metricOf(telemetry, 'fanfare_store_failures_total', { call: 'takeTokens' })).toBe(3);
    await server.start();
    await eventually(
      'it is used again',
      async () => {
        await store.set(key, 'back', 60_000);
        return (await store.get(key)) === 'back';
      },
      ITEM_DEADLINE_MS,
    );
  });

  test('a server that hangs: everything answers in time', async () => {
    const server = await aRedis();
    const store = await aStore([server], aTelemetry(), HASTY_STORE);
    const key = aKey();
    await store.set(key, 'value', 60_000);
    server.freeze();
    try {
      expect(await withDeadline(store.get(key), 'the answer')).toBeNull();
      expect(await withDeadline(store.takeTokens(key, BUCKET), 'the verdict')).toMatchObject({ taken: true });
    } finally {
      server.thaw();
    }
    await eventually('it answers again', async () => (await store.get(key)) === 'value', ITEM_DEADLINE_MS);
  });

  test('FLUSHALL and SCRIPT FLUSH cost a full bucket and a cache miss, no more', async () => {
    const server = await aRedis();
    const store = await aStore([server]);
    const key = aKey();
    const slow = { capacity: 1, refillPerSecond: 0.001 };
    expect((await store.takeTokens(key, slow)).taken).toBe(true);
    expect((await store.takeTokens(key, slow)).taken).toBe(false);
    await server.command('FLUSHALL');
    await server.command('SCRIPT', 'FLUSH');
    expect((await store.takeTokens(key, slow)).taken).toBe(true);
    expect((await store.takeTokens(key, slow)).taken).toBe(false);
  });

  test('an idle bucket does not stay in Redis for ever', async () => {
    const server = await aRedis();
    const store = await aStore([server]);
    await store.takeTokens('a', { capacity: 10, refillPerSecond: 1 });
    expect(await server.command('PTTL', 'tokens:{a}')).toSatisfy((ttl: number) => ttl > 0 && ttl <= 10_000);
  });
});

async function aStore(servers: readonly RedisServer[], telemetry = aTelemetry(), options = PATIENT_STORE): Promise<Store> {
  const store = await openStore({ redisUrls: servers.map(({ url }) => url) }, telemetry, options);
  onTestFinished(() => store.close());
  return store;
}

function aKey(): string {
  return `test/${crypto.randomUUID()}`;
}
