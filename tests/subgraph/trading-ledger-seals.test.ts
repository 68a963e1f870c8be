import { execFile } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALL_SHARDS } from '#platform/config/shardMap.ts';
import { onDatabase } from '#platform/database/client.ts';
import type { Queryable } from '#platform/database/database.ts';
import { newId, shardIndexOf, shardOf } from '#platform/ids.ts';
import { writeBook } from '../../subgraphs/trading/data/ledger.ts';
import { openSealer, type Sealer } from '../../subgraphs/trading/data/sealer.ts';
import type { ChainHead } from '../../subgraphs/trading/data/sealRows.ts';
import { formatHeads, parseHeads, type VerifyReport, verifyLedger } from '../../subgraphs/trading/data/verifyLedger.ts';
import { lockWallets } from '../../subgraphs/trading/data/wallets.ts';
import { openBook, TOP_UP_ACCOUNT } from '../../subgraphs/trading/domain/ledger.ts';
import { CHAIN_BEGIN, type Seal, sealAfter } from '../../subgraphs/trading/domain/seal.ts';
import { aGiftWorld, type GiftWorld } from '../support/gift-world.ts';
import { aDatabaseUrl, runOn } from '../support/postgres.ts';
import { aTelemetry } from '../support/telemetry.ts';

const run = promisify(execFile);

let url: string;
let world: GiftWorld;
let sealer: Sealer;

/** All in one shard, so that its chain is long; one with everything in its id that a text form could trip over. */
const OWNERS = Array.from({ length: 400 }, (_, count) => `user|${count}`).filter((owner) => shardOf(owner) === shardOf('user|1'));
const ODD = 'ö|"\\\n,:{}\u2028 🌹';

/** Gives coins in a batch of its own. `commit` is awaited before COMMIT. */
const topUp = (ownerIds: readonly string[], id = newId(), commit = (): Promise<unknown> => Promise.resolve()): Promise<void> =>
  world.database.transaction('topUp', async (tx) => {
    const book = openBook(await lockWallets(tx, ownerIds), new Date());
    for (const ownerId of ownerIds) {
      const amount = BigInt(randomInt(1, 1_000));
      const { shard } = book.post({ ownerId, currency: 'COINS', amount, causeId: null });
      book.postSystem({ shard, accountId: TOP_UP_ACCOUNT, currency: 'COINS', amount: -amount });
    }
    await writeBook(tx, book.close(), id);
    await commit();
  });

const verify = (database: Queryable, expected: readonly ChainHead[] = [], shards = ALL_SHARDS): Promise<VerifyReport> =>
  verifyLedger({ database, shards, expected, onProgress: () => undefined });

/** Takes coins back into where they came from. */
const takeBack = (ownerId: string, amount: bigint): Promise<void> =>
  world.database.transaction('takeBack', async (tx) => {
    const book = openBook(await lockWallets(tx, [ownerId]), new Date());
    const { shard } = book.post({ ownerId, currency: 'COINS', amount: -amount, causeId: null });
    book.postSystem({ shard, accountId: TOP_UP_ACCOUNT, currency: 'COINS', amount });
    await writeBook(tx, book.close(), newId());
  });

/** What the verifier says when these statements were run by somebody who may write to the database; they are taken back afterwards. */
const faultsAfter = (statements: readonly string[], expected: readonly ChainHead[] = []): Promise<readonly string[]> =>
  onDatabase(url, async (database) => {
    await database.query({ text: 'BEGIN' });
    for (const text of statements) await database.query({ text });
    const { faults } = await verify(database, expected, [SHARD_INDEX]);
    await database.query({ text: 'ROLLBACK' });
    return faults;
  });

beforeAll(async () => {
  url = await aDatabaseUrl('trading');
  world = await aGiftWorld(url);
  sealer = openSealer({ database: world.database, shards: ALL_SHARDS, telemetry: aTelemetry('trading'), intervalMs: 3_600_000 });
  for (let batch = 0; batch < 12; batch += 1) {
    await topUp([...OWNERS.slice(0, 3), ODD, `user-${randomUUID()}`]);
    if (batch % 4 === 0) await sealer.sealNow();
  }
  await sealer.sealNow();
});

afterAll(async () => {
  await sealer.close();
  await world.close();
});

