import { expect, onTestFinished, test } from 'vitest';
import { createMemoryBus } from '#platform/bus/memory.ts';
import type { Database } from '#platform/database/database.ts';
import { migrate } from '#platform/database/migrate.ts';
import type { FeedEvent, Feeds } from '#platform/feed/feed.ts';
import { createLane } from '#platform/lane/lane.ts';
import { withDeadline } from '../support/deadline.ts';
import { aFeedDatabase, anEvent, append, eventOf, nextItem, nextItems, nextSeqs, someEvents, someFeeds, upTo } from '../support/feeds.ts';
import { aFeedDatabaseUrl, aPostgres, runOn } from '../support/postgres.ts';
import { aTelemetry } from '../support/telemetry.ts';

const FEED = 'room/a';

test('a database put back from a copy and written past its old head: cursors of the lost part get RESET, those of the common part go on', async () => {
  const original = await aFeedDatabaseUrl();
  const before = await opened(original);
  const common = await append(before.database, before.feeds, someEvents(FEED, 5));
  await before.close();
  const copy = await aCopyOf(original);
  const after = await opened(original);
  const lost = await append(after.database, after.feeds, someEvents(FEED, 5, 6));
  await after.close();

  const restored = await opened(copy);
  await append(restored.database, restored.feeds, someEvents(FEED, 20, 100));
  const kinds = async (cursor: string | undefined): Promise<unknown[]> =>
    (await nextItems(restored.feeds.follow(FEED, { after: cursor ?? null }), 2)).map((item) =>
      item.type === 'event' ? item.event.seq : item.type,
    );
  expect(await kinds(lost[2]?.cursor)).toEqual(['position', 'reset']);
  expect(await kinds(lost[4]?.cursor)).toEqual(['position', 'reset']);
  expect(await kinds(common[4]?.cursor)).toEqual(['position', 6]);
  const never = new AbortController().signal;
  const pulled = await restored.feeds.pull({ feeds: [{ feed: FEED, after: lost[2]?.cursor ?? null }], limit: 10, waitMs: 20_000 }, never);
  expect(pulled.feeds).toMatchObject([{ reset: 'EPOCH', head: 25 }]);
  expect((await restored.feeds.page({ feed: FEED, direction: 'backward', limit: 5, before: lost[2]?.cursor ?? '' })).reset).toBe('EPOCH');
});

test('connections killed between append and COMMIT leave no gap, hold up nobody, and give no hint', async () => {
  const database = await aFeedDatabase({ poolMax: 8 });
  const feeds = await someFeeds(database);
  const follower = feeds.follow(FEED, {});
  await nextItem(follower);
  let killed = 0;
  const doomed = async (): Promise<void> => {
    const attempt = database.transaction('doomed', async (tx) => {
      await feeds.append(tx, someEvents(FEED, 3, -100));
      await tx.query({ text: 'SELECT pg_terminate_backend(pg_backend_pid())' });
    });
    await attempt.catch(() => {
      killed += 1;
    });
  };
  const work = [];
  for (let from = 1; from <= 60; from += 3) work.push(append(database, feeds, someEvents(FEED, 3, from)), doomed());
  await withDeadline(Promise.all(work), 'the writers', 20_000);
  expect(killed).toBe(20);
  const events = (await nextItems(follower, 60)).map(eventOf);
  expect(events.map(({ seq }) => seq)).toEqual(upTo(60));
  expect(events.every(({ payload }) => Number(payload['number']) > 0)).toBe(true);
});

