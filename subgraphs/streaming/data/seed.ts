import { databaseUrlOf } from '#platform/config/config.ts';
import type { Database } from '#platform/database/database.ts';
import { openDatabase } from '#platform/database/open.ts';
import { prismaAdapter } from '#platform/database/prisma.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { openFeeds } from '#platform/feed/feeds.ts';
import { fingerprintOf } from '#platform/idempotency.ts';
import type { Runtime } from '#platform/subgraph/subgraph.ts';
import { channelIdOf } from '../domain/channelId.ts';
import { PrismaClient } from '../generated/prisma/client.ts';
import { ensureChannel } from './channels.ts';
import { runStreamCommands, type StreamCommand } from './streamLane.ts';

/** The streams of the demo: the README's tour and the playground's examples name these ids. */
export const DEMO_STREAMS = [
  { streamId: '01980000-0000-7000-8000-000000000001', streamerId: 'luna', title: 'Moonlight piano: your songs, live' },
  { streamId: '01980000-0000-7000-8000-000000000002', streamerId: 'streamer-01', title: 'Night market cooking in Chengdu' },
  { streamId: '01980000-0000-7000-8000-000000000003', streamerId: 'streamer-02', title: 'Speedrun practice: no resets today' },
] as const;

/** Streamers who have a channel and are not live. */
const OFFLINE_STREAMERS = ['streamer-03', 'streamer-04'] as const;

/** Seeds the database that the runtime's configuration names, on connections of its own. For start scripts. */
export const seedStreaming = async (runtime: Runtime): Promise<void> => {
  const telemetry = runtime.telemetry('streaming');
  const database = await openDatabase({ name: 'streaming', url: databaseUrlOf(runtime.config, 'streaming'), telemetry });
  const feeds = await openFeeds({ database, bus: runtime.bus, telemetry });
  try {
    await seedStreams(database, feeds);
  } finally {
    await feeds.close();
    await database.close();
  }
};

/** Makes the demo's channels and takes its streams live, by the same path as the mutations, so that followers hear of them. Idempotent: each step has a fixed
 * key, and a stream that was ended since stays ended. */
export const seedStreams = async (database: Database, feeds: Pick<Feeds, 'append'>): Promise<void> => {
  const prisma = new PrismaClient({ adapter: prismaAdapter(database) });
  const owners = [...DEMO_STREAMS.map(({ streamerId }) => streamerId), ...OFFLINE_STREAMERS];
  await Promise.all(owners.map((ownerId) => ensureChannel(prisma, ownerId, new Date())));
  await prisma.$disconnect();
  const outcomes = await database.transaction('seedStreams', (tx) => runStreamCommands(feeds)(tx, DEMO_STREAMS.flatMap(commandsOf)));
  for (const outcome of outcomes) {
    if (!outcome.ok) throw new Error(`the demo's streams could not be made: ${outcome.refusal.message}`);
  }
};

const commandsOf = ({ streamId, streamerId: actorId, title }: (typeof DEMO_STREAMS)[number]): readonly StreamCommand[] => [
  command(actorId, 'create', { type: 'create', channelId: channelIdOf(actorId), streamId, title }),
  command(actorId, 'start', { type: 'start', streamId }),
];

const command = (actorId: string, step: string, action: StreamCommand['action']): StreamCommand => ({
  actorId,
  key: `demo-${step}-${action.streamId}`,
  fingerprint: fingerprintOf('demo', step, action.streamId),
  action,
});