const SHARD_INDEX = shardIndexOf('user|1');
const SHARD = shardOf('user|1');
const BATCH = `(SELECT batch_id FROM ledger_seal WHERE shard = ${SHARD} AND seq = 5)`;
const LAST = `(SELECT max(seq) FROM ledger_seal WHERE shard = ${SHARD})`;
const LAST_BATCH = `(SELECT batch_id FROM ledger_seal WHERE shard = ${SHARD} AND seq = ${LAST})`;
/** Has every account of the shard say what its last entry says. */
const MEND_ACCOUNTS = [
  `UPDATE wallet SET coins = e.coins_after, version = e.seq FROM (SELECT DISTINCT ON (account_id) * FROM ledger_entry
     WHERE shard = ${SHARD} AND account_kind = 'WALLET' ORDER BY account_id, seq DESC) AS e WHERE wallet.shard = ${SHARD} AND owner_id = e.account_id`,
  `UPDATE system_account SET balance = e.balance_after, version = e.seq FROM (SELECT DISTINCT ON (account_id) * FROM ledger_entry
     WHERE shard = ${SHARD} AND account_kind = 'SYSTEM' ORDER BY account_id, seq DESC) AS e WHERE system_account.shard = ${SHARD} AND id = e.account_id`,
];

describe('the ledger', () => {
  test('is whole as it was written, whatever is in the ids', async () => {
    const report = await onDatabase(url, (database) => verify(database));
    expect(report.faults).toEqual([]);
    expect(report.entries).toBeGreaterThan(12 * 6);
    expect(await world.sql('SELECT 1 FROM ledger_unsealed')).toEqual([]);
    expect(await world.faults()).toEqual([]);
  });

  test('is whole while batches wait for their seals, and they are no fault', async () => {
    await topUp(OWNERS.slice(0, 2));
    expect(await faultsAfter([])).toEqual([]);
    expect(await sealer.sealNow()).toBe(1);
  });
});

