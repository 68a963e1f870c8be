import { plain, texts } from '#platform/database/arrays.ts';
import type { Transaction } from '#platform/database/database.ts';
import type { Feeds, NewFeedEvent } from '#platform/feed/feed.ts';
import { newId, shardOf } from '#platform/ids.ts';
import type { Conversation } from '../domain/conversation.ts';
import { ERASED_AUTHOR_ID, ERASED_ROWS_MAX } from '../domain/erasure.ts';
import { type MessagePlace, messageIdOf } from '../domain/messageId.ts';
import { logErasedEvent } from '../events/controlFeeds.ts';
import { erasedPayload, messagesErasedEvent, pinsChangedEvent } from '../events/messageEvents.ts';
import { conversationIdOf } from '../events.ts';
import { appendToConversations } from './conversationLog.ts';
import { lockConversations } from './conversations.ts';
import { eraseHeld } from './eraseQueue.ts';
import type { DueErasure } from './erasures.ts';
import { pairsOf } from './members.ts';
import { deleteMentions } from './mentions.ts';
import { deleteRecalled, deleteVersions, rewriteEvents, versionsAt } from './messageRows.ts';
import { forgetTerms } from './messageSearch.ts';
import { type LoggedMessage, messagesAt } from './messages.ts';
import { deletePins, pinsOf } from './pins.ts';
import { HELD_KEPT, readPostedEvents, type UsedPosting } from './postingLaneSql.ts';
import { settledEvent } from './queueEvents.ts';
import { dropUploads, uploadPlacesOf } from './uploads.ts';

/** What one piece of work has done. `place`: where the step goes on; null: it has come to its end. `erased`: messages that lost their payload. */
export interface ErasedPiece {
  readonly place: readonly string[] | null;
  readonly erased: number;
}

/** Erases the next messages of a user, whatever conversations they are in, in the order of their idempotency keys, by which alone they can be found: what they said, and before their edits, goes from
 * logs, inboxes, search, pins and what operators see of recalled ones; seq, number and time stay. A fixed number of statements. Locks conversations, then what belongs to them,
 * then logs. */
export const eraseMessages = async (
  tx: Transaction,
  feeds: Pick<Feeds, 'append'>,
  { userId, until, place }: DueErasure,
): Promise<ErasedPiece> => {
  const postings = await postingsAfter(tx, userId, place[0] ?? '');
  const last = postings.at(-1);
  if (last === undefined) return { place: null, erased: 0 };
  const posted = postings.filter(({ refusal }) => refusal === null);
  const events = posted.length === 0 ? new Map() : await readPostedEvents(tx, posted);
  const old = postings.filter(({ eventId, at }) => (events.get(eventId)?.at ?? at) <= until);
  const places = old.flatMap(({ eventId, conversationId }) => {
    const event = events.get(eventId);
    return event === undefined ? [] : [{ conversationId, seq: event.seq }];
  });
  const kept = old.flatMap(({ eventId: id, conversationId, refusal }) => (refusal === HELD_KEPT ? [{ conversationId, id }] : []));
  const ids = [...new Set([...places, ...kept].map(({ conversationId }) => conversationId))];
  const conversations = ids.length === 0 ? new Map<string, Conversation>() : await lockConversations(tx, ids);
  // Some of what had to wait was posted since.
  const held = await eraseHeld(tx, kept);
  const approved = held.flatMap(({ conversationId, seq }) => (seq === null ? [] : [{ conversationId, seq }]));
  // What they say now: until the locks were held, their author could still edit them.
  const logged = [...(await messagesAt(tx, [...places, ...approved])).values()].filter(({ message }) => message.authorId === userId);
  if (logged.length > 0) await silence(tx, feeds, conversations, logged);
  if (old.length > 0) await forgetPostings(tx, old);
  const waiting = held.filter(({ state }) => state === 'OPEN').map((each) => settledEvent({ ...each, state: 'EXPIRED' }));
  if (waiting.length > 0) await feeds.append(tx, waiting);
  return { place: postings.length < ERASED_ROWS_MAX ? null : [last.key], erased: logged.length };
};

