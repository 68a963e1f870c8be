// Limited stock. A piece goes through three hands, each with a lock of its own, so that no transaction spans two shards:
//
//   reserve   stock's lane (shard of the gift)   reserved +n          HELD       expires
//   pay       gift lane (shard of the sender)    the order's coins               stock.paid in the same transaction
//   confirm   consumer of stock.paid             reserved −n, sold +n SOLD
//
// A payment that is refused gives its reservation back at once (RELEASED). Who dies in between leaves a reservation that expires. It is not simply released then: first
// a fence goes through the sender's wallet lock, which stores a refusal under the key if nothing is stored there yet. So what is released can never be paid any more, and what was
// paid is never released: exactly as many pieces are sold as there are. An order that its sender takes back brings its pieces back (RETURNED); one that an operator refunds
// does not: it was shown, and a rarity that can be bought back is none.

/** Pieces of one gift. total ≥ reserved + sold, always. */
export interface Stock {
  readonly giftId: string;
  readonly total: bigint;
  readonly reserved: bigint;
  readonly sold: bigint;
}

/** Pieces that can be reserved now. */
export const piecesLeft = ({ total, reserved, sold }: Pick<Stock, 'total' | 'reserved' | 'sold'>): bigint => total - reserved - sold;

/** What a stock can hold at most: more is no limit, and every sum stays far from overflow. */
export const STOCK_TOTAL_MAX = 1_000_000_000n;
/** How long a reservation waits for its payment. Longer than the gift lane answers in, so that a buyer who was told BUSY finds it still there. */
export const RESERVATION_MS = 30_000;

export type ReservationStatus = 'HELD' | 'SOLD' | 'RELEASED' | 'RETURNED';

/** Pieces set aside for one gift of one wish. */
export interface Reservation {
  readonly giftId: string;
  /** Id of the order that will pay for them. */
  readonly orderId: string;
  readonly payerId: string;
  /** The wish's idempotencyKey and the place of the gift in it: who asks again gets the same reservation. */
  readonly key: string;
  readonly place: number;
  /** What the key is used for; with another one it is a conflict. */
  readonly fingerprint: string;
  readonly pieces: number;
  readonly status: ReservationStatus;
  readonly expiresAt: Date;
}

/** Wants pieces set aside. `orderId` is taken if there is no reservation yet. */
export interface ReserveCommand extends Omit<Reservation, 'status' | 'expiresAt'> {
  readonly kind: 'reserve';
}

/** What became of a reservation's payment. `confirm`: `pieces` were paid (fewer than reserved where the rest came out of a backpack). `release`: it can never be
 * paid. `return`: its order was taken back. Each changes a reservation once: what comes again changes nothing. */
export interface SettleCommand {
  readonly kind: 'confirm' | 'release' | 'return';
  readonly giftId: string;
  readonly orderId: string;
  /** Only for `confirm`. */
  readonly pieces: number;
}

export type StockCommand = ReserveCommand | SettleCommand;

/** `held`: set aside, or paid already, under that order id. `soldOut`: fewer left than wanted, or this reservation was given back. `conflict`: the key is in use for something else.
 * `settled`: whether the command changed something. */
export type StockOutcome =
  | { readonly kind: 'held'; readonly orderId: string }
  | { readonly kind: 'soldOut' }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'settled'; readonly changed: boolean };

/** What a batch has locked and read; the decisions are applied to it one after the other. */
export interface StockBook {
  decide(command: StockCommand): StockOutcome;
  /** What is to be written. */
  changes(): {
    readonly stocks: readonly Stock[];
    readonly newReservations: readonly StoredReservation[];
    readonly settled: readonly StoredReservation[];
  };
}

/** A reservation with the pieces sold under it, as it is stored. */
export interface StoredReservation extends Reservation {
  readonly sold: number;
}

