import DataLoader from 'dataloader';
import type { Queryable } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { loaderOf } from '#platform/subgraph/loader.ts';
import type { Conversation } from '../domain/conversation.ts';
import { ADMISSION_CHECKS_MAX } from '../domain/limits.ts';
import type { Announcement, Message, MessageVersion, Pin, Recall } from '../domain/message.ts';
import { messagePlaceOf } from '../domain/messageId.ts';
import type { MessageSchema } from '../domain/messageSchema.ts';
import type { ShownPresence } from '../domain/presence.ts';
import type { Profile } from '../domain/profile.ts';
import { itemPlaceOf, type QueueItem, type Report } from '../domain/queueItem.ts';
import { isRoom, type Room } from '../domain/room.ts';
import type { RoomStepState } from '../domain/roomStep.ts';
import { conversationsByIds } from './conversations.ts';
import { readDirectBlocks } from './directBlocks.ts';
import { joinedAmong, type MemberPageRequest, type Membership, readMemberPages } from './memberLists.ts';
import { type MemberSubject, memberKeyOf, membersAmong, pairsOf } from './members.ts';
import { recallsByIds, versionsAt } from './messageRows.ts';
import { messageSchemasOf } from './messageSchemas.ts';
import { messagesByIds } from './messages.ts';
import { type ModerationLoaders, moderationLoaders } from './moderationLoaders.ts';
import { type ModerationLogPage, type ModerationLogRequest, readModerationLogs } from './moderationLog.ts';
import { announcementsOf, pinsOf } from './pins.ts';
import { type PostingFacts, type PostingSubject, postingFactsOf } from './postingFacts.ts';
import { PRESENCE_LOOKS_MAX, type PresencePair, presencePairKeyOf } from './presence.ts';
import { initialProfileOf } from './profiles.ts';
import { type QueuePageRequest, queueItemsByIds, readQueuePages } from './queuePages.ts';
import { type CountRow, type ReactionSubject, reactionKeyOf, reactionsAmong, reactionsByIds } from './reactions.ts';
import { type ReadersRequest, type ReadMessage, readCountsOf, readersOf } from './readers.ts';
import { type ReadState, readStatesOf, type UnreadTotal, unreadTotalsOf } from './reads.ts';
import { firstSince, type ReplayStart, replayStarts } from './replayStarts.ts';
import { reportsOf } from './reportCases.ts';
import { type RoomLogPage, type RoomLogRequest, readRoomLogs } from './roomLog.ts';
import { stepsAt } from './roomSteps.ts';

/** Pages read by one statement at most: a page of streams with a page of events each, 10,000 events. */
const PAGES_MAX = 100;
/** Users and conversations looked up by one statement at most: as many as the gateway asks about at once. */
const MEMBERS_MAX = ADMISSION_CHECKS_MAX;

/** Reactions of one person looked up by one statement at most: those of a page of messages. */
const REACTIONS_MAX = 1_000;

