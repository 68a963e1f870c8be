import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { openSchemaEngine } from '#platform/database/engine.ts';
import { ensureDatabase } from '#platform/database/migrate.ts';
import type { SubgraphName } from '#platform/subgraph/transport.ts';

/** What the run's PostgreSQL tells each test file. */
export interface TestPostgres {
  readonly maintenanceUrl: string;
  /** Those that have a template. */
  readonly subgraphs: readonly SubgraphName[];
}

export const FEED_TEMPLATE = 'feed';

interface Server {
  urlOf(database: string): string;
}

/** Makes the database `template_<name>`, fills it, and closes it to connections: one connection would block all cloning. */
export async function makeTemplate(server: Server, name: string, fill: (url: string) => Promise<void>): Promise<void> {
  const url = server.urlOf(templateOf(name));
  await ensureDatabase(url);
  await fill(url);
  await run(server.urlOf('postgres'), `ALTER DATABASE ${templateOf(name)} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`);
}

/** A template with the feed tables alone, made from platform/feed/tables.prisma. */
export async function feedTemplate(server: Server): Promise<void> {
  const path = fileURLToPath(new URL('../../platform/feed/tables.prisma', import.meta.url));
  const schema = `datasource db {\n  provider = "postgresql"\n}\n${readFileSync(path, 'utf8')}`;
  await makeTemplate(server, FEED_TEMPLATE, async (url) => {
    await using open = await openSchemaEngine(url, schema);
    const { stdout } = await open.engine.diff({
      from: { tag: 'empty' },
      to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: schema }] },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    await run(url, stdout ?? '');
  });
}

export function templateOf(name: string): string {
  return `template_${name}`;
}

/** Runs a script on a connection of its own. */
export async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
