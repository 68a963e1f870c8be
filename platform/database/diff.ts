import { readFileSync } from 'node:fs';
import type { DiffTarget } from '@prisma/schema-engine-wasm';
import { openSchemaEngine } from './engine.ts';
import { readMigrations, type SchemaFolder, toMigrationList } from './migrations.ts';

/** What the engine answers when it is asked for an exit code and the two sides differ. */
const DIFFERENT = 2;

/** The SQL that leads from what a folder's migrations make to its schema.prisma; null where they agree. The migrations are replayed in a database that is made
 * on the server of `url` and dropped again; `url`'s own database need not exist. */
export async function diffSchema(folder: SchemaFolder, url: string): Promise<string | null> {
  const schema = readFileSync(folder.schemaPath, 'utf8');
  const migrations = readMigrations(folder);
  const from: DiffTarget = migrations.length === 0 ? { tag: 'empty' } : { tag: 'migrations', ...toMigrationList(folder, migrations) };
  const to: DiffTarget = { tag: 'schemaDatamodel', files: [{ path: folder.schemaPath, content: schema }] };
  const maintenance = new URL(url);
  maintenance.pathname = '/postgres';
  await using open = await openSchemaEngine(maintenance.href, schema);
  const filters = { externalTables: [], externalEnums: [] };
  const { exitCode, stdout } = await open.engine.diff({ from, to, script: true, exitCode: true, filters });
  return exitCode === DIFFERENT ? stdout : null;
}
