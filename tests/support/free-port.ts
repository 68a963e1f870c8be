import { once } from 'node:events';
import { createServer } from 'node:net';

const PORT_MAX = 65_535;

/** A port that nobody listens on, nor on the one `offset` above it. Somebody may take it before it is used; then the start fails, and the test with it. */
export const aFreePort = async (offset = 0): Promise<number> => {
  for (;;) {
    const port = await listenOnce(0);
    if (port === null || port + offset > PORT_MAX) continue;
    if (offset === 0 || (await listenOnce(port + offset)) !== null) return port;
  }
};

const listenOnce = async (port: number): Promise<number | null> => {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  const listening = await Promise.race([once(server, 'listening').then(() => true), once(server, 'error').then(() => false)]);
  if (!listening) return null;
  const address = server.address();
  server.close();
  await once(server, 'close');
  return address === null || typeof address === 'string' ? null : address.port;
};
