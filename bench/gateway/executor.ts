/** What running a plan costs: `node bench/gateway/executor.ts`. CPU microseconds per request of this process, for one query that crosses two subgraphs
 * (in a process of their own): by hand with undici (the limit), by our compiled plans, and by Apollo's executor over the same data sources. */
import { type ChildProcess, fork } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { composeServices } from '@apollo/composition';
import { executeQueryPlan, type GraphQLDataSource } from '@apollo/gateway';
import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import { parse } from 'graphql';
import { Pool } from 'undici';
import { loadGeneration, prepareOperation } from '../../gateway/supergraph/generation.ts';

const ENTITIES = [10, 100] as const;
const ROUNDS = 5;
const CONCURRENCY = 8;
/** Answers of one round: about a quarter of a second each. */
const REQUESTS = { 10: 600, 100: 300 } as const;
/** Until everything is compiled: the compiler’s threads count as CPU of this process, too. */
const WARM_UP_REQUESTS = 1_500;

type Size = (typeof ENTITIES)[number];
type Contender = () => Promise<string>;

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const SUBGRAPHS = [
  {
    name: 'messages',
    sdl: 'type Query { messages: [Message!]! } type Message { id: ID! text: String! sentAt: String! author: User! } type User @key(fields: "id", resolvable: false) { id: ID! }',
  },
  { name: 'users', sdl: 'type User @key(fields: "id") { id: ID! name: String! level: Int! }' },
];
const QUERY = '{ messages { id text sentAt author { id name level } } }';

const messages = (size: number): unknown[] =>
  Array.from({ length: size }, (_, index) => ({
    id: `r1:${index}`,
    text: `message ${index}: hello from the room, and a little more`,
    sentAt: '2026-01-01T00:00:00.000Z',
    author: { __typename: 'User', id: `user-${index}` },
  }));

/** Serves both subgraphs, without GraphQL: their cost is not what is measured. */
const serveSubgraphs = (): void => {
  const lists = new Map(ENTITIES.map((size) => [`/messages/${size}`, JSON.stringify({ data: { messages: messages(size) } })]));
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      response.setHeader('content-type', 'application/json');
      response.end(lists.get(request.url ?? '') ?? entities(body));
    });
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
};

const entities = (body: string): string => {
  const { variables } = JSON.parse(body) as { variables: { representations: readonly { id: string }[] } };
  return JSON.stringify({
    data: { _entities: variables.representations.map(({ id }, index) => ({ name: `name of ${id}`, level: index })) },
  });
};

const post = async (pool: Pool, path: string, body: string): Promise<unknown> => {
  const answer = await pool.request({ method: 'POST', path, headers: { 'content-type': 'application/json' }, body });
  return JSON.parse(await answer.body.text());
};

interface Message {
  readonly author: { readonly __typename?: string; readonly id: string };
}

const MESSAGES_QUERY = '{messages{id text sentAt author{__typename id}}}';
const USERS_QUERY = 'query($representations:[_Any!]!){_entities(representations:$representations){...on User{name level}}}';

const byHand =
  (pool: Pool, size: Size): Contender =>
  async () => {
    const first = (await post(pool, `/messages/${size}`, JSON.stringify({ query: MESSAGES_QUERY }))) as { data: { messages: Message[] } };
    const list = first.data.messages;
    const representations = list.map(({ author }) => ({ __typename: 'User', id: author.id }));
    const second = (await post(pool, '/users', JSON.stringify({ query: USERS_QUERY, variables: { representations } }))) as {
      data: { _entities: { name: string; level: number }[] };
    };
    const shown = list.map((message, index) => {
      const user = second.data._entities[index];
      return { ...message, author: { id: message.author.id, name: user?.name, level: user?.level } };
    });
    return JSON.stringify({ data: { messages: shown } });
  };

const contenders = (pool: Pool, size: Size): Readonly<Record<string, Contender>> => {
  const composed = composeServices(SUBGRAPHS.map(({ name, sdl }) => ({ name, url: '', typeDefs: parse(`${LINK} ${sdl}`) })));
  if (composed.errors !== undefined) throw new Error(composed.errors.join('\n'));
  const generation = loadGeneration(composed.supergraphSdl);
  const { plan, context: operation } = prepareOperation(generation, { document: parse(QUERY), documentKey: QUERY, operationName: null });
  const compiled = generation.compilePlan(plan, operation);
  if (compiled === null) throw new Error('the plan was not compiled');
  const sourceOf = (path: string): GraphQLDataSource => ({
    process: async ({ request: { query, variables } }) => (await post(pool, path, JSON.stringify({ query, variables }))) as object,
  });
  const dataSources = { messages: sourceOf(`/messages/${size}`), users: sourceOf('/users') };
  const context = {
    requestId: 'bench',
    identity: { kind: 'user', id: null, scopes: [], roles: [], clientId: null },
    timeoutMs: 1_000,
  } as const;
  const request = { request: { variables: {} }, context, metrics: {}, logger: console } as unknown as GatewayGraphQLRequestContext;
  return {
    limit: byHand(pool, size),
    fanfare: async () => JSON.stringify(await compiled({ variables: {}, dataSources, context })),
    apollo: async () =>
      JSON.stringify(await executeQueryPlan(plan, dataSources, request, operation, generation.supergraphSchema, generation.apiSchema)),
  };
};

const run = async (contender: Contender, requests: number): Promise<number> => {
  const before = process.cpuUsage();
  let left = requests;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await contender();
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / requests;
};

const median = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;

const measure = async (pool: Pool, size: Size): Promise<Readonly<Record<string, number>>> => {
  const all = Object.entries(contenders(pool, size));
  const answers = await Promise.all(all.map(([, contender]) => contender()));
  if (new Set(answers).size !== 1) throw new Error(`the contenders answer differently:\n${answers.join('\n')}`);
  for (const [, contender] of all) await run(contender, WARM_UP_REQUESTS);
  const costs = new Map<string, number[]>(all.map(([name]) => [name, []]));
  // In turns, so that what else the machine does falls on all of them.
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, contender] of all) costs.get(name)?.push(await run(contender, REQUESTS[size]));
  }
  return Object.fromEntries([...costs].map(([name, values]) => [name, Math.round(median(values))]));
};

const main = async (): Promise<void> => {
  const subgraphs: ChildProcess = fork(import.meta.filename, ['--subgraphs']);
  const port = await new Promise<number>((resolve) => subgraphs.once('message', (message) => resolve(Number(message))));
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONCURRENCY * 2 });
  const rows: Record<string, Record<string, number>> = {};
  for (const size of ENTITIES) {
    const costs = await measure(pool, size);
    const ratios = Object.fromEntries(
      ['fanfare', 'apollo'].map((name) => [`${name}/limit`, Math.round((100 * (costs[name] ?? 0)) / (costs['limit'] ?? 1)) / 100]),
    );
    rows[`${size} entities`] = { ...costs, ...ratios };
  }
  console.table(rows);
  await pool.close();
  subgraphs.kill();
};

if (process.argv.includes('--subgraphs')) serveSubgraphs();
else await main();
