import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type StartedProcess, startProcess } from './processes.ts';

/** The whole platform, started from its real entry points with demo data and without demo activity: in one process (`embedded`), or every part its own
 * process with Redis (`split`). */
export interface Platform {
  readonly form: PlatformForm;
  readonly url: string;
  token(user: string): Promise<string>;
  /** Runs one statement in a subgraph's database, as an operator would. */
  sql<Row extends object>(subgraph: string, text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** `kill -9` of the part (in one process: of everything) and a new start where nobody else does it. Resolves when it is ready again. */
  killAndRestart(part: string): Promise<void>;
  /** The processes that run now, by part. Only in split form. */
  pids(): Promise<Readonly<Record<string, number>>>;
  /** Resolves when every part runs and is ready. Only in split form. */
  untilReady(): Promise<void>;
  /** Resolves when what started everything has ended, by itself or not; `start` starts it again. */
  ended(): Promise<unknown>;
  /** Where Redis listens. Only in split form. */
  redisUrl(): Promise<string>;
  /** Where each part listens. */
  urls(): Promise<Readonly<Record<string, string>>>;
  /** Stops everything cleanly; the data folder stays. */
  stop(): Promise<void>;
  /** Starts again on the same data and port. */
  start(): Promise<void>;
  readonly dataFolder: string;
  readonly output: () => string;
  /** Hears what all processes print from now on, also after further starts. */
  onOutput(listener: (text: string) => void): void;
  close(): Promise<void>;
}

export type PlatformForm = 'embedded' | 'split';

const START_DEADLINE_MS = 90_000;
const READY_DEADLINE_MS = 60_000;
const HEALTH_TIMEOUT_MS = 5_000;

export const aPlatform = async (
  form: PlatformForm,
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): Promise<Platform> => {
  const folder = await mkdtemp(join(tmpdir(), 'fanfare-e2e-'));
  await chmod(folder, 0o755); // as an ordinary data folder; mkdtemp's 0700 would send PostgreSQL's data elsewhere when root runs the tests
  const entry = form === 'embedded' ? 'start/embedded.ts' : 'start/split.ts';
  const listeners = new Set<(text: string) => void>();
  const start = async (port: string): Promise<{ process: StartedProcess; url: string }> => {
    const started = startProcess(entry, ['--port', port, '--data', folder, '--no-demo', ...args], { LOG_LEVEL: 'warn', ...env });
    for (const listener of listeners) started.onOutput(listener);
    const [, url = ''] = await started.untilPrinted(/Fanfare is ready at (http:\S+)/, START_DEADLINE_MS);
    return { process: started, url };
  };
  let running = await start('0');
  const { url } = running;
  const pools = new Map<string, pg.Pool>();

  const processes = async (): Promise<ProcessList> => JSON.parse(await readFile(join(folder, 'processes.json'), 'utf8')) as ProcessList;
  const pool = async (subgraph: string): Promise<pg.Pool> => {
    const known = pools.get(subgraph);
    if (known !== undefined) return known;
    const { databaseUrls } = await processes();
    const made = new pg.Pool({ connectionString: databaseUrls[subgraph], max: 2 });
    made.on('error', () => pools.delete(subgraph)); // the server was killed by the test; the next statement connects anew
    pools.set(subgraph, made);
    return made;
  };

  const forgetPools = async (): Promise<void> => {
    await Promise.all([...pools.values()].map((each) => each.end()));
    pools.clear();
  };
  const stop = async (): Promise<void> => {
    await forgetPools();
    running.process.kill('SIGINT');
    await running.process.ended;
  };

  return {
    form,
    url,
    token: async (user) => {
      const response = await fetch(`${url}/dev/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ user }),
      });
      if (!response.ok) throw new Error(`no token for ${user}: ${response.status} ${await response.text()}`);
      return ((await response.json()) as { token: string }).token;
    },
    sql: async <Row extends object>(subgraph: string, text: string, values: readonly unknown[] = []) =>
      (await (await pool(subgraph)).query<Row>(text, [...values])).rows,
    killAndRestart: async (part) => {
      if (form === 'embedded') {
        running.process.kill('SIGKILL');
        await running.process.ended;
        await forgetPools();
        running = await start(new URL(url).port);
        return;
      }
      const before = (await processes()).pids[part];
      if (before === undefined) throw new Error(`no process is called ${part}`);
      process.kill(before, 'SIGKILL');
      await eventually(`${part} is back`, async () => {
        const { pids, urls } = await processes();
        return pids[part] !== before && (part === 'redis' || (await fetch(`${urls[part]}/health/ready`)).ok);
      });
    },
    pids: async () => (await processes()).pids,
    untilReady: () =>
      eventually('every part is ready', async () => {
        const { pids, urls } = await processes();
        const isServed = async (part: string): Promise<boolean> =>
          part === 'redis' || (await fetch(`${urls[part]}/health/ready`, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) })).ok;
        const answers = await Promise.all(Object.keys(urls).map(async (part) => pids[part] !== undefined && (await isServed(part))));
        return answers.every((answer) => answer);
      }),
    ended: () => running.process.ended,
    redisUrl: async () => {
      const { urls } = await processes();
      if (urls['redis'] === undefined) throw new Error('this platform runs without Redis');
      return urls['redis'];
    },
    urls: async () => (await processes()).urls,
    output: () => running.process.output(),
    onOutput: (listener) => {
      listeners.add(listener);
      running.process.onOutput(listener);
    },
    stop,
    start: async () => {
      await forgetPools();
      running = await start(new URL(url).port);
    },
    dataFolder: folder,
    close: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** `<data>/processes.json`, as start/ writes it. */
interface ProcessList {
  readonly pids: Readonly<Record<string, number>>;
  readonly urls: Readonly<Record<string, string>>;
  readonly databaseUrls: Readonly<Record<string, string>>;
}

/** Looks again and again, with short waits, until `check` is true. A check that throws counts as false until the deadline. */
export const eventually = async (
  what: string,
  check: () => Promise<boolean> | boolean,
  deadlineMs: number = READY_DEADLINE_MS,
): Promise<void> => {
  const end = Date.now() + deadlineMs;
  let last: unknown = null;
  while (Date.now() < end) {
    try {
      if (await check()) return;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not within ${deadlineMs} ms: ${what}`, { cause: last });
};
