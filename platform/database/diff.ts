import { readFileSync } from 'node:fs';
import type { DiffTarget } from '@prisma/schema-engine-wasm';
import { openSchemaEngine } from './engine.ts';
import { toMigrationList } from './migrate.ts';
import { readMigrations, schemaPathOf } from './migrations.ts';

/** What the engine answers when it is asked for an exit code and the two sides differ. */
const DIFFERENT = 2;

/** The SQL that leads from what prisma/<name>/migrations make to prisma/<name>/schema.prisma; null where they agree. The migrations are replayed in a
 * database that is made beside `url`'s and dropped again; `url`'s own need not exist. */
export async function diffSchema(name: string, url: string): Promise<string | null> {
  const schema = readFileSync(schemaPathOf(name), 'utf8');
  const migrations = readMigrations(name);
  const from: DiffTarget = migrations.length === 0 ? { tag: 'empty' } : { tag: 'migrations', ...toMigrationList(name, migrations) };
  const to: DiffTarget = { tag: 'schemaDatamodel', files: [{ path: schemaPathOf(name), content: schema }] };
  const maintenance = new URL(url);
  maintenance.pathname = '/postgres';
  await using open = await openSchemaEngine(maintenance.href, schema);
  const filters = { externalTables: [], externalEnums: [] };
  const { exitCode, stdout } = await open.engine.diff({ from, to, script: true, exitCode: true, filters });
  return exitCode === DIFFERENT ? stdout : null;
}
