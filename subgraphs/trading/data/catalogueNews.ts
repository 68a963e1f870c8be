import type { Database, Transaction } from '#platform/database/database.ts';
import { type Consumer, startConsumer } from '#platform/feed/consumer.ts';
import type { FeedSource } from '#platform/feed/feed.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { CATALOGUE_FEED, type CatalogueNews, parseCatalogueNews } from '../events.ts';
import { writeItems } from './catalogueLane.ts';
import { setCatalogueVersion } from './catalogueRows.ts';

export interface CatalogueConsumerOptions {
  /** Tells it from those of other partitions. */
  readonly name: string;
  /** A partition's that is not home. */
  readonly database: Database;
  /** Trading's own feeds. */
  readonly source: FeedSource;
  readonly telemetry: Telemetry;
}

/** Takes the catalogue's edits over into another database of trading, in the order in which they were made, milliseconds behind. Until then gifts there are sold
 * as they were: orders say which version of a price they paid. */
export const startCatalogueConsumer = ({ name, database, source, telemetry }: CatalogueConsumerOptions): Consumer =>
  startConsumer({
    name,
    source,
    feeds: [CATALOGUE_FEED],
    database,
    telemetry,
    apply: (tx, events) =>
      applyCatalogueNews(
        tx,
        events.flatMap((event) => parseCatalogueNews(event) ?? []),
        new Date(),
      ),
    onReset: (feed, reason) =>
      telemetry.log.error({ feed, reason }, "the catalogue's feed is another log than before: reading it again from its start"),
  });

/** Writes what edits made, where it is newer than what is there: edits that come again change nothing. Seven statements at most, however many edits. */
export const applyCatalogueNews = async (tx: Transaction, news: readonly CatalogueNews[], at: Date): Promise<void> => {
  if (news.length === 0) return;
  await setCatalogueVersion(tx, Math.max(...news.map(({ version }) => version)));
  await writeItems(
    tx,
    news.map(({ item }) => item),
    at,
  );
};
