import { plain, texts } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { MARK_OF_NOTHING, markOf } from '#platform/feed/cursor.ts';
import { EPOCH_SHARD, shardOfFeed } from '#platform/feed/shard.ts';
import { shardOf } from '#platform/ids.ts';
import type { LogPlace, Stay } from '../domain/inbox.ts';
import { inboxFeedOf } from '../events.ts';
import type { MemberSubject } from './members.ts';

/** A stay of somebody in a group, to be written. */
export interface NewStay extends Stay {
  readonly userId: string;
}

/** A stay that ends, found by who and where: nobody is in a group twice. */
export type EndedStay = MemberSubject & NonNullable<Stay['left']>;

/** Writes stays; some may be over already. The conversations are locked. */
export const insertStays = (tx: Transaction, stays: readonly NewStay[]): Promise<readonly object[]> =>
  tx.query({
    name: 'insertStays',
    text: `/* insertStays */
      INSERT INTO group_stay (shard, user_id, inbox_seq, conversation_id, joined_seq, joined_mark, left_inbox_seq, left_seq)
      SELECT * FROM unnest($1::int[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::text[], $7::bigint[], $8::bigint[])`,
    values: [
      plain(stays.map(({ userId }) => shardOf(userId))),
      texts(stays.map(({ userId }) => userId)),
      plain(stays.map(({ id }) => id)),
      texts(stays.map(({ conversationId }) => conversationId)),
      plain(stays.map(({ joined }) => joined.seq)),
      texts(stays.map(({ joined }) => joined.mark)),
      plain(stays.map(({ left }) => left?.inboxSeq ?? null)),
      plain(stays.map(({ left }) => left?.lastSeq ?? null)),
    ],
  });

/** Ends stays that are open. The conversations are locked. */
export const endStays = (tx: Transaction, ended: readonly EndedStay[]): Promise<readonly object[]> =>
  tx.query({
    name: 'endStays',
    text: `/* endStays */
      UPDATE group_stay SET left_inbox_seq = new.left_inbox_seq, left_seq = new.left_seq
        FROM unnest($1::int[], $2::text[], $3::text[], $4::bigint[], $5::bigint[]) AS new (shard, user_id, conversation_id, left_inbox_seq, left_seq)
       WHERE group_stay.shard = new.shard AND group_stay.user_id = new.user_id AND group_stay.conversation_id = new.conversation_id
         AND group_stay.left_seq IS NULL`,
    values: [
      plain(ended.map(({ userId }) => shardOf(userId))),
      texts(ended.map(({ userId }) => userId)),
      texts(ended.map(({ conversationId }) => conversationId)),
      plain(ended.map(({ inboxSeq }) => inboxSeq)),
      plain(ended.map(({ lastSeq }) => lastSeq)),
    ],
  });

interface StayRow {
  readonly id: bigint;
  readonly conversationId: string;
  readonly joinedSeq: bigint;
  readonly joinedMark: string;
  readonly leftInboxSeq: bigint | null;
  readonly leftSeq: bigint | null;
}

const COLUMNS = `stay.inbox_seq AS id, stay.conversation_id AS "conversationId", stay.joined_seq AS "joinedSeq", stay.joined_mark AS "joinedMark",
  stay.left_inbox_seq AS "leftInboxSeq", stay.left_seq AS "leftSeq"`;

/** Those of these stays that there are. */
export const staysByIds = async (database: Queryable, userId: string, ids: readonly number[]): Promise<readonly Stay[]> => {
  if (ids.length === 0) return [];
  const rows = await database.query<StayRow>({
    name: 'staysByIds',
    text: `/* staysByIds */ SELECT ${COLUMNS} FROM group_stay AS stay WHERE shard = $1 AND user_id = $2 AND inbox_seq = ANY ($3::bigint[])`,
    values: [shardOf(userId), userId, plain(ids)],
  });
  return rows.map(toStay);
};

/** The stays that are not over. */
export const openStays = async (database: Queryable, userId: string): Promise<readonly Stay[]> => {
  const rows = await database.query<StayRow>({
    name: 'openStays',
    text: `/* openStays */ SELECT ${COLUMNS} FROM group_stay AS stay WHERE shard = $1 AND user_id = $2 AND left_seq IS NULL`,
    values: [shardOf(userId), userId],
  });
  return rows.map(toStay);
};

/** The end of the log of somebody's inbox, and the stays that are not over there: both as of one moment, by one statement. */
export const inboxStanding = async (
  database: Queryable,
  userId: string,
): Promise<{ readonly epoch: string; readonly inbox: LogPlace; readonly stays: readonly Stay[] }> => {
  const feed = inboxFeedOf(userId);
  const rows = await database.query<{ epoch: string; head: bigint | null; eventId: string | null } & ({ id: null } | StayRow)>({
    name: 'inboxStanding',
    text: `/* inboxStanding */
      SELECT epoch.epoch, feed.head_seq AS head, event.id AS "eventId", ${COLUMNS}
        FROM feed_epoch AS epoch
        LEFT JOIN feed ON feed.shard = $1 AND feed.id = $2
        LEFT JOIN feed_event AS event ON event.shard = feed.shard AND event.feed_id = feed.id AND event.seq = feed.head_seq
        LEFT JOIN group_stay AS stay ON stay.shard = $3 AND stay.user_id = $4 AND stay.left_seq IS NULL
       WHERE epoch.shard = $5`,
    values: [shardOfFeed(feed), feed, shardOf(userId), userId, EPOCH_SHARD],
  });
  const [top] = rows;
  if (top === undefined) throw new Error('the table feed_epoch lost its row: start this process again');
  const { epoch, head, eventId } = top;
  const inbox = head === null || eventId === null ? { seq: 0, mark: MARK_OF_NOTHING } : { seq: Number(head), mark: markOf(eventId) };
  return { epoch, inbox, stays: rows.flatMap((row) => (row.id === null ? [] : [toStay(row)])) };
};

const toStay = ({ id, conversationId, joinedSeq, joinedMark, leftInboxSeq, leftSeq }: StayRow): Stay => ({
  id: Number(id),
  conversationId,
  joined: { seq: Number(joinedSeq), mark: joinedMark },
  left: leftInboxSeq === null || leftSeq === null ? null : { inboxSeq: Number(leftInboxSeq), lastSeq: Number(leftSeq) },
});
