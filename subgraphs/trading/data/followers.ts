import type { StateHints } from '#platform/bus/state-watch.ts';
import type { FeedSource } from '#platform/feed/feed.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { startCatalogueConsumer } from './catalogueNews.ts';
import { startCreditConsumer } from './credits.ts';
import { byShard, consumerIn, type Partitions } from './partitions.ts';
import { startStreamConsumer } from './streamNews.ts';
import type { WalletHints } from './walletHints.ts';

export interface FollowersOptions {
  readonly partitions: Partitions;
  /** The feeds of streaming. */
  readonly streams: FeedSource;
  readonly telemetry: Telemetry;
  readonly walletHints: WalletHints;
  readonly orderHints: StateHints;
}

/** What follows feeds into each of trading's databases: who was sent gifts is credited, the catalogue's edits and the streams are taken over. */
export interface Followers {
  /** How far the credits are behind the gifts. Receivers may be in any database: the slowest one counts. */
  creditLagMs(): number;
  close(): Promise<void>;
}

export const startFollowers = ({ partitions, streams, telemetry, walletHints, orderHints }: FollowersOptions): Followers => {
  const { all, home, source } = partitions;
  const credits = all.map((partition) =>
    startCreditConsumer({
      name: consumerIn('trading.credits', partition),
      database: partition.database,
      source,
      isHere: (ownerId) => partitions.isIn(partition, ownerId),
      ...byShard(partitions, partition),
      telemetry,
      walletHints,
      orderHints,
    }),
  );
  // At home the catalogue is edited.
  const catalogues = all
    .filter((partition) => partition !== home)
    .map((partition) =>
      startCatalogueConsumer({ name: consumerIn('trading.catalogue', partition), database: partition.database, source, telemetry }),
    );
  const knownStreams = all.map((partition) =>
    startStreamConsumer({ name: consumerIn('trading.streams', partition), database: partition.database, source: streams, telemetry }),
  );
  return {
    creditLagMs: () => Math.max(...credits.map((consumer) => consumer.lag().ageMs)),
    close: async () => {
      await Promise.all([...credits, ...catalogues, ...knownStreams].map((consumer) => consumer.close()));
    },
  };
};
