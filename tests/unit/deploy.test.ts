import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadConfig } from '#platform/config/config.ts';
import { VARIABLES } from '#platform/config/variables.ts';
import { SUBGRAPH_NAMES } from '#platform/subgraph/transport.ts';

// No container runtime is at hand here: what can be told from the files alone is told.
const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const service = z.object({
  image: z.string(),
  command: z.array(z.string()),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()),
  volumes: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.enum(['service_healthy', 'service_completed_successfully']) })).default({}),
  healthcheck: z.object({ test: z.array(z.string()).min(2), interval: z.string(), timeout: z.string(), retries: z.number() }).optional(),
  restart: z.string(),
  profiles: z.array(z.string()).default([]),
});
const compose = z
  .object({
    services: z.record(z.string(), service),
    networks: z.record(z.string(), z.unknown()),
    volumes: z.record(z.string(), z.unknown()),
  })
  .parse(parse(read('deploy/compose.yaml'), { merge: true }));

type Service = z.infer<typeof service>;

const own = Object.entries(compose.services).filter(([, { image }]) => image === 'fanfare');
const serving = own.filter(([, { restart }]) => restart !== 'no');
const scripts = Object.values((JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts);
const dockerfile = read('deploy/Dockerfile')
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));
const copied = dockerfile.flatMap((line) => /^COPY --from=build \/app\/(\S+) (\S+)$/.exec(line)?.[1] ?? []);

/** `${NAME:-default}` and `${NAME:?message}` as compose puts them in. */
const interpolate = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/\$\{([A-Z_]+):([-?])([^}]*)\}/g, (_, name: string, kind: string, other: string) => {
    const value = values[name] ?? '';
    if (value !== '') return value;
    if (kind === '?') throw new Error(`${name}: ${other}`);
    return other;
  });
const environmentOf = ({ environment }: Service, values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries({ NODE_ENV: 'production', ...environment }).map(([name, value]) => [name, interpolate(value, values)]));

const SECRETS = {
  POSTGRES_PASSWORD: '0123456789abcdef',
  IDENTITY_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
  JWT_SECRET: 'a shared secret that is long enough',
};

