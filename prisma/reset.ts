import { createInterface } from 'node:readline/promises';
import { dropDatabase } from '#platform/database/drop.ts';
import { migrate } from '#platform/database/migrate.ts';
import { chosenSubgraphs, readFlags, runCommand, say, UsageError, WHERE_HELP, withDatabases } from './cli.ts';

const HELP = `npm run db:reset -- --yes [--subgraph NAME]

Deletes every subgraph's database (or that one's) with all that is in it, and makes it anew, empty and migrated. For development: it refuses
under NODE_ENV=production, and while a process of Fanfare is connected.
  --yes  without it, you are asked

${WHERE_HELP}`;

await runCommand(HELP, async (argv) => {
  const { values } = readFlags(argv, { yes: { type: 'boolean', default: false }, subgraph: { type: 'string' } });
  if (process.env['NODE_ENV'] === 'production')
    throw new UsageError('db:reset deletes all data and refuses to run under NODE_ENV=production');
  const names = chosenSubgraphs(values.subgraph);
  await withDatabases(async (databases) => {
    if (!values.yes) await confirm(`This deletes all data of ${names.join(', ')} in ${databases.where}. Type "delete" to go on: `);
    for (const name of names) {
      for (const url of databases.urlsOf(name)) {
        await dropDatabase(name, url);
        const { applied } = await migrate(name, url);
        say(`${name}: made anew with ${applied.length} migrations`);
      }
    }
  });
});

async function confirm(question: string): Promise<void> {
  if (!process.stdin.isTTY) throw new UsageError('db:reset deletes all data: say --yes (npm run db:reset -- --yes)');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(question);
  terminal.close();
  if (answer.trim() !== 'delete') throw new UsageError('nothing was deleted');
}
