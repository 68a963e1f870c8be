import type { GraphiQLProps } from 'graphiql';
import { getOperationAST, parse } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import type { Session } from './personas.ts';

type Fetcher = GraphiQLProps['fetcher'];

const HTTP_URL = '/graphql';

/** How GraphiQL asks on behalf of one session: queries and mutations by POST, subscriptions over one WebSocket of that session. The token travels in the
 * header and in connectionParams, never through the headers editor. Close it when the session ends: that ends its subscriptions. */
export interface SessionFetcher {
  readonly fetcher: Fetcher;
  readonly close: () => void;
}

export function createSessionFetcher(session: Session): SessionFetcher {
  const client = createSubscriptionClient(session);
  const fetcher = (params: Parameters<Fetcher>[0]) => {
    const operation = getOperationAST(parse(params.query), params.operationName);
    return operation?.operation === 'subscription' ? client.iterate(params) : post(session, params);
  };
  // GraphiQL's type wants errors as GraphQLError objects; all it does with them is to show their JSON, which is what comes over the wire.
  return { fetcher: fetcher as Fetcher, close: () => void client.dispose() };
}

function createSubscriptionClient(session: Session): Client {
  const url = new URL(HTTP_URL, window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return createClient({
    url: url.href,
    connectionParams: async () => {
      const authorization = await session.authorization();
      return authorization === null ? {} : { authorization };
    },
  });
}

async function post(session: Session, params: Parameters<Fetcher>[0]) {
  const authorization = await session.authorization();
  const response = await fetch(HTTP_URL, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      ...(authorization === null ? {} : { authorization }),
    },
    body: JSON.stringify(params),
  });
  return response.json();
}
