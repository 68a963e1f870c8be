import { plain, texts, times } from '#platform/database/arrays.ts';
import type { Transaction } from '#platform/database/database.ts';
import type { NewFeedEvent } from '#platform/feed/feed.ts';
import { newId, shardOf } from '#platform/ids.ts';
import { RECALLED_AT_ONCE_MAX, RECALLED_LOG_EVENTS_MAX } from '../domain/limits.ts';
import { conversationFeedOf, FEED_KINDS } from '../events.ts';
import type { MemberSubject } from './members.ts';
import { versionsAt } from './messageRows.ts';
import { type LoggedMessage, messagesAt } from './messages.ts';
import { messagesRecalledEvent } from './moderationEvents.ts';
import { PinDesk } from './pinDesk.ts';
import { pinsOf } from './pins.ts';
import { TextDesk } from './textDesk.ts';

/** That what somebody has said lately goes with them. */
export interface RecentRecall extends MemberSubject {
  readonly byId: string;
  readonly since: Date;
}

/** What was taken back: how much by each wish, and what is to be written about it. */
export interface RecentRecalls {
  readonly counts: readonly number[];
  /** For the conversations' logs: one event per wish, and one per pin that went with a message. */
  readonly shown: readonly NewFeedEvent[];
  /** For the logs of moderators. */
  readonly noted: readonly NewFeedEvent[];
  readonly dropsFiles: boolean;
}

const NOTHING: RecentRecalls = { counts: [], shown: [], noted: [], dropsFiles: false };

/** Takes back what these people have said since then, the newest RECALLED_AT_ONCE_MAX messages of the newest RECALLED_LOG_EVENTS_MAX events of each conversation, whose locks the transaction holds. Writes all
 * but the events, by a fixed number of statements; none where nobody wishes it. */
export const recallRecent = async (tx: Transaction, wishes: readonly RecentRecall[], now: Date): Promise<RecentRecalls> => {
  if (wishes.length === 0) return NOTHING;
  const places = await recentPlaces(tx, wishes);
  const found = [...(await messagesAt(tx, places))].toSorted(([, a], [, b]) => a.message.seq - b.message.seq);
  const messages = new Map(found);
  const batch = { messages, now };
  const desk = new TextDesk(batch, await versionsAt(tx, places), null);
  const pins = new PinDesk(batch, await pinsOf(tx, [...new Set(wishes.map(({ conversationId }) => conversationId))]), null);
  const noted: NewFeedEvent[] = [];
  const counts = wishes.map(({ conversationId, userId, byId, since }) => {
    const said = [...messages.values()].filter((logged) => isMeant(logged, { conversationId, userId, since }));
    if (said.length === 0) return 0;
    desk.recallTogether(said, byId);
    for (const { message } of said) pins.unpinRecalled(message, byId);
    noted.push(messagesRecalledEvent(newId(), { conversationId, userId }, said.length, byId));
    return said.length;
  });
  await pins.save(tx);
  // Direct conversations have no moderators.
  await desk.save(tx, new Map());
  return { counts, shown: [...desk.events(), ...pins.events()], noted, dropsFiles: desk.dropsFiles };
};

const isMeant = ({ message }: LoggedMessage, { conversationId, userId, since }: Omit<RecentRecall, 'byId'>): boolean =>
  message.conversationId === conversationId && message.authorId === userId && message.sentAt >= since && !message.isRecalled;

const recentPlaces = async (tx: Transaction, wishes: readonly RecentRecall[]) => {
  const rows = await tx.query<{ readonly conversationId: string; readonly seq: bigint }>({
    name: 'recentPlaces',
    text: `/* recentPlaces */
      SELECT DISTINCT asked.conversation_id AS "conversationId", said.seq
        FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::timestamptz[]) AS asked (shard, conversation_id, feed_id, user_id, since)
        JOIN feed ON feed.shard = asked.shard AND feed.id = asked.feed_id
       CROSS JOIN LATERAL (
             SELECT event.seq FROM feed_event AS event
              WHERE event.shard = asked.shard AND event.feed_id = asked.feed_id AND event.seq > feed.head_seq - $6
                AND event.kind = $7 AND event.at >= asked.since AND event.payload ->> 'authorId' = asked.user_id AND NOT event.payload ? 'recalled'
              ORDER BY event.seq DESC LIMIT $8) AS said`,
    values: [
      plain(wishes.map(({ conversationId }) => shardOf(conversationId))),
      texts(wishes.map(({ conversationId }) => conversationId)),
      texts(wishes.map(({ conversationId }) => conversationFeedOf(conversationId))),
      texts(wishes.map(({ userId }) => userId)),
      times(wishes.map(({ since }) => since)),
      RECALLED_LOG_EVENTS_MAX,
      FEED_KINDS.CHAT,
      RECALLED_AT_ONCE_MAX,
    ],
  });
  return rows.map(({ conversationId, seq }) => ({ conversationId, seq: Number(seq) }));
};
