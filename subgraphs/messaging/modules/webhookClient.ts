import { Agent, request } from 'undici';
import type { MessageWebhookConfig } from '#platform/config/config.ts';
import {
  signWebhook,
  WEBHOOK_ID_HEADER,
  WEBHOOK_KEY_HEADER,
  WEBHOOK_SIGNATURE_HEADER,
  WEBHOOK_TIMESTAMP_HEADER,
} from '#platform/webhook.ts';
import { ANSWER_BYTES_MAX, DELIVERIES_PARALLEL_MAX, JUDGEMENTS_PARALLEL_MAX } from '../domain/webhookLimits.ts';

/** What the outside answered. `body`: cut off where it is too long, and then no answer that anybody could read. */
export interface WebhookAnswer {
  readonly statusCode: number;
  readonly body: string;
}

/** The way to the configured address, and to no other: redirects are answers like any other. */
export interface WebhookClient {
  /** Posts a signed message. `id` stays the same when it is posted again. Throws when no answer comes until `signal` aborts. */
  post(message: { readonly id: string; readonly body: string }, signal: AbortSignal): Promise<WebhookAnswer>;
  close(): Promise<void>;
}

export const openWebhookClient = ({ url, key }: Pick<MessageWebhookConfig, 'url' | 'key'>): WebhookClient => {
  const agent = new Agent({ connections: JUDGEMENTS_PARALLEL_MAX + DELIVERIES_PARALLEL_MAX, pipelining: 1 });
  return {
    post: async ({ id, body }, signal) => {
      const timestampSeconds = Math.floor(Date.now() / 1_000);
      const answer = await request(url, {
        dispatcher: agent,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'fanfare-messaging',
          [WEBHOOK_ID_HEADER]: id,
          [WEBHOOK_TIMESTAMP_HEADER]: String(timestampSeconds),
          [WEBHOOK_KEY_HEADER]: key.id,
          [WEBHOOK_SIGNATURE_HEADER]: signWebhook(key.secret, { id, timestampSeconds, body }),
        },
        body,
        signal,
      });
      return { statusCode: answer.statusCode, body: await readAtMost(answer.body, ANSWER_BYTES_MAX) };
    },
    // Whatever is under way has ended by itself or is not waited for: both sides know how to try again.
    close: () => agent.destroy(),
  };
};

const readAtMost = async (body: AsyncIterable<Buffer>, bytesMax: number): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    // Leaving the loop destroys the rest of the answer.
    if (bytes > bytesMax) break;
  }
  return Buffer.concat(chunks).subarray(0, bytesMax).toString();
};
