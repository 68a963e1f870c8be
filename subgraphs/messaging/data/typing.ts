import { setTimeout as wait } from 'node:timers/promises';
import DataLoader from 'dataloader';
import type { Bus } from '#platform/bus/bus.ts';
import { createStateHints, openStateWatch } from '#platform/bus/state-watch.ts';
import type { Queryable } from '#platform/database/database.ts';
import { RecentMap } from '#platform/store/recent.ts';
import type { Store } from '#platform/store/store.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { PostedEvent } from '../domain/roomEvent.ts';
import { type ShownTyping, TYPING_LEASE_MS, TYPING_MS, TYPING_PEOPLE_MAX, type Typing, typingSeenBy } from '../domain/typing.ts';
import { conversationsByIds } from './conversations.ts';
import { readDirectBlocks } from './directBlocks.ts';
import { type MemberSubject, memberKeyOf, membersAmong } from './members.ts';
import { bannedOf } from './sanctions.ts';
import { openTypingGate } from './typingGate.ts';
import type { Viewers } from './viewers.ts';

/** People who type in one conversation at the same time at most; where typing is on there are hardly more. */
const TYPERS_MAX = 2 * TYPING_PEOPLE_MAX;
/** Pictures that a process remembers, to tell changes: of what it looked at last. */
const PICTURES_MAX = 20_000;
/** Followers looked up by one statement at most. */
const FOLLOWERS_MAX = 1_000;

export interface TypingParts {
  readonly database: Queryable;
  readonly bus: Bus;
  readonly store: Store;
  readonly telemetry: Telemetry;
  /** Counts who is in a room. */
  readonly viewers: Pick<Viewers, 'count'>;
}

/** Who types where. It is in the store alone, for some seconds; hints over the bus say when to look. */
export interface TypingDesk {
  /** Whether nobody is told there. */
  isOff(conversation: Conversation): Promise<boolean>;
  /** Notes that somebody types, still or from now on, or no more. */
  set(subject: MemberSubject, typing: boolean): Promise<void>;
  /** Whoever has posted types no more. Returns at once. */
  posted(events: readonly PostedEvent[]): void;
  /** Who types besides this person now, then again when it has changed, at most once per TYPING_MS, until `signal`, or until they may not read the conversation any more. */
  follow(subject: MemberSubject, signal: AbortSignal): AsyncGenerator<ShownTyping, void>;
  close(): Promise<void>;
}

/** What everybody in a conversation sees, before each is left out of it. */
interface Picture extends Typing {
  readonly kind: Conversation['kind'] | null;
  readonly version: bigint;
}

/** `ttlMs`: how long somebody types without saying so again. */
export const openTypingDesk = ({ database, bus, store, telemetry, viewers }: TypingParts, ttlMs: number = TYPING_LEASE_MS): TypingDesk => {
  const lease = { ttlMs, membersMax: TYPERS_MAX };
  const hints = createStateHints(bus, channelOf);
  const gate = openTypingGate(store);
  const isOff = async (conversation: Conversation): Promise<boolean> =>
    gate.isOff(conversation.id, conversation.kind === 'ROOM' ? await viewers.count(conversation.id) : conversation.memberCount);
  const watch = openStateWatch<Picture>({
    name: 'typing',
    bus,
    telemetry,
    channelOf,
    read: readPictures({ database, store, isOff }),
    versionOf: ({ version }) => version,
  });
  const mayRead = mayStillRead(database);
  const end = async (conversationId: string, userIds: readonly string[]): Promise<void> => {
    const answer = await store.presence.update(setOf(conversationId), { ...lease, renew: [], end: userIds });
    if (answer !== null && answer.left.length > 0) hints.publish([conversationId]);
  };
  return {
    isOff,
    set: async ({ conversationId, userId }, typing) => {
      if (!typing) return end(conversationId, [userId]);
      const answer = await store.presence.update(setOf(conversationId), { ...lease, renew: [userId], end: [] });
      if (answer !== null && answer.joined.length > 0) hints.publish([conversationId]);
    },
    posted: (events) => {
      const messages = events.flatMap((event) => (event.__typename === 'ChatEvent' ? [event.message] : []));
      for (const [conversationId, posted] of Map.groupBy(messages, (message) => message.conversationId))
        void end(conversationId, [...new Set(posted.map(({ authorId }) => authorId))]);
    },
    async *follow(subject, signal) {
      let shown = '';
      for await (const picture of watch.follow(subject.conversationId, signal)) {
        // Who is named to whom is looked at each time that there is somebody to name.
        if (picture.userIds.length > 0 && !(await mayRead(subject, picture.kind))) return;
        const seen = typingSeenBy(subject.userId, picture);
        const text = JSON.stringify(seen);
        if (text === shown) continue;
        shown = text;
        yield { conversationId: subject.conversationId, version: Number(picture.version), ...seen };
        await wait(TYPING_MS, undefined, { signal }).catch(() => undefined); // aborted: the watch sees it
      }
    },
    close: () => watch.close(),
  };
};

