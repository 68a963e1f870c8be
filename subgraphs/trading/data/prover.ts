import { sqlStateOf } from '#platform/database/sqlstate.ts';
import { FanfareError } from '#platform/errors.ts';
import { type LedgerProof, type PartitionBooks, proveLedger, sumFaults } from '../domain/ledgerProof.ts';
import type { Partition, Partitions } from './partitions.ts';
import {
  beginSnapshot,
  type ForgedBalance,
  listForgedBalances,
  readBalanceSums,
  readEntrySums,
  readSealedSums,
  readWays,
} from './proofRows.ts';

/** One statement of a recomputation takes no longer: there are three that read everything, and a subgraph must answer within 12 s. */
const STATEMENT_MS_MAX = 3_500;
const RETRY_AFTER_MS = 2_000;
/** What PostgreSQL says of a statement that took too long. */
const QUERY_CANCELED = '57014';

/** Proves that the ledger makes and loses nothing. */
export interface LedgerProver {
  /** From the running sums as of the last seals, which costs the same however many wallets there are; with `recompute` from every balance and every entry. Throws
   * FanfareError BUSY while another recomputation is under way in this process, TIMEOUT when the ledger is too large for one. */
  prove(recompute: boolean): Promise<LedgerProof>;
}

export const createProver = (partitions: Partitions): LedgerProver => {
  let recomputing = false;
  const proveWith = async (readBooks: (partition: Partition) => Promise<PartitionBooks>): Promise<LedgerProof> => {
    const ways = async (side: 'transit' | 'mirror') =>
      (await Promise.all(partitions.all.map(({ database }) => readWays(database, side)))).flat();
    // In this order: whatever has arrived until the first read was sent before the last one.
    const arrived = await ways('mirror');
    const books = await Promise.all(partitions.all.map(readBooks));
    return proveLedger(books, { arrived, sent: await ways('transit') });
  };
  return {
    prove: async (recompute) => {
      if (!recompute) return proveWith(readRunningBooks);
      if (recomputing)
        throw new FanfareError('BUSY', 'The ledger is being recomputed for somebody else. Ask again.', { retryAfterMs: RETRY_AFTER_MS });
      recomputing = true;
      try {
        return await proveWith(recomputeBooks);
      } finally {
        recomputing = false;
      }
    },
  };
};

const readRunningBooks = async ({ index, database }: Partition): Promise<PartitionBooks> => ({
  partition: index,
  snapshot: null,
  faults: [],
  ...(await readSealedSums(database)),
});

const recomputeBooks = async ({ index, database }: Partition): Promise<PartitionBooks> => {
  try {
    return await database.transaction('recomputeLedger', async (tx) => {
      const snapshot = await beginSnapshot(tx, STATEMENT_MS_MAX);
      const { chains, sums: running } = await readSealedSums(tx);
      const sums = await readBalanceSums(tx);
      const faults = [...sumFaults(running, await readEntrySums(tx)), ...(await listForgedBalances(tx)).map(sentenceOf)];
      return { partition: index, snapshot, chains, sums, faults };
    });
  } catch (error) {
    if (sqlStateOf(error) !== QUERY_CANCELED) throw error;
    throw new FanfareError(
      'TIMEOUT',
      `The ledger of partition ${index} is too large to be recomputed while somebody waits (${STATEMENT_MS_MAX} ms per statement). Ask without \`recompute\`, or run "npm run ledger:verify".`,
      { cause: error },
    );
  }
};

const sentenceOf = ({ shard, kind, id, currency, balance, entries }: ForgedBalance): string =>
  `shard ${shard}, ${kind === 'WALLET' ? 'the wallet of' : 'account'} ${id}: it holds ${balance} ${currency}, its entries sum to ${entries}`;
