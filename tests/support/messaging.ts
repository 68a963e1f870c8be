import { randomUUID } from 'node:crypto';
import type { Database } from '#platform/database/database.ts';
import { openDatabase } from '#platform/database/open.ts';
import type { FeedEvent, Feeds, JsonObject } from '#platform/feed/feed.ts';
import { openFeeds } from '#platform/feed/feeds.ts';
import type { Identity } from '#platform/identity/identity.ts';
import { newId, shardAt, shardIndexOf } from '#platform/ids.ts';
import type { ProcessRuntime } from '#platform/subgraph/runtime.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { conversationFeedOf } from '../../subgraphs/messaging/events.ts';
import type { InstallModules } from '../../subgraphs/messaging/modules/installed.ts';
import { startMessaging } from '../../subgraphs/messaging/server.ts';
import { startStreaming } from '../../subgraphs/streaming/server.ts';
import { withDeadline } from './deadline.ts';
import { aDatabaseUrl, aFeedDatabaseUrl } from './postgres.ts';
import { aRuntime, askData, aUser } from './runtime.ts';

/** Messaging with real streaming beside it, and in trading's place its gift feeds alone, to which a test writes what trading would. */
export interface MessagingWorld {
  readonly messaging: RunningSubgraph;
  readonly streaming: RunningSubgraph;
  /** Messaging's database, as an operator sees it. */
  readonly database: Database;
  /** Starts another messaging process on the same databases, beside the first. */
  twin(): Promise<RunningSubgraph>;
  /** Appends gifts to trading's feeds; answers with their events. */
  sendGifts(gifts: readonly GiftFixture[]): Promise<readonly FeedEvent[]>;
  close(): Promise<void>;
}

export interface GiftFixture {
  readonly streamId: string;
  readonly senderId: string;
  readonly quantity?: number;
  /** What trading says of it where there is something to say: cost, comboId, comboCount. */
  readonly more?: JsonObject;
}

export interface MessagingWorldFixture {
  /** Default: the modules of the platform. */
  readonly install?: InstallModules;
  /** More environment variables. */
  readonly env?: Readonly<Record<string, string>>;
}

export const aMessagingWorld = async ({ install, env = {} }: MessagingWorldFixture = {}): Promise<MessagingWorld> => {
  const databaseUrls = { streaming: await aDatabaseUrl('streaming'), messaging: await aDatabaseUrl('messaging') };
  const runtime = await aRuntime({ databaseUrls, env });
  const telemetry = runtime.telemetry('test');
  const streaming = await startStreaming(runtime);
  const trading = await openDatabase({ name: 'gifts', url: await aFeedDatabaseUrl(), telemetry });
  const gifts = await openFeeds({ database: trading, bus: runtime.bus, telemetry });
  const register = (to: ProcessRuntime): void => to.register({ ...streaming, name: 'trading', feeds: gifts });
  register(runtime);
  const messaging = await startMessaging(runtime, install);
  const database = await openDatabase({ name: 'messaging', url: databaseUrls.messaging, telemetry });
  const closings: (() => Promise<void>)[] = [];
  return {
    messaging,
    streaming,
    database,
    twin: async () => {
      const other = await aRuntime({ databaseUrls, env });
      other.register(streaming);
      register(other);
      const running = await startMessaging(other, install);
      closings.push(async () => {
        await running.close();
        await other.close();
      });
      return running;
    },
    sendGifts: (fixtures) => trading.transaction('sendGifts', (tx) => gifts.append(tx, fixtures.map(giftSent))),
    close: async () => {
      for (const close of closings.toReversed()) await close();
      await messaging.close();
      await database.close();
      await gifts.close();
      await trading.close();
      await streaming.close();
      await runtime.close();
    },
  };
};

const giftSent = ({ streamId, senderId, quantity = 1, more = {} }: GiftFixture) => ({
  feed: `gifts/${shardIndexOf(senderId)}`,
  shard: shardAt(shardIndexOf(senderId)),
  id: newId(),
  kind: 'gift.sent',
  v: 1,
  payload: {
    orderId: newId(),
    senderId,
    receiverId: 'luna',
    streamId,
    giftId: 'rose',
    quantity,
    coins: String(quantity),
    diamonds: String(quantity),
    sentAt: new Date().toISOString(),
    ...more,
  },
});

/** A streamer with a stream that is live, and the room of it once it has opened. */
export const aLiveRoom = async ({ streaming, messaging }: Pick<MessagingWorld, 'streaming' | 'messaging'>) => {
  const as = aUser(`streamer-${randomUUID()}`, 'streams:manage', 'chat:write');
  const owner = await askData<{ _entities: { channel: { id: string } }[] }>(streaming, {
    as,
    query: 'query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { channel { id } } } }',
    variables: { id: as.kind === 'user' ? as.id : '' },
  });
  const created = await askData<{ createStream: { stream: { id: string } } }>(streaming, {
    as,
    query: 'mutation ($input: CreateStreamInput!) { createStream(input: $input) { stream { id } } }',
    variables: { input: { channelId: owner._entities[0]?.channel.id, title: 'Live', idempotencyKey: randomUUID() } },
  });
  const roomId = created.createStream.stream.id;
  await changeStream(streaming, as, 'startStream', roomId);
  await untilInRoom(messaging.feeds, roomId, ({ payload }) => payload['code'] === 'ROOM_OPENED');
  return {
    as,
    roomId,
    end: async (): Promise<void> => {
      await changeStream(streaming, as, 'endStream', roomId);
      await untilInRoom(messaging.feeds, roomId, ({ payload }) => payload['code'] === 'ROOM_CLOSED');
    },
  };
};

const changeStream = (streaming: RunningSubgraph, as: Identity, verb: string, streamId: string): Promise<unknown> =>
  askData(streaming, {
    as,
    query: `mutation ($input: StreamInput!) { ${verb}(input: $input) { userErrors { code } } }`,
    variables: { input: { streamId, idempotencyKey: randomUUID() } },
  });

/** Waits until the room's log has an event like that, from its beginning on. */
export const untilInRoom = async (feeds: Feeds, roomId: string, isIt: (event: FeedEvent) => boolean): Promise<void> => {
  const found = (async () => {
    const stop = new AbortController();
    const seen = await roomLog(feeds, roomId);
    if (seen.some(isIt)) return;
    for await (const item of feeds.follow(conversationFeedOf(roomId), { after: seen.at(-1)?.cursor ?? null, signal: stop.signal })) {
      if (item.type !== 'event') {
        // The first event may have been appended between the page and the position.
        if ((await roomLog(feeds, roomId)).some(isIt)) stop.abort();
      } else if (isIt(item.event)) stop.abort();
      if (stop.signal.aborted) return;
    }
  })();
  await withDeadline(found, 'the event did not come');
};

/** The whole log of a room that has at most 1,000 events. */
export const roomLog = async (feeds: Feeds, roomId: string): Promise<readonly FeedEvent[]> =>
  (await feeds.page({ feed: conversationFeedOf(roomId), limit: 1_000, direction: 'forward' })).events;
