import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'graphql-ws';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { turnEpoch } from '#platform/feed/epoch.ts';
import { aGuardedWorld, type GuardedWorld } from '../support/control-graph.ts';
import { withDeadline } from '../support/deadline.ts';
import { eventsOf, range, seqsOf, type Watcher, watch } from '../support/gateway-watcher.ts';

/** From the ban to the end of what it is about: the promise that this room of the gateway makes. */
const REVOKED_WITHIN_MS = 1_000;

let folder: string;
let world: GuardedWorld;
const clients: Client[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fanfare-gateway-'));
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.dispose()));
  await rm(folder, { recursive: true, force: true });
});

const WATCH = `subscription Watch($roomId: ID!, $after: Cursor) {
  e: roomEvents(roomId: $roomId, after: $after) { __typename cursor seq ... on ChatEvent { text } ... on ResetEvent { reason } }
}`;

const aClient = async (user: string | null): Promise<Client> => {
  const client = world.gateway.client(user === null ? null : await world.gateway.token(user));
  clients.push(client);
  return client;
};

const follow = (client: Client, roomId = 'r1', query = WATCH): Watcher => watch(client, { roomId }, query);

const enter = async (client: Client, roomId = 'r1'): Promise<Watcher> => {
  const watcher = follow(client, roomId);
  await watcher.until('a position', (events) => events.length > 0);
  return watcher;
};

const refusalOf = (watcher: Watcher): Promise<unknown> => withDeadline(watcher.ended, 'the operation did not end');

const refused = (message: string): object => [{ message, extensions: { code: 'FORBIDDEN', requestId: expect.any(String) } }];
const REVOKED = refused('You were banned or removed from what this subscription follows.');

/** How long the work took, in milliseconds. */
const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
};

