import { expect, test } from 'vitest';
import { type GroupSum, type PartitionBooks, proveLedger, sumFaults } from '../../subgraphs/trading/domain/ledgerProof.ts';

const sum = (shard: number, group: string, amount: bigint): GroupSum => ({ shard, group, currency: 'COINS', amount });
const books = (partition: number, ...sums: readonly GroupSum[]): PartitionBooks => ({
  partition,
  chains: [],
  snapshot: null,
  sums,
  faults: [],
});
const NO_WAYS = { arrived: [], sent: [] };

test('a proof over several databases adds up what is under way from both of its sides', () => {
  const proof = proveLedger(
    [
      books(0, sum(1, 'wallets', 70n), sum(1, 'top-up', -100n), sum(1, 'transit', 30n)),
      books(1, sum(2, 'mirror', -20n), sum(2, 'revenue', 20n)),
    ],
    {
      arrived: [{ pair: '1>2', currency: 'COINS', balance: -20n }],
      sent: [{ pair: '1>2', currency: 'COINS', balance: 30n }],
    },
  );
  expect(proof.faults).toEqual([]);
  expect(proof.currencies[0]).toEqual({ currency: 'COINS', wallets: 70n, platform: -70n, sum: 0n, underWay: 10n });
});

test('one shard too much and another too little is a fault in both, though the whole sums to zero', () => {
  const { faults, currencies } = proveLedger(
    [books(0, sum(1, 'wallets', 5n)), books(1, sum(2, 'wallets', 5n), sum(2, 'top-up', -10n))],
    NO_WAYS,
  );
  expect(currencies[0]?.sum).toBe(0n);
  expect(faults).toEqual(['shard 1: its COINS sum to 5 instead of 0', 'shard 2: its COINS sum to -5 instead of 0']);
});

test('what arrives beyond what was sent is a fault of that pair of shards alone', () => {
  const way = (pair: string, balance: bigint) => ({ pair, currency: 'COINS' as const, balance });
  const { faults } = proveLedger([], { arrived: [way('1>2', -9n), way('2>1', -1n)], sent: [way('1>2', 8n), way('2>1', 100n)] });
  expect(faults).toEqual(['from shard to shard (1>2) COINS: 1 more have arrived than were ever sent']);
});

test('running sums that are not those of the sealed entries are faults, also where one side has none', () => {
  expect(sumFaults([sum(1, 'wallets', 5n), sum(1, 'holds', 0n)], [sum(1, 'wallets', 5n)])).toEqual([]);
  expect(sumFaults([sum(1, 'wallets', 5n)], [sum(1, 'wallets', 6n), sum(2, 'revenue', 1n)])).toEqual([
    'shard 1, wallets, COINS: the running sum is 5, its sealed entries sum to 6',
    'shard 2, revenue, COINS: the running sum is 0, its sealed entries sum to 1',
  ]);
});
