import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { diffSchema } from '#platform/database/diff.ts';
import { migrate, resolveMigration } from '#platform/database/migrate.ts';
import { readMigrations, type SchemaFolder, schemaFolderOf, writeMigration } from '#platform/database/migrations.ts';
import { aDatabaseUrl, aMissingDatabaseUrl, anEmptyDatabaseUrl, runOn } from '../support/postgres.ts';
import { startProcess } from '../support/processes.ts';

const folders: string[] = [];
const PROCESS_DEADLINE_MS = 50_000;

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A schema folder with these migrations. */
function aSchemaFolder(migrations: Readonly<Record<string, string>>, models = ''): SchemaFolder {
  const folder = mkdtempSync(join(tmpdir(), 'fanfare-schema-'));
  folders.push(folder);
  const schemaPath = join(folder, 'schema.prisma');
  const migrationsPath = join(folder, 'migrations');
  writeFileSync(schemaPath, `datasource db {\n  provider = "postgresql"\n}\n${models}`);
  for (const [name, sql] of Object.entries(migrations)) {
    mkdirSync(join(migrationsPath, name), { recursive: true });
    writeFileSync(join(migrationsPath, name, 'migration.sql'), sql);
  }
  return { schemaPath, migrationsPath };
}

async function rowsOf<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<Row>(sql);
  await client.end();
  return rows;
}

test('migrating a database that does not exist creates it and applies everything; a second time does nothing', async () => {
  const url = aMissingDatabaseUrl();
  const all = readMigrations(schemaFolderOf('streaming')).map(({ name }) => name);
  expect(await migrate('streaming', url)).toEqual({ created: true, applied: all });
  expect(await migrate('streaming', url)).toEqual({ created: false, applied: [] });
});

test('the bookkeeping is what Prisma itself writes: one finished row per migration with the SHA-256 of its file', async () => {
  const url = await aDatabaseUrl('trading');
  const rows = await rowsOf(
    url,
    'SELECT migration_name AS name, checksum, applied_steps_count AS steps, finished_at IS NOT NULL AS done FROM _prisma_migrations ORDER BY migration_name',
  );
  const expected = readMigrations(schemaFolderOf('trading')).map(({ name, checksum }) => ({ name, checksum, steps: 1, done: true }));
  expect(rows).toEqual(expected);
});

test('two processes that migrate the same databases at once both succeed, and each migration is applied once', async () => {
  const url = aMissingDatabaseUrl();
  const start = () => startProcess('prisma/migrate.ts', ['--subgraph', 'messaging'], { MESSAGING_DATABASE_URL: url });
  const both = [start(), start()];
  const ends = await Promise.all(both.map(({ ended }) => ended));
  expect(ends, both.map((one) => one.output()).join('\n')).toEqual([0, 0]);
  const rows = await rowsOf(url, 'SELECT migration_name AS name FROM _prisma_migrations ORDER BY 1');
  expect(rows).toEqual(readMigrations(schemaFolderOf('messaging')).map(({ name }) => ({ name })));
});

test('four at once in one process, on four databases and on one, do not disturb each other', async () => {
  const [first, second] = [aMissingDatabaseUrl(), aMissingDatabaseUrl()];
  const results = await Promise.all([
    migrate('trading', first),
    migrate('trading', first),
    migrate('streaming', second),
    migrate('streaming', second),
  ]);
  expect(results.filter(({ applied }) => applied.length > 0)).toHaveLength(2);
  expect(results.filter(({ created }) => created)).toHaveLength(2);
});

test('a script with function bodies, comments and quoted semicolons is run as PostgreSQL reads it', async () => {
  const url = await anEmptyDatabaseUrl();
  const sql = `-- a comment; with a semicolon
    CREATE FUNCTION two() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; RETURN 2; END $$;
    CREATE TABLE note (text text DEFAULT 'a;b');
    INSERT INTO note DEFAULT VALUES;`;
  await migrate('notes', url, aSchemaFolder({ '20260101000000_functions': sql }));
  expect(await rowsOf(url, 'SELECT text, two() FROM note')).toEqual([{ text: 'a;b', two: 2 }]);
});

test('a migration that fails leaves nothing, says why and where, and runs once it is corrected', async () => {
  const url = await anEmptyDatabaseUrl();
  const broken = {
    '20260101000000_first': 'CREATE TABLE a (id int);',
    '20260102000000_second': 'CREATE TABLE b (id int);\nINSERT INTO nowhere VALUES (1);',
  };
  const folder = aSchemaFolder(broken);
  await expect(migrate('notes', url, folder)).rejects.toThrow(
    'migration 20260102000000_second of notes failed: relation "nowhere" does not exist (line 2). Nothing of it was done: correct its SQL and run "npm run db:migrate" again',
  );
  expect(await rowsOf(url, "SELECT to_regclass('a') IS NOT NULL AS a, to_regclass('b') IS NOT NULL AS b")).toEqual([{ a: true, b: false }]);
  writeFileSync(join(folder.migrationsPath, '20260102000000_second', 'migration.sql'), 'CREATE TABLE b (id int);');
  expect(await migrate('notes', url, folder)).toMatchObject({ applied: ['20260102000000_second'] });
});

test('a migration changed after it was applied is refused', async () => {
  const url = await aDatabaseUrl('trading');
  await runOn(url, "UPDATE _prisma_migrations SET checksum = 'another'");
  await expect(migrate('trading', url)).rejects.toThrow(/migration .+ of trading was changed after it had been applied: restore its text/);
});

