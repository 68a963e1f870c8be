import pg from 'pg';
import type { Database } from '#platform/database/database.ts';
import { columnTypes } from '#platform/database/types.ts';

/** Runs one statement in trading's database and answers with its rows. */
export type Sql = <Row extends object>(text: string) => Promise<readonly Row[]>;

/** Does this on a connection of its own without limits of time: books of millions of entries take longer to add up than any statement of a server may. */
export const unhurried = async <T>({ pool }: Database, work: (sql: Sql, client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: pool.options.connectionString, types: columnTypes });
  await client.connect();
  try {
    // What is looked for in another table fits into memory: looked for row by row, a million orders would take hours.
    await client.query("SET work_mem = '512MB'");
    return await work(async <Row extends object>(text: string) => (await client.query<Row>(text)).rows, client);
  } finally {
    await client.end();
  }
};

/** What is wrong with trading's books; empty when every coin and diamond is where the orders say. Call it at any moment: each check is one statement, true at every
 * commit. */
export const ledgerFaults = (sql: Sql): Promise<readonly string[]> => faultsIn(sql, Object.keys(CHECKS));

/** The same for one of several databases: what can be said without the other side of a gift, which may be in another one. */
export const faultsOfOne = (sql: Sql): Promise<readonly string[]> =>
  faultsIn(
    sql,
    Object.keys(CHECKS).filter((what) => !OF_BOTH_SIDES.has(what)),
  );

/** The same for all databases of trading together. Only while nothing is written: each of them is read at a moment of its own. */
export const faultsOfAll = async (databases: readonly Database[]): Promise<readonly string[]> => {
  const ofEach = await Promise.all(databases.map((database) => unhurried(database, faultsOfOne)));
  return [...ofEach.flat(), ...(await faultsBetween(databases))];
};

/** What only both sides of a gift together can say: their rows of all databases are laid into tables that hide those of the first one for the length of a transaction. */
const faultsBetween = async (databases: readonly Database[]): Promise<readonly string[]> => {
  const [first] = databases;
  if (first === undefined) return [];
  return unhurried(first, async (sql, client) => {
    await sql('BEGIN');
    for (const table of TABLES_OF_BOTH_SIDES) {
      const parts = await Promise.all(
        databases.map((database) =>
          unhurried(database, (ask) =>
            ask<{ readonly rows: string | null }>(`/* rowsOf */ SELECT json_agg(t)::text AS rows FROM public.${table} AS t`),
          ),
        ),
      );
      await sql(`/* gather */ CREATE TEMP TABLE ${table} (LIKE public.${table} INCLUDING INDEXES) ON COMMIT DROP`);
      const text = `/* gather */ INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::public.${table}, $1::json)`;
      for (const { rows } of parts.flat()) if (rows !== null) await client.query(text, [rows]);
      await sql(`/* gather */ ANALYZE ${table}`);
    }
    // The connection ends with the tables.
    return faultsIn(sql, [...OF_BOTH_SIDES]);
  });
};

const faultsIn = async (sql: Sql, checks: readonly string[]): Promise<readonly string[]> => {
  const faults: string[] = [];
  for (const [what, text] of Object.entries(CHECKS).filter(([check]) => checks.includes(check))) {
    const rows = await sql<object>(`/* ledgerFaults */ WITH fault AS MATERIALIZED (${text}) SELECT * FROM fault LIMIT ${SHOWN_MAX}`);
    faults.push(
      ...rows.map((row) => `${what}: ${JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? value.toString() : value))}`),
    );
  }
  return faults;
};

/** Coins and bonus coins debited and not yet credited, or given back and not yet arrived, over all shards. 0 once every gift is settled. Of several databases: their sum. */
export const coinsUnderWay = async (sql: Sql): Promise<bigint> => {
  const [row] = await sql<{ readonly coins: string }>(
    `/* coinsUnderWay */ SELECT coalesce(sum(balance), 0)::text AS coins FROM system_account
     WHERE split_part(id, ':', 1) IN ('transit', 'mirror', 'bonus-transit', 'bonus-mirror')`,
  );
  return BigInt(row?.coins ?? '0');
};

/** What users hold and what the platform's accounts hold, in each currency: 0, or something was made or lost. Surpluses and shortfalls do not make up for each other. True of each
 * database by itself. */
