import { FanfareError } from '#platform/errors.ts';
import { requireService } from '#platform/subgraph/authorise.ts';
import { ADMISSION_CHECKS_MAX } from '../../domain/limits.ts';
import { BANNED_FROM_ROOM } from '../../domain/sanction.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

// Anonymous viewers may follow every room, and so may users who are not banned from it.
export const admissions: QueryResolvers['admissions'] = (_, { checks }, { identity, loaders }) => {
  requireService(identity);
  if (checks.length > ADMISSION_CHECKS_MAX)
    throw new FanfareError('BAD_USER_INPUT', `At most ${ADMISSION_CHECKS_MAX} checks at once, not ${checks.length}.`);
  return Promise.all(
    checks.map(async ({ subject: conversationId, userId }) => {
      const banned = userId != null && (await loaders.banned.load({ conversationId, userId }));
      return { refusal: banned ? BANNED_FROM_ROOM : null };
    }),
  );
};
