import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '#platform/config/config.ts';
import { openRuntime } from '#platform/subgraph/runtime.ts';
import { SUBGRAPH_NAMES, type SubgraphName } from '#platform/subgraph/transport.ts';
import { seed } from '../prisma/seed.ts';
import { openDatabases } from './databases.ts';
import { createClosing, listenForStop, untilStopped } from './lifecycle.ts';
import { openObjects } from './objects.ts';
import { helpText, readSplitOptions, type SplitOptions } from './options.ts';
import { HOST, requirePortFree } from './port.ts';
import { openProcessList } from './process-list.ts';
import { QUIET_LEVEL, runCommand, say } from './report.ts';
import { untilRoomsOpen } from './rooms.ts';
import { createSupervisor, type Program } from './supervisor.ts';

const REDIS = 'redis-server';
const projectRoot = fileURLToPath(new URL('..', import.meta.url));

/** Everything its own process, on PostgreSQL and Redis: the form in which Fanfare runs past one machine, tried out on one. */
const main = async (options: SplitOptions): Promise<void> => {
  const stop = listenForStop();
  await requirePortFree(options.port, options.dataFolder, stop);
  requireRedis();
  const closing = createClosing(stop);
  try {
    const databases = await openDatabases(options, process.env['DATABASE_URL'], closing);
    await seedOnce(databases.url);
    const objects = await openObjects(options, closing);
    const programs = await planPrograms(options, { ...objects, DATABASE_URL: databases.url });
    const urls = Object.fromEntries(programs.flat().map(({ name, url }) => [name, url]));
    await mkdir(options.dataFolder, { recursive: true });
    const processes = openProcessList(options.dataFolder);
    const supervisor = createSupervisor({
      stop,
      say,
      onChange: (pids) => void processes.write({ starter: process.pid, pids, urls, databaseUrls: databases.databaseUrls }),
    });
    closing.add('the list of processes', () => processes.remove());
    closing.add('the processes', () => supervisor.close());
    for (const wave of programs) {
      await Promise.all(wave.map((program) => supervisor.start(program)));
      stop.throwIfAborted();
    }
    if (!(await untilRoomsOpen(urls['gateway'] ?? '', stop)) && !stop.aborted) say('Not every room is open yet; the others follow.');
    await processes.settled();
    say(
      `Fanfare is ready at ${urls['gateway']} (${programs.flat().length} processes, ${(performance.now() / 1_000).toFixed(1)} s). Ctrl-C stops them all; LOG_LEVEL=info shows what they do.`,
    );
    await untilStopped(stop);
  } finally {
    await closing.close();
  }
};

/** Throws one sentence where no Redis is given and none can be started. */
function requireRedis(): void {
  if (givenRedis() !== undefined || findOnPath(REDIS) !== null) return;
  throw new Error(`${REDIS} is not on PATH: install it (Debian: apt-get install redis-server), or set REDIS_URL to a Redis that runs.`);
}

/** An empty REDIS_URL is none. */
function givenRedis(): string | undefined {
  return process.env['REDIS_URL'] || undefined;
}

function findOnPath(command: string): string | null {
  return (
    (process.env['PATH'] ?? '')
      .split(delimiter)
      .map((folder) => join(folder, command))
      .find((path) => existsSync(path)) ?? null
  );
}

/** Seeds the databases before anything runs on them. */
async function seedOnce(databaseUrl: string): Promise<void> {
  const runtime = await openRuntime(
    loadConfig({ ...process.env, DATABASE_URL: databaseUrl, TRADING_DATABASES: '', REDIS_URL: '' }, ['--dev']),
  );
  await seed(runtime);
  await runtime.close();
}

/** Who needs nobody, or only those before, comes first: a first start has nothing to warn of. */
const SUBGRAPH_WAVES: readonly (readonly SubgraphName[])[] = [['streaming', 'monitoring'], ['trading'], ['messaging']];

