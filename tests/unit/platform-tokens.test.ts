import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, readdir, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, type JWTPayload, SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { FanfareError } from '#platform/errors.ts';
import { createDevIssuer, type DevIssuer, parseScopes } from '#platform/identity/dev-issuer.ts';
import { createTokenVerifier } from '#platform/identity/token-verifier.ts';
import { aConfig } from '../support/runtime.ts';

const SECRET = 'a secret of at least thirty-two characters';
const NO_DEMANDS = { jwtIssuer: null, jwtAudience: null } as const;

const bySecret = (now?: () => number) =>
  createTokenVerifier({ config: { jwt: { kind: 'secret', secret: SECRET }, ...NO_DEMANDS }, ...(now === undefined ? {} : { now }) });

interface TokenFixture {
  readonly claims?: JWTPayload;
  readonly subject?: string;
  readonly expires?: string | number | null;
  readonly key?: Uint8Array | KeyObject;
  readonly algorithm?: string;
}

const aToken = ({
  claims = {},
  subject = 'alice',
  expires = '1h',
  key = new TextEncoder().encode(SECRET),
  algorithm = 'HS256',
}: TokenFixture = {}): Promise<string> => {
  const token = new SignJWT(claims).setProtectedHeader({ alg: algorithm }).setSubject(subject).setIssuedAt();
  return (expires === null ? token : token.setExpirationTime(expires)).sign(key);
};

const refusalOf = async (verdict: Promise<unknown>): Promise<string> => {
  const error = await verdict.then(
    () => new Error('it was accepted'),
    (reason: unknown) => reason,
  );
  if (error instanceof FanfareError) return `${error.code}: ${error.message}`;
  throw error;
};

const anIssuer = async (): Promise<DevIssuer> =>
  createDevIssuer({ ...aConfig(), dataFolder: await mkdtemp(join(tmpdir(), 'fanfare-dev-')) });

test('a good token becomes a person with the scopes that exist', async () => {
  const jwt = await aToken({ claims: { scope: 'gifts:send moon:land', client_id: 'web', roles: ['vip', 7] } });
  expect(await bySecret().verify(jwt)).toEqual({
    identity: { kind: 'user', id: 'alice', scopes: ['gifts:send'], roles: ['vip'], clientId: 'web' },
    expiresAtMs: expect.any(Number),
  });
});

test('what a token says of age and place is carried on: any claim but false says minor, and a region is two capital letters', async () => {
  const identityOf = async (claims: JWTPayload) => (await bySecret().verify(await aToken({ claims }))).identity;
  const said = (identity: object) => [Object.hasOwn(identity, 'minor'), Object.hasOwn(identity, 'region')];
  expect(await identityOf({ minor: true, region: 'DE' })).toMatchObject({ minor: true, region: 'DE' });
  for (const minor of ['yes', 1, 'false']) expect(await identityOf({ minor })).toMatchObject({ minor: true });
  for (const claims of [{}, { minor: false }, { minor: null, region: 'eu-west-1' }, { region: 'de' }, { region: 7 }])
    expect(said(await identityOf(claims))).toEqual([false, false]);
});

test('the development issuer says age and place when it is asked to', async () => {
  const issuer = await anIssuer();
  const verifier = createTokenVerifier({ config: { jwt: null, ...NO_DEMANDS }, devKey: issuer.key });
  const identityOf = async (request: object) => (await verifier.verify(await issuer.issue({ user: 'alice', ...request }))).identity;
  expect(await identityOf({ minor: true, region: 'CN' })).toMatchObject({ minor: true, region: 'CN' });
  expect(Object.keys(await identityOf({ minor: false }))).toEqual(['kind', 'id', 'scopes', 'roles', 'clientId']);
  expect(await refusalOf(issuer.issue({ user: 'alice', region: 'de' }))).toContain('BAD_USER_INPUT: A region is two capital letters');
});

