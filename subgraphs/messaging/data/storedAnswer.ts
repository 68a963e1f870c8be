import { z } from 'zod';
import type { ModerationAnswer } from '../domain/ban.ts';
import { isModerationRefusalCode } from '../domain/moderationRefusal.ts';

const time = z.iso.datetime().transform((text) => new Date(text));

const answerParser = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    ban: z.object({
      roomId: z.string(),
      userId: z.string(),
      bannedBy: z.string(),
      reason: z.string().nullable(),
      bannedAt: time,
      expiresAt: time.nullable(),
    }),
  }),
  z.object({ ok: z.literal(false), code: z.string().refine(isModerationRefusalCode) }),
]);

/** An answer as its idempotency key keeps it. */
export const storeAnswer = (answer: ModerationAnswer): string => JSON.stringify(answer);

/** The answer that a key keeps. Throws when the column holds something else: this process is older than its database. */
export const readAnswer = (stored: unknown): ModerationAnswer => answerParser.parse(stored);
