import type { Database, Queryable, Transaction } from '#platform/database/database.ts';
import type { FeedEvent, Feeds } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import { createLane, type Lane } from '#platform/lane/lane.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { BanSubject } from '../domain/ban.ts';
import { isRefusalCode, type PostRefusalCode, roomFault } from '../domain/posting.ts';
import type { ChatEvent } from '../domain/roomEvent.ts';
import { chatPostedEvent, loggedEventOf } from '../events.ts';
import { banKeyOf, bannedOf } from './bans.ts';
import { claimPostings, type PostingKey, readPostedEvents, readPostings, saveRefusals, type UsedPosting } from './postingLaneSql.ts';
import { ensureProfiles } from './profiles.ts';
import { lockRooms } from './rooms.ts';

/** A message to post, its white space cut off. `fingerprint`: of the raw input. */
export interface PostCommand extends PostingKey {
  readonly fingerprint: string;
  readonly roomId: string;
  readonly text: string;
}

export type PostOutcome = { readonly ok: true; readonly event: ChatEvent } | { readonly ok: false; readonly code: PostRefusalCode };

/** The first command of the batch under its key, with the id that its event gets. */
interface Posting extends PostCommand {
  readonly eventId: string;
}

/** What a key was used for, and what was answered. */
interface StoredAnswer {
  readonly fingerprint: string;
  readonly outcome: PostOutcome;
}

export interface PostingLaneOptions {
  readonly database: Database;
  readonly feeds: Feeds;
  readonly telemetry: Telemetry;
}

/** The lane through which every message goes. */
export const openPostingLane = ({ database, feeds, telemetry }: PostingLaneOptions): Lane<PostCommand, PostOutcome> => {
  const messages = telemetry.counter('fanfare_messages_total', 'Chat messages posted.');
  const run = runPostings(feeds, (count) => messages.inc(undefined, count));
  return createLane({ name: 'postings', database, telemetry, actorOf: ({ authorId }) => authorId, run });
};

/** Runs a batch of messages inside a transaction; outcomes in the same order. Locks: keys, then rooms (shared: whoever closes one, or bans somebody from it, waits), then profiles, then
 * feeds. A key that was used before gets its stored answer, or IDEMPOTENCY_CONFLICT when the input was another. `onPosted` hears after COMMIT how many are new. */
export const runPostings =
  (feeds: Pick<Feeds, 'append'>, onPosted: (count: number) => void = () => undefined) =>
  async (tx: Transaction, batch: readonly PostCommand[]): Promise<readonly PostOutcome[]> => {
    const at = new Date();
    const postings = firstOfEachKey(batch);
    const claimed = new Set((await claimPostings(tx, postings, at)).map(keyOf));
    const answers = new Map<string, StoredAnswer>();
    await recall(
      tx,
      postings.filter((posting) => !claimed.has(keyOf(posting))),
      answers,
    );
    const accepted = await refuse(
      tx,
      postings.filter((posting) => claimed.has(keyOf(posting))),
      answers,
    );
    await post(tx, feeds, { accepted, at }, answers);
    tx.afterCommit(() => onPosted(accepted.length));
    return batch.map((command) => answerTo(command, answers.get(keyOf(command))));
  };

/** The stored answer to a command, outside the lane; null when its key is new. */
export const storedOutcome = async (database: Queryable, command: PostCommand): Promise<PostOutcome | null> => {
  const answers = new Map<string, StoredAnswer>();
  await recall(database, [command], answers);
  const answer = answers.get(keyOf(command));
  return answer === undefined ? null : answerTo(command, answer);
};

const keyOf = ({ authorId, key }: PostingKey): string => JSON.stringify([authorId, key]);

const firstOfEachKey = (batch: readonly PostCommand[]): readonly Posting[] => {
  const postings = new Map<string, Posting>();
  for (const command of batch) {
    const key = keyOf(command);
    if (!postings.has(key)) postings.set(key, { ...command, eventId: newId() });
  }
  return [...postings.values()];
};

/** Adds the answers of keys that were used before. */
const recall = async (database: Queryable, keys: readonly PostingKey[], answers: Map<string, StoredAnswer>): Promise<void> => {
  if (keys.length === 0) return;
  const used = await readPostings(database, keys);
  const posted = used.filter(({ refusal }) => refusal === null);
  const events = posted.length === 0 ? new Map<string, FeedEvent>() : await readPostedEvents(database, posted);
  for (const posting of used)
    answers.set(keyOf(posting), { fingerprint: posting.fingerprint, outcome: outcomeOf(posting, events.get(posting.eventId)) });
};

/** Locks the rooms, adds the answers of those postings that can't be, and answers with the others. */
const refuse = async (tx: Transaction, postings: readonly Posting[], answers: Map<string, StoredAnswer>): Promise<readonly Posting[]> => {
  const rooms = await lockRooms(tx, 'shared', [...new Set(postings.map(({ roomId }) => roomId))]);
  // A statement of its own after the locks: it sees the ban of whoever it had to wait for.
  const banned = await bannedOf(tx, postings.map(subjectOf));
  const refused: (Posting & { readonly refusal: PostRefusalCode })[] = [];
  const accepted: Posting[] = [];
  for (const posting of postings) {
    const refusal = roomFault(rooms.get(posting.roomId), banned.has(banKeyOf(subjectOf(posting))));
    if (refusal === null) accepted.push(posting);
    else refused.push({ ...posting, refusal });
  }
  if (refused.length > 0) await saveRefusals(tx, refused);
  for (const posting of refused)
    answers.set(keyOf(posting), { fingerprint: posting.fingerprint, outcome: { ok: false, code: posting.refusal } });
  return accepted;
};

const subjectOf = ({ roomId, authorId }: Posting): BanSubject => ({ roomId, userId: authorId });

/** Appends the messages to their rooms' logs and adds their answers. */
const post = async (
  tx: Transaction,
  feeds: Pick<Feeds, 'append'>,
  { accepted, at }: { readonly accepted: readonly Posting[]; readonly at: Date },
  answers: Map<string, StoredAnswer>,
): Promise<void> => {
  if (accepted.length === 0) return;
  await ensureProfiles(
    tx,
    accepted.map(({ authorId }) => authorId),
    at,
  );
  const events = await feeds.append(
    tx,
    accepted.map(({ roomId, eventId: id, authorId, text }) => chatPostedEvent(roomId, { id }, { authorId, text })),
  );
  const byId = new Map(events.map((event) => [event.id, event]));
  for (const posting of accepted)
    answers.set(keyOf(posting), { fingerprint: posting.fingerprint, outcome: posted(byId.get(posting.eventId)) });
};

const answerTo = (command: PostCommand, answer: StoredAnswer | undefined): PostOutcome => {
  if (answer === undefined) throw new Error(`the posting ${keyOf(command)} has no answer`);
  return answer.fingerprint === command.fingerprint ? answer.outcome : { ok: false, code: 'IDEMPOTENCY_CONFLICT' };
};

const outcomeOf = ({ refusal }: UsedPosting, event: FeedEvent | undefined): PostOutcome => {
  if (refusal === null) return posted(event);
  if (!isRefusalCode(refusal))
    throw new Error(`a posting was refused with the unknown code ${refusal}: this process is older than its database`);
  return { ok: false, code: refusal };
};

const posted = (event: FeedEvent | undefined): PostOutcome => {
  const shown = event === undefined ? null : loggedEventOf(event);
  if (shown?.__typename !== 'ChatEvent')
    throw new Error(`a posted message is not in its room's log any more (${event?.feed ?? 'no event'})`);
  return { ok: true, event: shown };
};