test('kill -9 of the server in the middle of a burst: what was acknowledged is in the log once, the rest once or not at all, and followers go on without a gap', async () => {
  const postgres = await aPostgres();
  const url = postgres.urlOf('fanfare_messaging');
  await migrate('messaging', url);
  const { database, feeds } = await opened(url);
  const lane = createLane<string, FeedEvent>({
    name: 'burst',
    database,
    telemetry: aTelemetry(),
    actorOf: (id) => id,
    deadlineMs: 20_000,
    // The cause makes the event idempotent, as a command's key does.
    run: async (tx, ids) => {
      const written = await feeds.append(
        tx,
        ids.map((id) => anEvent(FEED, { id }, { sourceEventId: id })),
      );
      const known = await tx.query<{ id: string }>({
        text: 'SELECT source_event_id AS id FROM feed_event WHERE source_event_id = ANY ($1::uuid[])',
        values: [ids],
      });
      const ofId = new Map(written.map((event) => [event.payload['id'], event]));
      return ids.map((id) => ofId.get(id) ?? anAnswerFor(known.some((row) => row.id === id)));
    },
  });
  onTestFinished(() => lane.close());
  const follower = feeds.follow(FEED, {});
  await nextItem(follower);
  const acknowledged: string[] = [];
  const sent: string[] = [];
  const send = async (): Promise<void> => {
    const id = crypto.randomUUID();
    sent.push(id);
    await lane.submit(id).then(
      () => acknowledged.push(id),
      () => undefined, // not acknowledged: once or not at all
    );
  };
  const waves: Promise<void>[] = [];
  for (let wave = 0; wave < 40; wave += 1) {
    for (let index = 0; index < 20; index += 1) waves.push(send());
    if (wave === 20) postgres.kill();
    if (wave === 22) await postgres.restart();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await withDeadline(Promise.all(waves), 'the burst', 40_000);
  const { seq: head } = await feeds.head(FEED);
  const seen = (await nextItems(follower, head, 20_000)).map(eventOf);
  expect(seen.map(({ seq }) => seq)).toEqual(upTo(head));
  const ids = seen.map(({ payload }) => payload['id']);
  expect(new Set(ids).size).toBe(ids.length);
  expect(acknowledged.filter((id) => !ids.includes(id))).toEqual([]);
  expect(ids.every((id) => sent.includes(String(id)))).toBe(true);
  expect(acknowledged.length).toBeGreaterThan(400);
  await append(database, feeds, someEvents(FEED, 1));
  expect(await nextSeqs(follower, 1)).toEqual([head + 1]);
}, 120_000);

test('a server that comes back with another history of the same length gives RESET to followers that wait', async () => {
  const postgres = await aPostgres();
  const url = postgres.urlOf('fanfare_messaging');
  await migrate('messaging', url);
  const { database, feeds } = await opened(url);
  await append(database, feeds, [...someEvents(FEED, 10), ...someEvents('room/b', 10)]);
  const [changed, same] = [feeds.follow(FEED, {}), feeds.follow('room/b', {})];
  await Promise.all([nextItem(changed), nextItem(same)]);
  const next = nextItem(changed, 15_000);
  await append(database, feeds, someEvents('room/b', 1));
  await nextItem(same);
  postgres.kill();
  await postgres.restart();
  await runOn(url, `UPDATE feed_event SET id = gen_random_uuid() WHERE feed_id = '${FEED}' AND seq > 5`);
  expect(await next).toMatchObject({ type: 'reset', reason: 'EPOCH', seq: 10 });
  await append(database, feeds, someEvents('room/b', 1));
  expect(await nextSeqs(same, 1)).toEqual([12]);
}, 60_000);

async function opened(url: string): Promise<{ readonly database: Database; readonly feeds: Feeds; readonly close: () => Promise<void> }> {
  const database = await aFeedDatabase({ url });
  const feeds = await someFeeds(database, createMemoryBus());
  const close = async (): Promise<void> => {
    await feeds.close();
    await database.close();
  };
  return { database, feeds, close };
}

/** As putting back a copy of the files would: same server, same epoch, other future. */
async function aCopyOf(url: string): Promise<string> {
  const name = `${new URL(url).pathname.slice(1)}_copy`;
  const maintenance = new URL(url);
  maintenance.pathname = '/postgres';
  await runOn(maintenance.href, `CREATE DATABASE ${name} TEMPLATE ${new URL(url).pathname.slice(1)}`);
  onTestFinished(() => runOn(maintenance.href, `DROP DATABASE ${name} WITH (FORCE)`));
  const copy = new URL(url);
  copy.pathname = `/${name}`;
  return copy.href;
}

function anAnswerFor(known: boolean): FeedEvent {
  if (!known) throw new Error('the event is neither new nor known');
  return { feed: FEED, seq: 0, id: '', at: new Date(0), kind: '', v: 1, payload: {}, cursor: '' };
}
