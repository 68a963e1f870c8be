import type { BoardPlace } from './board.ts';
import type { TradingPolicy } from './policy.ts';

/** What somebody lets leaderboards show of them. */
export interface LeaderboardConsent {
  /** Whether everybody may see what they sent. */
  readonly showSpend: boolean;
  /** Whether their place is shown without their name. */
  readonly hidden: boolean;
  /** Null: they have never said anything. */
  readonly changedAt: Date | null;
}

/** Of somebody who has said nothing, the name is shown and the spend is not. */
export const NO_CONSENT: LeaderboardConsent = { showSpend: false, hidden: false, changedAt: null };

/** A place on a board as everybody may see it. `spentCoins` is for operators alone. */
export interface ShownEntry {
  readonly rank: number;
  readonly userId: string | null;
  readonly coins: bigint | null;
  readonly spentCoins: bigint;
}

/** RECOUNTING: the scores are not known at the moment. */
export type BoardState = 'READY' | 'RECOUNTING' | 'OFF';

/** A board as it is shown to everybody in a region. */
export interface BoardView {
  readonly place: BoardPlace;
  readonly state: BoardState;
  readonly entries: readonly ShownEntry[];
  /** Members on it. */
  readonly members: number;
  readonly version: number;
  readonly policy: TradingPolicy;
}

/** What everybody may see of one place. What streamers received is no secret; what senders spent is theirs to show. */
export const shownEntry = (
  { rank, userId, coins }: { readonly rank: number; readonly userId: string; readonly coins: bigint },
  kind: BoardPlace['kind'],
  consent: LeaderboardConsent,
  policy: Pick<TradingPolicy, 'leaderboardConsent'>,
): ShownEntry => {
  const isOpen = kind === 'STREAMERS' || consent.showSpend || !policy.leaderboardConsent;
  return {
    rank,
    userId: consent.hidden ? null : userId,
    coins: consent.hidden || !isOpen ? null : coins,
    spentCoins: coins,
  };
};

/** Whether boards are shown to somebody there. While they are off anywhere, who doesn't say where they are (null) sees none. */
export const isShownIn = (
  { leaderboards, leaderboardRegionsOff }: Pick<TradingPolicy, 'leaderboards' | 'leaderboardRegionsOff'>,
  region: string | null,
): boolean => leaderboards && (leaderboardRegionsOff.length === 0 || (region !== null && !leaderboardRegionsOff.includes(region)));

/** The first so many places of a board, for somebody in a region. */
export const viewFor = (view: BoardView, first: number, region: string | null): BoardView =>
  isShownIn(view.policy, region) ? { ...view, entries: view.entries.slice(0, first) } : { ...view, state: 'OFF', entries: [], members: 0 };
