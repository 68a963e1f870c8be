import { existsSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { onDatabase, onServer } from './client.ts';
import type { Queryable } from './database.ts';
import { type OpenSchemaEngine, openSchemaEngine, type RefusedScript } from './engine.ts';
import { type Migration, readMigrations, type SchemaFolder, schemaFolderOf, toMigrationList } from './migrations.ts';
import { type SchemaState, schemaState } from './schema-check.ts';
import { reasonOf, sqlStateOf } from './sqlstate.ts';

/** Held by whoever migrates, per database. Only for order between processes; the migrations' own bookkeeping decides what is applied. */
const MIGRATION_LOCK_KEY = 7_266_510_201;
/** How long to wait while another process migrates the same database. */
const MIGRATION_LOCK_TIMEOUT_MS = 120_000;
const UNDEFINED_DATABASE = '3D000';
const DATABASE_EXISTS: readonly (string | null)[] = ['42P04', '23505'];
const LOCK_NOT_AVAILABLE = '55P03';
/** What takes a script out of the one transaction in which it runs. */
const LEAVES_TRANSACTION = /\b(COMMIT|ROLLBACK|CONCURRENTLY|VACUUM)\b/i;

export interface MigrateResult {
  readonly created: boolean;
  /** Names of the migrations that this call applied. */
  readonly applied: readonly string[];
}

/** Brings the database at `url` up to prisma/<name>/migrations (or those of another folder), creating it where it does not exist. Safe in several processes at
 * once: one works, the others wait and then find nothing to do. When all is applied already it is one query. Rejects with one sentence that says what to do. */
export async function migrate(name: string, url: string, folder: SchemaFolder = schemaFolderOf(name)): Promise<MigrateResult> {
  const migrations = readMigrations(folder);
  const created = await ensureDatabase(url);
  return onDatabase(url, async (database) => {
    const before = await schemaState(migrations, database);
    refuseEdited(name, before);
    if (before.missing.length === 0 && before.failed.length === 0) return { created, applied: [] };
    await lock(name, database); // and the end of this session gives it back
    const state = await schemaState(migrations, database);
    refuseEdited(name, state);
    refuseUnfinished(name, state);
    return { created, applied: state.missing.length === 0 ? [] : await apply(name, url, folder, migrations) };
  });
}

/** Says about a migration that was started and never finished how it stands: `applied` (its effects are there) or `rolled-back` (nothing of it is). */
export async function resolveMigration(name: string, url: string, migration: string, outcome: 'applied' | 'rolled-back'): Promise<void> {
  const folder = schemaFolderOf(name);
  const migrations = readMigrations(folder);
  if (!migrations.some((known) => known.name === migration))
    throw new Error(`there is no migration "${migration}" in ${folder.migrationsPath}`);
  await using open = await openEngine(url, folder);
  const migrationsList = toMigrationList(folder, migrations);
  if (outcome === 'applied') await open.engine.markMigrationApplied({ migrationName: migration, migrationsList });
  else await open.engine.markMigrationRolledBack({ migrationName: migration });
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

/** The schema engine ends its messages with where in its own source they come from. */
const ENGINE_TRACE = /\n\s+0: /;

async function apply(name: string, url: string, folder: SchemaFolder, migrations: readonly Migration[]): Promise<readonly string[]> {
  await using open = await openEngine(url, folder);
  try {
    const { appliedMigrationNames } = await open.engine.applyMigrations({
      migrationsList: toMigrationList(folder, migrations),
      filters: { externalTables: [], externalEnums: [] },
    });
    return appliedMigrationNames;
  } catch (error) {
    const failed = open.refusedScript();
    if (failed === null) throw new Error(`migrating ${name} failed: ${reasonOf(error).split(ENGINE_TRACE)[0]}`, { cause: error });
    throw await explainRefusal(name, open, migrations, failed);
  }
}

/** PostgreSQL refused a migration's script. A script runs in one transaction, so nothing of it is there, and the bookkeeping says so: the next try starts afresh. */
async function explainRefusal(
  name: string,
  open: OpenSchemaEngine,
  migrations: readonly Migration[],
  failed: RefusedScript,
): Promise<Error> {
  const migration = migrations.find(({ sql }) => sql === failed.script);
  if (migration === undefined) return new Error(`migrating ${name} failed: ${failed.error.message}`, { cause: failed.error });
  const what = `migration ${migration.name} of ${name} failed: ${failed.error.message}${lineOf(failed)}`;
  if (LEAVES_TRANSACTION.test(migration.sql))
    return new Error(`${what}. Parts of it may be done. ${resolveHint(name, migration.name)}`, { cause: failed.error });
  await open.engine.markMigrationRolledBack({ migrationName: migration.name });
  return new Error(`${what}. Nothing of it was done: correct its SQL and run "npm run db:migrate" again`, { cause: failed.error });
}

function lineOf({ script, error }: RefusedScript): string {
  return error.position === undefined ? '' : ` (line ${script.slice(0, Number(error.position)).split('\n').length})`;
}

function openEngine(url: string, folder: SchemaFolder): Promise<OpenSchemaEngine> {
  return openSchemaEngine(url, existsSync(folder.schemaPath) ? readFileSync(folder.schemaPath, 'utf8') : '');
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

function refuseEdited(name: string, state: SchemaState): void {
  if (state.edited.length === 0) return;
  throw new Error(
    `migration ${state.edited.join(', ')} of ${name} was changed after it had been applied: restore its text and put the change into a new ` +
      'migration ("npm run db:diff"), or make the development database anew ("npm run db:reset -- --yes", or "npm start -- --reset")',
  );
}

function refuseUnfinished(name: string, state: SchemaState): void {
  const [migration] = state.failed;
  if (migration !== undefined)
    throw new Error(`migration ${migration} of ${name} was started and never finished. ${resolveHint(name, migration)}`);
}

function resolveHint(name: string, migration: string): string {
  return (
    `Look at what is there, complete it or undo it by hand, then say which: "npm run db:migrate -- --subgraph ${name} --applied ${migration}" ` +
    `or "… --rolled-back ${migration}"`
  );
}
