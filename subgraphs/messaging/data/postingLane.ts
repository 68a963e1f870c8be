import type { Database, Queryable, Transaction } from '#platform/database/database.ts';
import type { FeedEvent, Feeds } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import { createLane, type Lane } from '#platform/lane/lane.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { MessageBody } from '../domain/message.ts';
import { conversationFault, type SendRefusal } from '../domain/posting.ts';
import type { ChatEvent } from '../domain/roomEvent.ts';
import { chatPostedEvent, loggedEventOf } from '../events.ts';
import { appendToConversations } from './conversationLog.ts';
import { countMessages, lockConversations } from './conversations.ts';
import { type MemberSubject, memberKeyOf, membersAmong, moveReadNumbers } from './members.ts';
import {
  claimPostings,
  type PostingKey,
  readClock,
  readPostedEvents,
  readPostings,
  saveRefusals,
  type UsedPosting,
} from './postingLaneSql.ts';
import { ensureProfiles } from './profiles.ts';
import type { Author, Draft, Objection, SendRules, SendSession, Verdict } from './sendRules.ts';

/** A message to post. `fingerprint`: of the raw input. `objection`: what was said against it before it came here; it holds only while the key is new, and rules may still
 * refuse what was to be held. */
export interface PostCommand extends PostingKey {
  readonly fingerprint: string;
  readonly isOperator: boolean;
  readonly conversationId: string;
  readonly body: MessageBody;
  readonly objection?: Objection | null;
}

export type PostOutcome = { readonly ok: true; readonly event: ChatEvent } | ({ readonly ok: false } & SendRefusal);

/** The first command of the batch under its key, with the id that its event gets. */
interface Posting extends PostCommand {
  readonly eventId: string;
}

/** A posting that can be posted, as it is posted. */
interface Accepted extends Posting {
  readonly conversation: Conversation;
}

/** What a key was used for, and what was answered. */
interface StoredAnswer {
  readonly fingerprint: string;
  readonly outcome: PostOutcome;
}

export interface PostingParts {
  readonly feeds: Pick<Feeds, 'append'>;
  readonly rules: SendRules;
  /** Hears after COMMIT what was posted, in the order of the log. */
  readonly onPosted: (events: readonly ChatEvent[]) => void;
}

export interface PostingLaneOptions extends PostingParts {
  readonly database: Database;
  readonly telemetry: Telemetry;
}

/** The lane through which every message goes. */
export const openPostingLane = ({ database, telemetry, onPosted, ...parts }: PostingLaneOptions): Lane<PostCommand, PostOutcome> => {
  const messages = telemetry.counter('fanfare_messages_total', 'Chat messages posted.');
  const run = runPostings({
    ...parts,
    onPosted: (events) => {
      messages.inc(undefined, events.length);
      onPosted(events);
    },
  });
  return createLane({ name: 'postings', database, telemetry, actorOf: ({ authorId }) => authorId, run });
};

/** Runs a batch of messages inside a transaction; outcomes in the same order. Locks: keys, then conversations (whoever closes one, or bans somebody from it, waits), then what
 * the rules lock, then members, then profiles, then feeds. A key that was used before gets its stored answer, or IDEMPOTENCY_CONFLICT when the input was another. */
