import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BenchOptions, type Figures, type Form, formatTable } from '../support/bench.ts';
import { plotSvg } from '../support/plot.ts';
import { keepSending } from './load.ts';
import { checkSums, meterCpu, openTill, type Till } from './till.ts';
import { createWorkload } from './workload.ts';
import { openWorld, viewerId, type World } from './world.ts';

const WALLETS = [1_000, 10_000, 100_000, 1_000_000, 10_000_000] as const;
const SENDERS = [1, 10, 100, 1_000, 10_000, 100_000] as const;
/** Gifts under way while the number of wallets is swept. */
const OUTSTANDING = 2_000;
/** One sender has at most this many under way: the lane gives nobody more of its queue. */
const PER_SENDER_MAX = 500;
const WARM_UP_SECONDS = 1;
/** The most that the column holds. */
const ORDERS_NO_LIMIT = 2_147_483_647;
const SEED = 7;
const PLOT = fileURLToPath(new URL('../results/gifts-sweep.svg', import.meta.url));

export const sweep: Form = {
  name: 'gifts-sweep',
  about: 'cost per gift from 10³ to 10⁷ wallets and from 1 to 10⁵ simultaneous senders, with a plot in bench/results',
  run: async (options) => {
    const world = await openWorld(options.dataDir, options.say, WALLETS[0]);
    const till = openTill(world);
    try {
      return await measure(world, till, options);
    } finally {
      await till.close();
      await world.close();
    }
  },
  table: (figures) =>
    formatTable([
      ...rowsOf(figures['microsByWallets'], 'wallets'),
      ...rowsOf(figures['microsBySenders'], 'simultaneous senders'),
      ['dearest to cheapest, by wallets', `${figures['walletsRatio']}`],
      ['coins made or lost', `${figures['conservationDrift']}`],
    ]),
};

const rowsOf = (figure: Figures[string] | undefined, what: string): (readonly [string, string])[] =>
  Object.entries(typeof figure === 'object' ? figure : {}).map(([count, micros]) => [
    `${Number(count).toLocaleString('en')} ${what}`,
    `${micros} µs CPU per gift`,
  ]);

const measure = async (world: World, till: Till, { seconds, say }: BenchOptions): Promise<Figures> => {
  // One sender sends as fast as they can: how fast anybody may is still looked at, and never reached.
  await world.database.query({ text: `/* sweep */ UPDATE trading_policy SET velocity_orders_max = ${ORDERS_NO_LIMIT}` });
  const microsBySenders: Record<string, number> = {};
  const microsByWallets: Record<string, number> = {};
  for (const wallets of WALLETS) {
    say(`${wallets} wallets`);
    await world.growTo(wallets);
    const nextGift = createWorkload(SEED + wallets, wallets);
    microsByWallets[wallets] = await cost(world, till, OUTSTANDING, seconds, nextGift);
    if (wallets !== 100_000) continue;
    for (const senders of SENDERS) {
      say(`${senders} senders at a time`);
      const anyGift = createWorkload(SEED + senders, wallets);
      const callers = Math.max(senders, Math.min(OUTSTANDING, senders * PER_SENDER_MAX));
      microsBySenders[senders] = await cost(world, till, callers, seconds, (caller) => ({
        ...anyGift(),
        senderId: viewerId(caller % senders),
      }));
    }
  }
  await draw(microsByWallets, microsBySenders);
  const byWallets = Object.values(microsByWallets);
  return {
    microsByWallets,
    microsBySenders,
    walletsRatio: Number((Math.max(...byWallets) / Math.min(...byWallets)).toFixed(2)),
    conservationDrift: await checkSums(world.database),
  };
};

/** CPU microseconds per gift, Node and PostgreSQL, credits included. */
const cost = async (
  world: World,
  till: Till,
  callers: number,
  seconds: number,
  nextGift: Parameters<typeof keepSending>[3],
): Promise<number> => {
  await keepSending(till.lane, callers, WARM_UP_SECONDS, nextGift);
  await till.settled();
  const cpu = meterCpu(world);
  const { accepted } = await keepSending(till.lane, callers, seconds, nextGift);
  await till.settled();
  return cpu(accepted).both;
};

const draw = async (byWallets: Readonly<Record<string, number>>, bySenders: Readonly<Record<string, number>>): Promise<void> => {
  const points = (figures: Readonly<Record<string, number>>) => Object.entries(figures).map(([x, y]) => ({ x: Number(x), y }));
  const lines = [
    { name: 'wallets (2,000 gifts under way)', points: points(byWallets) },
    { name: 'simultaneous senders (10⁵ wallets)', points: points(bySenders) },
  ];
  await mkdir(dirname(PLOT), { recursive: true });
  await writeFile(PLOT, plotSvg({ title: 'What a gift costs', x: 'how many', y: 'CPU per gift, µs', lines }));
};
