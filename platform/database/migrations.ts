import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MigrationList } from '@prisma/schema-engine-wasm';

/** One migration as it stands in prisma/<name>/migrations. */
export interface Migration {
  /** The folder's name: `<timestamp>_<what>`. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, hex, as Prisma keeps it in `_prisma_migrations`. */
  readonly checksum: string;
}

/** Where a database's schema and migrations stand. */
export interface SchemaFolder {
  readonly schemaPath: string;
  readonly migrationsPath: string;
}

const PRISMA_FOLDER = join(import.meta.dirname, '..', '..', 'prisma');

/** prisma/<name>, whether it exists or not. */
export function schemaFolderOf(database: string): SchemaFolder {
  return { schemaPath: join(PRISMA_FOLDER, database, 'schema.prisma'), migrationsPath: join(PRISMA_FOLDER, database, 'migrations') };
}

/** The migrations of a folder in the order in which they apply; none where there is no folder. */
export function readMigrations({ migrationsPath }: SchemaFolder): readonly Migration[] {
  if (!existsSync(migrationsPath)) return [];
  return readdirSync(migrationsPath, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => readMigration(migrationsPath, entry.name))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** What Prisma's engine wants to know of a migrations folder. */
export function toMigrationList({ migrationsPath }: SchemaFolder, migrations: readonly Migration[]): MigrationList {
  return {
    baseDir: migrationsPath,
    lockfile: { path: 'migration_lock.toml', content: MIGRATION_LOCK },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map((migration) => ({
      path: migration.name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: migration.sql } },
    })),
  };
}

/** Writes a new migration, timestamped now (UTC), and answers with the path of its SQL. */
export function writeMigration({ migrationsPath }: SchemaFolder, what: string, sql: string): string {
  const timestamp = new Date().toISOString().replace(/\D/g, '').slice(0, 'YYYYMMDDHHMMSS'.length);
  const folder = join(migrationsPath, `${timestamp}_${what}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(migrationsPath, 'migration_lock.toml'), MIGRATION_LOCK);
  const path = join(folder, 'migration.sql');
  writeFileSync(path, sql);
  return path;
}

/** Prisma's note of which kind of database the folder is for. */
const MIGRATION_LOCK = 'provider = "postgresql"\n';

function readMigration(folder: string, name: string): Migration {
  const path = join(folder, name, 'migration.sql');
  if (!existsSync(path)) throw new Error(`${path} is missing: restore the file, or delete its folder if it was never applied anywhere`);
  const sql = readFileSync(path, 'utf8');
  return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
}
