import type { CatalogueGift } from '../domain/catalogue.ts';
import type { GiftError, KnownStream } from '../domain/gift.ts';
import type { GiftOrder } from '../domain/giftOrder.ts';
import type { Book, WalletState } from '../domain/ledger.ts';
import type { StoredAnswer } from './answers.ts';

/** What became of one gift. `wallet` is the sender's after the decision (with a repeated key: as it is now). `repeated`: the stored answer to an earlier call. */
export type GiftOutcome =
  | { readonly ok: true; readonly order: GiftOrder; readonly wallet: WalletState; readonly repeated: boolean }
  | { readonly ok: false; readonly error: GiftError; readonly wallet: WalletState };

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
  readonly now: Date;
  readonly newAnswers: StoredAnswer[];
  readonly newOrders: GiftOrder[];
}
