import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ConfigError, loadConfig } from '#platform/config/config.ts';
import { createClientAddress, networkDigestOf } from '../../gateway/auth/address.ts';
import { OVERLOAD_CHECK_MS, OVERLOAD_CHECKS, OVERLOAD_DELAY_MS } from '../../gateway/limits.ts';
import { shedOverload, watchOverload } from '../../gateway/traffic/overload.ts';

const from = (remoteAddress: string, forwarded?: string | readonly string[]): IncomingMessage =>
  ({ socket: { remoteAddress }, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;

test('a network is told from others by a digest, and all addresses of one IPv6 network have the same', () => {
  const [one, same, other, short] = ['2001:db8:0:1::5', '2001:db8:0:1:ffff::9', '2001:db8:0:2::5', '2001:db8::1:0:0:0:5'].map(
    networkDigestOf,
  );
  expect([one === same, one === other, one === short]).toEqual([true, false, true]);
  expect(networkDigestOf('203.0.113.7')).not.toBe(networkDigestOf('203.0.113.8'));
  expect(networkDigestOf('203.0.113.7')).toMatch(/^[\w-]{16}$/);
});

test('without trusted proxies, nobody is believed to come from elsewhere', () => {
  const addressOf = createClientAddress([]);
  expect(addressOf(from('203.0.113.7', '198.51.100.1'))).toBe('203.0.113.7');
  expect(addressOf(from('::ffff:203.0.113.7'))).toBe('203.0.113.7');
});

test.each([
  ['one proxy', '10.0.0.1', '198.51.100.1', '198.51.100.1'],
  ['two proxies', '10.0.0.1', '198.51.100.1, 10.2.3.4', '198.51.100.1'],
  ['what the client wrote itself is not looked at', '10.0.0.1', '192.0.2.66, 198.51.100.1', '198.51.100.1'],
  ['a stranger that pretends to be a proxy', '203.0.113.7', '198.51.100.1', '203.0.113.7'],
  ['no header', '10.0.0.1', undefined, '10.0.0.1'],
  ['nonsense stops at the last that is known', '10.0.0.1', 'alice, 10.2.3.4', '10.2.3.4'],
  ['IPv6, also for a proxy', '2001:db8::1', '2001:db8:ffff::9', '2001:db8:ffff::9'],
  ['only proxies', '10.0.0.1', '10.0.0.2', '10.0.0.2'],
])('behind trusted proxies the client is the last address that is none of them: %s', (_, peer, forwarded, expected) => {
  const addressOf = createClientAddress(['10.0.0.0/8', '2001:db8::1']);
  expect(addressOf(from(peer, forwarded))).toBe(expected);
});

test.each(['10.0.0.0/33', 'proxy.example.com', '10.0.0.1/8/8', '::1/129', '10.0.0.0/'])('TRUSTED_PROXIES=%s is refused', (value) => {
  expect(() => loadConfig({ TRUSTED_PROXIES: value })).toThrow(ConfigError);
});

test('TRUSTED_PROXIES takes addresses and networks', () => {
  expect(loadConfig({ TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8,fd00::/8' }).trustedProxies).toEqual(['127.0.0.1', '10.0.0.0/8', 'fd00::/8']);
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a process that keeps up no more takes nothing new, until it does again; one long task is no overload', async () => {
  let delayMs = OVERLOAD_DELAY_MS + 1;
  const overload = watchOverload({ takeMs: () => delayMs, close: () => undefined });
  const taken: string[] = [];
  const allowances = shedOverload(
    { takeOfAddress: async (address) => void taken.push(address), takeOfUser: async () => undefined },
    overload,
  );
  vi.advanceTimersByTime(OVERLOAD_CHECK_MS * (OVERLOAD_CHECKS - 1));
  await allowances.takeOfAddress('a');
  vi.advanceTimersByTime(OVERLOAD_CHECK_MS);
  await expect(allowances.takeOfAddress('b')).rejects.toMatchObject({ code: 'BUSY', retryAfterMs: expect.any(Number) });
  delayMs = 0;
  vi.advanceTimersByTime(OVERLOAD_CHECK_MS);
  await allowances.takeOfAddress('c');
  expect(taken).toEqual(['a', 'c']);
  overload.close();
});
