import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, createCluster, DisconnectsClientError, type RedisClientOptions } from 'redis';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { nodeOptions, reconnectPauseMs, serverOptions, sharedOptions } from './options.ts';

/** How long a start waits for Redis before it goes on without: everything Redis does can be done without, only slower. */
const FIRST_CONNECT_WAIT_MS = 2_000;
/** When a node of a cluster does not come back so soon, another one may have taken over its slots. */
const TOPOLOGY_REFRESH_MS = 500;

/** Commands to Redis, standalone or cluster alike. */
export interface RedisCommands {
  readonly ready: boolean;
  /** Sends one command to the node of that key. Rejects at once while Redis cannot be reached. */
  send(key: string, args: readonly string[]): Promise<unknown>;
  /** The node that serves a slot, `host:port`; null while unknown. Standalone: one name for all. */
  nodeOf(slot: number): string | null;
  /** The options of a further connection to that node. */
  optionsOf(node: string): RedisClientOptions;
  close(): void;
}

/** Connects in the background, for ever; resolves when connected or after a short while without. One URL is a server, several are the nodes of a cluster. */
export const connectRedis = async (urls: readonly string[], telemetry: Telemetry, purpose: string): Promise<RedisCommands> => {
  const [url] = urls;
  if (url === undefined) throw new Error('no Redis URL: REDIS_URL is empty');
  const watch = connectionWatch(telemetry, purpose);
  const { commands, connected } = urls.length === 1 ? connectServer(url, watch) : connectCluster(urls, url, watch);
  const waited = new AbortController();
  await Promise.race([connected, sleep(FIRST_CONNECT_WAIT_MS, undefined, { signal: waited.signal, ref: false }).catch(() => undefined)]);
  waited.abort();
  return commands;
};

/** Told of every error and every return of a connection. */
export interface ConnectionWatch {
  readonly lost: (error: unknown) => void;
  readonly back: () => void;
}

/** Logs when a connection is lost and when it is back, and not every try in between. */
export const connectionWatch = (telemetry: Telemetry, purpose: string): ConnectionWatch => {
  let up = true;
  return {
    lost: (error) => {
      // We took it down ourselves; what was under way says so.
      if (error instanceof DisconnectsClientError) return;
      if (up) telemetry.log.warn({ err: error, purpose }, 'Redis cannot be reached; going on without it until it is back');
      up = false;
    },
    back: () => {
      if (!up) telemetry.log.info({ purpose }, 'Redis is back');
      up = true;
    },
  };
};

interface Connecting {
  readonly commands: RedisCommands;
  /** Never rejects. */
  readonly connected: Promise<void>;
}

const SERVER = 'server';

const connectServer = (url: string, watch: ConnectionWatch): Connecting => {
  const client = createClient({ ...serverOptions(url), disableOfflineQueue: true });
  client.on('error', watch.lost).on('ready', watch.back);
  const connected = client.connect().then(() => undefined, watch.lost);
  const commands: RedisCommands = {
    get ready() {
      return client.isReady;
    },
    send: (_key, args) => client.sendCommand([...args]),
    nodeOf: () => SERVER,
    optionsOf: () => serverOptions(url),
    close: () => client.destroy(),
  };
  return { commands, connected };
};

const connectCluster = (urls: readonly string[], url: string, watch: ConnectionWatch): Connecting => {
  const cluster = createCluster({
    rootNodes: urls.map((each) => ({ url: each })),
    defaults: { ...sharedOptions(url), disableOfflineQueue: true },
    topologyRefreshOnReconnectionAttemptStrategy: TOPOLOGY_REFRESH_MS,
  });
  cluster.on('error', watch.lost).on('node-error', watch.lost).on('node-ready', watch.back);
  const closing = new AbortController();
  const commands: RedisCommands = {
    get ready() {
      return cluster.isReady;
    },
    send: (key, args) =>
      cluster.isReady ? cluster.sendCommand(key, false, [...args]) : Promise.reject(new Error('the Redis cluster is not connected')),
    nodeOf: (slot) => (cluster.isReady ? (cluster.slots[slot]?.master.address ?? null) : null),
    optionsOf: (node) => nodeOptions(url, node),
    close: () => {
      closing.abort();
      if (cluster.isOpen) cluster.destroy();
    },
  };
  return { commands, connected: keepConnecting(() => cluster.connect(), closing.signal, watch) };
};

/** A cluster client gives up when no node answers: this one doesn't. */
const keepConnecting = async (connect: () => Promise<unknown>, signal: AbortSignal, watch: ConnectionWatch): Promise<void> => {
  for (let tries = 0; !signal.aborted; tries += 1) {
    try {
      await connect();
      return;
    } catch (error) {
      watch.lost(error);
      await sleep(reconnectPauseMs(tries), undefined, { ref: false });
    }
  }
};
