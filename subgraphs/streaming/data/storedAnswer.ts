import { z } from 'zod';
import type { StreamAnswer } from '../domain/streamCommand.ts';

const time = z.iso.datetime().transform((text) => new Date(text));

const streamParser = z.object({
  id: z.string(),
  channelId: z.string(),
  ownerId: z.string(),
  title: z.string(),
  status: z.enum(['SCHEDULED', 'LIVE', 'ENDED']),
  version: z.int(),
  createdAt: time,
  startedAt: time.nullable(),
  endedAt: time.nullable(),
});

const refusalParser = z.object({
  code: z.enum(['STREAM_NOT_FOUND', 'CHANNEL_NOT_FOUND', 'WRONG_STATUS', 'IDEMPOTENCY_CONFLICT']),
  message: z.string(),
  field: z.array(z.string()),
});

const answerParser = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), stream: streamParser }),
  z.object({ ok: z.literal(false), refusal: refusalParser }),
]);

/** An answer as its idempotency key keeps it. */
export const storeAnswer = (answer: StreamAnswer): string => JSON.stringify(answer);

/** The answer that a key keeps. Throws when the column holds something else. */
export const readAnswer = (stored: unknown): StreamAnswer => answerParser.parse(stored);
