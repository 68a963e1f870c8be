import type { Transaction } from '#platform/database/database.ts';
import { markOf } from '#platform/feed/cursor.ts';
import type { FeedEvent, Feeds } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import { inboxJoinedEvent, inboxLeftEvent } from './inboxEvents.ts';
import { type MemberSubject, memberKeyOf } from './members.ts';
import { type EndedStay, endStays, insertStays, type NewStay } from './stays.ts';

/** That somebody came to a group or left it. `event`: which of the events of its transaction says so in the group's log. */
export interface Move extends MemberSubject {
  readonly isMember: boolean;
  readonly event: number;
}

/** Tells people in their inboxes, in this order, and notes from where to where a group's log is theirs. `appended`: to the groups' logs, in this transaction, which holds their locks. */
export const appendMoves = async (
  tx: Transaction,
  feeds: Pick<Feeds, 'append'>,
  moves: readonly Move[],
  appended: readonly FeedEvent[],
): Promise<void> => {
  const places = moves.map(({ event }) => appended[event] ?? missing());
  const news = await feeds.append(
    tx,
    moves.map((move, index) => {
      const { seq, id } = places[index] ?? missing();
      return move.isMember ? inboxJoinedEvent(move, newId(), { seq, mark: markOf(id) }) : inboxLeftEvent(move, newId(), seq);
    }),
  );
  const begun = new Map<string, NewStay>();
  const over: NewStay[] = [];
  const ended: EndedStay[] = [];
  for (const [index, { conversationId, userId, isMember }] of moves.entries()) {
    const [place, inboxSeq] = [places[index] ?? missing(), news[index]?.seq ?? missing()];
    const key = memberKeyOf({ conversationId, userId });
    if (isMember) {
      begun.set(key, { id: inboxSeq, userId, conversationId, joined: { seq: place.seq, mark: markOf(place.id) }, left: null });
      continue;
    }
    const left = { inboxSeq, lastSeq: place.seq };
    const stay = begun.get(key);
    begun.delete(key);
    if (stay === undefined) ended.push({ conversationId, userId, ...left });
    else over.push({ ...stay, left });
  }
  // What was open before ends before another begins: the two would not be told apart.
  if (ended.length > 0) await endStays(tx, ended);
  if (begun.size + over.length > 0) await insertStays(tx, [...over, ...begun.values()]);
};

const missing = (): never => {
  throw new Error('an append answered with fewer events than it was given');
};
