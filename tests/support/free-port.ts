import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below what systems give to outgoing connections and to servers that ask for any port (Linux: from 32,768 on), so that none of those takes it before it is used. */
const PORT_MIN = 10_000;
const PORT_MAX = 19_999;

/** A port that nobody listens on, nor on the one `offset` (at most 10,000) above it. */
export const aFreePort = async (offset = 0): Promise<number> => {
  for (;;) {
    const port = randomInt(PORT_MIN, PORT_MAX + 1);
    if (!(await isFree(port))) continue;
    if (offset === 0 || (await isFree(port + offset))) return port;
  }
};

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  const listening = await Promise.race([once(server, 'listening').then(() => true), once(server, 'error').then(() => false)]);
  if (!listening) return false;
  server.close();
  await once(server, 'close');
  return true;
};
