import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { migrate } from '#platform/database/migrate.ts';
import { openDatabase } from '#platform/database/open.ts';
import { newId } from '#platform/ids.ts';
import type { GiftOutcome } from '../../subgraphs/trading/data/giftBatchState.ts';
import { seedCatalogue } from '../../subgraphs/trading/data/seed.ts';
import { applyStreamNews } from '../../subgraphs/trading/data/streams.ts';
import type { GiftCommand } from '../../subgraphs/trading/domain/gift.ts';
import { fundWallets } from '../support/fund-wallets.ts';
import { aGiftWorld } from '../support/gift-world.ts';
import { coinsUnderWay, conservationDrift } from '../support/ledger.ts';
import { aPostgres } from '../support/postgres.ts';
import { aTelemetry } from '../support/telemetry.ts';

const GIFTS = 3_000;
const SENDERS = 40;
const WAVE = 50;
/** The server is killed before these waves. */
const KILLED_BEFORE: readonly number[] = [20, 40];
const ROUNDS_MAX = 100;
const CAUGHT_UP_DEADLINE_MS = 30_000;

test('kill -9 of PostgreSQL in the middle of gifts, twice: every acknowledged order is there once, every other one is settled by its retry', async () => {
  const postgres = await aPostgres();
  const url = postgres.urlOf('fanfare_trading');
  await migrate('trading', url);
  const database = await openDatabase({ name: 'trading', url, telemetry: aTelemetry('trading'), poolMax: 2 });
  await seedCatalogue(database);
  const stream = { id: newId(), streamerId: 'streamer', status: 'LIVE' as const, version: 1 };
  await database.transaction('setStream', (tx) => applyStreamNews(tx, [stream], new Date()));
  const senders = Array.from({ length: SENDERS }, (_, index) => `sender-${index}`);
  await fundWallets(database, senders, 1_000n);
  await database.close();

  const world = await aGiftWorld(url);
  const credits = world.startCredits();
  const orderIds = new Map<string, string>();
  const open = new Set<GiftCommand>();
  const send = async (command: GiftCommand): Promise<void> => {
    const outcome = await world.lane.submit(command).catch((): GiftOutcome | null => null);
    if (outcome === null) {
      open.add(command);
      return;
    }
    open.delete(command);
    if (!outcome.ok) throw new Error(`${command.idempotencyKey} was refused: ${outcome.error.code}`);
    const known = orderIds.get(command.idempotencyKey) ?? outcome.order.id;
    orderIds.set(command.idempotencyKey, known);
    if (known !== outcome.order.id) throw new Error(`${command.idempotencyKey} became two orders: ${known} and ${outcome.order.id}`);
  };
  const sent: Promise<void>[] = [];
  const underWay: number[] = [];
  for (let wave = 0; wave < GIFTS / WAVE; wave += 1) {
    if (KILLED_BEFORE.includes(wave)) {
      underWay.push(world.lane.queued);
      postgres.kill();
    }
    // The gifts in between meet a server that is away, or one that recovers.
    if (KILLED_BEFORE.includes(wave - 3)) await postgres.restart();
    for (let index = 0; index < WAVE; index += 1) {
      const number = wave * WAVE + index;
      const senderId = senders[number % SENDERS] ?? '';
      sent.push(send({ senderId, streamId: stream.id, giftId: 'rose', quantity: 1, idempotencyKey: `key-${number}` }));
    }
    await nextTurn();
  }
  await Promise.all(sent);
  for (let round = 0; open.size > 0; round += 1) {
    if (round === ROUNDS_MAX) throw new Error(`${open.size} gifts still have no answer after ${ROUNDS_MAX} rounds`);
    await Promise.all([...open].map(send));
  }
  await credits.caughtUp(AbortSignal.timeout(CAUGHT_UP_DEADLINE_MS));
  expect(orderIds.size).toBe(GIFTS);
  expect(new Set(orderIds.values()).size).toBe(GIFTS);
  const [row] = await world.sql<{ orders: bigint; coins: bigint }>(
    '/* orders */ SELECT count(*) AS orders, sum(coins)::bigint AS coins FROM gift_order',
  );
  expect(row).toEqual({ orders: BigInt(GIFTS), coins: BigInt(GIFTS) });
  expect(await world.faults()).toEqual([]);
  expect([await conservationDrift(world.sql), await coinsUnderWay(world.sql)]).toEqual([0n, 0n]);
  await world.close();
  // It was killed while gifts waited for it.
  expect(Math.min(...underWay)).toBeGreaterThan(0);
});
