/** What holds for everybody where nothing else is said. Operators set it; null: no limit. */
export interface TradingPolicy {
  /** Counts the edits. */
  readonly version: number;
  /** Coins that one user may spend per day (UTC). */
  readonly dayCoinsMax: bigint | null;
  /** Coins that one user may spend in one stream. */
  readonly sessionCoinsMax: bigint | null;
  /** Orders that one user may place within the velocity window. */
  readonly velocityOrdersMax: number | null;
  readonly velocityWindowSeconds: number;
  /** How soon the next gift must follow to count as a combo, where the gift itself does not say. */
  readonly comboWindowSeconds: number;
  /** Whether there are leaderboards at all. */
  readonly leaderboards: boolean;
  /** ISO 3166-1 alpha-2: nobody there is shown a leaderboard. */
  readonly leaderboardRegionsOff: readonly string[];
  /** What senders spent is shown by their own consent only. */
  readonly leaderboardConsent: boolean;
}
