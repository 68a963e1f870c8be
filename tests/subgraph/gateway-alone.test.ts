import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readLoneFlags } from '../../gateway/alone/process.ts';
import { openPlainSubgraphs } from '../../gateway/alone/subgraphs.ts';
import { readSubgraphs } from '../../gateway/supergraph/subgraphs.ts';
import { compose, serveSource } from '../support/federation.ts';
import { type StartedProcess, startProcess } from '../support/processes.ts';

const SOURCES = {
  rooms: {
    sdl: `type Query { room: Room broken: Int } type Mutation { rename(to: String!): Room } type Room @key(fields: "id") { id: ID! title: String }`,
    resolvers: {
      Query: {
        room: () => ({ id: 'r1', title: 'T' }),
        broken: () => {
          throw new Error('what the subgraph says');
        },
      },
      Mutation: { rename: (_: unknown, { to }: { to: string }) => ({ id: 'r1', title: to }) },
    },
  },
  ranks: {
    sdl: 'type Room @key(fields: "id") { id: ID! rank: Int }',
    resolvers: { Room: { __resolveReference: ({ id }: { id: string }) => ({ id, rank: 7 }) } },
  },
};

interface World {
  readonly url: string;
  readonly gateway: StartedProcess;
  close(): Promise<void>;
}

const aWorld = async (): Promise<World> => {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-alone-'));
  const [rooms, ranks] = await Promise.all([serveSource(SOURCES.rooms), serveSource(SOURCES.ranks)]);
  const file = join(folder, 'supergraph.graphql');
  await writeFile(
    file,
    compose(SOURCES, (name) => (name === 'rooms' ? rooms.url : ranks.url)),
  );
  const gateway = startProcess('gateway/server.ts', ['--supergraph', file, '--port', '0', '--insecure'], { LOG_LEVEL: 'info' });
  const [url] = await gateway.untilPrinted(/http:\/\/127\.0\.0\.1:\d+/, 30_000);
  return {
    url,
    gateway,
    close: async () => {
      gateway.kill('SIGKILL');
      await gateway.ended;
      await Promise.all([rooms.close(), ranks.close()]);
      await rm(folder, { recursive: true });
    },
  };
};

describe('a gateway that runs alone on a supergraph', () => {
  let world: World;
  beforeAll(async () => {
    world = await aWorld();
  });
  afterAll(() => world.close());

  const ask = async (query: string, variables: object = {}) => {
    const response = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, body: (await response.json()) as { data?: unknown; errors?: { message: string; path?: unknown }[] } };
  };

  test('is ready', async () => {
    const response = await fetch(`${world.url}/health/ready`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'ready', service: 'gateway' }]);
  });

  test('answers what is larger than the product allows, within bounds of its own', async () => {
    const aliases = Array.from({ length: 1_000 }, (_, index) => `a${index}`);
    const { data } = (await ask(`{ room { ${aliases.map((alias) => `${alias}: title`).join(' ')} } }`)).body;
    expect(data).toEqual({ room: Object.fromEntries(aliases.map((alias) => [alias, 'T'])) });
    const { errors } = (await ask(`{ ${Array.from({ length: 1_001 }, (_, index) => `a${index}: broken`).join(' ')} }`)).body;
    expect(errors?.map(({ message }) => message)).toEqual([
      'The operation has 1001 root fields; the limit is 1000. Send several operations.',
    ]);
  });

  test('answers across the subgraphs at the supergraph’s addresses', async () => {
    expect((await ask('{ room { title rank } }')).body).toEqual({ data: { room: { title: 'T', rank: 7 } } });
  });

  test('runs mutations with variables', async () => {
    const { body } = await ask('mutation ($to: String!) { rename(to: $to) { title rank } }', { to: 'new' });
    expect(body).toEqual({ data: { rename: { title: 'new', rank: 7 } } });
  });

  test('answers introspection', async () => {
    expect((await ask('{ __schema { queryType { name } } }')).body).toEqual({ data: { __schema: { queryType: { name: 'Query' } } } });
  });

  test('tells what a subgraph says of an error, at its path', async () => {
    const { body } = await ask('{ room { id } broken }');
    expect(body.data).toEqual({ room: { id: 'r1' }, broken: null });
    expect(body.errors).toEqual([expect.objectContaining({ message: 'what the subgraph says', path: ['broken'] })]);
  });

  test('refuses an operation that does not fit the schema with 400', async () => {
    const { status, body } = await ask('{ nothing }');
    expect([status, body.errors?.[0]?.message]).toEqual([400, 'Cannot query field "nothing" on type "Query".']);
  });
});

test('SIGTERM ends it in order', async () => {
  const world = await aWorld();
  world.gateway.kill('SIGTERM');
  expect(await world.gateway.ended).toBe(0);
  await world.close();
});

test('a subgraph that is not there leaves its fields null, and the rest is served', async () => {
  const rooms = await serveSource(SOURCES.rooms);
  const supergraph = compose(SOURCES, (name) => (name === 'rooms' ? rooms.url : 'http://127.0.0.1:1/graphql'));
  const { dataSources, close } = openPlainSubgraphs(readSubgraphs(parse(supergraph)));
  const context = { requestId: 'r', identity: { kind: 'service' }, timeoutMs: 5_000 };
  const call = (name: string) => dataSources[name]?.process({ request: { query: '{ __typename }' }, context } as never);
  expect(await call('rooms')).toEqual({ data: { __typename: 'Query' } });
  expect((await call('ranks'))?.errors).toEqual([
    { message: 'The subgraph "ranks" cannot be reached at the moment.', extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
  ]);
  await close();
  await rooms.close();
});

describe('it does not start', () => {
  test.each([
    [['--supergraph', 'f'], {}, '--insecure'],
    [['--supergraph', 'f', '--insecure'], { NODE_ENV: 'production' }, 'NODE_ENV=production'],
    [['--supergraph', 'f', '--insecure', '--host', '0.0.0.0'], {}, 'loopback'],
    [['--supergraph', 'f', '--insecure', '--host', 'example.org'], {}, 'loopback'],
    [['--supergraph', 'f', '--insecure', '--host', '127.evil.example'], {}, 'loopback'],
    [['--supergraph', 'f', '--insecure', '--port', '70000'], {}, '65535'],
    [['--supergraph', '', '--insecure'], {}, 'name of a file'],
  ])('with %j in %j', (args, env, reason) => {
    expect(() => readLoneFlags(args, env)).toThrow(reason);
  });

  test('and says why in one sentence, with exit code 1', async () => {
    const process = startProcess('gateway/server.ts', ['--supergraph', 'no-such-file.graphql', '--insecure', '--port', '0']);
    expect(await process.ended).toBe(1);
    expect(process.output()).toMatch(/^gateway cannot start: .*no-such-file/m);
  });

  test.each([
    ['type Query { a: Int }', 'no subgraphs'],
    ['enum join__Graph { A @join__graph(name: "a", url: "") }', 'http or https URL'],
    ['enum join__Graph { A @join__graph(name: "a", url: "file:///etc/passwd") }', 'http or https URL'],
  ])('on %s', (supergraph, reason) => {
    expect(() => openPlainSubgraphs(readSubgraphs(parse(supergraph)))).toThrow(reason);
  });
});