export const conservationDrift = async (sql: Sql): Promise<bigint> => {
  const [row] = await sql<{ readonly drift: string }>(`/* conservationDrift */
    SELECT coalesce(sum(abs(drift)), 0)::text AS drift FROM (
      SELECT currency, sum(balance) AS drift FROM (
        SELECT unnest(ARRAY['COINS', 'BONUS_COINS', 'DIAMONDS']::currency[]) AS currency, unnest(ARRAY[sum(coins), sum(bonus_coins), sum(diamonds)]) AS balance FROM wallet
        UNION ALL SELECT currency, balance FROM system_account) AS account
      GROUP BY currency) AS currencies`);
  return BigInt(row?.drift ?? '0');
};

/** Checks that compare what the sender's database says with the receiver's. */
const OF_BOTH_SIDES: ReadonlySet<string> = new Set([
  'coins under way are not those of the orders without credit',
  'bonus coins under way are not those of the orders without credit',
  'a receiver has not earned what was credited',
  'a credit has no order',
  'the totals of a stream are not those of its credited orders',
  'a reservation is sold or given back otherwise than its order says',
]);

/** Whatever those checks read. No row of these is in two databases. */
const TABLES_OF_BOTH_SIDES = [
  'wallet',
  'system_account',
  'gift_order',
  'gift_hold',
  'gift_credit',
  'gift_refund',
  'gift_refund_return',
  'stream_gift_totals',
  'stock_reservation',
] as const;

/** Faults of one kind that are shown; a broken book has thousands. */
const SHOWN_MAX = 5;

const ACCOUNTS = `
  SELECT shard, 'WALLET'::account_kind AS kind, owner_id AS id, 'COINS'::currency AS currency, coins AS balance, version FROM wallet
  UNION ALL SELECT shard, 'WALLET', owner_id, 'BONUS_COINS', bonus_coins, version FROM wallet
  UNION ALL SELECT shard, 'WALLET', owner_id, 'DIAMONDS', diamonds, version FROM wallet
  UNION ALL SELECT shard, 'SYSTEM', id, currency, balance, version FROM system_account`;

/** Of a gift_order: its sender may still take it back, took it back, or it expired. */
const NOT_SENT = "EXISTS (SELECT FROM gift_hold WHERE gift_hold.order_id = gift_order.id AND gift_hold.status <> 'POSTED')";
/** Of a gift_order: it was never sent and is not going to be. */
const GIVEN_BACK = "EXISTS (SELECT FROM gift_hold WHERE gift_hold.order_id = gift_order.id AND gift_hold.status IN ('VOIDED', 'EXPIRED'))";
const REFUNDED = 'EXISTS (SELECT FROM gift_refund WHERE gift_refund.order_id = gift_order.id)';
const RETURNED = 'EXISTS (SELECT FROM gift_refund_return WHERE gift_refund_return.order_id = gift_order.id)';
/** Of a gift_order: what it cost is on its way to the receiver's shard, or back from there. */
const UNDER_WAY = `(NOT ${NOT_SENT} AND NOT EXISTS (SELECT FROM gift_credit WHERE gift_credit.order_id = gift_order.id)) OR (${REFUNDED} AND NOT ${RETURNED})`;

