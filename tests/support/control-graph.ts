import { onTestFinished } from 'vitest';
import type { Database } from '#platform/database/database.ts';
import { FanfareError } from '#platform/errors.ts';
import type { FeedSource, Feeds, JsonObject } from '#platform/feed/feed.ts';
import { shardIndexOf } from '#platform/ids.ts';
import { requireService } from '#platform/subgraph/authorise.ts';
import type { SubgraphRequestContext } from '#platform/subgraph/subgraph.ts';
import { aBadBus, aFeedDatabase, anEvent, append, someFeeds } from './feeds.ts';
import { aGateway, aSubgraph, type GatewayFixture, type TestSubgraph } from './gateway.ts';
import { aRoomLog, type RoomLog } from './room-log.ts';
import { aRuntime, testKeys } from './runtime.ts';

/** A gateway in front of one subgraph whose rooms are not for everybody, with real control feeds: written by one process of the subgraph, served by another. */
export interface GuardedWorld {
  readonly gateway: GatewayFixture;
  readonly messaging: TestSubgraph;
  readonly database: Database;
  readonly log: RoomLog;
  /** How many viewers each request has asked about. */
  readonly asked: readonly number[];
  /** How often the gateway has asked for the control feeds. */
  pulls(): number;
  /** Stores the ban, as messaging would; `silently`: without a word in the control feed. */
  ban(userId: string, roomId: string, options?: { readonly silently?: boolean; readonly until?: string }): Promise<void>;
  unban(userId: string, roomId: string): Promise<void>;
  /** From now on whoever begins to follow gets what there is and the end, and the control feed says so of that room. */
  closeRoom(roomId: string): Promise<void>;
  /** Appends to the control feed of that room. */
  say(roomId: string, ...events: readonly { readonly kind: string; readonly payload: JsonObject }[]): Promise<void>;
  /** From now on hints between the two processes are lost, or arrive. */
  loseHints(lost: boolean): void;
  /** From now on the control feeds can't be read, or can. */
  cutFeeds(cut: boolean): void;
  /** From now on the subgraph decides about viewers and does not tell; answers with how it tells. */
  holdAnswers(): () => void;
}

const SDL = `
type Query { me: String admissions(checks: [AdmissionCheck!]!): [Admission!]! @inaccessible }
type Subscription {
  roomEvents(roomId: ID!, after: Cursor): RoomEvent! @broadcast(subject: "roomId")
  newsEvents(roomId: ID!, after: Cursor): RoomEvent! @broadcast
}
input AdmissionCheck @inaccessible { subject: ID! userId: ID }
type Admission @inaccessible { refusal: String }
interface RoomEvent { id: ID! cursor: Cursor! seq: SafeInt! at: String! }
type ChatEvent implements RoomEvent { id: ID! cursor: Cursor! seq: SafeInt! at: String! text: String! }
type PositionEvent implements RoomEvent { id: ID! cursor: Cursor! seq: SafeInt! at: String! }
type ResetEvent implements RoomEvent { id: ID! cursor: Cursor! seq: SafeInt! at: String! reason: String! }
`;

interface Check {
  readonly subject: string;
  readonly userId: string | null;
}

/** Made within a test, and closed after it. */
export const aGuardedWorld = async (dataFolder: string, patienceMs = 10_000): Promise<GuardedWorld> => {
  const [log, bans, asked] = [aRoomLog(), new Set<string>(), [] as number[]];
  let hintsLost = false;
  let cut = false;
  let pulls = 0;
  let held: Promise<void> | null = null;
  const follow = {
    subscribe: (_: unknown, { after }: { readonly after?: string }, { signal }: SubgraphRequestContext) =>
      log.follow(after ?? null, signal),
    resolve: (event: unknown) => event,
  };
  const admissions = async (_: unknown, { checks }: { readonly checks: readonly Check[] }, { identity }: SubgraphRequestContext) => {
    requireService(identity);
    asked.push(checks.length);
    const answers = checks.map(({ subject, userId }) => ({ refusal: bans.has(`${userId} ${subject}`) ? `No ${userId} here.` : null }));
    await held;
    return answers;
  };
  const resolvers = { Query: { me: () => null, admissions }, Subscription: { roomEvents: follow, newsEvents: follow } };
  const messaging = aSubgraph('messaging', SDL, resolvers, testKeys());
  const bus = aBadBus(() => (hintsLost ? null : 1));
  const database = await aFeedDatabase();
  const [writer, owner] = [await someFeeds(database, bus), await someFeeds(database, bus)];
  const runtime = await aRuntime({ process: 'gateway' });
  const pull: FeedSource['pull'] = async (request, signal) => {
    pulls += 1;
    if (cut) throw new FanfareError('SUBGRAPH_UNAVAILABLE', 'messaging cannot be reached.', { retryAfterMs: 100 });
    return owner.pull(request, signal);
  };
  // Only pulls are asked of it here.
  const feeds = { pull } as Feeds;
  const nothing = async (): Promise<void> => undefined;
  runtime.register({
    name: 'messaging',
    transport: messaging.transport,
    feeds,
    dependsOn: [],
    checkReady: nothing,
    impairment: () => null,
    close: nothing,
  });
  const gateway = await aGateway([messaging], dataFolder, { runtime, upstreamStartMsMax: patienceMs });
  onTestFinished(async () => {
    await gateway.close();
    await runtime.close();
  });
  const say: GuardedWorld['say'] = async (roomId, ...events) => {
    const feed = `control/${shardIndexOf(roomId)}`;
    await append(
      database,
      writer,
      events.map(({ kind, payload }) => anEvent(feed, payload, { kind })),
    );
  };
  return {
    gateway,
    messaging,
    database,
    log,
    asked,
    pulls: () => pulls,
    say,
    ban: async (userId, roomId, { silently = false, until } = {}) => {
      bans.add(`${userId} ${roomId}`);
      if (!silently) await say(roomId, { kind: 'user.banned', payload: { roomId, userId, until: until ?? null } });
    },
    unban: async (userId, roomId) => {
      bans.delete(`${userId} ${roomId}`);
      await say(roomId, { kind: 'user.unbanned', payload: { roomId, userId, until: null } });
    },
    closeRoom: async (roomId) => {
      log.close();
      await say(roomId, { kind: 'room.closed', payload: { roomId } });
    },
    loseHints: (lost) => {
      hintsLost = lost;
    },
    cutFeeds: (isCut) => {
      cut = isCut;
    },
    holdAnswers: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return () => {
        held = null;
        resolve();
      };
    },
  };
};