/** What to start, wave after wave, each on a port of its own that it keeps over restarts. */
async function planPrograms(options: SplitOptions, parts: Readonly<Record<string, string>>): Promise<readonly (readonly Program[])[]> {
  const names = SUBGRAPH_NAMES.flatMap((subgraph) =>
    Array.from({ length: options.replicas }, (_, index) => ({ subgraph, name: index === 0 ? subgraph : `${subgraph}-${index + 1}` })),
  );
  const ports = await freePorts(names.length + options.gateways + 1);
  const [redisPort = 0, ...others] = ports;
  const [gatewayPorts, subgraphPorts] = [others.slice(0, options.gateways), others.slice(options.gateways)];
  const redisUrl = givenRedis() ?? `redis://${HOST}:${redisPort}`;
  const placed = names.map((each, index) => ({ ...each, port: subgraphPorts[index] ?? 0 }));
  const urlOf = (subgraph: SubgraphName, replica = 0): string =>
    `http://${HOST}:${placed.filter((each) => each.subgraph === subgraph)[replica % options.replicas]?.port}`;
  const env = {
    LOG_LEVEL: process.env['LOG_LEVEL'] || QUIET_LEVEL,
    ...parts,
    TRADING_DATABASES: '',
    REDIS_URL: redisUrl,
    DATA_DIR: options.dataFolder,
    IDENTITY_KEYS: `split:${randomBytes(32).toString('base64')}`,
    ...Object.fromEntries(SUBGRAPH_NAMES.map((name) => [`${name.toUpperCase()}_URL`, urlOf(name)])),
  };
  const node = (name: string, file: string, port: number, more: Readonly<Record<string, string>> = {}): Program => {
    const url = `http://${HOST}:${port}`;
    return {
      name,
      command: process.execPath,
      args: [join(projectRoot, file), '--port', String(port), '--dev'],
      env: { ...env, ...more },
      url,
      hearsUs: true,
      checkReady: () => checkHealth(url),
    };
  };
  // Each asks another replica, so that no process is there for show.
  const gateways = gatewayPorts.map((free, index) => {
    const urls = Object.fromEntries(SUBGRAPH_NAMES.map((subgraph) => [`${subgraph.toUpperCase()}_URL`, urlOf(subgraph, index)]));
    const port = index > 0 || options.port === 0 ? free : options.port;
    return node(index === 0 ? 'gateway' : `gateway-${index + 1}`, 'gateway/server.ts', port, urls);
  });
  return [
    ...(givenRedis() === undefined ? [[redis(redisPort, options.dataFolder)]] : []),
    ...SUBGRAPH_WAVES.map((wave) =>
      placed
        .filter(({ subgraph }) => wave.includes(subgraph))
        .map(({ name, subgraph, port }) => node(name, `subgraphs/${subgraph}/server.ts`, port)),
    ),
    gateways,
    ...(options.demo ? [[demo(gateways[0]?.url ?? '')]] : []),
  ];
}

function demo(url: string): Program {
  return {
    name: 'demo',
    command: process.execPath,
    args: [join(projectRoot, 'start/demo/simulator.ts'), '--url', url],
    env: {},
    url,
    hearsUs: true,
    checkReady: () => Promise.resolve(),
  };
}

/** Hints and rate limits only: nothing is saved. What it has to say is in redis.log in the data folder. */
function redis(port: number, folder: string): Program {
  return {
    name: 'redis',
    command: REDIS,
    args: ['--port', String(port), '--bind', HOST, '--save', '', '--appendonly', 'no', '--dir', folder, '--logfile', 'redis.log'],
    env: {},
    url: `redis://${HOST}:${port}`,
    hearsUs: false,
    checkReady: () =>
      new Promise((resolve, reject) => {
        const socket = connect(port, HOST, () => {
          socket.destroy();
          resolve();
        });
        socket.once('error', reject);
      }),
  };
}

async function checkHealth(url: string): Promise<void> {
  const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(await response.text());
}

/** Ports that nobody listens on now. All are held until the last is known, so that they differ. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listenAnywhere()));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function listenAnywhere(): Promise<ReturnType<typeof createServer>> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, HOST, () => resolve(server));
  });
}

const HELP = helpText(
  'npm run start:split',
  'Runs every subgraph and the gateway as its own process, on DATABASE_URL (else the embedded PostgreSQL) and REDIS_URL (else redis-server from PATH).',
  '  --replicas N  processes of each subgraph (default 1)\n  --gateways N  gateways; each asks another replica (default 1)\n',
);
await runCommand(() => readSplitOptions(process.argv.slice(2), process.env), HELP, main);
