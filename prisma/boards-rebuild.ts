import { createMemoryBus } from '#platform/bus/memory.ts';
import { loadConfig } from '#platform/config/config.ts';
import { openStore } from '#platform/store/open.ts';
import { createTelemetry } from '#platform/telemetry/open.ts';
import { type CompareReport, compareBoards, DIFFERENCES_TOLD_MAX } from '../subgraphs/trading/data/boardCompare.ts';
import { openPartitions } from '../subgraphs/trading/data/openPartitions.ts';
import { readFlags, runCommand, say, tellProgress, UsageError, WHERE_HELP, withDatabases } from './cli.ts';

const HELP = `npm run boards:rebuild [-- --compare]

Counts all leaderboards from the orders, compares them with those in Redis, score by score, and makes anew what differs.
Exit code 0: they were the same. 1: they differed (without --compare they are right now); or they could not be compared.

  --compare  only compare, change nothing

It may run beside the product: gifts go on, and come onto the boards when it is done. It reads every order once, in pages, and Redis holds the boards twice
meanwhile. Boards that Redis has lost altogether are made anew by trading itself, without this.

Needs REDIS_URL: without it the leaderboards are in the memory of the process that serves them, which counts them anew whenever it starts.

${WHERE_HELP}`;

await runCommand(HELP, async (argv) => {
  const { values } = readFlags(argv, { compare: { type: 'boolean', default: false } });
  if (!process.env['REDIS_URL'])
    throw new UsageError('REDIS_URL is not set: the leaderboards are in the memory of the process that serves them (see --help)');
  await withDatabases(async ({ urlsOf, where }) => {
    say(`Counting the leaderboards from the orders in ${where}.`);
    const single = process.env['TRADING_DATABASES'] ? {} : { TRADING_DATABASE_URL: urlsOf('trading')[0] ?? '' };
    const config = loadConfig({ ...process.env, ...single, LOG_LEVEL: 'error' });
    const telemetry = createTelemetry('boards-rebuild', config);
    const bus = createMemoryBus();
    const store = await openStore(config, telemetry);
    const partitions = await openPartitions({ config, bus, telemetry });
    try {
      const ending = new AbortController();
      process.once('SIGINT', () => ending.abort(new Error('interrupted: nothing was changed')));
      const { boards } = store;
      tell(
        await compareBoards({ boards, partitions }, { repair: !values.compare, onProgress: tellProgress(), signal: ending.signal }),
        values.compare,
      );
    } finally {
      await partitions.close();
      await store.close();
      await bus.close();
    }
  });
});

function tell(report: CompareReport, compareOnly: boolean): void {
  const { orders, scores, lost, differences, differencesTotal, repaired } = report;
  const looked = `${orders} orders, ${scores} scores`;
  for (const { board, member, stored, counted } of differences)
    say(`${board}: ${member} has ${stored ?? 'no'} coins in Redis, ${counted ?? 'none'} by the orders`);
  if (differencesTotal > DIFFERENCES_TOLD_MAX) say(`… and ${differencesTotal - DIFFERENCES_TOLD_MAX} more`);
  if (lost === 0 && differencesTotal === 0) {
    say(`The leaderboards are what the orders say: ${looked}.`);
    return;
  }
  const found = `${differencesTotal} scores differ and ${lost} shelves were lost (${looked})`;
  throw new Error(compareOnly ? `${found}; nothing was changed.` : `${found}; ${repaired} shelves were made anew.`);
}
