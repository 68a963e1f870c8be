import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterEach } from 'vitest';
import { possibleHomes } from '#platform/embedded/place.ts';
import { type EmbeddedPostgres, resetEmbeddedPostgres, startEmbeddedPostgres } from '#platform/embedded/postgres.ts';
import { projectRoot } from './processes.ts';

/** For a server that recovers, on a busy machine. */
export const START_DEADLINE_MS = 30_000;
/** An ordinary user without a name. */
export const NOBODY = 65_534;
const starterPath = join(projectRoot, 'tests/support/embedded-starter.ts');
/** Run after each test, the last one first. */
export const cleanups: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** A folder for a server's data, deleted with everything in it (and its server) after the test. */
export function aDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fanfare-embedded-'));
  chmodSync(folder, 0o711);
  const dataDir = join(folder, 'postgres');
  cleanups.push(async () => {
    await resetEmbeddedPostgres(dataDir);
    for (const home of possibleHomes(dataDir)) rmSync(home, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  });
  return dataDir;
}

export async function aServer(dataDir: string, say?: (line: string) => void): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, ...(say === undefined ? {} : { say }) });
  cleanups.push(() => server.stop());
  return server;
}

export async function ask<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

export interface Starter {
  readonly child: ChildProcess;
  /** The first line that starts with that word. */
  line(word: string): Promise<string>;
  /** Ready: the URL, the server's process and its data folder. */
  ready(): Promise<{ url: string; pid: number; data: string }>;
}

/** Another process that starts a server on the data. */
export function aStarter(dataDir: string, identity: { readonly uid?: number; readonly gid?: number } = {}): Starter {
  const child = spawn(process.execPath, [starterPath, dataDir], { stdio: ['ignore', 'pipe', 'inherit'], ...identity });
  cleanups.push(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });
  const lines: string[] = [];
  const reader = createInterface(child.stdout);
  let closed = false;
  reader.on('line', (text) => lines.push(text));
  // Not the process's exit: what it said last may still be on its way then.
  reader.once('close', () => {
    closed = true;
  });
  const line = async (word: string): Promise<string> => {
    const signal = AbortSignal.timeout(START_DEADLINE_MS);
    for (;;) {
      const found = lines.find((text) => text.startsWith(`${word} `));
      if (found !== undefined) return found.slice(word.length + 1);
      if (closed) throw new Error(`ended before "${word}": ${lines.join('\n')}`);
      await Promise.race([once(reader, 'line', { signal }), once(reader, 'close', { signal })]);
    }
  };
  const ready = async () => {
    const [url = '', pid = '', data = ''] = (await line('ready')).split(' ');
    return { url, pid: Number(pid), data };
  };
  return { child, line, ready };
}

export async function killed(starter: Starter): Promise<void> {
  starter.child.kill('SIGKILL');
  await once(starter.child, 'exit');
}
