import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cluster, EMBEDDED_USER, findCluster, openCluster, WHAT_TO_DO } from './cluster.ts';
import { codeOf } from './files.ts';
import { type Claim, claimServer, type Ownership } from './owner.ts';
import { findPlace, type Place, possibleHomes } from './place.ts';
import { disownPidFile, isAlive, isReadyServer, isServerOf, readPidFile, signalServer, stopServer, waitUntil } from './postmaster.ts';
import { launch, type Server } from './server.ts';

export interface EmbeddedPostgresOptions {
  /** The folder for this server alone, for example `.data/postgres`. Made where it does not exist. */
  readonly dataDir: string;
  /** Hears single lines for people: where the data is when it is not in `dataDir`, that an orphan was stopped. Default: nobody. */
  readonly say?: (line: string) => void;
  /** False: no fsync, for throw-away test data only. Default true. */
  readonly durable?: boolean;
  /** Further settings, on top of ours. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Hears that the server ended although nobody stopped it. */
  readonly onLost?: (reason: string) => void;
}

export interface EmbeddedPostgres extends AsyncDisposable {
  readonly port: number;
  /** The server's process. */
  readonly pid: number;
  /** PGDATA. */
  readonly data: string;
  /** A URL for that database, whether it exists or not. The role is superuser. */
  urlOf(database: string): string;
  /** Ends the server (clients are cut off, all is written). Twice is fine. */
  stop(): Promise<void>;
}

/** A start that meets another process at work is tried again: that one gets ready, or the last backends of a killed server end. */
const START_ATTEMPTS_MAX = 40;
const START_RETRY_DELAY_MS = 250;
const DELETE_TRIES_MAX = 5;
const DEAD_HOLDER_LIMIT_MS = 5_000;
/** Crash recovery replays at most max_wal_size of log; a slow disk needs a while. */
const RECOVERY_LIMIT_MS = 60_000;

/** Starts a real PostgreSQL on 127.0.0.1 with its data below `dataDir`, making the data first where there is none. An orphan (its starter was killed) is stopped
 * cleanly first. Rejects with one sentence that says what to do: already running, damaged data, no fit user. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const say = options.say ?? (() => undefined);
  const place = findPlace(options.dataDir, say);
  const cluster = await openCluster(place);
  for (let attempt = 1; attempt <= START_ATTEMPTS_MAX; attempt += 1) {
    await clearTheWay(cluster, options.dataDir, say);
    const started = await startOnce(place, cluster, options);
    if (started !== null) return started;
    await sleep(START_RETRY_DELAY_MS);
  }
  throw new Error(`another PostgreSQL still uses the data in ${cluster.data}: end it (its processes are named postgres), then start again`);
}

/** The URL of a database on the server of `dataDir` if one is running, whoever started it; null where none is. */
export function findEmbeddedPostgres(dataDir: string, database: string): string | null {
  for (const home of possibleHomes(dataDir)) {
    const cluster = findCluster(home);
    const file = cluster === null ? null : readPidFile(cluster.data);
    if (cluster !== null && file !== null && file.status === 'ready' && isServerOf(file.pid, cluster.data))
      return urlOf(cluster, file.port, database);
  }
  return null;
}

/** Deletes all data of `dataDir`'s server, damaged or not. Rejects while a process owns the server; an orphan is stopped first. */
export async function resetEmbeddedPostgres(dataDir: string): Promise<void> {
  for (const home of possibleHomes(dataDir)) {
    const data = join(home, 'cluster', 'data');
    const file = readPidFile(data);
    if (file !== null && isServerOf(file.pid, data)) {
      const cluster = findCluster(home);
      if (cluster !== null) await clearTheWay(cluster, dataDir, () => undefined);
    }
    // The last processes of a killed server may still be writing while they end.
    rmSync(join(home, 'cluster'), { recursive: true, force: true, maxRetries: DELETE_TRIES_MAX, retryDelay: START_RETRY_DELAY_MS });
  }
}

