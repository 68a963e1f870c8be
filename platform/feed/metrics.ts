import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { ResetReason } from './feed.ts';

/** What the feeds of one database tell about themselves. */
export interface FeedMetrics {
  appended(events: number): void;
  hole(): void;
  hintRefused(): void;
  reset(reason: ResetReason): void;
  /** A follower was slower than its buffer and reads from the log. */
  fellBehind(): void;
  following(tails: number, followers: number): void;
}

/** The metrics of one database's feeds. */
export const feedMetrics = (telemetry: Telemetry, database: string): FeedMetrics => {
  const labels = { database };
  const of = ['database'];
  const appended = telemetry.counter('fanfare_feed_appended_total', 'Events appended to feeds.', of);
  const holes = telemetry.counter('fanfare_feed_holes_total', 'Times that a hint did not come and the log was read instead.', of);
  const refused = telemetry.counter(
    'fanfare_feed_hints_refused_total',
    'Messages on a hint channel that are not hints, and hints of events that are not in the log.',
    of,
  );
  const resets = telemetry.counter(
    'fanfare_feed_follower_resets_total',
    'Cursors of followers that were not in the log any more, by reason.',
    ['database', 'reason'],
  );
  const behind = telemetry.counter('fanfare_feed_fell_behind_total', 'Times that a follower was slower than its buffer.', of);
  const tails = telemetry.gauge('fanfare_feed_tails', 'Feeds followed in this process.', of);
  const followers = telemetry.gauge('fanfare_feed_followers', 'Followers of feeds in this process.', of);
  return {
    appended: (events) => appended.inc(labels, events),
    hole: () => holes.inc(labels),
    hintRefused: () => refused.inc(labels),
    reset: (reason) => resets.inc({ database, reason }),
    fellBehind: () => behind.inc(labels),
    following: (tailCount, followerCount) => {
      tails.set(tailCount, labels);
      followers.set(followerCount, labels);
    },
  };
};

/** What a consumer tells about itself. */
export interface ConsumerMetrics {
  applied(events: number): void;
  failed(): void;
  reset(): void;
  lag(events: number, ageMs: number, stuckFeeds: number): void;
}

/** The metrics of one consumer. */
export const consumerMetrics = (telemetry: Telemetry, consumer: string): ConsumerMetrics => {
  const labels = { consumer };
  const of = ['consumer'];
  const applied = telemetry.counter('fanfare_consumer_events_total', 'Events of source feeds applied.', of);
  const failures = telemetry.counter('fanfare_consumer_failures_total', 'Times that pulling or applying failed and was put off.', of);
  const resets = telemetry.counter('fanfare_feed_resets_total', 'Times a consumer found another log than the one it knew.', of);
  const lagEvents = telemetry.gauge('fanfare_feed_lag_events', 'Events known to be waiting for a consumer.', of);
  const lagSeconds = telemetry.gauge('fanfare_feed_lag_seconds', 'Age of the oldest event that waits for a consumer.', of);
  const stuck = telemetry.gauge('fanfare_consumer_stuck_feeds', 'Source feeds held up by an event that cannot be applied.', of);
  return {
    applied: (events) => applied.inc(labels, events),
    failed: () => failures.inc(labels),
    reset: () => resets.inc(labels),
    lag: (events, ageMs, stuckFeeds) => {
      lagEvents.set(events, labels);
      lagSeconds.set(ageMs / 1_000, labels);
      stuck.set(stuckFeeds, labels);
    },
  };
};
