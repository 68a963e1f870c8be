import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Transaction } from '#platform/database/database.ts';
import { millisecondsOfId, shardAt } from '#platform/ids.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { type Seal, sealAfter } from '../domain/seal.ts';
import { type ByShard, byShard, type Partitions } from './partitions.ts';
import {
  addToSums,
  type BatchDigest,
  type ChainHead,
  createChains,
  hasUnsealedBatches,
  indexAppendedPages,
  listUnsealedBatches,
  listUnsealedShards,
  lockChains,
  preferAppendOrderHere,
  readDigests,
  type UnsealedBatch,
  writeSeals,
} from './sealRows.ts';

/** How often a sealer looks for batches. Evidence that is a second old would do, but what gathers in a second under load takes so long to seal that gifts wait for it (measured: p99 44 ms
 * instead of 30 at 2,000 gifts per second). */
const SEAL_INTERVAL_MS = 250;
/** Batches sealed per shard in one transaction at most. */
const SEALED_PER_SHARD_MAX = 200;
/** A transaction seals batches whose ids were made within so long: at most some 100,000 entries, which it reads by the place where they were appended. */
const SEALED_SPAN_MS = 5_000;

export interface SealerOptions extends ByShard {
  readonly database: Database;
  /** Indexes (0 to 63) of the shards that it seals: those of the database, or one of them. */
  readonly shards: readonly number[];
  readonly telemetry: Telemetry;
  /** Default: SEAL_INTERVAL_MS. */
  readonly intervalMs?: number;
}

/** Seals committed batches in the background, off the way of those who wait for an answer. */
export interface Sealer {
  /** Seals everything that is committed when it is called, and adds it to the running sums. Answers with how many seals it made: what another process is at is left to it. */
  sealNow(): Promise<number>;
  close(): Promise<void>;
}

/** Starts sealing the batches of all of trading's databases. */
export const openSealers = (partitions: Partitions, telemetry: Telemetry): Pick<Sealer, 'close'> => {
  const sealers = partitions.all.map((partition) =>
    openSealer({ database: partition.database, shards: partition.shards, ...byShard(partitions, partition), telemetry }),
  );
  return {
    close: async () => {
      await Promise.all(sealers.map((sealer) => sealer.close()));
    },
  };
};

/** Starts sealing one database's batches. Several processes may do it at once: a chain is held by one at a time. A batch waits in `ledger_unsealed` from its own COMMIT on,
 * so however late that is, it is not missed. */
export const openSealer = ({ database, shards, inShard, telemetry, intervalMs = SEAL_INTERVAL_MS }: SealerOptions): Sealer => {
  const values = shards.map(shardAt);
  const scopesOf = (among: readonly number[]): readonly Scope[] =>
    inShard === undefined ? [{ database, shards: among }] : among.map((shard) => ({ database: inShard(shard), shards: [shard] }));
  const seals = telemetry.counter('fanfare_ledger_seals_total', 'Seals added to the chains of the ledger.');
  const unbalanced = telemetry.counter('fanfare_ledger_unbalanced_total', 'Committed batches whose entries do not sum to zero.');
  const lag = telemetry.gauge('fanfare_ledger_seal_lag_seconds', 'Age of the oldest batch that waits for its seal.');
  const closing = new AbortController();
  let created = false;
  // One round at a time in this process: each then sees what the one before it has left.
  let lastRound: Promise<unknown> = Promise.resolve();
  const sealNow = (): Promise<number> => {
    const round = lastRound.then(sealAll, sealAll);
    lastRound = round;
    return round;
  };
  const sealAll = async (): Promise<number> => {
    if (!created) await createAllChains(scopesOf(values));
    created = true;
    for (let sealed = 0; ; ) {
      if (closing.signal.aborted || !(await hasUnsealedBatches(database))) {
        lag.set(0);
        return sealed;
      }
      await database
        .transaction('indexAppendedPages', indexAppendedPages)
        .catch((error: unknown) =>
          telemetry.log.debug({ err: error, database: database.name }, 'appended pages are not indexed yet; sealing is slower'),
        );
      const round = await sealRound(scopesOf(inShard === undefined ? values : await listUnsealedShards(database, values)));
      if (round.sealed === 0) return sealed;
      seals.inc(undefined, round.sealed);
      for (const { shard, batchId } of round.unbalanced) {
        unbalanced.inc();
        telemetry.log.error(
          { shard, batchId },
          'a committed batch does not sum to zero: run "npm run ledger:verify" and find out who wrote it',
        );
      }
      lag.set(Math.max(0, Date.now() - round.oldestMs) / 1_000);
      sealed += round.sealed;
      // What has been committed since waits for the next call: under load there is always something, and sealing it in small pieces costs more.
      if (!round.more) return sealed;
    }
  };
  const work = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await sealNow().catch((error: unknown) =>
        telemetry.log.warn({ err: error, database: database.name }, 'batches could not be sealed; the next round tries again'),
      );
      await sleep(intervalMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  };
  const working = work();
  return {
    sealNow,
    close: async () => {
      closing.abort();
      await working;
    },
  };
};

