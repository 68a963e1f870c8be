import { FanfareError } from '#platform/errors.ts';
import { addFollowers, removeFollowers } from '../../data/chatTraces.ts';
import { FOLLOWERS_PER_COMMAND_MAX, USER_ID_CHARACTERS_MAX } from '../../domain/limits.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

// Saying it twice changes nothing, so it takes no key.
export const setFollowers: MutationResolvers['setFollowers'] = async (_, { input: { ownerId, userIds, follow } }, { database }) => {
  if (userIds.length > FOLLOWERS_PER_COMMAND_MAX)
    throw new FanfareError('BAD_USER_INPUT', `At most ${FOLLOWERS_PER_COMMAND_MAX} followers at once, not ${userIds.length}.`);
  if ([ownerId, ...userIds].some((id) => id === '' || id.length > USER_ID_CHARACTERS_MAX))
    throw new FanfareError('BAD_USER_INPUT', `A user's id has 1 to ${USER_ID_CHARACTERS_MAX} characters.`);
  const follows = [...new Set(userIds)].map((userId) => ({ ownerId, userId }));
  if (follow) await addFollowers(database, follows, new Date());
  else await removeFollowers(database, follows);
  return { ok: true };
};
