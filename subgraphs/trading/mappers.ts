import type { WalletLine } from './data/walletHistory.ts';
import type { CatalogueGift } from './domain/catalogue.ts';
import type { GiftOrder } from './domain/giftOrder.ts';
import type { WalletState } from './domain/ledger.ts';
import type { TopUp, TopUpOffer } from './domain/topUp.ts';
import type { WalletAction } from './domain/walletAction.ts';

// What resolvers of these types get as their parent.
export type GiftMapper = CatalogueGift;
export type WalletMapper = WalletState;
export type WalletActionMapper = WalletAction;
export type WalletEntryMapper = WalletLine;
export type TopUpProductMapper = TopUpOffer;
export type TopUpOrderMapper = TopUp;
/** `settledAt` is there only where it is known without asking: an order that was placed a moment ago is not credited yet. */
export interface GiftOrderMapper extends GiftOrder {
  readonly settledAt?: Date | null;
}
/** References: profiles are messaging's, streams are streaming's. */
export interface UserMapper {
  readonly id: string;
}
export interface StreamMapper {
  readonly id: string;
}
