import { expect, test } from 'vitest';
import { ConfigError, databaseUrlOf, loadConfig } from '#platform/config/config.ts';
import { renderConfigTable } from '#platform/config/table.ts';
import { VARIABLES } from '#platform/config/variables.ts';

const key = (id: string): string => `${id}:${Buffer.alloc(32, id).toString('base64')}`;

const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://u:p@db:5432/x',
  IDENTITY_KEYS: key('a'),
  JWT_JWKS_URL: 'https://id.example/jwks',
};

const problemsOf = (
  env: Readonly<Record<string, string>>,
  argv: readonly string[] = [],
  runs: Parameters<typeof loadConfig>[2] = 'everything',
): readonly string[] => {
  try {
    loadConfig(env, argv, runs);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

test('an empty environment is a working development configuration on loopback', () => {
  expect(loadConfig({})).toMatchObject({
    environment: 'development',
    dev: false,
    host: '127.0.0.1',
    gatewayPort: 4000,
    redisUrls: [],
    jwt: null,
  });
});

test('a safelist is enforced unless its mode says otherwise; a mode without a list is refused', () => {
  expect(loadConfig({}).safelist).toEqual({ file: null, mode: 'off' });
  expect(loadConfig({ SAFELIST_FILE: 'list.json' }).safelist).toEqual({ file: 'list.json', mode: 'enforce' });
  expect(loadConfig({ SAFELIST_FILE: 'list.json', SAFELIST_MODE: 'log' }).safelist).toEqual({ file: 'list.json', mode: 'log' });
  expect(problemsOf({ SAFELIST_MODE: 'enforce' })).toEqual(['SAFELIST_MODE=enforce needs a list: set SAFELIST_FILE to a manifest.']);
});

test('an empty variable counts as unset', () => {
  expect(loadConfig({ GATEWAY_PORT: '', REDIS_URL: '' })).toMatchObject({ gatewayPort: 4000, redisUrls: [] });
});

test('each subgraph has its own database on the server, unless it is told another one', () => {
  const config = loadConfig({
    DATABASE_URL: 'postgres://u:p@db:5432/ignored?sslmode=require',
    TRADING_DATABASE_URL: 'postgres://u:p@money:5432/t',
  });
  expect(databaseUrlOf(config, 'streaming')).toBe('postgres://u:p@db:5432/fanfare_streaming?sslmode=require');
  expect(databaseUrlOf(config, 'trading')).toBe('postgres://u:p@money:5432/t');
});

test('a missing database is told with what to do', () => {
  expect(() => databaseUrlOf(loadConfig({}), 'trading')).toThrow('No database for trading: set DATABASE_URL');
});

test.each([
  [
    'LOG_LEVEL',
    'loud',
    'LOG_LEVEL: it must be one of fatal, error, warn, info, debug, trace, silent (it is "loud"); correct it or remove it for info.',
  ],
  ['GATEWAY_PORT', '70000', 'GATEWAY_PORT: it must be a whole number from 0 to 65535 (it is "70000"); correct it or remove it for 4000.'],
  ['GATEWAY_PORT', '4e3', 'GATEWAY_PORT: it must be a whole number from 0 to 65535 (it is "4e3"); correct it or remove it for 4000.'],
  [
    'TRADING_URL',
    'trading:4002',
    'TRADING_URL: it must be a URL that starts with http:// or https:// (it is "trading:4002"); correct it or remove it.',
  ],
  [
    'CORS_ORIGINS',
    'https://a.example/path',
    'CORS_ORIGINS: it must be a comma-separated list of origins such as https://app.example.com (it is "https://a.example/path"); correct it or remove it for none.',
  ],
  ['INTROSPECTION', 'yes', 'INTROSPECTION: it must be one of everyone, operators, nobody (it is "yes"); correct it or remove it.'],
])('%s=%s is told in one sentence that says what to do', (name, value, sentence) => {
  expect(problemsOf({ [name]: value })).toEqual([sentence]);
});

test('the value of a secret is never repeated', () => {
  const problems = problemsOf({
    REDIS_URL: 'http://:hunter2@host',
    DATABASE_URL: 'mysql://hunter2',
    IDENTITY_KEYS: 'a:hunter2',
    JWT_SECRET: 'hunter2',
    ALERT_WEBHOOK_SECRET: 'hunter2',
  });
  expect(problems).toHaveLength(5);
  expect(problems.join(' ')).not.toContain('hunter2');
});

test('several Redis URLs are the nodes of a cluster', () => {
  expect(loadConfig({ REDIS_URL: 'redis://a:6379, redis://b:6379' }).redisUrls).toEqual(['redis://a:6379', 'redis://b:6379']);
});

test('identity keys keep their order; short ones and repeated ids are refused', () => {
  expect(loadConfig({ IDENTITY_KEYS: `${key('new')},${key('old')}` }).identityKeys.map(({ id }) => id)).toEqual(['new', 'old']);
  expect(problemsOf({ IDENTITY_KEYS: `${key('a')},${key('a')}` })).toHaveLength(1);
  expect(problemsOf({ IDENTITY_KEYS: `a:${Buffer.alloc(31).toString('base64')}` })).toHaveLength(1);
});

test('clients’ tokens have one source', () => {
  expect(loadConfig({ JWT_SECRET: 'x'.repeat(32) }).jwt).toEqual({ kind: 'secret', secret: 'x'.repeat(32) });
  expect(loadConfig({ JWT_PUBLIC_KEY: '-----BEGIN PUBLIC KEY-----\\nAA\\n-----END PUBLIC KEY-----' }).jwt).toEqual({
    kind: 'publicKey',
    pem: '-----BEGIN PUBLIC KEY-----\nAA\n-----END PUBLIC KEY-----',
  });
  expect(problemsOf({ JWT_SECRET: 'x'.repeat(32), JWT_JWKS_URL: 'https://id.example/jwks' })).toEqual([
    'JWT_JWKS_URL, JWT_PUBLIC_KEY and JWT_SECRET exclude each other: set one of them.',
  ]);
});

test('production with all it needs starts', () => {
  expect(loadConfig(PRODUCTION).environment).toBe('production');
});

test.each(['DATABASE_URL', 'IDENTITY_KEYS', 'JWT_JWKS_URL'])('production without %s does not start', (name) => {
  const problems = problemsOf({ ...PRODUCTION, [name]: '' });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(name);
});

test('production does without DATABASE_URL where every subgraph has its own', () => {
  const own = Object.fromEntries(
    ['STREAMING', 'TRADING', 'MESSAGING', 'MONITORING'].map((name) => [`${name}_DATABASE_URL`, 'postgres://db/x']),
  );
  expect(problemsOf({ ...PRODUCTION, DATABASE_URL: '', ...own })).toEqual([]);
});

test('in production each process demands only what it uses', () => {
  const demandedBy = (runs: Parameters<typeof loadConfig>[2], env: Readonly<Record<string, string>> = {}) =>
    problemsOf({ NODE_ENV: 'production', ...env }, [], runs).map((problem) => problem.replace(/ (is|and) .*/, ''));
  const urls = ['STREAMING_URL', 'TRADING_URL', 'MESSAGING_URL', 'MONITORING_URL'];
  expect(demandedBy('gateway')).toEqual([...urls, 'IDENTITY_KEYS', 'One of JWT_JWKS_URL, JWT_PUBLIC_KEY']);
  expect(demandedBy('trading')).toEqual(['DATABASE_URL', 'IDENTITY_KEYS']);
  expect(demandedBy('trading', { TRADING_DATABASE_URL: 'postgres://db/x' })).toEqual(['IDENTITY_KEYS']);
  expect(demandedBy('trading', { STREAMING_DATABASE_URL: 'postgres://db/x' })).toEqual(['DATABASE_URL', 'IDENTITY_KEYS']);
});

test('--dev does not go with production', () => {
  expect(problemsOf(PRODUCTION, ['--dev'])).toEqual(['--dev does not go with NODE_ENV=production: leave out one of them.']);
});

test('every default in the table passes its own parser', () => {
  for (const [name, of] of Object.entries(VARIABLES)) {
    if (of.default !== null) expect(of.parser.safeParse(of.default).success, name).toBe(true);
  }
});

test('the README’s table has a row for every variable', () => {
  const rows = renderConfigTable().split('\n');
  expect(rows).toHaveLength(Object.keys(VARIABLES).length + 2);
  expect(rows).toContainEqual('| `GATEWAY_PORT` | port | `4000` | Port of the gateway; 0 picks a free one. |');
  for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(5);
});
