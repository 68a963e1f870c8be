import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onDatabase } from '#platform/database/client.ts';
import type { FeedSource } from '#platform/feed/feed.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { verifyLedger } from '../../subgraphs/trading/data/verifyLedger.ts';
import { runOn } from '../support/postgres.ts';
import { ask, askData, aUser } from '../support/runtime.ts';
import { aSpreadTrading } from '../support/spread-trading.ts';
import { statementsOf } from '../support/statements.ts';
import { aTrading, type TradingFixture } from '../support/trading.ts';

let shop: TradingFixture;
const senders: string[] = [];

interface Proof {
  readonly holds: boolean;
  readonly faults: readonly string[];
  readonly recomputed: boolean;
  readonly currencies: readonly {
    readonly currency: string;
    readonly wallets: string;
    readonly platform: string;
    readonly sum: string;
    readonly underWay: string;
  }[];
  readonly shards: readonly {
    readonly shard: number;
    readonly currency: string;
    readonly sum: string;
    readonly groups: readonly { readonly group: string; readonly amount: string }[];
  }[];
  readonly positions: readonly {
    readonly snapshot: string | null;
    readonly chains: readonly { readonly shard: number; readonly seal: number; readonly hash: string }[];
  }[];
}

const PROOF = `query ($recompute: Boolean!) { ledgerProof(recompute: $recompute) { holds faults recomputed
  currencies { currency wallets platform sum underWay } shards { shard currency sum groups { group amount } }
  positions { partition snapshot chains { shard seal hash sealedAt } } } }`;
const prove = async (recompute: boolean, trading: RunningSubgraph<FeedSource> = shop.trading): Promise<Proof> =>
  (await askData<{ ledgerProof: Proof }>(trading, { as: aUser('olga', 'ops:read'), query: PROOF, variables: { recompute } })).ledgerProof;
const currencyOf = (proof: Proof, currency: string) => proof.currencies.find((each) => each.currency === currency);
const sqlNumber = async (text: string): Promise<bigint> =>
  (await shop.database.query<{ n: bigint }>({ text: `/* test */ SELECT (${text})::bigint AS n` }))[0]?.n ?? 0n;
/** Until everything that was committed is credited and sealed. */
const settled = async (): Promise<void> => {
  await expect
    .poll(() => sqlNumber(`SELECT coalesce(sum(balance), 0) FROM system_account WHERE id LIKE '%transit:%' OR id LIKE '%mirror:%'`), {
      timeout: 10_000,
    })
    .toBe(0n);
  await expect.poll(() => sqlNumber('SELECT count(*) FROM ledger_unsealed')).toBe(0n);
};

beforeAll(async () => {
  shop = await aTrading();
  const streams = await Promise.all(Array.from({ length: 6 }, () => shop.aStream()));
  for (let count = 0; count < 12; count += 1) senders.push(await shop.aWallet({ coins: BigInt(randomInt(50, 500)) }));
  const grant = 'mutation ($input: GrantBonusCoinsInput!) { grantBonusCoins(input: $input) { userErrors { code } } }';
  for (const userId of senders.slice(0, 4)) {
    const input = { userId, bonusCoins: '25', reason: 'a test', idempotencyKey: randomUUID() };
    await askData(shop.trading, { as: aUser('olga', 'ops:write'), query: grant, variables: { input } });
  }
  await Promise.all(
    Array.from({ length: 200 }, () => {
      const [sender, stream] = [senders[randomInt(senders.length)] ?? '', streams[randomInt(streams.length)]];
      return shop.send(sender, { streamId: stream?.streamId ?? '', quantity: randomInt(1, 9) });
    }),
  );
});

afterAll(() => shop.close());

