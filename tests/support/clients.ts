import { randomUUID } from 'node:crypto';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/** Real clients of the gateway, as a front end would be: fetch for requests, the stock graphql-ws client for subscriptions. */
export interface GraphQLAnswer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
}

/** One request over HTTP; the whole answer, errors and all. */
export const request = async <Data>(
  url: string,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
  token: string | null = null,
): Promise<GraphQLAnswer<Data>> => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(15_000),
  });
  return (await response.json()) as GraphQLAnswer<Data>;
};

/** Like `request`, for requests that must succeed. */
export const ask = async <Data>(
  url: string,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
  token: string | null = null,
): Promise<Data> => {
  const { data, errors } = await request<Data>(url, query, variables, token);
  if (errors !== undefined || data === null || data === undefined) throw new Error(`the graph answered ${JSON.stringify(errors)}`);
  return data;
};

export interface GiftAnswer {
  readonly order: { readonly id: string; readonly status: string; readonly coins: string } | null;
  readonly wallet: { readonly coins: string; readonly version: number } | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string; readonly field: readonly string[] | null }[];
}

export interface GiftInput {
  readonly streamId: string;
  readonly giftId: string;
  readonly quantity: number;
  readonly idempotencyKey: string;
}

export const sendGift = async (url: string, token: string | null, input: GiftInput): Promise<GraphQLAnswer<{ sendGift: GiftAnswer }>> =>
  request(
    url,
    'mutation SendGift($input: SendGiftInput!) { sendGift(input: $input) { order { id status coins } wallet { coins version } userErrors { code message field } } }',
    { input },
    token,
  );

export const postMessage = async (
  url: string,
  token: string | null,
  input: { readonly roomId: string; readonly text: string; readonly idempotencyKey: string },
): Promise<
  GraphQLAnswer<{ postMessage: { event: { seq: number; message: { id: string } } | null; userErrors: readonly { code: string }[] } }>
> =>
  request(
    url,
    'mutation Post($input: PostMessageInput!) { postMessage(input: $input) { event { seq message { id } } userErrors { code message } } }',
    { input },
    token,
  );

export const topUp = async (url: string, token: string, productId: string): Promise<{ coins: bigint; version: number }> => {
  const { topUp: answer } = await ask<{ topUp: { wallet: { coins: string; version: number } | null; userErrors: readonly unknown[] } }>(
    url,
    'mutation TopUp($input: TopUpInput!) { topUp(input: $input) { wallet { coins version } userErrors { code message } } }',
    { input: { productId, idempotencyKey: randomUUID() } },
    token,
  );
  if (answer.wallet === null) throw new Error(`the top-up was refused: ${JSON.stringify(answer.userErrors)}`);
  return { coins: BigInt(answer.wallet.coins), version: answer.wallet.version };
};

export interface RoomEvent {
  readonly __typename: string;
  readonly id: string;
  readonly seq: number;
  readonly cursor: string;
  readonly message?: { readonly text: string; readonly author: { readonly displayName: string } };
  readonly orderId?: string;
  readonly quantity?: number;
  readonly coins?: string;
  readonly sender?: { readonly id: string; readonly displayName: string };
  readonly gift?: { readonly id: string; readonly name: string } | null;
  readonly reason?: string;
}

export const ROOM_EVENTS = `subscription Watch($roomId: ID!, $after: Cursor) {
  roomEvents(roomId: $roomId, after: $after) {
    __typename id seq cursor
    ... on ChatEvent { message { text author { displayName } } }
    ... on GiftEvent { orderId quantity coins sender { id displayName } gift { id name } }
    ... on ResetEvent { reason }
  }
}`;

/** A viewer that follows one room with the stock client and resumes from its cursor whenever its socket dies. */
export interface RoomWatcher {
  /** All payloads in order of arrival, positions included. */
  readonly payloads: readonly RoomEvent[];
  /** The room's events alone. */
  readonly events: readonly RoomEvent[];
  readonly errors: readonly unknown[];
  /** Resolves once a position has arrived. */
  readonly ready: Promise<void>;
  /** Resolves when `done` says so, looked at after every payload. Rejects past the deadline with what was there. */
  until(what: string, done: (events: readonly RoomEvent[]) => boolean, deadlineMs: number): Promise<void>;
  /** Cuts the socket as a broken network would. */
  cut(): void;
  close(): Promise<void>;
}

export const watchRoom = (
  url: string,
  roomId: string,
  options: { readonly after?: string | null; readonly token?: string | null } = {},
): RoomWatcher => {
  const payloads: RoomEvent[] = [];
  const events: RoomEvent[] = [];
  const errors: unknown[] = [];
  const looks = new Set<() => void>();
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => undefined); // a watcher that nobody waits for may fail: its errors are kept
  let socket: WebSocket | null = null;
  const client = resumingClient(url, options.token ?? null, (connected) => {
    socket = connected;
  });
  // The stock client sends the same payload object again when it reconnects: changing `after` in it is the way to resume.
  const variables: { roomId: string; after: string | null } = { roomId, after: options.after ?? null };
  const stop = client.subscribe<{ roomEvents: RoomEvent }>(
    { query: ROOM_EVENTS, variables },
    {
      next: ({ data, errors: failed }) => {
        if (failed !== undefined) errors.push(...failed);
        const event = data?.roomEvents;
        if (event === undefined || event === null) return;
        variables.after = event.cursor;
        payloads.push(event);
        if (event.__typename === 'PositionEvent') ready.resolve();
        else if (event.__typename !== 'ResetEvent') events.push(event);
        for (const look of looks) look();
      },
      error: (error) => {
        errors.push(...(Array.isArray(error) ? error : [error]));
        ready.reject(new Error(`the room cannot be watched: ${JSON.stringify(errors)}`));
      },
      complete: () => undefined,
    },
  );
  return {
    payloads,
    events,
    errors,
    ready: ready.promise,
    until: (what, done, deadlineMs) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!done(events)) return;
          clearTimeout(timer);
          looks.delete(look);
          resolve();
        };
        const timer = setTimeout(() => {
          looks.delete(look);
          reject(
            new Error(
              `${what}: not within ${deadlineMs} ms; ${events.length} events, last seq ${events.at(-1)?.seq}, errors ${JSON.stringify(errors)}`,
            ),
          );
        }, deadlineMs);
        looks.add(look);
        look();
      }),
    cut: () => socket?.terminate(),
    close: async () => {
      stop();
      await client.dispose();
    },
  };
};

/** The stock client with quick, endless retries. `url`: where the gateway is, or how to find out each time. `onSocket` hears the socket it uses now, null while it has none. */
export const resumingClient = (
  url: string | (() => Promise<string>),
  token: string | null,
  onSocket: (socket: WebSocket | null) => void,
): Client =>
  createClient({
    url: async () => `${(typeof url === 'string' ? url : await url()).replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: token === null ? {} : { authorization: `Bearer ${token}` },
    retryAttempts: Number.POSITIVE_INFINITY,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 80)),
    shouldRetry: () => true,
    on: { connected: (socket) => onSocket(socket instanceof WebSocket ? socket : null), closed: () => onSocket(null) },
  });

/** What is wrong with a sequence that should be contiguous: lost, repeated and reordered places. Empty when it is right. */
export const sequenceFaults = (events: readonly RoomEvent[]): readonly string[] =>
  events.flatMap((event, index) => {
    const previous = events[index - 1];
    return previous === undefined || event.seq === previous.seq + 1 ? [] : [`seq ${event.seq} follows ${previous.seq}`];
  });
