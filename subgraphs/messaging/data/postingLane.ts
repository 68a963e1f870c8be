import type { Database, Queryable, Transaction } from '#platform/database/database.ts';
import type { FeedEvent, Feeds } from '#platform/feed/feed.ts';
import { newId, shardIndexOf } from '#platform/ids.ts';
import { createLane, type Lane } from '#platform/lane/lane.ts';
import { spreadLanes } from '#platform/lane/spread.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { ControlBody, MessageBody } from '../domain/message.ts';
import { conversationFault, type SendRefusal } from '../domain/posting.ts';
import { itemIdOf } from '../domain/queueItem.ts';
import { HELD_AGE_MAX_MS } from '../domain/queueLimits.ts';
import type { PostedEvent } from '../domain/roomEvent.ts';
import { type Accepted, appendMessages, missing, postedIn } from './appendMessages.ts';
import { lockConversations } from './conversations.ts';
import { insertHeld, type NewHeld, thoseWithRoom } from './heldMessages.ts';
import { type MemberSubject, memberKeyOf, membersAmong } from './members.ts';
import {
  claimPostings,
  HELD_KEPT,
  type PostingKey,
  readClock,
  readPostedEvents,
  readPostings,
  saveRefusals,
  type UsedPosting,
} from './postingLaneSql.ts';
import { type EnsureProfiles, ensureNewProfiles } from './profiles.ts';
import { heldEvent } from './queueEvents.ts';
import type { Author, Draft, Objection, SendRules, SendSession, Verdict } from './sendRules.ts';
import { dropUploads, uploadPlacesOf } from './uploads.ts';

/** What is to be posted. `fingerprint`: of the raw input. `objection`: what was said against it before it came here; it holds only while the key is new, and rules may still
 * refuse what was to be held. */
interface Post extends PostingKey {
  readonly fingerprint: string;
  readonly conversationId: string;
  readonly objection?: Objection | null;
}

/** A message that somebody posts. */
export interface PersonsPost extends Post {
  readonly isOperator: boolean;
  readonly body: MessageBody;
}

/** What a service of the platform says, in any conversation that takes messages: it need not be in it, and no rule is asked. */
export interface ServicePost extends Post {
  readonly isService: true;
  readonly body: MessageBody | ControlBody;
}

export type PostCommand = PersonsPost | ServicePost;

/** `heldId`: by which the graph knows the message that waits for a moderator now (HELD); absent where nothing is kept. */
export type PostOutcome =
  | { readonly ok: true; readonly event: PostedEvent }
  | ({ readonly ok: false; readonly heldId?: string } & SendRefusal);

/** The first command of the batch under its key, with the id that its event gets. `place`: the key of maps. */
type Posting = PostCommand & {
  readonly place: string;
  readonly eventId: string;
};

/** What a key was used for, and what was answered. */
interface StoredAnswer {
  readonly fingerprint: string;
  readonly outcome: PostOutcome;
}

export interface PostingParts {
  readonly feeds: Pick<Feeds, 'append'>;
  readonly rules: SendRules;
  /** Hears after COMMIT what was posted, in the order of the log. */
  readonly onPosted: (events: readonly PostedEvent[]) => void;
}

export interface PostingLaneOptions extends PostingParts {
  readonly database: Database;
  readonly telemetry: Telemetry;
}

/** So many lanes share the database, each for conversations of its own: they have no conversation in common, and one decides while another waits for PostgreSQL. */
const POSTING_LANES = 2;
/** Messages that wait in all of them together: about a second's worth. */
const POSTING_QUEUE_MAX = 10_000;

/** The lane through which every message goes. */
export const openPostingLane = ({ database, telemetry, onPosted, ...parts }: PostingLaneOptions): Lane<PostCommand, PostOutcome> => {
  const messages = telemetry.counter('fanfare_messages_total', 'Chat messages posted.');
  const run = runPostings({
    ...parts,
    onPosted: (events) => {
      messages.inc(undefined, events.filter(({ __typename }) => __typename === 'ChatEvent').length);
      onPosted(events);
    },
  });
  const queueMax = POSTING_QUEUE_MAX / POSTING_LANES;
  const lanes = Array.from({ length: POSTING_LANES }, () =>
    createLane<PostCommand, PostOutcome>({ name: 'postings', database, telemetry, actorOf: ({ authorId }) => authorId, queueMax, run }),
  );
  return spreadLanes(lanes, ({ conversationId }) => shardIndexOf(conversationId));
};

/** Runs a batch of messages inside a transaction; outcomes in the same order. Locks: keys, then conversations (whoever closes one, or bans somebody from it, waits), then what
 * the rules lock, then members, then profiles, then feeds. A key that was used before gets its stored answer, or IDEMPOTENCY_CONFLICT when the input was another. Statements that
 * need nothing from each other's answers travel together: what is locked, what is asked, what is written. */
