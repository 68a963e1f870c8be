import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { expect, test } from 'vitest';
import { possibleHomes } from '#platform/embedded/place.ts';
import { findEmbeddedPostgres, resetEmbeddedPostgres, startEmbeddedPostgres } from '#platform/embedded/postgres.ts';
import { isReadyServer, readPidFile } from '#platform/embedded/postmaster.ts';
import { aDataDir, aServer, aStarter, ask, cleanups, killed, START_DEADLINE_MS } from '../support/embedded.ts';
import { aPostgres } from '../support/postgres.ts';

/** A start looks for a server at once. */
const TO_FIND_IT_MS = 500;

const refusal = async (dataDir: string): Promise<string> => {
  const error: unknown = await startEmbeddedPostgres({ dataDir }).then(
    (server) => server.stop(),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  const { message } = error as Error;
  expect(message).not.toContain('\n');
  return message;
};

test('a first start makes the data, and a second one finds it on the same port', async () => {
  const dataDir = aDataDir();
  const coldStart = performance.now();
  const first = await aServer(dataDir);
  const coldMs = performance.now() - coldStart;
  await ask(first.urlOf('postgres'), "CREATE TABLE kept AS SELECT 'still here' AS text");
  await first.stop();
  await first.stop();
  expect(findEmbeddedPostgres(dataDir, 'postgres')).toBeNull();
  const warmStart = performance.now();
  const second = await aServer(dataDir);
  const warmMs = performance.now() - warmStart;
  expect(await ask(second.urlOf('postgres'), 'SELECT text FROM kept')).toEqual([{ text: 'still here' }]);
  expect(second.port).toBe(first.port);
  expect(findEmbeddedPostgres(dataDir, 'postgres')).toBe(second.urlOf('postgres'));
  // Of the 60 s and 6 s that the whole platform may take.
  expect(coldMs).toBeLessThan(30_000);
  expect(warmMs).toBeLessThan(6_000);
});

test('it keeps what it acknowledges, listens on this machine only, and wants a password', async () => {
  const dataDir = aDataDir();
  const server = await aServer(dataDir);
  const settings = await ask<{ name: string; setting: string }>(
    server.urlOf('postgres'),
    `SELECT name, setting FROM pg_settings WHERE name IN
       ('fsync', 'full_page_writes', 'synchronous_commit', 'jit', 'listen_addresses', 'unix_socket_directories', 'server_encoding', 'TimeZone')`,
  );
  expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    jit: 'off',
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    server_encoding: 'UTF8',
    TimeZone: 'UTC',
  });
  expect(await ask(server.urlOf('postgres'), "SELECT upper('ä') AS up, 'a' < 'B' AS folded")).toEqual([{ up: 'Ä', folded: false }]);
  const wrong = new URL(server.urlOf('postgres'));
  wrong.password = 'guess';
  await expect(ask(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  expect(statSync(join(server.data, '..', 'password')).mode & 0o777).toBe(0o600);
});

test('a second start on the same data is refused with the process that runs it', async () => {
  const dataDir = aDataDir();
  const starter = aStarter(dataDir);
  const { url } = await starter.ready();
  expect(await refusal(dataDir)).toBe(
    `Fanfare is already running with the data in ${dataDir} (process ${starter.child.pid}): stop it first, or use another folder with --data DIR`,
  );
  expect(await ask(url, 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
  await expect(resetEmbeddedPostgres(dataDir)).rejects.toThrow('already running');
  expect(await ask(url, 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
});

test('of two first starts at once, one runs and the other is refused', async () => {
  const dataDir = aDataDir();
  const starters = [aStarter(dataDir), aStarter(dataDir)];
  const outcomes = await Promise.all(starters.map((starter) => Promise.any([starter.line('ready'), starter.line('refused')])));
  expect(outcomes.filter((outcome) => outcome.startsWith('postgresql://'))).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome.startsWith('Fanfare is already running'))).toHaveLength(1);
});

test('a start whose new server another process stops starts it again', async () => {
  const dataDir = aDataDir();
  const starter = aStarter(dataDir);
  const data = join(possibleHomes(dataDir).at(0) ?? '', 'cluster', 'data');
  await expect.poll(() => readPidFile(data), { timeout: START_DEADLINE_MS, interval: 5 }).not.toBeNull();
  // Before it has made the server its own.
  starter.child.kill('SIGSTOP');
  const { pid } = readPidFile(data) ?? expect.fail('the server is gone');
  await expect.poll(() => isReadyServer(data, pid), { timeout: START_DEADLINE_MS }).toBe(true);
  process.kill(pid, 'SIGINT');
  await expect.poll(() => readPidFile(data), { timeout: START_DEADLINE_MS }).toBeNull();
  starter.child.kill('SIGCONT');
  const second = await starter.ready();
  expect(second.pid).not.toBe(pid);
  expect(await ask(second.url, 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
});

test('a start whose orphan another process stops goes on with the data', async () => {
  const dataDir = aDataDir();
  const starter = aStarter(dataDir);
  const orphan = await starter.ready();
  await ask(orphan.url, "CREATE TABLE kept AS SELECT 'committed' AS text");
  await killed(starter);
  // It lets nobody in for now: the start has found it, and waits.
  process.kill(orphan.pid, 'SIGSTOP');
  const starting = aServer(dataDir);
  await sleep(TO_FIND_IT_MS);
  process.kill(orphan.pid, 'SIGINT');
  process.kill(orphan.pid, 'SIGCONT');
  const server = await starting;
  expect(server.pid).not.toBe(orphan.pid);
  expect(await ask(server.urlOf('postgres'), 'SELECT text FROM kept')).toEqual([{ text: 'committed' }]);
});

test('after kill -9 of the starter, the orphan is stopped cleanly and the next start has the data', async () => {
  const dataDir = aDataDir();
  const starter = aStarter(dataDir);
  const orphan = await starter.ready();
  await ask(orphan.url, "CREATE TABLE kept AS SELECT 'committed' AS text");
  await killed(starter);
  expect(readlinkSync(`/proc/${orphan.pid}/cwd`)).toBe(orphan.data);
  const said: string[] = [];
  const server = await aServer(dataDir, (line) => said.push(line));
  expect(said).toEqual([`Stopping PostgreSQL (process ${orphan.pid}), which an earlier run left behind.`]);
  expect(server.pid).not.toBe(orphan.pid);
  expect(await ask(server.urlOf('postgres'), 'SELECT text FROM kept')).toEqual([{ text: 'committed' }]);
});

test('after kill -9 of starter and server, the next start recovers, also when another process has the old pid', async () => {
  const dataDir = aDataDir();
  const starter = aStarter(dataDir);
  const { url, pid, data } = await starter.ready();
  await ask(url, "CREATE TABLE kept AS SELECT 'committed' AS text");
  await killed(starter);
  process.kill(pid, 'SIGKILL');
  // The same user as the server's: PostgreSQL would take this process for a living server.
  const { uid, gid } = statSync(data);
  const bystander = spawn('sleep', ['60'], { stdio: 'ignore', ...(process.getuid?.() === 0 ? { uid, gid } : {}) });
  cleanups.push(() => bystander.kill('SIGKILL'));
  const pidFile = join(data, 'postmaster.pid');
  writeFileSync(pidFile, readFileSync(pidFile, 'utf8').replace(String(pid), String(bystander.pid)));
  const server = await aServer(dataDir);
  expect(await ask(server.urlOf('postgres'), 'SELECT text FROM kept')).toEqual([{ text: 'committed' }]);
  expect(bystander.exitCode).toBeNull();
});

test('a server killed while a backend is deep in work is started again when that backend has ended', async () => {
  const postgres = await aPostgres();
  await ask(postgres.urlOf('postgres'), "CREATE TABLE kept AS SELECT 'committed' AS text");
  const client = new pg.Client({ connectionString: postgres.urlOf('postgres') });
  client.on('error', () => undefined);
  await client.connect();
  // It looks up from this loop only when it is done: a killed server does not end it.
  const busy = client
    .query('DO $$ BEGIN FOR i IN 1..1 LOOP PERFORM count(*) FROM generate_series(1, 4000000); END LOOP; END $$')
    .catch(() => undefined);
  postgres.kill();
  await postgres.restart();
  await busy;
  expect(await ask(postgres.urlOf('postgres'), 'SELECT text FROM kept')).toEqual([{ text: 'committed' }]);
});

test('a server that ends by itself is reported, with its reason', async () => {
  const dataDir = aDataDir();
  const starter = aStarter(dataDir);
  const { pid } = await starter.ready();
  process.kill(pid, 'SIGKILL');
  expect(await starter.line('lost')).toContain('SIGKILL');
});

test('one crashed backend costs connections, not the ownership of the server', async () => {
  const dataDir = aDataDir();
  const server = await aServer(dataDir);
  const client = new pg.Client({ connectionString: server.urlOf('postgres') });
  const lost = new Promise((resolve) => client.once('end', resolve));
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  process.kill(rows[0]?.pid ?? 0, 'SIGKILL');
  await lost;
  const owners = () =>
    ask(
      server.urlOf('postgres'),
      "SELECT application_name AS owner FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory'",
    ).catch(() => []);
  await expect.poll(owners, { timeout: START_DEADLINE_MS }).toEqual([{ owner: `fanfare-owner-${process.pid}` }]);
});

test('SIGTERM to the starter stops the server, and what was written is there', async () => {
  const dataDir = aDataDir();
  const starter = aStarter(dataDir);
  const { url, pid, data } = await starter.ready();
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('CREATE TABLE kept AS SELECT 1 AS n');
  starter.child.kill('SIGTERM');
  const [code] = (await once(starter.child, 'exit')) as [number | null];
  expect(code).toBe(0);
  expect(existsSync(join(data, 'postmaster.pid'))).toBe(false);
  expect(existsSync(`/proc/${pid}/cwd`)).toBe(false);
});

test('a port taken by somebody else means another port', async () => {
  const dataDir = aDataDir();
  const first = await aServer(dataDir);
  await first.stop();
  const squatter = createServer().listen(first.port, '127.0.0.1');
  await once(squatter, 'listening');
  cleanups.push(() => squatter.close());
  const second = await aServer(dataDir);
  expect(second.port).not.toBe(first.port);
  expect(await ask(second.urlOf('postgres'), 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
});

test('damaged data is refused in one sentence that says what to do, and is left as it is', async () => {
  const dataDir = aDataDir();
  const server = await aServer(dataDir);
  await server.stop();
  const version = join(server.data, 'PG_VERSION');
  const control = join(server.data, 'global', 'pg_control');
  const whatToDo = 'start anew with --reset (which deletes this data), or use another folder with --data DIR';
  const good = readFileSync(control);

  writeFileSync(version, '17\n');
  expect(await refusal(dataDir)).toBe(`${join(dataDir, 'cluster')} holds data of PostgreSQL 17, and this is PostgreSQL 18: ${whatToDo}`);
  rmSync(version);
  expect(await refusal(dataDir)).toBe(
    `${join(dataDir, 'cluster')} is not a PostgreSQL data folder (data/PG_VERSION is missing): restore it from a copy, ${whatToDo}`,
  );
  writeFileSync(version, '18\n');
  rmSync(control);
  expect(await refusal(dataDir)).toBe(
    `${join(dataDir, 'cluster')} is damaged (data/global/pg_control is missing): restore it from a copy, ${whatToDo}`,
  );
  const { uid, gid } = statSync(server.data);
  writeFileSync(control, Buffer.alloc(good.length, 7));
  chownSync(control, uid, gid);
  const message = await refusal(dataDir);
  expect(message).toContain('database files are incompatible with server');
  expect(message).toContain(whatToDo);
  expect(existsSync(join(server.data, 'base'))).toBe(true);

  writeFileSync(control, good);
  const password = join(dataDir, 'cluster', 'password');
  const right = readFileSync(password);
  writeFileSync(password, 'wrong\n');
  expect(await refusal(dataDir)).toBe(
    `the data in ${server.data} cannot be used (PostgreSQL says: password authentication failed for user "fanfare"): restore it from a copy, ${whatToDo}`,
  );
  writeFileSync(password, right);
  const again = await aServer(dataDir);
  expect(await ask(again.urlOf('postgres'), 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
});

test('where a file stands in the way of the data folder, the start says so and puts the data nowhere else', async () => {
  const file = join(aDataDir(), '..', 'a-file');
  writeFileSync(file, '');
  for (const dataDir of [file, join(file, 'below')]) {
    expect(await refusal(dataDir)).toMatch(/^the data folder \S+ cannot be made \((EEXIST|ENOTDIR)\): .*--data DIR$/);
    for (const home of possibleHomes(dataDir).slice(1)) expect(existsSync(home)).toBe(false);
  }
});

test('a first start that was interrupted is no data: the next one starts afresh', async () => {
  const dataDir = aDataDir();
  mkdirSync(join(dataDir, 'cluster.1', 'data', 'base'), { recursive: true });
  chmodSync(dataDir, 0o711);
  const server = await aServer(dataDir);
  expect(await ask(server.urlOf('postgres'), 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
});

test('reset deletes the data, also damaged data', async () => {
  const dataDir = aDataDir();
  const first = await aServer(dataDir);
  await ask(first.urlOf('postgres'), 'CREATE TABLE gone (id int)');
  await first.stop();
  rmSync(join(first.data, 'PG_VERSION'));
  await resetEmbeddedPostgres(dataDir);
  const second = await aServer(dataDir);
  expect(await ask(second.urlOf('postgres'), "SELECT to_regclass('gone') AS gone")).toEqual([{ gone: null }]);
});