/** Opens the book of one batch over stocks that it holds locked and the reservations that its commands name. */
export const openStockBook = (stocks: readonly Stock[], reservations: readonly StoredReservation[], now: Date): StockBook => {
  const stockOf = new Map(stocks.map((stock) => [stock.giftId, stock]));
  const byOrder = new Map(reservations.map((reservation) => [reservation.orderId, reservation]));
  const byWish = new Map(reservations.map((reservation) => [wishPlace(reservation), reservation]));
  const changedStocks = new Map<string, Stock>();
  const fresh = new Set<string>();
  const settled = new Set<string>();
  const put = (reservation: StoredReservation): void => {
    byOrder.set(reservation.orderId, reservation);
    byWish.set(wishPlace(reservation), reservation);
  };
  const change = (stock: Stock): void => {
    stockOf.set(stock.giftId, stock);
    changedStocks.set(stock.giftId, stock);
  };
  const reserve = ({ kind: _, ...wanted }: ReserveCommand): StockOutcome => {
    const known = byWish.get(wishPlace(wanted));
    if (known !== undefined) return repeatReservation(known, wanted);
    const stock = stockOf.get(wanted.giftId);
    const pieces = BigInt(wanted.pieces);
    if (stock === undefined || piecesLeft(stock) < pieces) return { kind: 'soldOut' };
    change({ ...stock, reserved: stock.reserved + pieces });
    put({ ...wanted, status: 'HELD', sold: 0, expiresAt: new Date(now.getTime() + RESERVATION_MS) });
    fresh.add(wanted.orderId);
    return { kind: 'held', orderId: wanted.orderId };
  };
  const settle = (command: SettleCommand): StockOutcome => {
    const known = byOrder.get(command.orderId);
    const stock = stockOf.get(command.giftId);
    // Orders of gifts that were never reserved are taken back too.
    if (known === undefined && command.kind === 'return') return { kind: 'settled', changed: false };
    if (known === undefined || stock === undefined)
      throw new Error(`${command.kind} names order ${command.orderId} of gift ${command.giftId}, for which nothing was ever reserved`);
    const after = settledBy(command, known, stock);
    if (after === null) return { kind: 'settled', changed: false };
    change(after.stock);
    put(after.reservation);
    settled.add(known.orderId);
    return { kind: 'settled', changed: true };
  };
  return {
    decide: (command) => (command.kind === 'reserve' ? reserve(command) : settle(command)),
    changes: () => ({
      stocks: [...changedStocks.values()],
      newReservations: [...byOrder.values()].filter(({ orderId }) => fresh.has(orderId)),
      settled: [...byOrder.values()].filter(({ orderId }) => settled.has(orderId) && !fresh.has(orderId)),
    }),
  };
};

/** What identifies a reservation besides its order: which gift, whose wish, under which key, and which place in it. */
const wishPlace = ({ giftId, payerId, key, place }: Pick<Reservation, 'giftId' | 'payerId' | 'key' | 'place'>): string =>
  `${giftId}\0${payerId}\0${key}\0${place}`;

// What was given back was answered to that key with a refusal, which is what the payer's lane will answer again.
const repeatReservation = (known: Reservation, { fingerprint }: Pick<Reservation, 'fingerprint'>): StockOutcome => {
  if (known.fingerprint !== fingerprint) return { kind: 'conflict' };
  return known.status === 'HELD' || known.status === 'SOLD' ? { kind: 'held', orderId: known.orderId } : { kind: 'soldOut' };
};

const settledBy = (
  { kind, pieces }: SettleCommand,
  known: StoredReservation,
  stock: Stock,
): { readonly stock: Stock; readonly reservation: StoredReservation } | null => {
  const from = kind === 'return' ? 'SOLD' : 'HELD';
  if (known.status !== from) return null;
  if (kind === 'return')
    return { stock: { ...stock, sold: stock.sold - BigInt(known.sold) }, reservation: { ...known, status: 'RETURNED' } };
  const reserved = stock.reserved - BigInt(known.pieces);
  if (kind === 'release') return { stock: { ...stock, reserved }, reservation: { ...known, status: 'RELEASED' } };
  if (pieces > known.pieces) throw new Error(`order ${known.orderId} paid for ${pieces} pieces, but ${known.pieces} were reserved`);
  return { stock: { ...stock, reserved, sold: stock.sold + BigInt(pieces) }, reservation: { ...known, status: 'SOLD', sold: pieces } };
};
