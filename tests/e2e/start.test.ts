import { chmod, glob, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ask } from '../support/clients.ts';
import { type StartedProcess, startProcess } from '../support/processes.ts';

const READY = /Fanfare is ready at (http:\S+)/;
/** The promise for a cold start. Warm: 6 s, measured on an idle machine; here other tests run beside it. */
const COLD_START_MS = 60_000;
/** From Ctrl-C to the end, with demo activity under way. */
const STOP_MS_MAX = 15_000;
const STREAMS = '{ liveStreams { nodes { title room { id } } } }';

interface Streams {
  readonly liveStreams: { readonly nodes: readonly { readonly title: string; readonly room: { readonly id: string } | null }[] };
}

const started: StartedProcess[] = [];
const folders: string[] = [];
const aFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'fanfare-start-'));
  await chmod(folder, 0o755); // as an ordinary folder: as root, PostgreSQL's user must get in
  folders.push(folder);
  return folder;
};
const start = (folder: string, ...args: readonly string[]): StartedProcess => {
  const child = startProcess('start/embedded.ts', ['--port', '0', '--data', folder, ...args], { LOG_LEVEL: 'warn' });
  started.push(child);
  return child;
};
afterAll(async () => {
  for (const child of started) {
    child.kill('SIGINT');
    await child.ended;
  }
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

// One start after the other on the same data, as on somebody's machine: each test goes on where the one before it ended.
describe('npm start', () => {
  let folder: string;
  let running: StartedProcess;
  let streams: Streams;

  test('answers with live streams and their rooms', async () => {
    folder = await aFolder();
    running = start(folder, '--no-demo');
    const [, url = ''] = await running.untilPrinted(READY, COLD_START_MS);
    streams = await ask<Streams>(url, STREAMS);
    expect(streams.liveStreams.nodes.length).toBeGreaterThanOrEqual(1);
    for (const stream of streams.liveStreams.nodes) expect(stream.room?.id).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('a second start on the same data says so in one sentence', async () => {
    const second = start(folder, '--no-demo');
    expect(await second.ended).toBe(1);
    expect(second.output().trim().split('\n')).toHaveLength(1);
    expect(second.output()).toMatch(/--data/);
  });

  test('stops cleanly on Ctrl-C, and finds its data again', async () => {
    running.kill('SIGINT');
    expect(await running.ended).toBe(0);
    expect(running.output()).not.toMatch(/did not close cleanly|Error:/);
    running = start(folder, '--no-demo');
    const [, url = ''] = await running.untilPrinted(READY, COLD_START_MS);
    expect(await ask<Streams>(url, STREAMS)).toEqual(streams);
    expect(running.output()).not.toContain('migrations applied');
  });

  test('after kill -9 the next start takes over what the orphaned PostgreSQL has', async () => {
    running.kill('SIGKILL');
    await running.ended;
    running = start(folder);
    const [, url = ''] = await running.untilPrinted(READY, COLD_START_MS);
    expect((await ask<Streams>(url, STREAMS)).liveStreams.nodes.length).toBeGreaterThanOrEqual(1);
  });

  test('the demo’s people chat and send gifts by themselves', async () => {
    const [, url = ''] = await running.untilPrinted(READY, COLD_START_MS);
    interface Activity {
      readonly liveStreams: {
        readonly nodes: readonly { readonly room: { readonly events: { readonly nodes: readonly { readonly __typename: string }[] } } }[];
      };
    }
    const seen = async (): Promise<ReadonlySet<string>> => {
      const { liveStreams } = await ask<Activity>(url, '{ liveStreams { nodes { room { events(last: 50) { nodes { __typename } } } } } }');
      return new Set(liveStreams.nodes.flatMap(({ room }) => room.events.nodes.map((event) => event.__typename)));
    };
    await expect.poll(seen, { interval: 500 }).toEqual(new Set(['NoticeEvent', 'ChatEvent', 'GiftEvent']));

    const stopping = Date.now();
    running.kill('SIGINT');
    expect(await running.ended).toBe(0);
    expect(Date.now() - stopping).toBeLessThan(STOP_MS_MAX);
  });

  test('a damaged data folder is one sentence, nothing is deleted, and --reset starts from nothing', async () => {
    const damaged = await findVersionFile(folder);
    await writeFile(damaged, 'not a version');
    const second = start(folder, '--no-demo');
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(/--reset/);
    expect(await readFile(damaged, 'utf8')).toBe('not a version');

    const anew = start(folder, '--no-demo', '--reset');
    await anew.untilPrinted(READY, COLD_START_MS);
    const list = JSON.parse(await readFile(join(folder, 'processes.json'), 'utf8')) as { databaseUrls: Record<string, string> };
    expect(Object.keys(list.databaseUrls)).toHaveLength(4);
  });
});

describe('npm start that cannot', () => {
  test('a port taken is one sentence that names the port and the way out', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const child = startProcess('start/embedded.ts', ['--port', String(port), '--data', await aFolder()]);
    expect(await child.ended).toBe(1);
    expect(child.output().trim().split('\n')).toHaveLength(1);
    expect(child.output()).toContain(`Port ${port}`);
    expect(child.output()).toContain('--port');
    server.close();
  });

  test.each([
    [['--help'], 0, /--no-demo/],
    [['--prot', '1'], 1, /--prot.*--help/],
    [['--port', 'x'], 1, /--port must be a whole number from 0 to 65535, not "x"/],
  ])('%j ends with %d', async (args, code, pattern) => {
    const child = startProcess('start/embedded.ts', args);
    expect(await child.ended).toBe(code);
    expect(child.output()).toMatch(pattern);
    expect(child.output()).not.toContain('    at ');
  });
});

async function findVersionFile(folder: string): Promise<string> {
  for await (const file of glob('**/PG_VERSION', { cwd: folder })) if (!file.includes('base')) return join(folder, file);
  throw new Error(`no PG_VERSION below ${folder}`);
}
