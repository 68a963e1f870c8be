import { existsSync, readFileSync } from 'node:fs';
import type { MigrationList } from '@prisma/schema-engine-wasm';
import pg from 'pg';
import { onDatabase, onServer } from './client.ts';
import type { Queryable } from './database.ts';
import { openSchemaEngine } from './engine.ts';
import { type Migration, migrationsFolderOf, readMigrations, schemaPathOf } from './migrations.ts';
import { type SchemaState, schemaState } from './schema-check.ts';
import { sqlStateOf } from './sqlstate.ts';

/** Held by whoever migrates, per database. Only for order between processes; the migrations' own bookkeeping decides what is applied. */
const MIGRATION_LOCK_KEY = 7_266_510_201;
/** How long to wait while another process migrates the same database. */
const MIGRATION_LOCK_TIMEOUT_MS = 120_000;
const UNDEFINED_DATABASE = '3D000';
const DATABASE_EXISTS: readonly (string | null)[] = ['42P04', '23505'];
const LOCK_NOT_AVAILABLE = '55P03';

export interface MigrateResult {
  readonly created: boolean;
  /** Names of the migrations that this call applied. */
  readonly applied: readonly string[];
}

/** Brings the database at `url` up to prisma/<name>/migrations, creating it where it does not exist. Safe in several processes at once: one works, the others
 * wait and then find nothing to do. When all is applied already it is one query. Rejects with one sentence that says what to do. */
export async function migrate(name: string, url: string): Promise<MigrateResult> {
  const migrations = readMigrations(name);
  const created = await ensureDatabase(url);
  return onDatabase(url, async (database) => {
    const before = await schemaState(migrations, database);
    refuseUnfit(name, before);
    if (before.missing.length === 0 && before.failed.length === 0) return { created, applied: [] };
    await lock(name, database); // and the end of this session gives it back
    const state = await schemaState(migrations, database);
    refuseUnfit(name, state);
    refuseFailed(name, state);
    return { created, applied: state.missing.length === 0 ? [] : await apply(name, url, migrations) };
  });
}

/** What Prisma's engine wants to know of a migrations folder. */
export function toMigrationList(name: string, migrations: readonly Migration[]): MigrationList {
  return {
    baseDir: migrationsFolderOf(name),
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map((migration) => ({
      path: migration.name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: migration.sql } },
    })),
  };
}

/** Creates the database of `url` unless it exists. True where it did. */
export async function ensureDatabase(url: string): Promise<boolean> {
  try {
    await onDatabase(url, async () => undefined);
    return false;
  } catch (error) {
    if (sqlStateOf(error) !== UNDEFINED_DATABASE) throw error;
  }
  return onServer(url, async (server, database) => {
    try {
      await server.query({ text: `/* ensureDatabase */ CREATE DATABASE ${pg.escapeIdentifier(database)}` });
      return true;
    } catch (error) {
      // Another process was quicker.
      if (DATABASE_EXISTS.includes(sqlStateOf(error))) return false;
      throw error;
    }
  });
}

async function apply(name: string, url: string, migrations: readonly Migration[]): Promise<readonly string[]> {
  const path = schemaPathOf(name);
  const schema = existsSync(path) ? readFileSync(path, 'utf8') : '';
  await using open = await openSchemaEngine(url, schema);
  const migrationsList = toMigrationList(name, migrations);
  const filters = { externalTables: [], externalEnums: [] };
  try {
    const { appliedMigrationNames } = await open.engine.applyMigrations({ migrationsList, filters });
    return appliedMigrationNames;
  } catch (error) {
    throw new Error(`migrating ${name} failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

async function lock(name: string, database: Queryable): Promise<void> {
  await database.query({ text: `/* lockMigrations */ SET lock_timeout = ${MIGRATION_LOCK_TIMEOUT_MS}` });
  try {
    await database.query({ text: '/* lockMigrations */ SELECT pg_advisory_lock($1)', values: [MIGRATION_LOCK_KEY] });
  } catch (error) {
    if (sqlStateOf(error) !== LOCK_NOT_AVAILABLE) throw error;
    throw new Error(
      `another process has been migrating ${name} for ${MIGRATION_LOCK_TIMEOUT_MS / 1_000} s: wait for it or end it, then run "npm run db:migrate" again`,
      { cause: error },
    );
  }
}

function refuseUnfit(name: string, state: SchemaState): void {
  if (state.edited.length === 0) return;
  throw new Error(
    `migration ${state.edited.join(', ')} of ${name} was changed after it had been applied: restore its text and put the change into a new ` +
      'migration ("npm run db:diff"), or start the development database anew with "npm run db:reset -- --yes"',
  );
}

function refuseFailed(name: string, state: SchemaState): void {
  if (state.failed.length === 0) return;
  throw new Error(
    `migration ${state.failed.join(', ')} of ${name} was started and never finished: look at what it has done, repair that, then say so with ` +
      `"SUBGRAPH=${name} npx prisma migrate resolve --rolled-back ${state.failed[0] ?? ''}" (or --applied) and run "npm run db:migrate" again`,
  );
}
