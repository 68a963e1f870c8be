import { newIdInShard, shardIndexOf } from '#platform/ids.ts';
import type { Lane } from '#platform/lane/lane.ts';
import { RecentMap } from '#platform/store/recent.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { type GiftCommand, type GiftItem, type GiftWish, reservedOrderOf, type StockClaim, wishOf } from '../domain/gift.ts';
import { fingerprintOfWish } from './giftAnswers.ts';
import type { GiftOutcome, WishOutcome } from './giftBatchState.ts';
import type { StockLane } from './stockLane.ts';
import type { StockLook } from './stockLook.ts';

// A limited gift goes through two lanes: its pieces are set aside in the stock's, then it is paid in the sender's. Which gifts are limited only the gift lane
// decides, in its own transaction; here they are remembered, so that only the first wish of each asks twice. Gifts without a stock take the gift lane alone.

/** Limited gifts remembered per process at most; one that is forgotten costs a second question. */
const LIMITED_GIFTS_MAX = 1_000;
/** Whoever wants more pieces of limited gifts than this is looked at before they are set aside: what is set aside for somebody who cannot pay is sold out for others until the gift lane has said so. A
 * sale's ordinary buyers want one, and should not wait for a look. */
const PIECES_WITHOUT_LOOK_MAX = 10;
/** Payers remembered per process at most whose payment was refused: they are looked at, however few pieces they want. */
const REFUSED_PAYERS_MAX = 10_000;

export interface StockedOptions {
  readonly stock: StockLane;
  readonly look: StockLook;
  readonly telemetry: Telemetry;
}

/** The gift lane with the stocks before it: pieces of limited gifts are set aside first, and given back at once when their payment is refused. */
export const stockedGifts = (gifts: Lane<GiftCommand, GiftOutcome>, options: StockedOptions): Lane<GiftCommand, GiftOutcome> =>
  throughStock(gifts, options, {
    wishOf,
    withItems: (command, [item]) => ({ ...command, ...item }),
    outcomesOf: (outcome) => [outcome],
  });

/** The same for wishes of several gifts. */
export const stockedWishes = (gifts: Lane<GiftWish, WishOutcome>, options: StockedOptions): Lane<GiftWish, WishOutcome> =>
  throughStock(gifts, options, {
    wishOf: (wish) => wish,
    withItems: (wish, items) => ({ ...wish, items }),
    outcomesOf: (outcome) => outcome,
  });

/** How a lane's commands hold wishes. */
interface Shape<Command, Outcome> {
  readonly wishOf: (command: Command) => GiftWish;
  readonly withItems: (command: Command, items: readonly GiftItem[]) => Command;
  readonly outcomesOf: (outcome: Outcome) => WishOutcome;
}

const throughStock = <Command, Outcome>(
  gifts: Lane<Command, Outcome>,
  { stock, look, telemetry }: StockedOptions,
  { wishOf: toWish, withItems, outcomesOf }: Shape<Command, Outcome>,
): Lane<Command, Outcome> => {
  const limited = new RecentMap<true>({ entriesMax: LIMITED_GIFTS_MAX });
  const refusedPayers = new RecentMap<true>({ entriesMax: REFUSED_PAYERS_MAX });
  const isLimited = ({ giftId }: GiftItem): boolean => limited.get(giftId) !== undefined;

  const lookAt = async (wish: GiftWish): Promise<Awaited<ReturnType<StockLook>>> => {
    const pieces = wish.items.filter(isLimited).reduce((sum, { quantity }) => sum + quantity, 0);
    if (pieces <= PIECES_WITHOUT_LOOK_MAX && refusedPayers.get(wish.senderId) === undefined) return [];
    try {
      return await look(wish, isLimited);
    } catch (error) {
      telemetry.log.debug(
        { err: error },
        'a wish for a limited gift could not be looked at; its pieces are set aside, and the gift lane decides',
      );
      return [];
    }
  };

  /** `sure`: a look was wrong, and the pieces are to be set aside. */
  const ask = async (command: Command, options: SubmitOptions, { sure }: { readonly sure: boolean }): Promise<Outcome> => {
    const wish = toWish(command);
    const items = wish.items.some(isLimited) ? await reserve(stock, wish, isLimited, sure ? [] : await lookAt(wish)) : wish.items;
    // Whoever hears BUSY, or nothing, asks again and finds the pieces still set aside; else they expire.
    const outcome = await gifts.submit(items === wish.items ? command : withItems(command, items), options);
    const outcomes = outcomesOf(outcome);
    for (const [place, { giftId, stock: claim }] of items.entries()) {
      if (isUnreserved(outcomes[place])) limited.set(giftId, true);
      else if (claim === 'SOLD_OUT' && isSentNow(outcomes[place])) limited.delete(giftId);
    }
    const unpaid = unpaidOf(items, outcomes);
    if (unpaid.length > 0) refusedPayers.set(wish.senderId, true);
    else if (items.some((item, place) => reservedOrderOf(item) !== null && isSentNow(outcomes[place]))) refusedPayers.delete(wish.senderId);
    await giveBack(stock, telemetry, unpaid);
    return outcome;
  };

  return {
    get queued() {
      return gifts.queued;
    },
    submit: async (command, options) => {
      const outcome = await ask(command, options, { sure: false });
      return outcomesOf(outcome).some(isUnreserved) ? ask(command, options, { sure: true }) : outcome;
    },
    close: () => gifts.close(),
  };
};

