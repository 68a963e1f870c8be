import type { Queryable } from '#platform/database/database.ts';
import { readHeads } from '#platform/feed/log.ts';
import type { Stay } from '../domain/inbox.ts';
import { conversationFeedOf } from '../events.ts';
import type { InboxPlace } from './inboxCursor.ts';
import { InboxMerge } from './inboxMerge.ts';
import { inboxStanding, openStays, staysByIds } from './stays.ts';

/** Where everything of this person ends now. Three statements. */
export const mergeFromNow = async (database: Queryable, userId: string): Promise<InboxMerge> => {
  const before = await openStays(database, userId);
  const heads = await readHeads(
    database,
    before.map(({ conversationId }) => conversationFeedOf(conversationId)),
  );
  const headOf = new Map(before.map(({ id }, index) => [id, heads[index]?.cursor]));
  // After the heads: whoever is still in a group has not left it at the head that was read. Who came to one meanwhile begins there where they came.
  const { epoch, inbox, stays } = await inboxStanding(database, userId);
  const groups = new Map(stays.map(({ id, joined }) => [id, headOf.get(id) ?? joined]));
  return new InboxMerge(userId, { epoch, inbox, groups }, stays);
};

/** Goes on after a place; null when it is none of this person's: another's cursor, of another life of the database, or made up. One statement. Whether the events at the places are
 * those in the logs is found out by whoever reads on. */
export const mergeAfter = async (database: Queryable, userId: string, place: InboxPlace): Promise<InboxMerge | null> => {
  const stays = await staysByIds(database, userId, [...place.groups.keys()]);
  return stays.length === place.groups.size && stays.every((stay) => isWithin(stay, place)) ? new InboxMerge(userId, place, stays) : null;
};

// A cursor is not signed: who is in a group no more must not get past their leaving with one of their own making.
const isWithin = ({ id, joined, left }: Stay, { inbox, groups }: InboxPlace): boolean => {
  const at = groups.get(id);
  if (at === undefined || at.seq < joined.seq) return false;
  return left === null || (at.seq <= left.lastSeq && inbox.seq < left.inboxSeq);
};
