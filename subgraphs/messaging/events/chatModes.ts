import { z } from 'zod';
import { OPEN_MODES } from '../domain/policy.ts';

/** Modes of a chat as they are stored and told. One that their writer did not know is off. */
export const chatModes = z.object({
  slowSeconds: z.int().default(OPEN_MODES.slowSeconds),
  followersOnlyMinutes: z.int().nullable().default(OPEN_MODES.followersOnlyMinutes),
  membersOnly: z.boolean().default(OPEN_MODES.membersOnly),
  emotesOnly: z.boolean().default(OPEN_MODES.emotesOnly),
  uniqueMinutes: z.int().default(OPEN_MODES.uniqueMinutes),
  uniqueScope: z.enum(['AUTHOR', 'EVERYBODY']).default(OPEN_MODES.uniqueScope),
  links: z.enum(['ALLOW', 'HOLD', 'MODERATORS_ONLY', 'BLOCK']).default(OPEN_MODES.links),
  nonModeratorDelaySeconds: z.int().default(OPEN_MODES.nonModeratorDelaySeconds),
});
