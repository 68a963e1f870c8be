import type { Database } from '#platform/database/database.ts';
import { type Consumer, startConsumer } from '#platform/feed/consumer.ts';
import type { FeedSource } from '#platform/feed/feed.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { parseStreamChanged, STREAM_FEEDS } from '../events.ts';
import { applyStreamNews } from './streams.ts';

export interface StreamConsumerOptions {
  /** Unique per destination. */
  readonly name: string;
  readonly database: Database;
  /** Streaming's feeds. */
  readonly source: FeedSource;
  readonly telemetry: Telemetry;
}

/** Keeps what trading knows of streams up to date. News carry a version, so a feed that is read again changes nothing. */
export const startStreamConsumer = ({ name, database, source, telemetry }: StreamConsumerOptions): Consumer =>
  startConsumer({
    name,
    source,
    feeds: STREAM_FEEDS,
    database,
    telemetry,
    apply: async (tx, events) => {
      const news = events.flatMap((event) => parseStreamChanged(event) ?? []);
      await applyStreamNews(
        tx,
        news.map(({ streamId, ...rest }) => ({ id: streamId, ...rest })),
        new Date(),
      );
    },
    onReset: (feed, reason) =>
      telemetry.log.error({ feed, reason }, "streaming's feed is another log than before: reading it again from its start"),
  });
