import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { FanfareError } from '#platform/errors.ts';
import { ANONYMOUS, IDENTITY_TTL_SECONDS, type Identity } from '#platform/identity/identity.ts';
import { createIdentityKeys } from '#platform/identity/keys.ts';

const KEY = { id: 'k1', secret: Buffer.alloc(32, 1) };
const OTHER = { id: 'k2', secret: Buffer.alloc(32, 2) };
const ALICE: Identity = { kind: 'user', id: 'alice', scopes: ['gifts:send'], roles: ['vip'], clientId: 'web' };

const refusalOf = (verify: () => unknown): string => {
  try {
    verify();
  } catch (error) {
    if (error instanceof FanfareError && error.code === 'UNAUTHENTICATED') return error.message;
    throw error;
  }
  throw new Error('it was accepted');
};

const forge = (body: object | string, key = KEY): string => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const signed = `${key.id}.${Buffer.from(text).toString('base64url')}`;
  return `${signed}.${createHmac('sha256', key.secret).update(signed).digest('base64url')}`;
};

test.each<[string, Identity]>([
  ['a person', ALICE],
  ['a person who is not of age, and where they are', { ...ALICE, minor: true, region: 'DE' }],
  ['nobody', ANONYMOUS],
  ['an audience', { kind: 'audience', audience: 'everyone' }],
  ['a service', { kind: 'service', service: 'trading', scopes: ['metrics:write'] }],
])('%s arrives as signed', (_, identity) => {
  const keys = createIdentityKeys([KEY]);
  expect(keys.verify(keys.sign(identity, 'trading'), 'trading')).toEqual(identity);
});

test('an identity for one subgraph is not accepted by another', () => {
  const keys = createIdentityKeys([KEY]);
  expect(refusalOf(() => keys.verify(keys.sign(ALICE, 'trading'), 'messaging'))).toContain('it was made for "trading", not for messaging');
});

test('what was accepted once is still refused elsewhere, and with another signature', () => {
  const keys = createIdentityKeys([KEY]);
  const token = keys.sign(ALICE, 'trading');
  expect([keys.verify(token, 'trading'), keys.verify(token, 'trading')]).toEqual([ALICE, ALICE]);
  expect(refusalOf(() => keys.verify(token, 'messaging'))).toContain('it was made for "trading", not for messaging');
  expect(refusalOf(() => keys.verify(`${token.slice(0, -3)}AAA`, 'trading'))).toContain('its signature is wrong');
});

test('an identity expires', () => {
  let now = 1_795_000_000_000;
  const keys = createIdentityKeys([KEY], () => now);
  const token = keys.sign(ALICE, 'trading');
  expect(keys.verify(token, 'trading')).toEqual(ALICE);
  now += (IDENTITY_TTL_SECONDS + 4) * 1_000;
  expect(keys.verify(token, 'trading')).toEqual(ALICE);
  now += 3_000;
  expect(refusalOf(() => keys.verify(token, 'trading'))).toContain('it has expired');
});

test('a signed identity is reused for half of its life, then signed anew', () => {
  let now = 1_795_000_000_000;
  const keys = createIdentityKeys([KEY], () => now);
  const first = keys.sign(ALICE, 'trading');
  now += 29_000;
  expect(keys.sign({ ...ALICE }, 'trading')).toBe(first);
  now += 2_000;
  expect(keys.sign(ALICE, 'trading')).not.toBe(first);
});

test('two people never share a signed identity', () => {
  const keys = createIdentityKeys([KEY]);
  expect(keys.sign(ALICE, 'trading')).not.toBe(keys.sign({ ...ALICE, id: 'mallory' }, 'trading'));
  expect(keys.verify(keys.sign({ ...ALICE, id: 'a","x":"' }, 'trading'), 'trading')).toEqual({ ...ALICE, id: 'a","x":"' });
});

test('every way to be wrong is told apart', () => {
  const keys = createIdentityKeys([KEY]);
  const good = keys.sign(ALICE, 'trading');
  const [id, body, mac] = good.split('.');
  const forgedBody = Buffer.from(JSON.stringify({ t: 'trading', e: 9e9, i: { ...ALICE, id: 'mallory' } })).toString('base64url');
  const verify = (token: string | undefined) => refusalOf(() => keys.verify(token, 'trading'));
  expect(verify(undefined)).toContain('there is none');
  expect(verify('')).toContain('there is none');
  for (const malformed of ['x', '.', '..', `${id}.${mac}`, `${id}..${mac}`, 'x'.repeat(9_000)])
    expect(verify(malformed)).toContain('it is malformed');
  expect(verify(`${id}.${forgedBody}.${mac}`)).toContain('its signature is wrong');
  expect(verify(`${id}.${body}.${mac?.slice(0, -2)}`)).toContain('its signature is wrong');
  expect(verify(`${id}.${body}.`)).toContain('its signature is wrong');
  expect(verify(forge({ t: 'trading', e: 9e9, i: ALICE }, OTHER))).toContain('a key that this process does not know');
  expect(verify(forge({ t: 'trading', e: 9e9, i: ALICE }, { id: 'k1', secret: OTHER.secret }))).toContain('its signature is wrong');
  expect(verify(forge({ t: 'trading', e: 9e9, i: { kind: 'root' } }))).toContain('its kind is unknown');
  expect(verify(forge({ t: 'trading', i: ALICE }))).toContain('it has expired');
});

test('keys rotate without a moment in which an identity is refused', () => {
  const before = createIdentityKeys([KEY]);
  const between = createIdentityKeys([KEY, OTHER]);
  const after = createIdentityKeys([OTHER, KEY]);
  expect(between.verify(before.sign(ALICE, 'trading'), 'trading')).toEqual(ALICE);
  expect(between.verify(after.sign(ALICE, 'trading'), 'trading')).toEqual(ALICE);
  expect(after.verify(between.sign(ALICE, 'trading'), 'trading')).toEqual(ALICE);
});

test('a scope of a newer version is ignored', () => {
  const token = forge({ t: 'trading', e: 9e9, i: { ...ALICE, scopes: ['gifts:send', 'moon:land', 7] } });
  expect(createIdentityKeys([KEY]).verify(token, 'trading')).toMatchObject({ scopes: ['gifts:send'] });
});

test('there are no identities without a key', () => {
  expect(() => createIdentityKeys([])).toThrow('identity needs at least one key');
});
