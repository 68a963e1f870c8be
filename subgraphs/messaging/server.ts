import { databaseUrlOf } from '#platform/config/config.ts';
import { openDatabase } from '#platform/database/open.ts';
import { prismaAdapter } from '#platform/database/prisma.ts';
import { startConsumer } from '#platform/feed/consumer.ts';
import { openFeeds } from '#platform/feed/feeds.ts';
import { runSubgraphProcess } from '#platform/subgraph/process.ts';
import { startSubgraph } from '#platform/subgraph/start.ts';
import type { RunningSubgraph, Runtime } from '#platform/subgraph/subgraph.ts';
import { createContext } from './context.ts';
import { applyStreams } from './data/applyStreams.ts';
import { startForgetting } from './data/chatTraces.ts';
import { listenToFeeds } from './data/conversationNews.ts';
import { openErasures } from './data/eraseData.ts';
import { openFiles } from './data/files.ts';
import { openLanes } from './data/lanes.ts';
import { openLiveRooms } from './data/liveRooms.ts';
import { openQueue } from './data/openQueue.ts';
import { cacheProfiles } from './data/profileCache.ts';
import { profilesByIds } from './data/profiles.ts';
import { openReadWatch } from './data/readWatch.ts';
import { openStates } from './data/states.ts';
import { STREAMS_FEEDS } from './events/followed.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { openModules } from './modules/host.ts';
import { type InstallModules, installedModules } from './modules/installed.ts';
import { resolvers } from './resolvers.ts';

/** Starts messaging: profiles, rooms and their logs. It follows streaming (which rooms are open) and trading (gifts to show). Rejects with a sentence when its
 * database is missing or older than this version. `install`: which modules it has. */
export const startMessaging = async (runtime: Runtime, install: InstallModules = installedModules): Promise<RunningSubgraph> => {
  const { config, bus, store } = runtime;
  const telemetry = runtime.telemetry('messaging');
  const database = await openDatabase({
    name: 'messaging',
    url: databaseUrlOf(config, 'messaging'),
    telemetry,
    poolMax: config.databasePoolMax,
  });
  const prisma = new PrismaClient({ adapter: prismaAdapter(database) });
  const { feeds, listen, tellMoves } = listenToFeeds(await openFeeds({ database, bus, telemetry }));
  const modules = openModules(install({ database, feeds, listen, telemetry, config }), telemetry);
  tellMoves(modules);
  const live = openLiveRooms({ database, feeds, store, telemetry, modules });
  const states = openStates({ database, bus, store, telemetry, viewers: live.viewers });
  const files = openFiles({ config: config.objectStore, database, telemetry });
  const lanes = openLanes({
    database,
    feeds,
    telemetry,
    modules,
    onPosted: states.typing.posted,
    onFilesDropped: files.dropped,
  });
  const readWatch = openReadWatch({ database, telemetry });
  const erasures = openErasures({ database, feeds, telemetry });
  const forgetting = startForgetting({ database, telemetry });
  const queue = openQueue({ database, feeds, telemetry, files, modules });
  const readProfiles = cacheProfiles((ids) => profilesByIds(prisma, ids));
  const consumers = [
    startConsumer({
      name: 'messaging.streams',
      source: runtime.feedSource('streaming'),
      feeds: STREAMS_FEEDS,
      database,
      telemetry,
      apply: applyStreams(feeds),
    }),
    ...modules.follows.map(({ consumer: name, owner, feeds: followed, apply }) =>
      startConsumer({ name, source: runtime.feedSource(owner), feeds: followed, database, telemetry, apply }),
    ),
  ];
  return startSubgraph(
    {
      name: 'messaging',
      resolvers,
      createContext: createContext({
        database,
        feeds,
        store,
        modules,
        files,
        live,
        readProfiles,
        readWatch,
        states,
        queueWatch: queue.watch,
        lanes: { ...lanes.all, ...queue.lanes, presence: states.privacy, erasures },
      }),
      feeds,
      dependsOn: ['postgres', 'streaming', 'trading', ...(config.redisUrls.length > 0 ? ['redis'] : [])],
      checkReady: async () => {
        await database.query({ text: '/* checkReady */ SELECT 1' });
      },
      close: async () => {
        await Promise.all([lanes.close(), erasures.close(), live.close(), states.close(), queue.close(), forgetting.close()]);
        await Promise.all(consumers.map((consumer) => consumer.close()));
        await modules.close();
        await files.close();
        readWatch.close();
        await feeds.close();
        await prisma.$disconnect();
        await database.close();
      },
    },
    runtime,
  );
};

if (import.meta.main) await runSubgraphProcess('messaging', startMessaging);