describe('the proof', () => {
  test('holds, from running sums and recomputed alike, and says what wallets, the platform and ways hold', async () => {
    await settled();
    for (const recompute of [false, true]) {
      const proof = await prove(recompute);
      expect([proof.holds, proof.faults, proof.recomputed]).toEqual([true, [], recompute]);
      for (const [currency, column] of [
        ['COINS', 'coins'],
        ['BONUS_COINS', 'bonus_coins'],
        ['DIAMONDS', 'diamonds'],
      ] as const) {
        const wallets = await sqlNumber(`SELECT sum(${column}) FROM wallet`);
        expect(currencyOf(proof, currency)).toEqual({ currency, wallets: `${wallets}`, platform: `${-wallets}`, sum: '0', underWay: '0' });
      }
      expect(proof.shards.every(({ sum }) => sum === '0')).toBe(true);
      expect(proof.positions).toHaveLength(1);
      expect(proof.positions[0]?.chains).toHaveLength(64);
      expect(proof.positions[0]?.snapshot === null).toBe(!recompute);
    }
    expect(await shop.faults()).toEqual([]);
  });

  test('holds at every moment while gifts go on, and what is under way shows', async () => {
    const stream = await shop.aStream();
    const proofs: Proof[] = [];
    let sending = true;
    const asking = (async () => {
      while (sending) for (const recompute of [false, true]) proofs.push(await prove(recompute));
    })();
    for (let round = 0; round < 6; round += 1)
      await Promise.all(senders.map((sender) => shop.send(sender, { streamId: stream.streamId, quantity: 1 })));
    sending = false;
    await asking;
    expect(proofs.flatMap(({ faults }) => faults)).toEqual([]);
    expect(proofs.every(({ currencies }) => currencies.every(({ underWay }) => BigInt(underWay) >= 0n))).toBe(true);
    await settled();
  });

  test('from running sums reads no wallet and no entry, in a fixed number of statements', async () => {
    const statements = await statementsOf(/readSealedSums|readWays|readBalanceSums|readEntrySums|listForgedBalances/, () => prove(false));
    expect(statements.map((text) => /\/\* (\w+) \*\//.exec(text)?.[1]).sort()).toEqual(['readSealedSums', 'readWays', 'readWays']);
  });

  test('is for operators', async () => {
    const { errors } = await ask(shop.trading, { as: aUser('alice', 'wallet:read'), query: PROOF, variables: { recompute: false } });
    expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });
});

describe('recomputation finds', () => {
  /** What it says while the database is forged like this; the forgery is taken back afterwards. */
  const forged = async (forge: string, mend: string): Promise<Proof> => {
    await runOn(shop.databaseUrl, forge);
    try {
      return await prove(true);
    } finally {
      await runOn(shop.databaseUrl, mend);
    }
  };

  test('a forged balance', async () => {
    const owner = senders[0] ?? '';
    const proof = await forged(
      `UPDATE wallet SET coins = coins + 1000 WHERE owner_id = '${owner}'`,
      `UPDATE wallet SET coins = coins - 1000 WHERE owner_id = '${owner}'`,
    );
    expect(proof.holds).toBe(false);
    expect(proof.faults).toEqual([
      expect.stringMatching(/^shard \d+: its COINS sum to 1000 instead of 0$/),
      expect.stringMatching(new RegExp(`the wallet of ${owner}: it holds \\d+ COINS, its entries sum to \\d+`)),
    ]);
  });

  test('balances that were forged so that their sums agree', async () => {
    const owner = senders[1] ?? '';
    const move = (by: number): string => `UPDATE wallet SET coins = coins + ${by} WHERE owner_id = '${owner}';
      UPDATE system_account SET balance = balance - ${by} WHERE id = 'top-up' AND shard = (SELECT shard FROM wallet WHERE owner_id = '${owner}')`;
    const proof = await forged(move(7), move(-7));
    expect(proof.faults).toEqual([
      expect.stringMatching(new RegExp(`the wallet of ${owner}`)),
      expect.stringMatching(/account top-up: it holds -\d+ COINS/),
    ]);
  });

  test('an amount that was changed, against the running sums', async () => {
    const entry = `(SELECT shard, account_id, seq FROM ledger_entry WHERE account_kind = 'SYSTEM' ORDER BY 1, 2, 3 LIMIT 1)`;
    const change = (by: number): string => `UPDATE ledger_entry e SET amount = amount + ${by} FROM ${entry} AS k
      WHERE e.account_kind = 'SYSTEM' AND e.shard = k.shard AND e.account_id = k.account_id AND e.seq = k.seq`;
    await settled();
    const proof = await forged(change(1_000_000), change(-1_000_000));
    expect(proof.faults.join('\n')).toMatch(/the running sum is -?\d+, its sealed entries sum to/);
  });

  test('coins that have arrived and were never sent, also from running sums', async () => {
    const forge = `INSERT INTO system_account (shard, id, currency, balance, version) VALUES (60, 'mirror:62>63', 'COINS', -5, 1)`;
    await runOn(shop.databaseUrl, forge);
    const proof = await prove(false);
    await runOn(shop.databaseUrl, `DELETE FROM system_account WHERE shard = 60 AND id = 'mirror:62>63'`);
    expect(proof.faults).toEqual(['from shard to shard (62>63) COINS: 5 more have arrived than were ever sent']);
  });
});

test('one recomputation at a time: who comes meanwhile is told to ask again', async () => {
  const answers = await Promise.all(
    Array.from({ length: 3 }, () => ask(shop.trading, { as: aUser('olga', 'ops:read'), query: PROOF, variables: { recompute: true } })),
  );
  expect(answers.map(({ errors }) => errors?.[0]?.extensions['code'] ?? 'proved').sort()).toEqual(['BUSY', 'BUSY', 'proved']);
  expect((await prove(true)).faults).toEqual([]);
});

test('over four databases it holds while gifts cross them, and each database verifies by itself', async () => {
  const spread = await aSpreadTrading();
  try {
    const people = [0, 1, 2, 3].map(spread.somebodyIn);
    await spread.fund(people, 100n);
    const streams = await Promise.all(people.map(spread.aStream));
    const proofs: Proof[] = [];
    for (const quantity of [1, 2, 3]) {
      const sent = people.flatMap((sender, from) =>
        streams.filter((_, to) => to !== from).map((streamId) => spread.send(sender, { streamId, quantity })),
      );
      proofs.push(...(await Promise.all([prove(false, spread.trading), prove(true, spread.trading)])));
      await Promise.all(sent);
    }
    await spread.untilCredited();
    const last = await prove(true, spread.trading);
    expect([...proofs, last].flatMap(({ faults }) => faults)).toEqual([]);
    expect(last.positions.map(({ chains }) => chains.length)).toEqual([16, 16, 16, 16]);
    expect(currencyOf(last, 'COINS')).toEqual({ currency: 'COINS', wallets: '328', platform: '-328', sum: '0', underWay: '0' });
    for (const { index, shards } of spread.partitions.all) {
      const verify = onDatabase(spread.urls[index] ?? '', (database) =>
        verifyLedger({ database, shards, expected: [], onProgress: () => undefined }),
      );
      expect((await verify).faults).toEqual([]);
    }
  } finally {
    await spread.close();
  }
});
