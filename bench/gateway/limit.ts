/** The limit: what a gateway must do for this one query, by hand, with undici behind node:http. `node bench/gateway/limit.ts PORT MESSAGING TRADING`
 * (the subgraphs' origins). It parses the body, does both fetches, joins and stringifies, and checks nothing. */
import { createServer, type IncomingMessage } from 'node:http';
import { Pool } from 'undici';
import type { Message } from './workload.ts';

const CONNECTIONS = 128;
const MESSAGES_QUERY = 'query($roomId:ID!,$first:Int!){messages(roomId:$roomId,first:$first){id text sentAt author{__typename id}}}';
const USERS_QUERY = 'query($representations:[_Any!]!){_entities(representations:$representations){...on User{name level}}}';
const HEADERS = { 'content-type': 'application/json' };

const [port, messaging = '', trading = ''] = process.argv.slice(2);
const pools = { messaging: new Pool(messaging, { connections: CONNECTIONS }), trading: new Pool(trading, { connections: CONNECTIONS }) };

const post = async (pool: Pool, body: unknown): Promise<unknown> => {
  const answer = await pool.request({ method: 'POST', path: '/graphql', headers: HEADERS, body: JSON.stringify(body) });
  return JSON.parse(await answer.body.text());
};

const answer = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { variables } = JSON.parse(Buffer.concat(chunks).toString()) as { readonly variables: unknown };
  const first = (await post(pools.messaging, { query: MESSAGES_QUERY, variables })) as {
    readonly data: { readonly messages: readonly Message[] };
  };
  const { messages } = first.data;
  const representations = messages.map(({ author }) => ({ __typename: 'User', id: author.id }));
  const second = (await post(pools.trading, { query: USERS_QUERY, variables: { representations } })) as {
    readonly data: { readonly _entities: readonly { readonly name: string; readonly level: number }[] };
  };
  const joined = messages.map(({ id, text, sentAt, author }, index) => {
    const user = second.data._entities[index];
    return { id, text, sentAt, author: { id: author.id, name: user?.name, level: user?.level } };
  });
  return JSON.stringify({ data: { messages: joined } });
};

// Callers are away for other gateways' turns.
createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
  answer(request).then(
    (text) => response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(text),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
}).listen(Number(port), '127.0.0.1');