async function startOnce(place: Place, cluster: Cluster, options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres | null> {
  const server = await launch(place, cluster, { durable: options.durable ?? true, settings: options.settings ?? {} });
  if (server === null) return null;
  const claim = await claimCluster(cluster, server).catch(async (error: unknown) => {
    await stopServer(server.pid, cluster.data);
    throw error;
  });
  // Another process found our server before we owned it, and took it for one that an earlier run left behind.
  if (claim === null) return null;
  // Another process was quicker and owns our server now: it is that one's to stop.
  if ('heldBy' in claim) throw new Error(alreadyRunning(options.dataDir, claim.heldBy));
  return handle(cluster, server, claim.ownership, options.onLost);
}

function handle(cluster: Cluster, server: Server, ownership: Ownership, onLost: ((reason: string) => void) | undefined): EmbeddedPostgres {
  // It is ours now: this process lives until the server is stopped, or lost and reported.
  server.keepWaiting();
  ownership.keep();
  // The last resort when this process ends without stop(): ask, without waiting.
  const onExit = (): void => {
    signalServer(server.pid, cluster.data, 'SIGINT');
  };
  process.once('exit', onExit);
  let stopping: Promise<void> | null = null;
  void server.ended.then((reason) => {
    if (stopping === null) onLost?.(reason);
  });
  const stop = async (): Promise<void> => {
    process.removeListener('exit', onExit);
    await ownership.release();
    await stopServer(server.pid, cluster.data);
    await server.ended;
  };
  const stopOnce = (): Promise<void> => {
    stopping ??= stop();
    return stopping;
  };
  return {
    port: server.port,
    pid: server.pid,
    data: cluster.data,
    urlOf: (database) => urlOf(cluster, server.port, database),
    stop: stopOnce,
    [Symbol.asyncDispose]: stopOnce,
  };
}

/** Makes sure that no server runs on the data: rejects when a living process owns one, stops an orphan, disarms a pid file that means nothing any more. */
async function clearTheWay(cluster: Cluster, dataDir: string, say: (line: string) => void): Promise<void> {
  const file = readPidFile(cluster.data);
  if (file === null) return;
  if (!isServerOf(file.pid, cluster.data)) {
    disownPidFile(cluster.data, file.pid);
    return;
  }
  const settled = await waitUntil(() => {
    const now = readPidFile(cluster.data);
    return now === null || now.status === 'ready' || !isServerOf(file.pid, cluster.data);
  }, RECOVERY_LIMIT_MS);
  const ready = readPidFile(cluster.data);
  if (ready === null || !isServerOf(ready.pid, cluster.data)) return;
  if (!settled)
    throw new Error(
      `PostgreSQL (process ${ready.pid}, data in ${cluster.data}) has been starting for ${RECOVERY_LIMIT_MS / 1_000} s: look at ${cluster.logFile}`,
    );
  const claim = await claimCluster(cluster, ready);
  // Another process is about to stop it, or has done so: the start that follows meets what that one has made of it.
  if (claim === null) return;
  if ('heldBy' in claim) throw new Error(alreadyRunning(dataDir, claim.heldBy));
  say(`Stopping PostgreSQL (process ${ready.pid}), which an earlier run left behind.`);
  try {
    // While we own it: its starter, if that one is not dead but slow, must not take for its own what is about to end.
    await stopServer(ready.pid, cluster.data);
  } finally {
    await claim.ownership.release();
  }
}

/** A server that runs and does not let us in: the password beside the data is another's, or files of its databases are lost. */
const DAMAGE_STATES = ['28P01', '3D000', '58P01', 'XX001', 'XX002'];

/** Null where that server has ended, or is about to, because somebody else stops it. */
async function claimCluster(cluster: Cluster, server: { readonly pid: number; readonly port: number }): Promise<Claim | null> {
  try {
    const url = urlOf(cluster, server.port, 'postgres');
    let claim = await claimServer(url);
    // PostgreSQL takes a moment to notice that the process which held it was killed.
    const endMs = performance.now() + DEAD_HOLDER_LIMIT_MS;
    while ('heldBy' in claim && !isAlive(Number(claim.heldBy)) && performance.now() < endMs) {
      await sleep(START_RETRY_DELAY_MS);
      claim = await claimServer(url);
    }
    // The next server is started on the same port: this may have been that one's lock.
    if ('heldBy' in claim || isReadyServer(cluster.data, server.pid)) return claim;
    await claim.ownership.release();
    return null;
  } catch (error) {
    if (!isReadyServer(cluster.data, server.pid)) return null;
    if (!DAMAGE_STATES.includes(String(codeOf(error)))) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the data in ${cluster.data} cannot be used (PostgreSQL says: ${reason}): restore it from a copy, ${WHAT_TO_DO}`, {
      cause: error,
    });
  }
}

function alreadyRunning(dataDir: string, holder: string): string {
  return `Fanfare is already running with the data in ${dataDir} (process ${holder}): stop it first, or use another folder with --data DIR`;
}

function urlOf(cluster: Cluster, port: number, database: string): string {
  return `postgresql://${EMBEDDED_USER}:${cluster.password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}
