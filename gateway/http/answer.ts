import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { ControlledAnswer } from '../cache/answers.ts';
import { etagOf, type KeptAnswer } from '../cache/responses.ts';
import { type Compressor, type ContentEncoding, encodingFor } from './compress.ts';

/** Ends a request with the answer to an operation: 304 where the client of a GET has it already, compressed where the client wants that and it pays. */
export const sendAnswer = async (
  request: IncomingMessage,
  response: ServerResponse,
  controlled: ControlledAnswer,
  compressor: Compressor,
): Promise<void> => {
  const { answer, cacheControl, isPrivate, ageSeconds } = controlled;
  const kept = 'bytes' in answer ? answer : null;
  const headers: OutgoingHttpHeaders = {
    ...answer.headers,
    'cache-control': cacheControl,
    vary: isPrivate ? VARY_PRIVATE : VARY,
    ...(ageSeconds === undefined ? {} : { age: String(ageSeconds) }),
  };
  if (request.method === 'GET' && cacheControl !== 'no-store') {
    const etag = kept?.etag ?? etagOf(answer.body);
    headers['etag'] = etag;
    if (matches(request.headers['if-none-match'], etag)) {
      response.writeHead(304, headers).end();
      return;
    }
  }
  headers['content-type'] = answer.contentType;
  const length = kept?.bytes.length ?? Buffer.byteLength(answer.body);
  const encoding = encodingFor(request.headers['accept-encoding'], length);
  const encoded = encoding === null ? null : encode(compressor, kept, kept?.bytes ?? Buffer.from(answer.body), encoding);
  if (encoding === null || encoded === null) {
    headers['content-length'] = length;
    response.writeHead(answer.status, headers);
    // A text leaves in one piece with the headers.
    response.end(kept?.bytes ?? answer.body);
    return;
  }
  const body = await encoded;
  headers['content-encoding'] = encoding;
  headers['content-length'] = body.length;
  response.writeHead(answer.status, headers);
  response.end(body);
};

/** What the answer to one and the same operation depends on. Only a private one depends on who asks. */
const VARY = 'origin, accept, accept-encoding';
const VARY_PRIVATE = `${VARY}, authorization`;

// If-None-Match compares weakly: a proxy may have taken the W/ away, or put it there.
const matches = (header: string | undefined, etag: string): boolean =>
  header !== undefined && (header.trim() === '*' || header.split(',').some((given) => opaque(given) === opaque(etag)));

const opaque = (etag: string): string => etag.trim().replace(/^W\//, '');

const encode = (compressor: Compressor, kept: KeptAnswer | null, plain: Buffer, encoding: ContentEncoding): Promise<Buffer> | null => {
  if (kept === null) return compressor.compress(plain, encoding, false);
  const known = kept.encoded.get(encoding);
  if (known !== undefined) return known;
  const made = compressor.compress(plain, encoding, true);
  if (made !== null) kept.encoded.set(encoding, made);
  return made;
};
