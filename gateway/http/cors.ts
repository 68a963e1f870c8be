import type { IncomingMessage, ServerResponse } from 'node:http';

/** How long browsers may remember the answer to a preflight. */
const PREFLIGHT_SECONDS = 600;
const ALLOWED_HEADERS =
  'authorization, content-type, apollo-require-preflight, x-apollo-operation-name, apollographql-client-name, x-fanfare-plan, if-none-match';

/** Lets pages of the configured origins call the graph. Tokens travel in a header that pages set themselves, never in cookies, so no credentials are
 * allowed. True when the request was a preflight and is answered. */
export const applyCors = (request: IncomingMessage, response: ServerResponse, origins: readonly string[]): boolean => {
  const { origin } = request.headers;
  response.setHeader('vary', 'origin');
  if (origin !== undefined && (origins.includes(origin) || origins.includes('*'))) {
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-expose-headers', 'x-request-id, retry-after, etag, age');
  }
  if (request.method !== 'OPTIONS') return false;
  response.writeHead(204, {
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': ALLOWED_HEADERS,
    'access-control-max-age': String(PREFLIGHT_SECONDS),
    allow: 'GET, POST, OPTIONS',
  });
  response.end();
  return true;
};
