import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createPages } from '../../gateway/http/pages.ts';

const WEB = fileURLToPath(new URL('../../web', import.meta.url));
const STORE = { url: 'http://10.0.0.1:9000', bucket: 'files', region: 'us-east-1', keyId: 'id', secret: 'secret', publicUrl: null };

/** The policies of pages. */
const policiesWith = async (store: Parameters<typeof createPages>[1], paths: readonly string[]): Promise<readonly (string | null)[]> => {
  const pages = createPages(WEB, store);
  const server = createServer((request, response) => void pages.serve(request.url ?? '', request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const policies = await Promise.all(
    paths.map(async (path) => {
      const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
      await response.arrayBuffer();
      return response.headers.get('content-security-policy');
    }),
  );
  server.close();
  return policies;
};

test('the page of a room shows images from where the clients of the store read them, and talks to nobody else; no other page does either', async () => {
  for (const [store, origin] of [
    [null, ''],
    [STORE, ' http://10.0.0.1:9000'],
    [{ ...STORE, publicUrl: 'https://files.example.com/x' }, ' https://files.example.com'],
  ] as const) {
    const [room, status] = await policiesWith(store, ['/', '/status']);
    expect(room).toContain(`img-src 'self' data:${origin};`);
    expect(status).toContain("img-src 'self' data:;");
    for (const policy of [room, status]) expect(policy).toContain("connect-src 'self';");
  }
});
