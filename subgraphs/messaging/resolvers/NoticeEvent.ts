import { joinsTextOf } from '../domain/joins.ts';
import type { NoticeEventResolvers } from '../generated/resolvers.ts';

// Names are looked up when they are shown: whoever changes theirs changes it here, too.
export const NoticeEvent: NoticeEventResolvers = {
  text: async ({ text, joins }, _, { loaders }) => {
    if (text !== null || joins === null) return text ?? '';
    const people = await Promise.all(joins.people.map((userId) => loaders.users.load(userId)));
    return joinsTextOf(
      people.map(({ displayName }) => displayName),
      joins.count,
    );
  },
  people: ({ joins }, _, { loaders }) => Promise.all((joins?.people ?? []).map((userId) => loaders.users.load(userId))),
  count: ({ joins }) => joins?.count ?? null,
  welcome: ({ joins }) => joins?.welcome ?? null,
};
