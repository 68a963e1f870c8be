import { migrate, resolveMigration } from '#platform/database/migrate.ts';
import { chosenSubgraphs, parseSubgraph, placeOf, readFlags, runCommand, say, UsageError, WHERE_HELP, withDatabases } from './cli.ts';

const HELP = `npm run db:migrate [-- --subgraph NAME [--applied MIGRATION | --rolled-back MIGRATION]]

Brings every subgraph's database (or that one's) up to prisma/<name>/migrations, creating it where it does not exist. Safe in several
places at once, and again. The bookkeeping is Prisma's own, so "prisma migrate deploy" works too.
  --applied MIGRATION      first note that this migration, which was interrupted, has been completed by hand
  --rolled-back MIGRATION  first note that nothing of this migration, which was interrupted, is left
  --database HOST/NAME     in which of TRADING_DATABASES it was interrupted

${WHERE_HELP}`;

await runCommand(HELP, async (argv) => {
  const { values } = readFlags(argv, {
    subgraph: { type: 'string' },
    applied: { type: 'string' },
    'rolled-back': { type: 'string' },
    database: { type: 'string' },
  });
  const names = chosenSubgraphs(values.subgraph);
  const resolved = values.applied ?? values['rolled-back'];
  if (resolved !== undefined && values.subgraph === undefined) throw new UsageError('--applied and --rolled-back need --subgraph NAME');
  await withDatabases(async (databases) => {
    if (resolved !== undefined && values.subgraph !== undefined) {
      const name = parseSubgraph(values.subgraph);
      const urls = databases.urlsOf(name).filter((url) => values.database === undefined || placeOf(url) === values.database);
      const [url] = urls;
      if (url === undefined || urls.length > 1)
        throw new UsageError(`say in which database with --database: ${databases.urlsOf(name).map(placeOf).join(' or ')}`);
      await resolveMigration(name, url, resolved, values.applied === undefined ? 'rolled-back' : 'applied');
    }
    for (const name of names) {
      const urls = databases.urlsOf(name);
      for (const url of urls) {
        const { created, applied } = await migrate(name, url);
        const what = urls.length === 1 ? name : `${name} (${placeOf(url)})`;
        say(`${what}: ${applied.length === 0 ? 'up to date' : `applied ${applied.join(', ')}`}${created ? ' (database created)' : ''}`);
      }
    }
  });
});
