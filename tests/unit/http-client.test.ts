import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createHttpClient, type HttpCall, type HttpClient } from '#platform/subgraph/http-client.ts';

const opened: { readonly server: Server; readonly client: HttpClient }[] = [];
afterEach(async () => {
  for (const { server, client } of opened.splice(0)) {
    await client.close();
    server.closeAllConnections();
    await new Promise((resolve) => void server.close(resolve));
  }
});

const aWay = async (answer: RequestListener) => {
  const server = createServer(answer);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = createHttpClient('rooms', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  opened.push({ server, client });
  const call = (more: Partial<HttpCall> = {}) => client.call({ method: 'POST', path: '/graphql', body: '{}', timeoutMs: 5_000, ...more });
  return { server, client, call };
};

describe('an answer', () => {
  test('is whole however its bytes are cut', async () => {
    const bytes = Buffer.from('{"text":"é🎁"}');
    const { call } = await aWay(async (_, response) => {
      for (const byte of bytes) {
        response.write(Buffer.of(byte));
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    });
    expect(await call()).toEqual({ status: 200, body: { text: 'é🎁' } });
  });

  test('may begin with a byte order mark; what is no JSON is no body', async () => {
    let text = '\ufeff{"data":1}';
    const { call } = await aWay((_, response) => void response.writeHead(207).end(text));
    expect(await call()).toEqual({ status: 207, body: { data: 1 } });
    text = '<html>';
    expect(await call()).toEqual({ status: 207, body: undefined });
    text = '';
    expect(await call()).toEqual({ status: 207, body: undefined });
  });
});

describe('a call ends', () => {
  const GONE = new Error('the caller is gone');
  const silent: RequestListener = () => undefined;

  test('with the reason of its signal, before it, while it waits for a connection, and while it waits for an answer', async () => {
    const { server, call } = await aWay(silent);
    await expect(call({ signal: AbortSignal.abort(GONE) })).rejects.toBe(GONE);
    const early = new AbortController();
    const waiting = call({ signal: early.signal });
    early.abort(GONE);
    await expect(waiting).rejects.toBe(GONE);
    const late = new AbortController();
    const asked = once(server, 'request');
    const unanswered = call({ signal: late.signal });
    const [request] = await asked;
    const left = once(request.socket, 'close');
    late.abort(GONE);
    await expect(unanswered).rejects.toBe(GONE);
    await left;
  });

  test('with TIMEOUT when no answer comes, and when an answer does not end', async () => {
    const { call } = await aWay(silent);
    await expect(call({ timeoutMs: 50 })).rejects.toMatchObject({ code: 'TIMEOUT' });
    const endless = await aWay((_, response) => void response.write('{'));
    await expect(endless.call({ timeoutMs: 50 })).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  test('with SUBGRAPH_UNAVAILABLE when the answer breaks off, when nobody listens, and when its client is closed', async () => {
    const broken = await aWay((_, response) => {
      response.write('{', () => response.destroy());
    });
    await expect(broken.call()).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
    const nobody = createHttpClient('rooms', 'http://127.0.0.1:1');
    await expect(nobody.call({ method: 'GET', path: '/', timeoutMs: 5_000 })).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
    await nobody.close();
    const { server, client, call } = await aWay(silent);
    const asked = once(server, 'request');
    const open = call();
    await asked;
    await Promise.all([client.close(), expect(open).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' })]);
    await expect(call()).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
  });
});
