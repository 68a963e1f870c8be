import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCursor } from '#platform/feed/cursor.ts';
import { turnEpoch } from '#platform/feed/epoch.ts';
import type { NewFeedEvent } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import { aFeedDatabase, anEvent, append, eventOf, nextItem, someEvents, someFeeds, upTo } from '../support/feeds.ts';
import { statementsOf } from '../support/statements.ts';

/** Every statement counts: the databases of these tests have no other user. */
const EVERY = /^/;

test('events are numbered from 1 in the order given, per feed', async () => {
  const database = await aFeedDatabase();
  const feeds = await someFeeds(database);
  const given = [anEvent('room/a', { n: 1 }), anEvent('room/b', { n: 2 }), anEvent('room/a', { n: 3 })];
  const first = await append(database, feeds, given);
  expect(first.map(({ feed, seq, payload }) => [feed, seq, payload])).toEqual([
    ['room/a', 1, { n: 1 }],
    ['room/b', 1, { n: 2 }],
    ['room/a', 2, { n: 3 }],
  ]);
  const second = await append(database, feeds, someEvents('room/a', 2));
  expect(second.map(({ seq }) => seq)).toEqual([3, 4]);
  const page = await feeds.page({ feed: 'room/a', direction: 'forward', limit: 10 });
  expect(page.events).toEqual([first[0], first[2], ...second]);
});