// Accounts and entries are compared by grouping their union: it costs the same with and without statistics, where a join may not.
const CHECKS: Readonly<Record<string, string>> = {
  'entries of a shard and currency do not sum to zero': `
    SELECT shard, currency, sum(amount) FROM ledger_entry GROUP BY shard, currency HAVING sum(amount) <> 0`,
  'balances of a shard and currency do not sum to zero': `
    SELECT shard, currency, sum(balance) FROM (${ACCOUNTS}) AS account GROUP BY shard, currency HAVING sum(balance) <> 0`,
  'a batch does not sum to zero': `
    SELECT batch_id, shard, currency, sum(amount) FROM ledger_entry GROUP BY batch_id, shard, currency HAVING sum(amount) <> 0`,
  'a balance is not the sum of its entries': `
    SELECT shard, kind, id, currency, sum(balance) AS balance, sum(amount) AS entries FROM (
      SELECT shard, kind, id, currency, balance, 0 AS amount FROM (${ACCOUNTS}) AS account
      UNION ALL SELECT shard, account_kind, account_id, currency, 0, amount FROM ledger_entry) AS both_sides
    GROUP BY shard, kind, id, currency HAVING sum(balance) <> sum(amount)`,
  'balance_after does not follow from the entry before': `
    SELECT * FROM (
      SELECT shard, account_kind, account_id, currency, seq, amount, balance_after,
        coalesce(lag(balance_after) OVER (PARTITION BY shard, account_kind, account_id, currency ORDER BY seq), 0) AS before
      FROM ledger_entry) AS chain
    WHERE balance_after <> before + amount`,
  'entries of an account are not numbered 1 to its version': `
    SELECT shard, kind, id, max(version) AS version, count(seq) AS entries, max(seq) AS last FROM (
      SELECT shard, kind, id, version, NULL::bigint AS seq FROM (${ACCOUNTS}) AS account
      UNION ALL SELECT shard, account_kind, account_id, NULL, seq FROM ledger_entry) AS both_sides
    GROUP BY shard, kind, id HAVING max(version) IS DISTINCT FROM count(seq) OR coalesce(max(seq), 0) <> count(seq)`,
  'an entry is dated before the one before it': `
    SELECT * FROM (
      SELECT shard, account_kind, account_id, seq, at, lag(at) OVER (PARTITION BY shard, account_kind, account_id ORDER BY seq) AS before FROM ledger_entry) AS dated
    WHERE at < before`,
  'a wallet is overdrawn':
    'SELECT shard, owner_id, coins, bonus_coins, diamonds FROM wallet WHERE coins < 0 OR bonus_coins < 0 OR diamonds < 0',
  'an order was not debited exactly once': `
    SELECT gift_order.id, gift_order.coins, gift_order.bonus_coins, entries.count, entries.coins AS debited_coins, entries.bonus_coins AS debited_bonus_coins FROM gift_order
    LEFT JOIN (
      SELECT shard, cause_id, account_id, count(*) AS count, sum(amount) FILTER (WHERE currency = 'COINS') AS coins, sum(amount) FILTER (WHERE currency = 'BONUS_COINS') AS bonus_coins
      FROM ledger_entry WHERE account_kind = 'WALLET' AND amount < 0 GROUP BY 1, 2, 3) AS entries
      ON entries.shard = gift_order.shard AND entries.cause_id = gift_order.id AND entries.account_id = gift_order.sender_id
    WHERE coalesce(entries.count, 0) <> (gift_order.coins > 0)::int + (gift_order.bonus_coins > 0)::int
      OR coalesce(entries.coins, 0) <> -gift_order.coins OR coalesce(entries.bonus_coins, 0) <> -gift_order.bonus_coins`,
  'an order is not the answer to exactly one key': `
    SELECT gift_order.id, count(named.key) FROM gift_order LEFT JOIN (
      SELECT shard, key, result_id FROM answer WHERE result_id IS NOT NULL
      UNION ALL SELECT answer.shard, answer.key, (item ->> 'orderId')::uuid FROM answer, jsonb_array_elements(answer.detail -> 'items') AS item WHERE answer.detail ? 'items'
    ) AS named ON named.shard = gift_order.shard AND named.result_id = gift_order.id
    GROUP BY gift_order.id HAVING count(named.key) <> 1`,
  'a combo does not count its pieces': `
    SELECT shard, coalesce(combo_id, id) AS combo, sum(quantity), max(coalesce(combo_count, quantity)), count(DISTINCT coalesce(combo_count, quantity)) FROM gift_order
    GROUP BY 1, 2 HAVING sum(quantity) <> max(coalesce(combo_count, quantity)) OR count(*) <> count(DISTINCT coalesce(combo_count, quantity))
      OR count(DISTINCT (sender_id, stream_id, gift_id)) <> 1`,
  'what a sender has spent in a stream is not what their orders there cost': `
    SELECT gift_order.sender_id, gift_order.stream_id, sum(gift_order.coins), max(spent.coins) AS noted FROM gift_order
    LEFT JOIN sender_stream AS spent ON spent.shard = gift_order.shard AND spent.sender_id = gift_order.sender_id AND spent.stream_id = gift_order.stream_id
    GROUP BY 1, 2 HAVING coalesce(sum(gift_order.coins) FILTER (WHERE NOT ${GIVEN_BACK}), 0) IS DISTINCT FROM max(spent.coins)`,
  'what a sender has spent on their last day is not what their orders of that day cost': `
    SELECT wallet.owner_id, wallet.spent_day, wallet.day_coins, coalesce(sum(gift_order.coins), 0) AS ordered FROM wallet
    LEFT JOIN gift_order ON gift_order.shard = wallet.shard AND gift_order.sender_id = wallet.owner_id
      AND floor(extract(epoch FROM gift_order.created_at) / 86400) = wallet.spent_day AND NOT ${GIVEN_BACK}
    GROUP BY 1, 2, 3 HAVING wallet.day_coins <> coalesce(sum(gift_order.coins), 0)`,
  'an order is not in its feed exactly once': `
    SELECT gift_order.id, count(feed_event.id) FROM gift_order
    LEFT JOIN feed_event ON feed_event.shard = gift_order.shard AND feed_event.kind = 'gift.sent' AND feed_event.id = gift_order.id
    GROUP BY gift_order.id HAVING count(feed_event.id) <> CASE WHEN ${NOT_SENT} THEN 0 ELSE 1 END`,
  'coins under way are not those of the orders without credit': `
    SELECT * FROM (
      SELECT (SELECT coalesce(sum(balance), 0) FROM system_account WHERE id LIKE 'transit:%' OR id LIKE 'mirror:%') AS under_way,
        (SELECT coalesce(sum(coins), 0) FROM gift_order WHERE ${UNDER_WAY}) AS uncredited
    ) AS sums WHERE under_way <> uncredited`,
  'bonus coins under way are not those of the orders without credit': `
    SELECT * FROM (
      SELECT (SELECT coalesce(sum(balance), 0) FROM system_account WHERE id LIKE 'bonus-transit:%' OR id LIKE 'bonus-mirror:%') AS under_way,
        (SELECT coalesce(sum(bonus_coins), 0) FROM gift_order WHERE ${UNDER_WAY}) AS uncredited
    ) AS sums WHERE under_way <> uncredited`,
  'a receiver has not earned what was credited': `
    SELECT wallet.owner_id, wallet.diamonds, earned.diamonds AS credited FROM wallet
    LEFT JOIN (SELECT gift_order.receiver_id, sum(gift_order.diamonds - coalesce(gift_refund.diamonds, 0)) AS diamonds FROM gift_order
      JOIN gift_credit ON gift_credit.order_id = gift_order.id LEFT JOIN gift_refund ON gift_refund.order_id = gift_order.id GROUP BY 1) AS earned
      ON earned.receiver_id = wallet.owner_id
    WHERE wallet.diamonds <> coalesce(earned.diamonds, 0)`,
  'a credit has no order':
    'SELECT order_id FROM gift_credit WHERE NOT EXISTS (SELECT FROM gift_order WHERE gift_order.id = gift_credit.order_id)',
  'the totals of a stream are not those of its credited orders': `
    SELECT totals.stream_id, totals.gifts, totals.coins, credited.gifts AS credited_gifts, credited.coins AS credited_coins FROM stream_gift_totals AS totals
    FULL JOIN (
      SELECT stream_id, sum(CASE WHEN ${REFUNDED} THEN 0 ELSE quantity END) AS gifts, sum(CASE WHEN ${REFUNDED} THEN 0 ELSE coins END) AS coins
      FROM gift_order JOIN gift_credit ON gift_credit.order_id = gift_order.id GROUP BY 1) AS credited
      ON credited.stream_id = totals.stream_id
    WHERE totals.gifts IS DISTINCT FROM credited.gifts OR totals.coins IS DISTINCT FROM credited.coins`,
  'what is held is not on the holds accounts': `
    SELECT * FROM (
      SELECT (SELECT coalesce(sum(balance), 0) FROM system_account WHERE id = 'holds') AS coins, (SELECT coalesce(sum(balance), 0) FROM system_account WHERE id = 'bonus-holds') AS bonus_coins,
        (SELECT coalesce(sum(coins), 0) FROM gift_hold WHERE status = 'PENDING') AS held, (SELECT coalesce(sum(bonus_coins), 0) FROM gift_hold WHERE status = 'PENDING') AS bonus_held
    ) AS sums WHERE coins <> held OR bonus_coins <> bonus_held`,
  'an order that can be taken back has no hold, or another one has':
    'SELECT gift_order.id FROM gift_order LEFT JOIN gift_hold ON gift_hold.order_id = gift_order.id WHERE (gift_order.cancellable_until IS NULL) <> (gift_hold.order_id IS NULL)',
  'what was taken back or refunded is not back exactly once': `
    SELECT gift_order.id, back.coins, back.bonus_coins FROM gift_order
    LEFT JOIN (
      SELECT shard, cause_id, account_id, sum(amount) FILTER (WHERE currency = 'COINS') AS coins, sum(amount) FILTER (WHERE currency = 'BONUS_COINS') AS bonus_coins
      FROM ledger_entry WHERE account_kind = 'WALLET' AND amount > 0 GROUP BY 1, 2, 3) AS back
      ON back.shard = gift_order.shard AND back.cause_id = gift_order.id AND back.account_id = gift_order.sender_id
    WHERE coalesce(back.coins, 0) <> CASE WHEN ${GIVEN_BACK} OR ${RETURNED} THEN gift_order.coins ELSE 0 END
      OR coalesce(back.bonus_coins, 0) <> CASE WHEN ${GIVEN_BACK} OR ${RETURNED} THEN gift_order.bonus_coins ELSE 0 END`,
  'a refund is not in its feed exactly once, or is not of a credited order': `
    SELECT gift_refund.order_id, count(feed_event.id) FROM gift_refund
    JOIN gift_credit ON gift_credit.shard = gift_refund.shard AND gift_credit.order_id = gift_refund.order_id
    LEFT JOIN feed_event ON feed_event.shard = gift_refund.shard AND feed_event.kind = 'gift.refunded' AND feed_event.id = gift_refund.id
    GROUP BY gift_refund.order_id HAVING count(feed_event.id) <> 1`,
  'pieces of an order that was given back are not back': `
    SELECT gift_order.id FROM gift_order JOIN backpack_use ON backpack_use.order_id = gift_order.id WHERE (backpack_use.returned_at IS NOT NULL) <> (${GIVEN_BACK} OR ${RETURNED})`,
  "a top-up's coins are not in the wallet exactly while it is settled": `
    SELECT top_up.id, top_up.status, posted.coins, posted.bonus_coins FROM top_up
    LEFT JOIN (
      SELECT shard, cause_id, coalesce(sum(amount) FILTER (WHERE currency = 'COINS'), 0) AS coins,
        coalesce(sum(amount) FILTER (WHERE currency = 'BONUS_COINS'), 0) AS bonus_coins
      FROM ledger_entry WHERE account_kind = 'WALLET' GROUP BY 1, 2) AS posted
      ON posted.shard = top_up.shard AND posted.cause_id = top_up.id
    WHERE coalesce(posted.coins, 0) <> CASE WHEN top_up.status = 'SETTLED' THEN top_up.coins ELSE 0 END
      OR coalesce(posted.bonus_coins, 0) <> CASE WHEN top_up.status = 'SETTLED' THEN top_up.bonus_coins ELSE 0 END`,
  'a wallet does not count the pieces that are left in its lots': `
    SELECT wallet.owner_id, wallet.backpack_pieces, lots.pieces FROM wallet
    FULL JOIN (SELECT shard, owner_id, sum(pieces_left) AS pieces FROM backpack_lot GROUP BY 1, 2) AS lots ON lots.shard = wallet.shard AND lots.owner_id = wallet.owner_id
    WHERE coalesce(wallet.backpack_pieces, 0) <> coalesce(lots.pieces, 0)`,
  'a lot has not lost what its orders took': `
    SELECT lot.id, lot.used, uses.pieces FROM backpack_lot AS lot
    FULL JOIN (SELECT shard, lot_id, sum(pieces) AS pieces FROM backpack_use WHERE returned_at IS NULL GROUP BY 1, 2) AS uses
      ON uses.shard = lot.shard AND uses.lot_id = lot.id
    WHERE coalesce(lot.used, 0) <> coalesce(uses.pieces, 0)`,
  'a stock does not count its reservations': `
    SELECT stock.gift_id, stock.reserved, stock.sold, counted.reserved AS held, counted.sold AS paid FROM gift_stock AS stock
    FULL JOIN (SELECT gift_id, sum(pieces) FILTER (WHERE status = 'HELD') AS reserved, sum(sold) FILTER (WHERE status = 'SOLD') AS sold
      FROM stock_reservation GROUP BY 1) AS counted ON counted.gift_id = stock.gift_id
    WHERE coalesce(stock.reserved, 0) <> coalesce(counted.reserved, 0) OR coalesce(stock.sold, 0) <> coalesce(counted.sold, 0)`,
  'a reservation is sold or given back otherwise than its order says': `
    SELECT reservation.order_id, reservation.status, reservation.sold, gift_order.quantity FROM stock_reservation AS reservation
    LEFT JOIN gift_order ON gift_order.id = reservation.order_id
    WHERE (reservation.status IN ('SOLD', 'RETURNED') AND reservation.sold IS DISTINCT FROM gift_order.quantity - gift_order.backpack_pieces)
      OR (reservation.status = 'RELEASED' AND gift_order.id IS NOT NULL)`,
  'pieces in backpacks are not what was granted, less what was used, expired or taken back': `
    SELECT sum(granted) AS granted, sum(pieces_left + used + expired + taken_back) AS found FROM backpack_lot
    HAVING sum(granted) <> sum(pieces_left + used + expired + taken_back)`,
};
