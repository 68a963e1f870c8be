import { readFileSync, writeFileSync } from 'node:fs';
import { loadConfig, tradingDatabasesOf } from '#platform/config/config.ts';
import { onDatabase } from '#platform/database/client.ts';
import type { ChainHead } from '../subgraphs/trading/data/sealRows.ts';
import { formatHeads, parseHeads, type VerifyReport, verifyLedger } from '../subgraphs/trading/data/verifyLedger.ts';
import { readFlags, runCommand, say, tellProgress, UsageError, WHERE_HELP, withDatabases } from './cli.ts';

const HELP = `npm run ledger:verify [-- --expect FILE ...] [--heads FILE]

Recomputes trading's ledger and says what is not as it must be: each shard's chain of seals, the digest of every batch, and every balance along every account.
Exit code 0: nobody has touched what is sealed. 1: something is wrong, the first fault comes first; or it could not be verified.

  --heads   write where the chains end now into this file, one line per shard: its shard, seal and hash. Without it they are printed.
            Keep such files where who can write to the database cannot: an end of a chain that was cut off shows only against one of them.
  --expect  a file from --heads, of whatever age: what was sealed then must still be there. May be repeated.

It only reads, in pages, and may run beside the product; what is committed meanwhile is no fault. Times in progress are those of batches.

${WHERE_HELP}`;

await runCommand(HELP, async (argv) => {
  const { values } = readFlags(argv, { expect: { type: 'string', multiple: true }, heads: { type: 'string' } });
  const expected = (values.expect ?? []).flatMap(readHeads);
  await withDatabases(async ({ urlsOf, where }) => {
    say(`Verifying the ledger in ${where}.`);
    const reports: VerifyReport[] = [];
    const single = process.env['TRADING_DATABASES'] ? {} : { TRADING_DATABASE_URL: urlsOf('trading')[0] ?? '' };
    for (const { url, shards } of tradingDatabasesOf(loadConfig({ ...process.env, ...single })))
      reports.push(await onDatabase(url, (database) => verifyLedger({ database, shards, expected, onProgress: tellProgress() })));
    const heads = formatHeads(reports.flatMap((report) => report.heads));
    if (values.heads === undefined) process.stdout.write(heads);
    else writeFileSync(values.heads, heads);
    const faults = reports.flatMap((report) => report.faults);
    for (const fault of faults) say(`FAULT: ${fault}`);
    const sum = (of: (report: VerifyReport) => number): number => reports.reduce((total, report) => total + of(report), 0);
    const looked = `${sum(({ seals }) => seals)} seals, ${sum(({ entries }) => entries)} entries`;
    if (faults.length > 0) throw new Error(`The ledger is not what was sealed (${looked}); the first fault: ${faults[0]}`);
    say(`The ledger is whole: ${looked}.`);
  });
});

function readHeads(file: string): readonly ChainHead[] {
  try {
    return parseHeads(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file} cannot be read as a file from --heads: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
