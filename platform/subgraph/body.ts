import type { IncomingMessage } from 'node:http';
import { FanfareError } from '#platform/errors.ts';
import { SUBGRAPH_BODY_BYTES_MAX } from './wire.ts';

/** Reads a JSON body of at most SUBGRAPH_BODY_BYTES_MAX. Throws FanfareError PAYLOAD_TOO_LARGE (without reading the rest) or BAD_REQUEST. */
export const readJson = async (request: IncomingMessage): Promise<unknown> => {
  if (!(request.headers['content-type'] ?? '').startsWith('application/json'))
    throw new FanfareError('BAD_REQUEST', 'Send the body as application/json.');
  const chunks: Buffer[] = [];
  let bytes = Number(request.headers['content-length'] ?? 0);
  if (bytes > SUBGRAPH_BODY_BYTES_MAX) throw tooLarge();
  bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > SUBGRAPH_BODY_BYTES_MAX) throw tooLarge();
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (error) {
    throw new FanfareError('BAD_REQUEST', 'The body is not JSON.', { cause: error });
  }
};

const tooLarge = (): FanfareError => new FanfareError('PAYLOAD_TOO_LARGE', `The body is larger than ${SUBGRAPH_BODY_BYTES_MAX} bytes.`);
