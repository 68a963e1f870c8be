import { z } from 'zod';
import { isModerationRefusalCode } from '../domain/moderationRefusal.ts';
import type { Role } from '../domain/role.ts';
import type { ModerationRefusalCode, Sanction } from '../domain/sanction.ts';

/** What came of a moderator's wish: the sanction that holds now or was lifted (null: none), the role from now on (null: not asked), and how many messages were taken back (absent: none). */
export type ModerationAnswer =
  | { readonly ok: true; readonly sanction: Sanction | null; readonly role: Role | null; readonly recalled?: number | undefined }
  | { readonly ok: false; readonly code: ModerationRefusalCode };

const time = z.iso.datetime().transform((text) => new Date(text));

const sanction = z.object({
  conversationId: z.string(),
  userId: z.string(),
  type: z.enum(['BAN', 'TIMEOUT', 'MUTE']),
  byId: z.string(),
  reason: z.string().nullable(),
  at: time,
  expiresAt: time.nullable(),
});

// As version 1 wrote it, of bans of rooms alone.
const ban = z
  .object({
    ok: z.literal(true),
    ban: z.object({
      roomId: z.string(),
      userId: z.string(),
      bannedBy: z.string(),
      reason: z.string().nullable(),
      bannedAt: time,
      expiresAt: time.nullable(),
    }),
  })
  .transform(({ ok, ban: { roomId: conversationId, bannedBy: byId, bannedAt: at, ...rest } }) => ({
    ok,
    sanction: { ...rest, conversationId, byId, at, type: 'BAN' as const },
    role: null,
  }));

const answer = z.union([
  z.object({
    ok: z.literal(true),
    sanction: sanction.nullable(),
    role: z.enum(['OWNER', 'MODERATOR', 'VIP', 'MEMBER', 'GUEST']).nullable(),
    recalled: z.int().optional(),
  }),
  ban,
  z.object({ ok: z.literal(false), code: z.string().refine(isModerationRefusalCode) }),
]);

/** The answer that a key keeps. Throws when the column holds something else: this process is older than its database. */
export const readModerationAnswer = (stored: unknown): ModerationAnswer => answer.parse(stored);
