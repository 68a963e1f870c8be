import { onTestFinished } from 'vitest';
import type { Bus, Unsubscribe } from '#platform/bus/bus.ts';
import { createMemoryBus } from '#platform/bus/memory.ts';
import type { Database } from '#platform/database/database.ts';
import { openDatabase } from '#platform/database/open.ts';
import type { FeedEvent, FeedItem, Feeds, JsonObject, NewFeedEvent } from '#platform/feed/feed.ts';
import { type OpenFeedsOptions, openFeeds } from '#platform/feed/feeds.ts';
import { shardOfFeed } from '#platform/feed/shard.ts';
import { newId } from '#platform/ids.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { withDeadline } from './deadline.ts';
import { aFeedDatabaseUrl } from './postgres.ts';
import { aTelemetry } from './telemetry.ts';

/** How long a test waits for one item or one condition: a guard against hanging, shorter than a long poll (20 s), so that what ends one is news. */
export const ITEM_DEADLINE_MS = 15_000;

/** For feeds whose followers must hear of news by a hint: no test lasts until the heads are compared. */
export const HINTS_ONLY = { headCheckIntervalMs: 600_000 };

/** A database with the feed tables, closed after the test. */
export const aFeedDatabase = async (
  fixture: { readonly url?: string; readonly poolMax?: number; readonly telemetry?: Telemetry } = {},
): Promise<Database> => {
  const database = await openDatabase({
    name: 'test',
    url: fixture.url ?? (await aFeedDatabaseUrl()),
    telemetry: fixture.telemetry ?? aTelemetry(),
    ...(fixture.poolMax === undefined ? {} : { poolMax: fixture.poolMax }),
  });
  onTestFinished(() => database.close());
  return database;
};

/** What one process has: several of these over one database and one bus are several processes. Closed after the test. */
export const someFeeds = async (
  database: Database,
  bus: Bus = createMemoryBus(),
  { telemetry = aTelemetry(), ...options }: Partial<Pick<OpenFeedsOptions, 'telemetry' | 'headCheckIntervalMs'>> = {},
): Promise<Feeds> => {
  const feeds = await openFeeds({ database, bus, telemetry, ...options });
  onTestFinished(() => feeds.close());
  return feeds;
};

/** An event to be appended. */
export const anEvent = (feed: string, payload: JsonObject = {}, more: Partial<NewFeedEvent> = {}): NewFeedEvent => ({
  feed,
  shard: shardOfFeed(feed),
  id: newId(),
  kind: 'test.happened',
  v: 1,
  payload,
  ...more,
});

/** `count` events of one feed, numbered in their payloads from `from`. */
export const someEvents = (feed: string, count: number, from = 1): NewFeedEvent[] =>
  Array.from({ length: count }, (_, index) => anEvent(feed, { number: from + index }));

/** Appends in a transaction of its own. */
export const append = (database: Database, feeds: Feeds, events: readonly NewFeedEvent[]): Promise<readonly FeedEvent[]> =>
  database.transaction('append', (tx) => feeds.append(tx, events));

/** The next item; throws past the deadline, and when the follower has ended. */
export const nextItem = async (items: AsyncIterator<FeedItem>, deadlineMs: number = ITEM_DEADLINE_MS): Promise<FeedItem> => {
  const { value, done } = await withDeadline(items.next(), 'the next item of a feed', deadlineMs);
  if (done === true) throw new Error('the follower has ended');
  return value;
};

/** The next `count` items. */
export const nextItems = async (
  items: AsyncIterator<FeedItem>,
  count: number,
  deadlineMs: number = ITEM_DEADLINE_MS,
): Promise<FeedItem[]> => {
  const taken: FeedItem[] = [];
  while (taken.length < count) taken.push(await nextItem(items, deadlineMs));
  return taken;
};

/** The seqs of the next `count` items, which must be events. */
export const nextSeqs = async (items: AsyncIterator<FeedItem>, count: number, deadlineMs: number = ITEM_DEADLINE_MS): Promise<number[]> =>
  (await nextItems(items, count, deadlineMs)).map((item) => eventOf(item).seq);

/** The event of an item that must be one. */
export const eventOf = (item: FeedItem): FeedEvent => {
  if (item.type !== 'event') throw new Error(`an event was expected, not ${JSON.stringify(item)}`);
  return item.event;
};

/** `from`, `from` + 1, … `to`. */
export const upTo = (to: number, from = 1): number[] => Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);

/** A bus between processes as bad as they come: `fate` decides for every message whether it is lost (null) or how many milliseconds it takes, so that some overtake others. */
export const aBadBus = (fate: (message: string) => number | null): Bus & { readonly lost: () => number } => {
  const listeners = new Map<string, Set<(message: string) => void>>();
  const gaps = new Set<() => void>();
  let lost = 0;
  return {
    connected: true,
    lost: () => lost,
    publish: (channel, message) => {
      const delayMs = fate(message);
      if (delayMs === null) {
        lost += 1;
        return;
      }
      setTimeout(() => {
        for (const listener of listeners.get(channel) ?? []) listener(message);
      }, delayMs);
    },
    subscribe: async (channel, onMessage): Promise<Unsubscribe> => {
      const own = (message: string): void => onMessage(message);
      const known = listeners.get(channel) ?? new Set();
      listeners.set(channel, known.add(own));
      return () => known.delete(own);
    },
    onGap: (listener) => {
      gaps.add(listener);
      return () => gaps.delete(listener);
    },
    close: async () => listeners.clear(),
  };
};
