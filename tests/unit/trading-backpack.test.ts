import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BackpackLot, openBackpacks } from '../../subgraphs/trading/domain/backpack.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const inHours = (hours: number): Date => new Date(NOW.getTime() + hours * 3_600_000);

const aLot = (id: string, over: Partial<BackpackLot> = {}): BackpackLot => ({
  id,
  ownerId: 'alice',
  giftId: 'rose',
  source: 'GRANT',
  granted: 5,
  left: 5,
  expiresAt: null,
  grantedAt: NOW,
  ...over,
});
const alicesRoses = (pieces: number, orderId = 'order') => ({ ownerId: 'alice', giftId: 'rose', pieces, orderId });

describe('a backpack', () => {
  test('gives pieces from the lot that expires first, what keeps for ever last, and of equals from the older one', () => {
    const lots = [aLot('b'), aLot('a'), aLot('later', { expiresAt: inHours(9) }), aLot('sooner', { expiresAt: inHours(1) })];
    const backpacks = openBackpacks(lots, NOW);
    expect(backpacks.take(alicesRoses(16))).toBe(16);
    expect(backpacks.uses().map(({ lotId, pieces }) => [lotId, pieces])).toEqual([
      ['sooner', 5],
      ['later', 5],
      ['a', 5],
      ['b', 1],
    ]);
  });

  test('gives as many pieces as there are, and none of other gifts or owners', () => {
    const backpacks = openBackpacks([aLot('a'), aLot('b', { giftId: 'rocket' }), aLot('c', { ownerId: 'bob' })], NOW);
    expect(backpacks.take(alicesRoses(9))).toBe(5);
    expect(backpacks.take(alicesRoses(1))).toBe(0);
    expect(backpacks.piecesOf('alice', 'rocket')).toBe(5);
    expect(backpacks.piecesOf('bob', 'rose')).toBe(5);
  });

  test('gives nothing from a lot from the moment on at which it expires', () => {
    const lots = [aLot('a', { expiresAt: NOW }), aLot('b', { expiresAt: new Date(NOW.getTime() + 1), left: 2 })];
    expect(openBackpacks(lots, NOW).piecesOf('alice', 'rose')).toBe(2);
  });
});

/** The same rule, piece by piece and without any cleverness. */
class PiecesOracle {
  pieces: { readonly lotId: string; readonly shelf: string; readonly expiryMs: number }[];

  constructor(lots: readonly BackpackLot[]) {
    this.pieces = lots.flatMap((lot) =>
      Array.from({ length: lot.left }, () => ({
        lotId: lot.id,
        shelf: `${lot.ownerId} ${lot.giftId}`,
        expiryMs: lot.expiresAt?.getTime() ?? Number.MAX_SAFE_INTEGER,
      })),
    );
  }

  take(ownerId: string, giftId: string, wanted: number): readonly string[] {
    const taken: string[] = [];
    while (taken.length < wanted) {
      const candidates = this.pieces.filter(({ shelf, expiryMs }) => shelf === `${ownerId} ${giftId}` && expiryMs > NOW.getTime());
      const [first] = candidates.sort((a, b) => a.expiryMs - b.expiryMs || (a.lotId < b.lotId ? -1 : 1));
      if (first === undefined) break;
      this.pieces.splice(this.pieces.indexOf(first), 1);
      taken.push(first.lotId);
    }
    return taken;
  }
}

const lots = fc
  .array(
    fc.record({
      ownerId: fc.constantFrom('alice', 'bob'),
      giftId: fc.constantFrom('rose', 'rocket'),
      left: fc.integer({ min: 0, max: 6 }),
      expiresAt: fc.option(fc.integer({ min: -2, max: 3 }).map(inHours), { nil: null }),
    }),
    { maxLength: 12 },
  )
  .map((rows) => rows.map((row, index) => aLot(`lot-${String(index).padStart(2, '0')}`, row)));

const takes = fc.array(
  fc.record({
    ownerId: fc.constantFrom('alice', 'bob'),
    giftId: fc.constantFrom('rose', 'rocket'),
    pieces: fc.integer({ min: 1, max: 9 }),
    // Whether the order is taken back at once: several legs all or nothing.
    undone: fc.boolean(),
  }),
  { maxLength: 15 },
);

test('any orders against any lots take the very pieces that a clerk would take one by one', () => {
  fc.assert(
    fc.property(lots, takes, (someLots, someTakes) => {
      const backpacks = openBackpacks(someLots, NOW);
      const oracle = new PiecesOracle(someLots);
      const expected: string[] = [];
      for (const [index, { undone, ...take }] of someTakes.entries()) {
        const mark = backpacks.mark();
        const taken = backpacks.take({ ...take, orderId: `order-${index}` });
        if (undone) {
          backpacks.rollback(mark);
          continue;
        }
        const pieces = oracle.take(take.ownerId, take.giftId, take.pieces);
        expect(taken).toBe(pieces.length);
        expected.push(...pieces.map((lotId) => `order-${index} ${lotId}`));
      }
      const uses = backpacks.uses().flatMap(({ orderId, lotId, pieces }) => Array.from({ length: pieces }, () => `${orderId} ${lotId}`));
      expect(uses).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});