describe('a ban', () => {
  test('ends the operation with FORBIDDEN within a second; the socket, its other operations and everybody else go on without a gap', async () => {
    world = await aGuardedWorld(folder);
    const [mallory, secondDevice, alice, nobody] = await Promise.all([
      aClient('mallory'),
      aClient('mallory'),
      aClient('alice'),
      aClient(null),
    ]);
    const [here, elsewhere, there, other, anonymous] = await Promise.all([
      enter(mallory),
      enter(mallory, 'r2'),
      enter(secondDevice),
      enter(alice),
      enter(nobody),
    ]);
    world.log.append();
    await Promise.all([here, there].map((each) => each.until('an event', (events) => events.length > 1)));
    const tookMs = await timed(async () => {
      await world.ban('mallory', 'r1');
      expect([await refusalOf(here), await refusalOf(there)]).toEqual([REVOKED, REVOKED]);
    });
    // Three times, so that one pause of the machine is not taken for ours.
    const tooksMs = [tookMs];
    for (const user of ['ned', 'oscar']) {
      const watcher = await enter(await aClient(user));
      tooksMs.push(
        await timed(async () => {
          await world.ban(user, 'r1');
          expect(await refusalOf(watcher)).toEqual(REVOKED);
        }),
      );
    }
    expect(tooksMs.toSorted((a, b) => a - b)[1]).toBeLessThan(REVOKED_WITHIN_MS);
    for (const _ of range(2, 20)) world.log.append();
    for (const each of [elsewhere, other, anonymous]) {
      await each.until('all events', (events) => events.length > 20);
      expect(seqsOf(each)).toEqual(range(1, 20));
    }
    expect(eventsOf(here)).toHaveLength(1);
    expect(await refusalOf(follow(mallory))).toEqual(refused('No mallory here.'));
    await world.unban('mallory', 'r1');
    await enter(mallory);
  });

  test('whose hint is lost ends the operation within a second all the same', async () => {
    world = await aGuardedWorld(folder);
    const watchers = await Promise.all(['mallory', 'ned', 'oscar'].map(async (user) => [user, await enter(await aClient(user))] as const));
    const alice = await enter(await aClient('alice'));
    world.loseHints(true);
    const tookMs: number[] = [];
    for (const [user, watcher] of watchers) {
      // The question after the last ban's is under way: only its time being over brings the next one, in which this ban is found.
      const before = world.pulls();
      await expect.poll(() => world.pulls()).toBeGreaterThan(before);
      tookMs.push(
        await timed(async () => {
          await world.ban(user, 'r1');
          expect(await refusalOf(watcher)).toEqual(REVOKED);
        }),
      );
    }
    expect(tookMs.toSorted((a, b) => a - b)[1]).toBeLessThan(REVOKED_WITHIN_MS);
    world.log.append();
    await alice.until('the event', (events) => events.length > 1);
  });

  test('that comes between the question and the joining keeps the viewer out', async () => {
    world = await aGuardedWorld(folder);
    const alice = await enter(await aClient('alice'));
    const tell = world.holdAnswers();
    const mallory = follow(await aClient('mallory'));
    await expect.poll(() => world.asked.length).toBe(2);
    await world.ban('mallory', 'r1');
    expect(await refusalOf(mallory)).toEqual(REVOKED);
    tell();
    world.log.append();
    await alice.until('the event', (events) => events.length > 1);
    expect(mallory.payloads).toEqual([]);
  });

  test('of which the control feed could not be read is acted on once it can be', async () => {
    world = await aGuardedWorld(folder);
    const [mallory, alice] = [await enter(await aClient('mallory')), await enter(await aClient('alice'))];
    world.cutFeeds(true);
    await world.ban('mallory', 'r1');
    world.log.append();
    await mallory.until('an event meanwhile', (events) => events.length > 1);
    world.cutFeeds(false);
    expect(await refusalOf(mallory)).toEqual(REVOKED);
    world.log.append();
    await alice.until('both events', (events) => events.length > 2);
  });

  test('that the control feed never told is found when the feed has become another one, and so is a word that cannot be read', async () => {
    world = await aGuardedWorld(folder);
    const [mallory, ned, alice] = await Promise.all(['mallory', 'ned', 'alice'].map(async (user) => enter(await aClient(user))));
    await world.ban('mallory', 'r1', { silently: true });
    await turnEpoch(world.database);
    expect(await refusalOf(mallory as Watcher)).toEqual(refused('No mallory here.'));
    await world.ban('ned', 'r1', { silently: true });
    await world.say('r1', { kind: 'user.banned', payload: { whom: 'somebody' } });
    expect(await refusalOf(ned as Watcher)).toEqual(refused('No ned here.'));
    world.log.append();
    await alice?.until('the event', (events) => events.length > 1);
  });

  test('that the control feed never told is found by who waits for an answer from before', async () => {
    world = await aGuardedWorld(folder);
    const alice = await enter(await aClient('alice'));
    const tell = world.holdAnswers();
    const mallory = follow(await aClient('mallory'));
    await expect.poll(() => world.asked.length).toBe(2);
    await world.ban('mallory', 'r1', { silently: true });
    const before = world.pulls();
    await turnEpoch(world.database);
    await expect.poll(() => world.pulls()).toBeGreaterThan(before + 3);
    tell();
    expect(await refusalOf(mallory)).toEqual(refused('No mallory here.'));
    world.log.append();
    await alice.until('the event', (events) => events.length > 1);
  });

  test('that was lifted, has ended by itself or is about another room or user ends nothing; nor does what this version does not know', async () => {
    world = await aGuardedWorld(folder);
    const alice = await enter(await aClient('alice'));
    const about = (userId: string, until: string | null = null, roomId = 'r1') => ({ roomId, userId, until });
    await world.say(
      'r1',
      { kind: 'user.banned', payload: about('alice') },
      { kind: 'user.unbanned', payload: about('alice') },
      { kind: 'user.banned', payload: about('alice', '2020-01-01T00:00:00.000Z') },
      { kind: 'user.banned', payload: about('Alice') },
      { kind: 'user.banned', payload: about('r1', null, 'alice') },
      { kind: 'user.banned', payload: about('alice', null, 'r2') },
      { kind: 'room.painted', payload: { colour: 'red' } },
      { kind: 'user.banned', payload: about('mallory') },
    );
    const mallory = await enter(await aClient('mallory'));
    await world.ban('mallory', 'r1');
    expect(await refusalOf(mallory)).toEqual(REVOKED);
    world.log.append();
    await alice.until('the event', (events) => events.length > 1);
  });

  test('is found among 10,000, and nobody else notices them', async () => {
    world = await aGuardedWorld(folder);
    const [mallory, alice] = [await enter(await aClient('mallory')), await enter(await aClient('alice'))];
    const banned = range(1, 9_999).map((index) => ({
      kind: 'user.banned',
      payload: { roomId: 'r1', userId: `user-${index}`, until: null },
    }));
    await Promise.all([0, 2_500, 5_000, 7_500].map((start) => world.say('r1', ...banned.slice(start, start + 2_500))));
    const tookMs = await timed(async () => {
      await world.ban('mallory', 'r1');
      expect(await refusalOf(mallory)).toEqual(REVOKED);
    });
    expect(tookMs).toBeLessThan(3 * REVOKED_WITHIN_MS);
    world.log.append();
    await alice.until('the event', (events) => events.length > 1);
  });
});

