import type { AuditedEdit } from './data/catalogueEdits.ts';
import type { StockEdit } from './data/stockEdits.ts';
import type { WalletLine } from './data/walletHistory.ts';
import type { BackpackLot } from './domain/backpack.ts';
import type { BoardView, ShownEntry } from './domain/boardView.ts';
import type { BundleItem, ShownGift } from './domain/catalogue.ts';
import type { GiftGoal } from './domain/giftGoal.ts';
import type { GiftOrder, GiftRefund, OrderStanding } from './domain/giftOrder.ts';
import type { WalletState } from './domain/ledger.ts';
import type { ChainPosition, CurrencyProof, LedgerProof, PartitionBooks, ShardProof } from './domain/ledgerProof.ts';
import type { Stock } from './domain/stock.ts';
import type { StoredProduct, TopUp } from './domain/topUp.ts';
import type { TopUpRefund } from './domain/topUpRefund.ts';
import type { GrantedProps, WalletAction } from './domain/walletAction.ts';

// What resolvers of these types get as their parent.
export type LeaderboardMapper = BoardView;
export type LeaderboardEntryMapper = ShownEntry;
export type GiftMapper = ShownGift;
export type GiftStockMapper = Stock;
export type GiftStockEditMapper = StockEdit;
export type WalletMapper = WalletState;
export type GrantedPropsMapper = GrantedProps;
export type WalletActionMapper = WalletAction;
export type LedgerProofMapper = LedgerProof;
export type LedgerShardSumsMapper = ShardProof;
export type LedgerCurrencySumsMapper = CurrencyProof;
export type LedgerPositionMapper = PartitionBooks;
export type LedgerChainPositionMapper = ChainPosition;
export type WalletEntryMapper = WalletLine;
export type BackpackLotMapper = BackpackLot;
export type TopUpProductMapper = StoredProduct;
export type BundleItemMapper = BundleItem;
export type GiftGoalMapper = GiftGoal;
export type CatalogueEditMapper = AuditedEdit;
export type TopUpOrderMapper = TopUp;
export type TopUpRefundMapper = TopUpRefund;
/** `standing` is there only where it is known without asking. */
export interface GiftOrderMapper extends GiftOrder {
  readonly standing?: OrderStanding;
}
export type GiftReceiptMapper = GiftOrder;
export type GiftReceiptLineMapper = GiftOrder;
/** `senderId`: whose balance it shows. */
export interface GiftPaymentMapper {
  readonly means: 'COINS' | 'BONUS_COINS' | 'BACKPACK';
  readonly amount: bigint;
  readonly balanceAfter: bigint | null;
  readonly senderId: string;
}
export interface GiftRefundMapper extends GiftRefund {
  readonly senderId: string;
}
/** References: profiles are messaging's, streams are streaming's. */
export interface UserMapper {
  readonly id: string;
}
export interface StreamMapper {
  readonly id: string;
}
