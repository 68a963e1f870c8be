import { spawn } from 'node:child_process';
import { closeSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Cluster, sizeOf, spawnIdentity } from './cluster.ts';
import { readIfPresent } from './files.ts';
import type { Place } from './place.ts';
import { isReadyServer, waitUntil } from './postmaster.ts';

/** A server that accepts connections. */
export interface Server {
  readonly pid: number;
  readonly port: number;
  /** Resolves with a reason when the process ends, for whatever reason. Never rejects. */
  readonly ended: Promise<string>;
  /** Keeps this process alive until the server has ended, which a running server alone does not. */
  keepWaiting(): void;
}

export interface ServerOptions {
  readonly durable: boolean;
  readonly settings: Readonly<Record<string, string>>;
}

/** Crash recovery replays at most max_wal_size of log; a slow disk needs a while. */
const START_LIMIT_MS = 60_000;
/** Beyond this the log of earlier runs is put aside (and the one put aside before is dropped). */
const LOG_BYTES_MAX = 8 * 1024 * 1024;
const OF_A_KILLED_SERVER = 'unexpected postmaster exit';
/** What of the log is searched for the reason of a failure. */
const LOG_TAIL_CHARACTERS = 8_192;

const SETTINGS: Readonly<Record<string, string>> = {
  // Only this machine, and no socket file that another user could sit on.
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '192MB',
  // A burst of gifts must not force checkpoints; recovery still takes seconds.
  max_wal_size: '2GB',
  // A page goes into the log whole when it is first changed after a checkpoint. To compress it (pglz) costs 100 µs, more than all else that a message
  // costs PostgreSQL, and saves a fifth: pages of indexes on random keys hardly shrink.
  wal_compression: 'off',
  synchronous_commit: 'on',
  // Our statements are short and many: compiling them costs more than it gains.
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // What the server itself has to say; failed statements are their callers' news, and would fill the disk.
  log_min_messages: 'log',
  log_checkpoints: 'off',
};

const NOT_DURABLE: Readonly<Record<string, string>> = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  shared_buffers: '64MB',
};

/** Another process started a server on this data, or took the port, between our look and our start; or backends of a killed server are still at work. */
const BUSY_REASONS =
  /lock file "postmaster\.pid" already exists|could not bind|could not create any TCP\/IP sockets|pre-existing shared memory block/;

/** Starts the server and waits until it accepts connections. Null when somebody else is in the way, perhaps not for long. Rejects with one sentence. */
export async function launch(place: Place, cluster: Cluster, options: ServerOptions): Promise<Server | null> {
  const port = await choosePort(lastPort(cluster));
  const settings = { ...SETTINGS, ...(options.durable ? {} : NOT_DURABLE), ...options.settings, port: String(port) };
  if (sizeOf(cluster.logFile) > LOG_BYTES_MAX) renameSync(cluster.logFile, `${cluster.logFile}.1`);
  const logStart = sizeOf(cluster.logFile);
  // Opened by us and inherited: the server goes on writing when we are gone.
  const log = openSync(cluster.logFile, 'a', 0o600);
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // In a process group of its own: Ctrl-C is for us, and we stop the server last.
  const child = spawn(join(place.native, 'bin', 'postgres'), ['-D', cluster.data, ...flags], {
    ...spawnIdentity(place),
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let reason: string | null = null;
  let wasTold = false;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => {
      wasTold = code === 0;
      resolve(`PostgreSQL ended (${signal ?? `exit code ${code}`}): ${lastWords(cluster, logStart)}`);
    });
  }).then((words) => {
    reason = words;
    return words;
  });
  child.unref();
  const ready = await waitUntil(
    () => reason !== null || (child.pid !== undefined && isReadyServer(cluster.data, child.pid)),
    START_LIMIT_MS,
  );
  // Another process took it for one that an earlier run left behind, and told it to end.
  if (wasTold) return null;
  if (reason !== null) return explainFailure(cluster, reason);
  if (!ready || child.pid === undefined) {
    child.kill('SIGQUIT');
    throw new Error(`PostgreSQL did not start within ${START_LIMIT_MS / 1_000} s: look at ${cluster.logFile}`);
  }
  writeFileSync(cluster.portFile, `${port}\n`);
  return { pid: child.pid, port, ended, keepWaiting: () => child.ref() };
}

function explainFailure(cluster: Cluster, reason: string): null {
  if (BUSY_REASONS.test(reason)) return null;
  throw new Error(
    `${reason}. The data is in ${cluster.data}; all that PostgreSQL said is in ${cluster.logFile}. If the data is damaged, restore it from a copy, ` +
      'start anew with --reset (which deletes this data), or use another folder with --data DIR',
  );
}

/** The last line of the log that names a cause. */
function lastWords(cluster: Cluster, logStart: number): string {
  const lines = (readIfPresent(cluster.logFile) ?? '').slice(logStart).slice(-LOG_TAIL_CHARACTERS).trim().split('\n');
  // Backends of a server that was killed are still at it, and say so in the same log.
  const fatal = lines.filter((line) => /(FATAL|PANIC):|could not bind/.test(line) && !line.includes(OF_A_KILLED_SERVER));
  return (fatal.find((line) => line.includes('could not bind')) ?? fatal[0] ?? lines.at(-1) ?? '').replace(/^.*?(LOG|FATAL|PANIC): +/, '');
}

function lastPort(cluster: Cluster): number {
  const port = Number(readIfPresent(cluster.portFile) ?? 0);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : 0;
}

/** The port it had last if that is still free, so that URLs stay good; else any free one. */
async function choosePort(wanted: number): Promise<number> {
  return (await tryPort(wanted)) ?? (await tryPort(0)) ?? Promise.reject(new Error('there is no free port on 127.0.0.1'));
}

function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(address === null || typeof address === 'string' ? null : address.port));
    });
  });
}
