import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';
import type { IdentityKey } from '#platform/config/parsers.ts';
import { randomIdentityKey } from '#platform/identity/keys.ts';
import { SLOT_COUNT } from '#platform/redis/slot.ts';
import { afterFile } from './cleanups.ts';
import { redisServerOnPath } from './forms.ts';
import { aFreePort } from './free-port.ts';
import { eventually } from './platform.ts';

/** A real redis-server on loopback, which may be killed and started again. Ended after the test file. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Sends one command, as an operator would. */
  command(...args: string[]): Promise<unknown>;
  /** `kill -9`; resolves when it is dead. */
  kill(): Promise<void>;
  /** Stops answering without closing its connections. */
  freeze(): void;
  thaw(): void;
  /** Starts it again on the same port, empty. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Forms of Redis that suites loop over; empty where there is no redis-server (`npm test` says so, and refuses under CI=true). */
export const redisForms: readonly ('standalone' | 'cluster')[] = redisServerOnPath ? ['standalone', 'cluster'] : [];

/** What buses of one test file seal their messages with. */
export const BUS_KEYS: readonly IdentityKey[] = [randomIdentityKey()];

/** For stores of tests that are about what Redis answers, not about how long a busy machine takes to ask it. */
export const PATIENT_STORE = { timeoutMs: 20_000 };

const START_DEADLINE_MS = 30_000;
const CLUSTER_DEADLINE_MS = 30_000;
const CLUSTER_MASTERS = 3;
/** Redis Cluster's bus listens at the port plus this. */
const CLUSTER_BUS_OFFSET = 10_000;

/** A standalone server. */
export const aRedis = async (): Promise<RedisServer> => startServer(await aFreePort(), []);

/** A cluster of three masters without replicas. */
export const aRedisCluster = async (): Promise<readonly RedisServer[]> => {
  const servers: RedisServer[] = [];
  for (let index = 0; index < CLUSTER_MASTERS; index += 1)
    servers.push(await startServer(await aFreePort(CLUSTER_BUS_OFFSET), ['--cluster-enabled', 'yes']));
  const share = Math.ceil(SLOT_COUNT / servers.length);
  for (const [index, server] of servers.entries()) {
    await server.command('CLUSTER', 'ADDSLOTSRANGE', String(index * share), String(Math.min(SLOT_COUNT, (index + 1) * share) - 1));
    for (const other of servers) if (other !== server) await server.command('CLUSTER', 'MEET', '127.0.0.1', String(other.port));
  }
  const agreed = async (server: RedisServer): Promise<boolean> => {
    const info = String(await server.command('CLUSTER', 'INFO'));
    return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${servers.length}`);
  };
  await eventually('the nodes agree', async () => (await Promise.all(servers.map(agreed))).every((each) => each), CLUSTER_DEADLINE_MS);
  return servers;
};

const startServer = async (port: number, args: readonly string[]): Promise<RedisServer> => {
  const folder = await mkdtemp(join(tmpdir(), 'fanfare-redis-'));
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;
  const kill = async (): Promise<void> => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  const server: RedisServer = {
    url,
    port,
    command: (...command) => runCommand(url, command),
    kill,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    start: async () => {
      child = spawn(
        'redis-server',
        [
          '--port',
          String(port),
          '--bind',
          '127.0.0.1',
          '--save',
          '',
          '--appendonly',
          'no',
          '--dir',
          folder,
          '--loglevel',
          'warning',
          ...args,
        ],
        {
          stdio: 'ignore',
        },
      );
      await eventually('redis-server answers', async () => (await runCommand(url, ['PING'])) === 'PONG', START_DEADLINE_MS);
    },
    close: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
  afterFile(() => server.close());
  await server.start();
  return server;
};

const runCommand = async (url: string, command: readonly string[]): Promise<unknown> => {
  const client = createClient({ url, socket: { reconnectStrategy: false, connectTimeout: 1_000 } });
  const failed = once(client, 'error').then(([error]) => Promise.reject(error as Error));
  failed.catch(() => undefined); // connect() and sendCommand() report it
  await client.connect();
  try {
    return await client.sendCommand([...command]);
  } finally {
    client.destroy();
  }
};