describe('the verifier finds', () => {
  test('an amount that was changed', async () => {
    const [first] = await faultsAfter([
      `UPDATE ledger_entry SET amount = amount + 1 WHERE shard = ${SHARD} AND account_id = 'user|1' AND seq = 2`,
    ]);
    expect(first).toMatch(new RegExp(`^shard ${SHARD}, batch .*: its COINS sum to 1 instead of 0`));
  });

  test('amounts that were changed so that all sums and balances still agree', async () => {
    const [one, other] = OWNERS;
    const move = (
      owner: string | undefined,
      by: number,
    ): string => `UPDATE ledger_entry SET coins_after = coins_after + ${by}, balance_after = balance_after + ${by},
      amount = amount + CASE seq WHEN 5 THEN ${by} ELSE 0 END WHERE shard = ${SHARD} AND account_id = '${owner}' AND seq >= 5`;
    const faults = await faultsAfter([move(one, 1), move(other, -1), ...MEND_ACCOUNTS]);
    expect(faults.length).toBeGreaterThan(0);
    for (const fault of faults) expect(fault).toMatch(/entries are not the \d+ that seal \d+ is for/);
  });

  test('an entry that was dated anew', async () => {
    const [first] = await faultsAfter([
      `UPDATE ledger_entry SET at = at + interval '1 ms' WHERE shard = ${SHARD} AND account_kind = 'SYSTEM' AND batch_id = ${BATCH}`,
    ]);
    expect(first).toMatch(/entries are not the \d+ that seal 5 is for/);
  });

  test('a change to any column of an entry, a seal, the end of a chain or an account, by somebody who takes the CHECKs away first', async () => {
    const [wallet, system] = [`account_kind = 'WALLET' AND account_id = 'user|1' AND seq = 3`, `account_kind = 'SYSTEM' AND seq = 3`];
    const entry = [
      'shard = 1',
      "account_id = account_id || 'x'",
      'seq = seq + 1000',
      'amount = amount + 1',
      'balance_after = balance_after + 1',
    ];
    const shared = [...entry, `batch_id = '${newId()}'`, `cause_id = '${newId()}'`, "at = at + interval '1 ms'", "currency = 'DIAMONDS'"];
    const held = ['coins_after', 'bonus_coins_after', 'diamonds_after'];
    const ofWallet = [...held.flatMap((column) => [`${column} = ${column} + 1`, `${column} = NULL`]), "account_kind = 'SYSTEM'"];
    const ofSystem = [...held.map((column) => `${column} = 0`), "account_kind = 'WALLET'"];
    const seal = ['shard = 1', 'seq = seq + 1000', `batch_id = '${newId()}'`, 'entries = entries + 1'];
    const hash = ["hash = sha256('x')", 'hash = (SELECT hash FROM ledger_seal LIMIT 1)'];
    const tamper = (table: string, sets: readonly string[], where: string): readonly string[] =>
      sets.map((set) => `UPDATE ${table} SET ${set} WHERE shard = ${SHARD} AND ${where}`);
    const changes = [
      ...tamper('ledger_entry', [...shared, ...ofWallet], wallet),
      ...tamper('ledger_entry', [...shared, ...ofSystem], system),
      ...tamper('ledger_seal', [...seal, ...hash, "digest = sha256('x')"], 'seq = 5'),
      ...tamper('ledger_chain', ['seq = seq + 1', 'seq = seq - 1', "hash = sha256('x')"], 'true'),
      ...tamper(
        'wallet',
        ['coins', 'bonus_coins', 'diamonds', 'version'].map((column) => `${column} = ${column} + 1`),
        "owner_id = 'user|1'",
      ),
      ...tamper('system_account', ['balance = balance - 1', 'version = version + 1', "currency = 'DIAMONDS'"], "id = 'top-up'"),
      `DELETE FROM wallet WHERE shard = ${SHARD} AND owner_id = 'user|1'`,
    ];
    const drop = await world.sql<{
      text: string;
    }>(`SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS text FROM pg_constraint
      WHERE contype = 'c' AND conrelid IN ('ledger_entry'::regclass, 'ledger_seal'::regclass, 'ledger_chain'::regclass, 'wallet'::regclass, 'system_account'::regclass)`);
    const unseen = await onDatabase(url, async (database) => {
      await database.query({ text: 'BEGIN' });
      for (const { text } of drop) await database.query({ text });
      const missed: string[] = [];
      for (const text of changes) {
        await database.query({ text: 'SAVEPOINT change' });
        expect([text, await database.query({ text: `${text} RETURNING 1 AS one` })]).toEqual([text, [{ one: 1 }]]);
        if ((await verify(database, [], [SHARD_INDEX])).faults.length === 0) missed.push(text);
        await database.query({ text: 'ROLLBACK TO change' });
      }
      await database.query({ text: 'ROLLBACK' });
      return missed;
    });
    expect(unseen).toEqual([]);
  });

  test('an entry that was deleted', async () => {
    const faults = await faultsAfter([`DELETE FROM ledger_entry WHERE shard = ${SHARD} AND account_id = 'user|1' AND seq = 3`]);
    expect(faults.join('\n')).toMatch(/entries are not the \d+ that seal/);
    expect(faults.join('\n')).toMatch(/the wallet of user\|1, entry 4: comes after entry 2/);
  });

  test('a batch that was deleted, also with its seal, also with the later seals renumbered', async () => {
    const entries = `DELETE FROM ledger_entry WHERE shard = ${SHARD} AND batch_id = ${BATCH}`;
    const seal = `DELETE FROM ledger_seal WHERE shard = ${SHARD} AND seq = 5`;
    const renumber = [
      `UPDATE ledger_seal SET seq = seq + 1000 WHERE shard = ${SHARD} AND seq > 5`,
      `UPDATE ledger_seal SET seq = seq - 1001 WHERE shard = ${SHARD} AND seq > 1000`,
      `UPDATE ledger_chain SET seq = seq - 1 WHERE shard = ${SHARD}`,
    ];
    expect((await faultsAfter([entries]))[0]).toMatch(/seal 5 is for 4 entries, and all of them are gone/);
    expect((await faultsAfter([entries, seal]))[0]).toMatch(/seal 6 comes after seal 4/);
    expect((await faultsAfter([entries, seal, ...renumber]))[0]).toMatch(/seal 5 \(batch .*\) does not follow from the seal before it/);
  });

  test('a batch that was inserted, though its legs sum to zero and the accounts agree', async () => {
    const batch = newId(Date.now() - 60_000);
    const entry = (kind: string, id: string, amount: number, after: string): string => `INSERT INTO ledger_entry
      SELECT shard, account_kind, account_id, seq + 1, currency, ${amount}, balance_after + ${amount}, ${after}, '${batch}', NULL, at FROM (
        SELECT shard, account_kind, account_id, seq, currency, balance_after, coins_after, at FROM ledger_entry
        WHERE shard = ${SHARD} AND account_kind = '${kind}' AND account_id = '${id}' ORDER BY seq DESC LIMIT 1) AS last`;
    const columns = (sql: string): string =>
      sql.replace(
        'INSERT INTO ledger_entry',
        'INSERT INTO ledger_entry (shard, account_kind, account_id, seq, currency, amount, balance_after, coins_after, bonus_coins_after, diamonds_after, batch_id, cause_id, at)',
      );
    const faults = await faultsAfter([
      columns(entry('WALLET', 'user|1', 500, 'coins_after + 500, 0, 0')),
      columns(entry('SYSTEM', 'top-up', -500, 'NULL, NULL, NULL')),
      ...MEND_ACCOUNTS,
    ]);
    expect(faults).toEqual([`shard ${SHARD}, batch ${batch}: 2 entries are in no seal, and wait for none`]);
  });

  test('two seals that were swapped', async () => {
    const swap = `UPDATE ledger_seal SET seq = CASE seq WHEN 1005 THEN 6 ELSE 5 END WHERE shard = ${SHARD} AND seq IN (1005, 1006)`;
    const [first] = await faultsAfter([`UPDATE ledger_seal SET seq = seq + 1000 WHERE shard = ${SHARD} AND seq IN (5, 6)`, swap]);
    expect(first).toMatch(/seal 5 \(batch .*\) does not follow/);
  });

  test('a batch that was sealed twice, also by a seal that follows from the last one', async () => {
    const again = `INSERT INTO ledger_seal SELECT shard, seq + 1, ${BATCH}, entries, digest, hash FROM ledger_seal WHERE shard = ${SHARD} AND seq = ${LAST}`;
    expect((await faultsAfter([again]))[0]).toMatch(/does not follow/);
    const [last] = await world.sql<Seal>(`SELECT seq, hash FROM ledger_seal WHERE shard = ${SHARD} AND seq = ${LAST}`);
    const [fifth] = await world.sql<Omit<Seal, 'batchId'> & { batch_id: string }>(
      `SELECT * FROM ledger_seal WHERE shard = ${SHARD} AND seq = 5`,
    );
    if (last === undefined || fifth === undefined) throw new Error('there are too few seals');
    const { hash } = sealAfter(last.hash, { ...fifth, batchId: fifth.batch_id, seq: last.seq + 1n });
    const hex = Buffer.from(hash).toString('hex');
    const faults = await faultsAfter([
      `INSERT INTO ledger_seal SELECT shard, ${last.seq + 1n}, batch_id, entries, digest, '\\x${hex}' FROM ledger_seal WHERE shard = ${SHARD} AND seq = 5`,
      `UPDATE ledger_chain SET seq = ${last.seq + 1n}, hash = '\\x${hex}' WHERE shard = ${SHARD}`,
    ]);
    expect(faults).toEqual([`shard ${SHARD}, batch ${fifth.batch_id}: it is sealed 2 times, by seals 5 and ${last.seq + 1n}`]);
  });

  test('an end that was cut off: at once while the chain still names it, else against what was written down', async () => {
    const { heads } = await onDatabase(url, (database) => verify(database, [], [SHARD_INDEX]));
    const written = parseHeads(formatHeads(heads));
    expect(written).toEqual(heads.map((head) => ({ ...head, hash: Buffer.from(head.hash) })));
    const cut = [
      `DELETE FROM ledger_entry WHERE shard = ${SHARD} AND batch_id = ${LAST_BATCH}`,
      `DELETE FROM ledger_seal WHERE shard = ${SHARD} AND seq = ${LAST}`,
    ];
    const cover = [
      ...MEND_ACCOUNTS,
      `UPDATE ledger_chain SET seq = last.seq, hash = last.hash FROM (SELECT seq, hash FROM ledger_seal WHERE shard = ${SHARD} ORDER BY seq DESC LIMIT 1) AS last WHERE shard = ${SHARD}`,
    ];
    expect((await faultsAfter(cut))[0]).toMatch(/the chain says that it ends at seal \d+, and that seal is not there/);
    expect(await faultsAfter([...cut, ...cover])).toEqual([]);
    expect((await faultsAfter([...cut, ...cover], written))[0]).toMatch(/ends at seal \d+, seal \d+ that was written down is gone/);
    expect(await faultsAfter([], written)).toEqual([]);
  });

  test('a chain that was made anew from a forged batch on, against what was written down', async () => {
    const { heads } = await onDatabase(url, (database) => verify(database, [], [SHARD_INDEX]));
    const seals = await world.sql<{ seq: bigint; batch_id: string; entries: number; digest: Uint8Array }>(
      `SELECT seq, batch_id, entries, digest FROM ledger_seal WHERE shard = ${SHARD} ORDER BY seq`,
    );
    let before: Uint8Array = CHAIN_BEGIN;
    const forged = seals.map(({ seq, batch_id, entries, digest }, index) => {
      const seal = sealAfter(before, { shard: SHARD, seq, batchId: index === 4 ? newId() : batch_id, entries, digest });
      before = seal.hash;
      return `UPDATE ledger_seal SET batch_id = '${seal.batchId}', hash = '\\x${Buffer.from(seal.hash).toString('hex')}' WHERE shard = ${SHARD} AND seq = ${seq}`;
    });
    const head = `UPDATE ledger_chain SET hash = '\\x${Buffer.from(before).toString('hex')}' WHERE shard = ${SHARD}`;
    expect((await faultsAfter([...forged, head], heads))[0]).toMatch(/is not the one that was written down/);
  });

  test('a balance that no entry tells of', async () => {
    const faults = await faultsAfter([`UPDATE wallet SET coins = coins + 1000 WHERE shard = ${SHARD} AND owner_id = 'user|1'`]);
    expect(faults).toEqual([expect.stringMatching(new RegExp(`^shard ${SHARD}, the wallet of user\\|1: holds \\d+ coins`))]);
  });
});