/** Relations by id, collected into one statement per table; null for unknown ids. */
export interface Loaders extends ModerationLoaders {
  readonly conversations: DataLoader<string, Conversation | null>;
  /** Those of them that are rooms. */
  readonly rooms: { load(id: string): Promise<Room | null> };
  readonly messages: DataLoader<string, Message | null>;
  /** What messages said before they were edited, by message; null where nothing is kept. */
  readonly versions: DataLoader<string, readonly MessageVersion[] | null>;
  /** What is kept of recalled messages, by message. */
  readonly recalls: DataLoader<string, Recall | null>;
  /** The reactions of messages, by message; null for none. */
  readonly reactions: DataLoader<string, readonly CountRow[] | null>;
  /** Whether somebody has reacted like that. */
  readonly reacted: DataLoader<ReactionSubject, boolean, string>;
  /** What moderators look at, by id. */
  readonly queueItems: DataLoader<string, QueueItem | null>;
  /** Pages of what waits for moderators. */
  readonly queuePages: DataLoader<QueuePageRequest, readonly QueueItem[]>;
  /** The newest reports of cases, by case; null for none. */
  readonly reports: DataLoader<string, readonly Report[] | null>;
  /** Registered forms of custom messages, by name. */
  readonly messageSchemas: DataLoader<string, MessageSchema | null>;
  /** Pinned messages, by conversation; null for none. */
  readonly pins: DataLoader<string, readonly Pin[] | null>;
  /** What conversations announce. */
  readonly announcements: DataLoader<string, Announcement | null>;
  /** Whether a user is a member of a conversation. */
  readonly members: DataLoader<MemberSubject, boolean, string>;
  /** How far a member of a conversation has read; null for who is none. */
  readonly readStates: DataLoader<MemberSubject, ReadState | null, string>;
  /** What somebody has not read in all their conversations together. */
  readonly unreadTotals: DataLoader<string, UnreadTotal | null>;
  /** Since when a user is a member of a conversation; null when they are none. */
  readonly joined: DataLoader<MemberSubject, Date | null, string>;
  /** Pages of groups' members. */
  readonly memberPages: DataLoader<MemberPageRequest, readonly Membership[]>;
  /** How many others have read a message. */
  readonly readCounts: DataLoader<ReadMessage, number, string>;
  /** Pages of those who have read a message. */
  readonly readers: DataLoader<ReadersRequest, { readonly userIds: readonly string[]; readonly hasMore: boolean }>;
  /** The two people of a direct conversation. */
  readonly pairs: DataLoader<string, readonly string[] | null>;
  /** Whether one of the two people of a direct conversation, of whom the user is one, blocks the other. */
  readonly directBlocks: DataLoader<MemberSubject, boolean, string>;
  /** Pages of rooms' logs. */
  readonly roomLogs: DataLoader<RoomLogRequest, RoomLogPage>;
  /** What modes ask about somebody who wants to post. */
  readonly postingFacts: DataLoader<PostingSubject, PostingFacts, string>;
  /** Pages of what moderators did. */
  readonly moderationLogs: DataLoader<ModerationLogRequest, ModerationLogPage>;
  /** Where in rooms' logs moments are: cursors for `after`, null for the beginning. */
  readonly replayStarts: DataLoader<ReplayStart, string | null>;
  /** The first events of rooms' logs at or after moments: their cursors, null for none. */
  readonly firstSince: DataLoader<ReplayStart, string | null>;
  /** What holds in a room on the ladder now; null for one that was never busy. */
  readonly steps: DataLoader<string, RoomStepState | null>;
  /** Profiles as they were made; null for who has none. */
  readonly profiles: DataLoader<string, Profile | null>;
  /** Somebody's presence as somebody else sees it. */
  readonly presences: DataLoader<PresencePair, ShownPresence, string>;
  /** Anybody, as others see them: the profile, or what it will be made from. */
  readonly users: { load(id: string): Promise<Profile> };
}

export interface LoaderParts {
  readonly database: Queryable;
  readonly feeds: Pick<Feeds, 'pages'>;
  readonly states: { readPresences(pairs: readonly PresencePair[]): Promise<readonly ShownPresence[]> };
  readonly readProfiles: (ids: readonly string[]) => Promise<ReadonlyMap<string, Profile>>;
}