test('an append is one statement, whatever the number of events and feeds; two when events name their cause', async () => {
  const database = await aFeedDatabase();
  const feeds = await someFeeds(database);
  const events = Array.from({ length: 300 }, (_, index) => anEvent(`room/${'abcdefg'[index % 7]}`));
  const plain = await statementsOf(EVERY, () => append(database, feeds, events));
  expect(plain).toHaveLength(3);
  expect(plain[1]).toMatch(/^\/\* appendAll \*\//);
  const caused = events.map((event) => ({ ...event, id: newId(), sourceEventId: newId() }));
  const withCauses = await statementsOf(EVERY, () => append(database, feeds, caused));
  expect(withCauses).toHaveLength(4);
});

test('what is rolled back leaves no gap and gives no hint', async () => {
  const database = await aFeedDatabase();
  const feeds = await someFeeds(database);
  await append(database, feeds, someEvents('room/a', 2));
  const failed = database.transaction('append', async (tx) => {
    await feeds.append(tx, someEvents('room/a', 5));
    throw new Error('changed my mind');
  });
  await expect(failed).rejects.toThrow('changed my mind');
  const [next] = await append(database, feeds, someEvents('room/a', 1));
  expect(next?.seq).toBe(3);
});

test('an event whose cause the feed has already is skipped, also inside one append, and leaves no gap', async () => {
  const database = await aFeedDatabase();
  const feeds = await someFeeds(database);
  const cause = newId();
  const first = await append(database, feeds, [
    anEvent('room/a', {}, { sourceEventId: cause }),
    anEvent('room/a', {}, { sourceEventId: cause }),
    anEvent('room/b', {}, { sourceEventId: cause }),
  ]);
  expect(first.map(({ feed, seq }) => [feed, seq])).toEqual([
    ['room/a', 1],
    ['room/b', 1],
  ]);
  const second = await append(database, feeds, [
    anEvent('room/a', {}, { sourceEventId: cause }),
    anEvent('room/a'),
    anEvent('room/a', {}, { sourceEventId: newId() }),
  ]);
  expect(second.map(({ seq }) => seq)).toEqual([2, 3]);
  expect((await feeds.head('room/a')).seq).toBe(3);
});

test('events that are all skipped change nothing', async () => {
  const database = await aFeedDatabase();
  const feeds = await someFeeds(database);
  const event = anEvent('room/a', {}, { sourceEventId: newId() });
  await append(database, feeds, [event]);
  const before = await feeds.head('room/a');
  expect(await append(database, feeds, [{ ...event, id: newId() }])).toEqual([]);
  expect(await feeds.head('room/a')).toEqual(before);
});

test('a writer that waited for another one sees the causes which that one added', async () => {
  const database = await aFeedDatabase();
  const feeds = await someFeeds(database);
  const causes = Array.from({ length: 40 }, () => newId());
  const writes = Array.from({ length: 8 }, () =>
    append(
      database,
      feeds,
      causes.map((sourceEventId) => anEvent('room/a', {}, { sourceEventId })),
    ),
  );
  const written = (await Promise.all(writes)).flat();
  expect(written).toHaveLength(causes.length);
  const page = await feeds.page({ feed: 'room/a', direction: 'forward', limit: 1_000 });
  expect(page.events.map(({ seq }) => seq)).toEqual(upTo(causes.length));
});

test('with any number of writers over any feeds, every log is contiguous, times never run backwards, and writers that lock in different orders never deadlock', async () => {
  const database = await aFeedDatabase({ poolMax: 6 });
  const feeds = await someFeeds(database);
  const names = ['room/a', 'room/b', 'gifts/3', 'gifts/17'];
  const batch = fc.array(fc.record({ feed: fc.constantFrom(...names), caused: fc.boolean() }), { minLength: 1, maxLength: 12 });
  const writers = fc.array(fc.array(batch, { minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 6 });
  const expected = new Map<string, number>(names.map((name) => [name, 0]));
  await fc.assert(
    fc.asyncProperty(writers, async (plan) => {
      const written = await Promise.all(
        plan.map(async (batches) => {
          const mine: NewFeedEvent[] = [];
          for (const each of batches) {
            const events = each.map(({ feed, caused }) => anEvent(feed, {}, caused ? { sourceEventId: newId() } : {}));
            await append(database, feeds, events);
            mine.push(...events);
          }
          return mine;
        }),
      );
      for (const name of names) {
        const mine = written.map((events) => events.filter(({ feed }) => feed === name).map(({ id }) => id));
        const log = await wholeLog(name);
        expected.set(name, (expected.get(name) ?? 0) + mine.flat().length);
        expect(log.map(({ seq }) => seq)).toEqual(upTo(expected.get(name) ?? 0));
        // Each writer's events stand in its own order.
        for (const ids of mine) expect(log.map(({ id }) => id).filter((id) => ids.includes(id))).toEqual(ids);
        expect(log.every(({ at }, index) => index === 0 || at >= (log[index - 1]?.at ?? at))).toBe(true);
      }
    }),
    { numRuns: 15 },
  );

  async function wholeLog(feed: string) {
    const events = [];
    for (let after: string | undefined; ; ) {
      const page = await feeds.page({ feed, direction: 'forward', limit: 500, ...(after === undefined ? {} : { after }) });
      events.push(...page.events);
      if (!page.hasNextPage) return events;
      after = page.events.at(-1)?.cursor;
    }
  }
});

test('after db:restored a process that only writes gives cursors of the new life at once', async () => {
  const database = await aFeedDatabase();
  const feeds = await someFeeds(database);
  await append(database, feeds, [anEvent('room/a')]);
  const epoch = await turnEpoch(database);
  const [event, caused] = [
    ...(await append(database, feeds, [anEvent('room/a')])),
    ...(await append(database, feeds, [anEvent('room/a', {}, { sourceEventId: newId() })])),
  ];
  expect([event, caused].map((each) => parseCursor(each?.cursor ?? '').epoch)).toEqual([epoch, epoch]);
  const follower = feeds.follow('room/a', { after: event?.cursor ?? '' });
  expect(await nextItem(follower)).toMatchObject({ type: 'position', seq: 2 });
  expect(eventOf(await nextItem(follower)).id).toBe(caused?.id);
});

test('an event in the wrong shard is refused with the right one named', async () => {
  const database = await aFeedDatabase();
  const feeds = await someFeeds(database);
  await expect(append(database, feeds, [anEvent('gifts/3', {}, { shard: 9_999 })])).rejects.toThrow(
    'an event for feed gifts/3 has shard 9999, readers look for it in 1',
  );
});

test('more events than one append may have are refused before anything is written', async () => {
  const database = await aFeedDatabase();
  const feeds = await someFeeds(database);
  await expect(append(database, feeds, someEvents('room/a', 5_001))).rejects.toThrow('at most 5000');
  expect((await feeds.head('room/a')).seq).toBe(0);
});
