import type { TestProject } from 'vitest/node';
import { migrate } from '#platform/database/migrate.ts';
import { readMigrations, schemaFolderOf } from '#platform/database/migrations.ts';
import { SUBGRAPH_NAMES, type SubgraphName } from '#platform/subgraph/transport.ts';
import { feedTemplate, makeTemplate, type TestPostgres } from './postgres-templates.ts';
import { startPrivatePostgres, sweepAbandoned } from './private-postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly testPostgres: TestPostgres;
  }
}

/** One throw-away PostgreSQL for the whole run, with one migrated template per subgraph that has migrations; test databases are clones of those. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await sweepAbandoned();
  const postgres = await startPrivatePostgres({ durable: false });
  try {
    const names = SUBGRAPH_NAMES.filter((name) => readMigrations(schemaFolderOf(name)).length > 0);
    for (const name of names) await makeTemplate(postgres, name, async (url) => void (await migrate(name, url)));
    await feedTemplate(postgres);
    project.provide('testPostgres', { maintenanceUrl: postgres.urlOf('postgres'), subgraphs: names satisfies SubgraphName[] });
  } catch (error) {
    await postgres.close();
    throw error;
  }
  return () => postgres.close();
}