test('a file that is none of the verifier’s is refused', () => {
  for (const line of ['nonsense', '1 2', `1 2 ${'g'.repeat(64)}`, `1 -2 ${'a'.repeat(64)}`])
    expect(() => parseHeads(line)).toThrow(/is not a shard/);
});

test('the command writes the ends of the chains, compares them with a file, and fails with the first fault', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ledger-'));
  const file = join(folder, 'heads');
  const command = (...flags: readonly string[]) =>
    run(process.execPath, ['prisma/ledger-verify.ts', ...flags], { env: { ...process.env, TRADING_DATABASE_URL: url } });
  try {
    expect((await command('--heads', file)).stdout).toMatch(/The ledger is whole: \d+ seals, \d+ entries/);
    const text = await readFile(file, 'utf8');
    await writeFile(
      file,
      text.replace(/[0-9a-f]$/gm, (digit) => (digit === '0' ? '1' : '0')),
    );
    await expect(command('--expect', file)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/the first fault: shard \d+: seal \d+ is not the one/),
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

describe('sealing', () => {
  test('misses no batch that is committed late, after younger ones were sealed', async () => {
    const late = newId(Date.now() - 2_000);
    const held = Promise.withResolvers<void>();
    const committing = topUp([OWNERS[4] ?? ''], late, () => held.promise);
    await topUp([OWNERS[5] ?? '']);
    expect(await sealer.sealNow()).toBe(1);
    held.resolve();
    await committing;
    expect(await sealer.sealNow()).toBe(1);
    const [last] = await world.sql<{ batch_id: string }>(
      `SELECT batch_id FROM ledger_seal WHERE shard = ${SHARD} ORDER BY seq DESC LIMIT 1`,
    );
    expect(last?.batch_id).toBe(late);
    expect(await faultsAfter([])).toEqual([]);
  });

  test('goes on when wallets lose what they had, and no account can cross to the other side of zero', async () => {
    await topUp(['user|1']);
    await sealer.sealNow();
    await takeBack('user|1', 1n);
    expect(await sealer.sealNow()).toBe(1);
    expect(await faultsAfter([])).toEqual([]);
    const cross = `UPDATE ledger_entry SET balance_after = 1 WHERE shard = ${SHARD} AND account_id = 'top-up' AND seq = 1`;
    await expect(runOn(url, cross)).rejects.toThrow(/on_its_side/);
  });

  test('seals nothing that is rolled back', async () => {
    await expect(topUp([OWNERS[4] ?? ''], newId(), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await sealer.sealNow()).toBe(0);
  });

  test('by four processes at once, while batches go on, seals each batch once', async () => {
    const sealers = Array.from({ length: 4 }, () =>
      openSealer({ database: world.database, shards: ALL_SHARDS, telemetry: aTelemetry('trading'), intervalMs: 5 }),
    );
    for (let batch = 0; batch < 40; batch += 1) await topUp(OWNERS.slice(0, 4));
    await expect.poll(() => world.sql('SELECT 1 FROM ledger_unsealed')).toEqual([]);
    await Promise.all(sealers.map((each) => each.close()));
    expect(await world.sql('SELECT 1 FROM ledger_seal GROUP BY shard, batch_id HAVING count(*) > 1')).toEqual([]);
    expect(await faultsAfter([])).toEqual([]);
  });

  test('keeps running sums that are those of the sealed entries', async () => {
    const sums = await world.sql(`SELECT shard, account_group, currency, amount FROM ledger_sum EXCEPT
      SELECT shard, CASE account_kind WHEN 'WALLET' THEN 'wallets' ELSE split_part(account_id, ':', 1) END, currency, sum(amount) FROM ledger_entry GROUP BY 1, 2, 3`);
    expect(sums).toEqual([]);
  });
});
