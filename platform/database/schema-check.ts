import { UnfitDatabaseError } from './away.ts';
import type { Queryable } from './database.ts';
import { type Migration, readMigrations, schemaFolderOf } from './migrations.ts';
import { reasonOf, sqlStateOf } from './sqlstate.ts';

/** How a database's applied migrations compare to those of this version. */
export interface SchemaState {
  /** Of ours, not applied there, in order. */
  readonly missing: readonly string[];
  /** Applied there in another form than ours. */
  readonly edited: readonly string[];
  /** Started there and neither finished nor rolled back. */
  readonly failed: readonly string[];
}

interface AppliedRow {
  readonly name: string;
  readonly checksum: string;
  readonly finished: boolean;
}

const UNDEFINED_TABLE = '42P01';
const UNDEFINED_DATABASE = '3D000';

/** Rejects unless every migration of this version is applied. A newer database is fine: migrations expand first and contract later. */
export async function requireCurrentSchema(database: string, queryable: Queryable): Promise<void> {
  const migrations = readMigrations(schemaFolderOf(database));
  if (migrations.length === 0) return;
  const state = await schemaState(migrations, queryable);
  if (state.missing.length === 0) return;
  throw new Error(
    `the database of ${database} is older than this version (not applied: ${state.missing.join(', ')}): run "npm run db:migrate", then start again`,
  );
}

/** Compares with what `_prisma_migrations` says, by plain SQL: no schema engine is loaded for it. */
export async function schemaState(migrations: readonly Migration[], queryable: Queryable): Promise<SchemaState> {
  const rows = await appliedRows(queryable);
  const finished = new Map(rows.filter((row) => row.finished).map((row) => [row.name, row.checksum]));
  return {
    missing: migrations.filter(({ name }) => !finished.has(name)).map(({ name }) => name),
    edited: migrations.filter(({ name, checksum }) => (finished.get(name) ?? checksum) !== checksum).map(({ name }) => name),
    failed: rows.filter((row) => !row.finished).map((row) => row.name),
  };
}

async function appliedRows(queryable: Queryable): Promise<readonly AppliedRow[]> {
  try {
    return await queryable.query<AppliedRow>({
      text: `/* appliedRows */ SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
             FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`,
    });
  } catch (error) {
    if (sqlStateOf(error) === UNDEFINED_TABLE) return [];
    throw error;
  }
}

/** Makes a first connection. Rejects with one sentence that says what to do when there is no such database, when it cannot be reached, or when it is unfit. */
export async function requireReachable(database: string, queryable: Queryable): Promise<void> {
  try {
    await queryable.query({ text: '/* requireReachable */ SELECT 1' });
  } catch (error) {
    if (error instanceof UnfitDatabaseError) throw error;
    if (sqlStateOf(error) === UNDEFINED_DATABASE) {
      throw new Error(`the database of ${database} does not exist: run "npm run db:migrate", which creates it`, { cause: error });
    }
    throw new Error(`the database of ${database} cannot be reached (${reasonOf(error)}): check its URL and that PostgreSQL runs`, {
      cause: error,
    });
  }
}
