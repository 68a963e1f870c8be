import { migrate } from '#platform/database/migrate.ts';
import { chosenSubgraphs, readFlags, runCommand, say, WHERE_HELP, withDatabases } from './cli.ts';

const HELP = `npm run db:migrate [-- --subgraph NAME]

Brings every subgraph's database (or that one's) up to prisma/<name>/migrations, creating it where it does not exist. Safe in several
places at once, and again. The bookkeeping is Prisma's own, so "prisma migrate deploy" works too.

${WHERE_HELP}`;

await runCommand(HELP, async (argv) => {
  const { values } = readFlags(argv, { subgraph: { type: 'string' } });
  const names = chosenSubgraphs(values.subgraph);
  await withDatabases(async (databases) => {
    for (const name of names) {
      const { created, applied } = await migrate(name, databases.urlOf(name));
      say(`${name}: ${applied.length === 0 ? 'up to date' : `applied ${applied.join(', ')}`}${created ? ' (database created)' : ''}`);
    }
  });
});
