import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One migration as it stands in prisma/<name>/migrations. */
export interface Migration {
  /** The folder's name: `<timestamp>_<what>`. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, hex, as Prisma keeps it in `_prisma_migrations`. */
  readonly checksum: string;
}

const PRISMA_FOLDER = join(import.meta.dirname, '..', '..', 'prisma');

export function schemaPathOf(database: string): string {
  return join(PRISMA_FOLDER, database, 'schema.prisma');
}

export function migrationsFolderOf(database: string): string {
  return join(PRISMA_FOLDER, database, 'migrations');
}

/** The migrations of one database in the order in which they apply; none where it has no folder. */
export function readMigrations(database: string): readonly Migration[] {
  const folder = migrationsFolderOf(database);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => readMigration(folder, entry.name))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function readMigration(folder: string, name: string): Migration {
  const path = join(folder, name, 'migration.sql');
  if (!existsSync(path)) throw new Error(`${path} is missing: restore the file, or delete its folder if it was never applied anywhere`);
  const sql = readFileSync(path, 'utf8');
  return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
}
