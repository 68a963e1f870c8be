import { diffSchema } from '#platform/database/diff.ts';
import { schemaFolderOf, writeMigration } from '#platform/database/migrations.ts';
import { chosenSubgraphs, readFlags, runCommand, say, UsageError, WHERE_HELP, withDatabases } from './cli.ts';

const HELP = `npm run db:diff -- --name add_x [--subgraph NAME]
npm run db:diff -- --check

Writes prisma/<name>/migrations/<timestamp>_add_x/migration.sql for every subgraph (or that one) whose schema.prisma differs from what its
migrations make. Read what it wrote, add what Prisma cannot say (CHECKs, collations), then run "npm run db:migrate".
  --name      what the change does: lower case, digits and underscores
  --check     write nothing; fail if a schema and its migrations differ
  --subgraph  only that one

The migrations are replayed in a database that is made for it and dropped after. ${WHERE_HELP}`;

const NAME_FORM = /^[a-z][a-z0-9_]{0,59}$/;

await runCommand(HELP, async (argv) => {
  const { values } = readFlags(argv, {
    name: { type: 'string' },
    check: { type: 'boolean', default: false },
    subgraph: { type: 'string' },
  });
  const { name, check } = values;
  if (!check && (name === undefined || !NAME_FORM.test(name))) {
    throw new UsageError(
      'say what the change does with --name, in lower case, digits and underscores: npm run db:diff -- --name add_gift_note',
    );
  }
  const names = chosenSubgraphs(values.subgraph);
  await withDatabases(async (databases) => {
    const differing: string[] = [];
    for (const subgraph of names) {
      const folder = schemaFolderOf(subgraph);
      const sql = await diffSchema(folder, databases.urlsOf(subgraph)[0] ?? '');
      if (sql !== null) differing.push(subgraph);
      say(describe(subgraph, sql === null || check ? null : writeMigration(folder, name ?? '', sql), sql !== null));
    }
    if (check && differing.length > 0) {
      throw new Error(`schema.prisma and migrations differ in ${differing.join(', ')}: run "npm run db:diff -- --name what_changed"`);
    }
  });
});

function describe(subgraph: string, path: string | null, differs: boolean): string {
  if (path !== null) return `${subgraph}: wrote ${path}; read it, then run "npm run db:migrate"`;
  return differs ? `${subgraph}: schema.prisma and migrations differ` : `${subgraph}: no change`;
}
