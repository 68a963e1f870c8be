import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { GraphQLDataSource } from '@apollo/gateway';
import { parse } from 'graphql';
import { loadConfig } from '#platform/config/config.ts';
import { createIdentityKeys, randomIdentityKey } from '#platform/identity/keys.ts';
import { createHttpTransport } from '#platform/subgraph/http-transport.ts';
import { createTelemetry } from '#platform/telemetry/open.ts';
import { askOnce } from '../../gateway/cache/dedupe.ts';
import { createEntityCache, keepEntities } from '../../gateway/cache/entities.ts';
import { createDataSource } from '../../gateway/traffic/dataSource.ts';
import { ROOT_FOLDER } from '../../scripts/contract/schema.ts';
import { type Bench, type Figures, formatTable, median } from '../support/bench.ts';

type Options = Parameters<GraphQLDataSource['process']>[0];

/** Entities of one request. */
const SIZES = [1, 10, 20] as const;
type Size = (typeof SIZES)[number];
const ROUNDS = 5;
/** Requests under way at the same time. */
const CALLERS = 10;
/** Different requests that come again and again: as many as a catalogue or a busy room has. */
const KNOWN = 50;
const WARM_UP_MS = 1_500;

const QUERY = 'query Users__trading__1($representations:[_Any!]!){_entities(representations:$representations){...on User{name level}}}';
const DOCUMENT = parse(QUERY, { noLocation: true });

/** What is measured: how a request for entities goes to its subgraph. */
const WAYS = ['plain', 'kept', 'news', 'sought', 'joined', 'apart'] as const;
type Way = (typeof WAYS)[number];

export const fetches: Bench = {
  about: 'what sharing requests to subgraphs costs and saves: entities that are kept, and requests that are joined',
  explained: `    CPU microseconds of the gateway's thread per request for 1, 10 or 20 entities of a subgraph in another process, ${CALLERS} at a time, in ${ROUNDS} turns, of which the median counts.
    plain    each is asked for
    kept     all are in the entity cache
    news     each is asked for, and none was ever asked for before
    sought   the same, looked for in the entity cache and kept there: what that costs when nothing is found
    joined   ${CALLERS} callers want the same at the same time
    apart    as joined, but each wants something else: what comparing costs on top of asking`,
  run: async ({ seconds, say }) => {
    const port = await freePort();
    const child = spawn(process.execPath, ['bench/gateway/subgraphs.ts', String(await freePort()), String(port)], {
      cwd: ROOT_FOLDER,
      stdio: 'ignore',
    });
    try {
      await untilItListens(port);
      return await measure(`http://127.0.0.1:${port}`, seconds, say);
    } finally {
      child.kill('SIGKILL');
    }
  },
  table: (figures) =>
    formatTable(
      SIZES.flatMap((size) =>
        Object.entries(figures[`entities${size}`] ?? {}).map(([way, micros]): [string, string] => [
          `${size} entities, ${way}`,
          `${micros} µs`,
        ]),
      ),
    ),
};

const measure = async (url: string, seconds: number, say: (line: string) => void): Promise<Figures> => {
  const ways = openWays(url);
  const turnMs = (seconds * 1_000) / (ROUNDS * WAYS.length);
  const figures: [string, Record<string, number>][] = [];
  for (const size of SIZES) {
    say(`${size} entities`);
    const costs = new Map<Way, number[]>(WAYS.map((way) => [way, []]));
    for (const way of WAYS) await ways[way](size, WARM_UP_MS);
    for (let round = 0; round < ROUNDS; round += 1) for (const way of WAYS) costs.get(way)?.push(await ways[way](size, turnMs));
    figures.push([`entities${size}`, Object.fromEntries(WAYS.map((way) => [way, Math.round(median(costs.get(way) ?? []))]))]);
  }
  return Object.fromEntries(figures);
};

/** Runs one way for a while and gives its CPU microseconds per request. */
type Run = (size: Size, ms: number) => Promise<number>;

const openWays = (url: string): Readonly<Record<Way, Run>> => {
  const telemetry = createTelemetry('bench', loadConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent' }));
  const identityKeys = createIdentityKeys([randomIdentityKey()]);
  const plain = createDataSource(createHttpTransport('trading', url, { identityKeys, service: 'gateway' }), { identityKeys, telemetry });
  const kept = keepEntities(plain, 'trading', () => 3_600, createEntityCache(telemetry));
  const joining = askOnce(plain, { maxAgeOf: () => 3_600, writes: { count: 0 }, onJoined: () => undefined });
  let unseen = 0;
  const known = (size: Size, index: number): Options => requestFor(size, (index % KNOWN) * 1_000);
  const unknown = (size: Size): Options => {
    unseen += size;
    return requestFor(size, 1_000_000 + unseen);
  };
  return {
    plain: (size, ms) => loop(ms, (index) => plain.process(known(size, index))),
    kept: (size, ms) => loop(ms, (index) => kept.process(known(size, index))),
    news: (size, ms) => loop(ms, () => plain.process(unknown(size))),
    sought: (size, ms) => loop(ms, () => kept.process(unknown(size))),
    joined: (size, ms) => loop(ms, (index) => joining.process(known(size, Math.floor(index / CALLERS)))),
    apart: (size, ms) => loop(ms, (index) => joining.process(known(size, index))),
  };
};

const USER = { kind: 'user', id: 'alice', scopes: [], roles: [], clientId: null } as const;

const requestFor = (size: Size, first: number): Options =>
  ({
    request: {
      query: QUERY,
      variables: { representations: Array.from({ length: size }, (_, index) => ({ __typename: 'User', id: `user-${first + index}` })) },
    },
    document: DOCUMENT,
    context: { requestId: 'bench', identity: USER, address: '127.0.0.1', timeoutMs: 10_000, signal: new AbortController().signal },
  }) as unknown as Options;

const loop = async (ms: number, ask: (index: number) => ReturnType<GraphQLDataSource['process']>): Promise<number> => {
  const endMs = performance.now() + ms;
  const before = process.threadCpuUsage();
  let asked = 0;
  while (performance.now() < endMs) {
    const answers = await Promise.all(Array.from({ length: CALLERS }, (_, index) => ask(asked + index)));
    asked += CALLERS;
    for (const { data, errors } of answers)
      if (data === undefined || errors !== undefined) throw new Error(`the subgraph answered ${JSON.stringify(errors)}`);
  }
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / asked;
};

const freePort = async (): Promise<number> => {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => void server.close(resolve));
  return port;
};

/** How long the subgraph's process may take to start, and between looks. */
const START_MS_MAX = 60_000;
const LOOK_MS = 100;

const untilItListens = async (port: number): Promise<void> => {
  const lateMs = performance.now() + START_MS_MAX;
  for (;;) {
    const there = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: '{"query":"{ __typename }"}' }).then(
      () => true,
      () => false,
    );
    if (there) return;
    if (performance.now() > lateMs) throw new Error('the subgraph does not start');
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
};
