import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from 'redis';
import { eventually, type Platform } from '../platform.ts';
import { createRandom, type Random } from '../random.ts';

/** One way to hurt the platform. Resolves with what it did, in a few words, once the harm is done; the platform may not have recovered by then. */
export type Disturbance = (platform: Platform, random: Random) => Promise<string>;

export type DisturbanceName = keyof typeof DISTURBANCES;

/** Longest time that a part hangs: well below the 30 s through which a client must come by itself. */
const FREEZE_MS_MAX = 8_000;
const FREEZE_MS_MIN = 500;

/** A process dies at once. */
const kill: Disturbance = (platform, random) => signalPart(platform, random, 'SIGKILL', EVERY_PART);

/** A process is asked to end, as in a rollout. */
const terminate: Disturbance = (platform, random) => signalPart(platform, random, 'SIGTERM', EVERY_PART);

/** One of the processes that messages go through, or Redis, dies at once. */
const killMessaging: Disturbance = (platform, random) => signalPart(platform, random, 'SIGKILL', /^messaging/);
const killGateway: Disturbance = (platform, random) => signalPart(platform, random, 'SIGKILL', /^gateway/);
const killRedis: Disturbance = (platform, random) => signalPart(platform, random, 'SIGKILL', /^redis$/);

/** A subgraph's process or Redis hangs: alive, connected and silent. */
const freeze: Disturbance = async (platform, random) => {
  const pids = await platform.pids();
  const part = anyOf(
    random,
    Object.keys(pids).filter((name) => !name.startsWith('gateway')),
  );
  const pid = pids[part] ?? missing(part);
  const ms = FREEZE_MS_MIN + random.below(FREEZE_MS_MAX - FREEZE_MS_MIN);
  process.kill(pid, 'SIGSTOP');
  try {
    await pause(ms);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  return `${part} hung for ${ms} ms`;
};

const flush: Disturbance = (platform) => onRedis(platform, ['FLUSHALL']);

/** All hints stop until the subscribers are back. */
const dropPubSub: Disturbance = (platform) => onRedis(platform, ['CLIENT', 'KILL', 'TYPE', 'pubsub']);

/** PostgreSQL answers a killed backend with the end of all its connections and crash recovery. */
const killBackend: Disturbance = async (platform, random) => {
  const backends = await platform.sql<{ pid: number; database: string }>(
    'trading',
    `SELECT pid, datname AS database FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND datname LIKE 'fanfare%' ORDER BY pid`,
  );
  const backend = backends[random.below(backends.length)];
  if (backend === undefined) return 'no backend to kill';
  process.kill(backend.pid, 'SIGKILL');
  return `kill -9 of a backend of ${backend.database}`;
};

/** The embedded PostgreSQL dies. Whatever started the platform ends then; it is started again on the same data. */
const killPostgres: Disturbance = async (platform) => {
  const [row] = await platform.sql<{ pid: string }>('trading', `SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1) AS pid`);
  const ended = platform.ended();
  process.kill(Number(row?.pid), 'SIGKILL');
  await ended;
  await platform.start();
  return 'kill -9 of PostgreSQL, and everything started again';
};

export const DISTURBANCES = {
  kill,
  terminate,
  freeze,
  flush,
  dropPubSub,
  killBackend,
  killPostgres,
  killMessaging,
  killGateway,
  killRedis,
} as const;

const EVERY_PART = /^/;

/** In which order it hurts, and how long it lets the platform live in between. */
export interface Weather {
  readonly seed: number;
  readonly disturbances: readonly DisturbanceName[];
  /** From when the platform has recovered. */
  readonly calmMs: { readonly min: number; readonly max: number };
}

/** Every way to hurt once, in a random order, then again in another, until it has hurt `over` often enough. `tell` hears what was done, once the platform has recovered. Resolves with how
 * often it hurt. */
export const disturbUntil = async (
  platform: Platform,
  { seed, disturbances, calmMs }: Weather,
  over: (count: number) => boolean,
  tell: (what: string) => void,
): Promise<number> => {
  const random = createRandom(seed);
  let count = 0;
  let left: DisturbanceName[] = [];
  for (;;) {
    await pause(calmMs.min + random.below(calmMs.max - calmMs.min));
    if (over(count)) return count;
    if (left.length === 0) left = [...disturbances];
    const [name] = left.splice(random.below(left.length), 1);
    if (name === undefined) return count;
    const startMs = Date.now();
    const what = await DISTURBANCES[name](platform, random);
    await platform.untilReady();
    count += 1;
    tell(`${count}. ${what}: ready after ${((Date.now() - startMs) / 1_000).toFixed(1)} s`);
  }
};

async function signalPart(platform: Platform, random: Random, signal: NodeJS.Signals, among: RegExp): Promise<string> {
  const pids = await platform.pids();
  const part = anyOf(
    random,
    Object.keys(pids).filter((name) => among.test(name)),
  );
  process.kill(pids[part] ?? missing(part), signal);
  await eventually(`${part} has ended`, async () => (await platform.pids())[part] !== pids[part]);
  return `${signal} to ${part}`;
}

/** Sorted first: the same seed hurts the same part, in whatever order they were started. */
function anyOf(random: Random, names: readonly string[]): string {
  const sorted = names.toSorted();
  return sorted[random.below(sorted.length)] ?? missing('any part');
}

function missing(what: string): never {
  throw new Error(`${what} does not run`);
}

async function onRedis(platform: Platform, command: readonly [string, ...string[]]): Promise<string> {
  const redis = createClient({ url: await platform.redisUrl() });
  await redis.connect();
  try {
    await redis.sendCommand([...command]);
  } finally {
    await redis.close();
  }
  return command.join(' ');
}
