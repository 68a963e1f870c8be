import { type Bench, type BenchOptions, type Figures, formatTable, percentile } from '../support/bench.ts';
import { tableBytes } from '../support/database.ts';
import { openLoop } from '../support/load.ts';
import { burst } from './burst.ts';
import { graph } from './graph.ts';
import { keepSending } from './load.ts';
import { measureNaive } from './naive.ts';
import { measurePrisma } from './prisma.ts';
import { watchSettlement } from './settlement.ts';
import { sweep } from './sweep.ts';
import { checkBooks, meterCpu, openTill } from './till.ts';
import { createWorkload } from './workload.ts';
import { openWorld, WALLETS, type World } from './world.ts';

/** Gifts that wait for an answer while throughput is measured: about two batches, so that the next one is always full. */
const OUTSTANDING = 2_000;
const OPEN_LOOP_PER_SECOND = 2_000;
const WARM_UP_SECONDS = 2;
const SEED = 20_261_122;

export const gifts: Bench = {
  about: 'gifts through the lane: throughput, latency, CPU, storage, against one transaction per gift (plain SQL, Prisma)',
  forms: { graph, burst, sweep },
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
      ['one interactive transaction of Prisma per gift', `${figures['prismaGiftsPerSecond']} gifts per second`],
      ['speed-up over one transaction per gift', `${figures['speedup']} times`],
      [
        `p50, p99 at ${OPEN_LOOP_PER_SECOND} per second, open loop`,
        `${figures['p50MsAt2000PerSecond']}, ${figures['p99MsAt2000PerSecond']} ms`,
      ],
      ['CPU per gift, Node and PostgreSQL, credit included', `${figures['cpuMicrosPerGift']} µs`],
      ['tables and indexes per gift', `${figures['bytesPerGift']} bytes`],
      ['credited after the decision, p99', `${figures['settlementLagP99Ms']} ms`],
      ['all receivers credited after the last answer', `${figures['settledWithinMs']} ms`],
      ['coins made or lost', `${figures['conservationDrift']}`],
    ]),
};

const measure = async (world: World, { seconds, say }: BenchOptions): Promise<Figures> => {
  const settlement = watchSettlement(world.database);
  const till = openTill(world, settlement.database);
  const nextGift = createWorkload(SEED, WALLETS);
  try {
    say(`warming up for ${WARM_UP_SECONDS} s`);
    await keepSending(till.lane, OUTSTANDING, WARM_UP_SECONDS, nextGift);
    await till.settled();

    say(`throughput for ${seconds} s`);
    const [since, bytesBefore, cpu] = [new Date(), await tableBytes(world.database), meterCpu(world)];
    const { accepted, elapsedMs } = await keepSending(till.lane, OUTSTANDING, seconds, nextGift);
    const answeredMs = performance.now();
    await till.settled();
    const settledWithinMs = performance.now() - answeredMs;
    const used = cpu(accepted);
    const bytes = ((await tableBytes(world.database)) - bytesBefore) / accepted;
    say(`CPU per gift: Node ${used.node} µs, PostgreSQL ${used.postgres} µs`);

    say(`latency at ${OPEN_LOOP_PER_SECOND} per second for ${seconds} s`);
    const latenciesMs = await openLoop(till.lane, OPEN_LOOP_PER_SECOND, seconds, nextGift);
    await till.settled();
    const lagsMs = await settlement.lagsMs(since);

    say(`one transaction per gift for ${seconds} s, then as long by Prisma`);
    const twin = await world.openTwin();
    const [naivePerSecond, prismaPerSecond] = await measurePeers(
      () => measureNaive(twin, nextGift, seconds),
      () => measurePrisma(twin, nextGift, seconds),
    ).finally(() => twin.close());

    say('checking the books');
    const drift = await checkBooks(world.database);
    const perSecond = accepted / (elapsedMs / 1_000);
    return {
      giftsPerSecond: Math.round(perSecond),
      naiveGiftsPerSecond: Math.round(naivePerSecond),
      prismaGiftsPerSecond: Math.round(prismaPerSecond),
      speedup: Number((perSecond / naivePerSecond).toFixed(1)),
      p50MsAt2000PerSecond: Number(percentile(latenciesMs, 0.5).toFixed(1)),
      p99MsAt2000PerSecond: Number(percentile(latenciesMs, 0.99).toFixed(1)),
      cpuMicrosPerGift: used.both,
      bytesPerGift: Math.round(bytes),
      settlementLagP99Ms: Math.round(percentile(lagsMs, 0.99)),
      settledWithinMs: Math.round(settledWithinMs),
      conservationDrift: drift,
    };
  } finally {
    await till.close();
  }
};

const measurePeers = async (naive: () => Promise<number>, prisma: () => Promise<number>): Promise<readonly [number, number]> => {
  const naivePerSecond = await naive();
  return [naivePerSecond, await prisma()];
};