describe('admission', () => {
  test('100 who come at once are asked about in a few requests, and what is for everybody is asked about in none', async () => {
    world = await aGuardedWorld(folder);
    await world.ban('viewer-7', 'r1', { silently: true });
    const viewers = await Promise.all(range(1, 100).map((index) => aClient(`viewer-${index}`)));
    const tell = world.holdAnswers();
    const watchers = viewers.map((client) => follow(client));
    // Whoever follows what is for everybody afterwards has been heard with the other wish as well.
    const news = viewers.map((client) => follow(client, 'r1', WATCH.replace('roomEvents', 'newsEvents')));
    await Promise.all(news.map((each) => each.until('a position', (events) => events.length > 0)));
    tell();
    expect(await refusalOf(watchers[6] as Watcher)).toEqual(refused('No viewer-7 here.'));
    await Promise.all(watchers.filter((_, index) => index !== 6).map((each) => each.until('a position', (events) => events.length > 0)));
    // Two, and two more for each ADMISSION_TIMEOUT_MS that a busy machine needs until all have come.
    expect(world.asked.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(100);
    expect(world.asked.length).toBeLessThan(20);
    expect(world.messaging.upstreams.ever).toBe(2);
  });

  test('while the subgraph is away nobody is let in, also where events are at hand; when it is back they are', async () => {
    world = await aGuardedWorld(folder);
    await world.ban('mallory', 'r1', { silently: true });
    const alice = await enter(await aClient('alice'));
    const clientsLater = [await aClient('mallory'), await aClient('bob')];
    world.messaging.goDown();
    const [mallory, bob] = clientsLater.map((client) => follow(client)) as [Watcher, Watcher];
    world.messaging.comeBack();
    expect(await refusalOf(mallory)).toEqual(refused('No mallory here.'));
    await bob.until('a position', (events) => events.length > 0);
    world.log.append();
    await Promise.all([alice, bob].map((each) => each.until('the event', (events) => events.length > 1)));
    expect([seqsOf(alice), seqsOf(bob)]).toEqual([[1], [1]]);
  });

  test('a subgraph that stays away sends the viewer off with 1013, to come back by themselves', async () => {
    world = await aGuardedWorld(folder, 300);
    const alice = await aClient('alice');
    world.messaging.goDown();
    expect(await refusalOf(follow(alice))).toMatchObject({ code: 1013 });
  });

  test('who leaves while being asked about is forgotten', async () => {
    world = await aGuardedWorld(folder);
    const alice = await aClient('alice');
    const bob = await enter(await aClient('bob'));
    const tell = world.holdAnswers();
    const left = follow(alice);
    await expect.poll(() => world.asked.length).toBe(2);
    left.stop();
    await left.ended;
    tell();
    await enter(alice, 'r2');
    world.log.append();
    await bob.until('the event', (events) => events.length > 1);
    expect(left.payloads).toEqual([]);
  });
});

test('what was erased from the log of a room is sent no more to who comes with an older cursor; who is there goes on, and so does another room', async () => {
  world = await aGuardedWorld(folder);
  const alice = await aClient('alice');
  const [here, elsewhere] = [await enter(alice), await enter(alice, 'r2')];
  for (const _ of range(1, 20)) world.log.append({ text: 'secret' });
  for (const each of [here, elsewhere]) await each.until('all events', (events) => events.length > 20);
  const resume = async (roomId: string, after: number): Promise<readonly (string | undefined)[]> => {
    const late = watch(await aClient('bob'), { roomId, after: here.events[after]?.cursor ?? null }, WATCH);
    await late.until('the rest', (events) => events.length > 20 - after);
    expect(seqsOf(late)).toEqual(range(after + 1, 20));
    return [...new Set(eventsOf(late).map(({ text }) => text))];
  };
  expect(await resume('r1', 5)).toEqual(['secret']);
  world.log.rewrite('');
  await world.say('r1', { kind: 'log.erased', payload: { roomId: 'r1' } });
  await expect.poll(() => resume('r1', 10), { interval: 50 }).toEqual(['']);
  expect(await resume('r1', 5)).toEqual(['']);
  expect(await resume('r2', 5)).toEqual(['secret']);
  world.log.append({ text: 'news' });
  await here.until('the news', (events) => events.length > 21);
  expect(seqsOf(here)).toEqual(range(1, 21));
});

describe('a room that closes', () => {
  test('ends for whoever follows it once they have got the last of it, also when they come after that; another one goes on', async () => {
    world = await aGuardedWorld(folder);
    const [alice, nobody] = [await aClient('alice'), await aClient(null)];
    const [here, anonymous, elsewhere] = [await enter(alice), await enter(nobody), await enter(alice, 'r2')];
    for (const _ of range(1, 50)) world.log.append();
    await world.closeRoom('r1');
    expect(await Promise.all([refusalOf(here), refusalOf(anonymous)])).toEqual([null, null]);
    expect([seqsOf(here), seqsOf(anonymous)]).toEqual([range(1, 50), range(1, 50)]);
    const late = watch(alice, { roomId: 'r1', after: here.events[40]?.cursor ?? null }, WATCH);
    await late.until('what was left', (events) => events.length > 10);
    expect(seqsOf(late)).toEqual(range(41, 50));
    world.log.append();
    await elsewhere.until('the next event', (events) => events.length > 51);
    expect(seqsOf(elsewhere)).toEqual(range(1, 51));
  });
});
