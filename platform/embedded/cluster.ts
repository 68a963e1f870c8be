import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { codeOf } from './files.ts';
import type { Place } from './place.ts';

/** A data folder with what belongs to it. */
export interface Cluster {
  /** PGDATA, absolute and without links. */
  readonly data: string;
  readonly password: string;
  /** The port it had last, or 0. */
  readonly portFile: string;
  readonly logFile: string;
}

/** The role that owns everything in an embedded server. */
export const EMBEDDED_USER = 'fanfare';
const MAJOR_VERSION = '18';
const PASSWORD_BYTES = 24;
/** Where data cannot be used: the ways out. */
export const WHAT_TO_DO = 'start anew with --reset (which deletes this data), or use another folder with --data DIR';

/** Opens the data folder in `place`, making it where there is none. Throws one sentence where there is one that PostgreSQL cannot serve; never deletes data. */
export async function openCluster(place: Place): Promise<Cluster> {
  const folder = join(place.home, 'cluster');
  if (isVacant(folder)) await makeCluster(place, folder);
  return readCluster(folder);
}

/** The data folder below `home` if there is one. Throws one sentence where it is damaged. */
export function findCluster(home: string): Cluster | null {
  const folder = join(home, 'cluster');
  return isVacant(folder) ? null : readCluster(folder);
}

/** True where there is nothing yet; a folder that we may not look into has something. */
function isVacant(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch (error) {
    return codeOf(error) === 'ENOENT';
  }
}

function readCluster(folder: string): Cluster {
  const data = join(folder, 'data');
  const version = readLine(join(data, 'PG_VERSION'));
  if (version === null)
    throw new Error(`${folder} is not a PostgreSQL data folder (data/PG_VERSION is missing): restore it from a copy, ${WHAT_TO_DO}`);
  if (version !== MAJOR_VERSION) {
    throw new Error(`${folder} holds data of PostgreSQL ${version.slice(0, 20)}, and this is PostgreSQL ${MAJOR_VERSION}: ${WHAT_TO_DO}`);
  }
  const password = readLine(join(folder, 'password'));
  if (password === null || !existsSync(join(data, 'global', 'pg_control'))) {
    throw new Error(
      `${folder} is damaged (${password === null ? 'password' : 'data/global/pg_control'} is missing): restore it from a copy, ${WHAT_TO_DO}`,
    );
  }
  return { data: realpathSync(data), password, portFile: join(folder, 'port'), logFile: join(folder, 'postgres.log') };
}

function readLine(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (code === 'EACCES')
      throw new Error(`${path} belongs to another user: start Fanfare as that user (or as root), or use another folder with --data DIR`, {
        cause: error,
      });
    throw error;
  }
}

/** Makes a data folder aside and renames it when it is whole: one that is interrupted never looks like data, and of two processes at once one wins. */
async function makeCluster(place: Place, folder: string): Promise<void> {
  const unfinished = `${folder}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  chmodSync(unfinished, 0o711);
  try {
    const password = randomBytes(PASSWORD_BYTES).toString('base64url');
    writeFileSync(join(unfinished, 'password'), `${password}\n`, { mode: 0o600 });
    const passwordForServer = join(unfinished, 'password-once');
    writeFileSync(passwordForServer, `${password}\n`, { mode: 0o600 });
    const data = join(unfinished, 'data');
    mkdirSync(data, { mode: 0o700 });
    if (place.runAs !== null) {
      for (const path of [data, passwordForServer]) chownSync(path, place.runAs.uid, place.runAs.gid);
    }
    await initialise(place, data, passwordForServer);
    rmSync(passwordForServer);
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another process made the same folder meanwhile: its data is as good.
    if (codeOf(error) === 'ENOTEMPTY' || codeOf(error) === 'EEXIST') return;
    throw error;
  }
}

/** Runs initdb. Sorting and case rules come from PostgreSQL itself (C.UTF-8), so that they are the same on every system. */
async function initialise(place: Place, data: string, passwordFile: string): Promise<void> {
  const flags = [
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
  ];
  const child = spawn(
    join(place.native, 'bin', 'initdb'),
    [`--pgdata=${data}`, `--username=${EMBEDDED_USER}`, `--pwfile=${passwordFile}`, ...flags],
    {
      ...spawnIdentity(place),
      // In a process group of its own: Ctrl-C is for us. It takes a second, and what it has made is good for the next start.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  if (code !== 0)
    throw new Error(`PostgreSQL's data cannot be made in ${data}: ${reasonOf(said) ?? `initdb ended with exit code ${code}`}`);
}

/** The line that names the cause: after it, initdb says that it cleans up. */
function reasonOf(said: string): string | undefined {
  const lines = said.trim().split('\n');
  return (lines.find((line) => /FATAL|PANIC/.test(line)) ?? lines.find((line) => line.includes('error')) ?? lines.at(-1))?.replace(
    /^.*?(FATAL|PANIC|error): +/,
    '',
  );
}

/** The user and environment for PostgreSQL's programs: nothing of the caller's PG… variables may steer them. */
export function spawnIdentity(place: Place): { readonly env: NodeJS.ProcessEnv; readonly uid?: number; readonly gid?: number } {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('PG') && !name.startsWith('LC_'));
  const env = { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' };
  return place.runAs === null ? { env } : { env, uid: place.runAs.uid, gid: place.runAs.gid };
}

/** Bytes of a file, 0 where there is none. */
export function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}
