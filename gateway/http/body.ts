import type { IncomingMessage } from 'node:http';
import { FanfareError } from '#platform/errors.ts';
import { BODY_BYTES_MAX, REFUSED_BODY_DRAIN_BYTES_MAX } from '../limits.ts';

/** Reads a JSON body. Undefined when it is not declared as JSON: then ApolloServer says what is wrong.
 * Throws FanfareError PAYLOAD_TOO_LARGE, BAD_REQUEST. */
export const readJsonBody = async (request: IncomingMessage): Promise<unknown> => {
  const bytes = await readBytes(request);
  if (!/^application\/(graphql\+)?json\b/i.test(request.headers['content-type'] ?? '')) return undefined;
  try {
    // Bytes that are no UTF-8 are refused; decoded leniently they would change a text without a word.
    return JSON.parse(STRICT_UTF8.decode(bytes));
  } catch (error) {
    throw new FanfareError('BAD_REQUEST', 'The body is not JSON in UTF-8.', { cause: error });
  }
};

const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true });

const readBytes = (request: IncomingMessage): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let refused = false;
    const refuse = (): void => {
      refused = true;
      chunks.length = 0;
      reject(new FanfareError('PAYLOAD_TOO_LARGE', `The body is larger than ${BODY_BYTES_MAX} bytes. Send less at a time.`));
    };
    if (Number(request.headers['content-length'] ?? 0) > BODY_BYTES_MAX) refuse();
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (!refused && bytes > BODY_BYTES_MAX) refuse();
      if (!refused) chunks.push(chunk);
      // Most clients see an answer only once they have sent their body: so it is read on for a while, and thrown away.
      else if (bytes > REFUSED_BODY_DRAIN_BYTES_MAX) request.destroy();
    });
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)));
    request.once('error', reject);
    request.once('close', () => {
      if (!request.complete) reject(new FanfareError('BAD_REQUEST', 'The connection was closed before the body was complete.'));
    });
  });