export const runPostings =
  ({ feeds, rules, onPosted }: PostingParts) =>
  async (tx: Transaction, batch: readonly PostCommand[]): Promise<readonly PostOutcome[]> => {
    const postings = firstOfEachKey(batch);
    const claimed = new Set((await claimPostings(tx, postings, new Date())).map(keyOf));
    const answers = new Map<string, StoredAnswer>();
    await recall(
      tx,
      postings.filter((posting) => !claimed.has(keyOf(posting))),
      answers,
    );
    const fresh = postings.filter((posting) => claimed.has(keyOf(posting)));
    const events = fresh.length === 0 ? [] : await post(tx, feeds, await decide(tx, rules, fresh, answers), answers);
    tx.afterCommit(() => onPosted(events));
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

/** Locks the conversations, adds the answers of those postings that can't be, and answers with the others, as they are to be posted. */
const decide = async (
  tx: Transaction,
  rules: SendRules,
  postings: readonly Posting[],
  answers: Map<string, StoredAnswer>,
): Promise<readonly Accepted[]> => {
  const conversations = await lockConversations(tx, [...new Set(postings.map(({ conversationId }) => conversationId))]);
  const drafts = new Map(
    postings.flatMap((posting) => {
      const conversation = conversations.get(posting.conversationId);
      return conversation === undefined ? [] : [[posting.eventId, draftOf(posting, conversation)] as const];
    }),
  );
  const session = await rules.open(tx, [...drafts.values()], await readClock(tx));
  const members = await membersAmong(tx, [...drafts.values()].filter(({ conversation }) => conversation.kind !== 'ROOM').map(subjectOf));
  const refused: (Posting & { readonly refusal: string; readonly refusalMessage: string | null })[] = [];
  const accepted: Accepted[] = [];
  for (const posting of postings) {
    const { refusal, body } = judge(session, members, posting, drafts.get(posting.eventId));
    const conversation = conversations.get(posting.conversationId);
    if (refusal === null && conversation !== undefined) accepted.push({ ...posting, body, conversation });
    else refused.push({ ...posting, refusal: refusal?.code ?? '', refusalMessage: refusal?.message ?? null });
  }
  await session.save?.();
  if (refused.length > 0) await saveRefusals(tx, refused);
  for (const { refusal: code, refusalMessage: message, ...posting } of refused)
    answers.set(keyOf(posting), { fingerprint: posting.fingerprint, outcome: { ok: false, code, message } });
  return accepted;
};

const subjectOf = ({ conversation, author }: Draft): MemberSubject => ({ conversationId: conversation.id, userId: author.id });

const draftOf = ({ eventId, authorId, isOperator, body }: Posting, conversation: Conversation): Draft => {
  const author: Author = { id: authorId, isOperator };
  return { eventId, conversation, author, body };
};

interface Judgement {
  readonly refusal: SendRefusal | null;
  readonly body: MessageBody;
}

const judge = (session: SendSession, members: ReadonlySet<string>, posting: Posting, draft: Draft | undefined): Judgement => {
  const { body } = posting;
  const isMember = draft !== undefined && members.has(memberKeyOf(subjectOf(draft)));
  const fault = conversationFault(draft?.conversation, isMember);
  if (draft === undefined || fault !== null) return { refusal: { code: fault ?? 'ROOM_NOT_FOUND', message: null }, body };
  const verdict = verdictOn(session, draft, posting.objection ?? null);
  if (verdict?.type === 'refuse') return refused(session, draft, verdict);
  if (verdict?.type === 'hold') {
    session.settled?.(draft, { heldFor: verdict.reason });
    return { refusal: { code: 'HELD', message: HELD }, body };
  }
  const changed = verdict === null ? draft : { ...draft, body: verdict.body };
  session.settled?.(changed, 'posted');
  return { refusal: null, body: changed.body };
};

// The rules are asked about what is to be held, too: from who may not post at all there is nothing to look at.
const verdictOn = (session: SendSession, draft: Draft, objection: Objection | null): Verdict => {
  if (objection?.type === 'refuse') return objection;
  const verdict = session.decide(draft);
  return objection === null || verdict?.type === 'refuse' ? verdict : objection;
};

const HELD = 'A moderator looks at this message before others see it. There is no need to send it again.';

const refused = (session: SendSession, draft: Draft, { code, message }: SendRefusal): Judgement => {
  session.settled?.(draft, 'refused');
  return { refusal: { code, message }, body: draft.body };
};

/** Numbers the messages, appends them to their conversations' logs and adds their answers. */
const post = async (
  tx: Transaction,
  feeds: Pick<Feeds, 'append'>,
  accepted: readonly Accepted[],
  answers: Map<string, StoredAnswer>,
): Promise<readonly ChatEvent[]> => {
  if (accepted.length === 0) return [];
  const counts = new Map<string, number>();
  const numbered = accepted.map((posting) => {
    const { id, messageCount } = posting.conversation;
    const before = counts.get(id) ?? 0;
    counts.set(id, before + 1);
    return { ...posting, number: messageCount + before + 1 };
  });
  await countMessages(tx, counts);
  await ensureProfiles(
    tx,
    accepted.map(({ authorId }) => authorId),
    new Date(),
  );
  await markOwnAsRead(tx, numbered);
  const events = await appendToConversations(
    tx,
    feeds,
    numbered.map(({ conversationId, eventId: id, ...message }) => chatPostedEvent(conversationId, { id }, message)),
    new Map(accepted.map(({ conversation }) => [conversation.id, conversation])),
  );
  const chats = events.map(chatOf);
  const byId = new Map(chats.map((event) => [event.id, event]));
  for (const posting of accepted)
    answers.set(keyOf(posting), {
      fingerprint: posting.fingerprint,
      outcome: { ok: true, event: byId.get(posting.eventId) ?? missing(posting.eventId) },
    });
  return chats;
};

/** Whoever writes has seen what was there: so all that is unread was written by others, and counting is a difference. */
const markOwnAsRead = async (tx: Transaction, numbered: readonly (Accepted & { readonly number: number })[]): Promise<void> => {
  const ofMembers = numbered.filter(({ conversation }) => conversation.kind !== 'ROOM');
  // The last of each wins: numbers ascend.
  const reads = new Map(
    ofMembers.map(({ conversationId, authorId: userId, number }) => {
      const subject = { conversationId, userId };
      return [memberKeyOf(subject), { ...subject, number }];
    }),
  );
  if (reads.size > 0) await moveReadNumbers(tx, [...reads.values()]);
};

const answerTo = (command: PostCommand, answer: StoredAnswer | undefined): PostOutcome => {
  if (answer === undefined) throw new Error(`the posting ${keyOf(command)} has no answer`);
  return answer.fingerprint === command.fingerprint ? answer.outcome : { ok: false, code: 'IDEMPOTENCY_CONFLICT', message: null };
};

const outcomeOf = ({ eventId, refusal, refusalMessage }: UsedPosting, event: FeedEvent | undefined): PostOutcome => {
  if (refusal !== null) return { ok: false, code: refusal, message: refusalMessage };
  return { ok: true, event: event === undefined ? missing(eventId) : chatOf(event) };
};

const chatOf = (event: FeedEvent): ChatEvent => {
  const shown = loggedEventOf(event);
  return shown?.__typename === 'ChatEvent' ? shown : missing(event.id);
};

const missing = (eventId: string): never => {
  throw new Error(`the posted message ${eventId} is not in its conversation's log any more`);
};
