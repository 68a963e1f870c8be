import { FanfareError } from '#platform/errors.ts';
import { requireService } from '#platform/subgraph/authorise.ts';
import { FULL, FULL_FOR_MODERATORS, mayFollowInFull } from '../../data/roomAudience.ts';
import { ADMISSION_CHECKS_MAX } from '../../domain/limits.ts';
import { BANNED_FROM_ROOM } from '../../domain/sanction.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

// Anonymous viewers may follow every room, and so may users who are not banned from it; all of its chat only those who moderate it.
export const admissions: QueryResolvers['admissions'] = (_, { checks }, { identity, loaders }) => {
  requireService(identity);
  if (checks.length > ADMISSION_CHECKS_MAX)
    throw new FanfareError('BAD_USER_INPUT', `At most ${ADMISSION_CHECKS_MAX} checks at once, not ${checks.length}.`);
  return Promise.all(
    checks.map(async ({ subject: conversationId, userId = null, audience, scopes }) => {
      if (userId !== null && (await loaders.banned.load({ conversationId, userId }))) return { refusal: BANNED_FROM_ROOM };
      const refused = audience === FULL && !(await mayFollowInFull(conversationId, { id: userId, scopes: scopes ?? [] }, loaders));
      return { refusal: refused ? FULL_FOR_MODERATORS : null };
    }),
  );
};
