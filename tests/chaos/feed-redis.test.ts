import { randomUUID } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openBus } from '#platform/bus/open.ts';
import { createSeal } from '#platform/bus/seal.ts';
import { startConsumer } from '#platform/feed/consumer.ts';
import { parseCursor } from '#platform/feed/cursor.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { encodeHint, hintChannel } from '#platform/feed/hint.ts';
import { withDeadline } from '../support/deadline.ts';
import { aFeedDatabase, append, eventOf, HINTS_ONLY, nextItem, nextSeqs, someEvents, someFeeds, upTo } from '../support/feeds.ts';
import { aRedis, aRedisCluster, BUS_KEYS, type RedisServer, redisForms } from '../support/redis.ts';
import { aTelemetry } from '../support/telemetry.ts';

const ROUNDS = 60;
const PAUSE_MS = 50;
const LIVE_AGAIN_MS = 3_000;

describe.each(redisForms)('feeds over Redis %s', (form) => {
  test('hints between two processes bring every event, and need no head check for it', async () => {
    const { database, writer, reader } = await twoProcesses(await started(form), HINTS_ONLY);
    const follower = reader.follow('room/a', {});
    await nextItem(follower);
    for (let round = 1; round <= 20; round += 1) {
      const next = nextItem(follower);
      await append(database, writer, someEvents('room/a', 1));
      expect(eventOf(await next).seq).toBe(round);
    }
  });

  test('FLUSHALL, a killed server and its return in the middle of a burst: nothing is lost, repeated or reordered, and followers are live again within 3 s', async () => {
    const servers = await started(form);
    const { database, writer, reader } = await twoProcesses(servers);
    const rooms = ['room/a', 'room/b', 'room/c', 'gifts/5'];
    const followers = rooms.map((room) => reader.follow(room, {}));
    for (const follower of followers) await nextItem(follower);
    const applied: number[] = [];
    const consumer = startConsumer({
      name: 'test.redis',
      source: reader,
      feeds: ['gifts/5'],
      database,
      telemetry: aTelemetry(),
      apply: async (_, events) => void applied.push(...events.map(({ seq }) => seq)),
    });
    onTestFinished(() => consumer.close());
    const seen = followers.map((follower) => nextSeqs(follower, ROUNDS * 2, 30_000));
    for (let round = 0; round < ROUNDS; round += 1) {
      await append(
        database,
        writer,
        rooms.flatMap((room) => someEvents(room, 2)),
      );
      if (round === 10) await Promise.all(servers.map((server) => server.command('FLUSHALL')));
      if (round === 20) await servers[0]?.kill();
      if (round === 40) await servers[0]?.start();
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    const writtenAtMs = performance.now();
    for (const seqs of await Promise.all(seen)) expect(seqs).toEqual(upTo(ROUNDS * 2));
    expect(performance.now() - writtenAtMs).toBeLessThan(LIVE_AGAIN_MS);
    await withDeadline(consumer.caughtUp(), 'the consumer has caught up');
    expect(applied).toEqual(upTo(ROUNDS * 2));
  }, 90_000);

  test('whoever writes into Redis can make no follower show what is not in the log', async () => {
    const servers = await started(form);
    const { database, writer, reader } = await twoProcesses(servers);
    const follower = reader.follow('room/a', {});
    const [position] = [await nextItem(follower)];
    if (position.type !== 'position') throw new Error('the position comes first');
    const { epoch } = parseCursor(position.cursor);
    const channel = hintChannel(database.name, 'room/a');
    const forged = {
      feed: 'room/a',
      seq: 1,
      id: randomUUID(),
      at: new Date(),
      kind: 'test.happened',
      v: 1,
      payload: { number: 666 },
      cursor: '',
    };
    const hint = encodeHint(epoch, 1, [forged]);
    const strange = createSeal([{ id: BUS_KEYS[0]?.id ?? '', secret: Buffer.alloc(32) }]);
    for (const message of [hint, strange.close(channel, hint), createSeal(BUS_KEYS).close(hintChannel(database.name, 'room/b'), hint)]) {
      // Only the node that has the channel's slot takes it; one of them does.
      const heard = await Promise.allSettled(servers.map((server) => server.command('SPUBLISH', channel, message)));
      expect(heard.map((each) => (each.status === 'fulfilled' ? Number(each.value) : 0)).reduce((sum, each) => sum + each)).toBe(1);
    }
    await append(database, writer, someEvents('room/a', 2));
    const events = [eventOf(await nextItem(follower)), eventOf(await nextItem(follower))];
    expect(events.map(({ seq, payload }) => [seq, payload['number']])).toEqual([
      [1, 1],
      [2, 2],
    ]);
  }, 60_000);

  test('while no Redis answers at all, followers still get everything', async () => {
    const servers = await started(form);
    const { database, writer, reader } = await twoProcesses(servers);
    await Promise.all(servers.map((server) => server.kill()));
    const follower = reader.follow('room/a', {});
    await nextItem(follower);
    await append(database, writer, someEvents('room/a', 3));
    expect(await nextSeqs(follower, 3)).toEqual([1, 2, 3]);
  }, 60_000);
});

async function started(form: string): Promise<readonly RedisServer[]> {
  return form === 'standalone' ? [await aRedis()] : aRedisCluster();
}

async function twoProcesses(servers: readonly RedisServer[], options: Parameters<typeof someFeeds>[2] = {}) {
  const database = await aFeedDatabase();
  const open = async (): Promise<Feeds> => {
    const bus = await openBus({ redisUrls: servers.map(({ url }) => url), keys: BUS_KEYS }, aTelemetry());
    onTestFinished(() => bus.close());
    return someFeeds(database, bus, options);
  };
  return { database, writer: await open(), reader: await open() };
}
