import { createMemoryBus } from '#platform/bus/memory.ts';
import { type Config, loadConfig } from '#platform/config/config.ts';
import type { Database } from '#platform/database/database.ts';
import { migrate } from '#platform/database/migrate.ts';
import { openDatabase } from '#platform/database/open.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#platform/embedded/postgres.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { openFeeds } from '#platform/feed/feeds.ts';
import { createTelemetry } from '#platform/telemetry/open.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { makeRooms } from '../../subgraphs/messaging/data/rooms.ts';

/** Besides the hot one. */
export const ROOMS = 1_000;
export const AUTHORS = 10_000;
const CONNECTIONS_MAX = 10;
const NAME = 'bench_chat';

/** The room of a number: 0 is the hot one. The number in the last digits of a fixed UUIDv7. */
export const roomId = (number: number): string => `01980000-0000-7000-8000-${String(number).padStart(12, '0')}`;

export const authorId = (number: number): string => `viewer-${number}`;

/** Messaging's own database on a PostgreSQL of its own, with its rooms open. */
export interface World {
  readonly postgres: EmbeddedPostgres;
  readonly database: Database;
  readonly feeds: Feeds;
  readonly telemetry: Telemetry;
  readonly config: Config;
  readonly databaseUrl: string;
  close(): Promise<void>;
}

export const openWorld = async (dataDir: string, say: (line: string) => void): Promise<World> => {
  const postgres = await startEmbeddedPostgres({ dataDir, say });
  try {
    return await openOn(postgres);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
};

const openOn = async (postgres: EmbeddedPostgres): Promise<World> => {
  const config = loadConfig({ LOG_LEVEL: 'error' }, ['--dev']);
  const telemetry = createTelemetry('messaging', config);
  const url = postgres.urlOf(NAME);
  await migrate('messaging', url);
  const database = await openDatabase({ name: 'messaging', url, telemetry, poolMax: CONNECTIONS_MAX });
  const bus = createMemoryBus();
  const feeds = await openFeeds({ database, bus, telemetry });
  const rooms = Array.from({ length: ROOMS + 1 }, (_, number) => roomId(number));
  await database.transaction('makeRooms', (tx) => makeRooms(tx, rooms, new Date()));
  return {
    postgres,
    database,
    feeds,
    telemetry,
    config,
    databaseUrl: url,
    close: async () => {
      await feeds.close();
      await bus.close();
      await database.close();
      await postgres.stop();
    },
  };
};
