import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Database } from '#platform/database/database.ts';
import { encodeCursor, parseCursor } from '#platform/feed/cursor.ts';
import { turnEpoch } from '#platform/feed/epoch.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { aFeedDatabase, append, eventOf, nextItem, nextItems, nextSeqs, someEvents, someFeeds, upTo } from '../support/feeds.ts';

const FEED = 'room/a';

test.each([
  '',
  'x',
  'AAAA',
  encodeCursor({ epoch: 'abc', seq: 1, mark: '00000000' }),
  'a'.repeat(10_000),
  `${encodeCursor({ epoch: '0123456789ab', seq: 1, mark: 'abcdef01' })}=`,
  '道具',
])('what never was a cursor is refused in plain words (%#)', async (after) => {
  const { feeds } = await opened();
  expect(() => feeds.follow(FEED, { after })).toThrow(
    expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringContaining('not a cursor') }),
  );
  await expect(feeds.page({ feed: FEED, direction: 'forward', limit: 1, after })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
});

test('every place in a log has one spelling and reads back as itself', () => {
  const hex = (length: number) => fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
  fc.assert(
    fc.property(hex(12), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), hex(8), (epoch, seq, mark) => {
      expect(parseCursor(encodeCursor({ epoch, seq, mark }))).toEqual({ epoch, seq, mark });
    }),
  );
});

test('a cursor of another epoch, beyond the head, or with another mark gives the own position, then RESET, then what comes after the head', async () => {
  const { database, feeds } = await opened();
  const written = await append(database, feeds, someEvents(FEED, 5));
  const place = parseCursor(written[2]?.cursor ?? '');
  const strangers = [
    { ...place, epoch: 'ffffffffffff' },
    { ...place, seq: 6 },
    { ...place, mark: place.mark === '00000000' ? '00000001' : '00000000' },
  ].map(encodeCursor);
  const followers = strangers.map((after) => feeds.follow(FEED, { after }));
  for (const [index, follower] of followers.entries()) {
    const [position, reset] = await nextItems(follower, 2);
    expect(position).toMatchObject({ type: 'position', cursor: strangers[index] });
    expect(reset).toEqual({ type: 'reset', reason: 'EPOCH', cursor: written[4]?.cursor, seq: 5, at: written[4]?.at });
  }
  await append(database, feeds, someEvents(FEED, 1));
  for (const follower of followers) expect(await nextSeqs(follower, 1)).toEqual([6]);
});

test('turning the epoch resets live followers within about a second, and old cursors for good', async () => {
  const { database, feeds } = await opened();
  const [first] = await append(database, feeds, someEvents(FEED, 1));
  const items = feeds.follow(FEED, {});
  await nextItem(items);
  const epoch = await turnEpoch(database);
  const reset = await nextItem(items, 3_000);
  expect(reset).toMatchObject({ type: 'reset', reason: 'EPOCH', seq: 1 });
  expect(parseCursor(reset.type === 'reset' ? reset.cursor : '').epoch).toBe(epoch);
  const [second] = await append(database, feeds, someEvents(FEED, 1));
  expect(eventOf(await nextItem(items))).toEqual(second);
  expect(parseCursor(second?.cursor ?? '').epoch).toBe(epoch);
  const resumed = feeds.follow(FEED, { after: first?.cursor ?? null });
  expect((await nextItems(resumed, 2)).map(({ type }) => type)).toEqual(['position', 'reset']);
});

test('a log that is rewound under a running process and written past its old head gives RESET, not silence', async () => {
  const { database, feeds } = await opened();
  const written = await append(database, feeds, someEvents(FEED, 10));
  const after = written[7]?.cursor ?? null;
  const live = feeds.follow(FEED, {});
  await nextItem(live);
  // What a backup of the files taken at seq 5 would do; the epoch stays, since nobody ran db:restored.
  await database.query({ text: 'DELETE FROM feed_event WHERE seq > 5' });
  await database.query({ text: 'UPDATE feed SET head_seq = 5' });
  expect(await nextItem(live, 3_000)).toMatchObject({ type: 'reset', reason: 'EPOCH', seq: 5 });
  await append(database, feeds, someEvents(FEED, 20));
  expect(await nextSeqs(live, 20)).toEqual(upTo(25, 6));
  const resumed = feeds.follow(FEED, { after });
  expect((await nextItems(resumed, 2)).map((item) => (item.type === 'event' ? item.event.seq : item.type))).toEqual(['position', 'reset']);
  const before = feeds.follow(FEED, { after: written[4]?.cursor ?? null });
  expect((await nextItems(before, 3)).map((item) => (item.type === 'event' ? item.event.seq : item.type))).toEqual(['position', 6, 7]);
});

test('a process that opens feeds on a database which moved to another server turns the epoch once, for all', async () => {
  const { database, feeds } = await opened();
  const old = parseCursor((await feeds.head(FEED)).cursor).epoch;
  await database.query({ text: "UPDATE feed_epoch SET system_identifier = 'another server'" });
  const opens = await Promise.all(Array.from({ length: 4 }, () => someFeeds(database)));
  const epochs = new Set(await Promise.all(opens.map(async (each) => parseCursor((await each.head(FEED)).cursor).epoch)));
  expect(epochs.size).toBe(1);
  expect(epochs.has(old)).toBe(false);
});

async function opened(): Promise<{ readonly database: Database; readonly feeds: Feeds }> {
  const database = await aFeedDatabase();
  return { database, feeds: await someFeeds(database) };
}
