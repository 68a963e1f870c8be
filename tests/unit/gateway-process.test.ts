import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { createDevIssuer } from '#platform/identity/dev-issuer.ts';
import { serveSubgraph } from '#platform/subgraph/server.ts';
import { aFreePort } from '../support/free-port.ts';
import { type StartedProcess, startProcess } from '../support/processes.ts';
import { aConfig, aRuntime, TEST_IDENTITY_KEYS } from '../support/runtime.ts';
import { aTestSubgraph } from '../support/test-subgraph.ts';

const DEADLINE_MS = 30_000;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fanfare-gateway-'));
  return () => rm(folder, { recursive: true });
});

const gateway = (args: readonly string[], env: Readonly<Record<string, string>> = {}): StartedProcess => {
  const base = { IDENTITY_KEYS: TEST_IDENTITY_KEYS, DATA_DIR: folder, LOG_FORMAT: 'json', METRICS_REPORT_SECONDS: '0' };
  const started = startProcess('gateway/server.ts', args, { ...base, ...env });
  onTestFinished(() => started.kill('SIGKILL'));
  return started;
};

test('--help tells the flags', async () => {
  const started = gateway(['--help']);
  expect(await started.ended).toBe(0);
  expect(started.output()).toContain('node gateway/server.ts [--port N] [--dev]');
});

test('a taken port is told in one sentence that says what to do', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const started = gateway(['--port', String((server.address() as AddressInfo).port)]);
  expect(await started.ended).toBe(1);
  expect(started.output()).toContain('gateway cannot start: the port is taken: choose another one with --port');
  expect(started.output()).not.toContain('    at ');
});

test.each<[string, readonly string[], Readonly<Record<string, string>>, string]>([
  ['a port that is none', ['--port', '4e3'], {}, '--port is a whole number from 0 to 65535, not "4e3".'],
  ['a port beyond the last', ['--port', '65536'], {}, '--port is a whole number from 0 to 65535, not "65536".'],
  ['an empty port', ['--port', ''], {}, '--port is a whole number'],
  ['an unknown flag', ['--prot', '4000'], {}, "Unknown option '--prot'"],
  ['--dev in production', ['--dev'], { NODE_ENV: 'production' }, '--dev does not go with NODE_ENV=production'],
  ['a safelist that is not there', ['--safelist', 'nowhere.json'], {}, 'The safelist nowhere.json cannot be used: ENOENT'],
  ['production without the ways to the subgraphs', [], { NODE_ENV: 'production' }, 'TRADING_URL is required in production'],
])('%s is told in one sentence', async (_, args, env, sentence) => {
  const started = gateway(args, env);
  expect(await started.ended).toBe(1);
  expect(started.output()).toContain('gateway cannot start: ');
  expect(started.output()).toContain(sentence);
  expect(started.output()).not.toContain('    at ');
});

test('it starts while every subgraph is down, serves each as soon as it is up, and SIGTERM stops it cleanly', async () => {
  const port = await aFreePort();
  const nobody = `http://127.0.0.1:${await aFreePort()}`;
  const urls = { STREAMING_URL: nobody, TRADING_URL: nobody, MESSAGING_URL: nobody, MONITORING_URL: `http://127.0.0.1:${port}` };
  const started = gateway(['--port', '0', '--dev'], urls);
  const [, url = ''] = await started.untilPrinted(/"url":"(http:[^"]+)"/, DEADLINE_MS);
  const issuer = await createDevIssuer({ ...aConfig(), dataFolder: folder });
  const authorization = `Bearer ${await issuer.issue({ user: 'olga' })}`;
  const ask = async (): Promise<unknown> => {
    const headers = { 'content-type': 'application/json', authorization };
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: '{"query":"{ services { name } }"}' });
    return response.json();
  };
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  expect(await ask()).toMatchObject({
    errors: [{ path: ['services'], extensions: { code: 'SUBGRAPH_UNAVAILABLE', retryAfterMs: 1_000 } }],
  });

  const runtime = await aRuntime();
  const { running } = await aTestSubgraph(runtime);
  const served = await serveSubgraph(running, runtime, { host: '127.0.0.1', port });
  onTestFinished(async () => {
    await served.close();
    await running.close();
    await runtime.close();
  });
  expect(await ask()).toMatchObject({ data: { services: [{ name: 'olga' }] } });
  started.kill('SIGTERM');
  expect(await started.ended).toBe(0);
});
