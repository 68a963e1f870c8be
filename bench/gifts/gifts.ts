import { startCreditConsumer } from '../../subgraphs/trading/data/credits.ts';
import type { GiftOutcome } from '../../subgraphs/trading/data/giftBatchState.ts';
import { type GiftLane, openGiftLane } from '../../subgraphs/trading/data/giftLane.ts';
import { createWalletHints } from '../../subgraphs/trading/data/walletHints.ts';
import type { GiftCommand } from '../../subgraphs/trading/domain/gift.ts';
import { coinsUnderWay, conservationDrift, ledgerFaults, type Sql } from '../../tests/support/ledger.ts';
import { type Bench, type BenchOptions, type Figures, formatTable, percentile } from '../support/bench.ts';
import { cpuSeconds } from '../support/cpu.ts';
import { measureNaive } from './naive.ts';
import { createWorkload } from './workload.ts';
import { openWorld, type World } from './world.ts';

/** Gifts that wait for an answer while throughput is measured: about two batches, so that the next one is always full. */
const OUTSTANDING = 2_000;
const OPEN_LOOP_PER_SECOND = 2_000;
/** One turn of the open loop's clock. */
const TICK_MS = 2;
const WARM_UP_SECONDS = 2;
const SETTLE_DEADLINE_MS = 60_000;
const SEED = 20_261_122;

export const gifts: Bench = {
  about: 'gifts through the lane: throughput, latency, CPU, against one transaction per gift',
  run: async (options) => {
    const world = await openWorld(options.dataDir, options.say);
    try {
      return await measure(world, options);
    } finally {
      await world.close();
    }
  },
  table: (figures) =>
    formatTable([
      ['gifts per second', `${figures['giftsPerSecond']}`],
      ['one transaction per gift', `${figures['naiveGiftsPerSecond']} gifts per second`],
      ['speed-up', `${figures['speedup']} times`],
      [`p99 at ${OPEN_LOOP_PER_SECOND} per second, open loop`, `${figures['p99MsAt2000PerSecond']} ms`],
      ['CPU per gift, Node and PostgreSQL, credit included', `${figures['cpuMicrosPerGift']} µs`],
      ['all receivers credited after the last answer', `${figures['settledWithinMs']} ms`],
      ['coins made or lost', `${figures['conservationDrift']}`],
    ]),
};

const measure = async (world: World, { seconds, say }: BenchOptions): Promise<Figures> => {
  const { database, feeds, telemetry } = world;
  const walletHints = createWalletHints(world.bus);
  const lane = openGiftLane({ database, feeds, telemetry, walletHints });
  const credits = startCreditConsumer({ database, source: feeds, telemetry, walletHints });
  const nextGift = createWorkload(SEED);
  try {
    say(`warming up for ${WARM_UP_SECONDS} s`);
    await closedLoop(lane, nextGift, WARM_UP_SECONDS);
    await credits.caughtUp(AbortSignal.timeout(SETTLE_DEADLINE_MS));

    say(`throughput for ${seconds} s`);
    const before = cpuSeconds(world.postgres.pid);
    const { accepted, elapsedMs } = await closedLoop(lane, nextGift, seconds);
    const answeredMs = performance.now();
    await credits.caughtUp(AbortSignal.timeout(SETTLE_DEADLINE_MS));
    const settledWithinMs = performance.now() - answeredMs;
    const after = cpuSeconds(world.postgres.pid);
    const cpu = after.node + after.postgres - before.node - before.postgres;
    say(
      `CPU per gift: Node ${micros(after.node - before.node, accepted)} µs, PostgreSQL ${micros(after.postgres - before.postgres, accepted)} µs`,
    );

    say(`latency at ${OPEN_LOOP_PER_SECOND} per second for ${seconds} s`);
    const p99Ms = percentile(await openLoop(lane, nextGift, seconds), 0.99);
    await credits.caughtUp(AbortSignal.timeout(SETTLE_DEADLINE_MS));

    say(`one transaction per gift for ${seconds} s`);
    const twin = await world.openTwin();
    const naivePerSecond = await measureNaive(twin, nextGift, seconds).finally(() => twin.close());

    say('checking the books');
    const drift = await checkBooks((text) => database.query({ text }));
    const perSecond = accepted / (elapsedMs / 1_000);
    return {
      giftsPerSecond: Math.round(perSecond),
      naiveGiftsPerSecond: Math.round(naivePerSecond),
      speedup: Number((perSecond / naivePerSecond).toFixed(1)),
      p99MsAt2000PerSecond: Number(p99Ms.toFixed(1)),
      cpuMicrosPerGift: micros(cpu, accepted),
      settledWithinMs: Math.round(settledWithinMs),
      conservationDrift: drift,
    };
  } finally {
    await lane.close();
    await credits.close();
  }
};

const micros = (cpu: number, count: number): number => Math.round((cpu * 1e6) / Math.max(1, count));

const isNewOrder = (outcome: GiftOutcome): boolean => outcome.ok && !outcome.repeated;

/** Keeps OUTSTANDING gifts under way. Only accepted gifts count. */
const closedLoop = async (
  lane: GiftLane,
  nextGift: () => GiftCommand,
  seconds: number,
): Promise<{ readonly accepted: number; readonly elapsedMs: number }> => {
  const startMs = performance.now();
  const endMs = startMs + seconds * 1_000;
  let accepted = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() < endMs) if (isNewOrder(await lane.submit(nextGift()))) accepted += 1;
  };
  await Promise.all(Array.from({ length: OUTSTANDING }, caller));
  return { accepted, elapsedMs: performance.now() - startMs };
};

/** Sends at a fixed rate, whether answers come or not, and measures from the moment a gift was due: waiting counts. */
const openLoop = async (lane: GiftLane, nextGift: () => GiftCommand, seconds: number): Promise<readonly number[]> => {
  const latenciesMs: number[] = [];
  const underWay: Promise<void>[] = [];
  const startMs = performance.now();
  const total = seconds * OPEN_LOOP_PER_SECOND;
  const send = async (dueMs: number): Promise<void> => {
    await lane.submit(nextGift());
    latenciesMs.push(performance.now() - dueMs);
  };
  while (underWay.length < total) {
    const dueCount = Math.min(total, Math.floor(((performance.now() - startMs) / 1_000) * OPEN_LOOP_PER_SECOND));
    while (underWay.length < dueCount) underWay.push(send(startMs + (underWay.length / OPEN_LOOP_PER_SECOND) * 1_000));
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  await Promise.all(underWay);
  return latenciesMs;
};

/** Coins made or lost, which must be 0. Throws when anything else in the books is wrong. */
const checkBooks = async (sql: Sql): Promise<number> => {
  const faults = await ledgerFaults(sql);
  if (faults.length > 0) throw new Error(`the books are wrong:\n${faults.join('\n')}`);
  const underWay = await coinsUnderWay(sql);
  if (underWay !== 0n) throw new Error(`${underWay} coins are still under way after the last credit`);
  return Number(await conservationDrift(sql));
};
