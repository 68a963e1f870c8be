import { fileURLToPath } from 'node:url';
import { type BenchOptions, type Figures, type Form, formatTable } from '../support/bench.ts';
import { type Child, type Measured, startChild } from '../support/child.ts';
import { cpuSecondsOf } from '../support/cpu.ts';
import type { GraphAnswers, GraphClientCommands } from './graphClient.ts';
import type { GraphServer, GraphServerCommands } from './graphServer.ts';
import { keepSending } from './load.ts';
import { checkBooks, countOrders, meterCpu, openTill } from './till.ts';
import { createWorkload } from './workload.ts';
import { openWorld, WALLETS, type World } from './world.ts';

const WARM_UP_SECONDS = 3;
/** As many gifts as the client has under way: what the lane costs depends on how many travel together. */
const OUTSTANDING = 256;
const SEED = 11;

type Server = Child<GraphServerCommands> & Measured;

export const graph: Form = {
  name: 'gifts-graph',
  about: 'gifts as a client sends them, through the gateway from another process: trading in process and over HTTP',
  run: async (options) => {
    const world = await openWorld(options.dataDir, options.say);
    try {
      return await measure(world, options);
    } finally {
      await world.close();
    }
  },
  table: (figures) => {
    const share = figures['share'];
    const shares = Object.entries(typeof share === 'object' ? share : {}).map(([part, of]) => `${part} ${Math.round(of * 100)} %`);
    return formatTable([
      ['gateway and trading in one process', `${figures['inProcessPerSecond']} gifts per second`],
      ['the same over HTTP between them', `${figures['httpPerSecond']} gifts per second`],
      ['CPU per gift in one process, without the client', `${figures['cpuMicrosPerGift']} µs`],
      ['of that over HTTP', shares.join(', ')],
      ['p50, p99 in one process, HTTP', `${figures['p50Ms']}, ${figures['p99Ms']} ms`],
      ['coins made or lost', `${figures['conservationDrift']}`],
    ]);
  },
  tableOnly: ['p50Ms', 'p99Ms'],
};

const measure = async (world: World, options: BenchOptions): Promise<Figures> => {
  const { say, seconds } = options;
  say('gateway and trading in one process');
  const both = startServer();
  const inProcess = await measureForm(world, options, [both], () => openServer(both, world, options, 'both'));
  await both.stop();

  say('gateway and trading in a process each');
  const [trading, gateway] = [startServer(), startServer()];
  const http = await measureForm(world, options, [gateway, trading], async () =>
    openServer(gateway, world, options, 'gateway', await openServer(trading, world, options, 'trading')),
  );
  await Promise.all([gateway.stop(), trading.stop()]);

  say(`the lane alone for ${seconds} s`);
  const lane = await laneMicros(world, seconds);
  const [gatewayMicros = 0, tradingMicros = 0] = http.serverMicros;
  const whole = gatewayMicros + tradingMicros + http.postgresMicros;
  const shareOf = (micros: number): number => Number((Math.max(0, micros) / whole).toFixed(3));
  say('checking the books');
  return {
    inProcessPerSecond: Math.round(inProcess.perSecond),
    httpPerSecond: Math.round(http.perSecond),
    cpuMicrosPerGift: Math.round((inProcess.serverMicros[0] ?? 0) + inProcess.postgresMicros),
    share: {
      gateway: shareOf(gatewayMicros),
      subgraph: shareOf(tradingMicros - lane),
      lane: shareOf(lane),
      postgres: shareOf(http.postgresMicros),
    },
    p50Ms: Number(inProcess.answers.p50Ms.toFixed(1)),
    p99Ms: Number(inProcess.answers.p99Ms.toFixed(1)),
    conservationDrift: await checkBooks(world.database),
  };
};

const startServer = (): Server => startChild<GraphServerCommands>(fileURLToPath(new URL('graphServer.ts', import.meta.url)));

const openServer = (
  server: Server,
  world: World,
  { dataDir }: BenchOptions,
  serves: GraphServer['serves'],
  tradingUrl = '',
): Promise<string> => server.ask('open', { serves, databaseUrl: world.databaseUrl, dataDir, tradingUrl });

interface Measures {
  readonly perSecond: number;
  /** CPU microseconds per gift, of each server. */
  readonly serverMicros: readonly number[];
  readonly postgresMicros: number;
  readonly answers: GraphAnswers;
}

const measureForm = async (
  world: World,
  { dataDir, seconds }: BenchOptions,
  servers: readonly Server[],
  open: () => Promise<string>,
): Promise<Measures> => {
  const client = startChild<GraphClientCommands>(fileURLToPath(new URL('graphClient.ts', import.meta.url)));
  try {
    const url = await open();
    await client.ask('send', { url, dataDir, seconds: WARM_UP_SECONDS, seed: SEED });
    const used = async (): Promise<readonly number[]> => [
      ...(await Promise.all(servers.map((server) => server.cpuSeconds()))),
      cpuSecondsOf(world.postgres.pid),
    ];
    const [before, ordersBefore] = [await used(), await countOrders(world.database)];
    const answers = await client.ask('send', { url, dataDir, seconds, seed: SEED + 1 });
    const [after, orders] = [await used(), (await countOrders(world.database)) - ordersBefore];
    const micros = after.map((cpu, index) => ((cpu - (before[index] ?? 0)) * 1e6) / orders);
    return {
      perSecond: orders / (answers.elapsedMs / 1_000),
      serverMicros: micros.slice(0, -1),
      postgresMicros: micros.at(-1) ?? 0,
      answers,
    };
  } finally {
    await client.stop();
  }
};

/** CPU microseconds of Node per gift for the lane and the credit consumer alone, with as many gifts under way. */
const laneMicros = async (world: World, seconds: number): Promise<number> => {
  const till = openTill(world);
  try {
    const nextGift = createWorkload(SEED + 2, WALLETS);
    await keepSending(till.lane, OUTSTANDING, 1, nextGift);
    await till.settled();
    const cpu = meterCpu(world);
    const { accepted } = await keepSending(till.lane, OUTSTANDING, seconds, nextGift);
    await till.settled();
    return cpu(accepted).node;
  } finally {
    await till.close();
  }
};
