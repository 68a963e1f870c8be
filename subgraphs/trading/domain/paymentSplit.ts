/** How a gift is paid: pieces out of the sender's backpack first, then bonus coins, then coins. */
export interface PaymentSplit {
  readonly backpackPieces: number;
  readonly bonusCoins: bigint;
  readonly coins: bigint;
}

/** What a sender can pay with. `pieces`: of that gift, in the backpack. */
export interface Means {
  readonly pieces: number;
  readonly bonusCoins: bigint;
  readonly coins: bigint;
}

/** Splits what `quantity` pieces at `priceCoins` cost over these means. The coins may be more than there are: whoever calls compares. */
export const splitPayment = (quantity: number, priceCoins: bigint, { pieces, bonusCoins }: Means): PaymentSplit => {
  const backpackPieces = Math.min(quantity, pieces);
  const cost = priceCoins * BigInt(quantity - backpackPieces);
  const bonus = bonusCoins < cost ? bonusCoins : cost;
  return { backpackPieces, bonusCoins: bonus, coins: cost - bonus };
};
