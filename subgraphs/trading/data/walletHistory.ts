import { plain, texts, times } from '#platform/database/arrays.ts';
import type { Queryable } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import type { Currency } from '../domain/ledger.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';

/** Whose wallet, and when. */
export interface WalletMoment {
  readonly ownerId: string;
  readonly at: Date;
}

/** What a wallet held at a time. */
export interface WalletBalances {
  readonly coins: bigint;
  readonly bonusCoins: bigint;
  readonly diamonds: bigint;
}

/** One line of a wallet's statement. */
export interface WalletLine {
  readonly seq: bigint;
  readonly currency: Currency;
  readonly amount: bigint;
  readonly balanceAfter: bigint;
  readonly causeId: string | null;
  readonly at: Date;
}

/** What identifies a moment among many. */
export const momentName = ({ ownerId, at }: WalletMoment): string => `${at.getTime()} ${ownerId}`;

/** What wallets held at moments (entries dated exactly then included), by momentName. Wallets without an entry until then are absent. One statement for many: each
 * halves the wallet's contiguous numbers until it stands between two entries, which takes 20 look-ups in a wallet with a million. */
export const readBalancesAt = async (db: Queryable, moments: readonly WalletMoment[]): Promise<ReadonlyMap<string, WalletBalances>> => {
  const rows = await db.query<BalancesRow>({
    name: 'readBalancesAt',
    text: READ_BALANCES_AT,
    values: [
      plain(moments.map(({ ownerId }) => shardOf(ownerId))),
      texts(moments.map(({ ownerId }) => ownerId)),
      times(moments.map(({ at }) => at)),
    ],
  });
  return new Map(
    rows.map(({ owner_id, moment, coins, bonus_coins, diamonds }) => [
      momentName({ ownerId: owner_id, at: moment }),
      { coins, bonusCoins: bonus_coins, diamonds },
    ]),
  );
};

/** One page of a wallet's statement, the newest line first. `beforeSeq`: only what came before that line. Answers with one more than `limit` when there is more. */
export const listWalletLines = (
  prisma: PrismaClient,
  ownerId: string,
  limit: number,
  beforeSeq: bigint | null,
): Promise<readonly WalletLine[]> =>
  prisma.ledgerEntry.findMany({
    select: { seq: true, currency: true, amount: true, balanceAfter: true, causeId: true, at: true },
    where: {
      shard: shardOf(ownerId),
      accountKind: 'WALLET',
      accountId: ownerId,
      ...(beforeSeq === null ? {} : { seq: { lt: beforeSeq } }),
    },
    orderBy: { seq: 'desc' },
    take: limit + 1,
  });

interface BalancesRow {
  readonly owner_id: string;
  readonly moment: Date;
  readonly coins: bigint;
  readonly bonus_coins: bigint;
  readonly diamonds: bigint;
}

// `at` never runs backwards along a wallet's numbers: that is what makes halving right. low: an entry dated until the moment (0: none is known); high: none after
// it can be. The wallet's version and its entries are of one snapshot.
const READ_BALANCES_AT = `/* readBalancesAt */
  WITH RECURSIVE probe (shard, owner_id, moment, low, high) AS (
    SELECT w.shard, w.owner_id, k.moment, 0::bigint, w.version
    FROM unnest($1::int[], $2::text[], $3::timestamptz[]) AS k (shard, owner_id, moment)
    JOIN wallet w ON w.shard = k.shard AND w.owner_id = k.owner_id COLLATE "C"
    UNION ALL
    SELECT p.shard, p.owner_id, p.moment,
      CASE WHEN e.at <= p.moment THEN e.seq ELSE p.low END,
      CASE WHEN e.at <= p.moment THEN p.high ELSE e.seq - 1 END
    FROM probe p
    JOIN LATERAL (
      SELECT seq, at FROM ledger_entry
      WHERE shard = p.shard AND account_kind = 'WALLET' AND account_id = p.owner_id AND seq = (p.low + p.high + 1) / 2
    ) AS e ON true
    WHERE p.low < p.high
  )
  SELECT p.owner_id, p.moment, e.coins_after AS coins, e.bonus_coins_after AS bonus_coins, e.diamonds_after AS diamonds
  FROM probe p
  JOIN ledger_entry e ON e.shard = p.shard AND e.account_kind = 'WALLET' AND e.account_id = p.owner_id AND e.seq = p.low
  WHERE p.low = p.high AND p.low > 0`;
