// A backpack holds pieces of gifts that their owner need not pay for any more. They lie in lots: what was granted at once, with one time by which it must be
// used. Pieces are never made or lost by using them: granted = left + used + expired + taken back, per lot and at every commit.

/** Lots with pieces left that one owner may have: a page of a lot each is more than anybody looks through, and a gift reads no more than these. */
export const BACKPACK_LOTS_MAX = 500;
/** Pieces in one lot at most: what the largest order can use at once. */
export const GRANT_PIECES_MAX = 9_999;

/** DAILY: claimed as one of the day's free props. GRANT: given by an operator. */
export type LotSource = 'DAILY' | 'GRANT';

/** Pieces of one gift that were granted at once. `expiresAt` null: they keep for ever. */
export interface BackpackLot {
  /** UUIDv7 with the owner's shard. */
  readonly id: string;
  readonly ownerId: string;
  readonly giftId: string;
  readonly source: LotSource;
  readonly granted: number;
  readonly left: number;
  readonly expiresAt: Date | null;
  readonly grantedAt: Date;
}

/** Pieces of a lot that an order took. */
export interface LotUse {
  readonly lotId: string;
  readonly ownerId: string;
  readonly orderId: string;
  readonly pieces: number;
}

/** The backpacks that a batch of gifts takes pieces from. Whoever opens it holds the owners' wallets locked. */
export interface Backpacks {
  /** Pieces of a gift that somebody can use now, after the takes so far. */
  piecesOf(ownerId: string, giftId: string): number;
  /** Takes pieces for an order, from the lot that expires first. Answers how many there were: `pieces` or fewer. */
  take(wanted: { readonly ownerId: string; readonly giftId: string; readonly pieces: number; readonly orderId: string }): number;
  /** Where the takes stand now, for `rollback`. */
  mark(): number;
  /** Puts back what was taken since the mark. */
  rollback(mark: number): void;
  /** What was taken, in order. */
  uses(): readonly LotUse[];
}

/** Opens the backpacks that these lots make up, as they can be used at a moment. */
export const openBackpacks = (lots: readonly BackpackLot[], now: Date): Backpacks => {
  const usable = Map.groupBy(lots.filter((lot) => isUsable(lot, now)).toSorted(bySoonestExpiry), ({ ownerId, giftId }) =>
    shelfOf(ownerId, giftId),
  );
  const left = new Map(lots.map((lot) => [lot.id, lot.left]));
  const uses: LotUse[] = [];
  const leftIn = (lotId: string): number => left.get(lotId) ?? 0;
  return {
    piecesOf: (ownerId, giftId) => (usable.get(shelfOf(ownerId, giftId)) ?? []).reduce((sum, { id }) => sum + leftIn(id), 0),
    take: ({ ownerId, giftId, pieces, orderId }) => {
      let missing = pieces;
      for (const { id } of usable.get(shelfOf(ownerId, giftId)) ?? []) {
        const taken = Math.min(missing, leftIn(id));
        if (taken === 0) continue;
        left.set(id, leftIn(id) - taken);
        uses.push({ lotId: id, ownerId, orderId, pieces: taken });
        missing -= taken;
      }
      return pieces - missing;
    },
    mark: () => uses.length,
    rollback: (mark) => {
      for (const { lotId, pieces } of uses.splice(mark)) left.set(lotId, leftIn(lotId) + pieces);
    },
    uses: () => [...uses],
  };
};

/** Whether pieces of a lot can be used at a moment: until just before its time, also where nobody has swept it yet. */
export const isUsable = ({ left, expiresAt }: Pick<BackpackLot, 'left' | 'expiresAt'>, at: Date): boolean =>
  left > 0 && (expiresAt === null || at < expiresAt);

/** What expires first stands first; what keeps for ever stands last; among equals the older lot. */
export const bySoonestExpiry = (a: BackpackLot, b: BackpackLot): number => {
  const [first, second] = [expiryMsOf(a), expiryMsOf(b)];
  if (first !== second) return first < second ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
};

/** When a lot expires, in epoch milliseconds; infinite when never. */
export const expiryMsOf = ({ expiresAt }: Pick<BackpackLot, 'expiresAt'>): number => expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;

const shelfOf = (ownerId: string, giftId: string): string => `${ownerId}\0${giftId}`;
