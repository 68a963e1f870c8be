import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createDevIssuer } from '#platform/identity/dev-issuer.ts';
import { createTokenVerifier } from '#platform/identity/token-verifier.ts';
import { withDeadline } from '../support/deadline.ts';
import { aDatabaseUrl } from '../support/postgres.ts';
import { type StartedProcess, startProcess } from '../support/processes.ts';
import { aConfig, TEST_IDENTITY_KEYS } from '../support/runtime.ts';

const DEADLINE_MS = 30_000;

const monitoring = async (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<StartedProcess> => {
  const base = {
    MONITORING_DATABASE_URL: await aDatabaseUrl('monitoring'),
    IDENTITY_KEYS: TEST_IDENTITY_KEYS,
    LOG_FORMAT: 'json',
    METRICS_REPORT_SECONDS: '0',
  };
  const started = startProcess('subgraphs/monitoring/server.ts', args, { ...base, ...env });
  onTestFinished(() => started.kill('SIGKILL'));
  return started;
};

test('a subgraph runs as its own process, and SIGTERM stops it cleanly', async () => {
  const started = await monitoring(['--port', '0']);
  const [, url = ''] = await started.untilPrinted(/"url":"(http:[^"]+)"/, DEADLINE_MS);
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  expect((await fetch(`${url}/graphql`, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })).status).toBe(401);
  started.kill('SIGTERM');
  expect(await started.ended).toBe(0);
});

test('a process whose supervisor goes while it starts ends by itself as soon as it has started', async () => {
  const env = { ...process.env, IDENTITY_KEYS: TEST_IDENTITY_KEYS, LOG_LEVEL: 'info', LOG_FORMAT: 'json', METRICS_REPORT_SECONDS: '0' };
  const child = fork('gateway/server.ts', ['--port', '0', '--dev'], { env, silent: true });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.disconnect();
  const [code] = (await withDeadline(once(child, 'exit'), 'the process ends', DEADLINE_MS)) as [number];
  expect(code).toBe(0);
  expect(output).toContain('the supervisor is gone');
});

test('a taken port is told in one sentence that says what to do', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const started = await monitoring(['--port', String((server.address() as AddressInfo).port)]);
  expect(await started.ended).toBe(1);
  expect(started.output()).toContain('monitoring cannot start: the port is taken: choose another one with --port');
});

test('bad configuration is told in one sentence each', async () => {
  const started = await monitoring([], { LOG_LEVEL: 'loud', MONITORING_PORT: 'x' });
  expect(await started.ended).toBe(1);
  expect(started.output()).toContain('LOG_LEVEL: it must be one of');
  expect(started.output()).toContain('MONITORING_PORT: it must be a whole number');
  expect(started.output()).not.toContain('    at ');
});

test('npm run token prints a token that a gateway on the same data folder accepts', async () => {
  const data = await mkdtemp(join(tmpdir(), 'fanfare-token-'));
  const started = startProcess('scripts/token.ts', ['--user', 'alice', '--scope', 'chat:write gifts:send', '--data', data]);
  expect(await started.ended).toBe(0);
  const { key } = await createDevIssuer({ ...aConfig(), dataFolder: data });
  const verifier = createTokenVerifier({ config: { jwt: null, jwtIssuer: null, jwtAudience: null }, devKey: key });
  const { identity } = await verifier.verify(started.output().trim());
  expect(identity).toMatchObject({ id: 'alice', scopes: ['chat:write', 'gifts:send'] });
});

test('npm run token refuses production', async () => {
  const started = startProcess('scripts/token.ts', ['--user', 'alice'], { NODE_ENV: 'production' });
  expect(await started.ended).toBe(1);
  expect(started.output()).toContain('--dev does not go with NODE_ENV=production');
});