export const runPostings = ({ feeds, rules, onPosted }: PostingParts) => {
  const ensureProfiles = ensureNewProfiles();
  return async (tx: Transaction, batch: readonly PostCommand[]): Promise<readonly PostOutcome[]> => {
    const postings = firstOfEachKey(batch);
    const [used, conversations, now] = await Promise.all([
      claimPostings(tx, [...postings.values()], new Date()),
      // Those of used keys too: nobody knows yet which they are.
      lockConversations(tx, [...new Set(batch.map(({ conversationId }) => conversationId))]),
      readClock(tx),
    ]);
    const answers = new Map<string, StoredAnswer>();
    const [known, fresh] = used.size === 0 ? [[], [...postings.values()]] : parted(postings, used);
    await recall(tx, known, answers);
    const decided = await decide(tx, rules, fresh, { conversations, now });
    const events = await write(tx, { feeds, ensureProfiles }, decided, answers);
    tx.afterCommit(() => onPosted(events));
    return batch.map((command) => answerTo(command, answers.get(keyOf(command))));
  };
};

/** The stored answers to commands, outside the lane, in the same order; null where the key is new. */
export const storedOutcomes = async (database: Queryable, commands: readonly PostCommand[]): Promise<readonly (PostOutcome | null)[]> => {
  const answers = new Map<string, StoredAnswer>();
  await recall(database, commands, answers);
  return commands.map((command) => {
    const answer = answers.get(keyOf(command));
    return answer === undefined ? null : answerTo(command, answer);
  });
};

// Texts of PostgreSQL have no NUL.
const keyOf = ({ authorId, key }: PostingKey): string => `${authorId}\0${key}`;

const firstOfEachKey = (batch: readonly PostCommand[]): ReadonlyMap<string, Posting> => {
  const postings = new Map<string, Posting>();
  for (const command of batch) {
    const place = keyOf(command);
    if (!postings.has(place)) postings.set(place, { ...command, place, eventId: newId() });
  }
  return postings;
};