test('forged, expired, malformed and unsuitable tokens are told apart', async () => {
  const verifier = bySecret();
  const good = await aToken();
  const refused = (jwt: string) => refusalOf(verifier.verify(jwt));
  expect(await refused(await aToken({ key: Buffer.alloc(32, 9) }))).toBe('UNAUTHENTICATED: The token is refused: its signature is wrong.');
  expect(await refused(`${good.slice(0, -3)}abc`)).toBe('UNAUTHENTICATED: The token is refused: its signature is wrong.');
  expect(await refused(await aToken({ expires: 1_000 }))).toBe('UNAUTHENTICATED: The token is refused: it has expired; get a new one.');
  for (const malformed of ['', 'x', 'a.b.c', 'x'.repeat(10_000)])
    expect(await refused(malformed)).toBe('UNAUTHENTICATED: The token is refused: it is malformed.');
  expect(await refused(await aToken({ expires: null }))).toBe('UNAUTHENTICATED: The token is refused: its claim exp is missing.');
  expect(await refused(await aToken({ subject: 'x'.repeat(129) }))).toContain('its sub is not a text of 1 to 128 characters');
  expect(await refused(await aToken({ subject: 'a\0b' }))).toContain('its sub is not a text of 1 to 128 characters');
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${good.split('.')[1]}.`;
  expect(await refused(unsigned)).toMatch(/UNAUTHENTICATED: The token is refused: its algorithm is not accepted here\./);
});

test('a verdict ends with its token, although it was kept', async () => {
  let now = Date.now();
  const verifier = bySecret(() => now);
  const jwt = await aToken({ expires: '1m' });
  const verdict = await verifier.verify(jwt);
  expect(await verifier.verify(jwt)).toBe(verdict);
  now += 70_000;
  expect(await refusalOf(verifier.verify(jwt))).toContain('it has expired');
});

test('issuer and audience are demanded where they are configured', async () => {
  const verifier = createTokenVerifier({
    config: { jwt: { kind: 'secret', secret: SECRET }, jwtIssuer: 'https://id.example', jwtAudience: 'fanfare' },
  });
  expect((await verifier.verify(await aToken({ claims: { iss: 'https://id.example', aud: 'fanfare' } }))).identity.id).toBe('alice');
  expect(await refusalOf(verifier.verify(await aToken({ claims: { iss: 'https://evil.example', aud: 'fanfare' } })))).toContain(
    'its claim iss is not accepted here',
  );
  expect(await refusalOf(verifier.verify(await aToken({ claims: { iss: 'https://id.example' } })))).toContain('its claim aud is missing');
});

test('a public key verifies, and can not be misused as a shared secret', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const verifier = createTokenVerifier({ config: { jwt: { kind: 'publicKey', pem }, ...NO_DEMANDS } });
  expect((await verifier.verify(await aToken({ key: privateKey, algorithm: 'ES256' }))).identity.id).toBe('alice');
  expect(await refusalOf(verifier.verify(await aToken({ key: new TextEncoder().encode(pem) })))).toContain(
    'its algorithm is not accepted here',
  );
});

test('a key set is fetched and verifies; while it is away the fault is not the caller’s', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const stranger = generateKeyPairSync('ed25519').privateKey;
  const server = createServer((_, response) => {
    void exportJWK(publicKey).then((jwk) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [{ ...jwk, alg: 'EdDSA' }] })),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
  const verifier = createTokenVerifier({ config: { jwt: { kind: 'jwks', url }, ...NO_DEMANDS } });
  expect((await verifier.verify(await aToken({ key: privateKey, algorithm: 'EdDSA' }))).identity.id).toBe('alice');
  expect(await refusalOf(verifier.verify(await aToken({ key: stranger, algorithm: 'EdDSA' })))).toContain('its signature is wrong');
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  const later = createTokenVerifier({ config: { jwt: { kind: 'jwks', url }, ...NO_DEMANDS } });
  expect(await refusalOf(later.verify(await aToken({ key: privateKey, algorithm: 'EdDSA' })))).toContain(
    'SUBGRAPH_UNAVAILABLE: Tokens cannot be checked at the moment',
  );
});

test('the development issuer’s personas have the scopes that fit them', async () => {
  const issuer = await anIssuer();
  const verifier = createTokenVerifier({ config: { jwt: null, ...NO_DEMANDS }, devKey: issuer.key });
  const scopesOf = async (user: string) => (await verifier.verify(await issuer.issue({ user }))).identity.scopes;
  expect(await scopesOf('alice')).toEqual(['chat:write', 'gifts:send', 'wallet:read', 'wallet:topup']);
  expect(await scopesOf('luna')).toContain('streams:manage');
  expect(await scopesOf('olga')).toEqual(expect.arrayContaining(['ops:read', 'ops:write', 'metrics:write', 'chat:write']));
  expect(await scopesOf('streamer-07')).toEqual(await scopesOf('luna'));
  expect(await scopesOf('status')).toEqual(['ops:read']);
  expect(await scopesOf('viewer-01')).toEqual(await scopesOf('alice'));
});

test('a development token is worth nothing where the development issuer is not at home', async () => {
  const issuer = await anIssuer();
  const jwt = await issuer.issue({ user: 'olga' });
  expect(await refusalOf(bySecret().verify(jwt))).toContain('its signature is wrong');
  expect(await refusalOf(createTokenVerifier({ config: { jwt: null, ...NO_DEMANDS } }).verify(jwt))).toContain('unknown issuer');
  const another = await anIssuer();
  expect(await refusalOf(createTokenVerifier({ config: { jwt: null, ...NO_DEMANDS }, devKey: another.key }).verify(jwt))).toContain(
    'its signature is wrong',
  );
});

test('the development key is made once, also by two processes at once, and is readable by its owner only', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'fanfare-dev-'));
  const issuers = await Promise.all(Array.from({ length: 8 }, () => createDevIssuer({ ...aConfig(), dataFolder })));
  expect(new Set(issuers.map((issuer) => Buffer.from(issuer.key).toString('hex'))).size).toBe(1);
  expect((await stat(join(dataFolder, 'dev-key'))).mode & 0o777).toBe(0o600);
  expect(await readdir(dataFolder)).toEqual(['dev-key']);
});

test('a damaged development key is told with what to do', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'fanfare-dev-'));
  await writeFile(join(dataFolder, 'dev-key'), 'oops');
  await expect(createDevIssuer({ ...aConfig(), dataFolder })).rejects.toThrow('dev-key is damaged: delete it');
});

test('the development issuer refuses to exist in production and without --dev', async () => {
  const config = aConfig();
  await expect(createDevIssuer({ ...config, environment: 'production' })).rejects.toThrow('refuses to run under NODE_ENV=production');
  await expect(createDevIssuer({ ...config, dev: false })).rejects.toThrow('needs --dev');
});

test('the development issuer refuses users, scopes and lifetimes that make no sense', async () => {
  const issuer = await anIssuer();
  for (const user of ['', 'x'.repeat(129), 'a\0', '\ud800'])
    expect(await refusalOf(issuer.issue({ user }))).toContain('BAD_USER_INPUT: A user is a text');
  for (const expiresInSeconds of [0, -1, 1.5, 86_401, Number.NaN])
    expect(await refusalOf(issuer.issue({ user: 'alice', expiresInSeconds }))).toContain('A token lives 1 to 86400 seconds');
  expect(() => parseScopes('chat:write moon:land')).toThrow('There is no scope "moon:land"');
  expect(parseScopes(' chat:write, ops:read ')).toEqual(['chat:write', 'ops:read']);
});
