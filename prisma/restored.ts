import { onDatabase } from '#platform/database/client.ts';
import { turnEpoch } from '#platform/feed/epoch.ts';
import { parseSubgraph, placeOf, readFlags, runCommand, say, UsageError, WHERE_HELP, withDatabases } from './cli.ts';

const HELP = `npm run db:restored -- SUBGRAPH [HOST/NAME]

Say this after a subgraph's database was restored from a copy and before its processes start again. A copy is older than what was already
given out: cursors that clients and other subgraphs hold may name events that are gone, and the same numbers will be given out again. This
turns the epoch of that database's feeds, so that every older cursor is answered with RESET and its holder reads anew, rather than missing
events in silence. HOST/NAME is which of TRADING_DATABASES was restored; without it, all of them get a new epoch. (A restore onto another server, or one that starts another timeline, is noticed without this.)

${WHERE_HELP}`;

await runCommand(HELP, async (argv) => {
  const { positionals } = readFlags(argv, {}, true);
  const [given, place, ...more] = positionals;
  if (given === undefined || more.length > 0) throw new UsageError('name one subgraph: npm run db:restored -- trading');
  const name = parseSubgraph(given);
  await withDatabases(async (databases) => {
    const urls = databases.urlsOf(name).filter((url) => place === undefined || placeOf(url) === place);
    if (urls.length === 0)
      throw new UsageError(`${name} has no database ${place}: choose one of ${databases.urlsOf(name).map(placeOf).join(', ')}`);
    for (const url of urls) {
      const epoch = await onDatabase(url, turnEpoch);
      say(`${name}: its feeds are in epoch ${epoch} now; older cursors get RESET. Start its processes again if any ran meanwhile.`);
    }
  });
});
