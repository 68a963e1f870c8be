import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { redisServerOnPath } from '../support/forms.ts';
import { eventually } from '../support/platform.ts';
import { projectRoot, type StartedProcess, startProcess } from '../support/processes.ts';

const READY = /Fanfare is ready at (http:\S+)/;
const START_MS_MAX = 60_000;
const END_MS_MAX = 20_000;

const started: StartedProcess[] = [];
const folders: string[] = [];

afterAll(async () => {
  for (const child of started) {
    child.kill('SIGINT');
    await child.ended;
  }
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

const aFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'fanfare-ends-'));
  await chmod(folder, 0o755); // as an ordinary folder: as root, PostgreSQL's user must get in
  folders.push(folder);
  return folder;
};
const start = (file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): StartedProcess => {
  const child = startProcess(file, args, { LOG_LEVEL: 'warn', ...env });
  started.push(child);
  return child;
};
/** Every process that a start on that folder has told of. */
const pidsOf = async (folder: string): Promise<readonly number[]> => {
  const list = JSON.parse(await readFile(join(folder, 'processes.json'), 'utf8')) as { starter: number; pids: Record<string, number> };
  return [list.starter, ...Object.values(list.pids)];
};
const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};
/** A killed process whose parent is gone as well stays a zombie where nobody collects it: it runs no more. */
const isOver = async (pid: number): Promise<boolean> =>
  isGone(pid) || / Z /.test(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ' Z '));
const areOver = async (pids: readonly number[]): Promise<boolean> => (await Promise.all(pids.map(isOver))).every(Boolean);

describe('npm start', () => {
  // One start after the other on the same data.
  let folder: string;
  let first: StartedProcess;

  test('a second start on the same port and data names the address and the process of the first', async () => {
    folder = await aFolder();
    first = start('start/embedded.ts', ['--port', '0', '--data', folder]);
    const [, url = ''] = await first.untilPrinted(READY, START_MS_MAX);
    const second = start('start/embedded.ts', ['--port', new URL(url).port, '--data', folder]);
    expect(await second.ended).toBe(1);
    expect(second.output()).toBe(
      `Fanfare is already running at ${url} with the data in ${folder} (process ${first.pid}): stop it first, or start a second one with another --port and another --data.\n`,
    );
  });

  test('a terminal that is closed stops all of it, PostgreSQL too', async () => {
    const pids = await pidsOf(folder);
    expect(pids.length).toBeGreaterThanOrEqual(2);
    first.kill('SIGHUP');
    first.kill('SIGHUP');
    expect(await first.ended).toBe(0);
    expect(await areOver(pids)).toBe(true);
  });

  test('an npm that is stopped without a word to us stops all of it', async () => {
    const npm = join(folder, 'npm.mjs');
    const args = JSON.stringify([join(projectRoot, 'start/embedded.ts'), '--port', '0', '--data', folder, '--no-demo']);
    const options = "{ stdio: 'inherit', env: { ...process.env, npm_lifecycle_event: 'start' } }";
    await writeFile(npm, `import { spawn } from 'node:child_process'; spawn(process.execPath, ${args}, ${options});`);
    const parent = start(npm, []);
    await parent.untilPrinted(READY, START_MS_MAX);
    const pids = await pidsOf(folder);
    parent.kill('SIGKILL');
    await eventually('all of it has ended', () => areOver(pids), END_MS_MAX);
  });

  test('Ctrl-C while it starts stops what is there already, without an error', async () => {
    const folder = await aFolder();
    const child = start('start/embedded.ts', ['--port', '0', '--data', folder]);
    await eventually(
      'PostgreSQL is being started',
      () => readFile(join(folder, 'postgres/cluster/postgres.log')).then(() => true),
      START_MS_MAX,
    );
    child.kill('SIGINT');
    expect(await child.ended).toBe(0);
    expect(child.output()).toBe('Stopping …\n');
    const pidFile = await readFile(join(folder, 'postgres/cluster/data/postmaster.pid'), 'utf8').catch(() => null);
    expect(pidFile).toBeNull();
  });

  test.each([
    [['--data', ''], '--data must name a folder, not nothing.\n'],
    [['4001'], "Unexpected argument '4001'. npm hands on only what stands behind a lone --: npm start -- --port 4001.\n"],
  ])('%j is refused in one sentence', async (args, sentence) => {
    const child = start('start/embedded.ts', args);
    expect(await child.ended).toBe(1);
    expect(child.output()).toBe(sentence);
  });
});

describe('npm run start:split', () => {
  test.runIf(redisServerOnPath)(
    'after kill -9 of the supervisor every process ends by itself, and the next start works',
    {
      // Two starts of seven processes each, every one of which may take its time on a busy machine.
      timeout: 2 * START_MS_MAX + END_MS_MAX,
    },
    async () => {
      const folder = await aFolder();
      const first = start('start/split.ts', ['--port', '0', '--data', folder]);
      const [, url = ''] = await first.untilPrinted(READY, START_MS_MAX);
      const { pids } = JSON.parse(await readFile(join(folder, 'processes.json'), 'utf8')) as { pids: Record<string, number> };
      expect(Object.keys(pids).toSorted()).toEqual(['demo', 'gateway', 'messaging', 'monitoring', 'redis', 'streaming', 'trading']);
      first.kill('SIGKILL');
      await first.ended;
      const second = start('start/split.ts', ['--port', new URL(url).port, '--data', folder]);
      await second.untilPrinted(READY, START_MS_MAX);
      await eventually('the first run’s processes have ended', () => areOver(Object.values(pids)), END_MS_MAX);

      const now = await pidsOf(folder);
      second.kill('SIGINT');
      expect(await second.ended).toBe(0);
      expect(second.output()).toMatch(/Stopping …\n$/);
      expect(await areOver(now)).toBe(true);
    },
  );

  test('without Redis it says in one sentence what to install, and starts nothing', async () => {
    const folder = await aFolder();
    const path = (process.env['PATH'] ?? '')
      .split(delimiter)
      .filter((each) => each.includes('node_modules'))
      .join(delimiter);
    const child = start('start/split.ts', ['--port', '0', '--data', folder], { PATH: path });
    expect(await child.ended).toBe(1);
    expect(child.output()).toBe(
      'redis-server is not on PATH: install it (Debian: apt-get install redis-server), or set REDIS_URL to a Redis that runs.\n',
    );
  });
});
