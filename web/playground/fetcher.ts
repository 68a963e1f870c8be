import type { GraphiQLProps } from 'graphiql';
import { getOperationAST, parse } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import type { Session } from './personas.ts';

type Fetcher = GraphiQLProps['fetcher'];
type Request = Parameters<Fetcher>[0];

const HTTP_URL = '/graphql';

/** How GraphiQL asks on behalf of one session: queries and mutations by POST, subscriptions over one WebSocket of that session. The token travels in the
 * header and in connectionParams, never through the headers editor. Close it when the session ends: that ends its subscriptions. */
export interface SessionFetcher {
  readonly fetcher: Fetcher;
  readonly close: () => void;
}

export function createSessionFetcher(session: Session): SessionFetcher {
  const client = createSubscriptionClient(session);
  const fetcher = (params: Request) => {
    const document = parse(params.query);
    // Just after a change of tabs GraphiQL may still give the other tab's operation name. Where there is only one operation, that is the one.
    const operation = getOperationAST(document, params.operationName) ?? getOperationAST(document);
    const request = { ...params, operationName: operation?.name?.value ?? null };
    return operation?.operation === 'subscription' ? client.iterate(request) : post(session, request);
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

async function post(session: Session, request: Request) {
  const authorization = await session.authorization();
  const response = await fetch(HTTP_URL, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      ...(authorization === null ? {} : { authorization }),
    },
    body: JSON.stringify(request),
  });
  return response.json();
}
