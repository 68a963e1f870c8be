/** Both subgraphs over HTTP, in a process of their own: `node bench/gateway/subgraphs.ts PORT PORT`, one port for each. */
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, type GraphQLSchema, parse } from 'graphql';
import { documentOf, messagesOf, SUBGRAPHS, type Subgraph, userOf } from './workload.ts';

const RESOLVERS: Readonly<Record<Subgraph, object>> = {
  messaging: { Query: { messages: (_: unknown, { roomId, first }: { roomId: string; first: number }) => messagesOf(roomId, first) } },
  trading: { User: { __resolveReference: ({ id }: { id: string }) => userOf(id) } },
};

/** Longer than any gateway's turn is away: no request meets a connection that is being closed. */
const KEEP_ALIVE = { keepAliveTimeout: 600_000 };

/** Different bodies that are kept with their answers: each gateway sends its own, for each room. */
const ANSWERS_MAX = 10_000;

// Every gateway is answered truly by what it asks for, whatever that looks like; but once, so that the subgraphs use little of a machine that
// all of them share.
const serve = (subgraph: Subgraph, port: number): void => {
  const schema = buildSubgraphSchema([{ typeDefs: documentOf(subgraph), resolvers: RESOLVERS[subgraph] as never }]);
  const answers = new Map<string, Buffer>();
  const answer = async (request: IncomingMessage): Promise<Buffer> => {
    const body = await text(request);
    const known = answers.get(body) ?? (await execution(schema, body));
    if (answers.size < ANSWERS_MAX) answers.set(body, known);
    return known;
  };
  createServer(KEEP_ALIVE, (request, response) => {
    answer(request).then(
      (bytes) => response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length }).end(bytes),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  }).listen(port, '127.0.0.1');
};

const execution = async (schema: GraphQLSchema, body: string): Promise<Buffer> => {
  const { query, variables } = JSON.parse(body) as { readonly query: string; readonly variables?: Readonly<Record<string, unknown>> };
  const result = await execute({ schema, document: parse(query), variableValues: variables ?? {} });
  return Buffer.from(JSON.stringify(result));
};

for (const [index, subgraph] of SUBGRAPHS.entries()) serve(subgraph, Number(process.argv[2 + index]));
