import { spawnSync } from 'node:child_process';
import { readlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, readIfPresent } from './files.ts';

/** What a running server writes into postmaster.pid. */
export interface PidFile {
  readonly pid: number;
  readonly port: number;
  readonly status: 'starting' | 'stopping' | 'ready' | 'unknown';
}

/** A pid that no system hands out: PostgreSQL finds it dead, and still checks by the file's other lines that no backend is left. */
const NOBODYS_PID = 2_147_483_647;
const POLL_INTERVAL_MS = 20;
/** A fast shutdown writes a checkpoint: seconds at most. */
const FAST_SHUTDOWN_MS = 8_000;
/** An immediate shutdown writes nothing (the next start recovers from the log); PostgreSQL itself kills what is left after 5 s. */
const IMMEDIATE_SHUTDOWN_MS = 7_000;

/** Reads postmaster.pid of a data folder; null where there is none or it says nothing yet. Lines as in PostgreSQL's miscadmin.h: pid, folder, start time, port,
 * socket folder, address, shared memory, status. */
export function readPidFile(data: string): PidFile | null {
  const lines = readIfPresent(join(data, 'postmaster.pid'))?.split('\n');
  if (lines === undefined) return null;
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  const status = lines[7]?.trim();
  return {
    pid,
    port: Number(lines[3] ?? 0),
    status: status === 'starting' || status === 'stopping' || status === 'ready' ? status : 'unknown',
  };
}

/** True while that process is the server of that data folder (an absolute path without links); not when it is gone, a zombie, or another process that got its
 * pid later. */
export function isServerOf(pid: number, data: string): boolean {
  if (process.platform !== 'linux') {
    const { stdout } = spawnSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' });
    return stdout.includes('postgres') && stdout.includes(data);
  }
  try {
    // A server's working folder is its data folder.
    return readlinkSync(`/proc/${pid}/cwd`) === data;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return false;
    // Root in a container may not see it; the command line is there for everybody.
    const command = (readIfPresent(`/proc/${pid}/cmdline`) ?? '').split('\0');
    return basename(command[0] ?? '') === 'postgres' && command.includes(data);
  }
}

/** True while that process is the server of that data folder, accepts connections and has not been told to end. */
export function isReadyServer(data: string, pid: number): boolean {
  const file = readPidFile(data);
  return file !== null && file.pid === pid && file.status === 'ready' && isServerOf(pid, data);
}

/** Whether there is a process with that pid, whoever's. */
export function isAlive(pid: number): boolean {
  try {
    return Number.isSafeInteger(pid) && process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** Makes a postmaster.pid harmless whose pid belongs to another process by now: PostgreSQL would take that process for a server and refuse to start.
 * Leaves the file of a server alone that was started since that pid was read: a server whose file is changed ends itself. */
export function disownPidFile(data: string, pid: number): void {
  const path = join(data, 'postmaster.pid');
  const [first, ...rest] = readIfPresent(path)?.split('\n') ?? [];
  if (Number(first) === pid) writeFileSync(path, [String(NOBODYS_PID), ...rest].join('\n'));
}

/** Ends a server: fast (SIGINT: clients are cut off, all is written), then immediate (SIGQUIT), then by force. Resolves when it is gone. */
export async function stopServer(pid: number, data: string): Promise<void> {
  for (const [signal, limitMs] of [
    ['SIGINT', FAST_SHUTDOWN_MS],
    ['SIGQUIT', IMMEDIATE_SHUTDOWN_MS],
    ['SIGKILL', IMMEDIATE_SHUTDOWN_MS],
  ] as const) {
    if (!signalServer(pid, data, signal)) return;
    if (await waitUntil(() => !isServerOf(pid, data), limitMs)) return;
  }
  throw new Error(`PostgreSQL (process ${pid}, data in ${data}) does not end: end it by hand`);
}

/** Sends the signal if that process still is the server. False where it is gone. */
export function signalServer(pid: number, data: string, signal: NodeJS.Signals): boolean {
  if (!isServerOf(pid, data)) return false;
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    // Gone between the look and the signal.
    if (codeOf(error) === 'ESRCH') return false;
    throw error;
  }
}

/** Looks every 20 ms until the condition holds. False where it did not within the limit. */
export async function waitUntil(holds: () => boolean, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  while (!holds()) {
    if (performance.now() > deadline) return false;
    await sleep(POLL_INTERVAL_MS);
  }
  return true;
}
