import pg from 'pg';
import { expect, test } from 'vitest';
import {
  firstIdAt,
  isUuid,
  newId,
  newIdInShard,
  SHARD_COUNT,
  SHARDS,
  shardAt,
  shardIndexOf,
  shardIndexOfId,
  shardOf,
} from '#platform/ids.ts';
import { anEmptyDatabaseUrl } from '../support/postgres.ts';

test('an id is a UUIDv7 of its millisecond', () => {
  const id = newId(Date.UTC(2026, 10, 22, 12, 0, 0, 123));
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(Date.UTC(2026, 10, 22, 12, 0, 0, 123));
});

test('a hundred thousand ids of one millisecond are all different, and so are their last 32 bits but for chance', () => {
  const ids = Array.from({ length: 100_000 }, () => newId(1_795_000_000_000));
  expect(new Set(ids).size).toBe(ids.length);
  // Birthday: about 1.2 pairs among 100,000 marks of 32 bits.
  expect(new Set(ids.map((id) => id.slice(-8))).size).toBeGreaterThan(ids.length - 20);
});

test('ids of later milliseconds sort after earlier ones', () => {
  const times = [0, 1, 255, 256, 65_535, 65_536, 1_795_000_000_000, 1_795_000_000_001];
  const ids = times.map((time) => newId(time));
  expect(ids.toSorted()).toEqual(ids);
});

test('an id carries the shard it was made for, and stays a valid UUIDv7', () => {
  for (let shard = 0; shard < SHARD_COUNT; shard += 1) {
    const id = newIdInShard(shard);
    expect(shardIndexOfId(id)).toBe(shard);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});

test('there is no shard below 0, above 63 or between two', () => {
  for (const wrong of [-1, 64, 1.5, Number.NaN]) {
    expect(() => newIdInShard(wrong)).toThrow('a shard index is 0 to 63');
    expect(() => shardAt(wrong)).toThrow('a shard index is 0 to 63');
  }
  expect(() => shardIndexOfId('not an id')).toThrow('only a UUID carries a shard');
});

test('only what PostgreSQL prints is a UUID', () => {
  expect(isUuid('01980000-0000-7000-8000-000000000001')).toBe(true);
  for (const wrong of [
    '',
    '01980000-0000-7000-8000-00000000000',
    '01980000-0000-7000-8000-00000000000A',
    '{1980000-0000-7000-8000-000000000001}',
    '01980000-0000-7000-8000-000000000001\n',
  ]) {
    expect(isUuid(wrong)).toBe(false);
  }
});

test('rows stay where they were put: the shard of a key never changes', () => {
  const pinned: Readonly<Record<string, number>> = {
    '': 11,
    alice: 30,
    luna: 30,
    olga: 4,
    'viewer-01': 30,
    爱丽丝: 27,
    naïve: 58,
    '01980000-0000-7000-8000-000000000001': 32,
  };
  expect(Object.fromEntries(Object.keys(pinned).map((key) => [key, shardIndexOf(key)]))).toEqual(pinned);
});

test('keys spread evenly over the shards', () => {
  const counts = new Array<number>(SHARD_COUNT).fill(0);
  for (let user = 0; user < 64_000; user += 1) {
    const shard = shardIndexOf(`user-${user}`);
    counts[shard] = (counts[shard] ?? 0) + 1;
  }
  // 1,000 expected, standard deviation 31.
  expect(Math.min(...counts)).toBeGreaterThan(850);
  expect(Math.max(...counts)).toBeLessThan(1_150);
});

test('shardOf is the stored value of shardIndexOf', () => {
  expect(shardOf('alice')).toBe(SHARDS[shardIndexOf('alice')]);
});

test('each stored shard value is the smallest whose hash PostgreSQL puts into its own of 64 equal ranges', async () => {
  const client = new pg.Client({ connectionString: await anEmptyDatabaseUrl() });
  await client.connect();
  try {
    const { rows } = await client.query<{ shard: number; value: number }>(
      `SELECT ((hashint4(value)::bigint + 2147483648) / 67108864)::int AS shard, min(value)::int AS value
       FROM generate_series(0, 1000) AS value GROUP BY 1 ORDER BY 1`,
    );
    expect(rows.map((row) => row.shard)).toEqual(Array.from({ length: SHARD_COUNT }, (_, shard) => shard));
    expect(rows.map((row) => row.value)).toEqual(SHARDS);
  } finally {
    await client.end();
  }
});

test('the first id of a millisecond is above all ids before it and below all of its own', () => {
  const at = 1_795_000_000_000;
  const first = firstIdAt(at);
  expect(isUuid(first)).toBe(true);
  expect(newId(at - 1) < first).toBe(true);
  for (const shard of [0, 63]) expect(newIdInShard(shard, at) > first).toBe(true);
  expect([firstIdAt(-5), firstIdAt(2 ** 60)].map(isUuid)).toEqual([true, true]);
});
