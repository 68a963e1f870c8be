import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Config, loadConfig } from '#platform/config/config.ts';
import { openRuntime } from '#platform/subgraph/runtime.ts';
import type { Runtime } from '#platform/subgraph/subgraph.ts';
import { SUBGRAPH_NAMES } from '#platform/subgraph/transport.ts';
import { COMMITTED_SUPERGRAPH, startGateway } from '../gateway/server.ts';
import { type Preloaded, preloadSupergraph } from '../gateway/supergraph/preload.ts';
import { seed } from '../prisma/seed.ts';
import { startMessaging } from '../subgraphs/messaging/server.ts';
import { startMonitoring } from '../subgraphs/monitoring/server.ts';
import { startStreaming } from '../subgraphs/streaming/server.ts';
import { startTrading } from '../subgraphs/trading/server.ts';
import { openDatabases } from './databases.ts';
import { type Closing, createClosing, listenForStop, untilStopped } from './lifecycle.ts';
import { openObjects } from './objects.ts';
import { helpText, readStartOptions, type StartOptions } from './options.ts';
import { requirePortFree } from './port.ts';
import { openProcessList } from './process-list.ts';
import { QUIET_LEVEL, runCommand, say } from './report.ts';
import { untilRoomsOpen } from './rooms.ts';
import { endProcess } from './supervisor.ts';

/** Everything in one process, on an embedded PostgreSQL, with the bus and the store in memory. */
const main = async (options: StartOptions): Promise<void> => {
  const stop = listenForStop();
  await requirePortFree(options.port, options.dataFolder, stop);
  const closing = createClosing(stop);
  try {
    // Read while PostgreSQL starts.
    const supergraph = preloadSupergraph(process.env['SUPERGRAPH_FILE'] || COMMITTED_SUPERGRAPH);
    closing.add('the planning thread', () => supergraph.close());
    const databases = await openDatabases(options, process.env['DATABASE_URL'], closing);
    const objects = await openObjects(options, closing);
    const config = loadConfig(
      {
        LOG_LEVEL: QUIET_LEVEL,
        ...process.env,
        ...objects,
        DATABASE_URL: databases.url,
        TRADING_DATABASES: '',
        DATA_DIR: options.dataFolder,
        GATEWAY_PORT: String(options.port),
      },
      ['--dev'],
    );
    const url = await openPlatform(config, closing, supergraph);
    const processes = openProcessList(options.dataFolder);
    await processes.write({
      starter: process.pid,
      pids: { everything: process.pid, ...(databases.pid === null ? {} : { postgres: databases.pid }) },
      urls: { gateway: url },
      databaseUrls: databases.databaseUrls,
    });
    closing.add('the list of processes', () => processes.remove());
    if (!(await untilRoomsOpen(url, stop)) && !stop.aborted) say('Not every room is open yet; the others follow.');
    if (options.demo) startDemo(url, closing);
    stop.throwIfAborted();
    // performance.now() counts from the beginning of this process.
    say(
      `Fanfare is ready at ${url} (${(performance.now() / 1_000).toFixed(1)} s). Playground: ${url}/playground, status: ${url}/status. Ctrl-C stops it.`,
    );
    await untilStopped(stop);
  } finally {
    await closing.close();
  }
};

/** Opens the runtime, the four subgraphs and the gateway in front of them. Returns the gateway's origin. */
async function openPlatform(config: Config, closing: Closing, preloaded: Preloaded): Promise<string> {
  const runtime: Runtime = await openRuntime(config);
  closing.add('the runtime', () => runtime.close());
  await seed(runtime);
  // Streaming first: trading and messaging follow its feeds.
  for (const start of [startStreaming, startTrading, startMessaging, startMonitoring]) {
    const subgraph = await start(runtime);
    closing.add(subgraph.name, () => subgraph.close());
  }
  const gateway = await startGateway({ config, runtime, transports: SUBGRAPH_NAMES.map((name) => runtime.transport(name)), preloaded });
  closing.add('the gateway', () => gateway.close());
  return gateway.url;
}

/** The demo's people, in a process of their own: they are clients like any other. */
function startDemo(url: string, closing: Closing): void {
  const demo = fork(fileURLToPath(new URL('demo/simulator.ts', import.meta.url)), ['--url', url]);
  demo.once('exit', (code) => {
    if (code !== 0 && code !== null) say(`The demo activity ended with exit code ${code}; the platform goes on without it.`);
  });
  closing.add('the demo', () => endProcess(demo));
}

const HELP = helpText('npm start', 'Runs the whole of Fanfare in one process, on embedded parts, with demo streams and activity.');
await runCommand(() => readStartOptions(process.argv.slice(2), process.env), HELP, main);
