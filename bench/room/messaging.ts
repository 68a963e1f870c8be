/** A process: messaging as in production over HTTP and graphql-ws, on a real database. Streaming and trading are away: the room is made here, and gifts are applied to it as the consumer would. */
import { loadConfig } from '#platform/config/config.ts';
import { openDatabase } from '#platform/database/open.ts';
import type { FeedEvent } from '#platform/feed/feed.ts';
import { openFeeds } from '#platform/feed/feeds.ts';
import { newId } from '#platform/ids.ts';
import { openRuntime } from '#platform/subgraph/runtime.ts';
import { serveSubgraph } from '#platform/subgraph/server.ts';
import { makeRooms } from '../../subgraphs/messaging/data/rooms.ts';
import { showGifts } from '../../subgraphs/messaging/modules/gifts.ts';
import { startMessaging } from '../../subgraphs/messaging/server.ts';
import { emitSteadily, type Rate, ROOM_ID } from '../fanout/events.ts';
import { serveCommands } from '../support/child.ts';

export type MessagingCommands = {
  /** Its URL. */
  readonly open: (to: { readonly databaseUrl: string; readonly identityKeys: string }) => Promise<string>;
  /** Shows gifts in the room at a steady rate, as trading's feed would bring them. Resolves with how many, when all are in the log. */
  readonly sendGifts: (rate: Rate) => Promise<number>;
};

let send: (() => Promise<void>) | null = null;

const commands: MessagingCommands = {
  open: async ({ databaseUrl, identityKeys }) => {
    const env = { LOG_LEVEL: 'warn', METRICS_REPORT_SECONDS: '0', HOST: '127.0.0.1' };
    const config = loadConfig({ ...env, IDENTITY_KEYS: identityKeys, MESSAGING_DATABASE_URL: databaseUrl }, ['--dev']);
    const runtime = await openRuntime(config, { process: 'messaging' });
    const telemetry = runtime.telemetry('bench');
    const database = await openDatabase({ name: 'messaging', url: databaseUrl, telemetry, poolMax: 2 });
    // The same bus as messaging's own: what is appended here is heard there.
    const feeds = await openFeeds({ database, bus: runtime.bus, telemetry });
    await database.transaction('makeRoom', (tx) => makeRooms(tx, [ROOM_ID], new Date()));
    const apply = showGifts(feeds);
    send = () => database.transaction('showGifts', (tx) => apply(tx, [giftSent()]));
    const running = await startMessaging(runtime);
    return (await serveSubgraph(running, runtime, { host: '127.0.0.1', port: 0 })).url;
  },
  sendGifts: async (rate) => {
    const sent: Promise<void>[] = [];
    const gifts = await emitSteadily(rate, () => {
      if (send !== null) sent.push(send());
    });
    await Promise.all(sent);
    return gifts;
  },
};

const giftSent = (): FeedEvent => ({
  feed: 'gifts/0',
  seq: 1,
  id: newId(),
  at: new Date(),
  kind: 'gift.sent',
  v: 1,
  cursor: '',
  payload: {
    orderId: newId(),
    senderId: 'viewer-1',
    receiverId: 'luna',
    streamId: ROOM_ID,
    giftId: 'rose',
    quantity: 1,
    coins: '1',
    diamonds: '1',
    sentAt: new Date().toISOString(),
  },
});

serveCommands(commands);
