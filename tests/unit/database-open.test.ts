import { afterEach, expect, test } from 'vitest';
import { plain, texts, times, uuids } from '#platform/database/arrays.ts';
import type { Database } from '#platform/database/database.ts';
import { openDatabase } from '#platform/database/open.ts';
import { prismaAdapter } from '#platform/database/prisma.ts';
import { PrismaClient } from '../../subgraphs/streaming/generated/prisma/client.ts';
import { aDatabaseUrl, aFeedDatabaseUrl, aMissingDatabaseUrl, anEmptyDatabaseUrl, runOn } from '../support/postgres.ts';
import { aTelemetry, metricOf } from '../support/telemetry.ts';

const telemetry = aTelemetry();
const open: Database[] = [];

afterEach(async () => {
  for (const database of open.splice(0)) await database.close();
});

async function opened(name: string, url: string, poolMax?: number): Promise<Database> {
  const database = await openDatabase({ name, url, telemetry, ...(poolMax === undefined ? {} : { poolMax }) });
  open.push(database);
  return database;
}

test('columns of texts and of plain values arrive as they are, whatever the texts hold', async () => {
  const database = await opened('test', await anEmptyDatabaseUrl());
  const awkward = ['', ' ', 'NULL', null, '"', '\\', '\\"', '{a,b}', 'a,b', "it's", 'line\nline', '礼物 🎁', '$1', '\\x41'];
  const [row] = await database.query({
    text: 'SELECT $1::text[] AS texts, $2::bigint[] AS numbers, $3::text[] AS nothing',
    values: [texts(awkward), plain([1, -2n, null, 9_007_199_254_740_993n]), texts([])],
  });
  expect(row).toEqual({ texts: awkward, numbers: [1n, -2n, null, 9_007_199_254_740_993n], nothing: [] });
});

test('columns of UUIDs and of moments arrive as they are, also without a row', async () => {
  const database = await opened('test', await anEmptyDatabaseUrl());
  const ids = [
    '01980000-0000-7000-8000-000000000009',
    null,
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    '00000000-0000-0000-0000-000000000000',
  ];
  const moments = ['2026-11-22T08:00:00.123Z', '1969-12-31T23:59:59.999Z', '0050-01-01T00:00:00.000Z', '9999-12-31T23:59:59.990Z'];
  const dates = [null, ...moments.map((text) => new Date(text)), null];
  const [row] = await database.query({
    text: `SELECT $1::uuid[]::text[] AS ids, array_length($2::timestamptz[], 1) AS moments, $3::uuid[] AS no_ids, $4::timestamptz[] AS no_moments`,
    values: [uuids(ids), times(dates), uuids([]), times([])],
  });
  expect(row).toEqual({ ids, moments: dates.length, no_ids: [], no_moments: [] });
  const back = await database.query({ text: 'SELECT at FROM unnest($1::timestamptz[]) AS given (at)', values: [times(dates)] });
  expect(back).toEqual(dates.map((at) => ({ at })));
  const upper = await database.query({ text: 'SELECT ($1::uuid[])[1] AS id', values: [uuids(['ABCDEF00-0000-7000-8000-00000000000A'])] });
  expect(upper).toEqual([{ id: 'abcdef00-0000-7000-8000-00000000000a' }]);
});

test('what is no UUID or no moment is refused before it is sent', () => {
  const faulty = [
    '',
    'rose',
    '01980000-0000-7000-8000-00000000000',
    '01980000-0000-7000-8000-00000000000g',
    '01980000-0000-7000-8000-0000000000é0',
  ];
  for (const id of [...faulty, '01980000x0000-7000-8000-000000000000', ' 1980000-0000-7000-8000-000000000000'])
    expect(() => uuids([id]), id).toThrow(/is no UUID/);
  expect(() => times([new Date(Number.NaN)])).toThrow(RangeError);
});

test('bigints come back as bigint, also in arrays; times as Date; numeric as string', async () => {
  const database = await opened('test', await anEmptyDatabaseUrl());
  const [row] = await database.query({
    text: `SELECT $1::bigint AS big, ARRAY[1, NULL, $1::bigint] AS bigs, '{}'::bigint[] AS none, 7 AS small, 1.50::numeric AS exact,
             '2026-11-22 10:00:00.123+02'::timestamptz AS at, '2026-11-22 08:00:00'::timestamp AS bare`,
    values: [9_007_199_254_740_993n],
  });
  expect(row).toEqual({
    big: 9_007_199_254_740_993n,
    bigs: [1n, null, 9_007_199_254_740_993n],
    none: [],
    small: 7,
    exact: '1.50',
    at: new Date('2026-11-22T08:00:00.123Z'),
    bare: new Date('2026-11-22T08:00:00Z'),
  });
});