test('a migration whose process died in the middle is not guessed at: somebody says how it stands', async () => {
  const url = await aDatabaseUrl('trading');
  const [migration] = readMigrations(schemaFolderOf('trading')).toReversed();
  const name = migration?.name ?? '';
  await runOn(url, `UPDATE _prisma_migrations SET finished_at = NULL, applied_steps_count = 0 WHERE migration_name = '${name}'`);
  await expect(migrate('trading', url)).rejects.toThrow(`"npm run db:migrate -- --subgraph trading --applied ${name}"`);
  await resolveMigration('trading', url, name, 'applied');
  expect(await migrate('trading', url)).toEqual({ created: false, applied: [] });
});

test('a difference written as a migration and applied is no difference any more', async () => {
  const url = await anEmptyDatabaseUrl();
  const folder = aSchemaFolder({}, 'model Note {\n  id Int @id\n}\n');
  const first = await diffSchema(folder, url);
  expect(first).toContain('CREATE TABLE "Note"');
  writeMigration(folder, 'init', first ?? '');
  expect(await diffSchema(folder, url)).toBeNull();

  writeFileSync(folder.schemaPath, readFileSync(folder.schemaPath, 'utf8').replace('@id\n', '@id\n  text String?\n'));
  const second = await diffSchema(folder, url);
  expect(second).toContain('ADD COLUMN     "text" TEXT');
  await migrate('notes', url, folder);
  writeFileSync(join(folder.migrationsPath, 'migration_lock.toml'), 'provider = "postgresql"\n');
  mkdirSync(join(folder.migrationsPath, '29990101000000_add_text'));
  writeFileSync(join(folder.migrationsPath, '29990101000000_add_text', 'migration.sql'), second ?? '');
  expect(await migrate('notes', url, folder)).toMatchObject({ applied: ['29990101000000_add_text'] });
  expect(await diffSchema(folder, url)).toBeNull();
  expect(await rowsOf(url, "SELECT datname FROM pg_database WHERE datname LIKE 'fanfare_shadow_%'")).toEqual([]);
});

test('a server that cannot be reached is refused with what to do', async () => {
  await expect(migrate('trading', 'postgresql://fanfare:x@127.0.0.1:1/fanfare_trading')).rejects.toThrow(
    /^PostgreSQL at 127\.0\.0\.1:1 cannot be reached \(.*ECONNREFUSED.*\): check its URL and that it runs$/,
  );
});

test('every schema.prisma agrees with its migrations', async () => {
  const url = await anEmptyDatabaseUrl();
  for (const name of ['streaming', 'trading', 'messaging', 'monitoring'])
    expect(await diffSchema(schemaFolderOf(name), url), name).toBeNull();
});

test('the commands explain themselves, and refuse in one sentence', async () => {
  const ask = async (file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const started = startProcess(file, args, env);
    return { code: await started.ended, said: started.output() };
  };
  for (const file of ['prisma/migrate.ts', 'prisma/diff.ts', 'prisma/reset.ts', 'prisma/restored.ts', 'scripts/prisma-generate.ts']) {
    expect(await ask(file, ['--help'])).toMatchObject({ code: 0, said: expect.stringContaining('npm run') });
  }
  const url = await aDatabaseUrl('streaming');
  const env = { STREAMING_DATABASE_URL: url };
  expect(await ask('prisma/reset.ts', ['--yes'], { ...env, NODE_ENV: 'production' })).toEqual({
    code: 1,
    said: 'db:reset deletes all data and refuses to run under NODE_ENV=production\n',
  });
  expect(await ask('prisma/reset.ts', ['--subgraph', 'streaming'], env)).toEqual({
    code: 1,
    said: 'db:reset deletes all data: say --yes (npm run db:reset -- --yes)\n',
  });
  expect(await ask('prisma/restored.ts', ['nothing'], env)).toMatchObject({
    code: 1,
    said: expect.stringContaining('there is no subgraph "nothing"'),
  });
  expect(await ask('prisma/diff.ts', ['--name', 'No Spaces'], env)).toMatchObject({ code: 1, said: expect.stringContaining('--name') });
});

test('db:reset makes the database anew, and refuses while a process of Fanfare is connected', async () => {
  const url = await aDatabaseUrl('streaming');
  await runOn(url, 'CREATE TABLE leftover (id int)');
  const reset = () => startProcess('prisma/reset.ts', ['--yes', '--subgraph', 'streaming'], { STREAMING_DATABASE_URL: url });
  const client = new pg.Client({ connectionString: url, application_name: 'fanfare-streaming' });
  await client.connect();
  const refused = reset();
  await refused.untilPrinted(/the database of streaming is in use \(fanfare-streaming\): stop Fanfare first/, PROCESS_DEADLINE_MS);
  expect(await refused.ended).toBe(1);
  await client.end();
  const done = reset();
  expect(await done.ended, done.output()).toBe(0);
  expect(await rowsOf(url, "SELECT to_regclass('leftover') AS leftover, to_regclass('feed') IS NOT NULL AS feed")).toEqual([
    { leftover: null, feed: true },
  ]);
});

test('db:restored turns the epoch of the feeds', async () => {
  const url = await aDatabaseUrl('trading');
  const restored = async () => {
    const command = startProcess('prisma/restored.ts', ['trading'], { TRADING_DATABASE_URL: url });
    expect(await command.ended, command.output()).toBe(0);
    const rows = await rowsOf<{ epoch: string }>(url, 'SELECT epoch FROM feed_epoch');
    expect(rows).toHaveLength(1);
    return rows[0]?.epoch;
  };
  const first = await restored();
  expect(await restored()).not.toBe(first);
});