/** What one transaction may touch: shards (values in the `shard` columns) of a database. */
interface Scope {
  readonly database: Database;
  readonly shards: readonly number[];
}

const createAllChains = async (scopes: readonly Scope[]): Promise<void> => {
  for (const { database, shards } of scopes) await database.transaction('createChains', (tx) => createChains(tx, shards));
};

/** One transaction in each of these scopes, one after the other: sealing shall not take the database from those who wait for an answer. */
const sealRound = async (scopes: readonly Scope[]): Promise<Round> => {
  const rounds: Round[] = [];
  for (const { database, shards } of scopes) rounds.push(await database.transaction('seal', (tx) => sealSome(tx, shards, new Date())));
  return {
    sealed: rounds.reduce((sum, { sealed }) => sum + sealed, 0),
    oldestMs: Math.min(...rounds.map(({ oldestMs }) => oldestMs)),
    unbalanced: rounds.flatMap(({ unbalanced }) => unbalanced),
    more: rounds.some(({ more }) => more),
  };
};

interface Round {
  readonly sealed: number;
  /** When the oldest of them was begun. */
  readonly oldestMs: number;
  /** Sealed all the same: a seal says what is there, not that it is right. */
  readonly unbalanced: readonly UnsealedBatch[];
  /** Of the batches that waited some are left. */
  readonly more: boolean;
}

/** One transaction's worth. Eight statements, however many batches. */
const sealSome = async (tx: Transaction, shards: readonly number[], now: Date): Promise<Round> => {
  const [heads] = await Promise.all([lockChains(tx, shards), preferAppendOrderHere(tx)]);
  const waiting = await listUnsealedBatches(
    tx,
    heads.map(({ shard }) => shard),
    SEALED_PER_SHARD_MAX,
  );
  const batches = sameSpan(waiting);
  const [oldest] = batches;
  if (oldest === undefined) return { sealed: 0, oldestMs: now.getTime(), unbalanced: [], more: false };
  const ids = batches.map(({ batchId }) => batchId).sort();
  const range = { first: ids[0] ?? oldest.batchId, last: ids.at(-1) ?? oldest.batchId };
  const [digests] = await Promise.all([readDigests(tx, batches, range), addToSums(tx, batches, range)]);
  if (digests.length !== batches.length) throw new Error(`${batches.length - digests.length} batches that wait for a seal have no entries`);
  const seals = chain(heads, digests);
  await writeSeals(tx, seals, now);
  return {
    sealed: seals.length,
    oldestMs: millisecondsOfId(range.first),
    unbalanced: digests.filter(({ balanced }) => !balanced),
    more: batches.length < waiting.length || shardsListedInPart(waiting),
  };
};

/** Of the batches that wait in all shards those that are sealed together: the oldest ones, as far as they were listed in every shard, so that the shards' chains stay
 * level and what one shard has sent is sealed before what another has received of it. */
const sameSpan = (waiting: readonly UnsealedBatch[]): readonly UnsealedBatch[] => {
  const byShard = Map.groupBy(waiting, ({ shard }) => shard);
  const ids = waiting.map(({ batchId }) => batchId).sort();
  const untilMs = ids[0] === undefined ? 0 : millisecondsOfId(ids[0]) + SEALED_SPAN_MS;
  const ends = [...byShard.values()].flatMap((ofShard) => (ofShard.length < SEALED_PER_SHARD_MAX ? [] : (ofShard.at(-1)?.batchId ?? [])));
  const end = ends.sort()[0];
  return waiting.filter(({ batchId }) => millisecondsOfId(batchId) <= untilMs && (end === undefined || batchId <= end));
};

/** Whether a shard had more batches than were listed. */
const shardsListedInPart = (waiting: readonly UnsealedBatch[]): boolean =>
  [...Map.groupBy(waiting, ({ shard }) => shard).values()].some(({ length }) => length >= SEALED_PER_SHARD_MAX);

const chain = (heads: readonly ChainHead[], digests: readonly BatchDigest[]): readonly Seal[] => {
  const ends = new Map(heads.map(({ shard, seq, hash }) => [shard, { seq, hash }]));
  return digests.map((batch) => {
    const before = ends.get(batch.shard);
    if (before === undefined) throw new Error(`the chain of shard ${batch.shard} is not locked`);
    const seal = sealAfter(before.hash, { ...batch, seq: before.seq + 1n });
    ends.set(batch.shard, seal);
    return seal;
  });
};
