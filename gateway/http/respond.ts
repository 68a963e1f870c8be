import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { FanfareError } from '#platform/errors.ts';
import { presentError, statusOf, toFormatted } from '../execute/errors.ts';

/** On every answer. No page of ours may be framed, sniffed, or send its address elsewhere. */
const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
} as const;

/** Sets what every answer has in common. */
export const prepareResponse = (response: ServerResponse, requestId: string): void => {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  response.setHeader('x-request-id', requestId);
};

/** Ends a request with a text. */
export const sendText = (
  response: ServerResponse,
  status: number,
  contentType: string,
  text: string,
  headers: OutgoingHttpHeaders = {},
): void => {
  const length = Buffer.byteLength(text);
  response.writeHead(status, { 'content-type': contentType, 'content-length': length, 'cache-control': 'no-store', ...headers });
  // As a text it leaves in one piece with the headers.
  response.end(response.req.method === 'HEAD' ? undefined : text);
};

export const sendJson = (response: ServerResponse, status: number, body: unknown, headers: OutgoingHttpHeaders = {}): void =>
  sendText(response, status, 'application/json; charset=utf-8', JSON.stringify(body), headers);

/** Ends a request with one error in GraphQL's form, and the status that fits its code. */
export const sendError = (response: ServerResponse, error: FanfareError, requestId: string): void => {
  const retry: OutgoingHttpHeaders = {};
  if (error.retryAfterMs !== undefined) retry['retry-after'] = String(Math.ceil(error.retryAfterMs / 1_000));
  sendJson(response, statusOf(error.code), { errors: [presentError(toFormatted(error), requestId, () => undefined)] }, retry);
};

/** A page that is not there. */
export const sendNotFound = (response: ServerResponse, requestId: string): void =>
  sendJson(response, 404, {
    errors: [presentError(toFormatted(new FanfareError('BAD_REQUEST', 'There is nothing at this address.')), requestId, () => undefined)],
  });
