import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createPages } from '../../gateway/http/pages.ts';

const WEB = fileURLToPath(new URL('../../web', import.meta.url));
const STORE = { url: 'http://10.0.0.1:9000', bucket: 'files', region: 'us-east-1', keyId: 'id', secret: 'secret', publicUrl: null };

/** The policy of the first page. */
const policyWith = async (store: Parameters<typeof createPages>[1]): Promise<string | null> => {
  const pages = createPages(WEB, store);
  const server = createServer((request, response) => void pages.serve('/', request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await response.arrayBuffer();
  server.close();
  return response.headers.get('content-security-policy');
};

test('pages put and read files where the clients of the store do, and nowhere else', async () => {
  const at = (origin: string) =>
    [`img-src 'self' data:${origin};`, `connect-src 'self'${origin};`].map((part) => expect.stringContaining(part));
  for (const [store, origin] of [
    [null, ''],
    [STORE, ' http://10.0.0.1:9000'],
    [{ ...STORE, publicUrl: 'https://files.example.com/x' }, ' https://files.example.com'],
  ] as const)
    for (const part of at(origin)) expect(await policyWith(store)).toEqual(part);
});
