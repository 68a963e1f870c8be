import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startLoneGateway } from '../../gateway/alone/server.ts';
import { fileSource } from '../../gateway/supergraph/source.ts';
import { serveSource } from '../support/federation.ts';
import { aTelemetry } from '../support/telemetry.ts';

const ROOMS = 'type Query { room: Room } type Room @key(fields: "id") { id: ID! title: String }';
const RANKS = 'type Room @key(fields: "id") { id: ID! rank: Int }';
const WITH_LINK = (sdl: string) => `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n${sdl}`;
const TIMEOUT = { timeout: 20_000 };

const connectionsOf = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count))));

/** A subgraph that is to go: it has one answer. */
const anOldSubgraph = async (): Promise<{ readonly server: Server; readonly url: string }> => {
  const server = createServer((_, response) => void response.setHeader('content-type', 'application/json').end('{"data":{"old":"old"}}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql` };
};

test('a gateway over a list of subgraphs follows it: new ones are asked, and the connections to one that is gone are closed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fanfare-list-'));
  const resolvers = { Query: { room: () => ({ id: 'r1', title: 'T' }) } };
  const rooms = await serveSource({ sdl: ROOMS, resolvers });
  const ranks = await serveSource({
    sdl: RANKS,
    resolvers: { Room: { __resolveReference: ({ id }: { id: string }) => ({ id, rank: 7 }) } },
  });
  const old = await anOldSubgraph();
  const list = join(folder, 'subgraphs.json');
  const listed = (subgraphs: Readonly<Record<string, string>>) => {
    const entries = Object.entries(subgraphs).map(([name, url]) => [name, { routing_url: url, schema: { file: `${name}.graphql` } }]);
    return writeFile(list, JSON.stringify({ subgraphs: Object.fromEntries(entries) }));
  };
  await writeFile(join(folder, 'rooms.graphql'), WITH_LINK(ROOMS));
  await writeFile(join(folder, 'ranks.graphql'), WITH_LINK(RANKS));
  await writeFile(join(folder, 'old.graphql'), WITH_LINK('type Query { old: String }'));
  await listed({ rooms: rooms.url, old: old.url });
  const telemetry = aTelemetry('gateway');
  const gateway = await startLoneGateway({ source: fileSource(list), host: '127.0.0.1', port: 0, telemetry, slowOperationMs: 1_000 });
  onTestFinished(async () => {
    await gateway.close();
    await Promise.all([rooms.close(), ranks.close(), new Promise((resolve) => old.server.close(resolve))]);
    await rm(folder, { recursive: true });
  });
  const ask = async (query: string): Promise<unknown> => {
    const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) };
    return (await fetch(`${gateway.url}/graphql`, request)).json();
  };
  const status = async (): Promise<unknown> => (await fetch(`${gateway.url}/health/supergraph`)).json();

  expect(await ask('{ room { title } old }')).toEqual({ data: { room: { title: 'T' }, old: 'old' } });
  expect(await connectionsOf(old.server)).toBe(1);
  await listed({ rooms: rooms.url, ranks: ranks.url });
  await expect.poll(() => ask('{ room { title rank } }'), TIMEOUT).toEqual({ data: { room: { title: 'T', rank: 7 } } });
  expect(await ask('{ old }')).toMatchObject({ errors: [{ message: 'Cannot query field "old" on type "Query".' }] });
  await expect.poll(() => connectionsOf(old.server), TIMEOUT).toBe(0);

  // One of the files that the list names: what doesn't compose is refused, what does is served.
  await writeFile(join(folder, 'ranks.graphql'), WITH_LINK(RANKS.replace('Int', 'Nowhere')));
  await expect.poll(status, TIMEOUT).toMatchObject({ refused: { reason: expect.stringContaining('Nowhere') }, generations: 1 });
  expect(await ask('{ room { rank } }')).toEqual({ data: { room: { rank: 7 } } });
  await writeFile(join(folder, 'ranks.graphql'), WITH_LINK(RANKS.replace('rank: Int', 'rank: Int level: Int')));
  await expect.poll(() => ask('{ room { rank level } }'), TIMEOUT).toEqual({ data: { room: { rank: 7, level: null } } });
  expect(await status()).toMatchObject({ refused: null, source: list });
}, 60_000);