type SubmitOptions = Parameters<StockLane['submit']>[1];

const isUnreserved = (outcome: GiftOutcome | undefined): boolean => outcome?.ok === false && outcome.undecided === 'UNRESERVED';

const isSentNow = (outcome: GiftOutcome | undefined): boolean => outcome?.ok === true && !outcome.repeated;

/** The wish's items with what their stocks say. Nothing is set aside where something was `seen` that tells. */
const reserve = (
  stock: StockLane,
  wish: GiftWish,
  isLimited: (item: GiftItem) => boolean,
  seen: readonly (StockClaim | null)[],
): Promise<readonly GiftItem[]> => {
  const fingerprint = fingerprintOfWish(wish);
  return Promise.all(
    wish.items.map(async (item, place) =>
      isLimited(item) ? { ...item, stock: seen[place] ?? (await claimOf(stock, { wish, item, place, fingerprint })) } : item,
    ),
  );
};

interface Place {
  readonly wish: GiftWish;
  readonly item: GiftItem;
  readonly place: number;
  readonly fingerprint: string;
}

const claimOf = async (stock: StockLane, { wish, item, place, fingerprint }: Place): Promise<StockClaim> => {
  const outcome = await stock.submit({
    kind: 'reserve',
    giftId: item.giftId,
    orderId: newIdInShard(shardIndexOf(wish.senderId)),
    payerId: wish.senderId,
    key: wish.idempotencyKey,
    place,
    fingerprint,
    pieces: item.quantity,
  });
  if (outcome.kind === 'held') return { orderId: outcome.orderId };
  return outcome.kind === 'conflict' ? 'KEY_IN_USE' : 'SOLD_OUT';
};

// Where the key is answered, for ever, and not with the order that pieces are set aside for, that order will never be paid. Nor will it where the key has pieces set aside for another wish: that one
// stays a conflict however often it is sent.
const unpaidOf = (items: readonly GiftItem[], outcomes: WishOutcome): readonly { readonly giftId: string; readonly orderId: string }[] => {
  const isConflict = items.some(({ stock }) => stock === 'KEY_IN_USE');
  if (!isConflict && outcomes.some((outcome) => !outcome.ok && outcome.undecided !== undefined)) return [];
  return items.flatMap((item, place) => {
    const orderId = reservedOrderOf(item);
    const outcome = outcomes[place];
    const isPaid = outcome?.ok === true && outcome.order.id === orderId;
    return orderId === null || isPaid ? [] : [{ giftId: item.giftId, orderId }];
  });
};

const giveBack = async (
  stock: StockLane,
  telemetry: Telemetry,
  unpaid: readonly { readonly giftId: string; readonly orderId: string }[],
): Promise<void> => {
  const released = await Promise.allSettled(unpaid.map((of) => stock.submit({ kind: 'release', pieces: 0, ...of })));
  const failed = released.find((release) => release.status === 'rejected');
  if (failed !== undefined)
    telemetry.log.warn({ err: failed.reason }, 'pieces of a limited gift could not be given back at once; they expire');
};
