import type { Backpacks } from '../domain/backpack.ts';
import type { CatalogueGift } from '../domain/catalogue.ts';
import type { KnownStream } from '../domain/gift.ts';
import type { GiftError } from '../domain/giftError.ts';
import type { GiftOrder, NewGiftOrder } from '../domain/giftOrder.ts';
import type { Book, WalletState } from '../domain/ledger.ts';
import type { TradingPolicy } from '../domain/policy.ts';
import type { UndoableMap } from '../domain/undoable.ts';
import type { StoredAnswer } from './answers.ts';
import type { SenderGift } from './senderGifts.ts';
import type { SenderStream } from './senderStreams.ts';

/** What became of one gift. `wallet` is the sender's after the decision (with a repeated key: as it is now). `repeated`: the stored answer to an earlier call. */
export type GiftOutcome =
  | { readonly ok: true; readonly order: GiftOrder; readonly wallet: WalletState; readonly repeated: boolean }
  | {
      readonly ok: false;
      readonly error: GiftError;
      readonly wallet: WalletState;
      /** Nothing was decided, and nothing stored, because of this gift (UNRESERVED: it is limited, and its stock was not asked) or another one of the wish. */
      readonly undecided?: 'UNRESERVED' | 'OTHER';
    };

/** What became of a wish: one outcome per item, in their order. */
export type WishOutcome = readonly GiftOutcome[];

/** One batch of the gift lane between its reads and its writes: what it has locked and read (load), what its decisions have made of it (decide), and what is to be
 * written (write). Whatever one sender's decisions depend on is read under the sender's wallet lock. */
export interface BatchState {
  readonly book: Book;
  /** By answerName: those stored before, then also those of this batch. */
  readonly answers: Map<string, StoredAnswer>;
  /** Orders that those answers name. */
  readonly orders: Map<string, GiftOrder>;
  readonly catalogue: ReadonlyMap<string, CatalogueGift>;
  readonly streams: ReadonlyMap<string, KnownStream>;
  readonly policy: TradingPolicy;
  readonly backpacks: Backpacks;
  /** By senderStreamName. */
  readonly senderStreams: UndoableMap<SenderStream>;
  /** By senderGiftName; of gifts with a limit per day only. */
  readonly senderGifts: UndoableMap<SenderGift>;
  readonly now: Date;
  readonly newAnswers: StoredAnswer[];
  readonly newOrders: NewGiftOrder[];
}

/** Notes where a batch stands and answers with the way back there: several gifts all or nothing. */
export const markBatch = ({ book, backpacks, senderStreams, senderGifts, newOrders }: BatchState): (() => void) => {
  const marks = { book: book.mark(), backpacks: backpacks.mark(), streams: senderStreams.mark(), gifts: senderGifts.mark() };
  const orderCount = newOrders.length;
  return () => {
    book.rollback(marks.book);
    backpacks.rollback(marks.backpacks);
    senderStreams.rollback(marks.streams);
    senderGifts.rollback(marks.gifts);
    newOrders.length = orderCount;
  };
};
