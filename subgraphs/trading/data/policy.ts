import type { Queryable } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import type { TradingPolicy } from '../domain/policy.ts';

/** The policy as this database knows it. One statement. */
export const readTradingPolicy = async (db: Queryable): Promise<TradingPolicy> => {
  const [row] = await db.query<PolicyRow>({ name: 'readTradingPolicy', text: READ_TRADING_POLICY, values: [POLICY_SHARD] });
  if (row === undefined) throw new Error('the row of trading_policy is gone: the migrations make it, nothing may delete it');
  return {
    version: row.version,
    dayCoinsMax: row.day_coins_max,
    sessionCoinsMax: row.session_coins_max,
    velocityOrdersMax: row.velocity_orders_max,
    velocityWindowSeconds: row.velocity_window_seconds,
    comboWindowSeconds: row.combo_window_seconds,
    leaderboards: row.leaderboards,
    leaderboardRegionsOff: row.leaderboard_regions_off,
    leaderboardConsent: row.leaderboard_consent,
  };
};

/** Where the one row lies: with the rest of the catalogue's own rows. */
const POLICY_SHARD = shardOf('catalogue');

interface PolicyRow {
  readonly version: number;
  readonly day_coins_max: bigint | null;
  readonly session_coins_max: bigint | null;
  readonly velocity_orders_max: number | null;
  readonly velocity_window_seconds: number;
  readonly combo_window_seconds: number;
  readonly leaderboards: boolean;
  readonly leaderboard_regions_off: readonly string[];
  readonly leaderboard_consent: boolean;
}

const READ_TRADING_POLICY = `/* readTradingPolicy */
  SELECT version, day_coins_max, session_coins_max, velocity_orders_max, velocity_window_seconds, combo_window_seconds,
    leaderboards, leaderboard_regions_off, leaderboard_consent
  FROM trading_policy WHERE shard = $1`;