/** Those whose keys were used before, and the new ones. */
const parted = (postings: ReadonlyMap<string, Posting>, used: ReadonlySet<string>): readonly [known: Posting[], fresh: Posting[]] => {
  const all = [...postings.values()];
  return [all.filter(({ eventId }) => used.has(eventId)), all.filter(({ eventId }) => !used.has(eventId))];
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

/** What is decided about a batch. */
interface Decided {
  readonly accepted: readonly (Accepted & Answered)[];
  readonly held: readonly (NewHeld & Answered)[];
  readonly refused: readonly Refused[];
}

/** Whose answer it is. */
type Answered = Pick<Posting, 'authorId' | 'key' | 'fingerprint' | 'place' | 'eventId'>;

interface Refused extends Answered {
  readonly refusal: string;
  readonly refusalMessage: string | null;
}

/** Decides which postings can be, and how, in the order in which they came. Their conversations are locked; `now`: by the clock of PostgreSQL, after that. */
const decide = async (
  tx: Transaction,
  rules: SendRules,
  postings: readonly Posting[],
  { conversations, now }: { readonly conversations: ReadonlyMap<string, Conversation>; readonly now: Date },
): Promise<Decided> => {
  if (postings.length === 0) return { accepted: [], held: [], refused: [] };
  const drafts = postings.map((posting) => {
    const conversation = conversations.get(posting.conversationId);
    return conversation === undefined || 'isService' in posting ? undefined : draftOf(posting, conversation);
  });
  const known = drafts.filter((draft) => draft !== undefined);
  const [session, members] = await Promise.all([
    rules.open(tx, known, now),
    membersAmong(tx, known.filter(({ conversation }) => conversation.kind !== 'ROOM').map(subjectOf)),
  ]);
  const refused: Refused[] = [];
  const accepted: (Accepted & Answered)[] = [];
  const held: (NewHeld & Answered)[] = [];
  for (const [index, posting] of postings.entries()) {
    const conversation = conversations.get(posting.conversationId);
    const { refusal, hold, body } =
      'isService' in posting ? judgeService(posting, conversation) : judge(session, members, posting, drafts[index]);
    if (hold !== null)
      held.push({ ...posting, ...hold, id: posting.eventId, at: now, expiresAt: new Date(now.getTime() + HELD_AGE_MAX_MS) });
    else if (refusal === null && conversation !== undefined) accepted.push({ ...posting, body, conversation });
    else refused.push({ ...posting, refusal: refusal?.code ?? '', refusalMessage: refusal?.message ?? null });
  }
  await session.save?.();
  const kept = await thoseWithRoom(tx, held);
  const full = held.filter((each) => !kept.has(each));
  // The rules have let them keep their files.
  await dropUploads(
    tx,
    full.flatMap(({ conversationId, body: { attachments } }) => uploadPlacesOf({ conversationId, attachments })),
  );
  return {
    accepted,
    held: [...kept],
    refused: [...refused, ...full.map((posting) => ({ ...posting, refusal: HELD, refusalMessage: QUEUE_FULL }))],
  };
};

const subjectOf = ({ conversation, author }: Draft): MemberSubject => ({ conversationId: conversation.id, userId: author.id });

const draftOf = (
  { eventId, authorId, isOperator, body }: PersonsPost & { readonly eventId: string },
  conversation: Conversation,
): Draft => {
  const author: Author = { id: authorId, isOperator };
  return { eventId, conversation, author, body };
};

interface Judgement {
  readonly refusal: SendRefusal | null;
  readonly hold: Pick<NewHeld, 'reason' | 'detail' | 'body'> | null;
  readonly body: MessageBody | ControlBody;
}

const judgeService = ({ body, objection }: ServicePost, conversation: Conversation | undefined): Judgement => {
  if (objection?.type === 'refuse') return { refusal: objection, hold: null, body };
  const fault = conversationFault(conversation, true);
  return { refusal: fault === null ? null : { code: fault, message: null }, hold: null, body };
};

/** What becomes of one message. `members`: who of those that speak outside of rooms is a member. */
export const judge = (
  session: SendSession,
  members: ReadonlySet<string>,
  { body, objection }: Pick<PersonsPost, 'body' | 'objection'>,
  draft: Draft | undefined,
): Judgement & { readonly body: MessageBody } => {
  const isMember = draft !== undefined && draft.conversation.kind !== 'ROOM' && members.has(memberKeyOf(subjectOf(draft)));
  const fault = conversationFault(draft?.conversation, isMember);
  if (draft === undefined || fault !== null)
    return { refusal: { code: fault ?? 'CONVERSATION_NOT_FOUND', message: null }, hold: null, body };
  const verdict = verdictOn(session, draft, objection ?? null);
  if (verdict?.type === 'refuse') return refused(session, draft, verdict);
  if (verdict?.type === 'hold') {
    session.settled?.(draft, { heldFor: verdict.reason });
    return { refusal: null, hold: { reason: verdict.because ?? 'CHECK', detail: verdict.reason, body }, body };
  }
  const changed = verdict === null ? draft : { ...draft, body: verdict.body };
  session.settled?.(changed, 'posted');
  return { refusal: null, hold: null, body: changed.body };
};

// The rules are asked about what is to be held, too: from who may not post at all there is nothing to look at.
const verdictOn = (session: SendSession, draft: Draft, objection: Objection | null): Verdict => {
  if (objection?.type === 'refuse') return objection;
  const verdict = session.decide(draft);
  return objection === null || verdict?.type === 'refuse' ? verdict : objection;
};

const HELD = 'HELD';
const KEPT_MESSAGE = 'A moderator looks at this message before others see it.';
const QUEUE_FULL =
  'A moderator would have to look at this message first, and too many of yours or of this conversation wait for that already: nothing was kept. Try again later, with a new idempotencyKey.';

const refused = (session: SendSession, draft: Draft, { code, message }: SendRefusal) => {
  session.settled?.(draft, 'refused');
  return { refusal: { code, message }, hold: null, body: draft.body };
};

/** Notes the refusals and what is held, appends the messages to their conversations' logs and adds all answers. The statements travel together; the order of these calls is the order
 * of their locks. */
const write = async (
  tx: Transaction,
  parts: { readonly feeds: Pick<Feeds, 'append'>; readonly ensureProfiles: EnsureProfiles },
  { accepted, held, refused }: Decided,
  answers: Map<string, StoredAnswer>,
): Promise<readonly PostedEvent[]> => {
  const unposted = [...refused, ...held.map((posting) => ({ ...posting, refusal: HELD_KEPT, refusalMessage: null }))];
  const noted = unposted.length === 0 ? null : saveRefusals(tx, unposted);
  for (const { place, fingerprint, refusal: code, refusalMessage: message } of refused)
    answers.set(place, { fingerprint, outcome: { ok: false, code, message } });
  for (const posting of held) answers.set(posting.place, { fingerprint: posting.fingerprint, outcome: keptOutcome(posting) });
  const [events] = await Promise.all([appendMessages(tx, parts, accepted), noted, held.length === 0 ? null : insertHeld(tx, held)]);
  for (const [index, { place, fingerprint }] of accepted.entries()) {
    const event = events[index];
    if (event !== undefined) answers.set(place, { fingerprint, outcome: { ok: true, event } });
  }
  if (held.length > 0) await parts.feeds.append(tx, held.map(heldEvent));
  return events;
};

const answerTo = (command: PostCommand, answer: StoredAnswer | undefined): PostOutcome => {
  if (answer === undefined) throw new Error(`the posting ${command.key} of ${command.authorId} has no answer`);
  return answer.fingerprint === command.fingerprint ? answer.outcome : { ok: false, code: 'IDEMPOTENCY_CONFLICT', message: null };
};

const outcomeOf = (posting: UsedPosting, event: FeedEvent | undefined): PostOutcome => {
  const { eventId, refusal, refusalMessage } = posting;
  if (refusal === HELD_KEPT) return keptOutcome(posting);
  if (refusal !== null) return { ok: false, code: refusal, message: refusalMessage };
  return { ok: true, event: event === undefined ? missing(eventId) : postedIn(event) };
};

const keptOutcome = ({ conversationId, eventId: id }: Pick<Posting, 'conversationId' | 'eventId'>): PostOutcome => ({
  ok: false,
  code: HELD,
  message: KEPT_MESSAGE,
  heldId: itemIdOf({ conversationId, id }),
});