const silence = async (
  tx: Transaction,
  feeds: Pick<Feeds, 'append'>,
  conversations: ReadonlyMap<string, Conversation>,
  logged: readonly LoggedMessage[],
): Promise<void> => {
  const messages = logged.map(({ message }) => message);
  const versions = await versionsAt(tx, messages);
  const rewritten = logged.flatMap(({ event, message }) => {
    const { conversationId } = message;
    // The events of its edits said what it said.
    const edits = { ...event.payload, message: message.seq, sentAt: message.sentAt.toISOString() };
    return [
      { conversationId, seq: message.seq, id: event.id, payload: erasedPayload(event.payload) },
      ...(versions.get(message.id) ?? []).map(({ eventSeq: seq, eventId: id }) => ({
        conversationId,
        seq,
        id,
        payload: erasedPayload(edits),
      })),
    ];
  });
  const directs = [...conversations.values()].filter(({ kind }) => kind === 'DIRECT');
  await rewriteEvents(tx, rewritten, await pairsOf(tx, directs));
  await deleteMentions(
    tx,
    messages.map((message) => ({ ...message, number: message.messageNumber, body: message })),
  );
  await deleteRecalled(tx, messages);
  await dropUploads(tx, messages.flatMap(uploadPlacesOf));
  await deleteVersions(tx, messages);
  await forgetTerms(tx, messages);
  const unpinned = await unpin(tx, messages);
  const bySource = Map.groupBy(messages, ({ conversationId }) => conversationId);
  const erased = [...bySource].map(([id, each]) =>
    messagesErasedEvent(
      id,
      newId(),
      each.map(({ seq }) => seq),
    ),
  );
  const events = [...erased, ...unpinned];
  await appendToConversations(tx, feeds, events, conversations);
  await tellKeepers(tx, feeds, conversations, events);
};

/** Tells who keeps parts of rooms' logs that these say something else now. The last statement before COMMIT. */
export const tellKeepers = async (
  tx: Transaction,
  feeds: Pick<Feeds, 'append'>,
  conversations: ReadonlyMap<string, Conversation>,
  events: readonly { readonly feed: string }[],
): Promise<void> => {
  const changed = new Set(events.map(({ feed }) => conversationIdOf(feed)));
  const rooms = [...conversations.values()].filter(({ id, kind }) => kind === 'ROOM' && changed.has(id));
  if (rooms.length > 0)
    await feeds.append(
      tx,
      rooms.map(({ id }) => logErasedEvent(id, newId())),
    );
};

// What says nothing any more is not pinned.
const unpin = async (tx: Transaction, messages: readonly (MessagePlace & { readonly id: string })[]): Promise<readonly NewFeedEvent[]> => {
  const pins = await pinsOf(tx, [...new Set(messages.map(({ conversationId }) => conversationId))]);
  const counts = new Map([...pins].map(([id, ofOne]) => [id, ofOne.length]));
  const pinned = new Set([...pins.values()].flat().map(({ messageId }) => messageId));
  const gone = messages.filter((message) => pinned.has(messageIdOf(message)));
  if (gone.length === 0) return [];
  await deletePins(tx, gone);
  return gone.map(({ conversationId, seq }) => {
    const pinCount = (counts.get(conversationId) ?? 0) - 1;
    counts.set(conversationId, pinCount);
    return pinsChangedEvent(conversationId, newId(), { message: seq, byId: ERASED_AUTHOR_ID, isPinned: false, pinCount });
  });
};

interface OwnPosting extends UsedPosting {
  readonly at: Date;
}

const postingsAfter = (tx: Transaction, userId: string, key: string): Promise<readonly OwnPosting[]> =>
  tx.query({
    name: 'postingsAfter',
    text: `/* postingsAfter */
      SELECT author_id AS "authorId", key, fingerprint, conversation_id AS "conversationId", event_id AS "eventId", floor_seq AS "floorSeq", refusal,
             refusal_message AS "refusalMessage", at
        FROM posting
       WHERE shard = $1 AND author_id = $2 AND key > $3 AND fingerprint <> ''
       ORDER BY key LIMIT $4`,
    values: [shardOf(userId), userId, key, ERASED_ROWS_MAX],
  });

/** The keys stay, so that none posts twice; what they were used for does not: whoever comes with one again gets IDEMPOTENCY_CONFLICT. */
const forgetPostings = (tx: Transaction, postings: readonly OwnPosting[]): Promise<readonly object[]> =>
  tx.query({
    name: 'forgetPostings',
    text: `/* forgetPostings */
      UPDATE posting
         SET fingerprint = '', conversation_id = '', event_id = '00000000-0000-0000-0000-000000000000', floor_seq = 0, refusal = 'ERASED', refusal_message = NULL
       WHERE (shard, author_id, key) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::text[]))`,
    values: [
      plain(postings.map(({ authorId }) => shardOf(authorId))),
      texts(postings.map(({ authorId }) => authorId)),
      texts(postings.map(({ key }) => key)),
    ],
  });
