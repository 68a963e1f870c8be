import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedPost {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a receiver does with a post: a status, with a body; `hang` never answers, `cut` cuts the line in the middle of the answer. */
export type ReceiverAnswer =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | 'hang'
  | 'cut';

export interface Receiver {
  readonly url: string;
  /** Posts whose signature was right, in the order in which they came. */
  readonly posts: readonly ReceivedPost[];
  /** Posts that a receiver should not believe. */
  readonly forged: readonly ReceivedPost[];
  close(): Promise<void>;
}

/** Somebody's HTTP server, as the documentation asks for it: it believes what is signed with this key and not older than five minutes. */
export const aReceiver = async (
  key: { readonly id: string; readonly secret: Uint8Array },
  answer: (post: ReceivedPost, path: string) => ReceiverAnswer,
): Promise<Receiver> => {
  const [posts, forged]: [ReceivedPost[], ReceivedPost[]] = [[], []];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const post = { headers: request.headers, body: Buffer.concat(chunks).toString() };
      (isGenuine(key, post) ? posts : forged).push(post);
      const given = answer(post, request.url ?? '');
      if (given === 'hang') return;
      if (given === 'cut') {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"verdict":');
        setImmediate(() => request.socket.destroy());
        return;
      }
      response.writeHead(given.status, given.headers).end(given.body === undefined ? '' : JSON.stringify(given.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    posts,
    forged,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const isGenuine = ({ id, secret }: { readonly id: string; readonly secret: Uint8Array }, { headers, body }: ReceivedPost): boolean => {
  const [messageId, timestamp, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => String(headers[name]));
  if (headers['webhook-key-id'] !== id || Math.abs(Number(timestamp) - Date.now() / 1_000) > 300) return false;
  const expected = Buffer.from(`v1,${createHmac('sha256', secret).update(`${messageId}.${timestamp}.${body}`).digest('base64')}`);
  const given = Buffer.from(signature ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
};
