import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A TCP proxy before PostgreSQL that loses the connection at a chosen statement. */
export interface DroppingProxy {
  /** The same URL, through the proxy. */
  readonly url: string;
  /** From now on, the first message with that text ends its connection: `unsent` never reaches PostgreSQL, `unanswered` does, and its answer is lost. */
  dropAt(text: string, how: 'unsent' | 'unanswered'): void;
  /** Whether what was asked for has happened. */
  dropped(): boolean;
  /** From now on nobody gets through: lines are cut, new ones are refused. */
  cut(): Promise<void>;
  /** The end of a cut, at the same address. */
  mend(): Promise<void>;
  close(): Promise<void>;
}

export async function aDroppingProxy(url: string): Promise<DroppingProxy> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let armed: { text: string; how: 'unsent' | 'unanswered' } | null = null;
  let open = true;
  const server = createServer((client) => {
    // It may have been waiting for its turn when the line was cut.
    if (!open) return client.destroy();
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    let mute = false;
    client.on('data', (chunk) => {
      const hit = armed !== null && chunk.includes(armed.text);
      const how = armed?.how;
      if (hit) armed = null;
      if (hit && how === 'unsent') return client.destroy();
      if (hit) mute = true;
      upstream.write(chunk);
    });
    // The answer proves that PostgreSQL has done it; only then the line goes dead.
    upstream.on('data', (chunk) => (mute ? client.destroy() : client.write(chunk)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const through = new URL(url);
  through.port = String(address.port);
  const close = async (): Promise<void> => {
    open = false;
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  };
  return {
    url: through.href,
    dropAt: (text, how) => {
      armed = { text, how };
    },
    dropped: () => armed === null,
    cut: close,
    mend: async () => {
      open = true;
      server.listen(address.port, '127.0.0.1');
      await once(server, 'listening');
    },
    close,
  };
}
