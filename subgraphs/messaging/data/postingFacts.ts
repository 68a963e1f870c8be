import type { Queryable } from '#platform/database/database.ts';
import { followKeyOf, followsSince, postedTraceOf, readTraces, traceKeyOf } from './chatTraces.ts';
import type { MemberSubject } from './members.ts';

/** One person in a room of that owner. */
export interface PostingSubject extends MemberSubject {
  readonly ownerId: string | null;
}

/** When somebody posted last where that is remembered, and since when they follow the owner. */
export interface PostingFacts {
  readonly lastPostedAt: Date | null;
  readonly followsSince: Date | null;
}

/** What modes ask about these people, in the order of the question. Two statements. */
export const postingFactsOf = async (database: Queryable, subjects: readonly PostingSubject[]): Promise<readonly PostingFacts[]> => {
  const [traces, follows] = await Promise.all([
    readTraces(database, subjects.map(postedTraceOf)),
    followsSince(
      database,
      subjects.flatMap(({ ownerId, userId }) => (ownerId === null ? [] : [{ ownerId, userId }])),
    ),
  ]);
  return subjects.map(({ ownerId, ...subject }) => ({
    lastPostedAt: traces.get(traceKeyOf(postedTraceOf(subject))) ?? null,
    followsSince: ownerId === null ? null : (follows.get(followKeyOf({ ownerId, userId: subject.userId })) ?? null),
  }));
};
