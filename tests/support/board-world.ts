import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { createMemoryBus } from '#platform/bus/memory.ts';
import { ALL_SHARDS } from '#platform/config/shardMap.ts';
import type { Database } from '#platform/database/database.ts';
import { openDatabase } from '#platform/database/open.ts';
import { ensureEpoch } from '#platform/feed/epoch.ts';
import { newId } from '#platform/ids.ts';
import type { Boards } from '#platform/store/boards.ts';
import { BOARD_SHELVES } from '#platform/store/boards.ts';
import { type BoardFollower, startBoardFollower } from '../../subgraphs/trading/data/boardFollower.ts';
import { startCreditConsumer } from '../../subgraphs/trading/data/credits.ts';
import { openGiftLane } from '../../subgraphs/trading/data/giftLane.ts';
import { readGiftOrders } from '../../subgraphs/trading/data/giftOrders.ts';
import { toPartition } from '../../subgraphs/trading/data/openPartitions.ts';
import { type Partitions, partitionsOf } from '../../subgraphs/trading/data/partitions.ts';
import { openRefundLane } from '../../subgraphs/trading/data/refunds.ts';
import { seedCatalogue } from '../../subgraphs/trading/data/seed.ts';
import { applyStreamNews } from '../../subgraphs/trading/data/streams.ts';
import { withDeadline } from './deadline.ts';
import { fundWallets } from './fund-wallets.ts';
import { aDatabaseUrl } from './postgres.ts';
import { aTelemetry } from './telemetry.ts';

/** Gifts and what follows them onto the leaderboards, without the graph above. */
export interface BoardWorld {
  readonly databaseUrl: string;
  readonly database: Database;
  readonly partitions: Partitions;
  readonly senders: readonly string[];
  readonly streams: readonly { readonly streamId: string; readonly streamerId: string }[];
  /** Sends that many roses, each with a number of pieces, from and to whom `random` says. */
  send(gifts: number, random?: () => number): Promise<void>;
  /** Gives back so many of the orders, of which none may have been given back before. */
  refund(orders: number): Promise<void>;
  follow(boards: Boards): BoardFollower;
}

/** What a viewer does not notice, a test waits for again and again. */
const HASTE = { intervalMs: 10, standbyMs: 50, pauseMaxMs: 50 };
const COINS_EACH = 1_000_000n;

/** One with a few senders and streams. Closed after the test. */
export const aBoardWorld = async ({ senders: senderCount = 12, streams: streamCount = 5 } = {}): Promise<BoardWorld> => {
  const databaseUrl = await aDatabaseUrl('trading');
  const telemetry = aTelemetry('trading');
  const database = await openDatabase({ name: 'trading', url: databaseUrl, telemetry, poolMax: 6 });
  await ensureEpoch(database, telemetry.log);
  const bus = createMemoryBus();
  const partition = toPartition({ index: 0, shards: ALL_SHARDS, database }, { bus, telemetry });
  const partitions = partitionsOf([partition]);
  await seedCatalogue(database);
  const lane = openGiftLane({ database, feeds: partition.feeds, telemetry, walletHints: { publish: () => undefined } });
  const senders = Array.from({ length: senderCount }, () => `sender-${randomUUID()}`);
  // Some streamers have several streams.
  const streams = Array.from({ length: streamCount }, (_, index) => ({
    streamId: newId(),
    streamerId: `streamer-${index % 3}-${databaseUrl.slice(-6)}`,
  }));
  await fundWallets(database, senders, COINS_EACH);
  await database.transaction('streams', (tx) =>
    applyStreamNews(
      tx,
      streams.map(({ streamId, streamerId }) => ({ id: streamId, streamerId, status: 'LIVE', version: 1 })),
      new Date(),
    ),
  );
  onTestFinished(async () => {
    await lane.close();
    await partitions.close();
    await bus.close();
  });
  return {
    databaseUrl,
    database,
    partitions,
    senders,
    streams,
    send: async (gifts, random = Math.random) => {
      const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] ?? missing();
      const commands = Array.from({ length: gifts }, () => ({
        senderId: pick(senders),
        streamId: pick(streams).streamId,
        giftId: 'rose',
        quantity: 1 + Math.floor(random() * 20),
        idempotencyKey: randomUUID(),
      }));
      await Promise.all(commands.map((command) => lane.submit(command)));
    },
    refund: async (count) => {
      const hints = { publish: () => undefined };
      const feeds = partition.feeds;
      const credits = startCreditConsumer({ database, source: feeds, telemetry, walletHints: hints, orderHints: hints });
      const refunds = openRefundLane({ database, feeds, telemetry, walletHints: hints, orderHints: hints });
      try {
        await withDeadline(credits.caughtUp(), 'the gifts are not credited');
        const text =
          '/* refundable */ SELECT o.id FROM gift_order o WHERE NOT EXISTS (SELECT FROM gift_refund r WHERE r.order_id = o.id) ORDER BY o.id LIMIT $1';
        const rows = await database.query<{ readonly id: string }>({ text, values: [count] });
        const orders = await readGiftOrders(
          database,
          rows.map(({ id }) => id),
        );
        const wish = { operatorId: 'operator', reason: 'a test' };
        await Promise.all([...orders.values()].map((order) => refunds.submit({ ...wish, order, idempotencyKey: randomUUID() })));
      } finally {
        await refunds.close();
        await credits.close();
      }
    },
    follow: (boards) => {
      const follower = startBoardFollower({ boards, partitions, telemetry, hints: { publish: () => undefined }, pace: HASTE });
      onTestFinished(() => follower.close());
      return follower;
    },
  };
};