describe('deploy/compose.yaml', () => {
  test('runs PostgreSQL, Redis, the migrations, every subgraph and the gateway; the demo only when asked to', () => {
    expect(Object.keys(compose.services).sort()).toEqual(['gateway', 'migrate', 'postgres', 'redis', 'seed', ...SUBGRAPH_NAMES].sort());
    const optional = Object.entries(compose.services).filter(([, { profiles }]) => profiles.length > 0);
    expect(optional.map(([name]) => name)).toEqual(['seed']);
  });

  test('names only variables that the configuration knows', () => {
    for (const [, { environment }] of own) expect(Object.keys(environment).filter((name) => !(name in VARIABLES))).toEqual([]);
  });

  test.each(serving)('%s is configured for production as it stands, on the ports that the others expect', (name, of) => {
    const config = loadConfig(environmentOf(of, SECRETS));
    const port = name === 'gateway' ? config.gatewayPort : config.subgraphPorts[name as keyof typeof config.subgraphPorts];
    if (name !== 'gateway') expect(config.subgraphUrls[name as keyof typeof config.subgraphUrls]).toBe(`http://${name}:${port}`);
    expect(of.healthcheck?.test.join(' ')).toContain(`http://127.0.0.1:${port}/health/ready`);
    expect(exposedPorts()).toContain(port);
    expect(config.databaseUrls.trading).toBe('postgres://fanfare:0123456789abcdef@postgres:5432/fanfare_trading');
    expect(config.redisUrls).toEqual(['redis://redis:6379']);
  });

  test('asks for what is missing before anything starts, with where to put it', () => {
    const gateway = compose.services['gateway'];
    if (gateway === undefined) throw new Error('there is a gateway');
    for (const missing of ['POSTGRES_PASSWORD', 'IDENTITY_KEYS']) {
      expect(() => environmentOf(gateway, { ...SECRETS, [missing]: '' })).toThrow(/deploy\/\.env.*deploy\/example\.env/);
    }
    expect(() => loadConfig(environmentOf(gateway, { ...SECRETS, JWT_SECRET: '' }))).toThrow(/JWT_SECRET/);
  });

  test('takes from deploy/.env exactly what deploy/example.env explains, and example.env holds no secret', () => {
    const lines = read('deploy/example.env').split('\n');
    const explained = lines.flatMap((line) => /^([A-Z_]+)=(.*)$/.exec(line)?.slice(1, 3) ?? []);
    const used = new Set([...read('deploy/compose.yaml').matchAll(/\$\{([A-Z_]+):/g)].map(([, name]) => name));
    expect(explained.filter((_, index) => index % 2 === 0).sort()).toEqual([...used].sort());
    expect(explained.filter((text, index) => index % 2 === 1 && text !== '')).toEqual([]);
  });

  test('publishes the gateway alone, on loopback', () => {
    expect(Object.entries(compose.services).flatMap(([name, { ports }]) => ports.map((port) => [name, port]))).toEqual([
      ['gateway', '127.0.0.1:4000:4000'],
    ]);
  });

  test('starts things in order: every dependency exists, and one that must be healthy has a check', () => {
    for (const [name, { depends_on: needs }] of Object.entries(compose.services)) {
      for (const [need, { condition }] of Object.entries(needs)) {
        expect(compose.services, `${name} needs ${need}`).toHaveProperty(need);
        if (condition === 'service_healthy') expect(compose.services[need]?.healthcheck, `${need} has a health check`).toBeDefined();
        else expect(compose.services[need]?.restart, `${need} runs once`).toBe('no');
      }
    }
    for (const name of SUBGRAPH_NAMES)
      expect(Object.keys(compose.services[name]?.depends_on ?? {})).toEqual(['migrate', 'postgres', 'redis']);
  });

  test('names networks and volumes that it declares', () => {
    const all = Object.values(compose.services);
    expect(all.flatMap(({ networks }) => networks).filter((name) => !(name in compose.networks))).toEqual([]);
    expect(
      all.flatMap(({ volumes }) => volumes.map((volume) => volume.split(':')[0] ?? '')).filter((name) => !(name in compose.volumes)),
    ).toEqual([]);
  });

  test.each(own)('%s runs an entry point that exists and that an npm script or its folder names', (_, { command }) => {
    const [program, file = '', ...rest] = command;
    expect([program, rest]).toEqual(['node', []]);
    expect(existsSync(join(ROOT, file))).toBe(true);
    const isScript = scripts.includes(`node ${file}`);
    expect(isScript || /^(gateway|subgraphs\/\w+)\/server\.ts$/.test(file)).toBe(true);
  });
});

describe('deploy/Dockerfile', () => {
  test('runs on the Node of the project, not as root, with the gateway as its default', () => {
    const wanted = /"node": "\^(\d+)/.exec(read('package.json'))?.[1];
    const from = dockerfile.filter((line) => line.startsWith('FROM '));
    expect(from.length).toBeGreaterThan(0);
    for (const line of from) expect(line).toMatch(new RegExp(`^FROM node:${wanted}-`));
    expect(dockerfile.slice(dockerfile.lastIndexOf(from.at(-1) ?? ''))).toContain('USER node');
    expect(dockerfile.at(-1)).toBe(`CMD ${JSON.stringify(compose.services['gateway']?.command).replaceAll(',', ', ')}`);
  });

  test('sets variables that the configuration knows, or that the libraries read', () => {
    const set = dockerfile
      .filter((line) => line.startsWith('ENV '))
      .flatMap((line) => [...line.matchAll(/([A-Z_]+)=/g)].map(([, name = '']) => name));
    expect(set.filter((name) => !(name in VARIABLES))).toEqual(['APOLLO_TELEMETRY_DISABLED']);
  });

  describe('with the files that it copies and nothing else of the project', () => {
    let folder: string;

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'fanfare-image-'));
      for (const path of copied) {
        if (path === 'node_modules') symlinkSync(join(ROOT, path), join(folder, path));
        else if (existsSync(join(ROOT, path))) cpSync(join(ROOT, path), join(folder, path), { recursive: true });
      }
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test('copies only what is there; the playground is built on the way', () => {
      expect(copied.filter((path) => path !== 'web/playground/dist' && !existsSync(join(ROOT, path)))).toEqual([]);
    });

    test.each(own)('%s finds all it imports', async (_, { command }) => {
      const { stdout } = await promisify(execFile)(process.execPath, [...command.slice(1), '--help'], {
        cwd: folder,
        env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] },
      });
      expect(stdout).toMatch(/node |npm run/);
    });
  });
});

function exposedPorts(): readonly number[] {
  return dockerfile.filter((line) => line.startsWith('EXPOSE ')).flatMap((line) => line.split(' ').slice(1).map(Number));
}
