import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resetEmbeddedPostgres, startEmbeddedPostgres } from '#platform/embedded/postgres.ts';

/** A PostgreSQL of its own on a throw-away folder, which may be killed. */
export interface PrivatePostgres {
  readonly dataDir: string;
  pid(): number;
  port(): number;
  urlOf(database: string): string;
  /** `kill -9` of the server: what was acknowledged must be there after restart(). */
  kill(): void;
  /** Starts it again on the same data, and on the same port unless somebody took it. */
  restart(): Promise<void>;
  /** Stops it and deletes the folder. */
  close(): Promise<void>;
}

const PREFIX = 'fanfare-test-';
/** All workers of a run share a server, and a world of several processes has ten connections for each of their databases: a hundred are too few when two or three such files meet. */
const SHARED_CONNECTIONS_MAX = '500';

/** Starts one. `durable: false` (no fsync) only where the server is never killed. */
export async function startPrivatePostgres(options: { readonly durable: boolean }): Promise<PrivatePostgres> {
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  // As root the server runs as another user, who must be able to pass.
  chmodSync(folder, 0o711);
  const dataDir = join(folder, 'postgres');
  const settings = options.durable ? {} : { max_connections: SHARED_CONNECTIONS_MAX };
  const start = () => startEmbeddedPostgres({ dataDir, durable: options.durable, settings });
  let server = await start();
  return {
    dataDir,
    pid: () => server.pid,
    port: () => server.port,
    urlOf: (database) => server.urlOf(database),
    kill: () => {
      process.kill(server.pid, 'SIGKILL');
    },
    restart: async () => {
      await server.stop();
      server = await start();
    },
    close: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Stops and deletes what runs left behind whose process was killed. */
export async function sweepAbandoned(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const pid = Number(name.slice(PREFIX.length).split('-')[0]);
    if (isAlive(pid)) continue;
    const folder = join(tmpdir(), name);
    await resetEmbeddedPostgres(join(folder, 'postgres'));
    rmSync(folder, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