test("Prisma on the same pool reads and writes what lanes read and write, whatever the server's time zone", async () => {
  const url = await aFeedDatabaseUrl();
  await runOn(url, `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET timezone = 'Asia/Shanghai'`);
  const database = await opened('test', url, 1);
  const prisma = new PrismaClient({ adapter: prismaAdapter(database) });
  const byPrisma = new Date('2026-11-22T08:00:00.123Z');
  const bySql = new Date('2026-01-01T23:30:00.456Z');
  await prisma.feed.create({ data: { shard: 1, id: 'a', headSeq: 9_007_199_254_740_993n, headAt: byPrisma } });
  await database.query({ text: 'INSERT INTO feed (shard, id, head_seq, head_at) VALUES (1, $1, $2, $3)', values: ['b', 5n, bySql] });
  const rows = await database.query({ text: 'SELECT id, head_seq, head_at FROM feed ORDER BY id' });
  expect(rows).toEqual([
    { id: 'a', head_seq: 9_007_199_254_740_993n, head_at: byPrisma },
    { id: 'b', head_seq: 5n, head_at: bySql },
  ]);
  expect(await prisma.feed.findMany({ orderBy: { id: 'asc' }, select: { id: true, headSeq: true, headAt: true } })).toEqual([
    { id: 'a', headSeq: 9_007_199_254_740_993n, headAt: byPrisma },
    { id: 'b', headSeq: 5n, headAt: bySql },
  ]);
  await prisma.$disconnect();
  expect(await database.query({ text: 'SELECT 1 AS alive' })).toEqual([{ alive: 1 }]);
});

test('a database without a migration of this version is refused, and the sentence says which and what to do', async () => {
  const url = await aDatabaseUrl('trading');
  await runOn(url, 'DELETE FROM _prisma_migrations');
  await expect(opened('trading', url)).rejects.toThrow(
    /the database of trading is older than this version \(not applied: \d+_\w+.*run "npm run db:migrate"/,
  );
});

test('a database with further migrations is served: migrations expand first', async () => {
  const url = await aDatabaseUrl('trading');
  await runOn(
    url,
    `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count) VALUES ('x', 'y', now(), '20990101000000_newer', 1)`,
  );
  await expect(opened('trading', url)).resolves.toMatchObject({ name: 'trading' });
});

test('a database that does not exist or cannot be reached is refused with what to do', async () => {
  await expect(opened('trading', aMissingDatabaseUrl())).rejects.toThrow(
    'the database of trading does not exist: run "npm run db:migrate"',
  );
  await expect(opened('trading', 'postgresql://fanfare:x@127.0.0.1:1/nothing')).rejects.toThrow(
    /the database of trading cannot be reached \(.*ECONNREFUSED/,
  );
});

test('idle connections that the server cuts are replaced', async () => {
  const url = await anEmptyDatabaseUrl();
  const database = await opened('test', url);
  await database.query({ text: 'SELECT 1' });
  const removed = new Promise((resolve) => database.pool.once('remove', resolve));
  await runOn(
    url,
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $$fanfare-test$$ AND datname = current_database()',
  );
  await removed;
  expect(await database.query({ text: 'SELECT 1 AS alive' })).toEqual([{ alive: 1 }]);
});

test('statements, locks and silent transactions have limits on the server', async () => {
  const database = await opened('test', await anEmptyDatabaseUrl());
  const rows = await database.query({
    text: `SELECT name, setting FROM pg_settings WHERE name IN ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout',
             'application_name', 'TimeZone') ORDER BY name COLLATE "C"`,
  });
  expect(rows).toEqual([
    { name: 'TimeZone', setting: 'UTC' },
    { name: 'application_name', setting: 'fanfare-test' },
    { name: 'idle_in_transaction_session_timeout', setting: '10000' },
    { name: 'lock_timeout', setting: '5000' },
    { name: 'statement_timeout', setting: '10000' },
  ]);
});

test('the pool reports connections in use and callers in wait', async () => {
  const database = await opened('pooled', await anEmptyDatabaseUrl(), 1);
  const held = await database.pool.connect();
  const waiting = database.query({ text: 'SELECT 1 AS served' });
  await expect.poll(() => metricOf(telemetry, 'fanfare_database_connections_waiting', { database: 'pooled' })).toBe(1);
  expect(await metricOf(telemetry, 'fanfare_database_connections_in_use', { database: 'pooled' })).toBe(1);
  held.release();
  expect(await waiting).toEqual([{ served: 1 }]);
});

test('a refused statement keeps its connection', async () => {
  const database = await opened('test', await anEmptyDatabaseUrl(), 1);
  const connection = () => database.query({ text: 'SELECT pg_backend_pid() AS pid' });
  const before = await connection();
  await expect(database.query({ text: 'SELECT 1 / 0' })).rejects.toMatchObject({ code: '22012' });
  expect(await connection()).toEqual(before);
});

test('closing twice is fine', async () => {
  const database = await openDatabase({ name: 'test', url: await anEmptyDatabaseUrl(), telemetry });
  await Promise.all([database.close(), database.close()]);
  await expect(database.query({ text: 'SELECT 1' })).rejects.toThrow();
});