const setOf = (conversationId: string): string => `typing:${conversationId}`;
const channelOf = (conversationId: string): string => `typing/${conversationId}`;

interface PictureParts {
  readonly database: Queryable;
  readonly store: Pick<Store, 'presence'>;
  readonly isOff: TypingDesk['isOff'];
}

/** Reads who types in these conversations: one statement and one call of the store, and two statements more where somebody types in a direct conversation. While the store cannot be reached nobody does. */
const readPictures = ({ database, store, isOff }: PictureParts) => {
  const pictures = new RecentMap<Picture>({ entriesMax: PICTURES_MAX });
  return async (ids: readonly string[]): Promise<ReadonlyMap<string, Picture>> => {
    const [conversations, leases] = await Promise.all([
      conversationsByIds(database, ids),
      store.presence.membersOf(ids.map(setOf), TYPERS_MAX),
    ]);
    const typers = new Map(ids.map((id, index) => [id, [...(leases?.[index] ?? [])].sort()]));
    const directs = [...conversations.values()].filter(({ id, kind }) => kind === 'DIRECT' && typers.get(id)?.length !== 0);
    const blockOf = await readDirectBlocks(database, directs);
    const read = ids.map(async (id): Promise<readonly [string, Picture]> => {
      const conversation = conversations.get(id);
      const off = conversation === undefined || (await isOff(conversation));
      const here = (typers.get(id) ?? []).filter((userId) => blockOf({ id }, userId) === null);
      const before = pictures.get(id);
      const now = { off, userIds: off ? [] : here, kind: conversation?.kind ?? null };
      if (before !== undefined && isLike(before, now)) return [id, before];
      const picture = { ...now, version: nextVersion(before) };
      pictures.set(id, picture);
      return [id, picture];
    });
    return new Map(await Promise.all(read));
  };
};

const isLike = (one: Typing, other: Typing): boolean =>
  one.off === other.off && JSON.stringify(one.userIds) === JSON.stringify(other.userIds);

/** Versions grow by the clock, also after a picture was forgotten, and across processes about as well. */
const nextVersion = (before: Picture | undefined): bigint => {
  const now = BigInt(Date.now());
  return before !== undefined && before.version >= now ? before.version + 1n : now;
};

/** Whether followers may still see who writes: members, and in a room whoever is not banned. All who ask at the same moment are looked up by two statements. */
const mayStillRead = (database: Queryable) => {
  const ask = async (
    subjects: readonly MemberSubject[],
    look: (database: Queryable, subjects: readonly MemberSubject[]) => Promise<ReadonlySet<string>>,
  ): Promise<boolean[]> => {
    const found = await look(database, subjects);
    return subjects.map((subject) => found.has(memberKeyOf(subject)));
  };
  const options = { cache: false, maxBatchSize: FOLLOWERS_MAX };
  const members = new DataLoader((subjects: readonly MemberSubject[]) => ask(subjects, membersAmong), options);
  const banned = new DataLoader((subjects: readonly MemberSubject[]) => ask(subjects, bannedOf), options);
  return async (subject: MemberSubject, kind: Picture['kind']): Promise<boolean> =>
    kind === 'ROOM' ? !(await banned.load(subject)) : kind !== null && (await members.load(subject));
};
