/** BUNDLE: several other gifts for one price. */
export type GiftKind = 'SINGLE' | 'BUNDLE';

/** So many pieces of another gift in a bundle. */
export interface BundleItem {
  readonly giftId: string;
  readonly quantity: number;
}

/** A gift of the catalogue at one moment: all that a decision about it depends on. */
export interface CatalogueGift {
  readonly id: string;
  /** What it is called where no name in the viewer's language is known. */
  readonly name: string;
  readonly imageUrl: string | null;
  readonly kind: GiftKind;
  /** What is in a bundle, in order; empty for a single gift. */
  readonly items: readonly BundleItem[];
  /** The price in force at that moment. */
  readonly priceVersion: number;
  readonly priceCoins: bigint;
  readonly onSaleFrom: Date;
  /** Null: until further notice. */
  readonly onSaleUntil: Date | null;
  /** ISO 3166-1 alpha-2; empty: sold everywhere. */
  readonly regions: readonly string[];
  /** How long the sender may take it back; 0: not at all. */
  readonly cancelWindowSeconds: number;
  /** How soon the next one must follow to count as a combo; null: as the policy says. */
  readonly comboWindowSeconds: number | null;
  /** Pieces per user and day (UTC) at most; null: no limit of its own. */
  readonly dailyQuantityMax: number | null;
  /** Sold from a stock. */
  readonly limited: boolean;
  /** Pieces that every user may claim for free each day (UTC). */
  readonly dailyFree: number;
  /** Counts the edits of this gift. */
  readonly version: number;
}

/** Whether a gift can be bought at a moment: from `onSaleFrom` on, until just before `onSaleUntil`. */
export const isOnSale = (gift: Pick<CatalogueGift, 'onSaleFrom' | 'onSaleUntil'>, at: Date): boolean =>
  gift.onSaleFrom <= at && (gift.onSaleUntil === null || at < gift.onSaleUntil);

/** Whether a gift is sold in a region (ISO 3166-1 alpha-2). Who names none gets only what is sold everywhere. */
export const isSoldIn = ({ regions }: Pick<CatalogueGift, 'regions'>, region: string | null): boolean =>
  regions.length === 0 || (region !== null && regions.includes(region));