const missing = (): never => {
  throw new Error('there is nothing to pick from');
};

/** Resolves when all gifts so far are on the boards. */
export const caughtUp = (follower: BoardFollower, deadlineMs = 30_000): Promise<void> =>
  withDeadline(follower.caughtUp(), 'the leaderboards have not caught up', deadlineMs);

/** Every board and score that the store has, as text: `senders/all alice 12`. */
export const scoresIn = async (boards: Boards): Promise<readonly string[]> => {
  const scores: string[] = [];
  for (let shelf = 0; shelf < BOARD_SHELVES; shelf += 1) {
    const place = { shelf, staged: null };
    for (const board of await boards.list(place, { offset: 0, count: 1_000 })) {
      const entries = await boards.members(place, board, { offset: 0, count: 10_000 });
      scores.push(...entries.map(({ member, score }) => `${board} ${member} ${score}`));
    }
  }
  return scores.sort();
};

/** What the boards must say, by grouping the orders of these databases in SQL. */
export const scoresInOrders = async (...databases: readonly Database[]): Promise<readonly string[]> => {
  const sums = new Map<string, number>();
  for (const database of databases) {
    const rows = await database.query<{ readonly place: string; readonly coins: string }>({ text: SCORES_IN_ORDERS });
    for (const { place, coins } of rows) sums.set(place, (sums.get(place) ?? 0) + Number(coins));
  }
  return [...sums].map(([place, coins]) => `${place} ${coins}`).sort();
};

const SCORES_IN_ORDERS = `/* scoresInOrders */ WITH counted AS (
    SELECT o.*, (o.created_at AT TIME ZONE 'UTC') AS at FROM gift_order o
    WHERE NOT EXISTS (SELECT FROM gift_refund r WHERE r.order_id = o.id)
      AND NOT EXISTS (SELECT FROM gift_hold h WHERE h.order_id = o.id AND h.status <> 'POSTED')
  ), score AS (
    SELECT 'stream/' || stream_id || '/0' AS board, sender_id AS member, coins FROM counted
    UNION ALL SELECT 'senders/day/' || to_char(at, 'YYYY-MM-DD'), sender_id, coins FROM counted
    UNION ALL SELECT 'senders/week/' || to_char(date_trunc('week', at), 'YYYY-MM-DD'), sender_id, coins FROM counted
    UNION ALL SELECT 'senders/all', sender_id, coins FROM counted
    UNION ALL SELECT 'streamers/day/' || to_char(at, 'YYYY-MM-DD'), receiver_id, coins FROM counted
    UNION ALL SELECT 'streamers/week/' || to_char(date_trunc('week', at), 'YYYY-MM-DD'), receiver_id, coins FROM counted
    UNION ALL SELECT 'streamers/all', receiver_id, coins FROM counted
  )
  SELECT board || ' ' || member AS place, sum(coins)::text AS coins FROM score GROUP BY board, member`;
