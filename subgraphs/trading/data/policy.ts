import { texts } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import type { TradingPolicy } from '../domain/policy.ts';
import { CATALOGUE_SHARD } from './catalogueRows.ts';

/** The policy as this database knows it. One statement. */
export const readTradingPolicy = async (db: Queryable): Promise<TradingPolicy> => {
  const [row] = await db.query<PolicyRow>({ name: 'readTradingPolicy', text: READ_TRADING_POLICY, values: [CATALOGUE_SHARD] });
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

/** Writes the policy where it is newer than what is there. One statement. */
export const writeTradingPolicy = async (tx: Transaction, policy: TradingPolicy, at: Date): Promise<void> => {
  await tx.query({
    name: 'writeTradingPolicy',
    text: WRITE_TRADING_POLICY,
    values: [
      CATALOGUE_SHARD,
      policy.version,
      policy.dayCoinsMax,
      policy.sessionCoinsMax,
      policy.velocityOrdersMax,
      policy.velocityWindowSeconds,
      policy.comboWindowSeconds,
      policy.leaderboards,
      texts(policy.leaderboardRegionsOff),
      policy.leaderboardConsent,
      at,
    ],
  });
};

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

const WRITE_TRADING_POLICY = `/* writeTradingPolicy */
  UPDATE trading_policy SET version = $2, day_coins_max = $3, session_coins_max = $4, velocity_orders_max = $5, velocity_window_seconds = $6,
    combo_window_seconds = $7, leaderboards = $8, leaderboard_regions_off = $9::text[], leaderboard_consent = $10, updated_at = $11
  WHERE shard = $1 AND version < $2`;
