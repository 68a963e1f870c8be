/** BUNDLE: several other gifts for one price. */
export type GiftKind = 'SINGLE' | 'BUNDLE';

/** So many pieces of another gift in a bundle. */
export interface BundleItem {
  readonly giftId: string;
  readonly quantity: number;
}

/** What a gift costs from when on. Versions are never edited: of those whose time has come, the highest is in force. */
export interface GiftPrice {
  readonly version: number;
  readonly coins: bigint;
  readonly from: Date;
}

/** One file that clients fetch to play a gift. */
export interface EffectAsset {
  /** https. */
  readonly url: string;
  /** SHA-256 of the file, 64 hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: number;
  readonly mimeType: string;
}

/** What clients play when a gift arrives. */
export interface GiftEffect {
  /** Of several forms of the same effect the client takes the first that it can play. */
  readonly assets: readonly EffectAsset[];
  readonly durationMs: number;
  /** Where several wait, the highest is played first. */
  readonly priority: number;
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

/** A gift with all that belongs to it, at every moment. */
export interface StoredGift extends Omit<CatalogueGift, 'priceVersion' | 'priceCoins'> {
  /** Canonical BCP 47 tag to name. */
  readonly names: Readonly<Record<string, string>>;
  readonly effect: GiftEffect | null;
  /** By version, ascending; not empty. An edit needs the one in force when the last edit was made, and those announced since; a reader also has older ones. */
  readonly prices: readonly GiftPrice[];
}

/** A gift as it is shown: at one moment, with everything. */
export interface ShownGift extends StoredGift, Pick<CatalogueGift, 'priceVersion' | 'priceCoins'> {
  /** In whose language; null: nobody said. */
  readonly locale: string | null;
}

/** A gift as it is at a moment. */
export const shownGift = (gift: StoredGift, at: Date, locale: string | null = null): ShownGift => {
  const price = priceAt(gift.prices, at);
  return { ...gift, priceVersion: price.version, priceCoins: price.coins, locale };
};

/** The price in force at a moment: the highest version whose time has come; before all of them the lowest. Throws on an empty list. */
export const priceAt = (prices: readonly GiftPrice[], at: Date): GiftPrice => {
  const price = prices.findLast(({ from }) => from <= at) ?? prices[0];
  if (price === undefined) throw new Error('a gift without any price cannot be shown');
  return price;
};

/** Whether a gift can be bought at a moment: from `onSaleFrom` on, until just before `onSaleUntil`. */
export const isOnSale = (gift: Pick<CatalogueGift, 'onSaleFrom' | 'onSaleUntil'>, at: Date): boolean =>
  gift.onSaleFrom <= at && (gift.onSaleUntil === null || at < gift.onSaleUntil);

/** Whether a gift is sold in a region (ISO 3166-1 alpha-2). Who names none gets only what is sold everywhere. */
export const isSoldIn = ({ regions }: Pick<CatalogueGift, 'regions'>, region: string | null): boolean =>
  regions.length === 0 || (region !== null && regions.includes(region));