export const createLoaders = ({ database, feeds, states, readProfiles }: LoaderParts): Loaders => {
  const conversations = loaderOf((ids: readonly string[]) => conversationsByIds(database, ids));
  const profiles = loaderOf(readProfiles);
  return {
    conversations,
    rooms: {
      load: async (id) => {
        const conversation = await conversations.load(id);
        return conversation !== null && isRoom(conversation) ? conversation : null;
      },
    },
    messages: loaderOf((ids) => messagesByIds(database, ids)),
    versions: loaderOf((ids) =>
      versionsAt(
        database,
        ids.flatMap((id) => messagePlaceOf(id) ?? []),
      ),
    ),
    recalls: loaderOf((ids) => recallsByIds(database, ids)),
    reactions: loaderOf((ids) => reactionsByIds(database, ids)),
    reacted: new DataLoader(
      async (subjects) => {
        const among = await reactionsAmong(database, subjects);
        return subjects.map((subject) => among.has(reactionKeyOf(subject)));
      },
      { cacheKeyFn: reactionKeyOf, maxBatchSize: REACTIONS_MAX },
    ),
    queueItems: loaderOf((ids) => queueItemsByIds(database, ids)),
    queuePages: new DataLoader((requests) => readQueuePages(database, requests), { cache: false, maxBatchSize: PAGES_MAX }),
    reports: loaderOf((ids) =>
      reportsOf(
        database,
        ids.flatMap((id) => itemPlaceOf(id) ?? []),
      ),
    ),
    messageSchemas: loaderOf((names) => messageSchemasOf(database, names)),
    pins: loaderOf((ids) => pinsOf(database, ids)),
    announcements: loaderOf((ids) => announcementsOf(database, ids)),
    // Not kept: each request is an object of its own.
    roomLogs: new DataLoader((requests) => readRoomLogs(feeds, requests), { cache: false, maxBatchSize: PAGES_MAX }),
    postingFacts: new DataLoader<PostingSubject, PostingFacts, string>((subjects) => postingFactsOf(database, subjects), {
      cacheKeyFn: memberKeyOf,
      maxBatchSize: MEMBERS_MAX,
    }),
    moderationLogs: new DataLoader((requests) => readModerationLogs(feeds, requests), { cache: false, maxBatchSize: PAGES_MAX }),
    ...moderationLoaders(database, conversations),
    members: new DataLoader(
      async (subjects) => {
        const members = await membersAmong(database, subjects);
        return subjects.map((subject) => members.has(memberKeyOf(subject)));
      },
      { cacheKeyFn: memberKeyOf, maxBatchSize: MEMBERS_MAX },
    ),
    replayStarts: new DataLoader((starts) => replayStarts(database, starts), { cache: false, maxBatchSize: PAGES_MAX }),
    firstSince: new DataLoader((starts) => firstSince(database, starts), { cache: false, maxBatchSize: PAGES_MAX }),
    steps: loaderOf((ids) =>
      stepsAt(
        database,
        ids.map((roomId) => ({ roomId, seq: null })),
      ),
    ),
    readStates: new DataLoader(
      async (subjects) => {
        const states = await readStatesOf(database, subjects);
        return subjects.map((subject) => states.get(memberKeyOf(subject)) ?? null);
      },
      { cacheKeyFn: memberKeyOf, maxBatchSize: MEMBERS_MAX },
    ),
    readCounts: new DataLoader((messages) => readCountsOf(database, messages), { cacheKeyFn: ({ id }) => id, maxBatchSize: MEMBERS_MAX }),
    // Not kept: each request is an object of its own.
    readers: new DataLoader((requests) => readersOf(database, requests), { cache: false, maxBatchSize: PAGES_MAX }),
    unreadTotals: loaderOf((ids) => unreadTotalsOf(database, ids)),
    joined: new DataLoader(
      async (subjects) => {
        const joined = new Map((await joinedAmong(database, subjects)).map((each) => [memberKeyOf(each), each.joinedAt]));
        return subjects.map((subject) => joined.get(memberKeyOf(subject)) ?? null);
      },
      { cacheKeyFn: memberKeyOf, maxBatchSize: MEMBERS_MAX },
    ),
    memberPages: new DataLoader((requests) => readMemberPages(database, requests), { cache: false, maxBatchSize: PAGES_MAX }),
    pairs: loaderOf((ids) =>
      pairsOf(
        database,
        ids.map((id) => ({ id })),
      ),
    ),
    directBlocks: new DataLoader(
      async (subjects) => {
        const directs = subjects.map(({ conversationId: id }) => ({ id, kind: 'DIRECT' as const }));
        const blockOf = await readDirectBlocks(database, directs);
        return subjects.map(({ conversationId: id, userId }) => blockOf({ id }, userId) !== null);
      },
      { cacheKeyFn: memberKeyOf, maxBatchSize: MEMBERS_MAX },
    ),
    presences: new DataLoader((pairs) => states.readPresences(pairs), { cacheKeyFn: presencePairKeyOf, maxBatchSize: PRESENCE_LOOKS_MAX }),
    profiles,
    users: { load: async (id) => (await profiles.load(id)) ?? initialProfileOf(id) },
  };
};
