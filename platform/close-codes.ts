/** Every code with which the gateway closes a WebSocket: what it means, and whether a stock graphql-ws client connects again by itself. The page at
 * /limits shows this table. */
export const CLOSE_CODES = {
  1009: { reason: 'MESSAGE_TOO_BIG', retried: false, meaning: 'A message from the client was larger than the limit. Send less at a time.' },
  1012: {
    reason: 'SERVICE_RESTART',
    retried: true,
    meaning: 'This process is going down. Connect again: another one answers. Resume by cursor.',
  },
  1013: {
    reason: 'TRY_AGAIN_LATER',
    retried: true,
    meaning:
      'The client reads more slowly than events arrive, too many are connected, or a part of the graph stays out of reach. Resume by cursor.',
  },
  4400: { reason: 'BAD_REQUEST', retried: false, meaning: 'The client sent a message that is not graphql-transport-ws.' },
  4401: {
    reason: 'UNAUTHORIZED',
    retried: false,
    meaning: 'The client subscribed before connection_init was acknowledged, or its token is malformed or forged.',
  },
  4403: { reason: 'TOKEN_EXPIRED', retried: true, meaning: 'The token has run out. Connect again with a new token. Resume by cursor.' },
  4406: { reason: 'SUBPROTOCOL_NOT_ACCEPTABLE', retried: false, meaning: 'The client does not speak graphql-transport-ws.' },
  4408: { reason: 'CONNECTION_INIT_TIMEOUT', retried: true, meaning: 'No connection_init came in time.' },
  4409: { reason: 'SUBSCRIBER_EXISTS', retried: false, meaning: 'The client used one operation id twice at the same time.' },
  4429: { reason: 'TOO_MANY_INIT_REQUESTS', retried: false, meaning: 'The client sent connection_init more than once.' },
  4500: { reason: 'INTERNAL_SERVER_ERROR', retried: false, meaning: 'Our fault. Report the time and the address.' },
} as const;

export type CloseCode = keyof typeof CLOSE_CODES;
