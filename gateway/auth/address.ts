import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import { FORWARDED_HOPS_MAX } from '../limits.ts';

/** The address that a request counts for: its connection's, or, where that is a proxy of ours, the one that the proxy says it came from. */
export type ClientAddress = (request: IncomingMessage) => string;

/** `trustedProxies`: addresses and networks (CIDR) whose X-Forwarded-For is believed. Read from its end: what a client wrote into it itself stands before what our
 * proxies added, and is not looked at. */
export const createClientAddress = (trustedProxies: readonly string[]): ClientAddress => {
  if (trustedProxies.length === 0) return ({ socket }) => plain(socket.remoteAddress ?? '');
  const trusted = listOf(trustedProxies);
  return ({ socket, headers }) => {
    const hops = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',').slice(-FORWARDED_HOPS_MAX);
    let address = plain(socket.remoteAddress ?? '');
    while (hops.length > 0 && trusted.check(address, familyOf(address))) {
      const before = plain((hops.pop() ?? '').trim());
      if (isIP(before) === 0) break;
      address = before;
    }
    return address;
  };
};

/** What subgraphs get to know of an address: enough to tell networks apart. Of IPv6 the first 64 bits count, for whoever has one of those addresses has all of them. */
export const networkDigestOf = (address: string): string =>
  createHash('sha256').update(networkOf(address)).digest('base64url').slice(0, DIGEST_CHARACTERS);

/** 96 bits: no two networks in sight share them. */
const DIGEST_CHARACTERS = 16;

const networkOf = (address: string): string => {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
};

const listOf = (proxies: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const proxy of proxies) {
    const [address = '', bits] = proxy.split('/');
    if (bits === undefined) list.addAddress(address, familyOf(address));
    else list.addSubnet(address, Number(bits), familyOf(address));
  }
  return list;
};

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv4(address) ? 'ipv4' : 'ipv6');

// One caller must not count twice because a socket takes both families.
const plain = (address: string): string => {
  const inner = address.replace(/^::ffff:/i, '');
  return isIPv4(inner) ? inner : address;
};
