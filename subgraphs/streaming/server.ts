import { databaseUrlOf } from '#platform/config/config.ts';
import { openDatabase } from '#platform/database/open.ts';
import { prismaAdapter } from '#platform/database/prisma.ts';
import { openFeeds } from '#platform/feed/feeds.ts';
import { createLane } from '#platform/lane/lane.ts';
import { runSubgraphProcess } from '#platform/subgraph/process.ts';
import { startSubgraph } from '#platform/subgraph/start.ts';
import type { RunningSubgraph, Runtime } from '#platform/subgraph/subgraph.ts';
import { createContext } from './context.ts';
import { runStreamCommands } from './data/streamLane.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import type { Resolvers } from './generated/resolvers.ts';
import { Channel } from './resolvers/Channel.ts';
import { createStream } from './resolvers/Mutation/createStream.ts';
import { endStream } from './resolvers/Mutation/endStream.ts';
import { startStream } from './resolvers/Mutation/startStream.ts';
import { channel } from './resolvers/Query/channel.ts';
import { liveStreams } from './resolvers/Query/liveStreams.ts';
import { stream } from './resolvers/Query/stream.ts';
import { Stream } from './resolvers/Stream.ts';
import { streamChanged } from './resolvers/Subscription/streamChanged.ts';
import { User } from './resolvers/User.ts';

const resolvers: Resolvers = {
  Query: { channel, stream, liveStreams },
  Mutation: { createStream, startStream, endStream },
  Subscription: { streamChanged },
  Channel,
  Stream,
  User,
};

/** Starts streaming: channels, streams and their life. Rejects with a sentence when its database is missing or older than this version. */
export const startStreaming = async (runtime: Runtime): Promise<RunningSubgraph> => {
  const telemetry = runtime.telemetry('streaming');
  const { databasePoolMax: poolMax } = runtime.config;
  const database = await openDatabase({ name: 'streaming', url: databaseUrlOf(runtime.config, 'streaming'), telemetry, poolMax });
  const prisma = new PrismaClient({ adapter: prismaAdapter(database) });
  const feeds = await openFeeds({ database, bus: runtime.bus, telemetry });
  const streams = createLane({ name: 'streams', database, telemetry, actorOf: ({ actorId }) => actorId, run: runStreamCommands(feeds) });
  return startSubgraph(
    {
      name: 'streaming',
      resolvers,
      createContext: createContext({ prisma, feeds, lanes: { streams } }),
      feeds,
      dependsOn: ['postgres'],
      checkReady: async () => {
        await database.query({ text: '/* checkReady */ SELECT 1' });
      },
      close: async () => {
        await streams.close();
        await feeds.close();
        await prisma.$disconnect();
        await database.close();
      },
    },
    runtime,
  );
};

if (import.meta.main) await runSubgraphProcess('streaming', startStreaming);
