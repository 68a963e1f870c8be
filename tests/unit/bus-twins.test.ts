import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { BUS_MESSAGE_BYTES_MAX, type Bus } from '#platform/bus/bus.ts';
import { createMemoryBus } from '#platform/bus/memory.ts';
import { openBus } from '#platform/bus/open.ts';
import { createSeal } from '#platform/bus/seal.ts';
import { randomIdentityKey } from '#platform/identity/keys.ts';
import { slotOf } from '#platform/redis/slot.ts';
import { withDeadline } from '../support/deadline.ts';
import { ITEM_DEADLINE_MS } from '../support/feeds.ts';
import { eventually } from '../support/platform.ts';
import { aRedis, aRedisCluster, BUS_KEYS, type RedisServer, redisForms } from '../support/redis.ts';
import { aTelemetry, metricOf } from '../support/telemetry.ts';

/** Two processes on one bus: for memory, the same instance twice. */
interface Twin {
  readonly name: string;
  readonly start: () => Promise<{ readonly open: () => Promise<Bus>; readonly servers: readonly RedisServer[] }>;
}

const twins: readonly Twin[] = [
  {
    name: 'memory',
    start: async () => {
      const bus = createMemoryBus();
      return { open: async () => bus, servers: [] };
    },
  },
  ...redisForms.map(
    (form): Twin => ({
      name: `Redis ${form}`,
      start: async () => {
        const servers = form === 'standalone' ? [await aRedis()] : await aRedisCluster();
        const open = async (): Promise<Bus> => {
          const bus = await openBus({ redisUrls: servers.map(({ url }) => url), keys: BUS_KEYS }, aTelemetry());
          onTestFinished(() => bus.close());
          return bus;
        };
        return { open, servers };
      },
    }),
  ),
];

describe.each(twins)('the bus: $name', ({ start }) => {
  const started = start();
  const two = async (): Promise<readonly [Bus, Bus]> => {
    const { open } = await started;
    return [await open(), await open()];
  };

  test('what is published after the acknowledgement arrives, in order, at every subscriber of that channel and no other', async () => {
    const [publisher, subscriber] = await two();
    const channel = aChannel();
    const [first, second, other] = [anInbox(), anInbox(), anInbox()];
    await Promise.all([
      subscriber.subscribe(channel, first.take),
      subscriber.subscribe(channel, second.take),
      subscriber.subscribe(aChannel(), other.take),
    ]);
    const messages = Array.from({ length: 200 }, (_, index) => `message ${index} 道具`);
    for (const message of messages) publisher.publish(channel, message);
    expect(await first.until(200)).toEqual(messages);
    expect(await second.until(200)).toEqual(messages);
    expect(other.messages).toEqual([]);
  });

  test('channels of all slots reach their subscribers', async () => {
    const [publisher, subscriber] = await two();
    const channels = Array.from({ length: 60 }, aChannel);
    const inboxes = channels.map(anInbox);
    await Promise.all(channels.map((channel, index) => subscriber.subscribe(channel, inboxes[index]?.take ?? fail)));
    for (const channel of channels) publisher.publish(channel, channel);
    for (const [index, inbox] of inboxes.entries()) expect(await inbox.until(1)).toEqual([channels[index]]);
  });

  test('delivery is asynchronous: a publisher is never called back by its own publish', async () => {
    const [bus] = await two();
    const channel = aChannel();
    const inbox = anInbox();
    await bus.subscribe(channel, inbox.take);
    bus.publish(channel, 'later');
    expect(inbox.messages).toEqual([]);
    expect(await inbox.until(1)).toEqual(['later']);
  });

  test('after unsubscribing nothing arrives, others still get theirs, and subscribing again works', async () => {
    const [publisher, subscriber] = await two();
    const channel = aChannel();
    const [leaving, staying, returning] = [anInbox(), anInbox(), anInbox()];
    const leave = await subscriber.subscribe(channel, leaving.take);
    const alsoLeave = await subscriber.subscribe(channel, staying.take);
    leave();
    leave();
    publisher.publish(channel, 'one');
    expect(await staying.until(1)).toEqual(['one']);
    alsoLeave();
    await subscriber.subscribe(channel, returning.take);
    publisher.publish(channel, 'two');
    expect(await returning.until(1)).toEqual(['two']);
    expect([leaving.messages, staying.messages]).toEqual([[], ['one']]);
  });

  test('one listener subscribed twice gets everything twice, and leaves once at a time', async () => {
    const [publisher, subscriber] = await two();
    const channel = aChannel();
    const inbox = anInbox();
    const leave = await subscriber.subscribe(channel, inbox.take);
    await subscriber.subscribe(channel, inbox.take);
    publisher.publish(channel, 'a');
    expect(await inbox.until(2)).toEqual(['a', 'a']);
    leave();
    publisher.publish(channel, 'b');
    expect(await inbox.until(3)).toEqual(['a', 'a', 'b']);
  });

  test('a message of the greatest length arrives, a longer one is dropped and nothing throws', async () => {
    const [publisher, subscriber] = await two();
    const channel = aChannel();
    const inbox = anInbox();
    await subscriber.subscribe(channel, inbox.take);
    publisher.publish(channel, 'x'.repeat(BUS_MESSAGE_BYTES_MAX + 1));
    publisher.publish(channel, 'y'.repeat(BUS_MESSAGE_BYTES_MAX));
    expect((await inbox.until(1))[0]).toHaveLength(BUS_MESSAGE_BYTES_MAX);
  });

  test('it says that it is connected', async () => {
    const [bus] = await two();
    await bus.subscribe(aChannel(), fail);
    await eventually('it is connected', () => bus.connected, ITEM_DEADLINE_MS);
  });
});

test('the memory bus knows when nobody listens', async () => {
  const bus = createMemoryBus();
  const leave = await bus.subscribe('a', fail);
  expect([bus.wanted?.('a'), bus.wanted?.('b')]).toEqual([true, false]);
  leave();
  expect(bus.wanted?.('a')).toBe(false);
});

test('slots are those of the Redis Cluster specification', () => {
  expect(['123456789', 'foo', '{user1000}.following', '{user1000}.followers', 'foo{}{bar}', 'foo{{bar}}zap'].map(slotOf)).toEqual([
    12_739, 12_182, 3_443, 3_443, 8_363, 4_015,
  ]);
});

test('a seal opens for its channel and message, in processes that know its key, and for nothing else', () => {
  const [key, other] = [randomIdentityKey(), randomIdentityKey()];
  const seal = createSeal([key]);
  const sealed = seal.close('room', 'a.b\n道具');
  expect(seal.open('room', sealed)).toBe('a.b\n道具');
  expect(seal.open('room', seal.close('room', ''))).toBe('');
  expect(createSeal([other, key]).open('room', sealed)).toBe('a.b\n道具');
  expect(createSeal([other]).open('room', sealed)).toBeNull();
  expect(createSeal([{ ...other, id: key.id }]).open('room', sealed)).toBeNull();
  expect(seal.open('room2', sealed)).toBeNull();
  for (const forged of [`${sealed} `, sealed.slice(0, -1), sealed.slice(1), 'a.b\n道具', '', `.${sealed}`, sealed.replace(/\./, '..')])
    expect(seal.open('room', forged)).toBeNull();
  expect(() => createSeal([])).toThrow(TypeError);
});

describe.each(redisForms)('the bus over Redis %s', (form) => {
  const started = form === 'standalone' ? aRedis().then((server) => [server]) : aRedisCluster();
  started.catch(() => undefined); // the tests report it
  afterAll(async () => Promise.all((await started).map((server) => server.close())));

  test('a killed server: publishing never throws, the gap is raised when it is back, and messages flow within 3 s', async () => {
    const servers = await started;
    const telemetry = aTelemetry();
    const bus = await openBus({ redisUrls: servers.map(({ url }) => url), keys: BUS_KEYS }, telemetry);
    onTestFinished(() => bus.close());
    const channels = Array.from({ length: 30 }, aChannel);
    const inboxes = channels.map(anInbox);
    await Promise.all(channels.map((channel, index) => bus.subscribe(channel, inboxes[index]?.take ?? fail)));
    let gaps = 0;
    bus.onGap(() => {
      gaps += 1;
    });
    const [server] = servers;
    await server?.kill();
    await eventually('it says so', () => !bus.connected, ITEM_DEADLINE_MS);
    for (const channel of channels) bus.publish(channel, 'lost');
    await eventually(
      'failures are counted',
      async () => (await metricOf(telemetry, 'fanfare_bus_publish_failures_total', {})) > 0,
      ITEM_DEADLINE_MS,
    );
    await restart(form, servers);
    const back = performance.now();
    await eventually(
      'messages flow again',
      () => {
        for (const channel of channels) bus.publish(channel, 'back');
        return inboxes.every(({ messages }) => messages.includes('back'));
      },
      ITEM_DEADLINE_MS,
    );
    expect(performance.now() - back).toBeLessThan(3_000);
    expect(gaps).toBeGreaterThan(0);
    expect(bus.connected).toBe(true);
  }, 60_000);

  test('opened while no server answers it resolves, and works once there is one', async () => {
    const servers = await started;
    await Promise.all(servers.map((server) => server.kill()));
    const bus = await withDeadline(
      openBus({ redisUrls: servers.map(({ url }) => url), keys: BUS_KEYS }, aTelemetry()),
      'the bus opens',
      5_000,
    );
    onTestFinished(() => bus.close());
    const inbox = anInbox();
    const channel = aChannel();
    const subscribed = bus.subscribe(channel, inbox.take);
    expect(bus.connected).toBe(false);
    await Promise.all(servers.map((server) => server.start()));
    if (form === 'cluster') return; // its nodes have forgotten each other: nothing to connect to
    await withDeadline(subscribed, 'the subscription');
    // The connection for publishing may come back a little later than the one for subscriptions.
    await eventually('it is connected', () => bus.connected, ITEM_DEADLINE_MS);
    bus.publish(channel, 'hello');
    expect(await inbox.until(1)).toEqual(['hello']);
  }, 60_000);
});

test.runIf(redisForms.length > 0)(
  'a slot that moves to another node takes its channels with it',
  async () => {
    const servers = await aRedisCluster();
    const [bus, publisher] = await Promise.all(
      [1, 2].map(() => openBus({ redisUrls: servers.map(({ url }) => url), keys: BUS_KEYS }, aTelemetry())),
    );
    if (bus === undefined || publisher === undefined) throw new Error('no bus');
    onTestFinished(async () => void (await Promise.all([bus.close(), publisher.close()])));
    const channel = aChannel();
    const inbox = anInbox();
    await bus.subscribe(channel, inbox.take);
    publisher.publish(channel, 'before');
    expect(await inbox.until(1)).toEqual(['before']);
    let gaps = 0;
    bus.onGap(() => {
      gaps += 1;
    });
    await moveSlot(servers, slotOf(channel));
    await eventually(
      'messages flow again',
      () => {
        publisher.publish(channel, 'after');
        return inbox.messages.includes('after');
      },
      ITEM_DEADLINE_MS,
    );
    expect(gaps).toBeGreaterThan(0);
  },
  60_000,
);

async function restart(form: string, servers: readonly RedisServer[]): Promise<void> {
  const [server, ...others] = servers;
  await server?.start();
  if (form === 'standalone' || server === undefined) return;
  // Its nodes.conf says who it was: the others take it back without being told.
  await eventually(
    'the cluster is whole',
    async () => String(await others[0]?.command('CLUSTER', 'INFO')).includes('cluster_state:ok'),
    20_000,
  );
}

async function moveSlot(servers: readonly RedisServer[], slot: number): Promise<void> {
  const ids = await Promise.all(servers.map(async (server) => String(await server.command('CLUSTER', 'MYID'))));
  const ranges = await Promise.all(
    servers.map(async (server) => (await server.command('CLUSTER', 'SLOTS')) as [number, number, [string, number, string]][]),
  );
  const owner = ranges[0]?.find(([from, to]) => from <= slot && slot <= to)?.[2][2];
  const target = ids.findIndex((id) => id !== owner);
  const source = ids.indexOf(owner ?? '');
  // The new owner first, the old one next: in between both serve it, and nobody refuses.
  for (const index of [target, source, ...servers.keys()])
    await servers[index]?.command('CLUSTER', 'SETSLOT', String(slot), 'NODE', ids[target] ?? '');
}

function aChannel(): string {
  return `hints:test:{room/${crypto.randomUUID()}}`;
}

interface Inbox {
  readonly messages: string[];
  readonly take: (message: string) => void;
  until(count: number): Promise<string[]>;
}

function anInbox(): Inbox {
  const messages: string[] = [];
  let look = (): void => undefined;
  return {
    messages,
    take: (message) => {
      messages.push(message);
      look();
    },
    until: (count) => {
      const { promise, resolve } = Promise.withResolvers<string[]>();
      look = () => {
        if (messages.length >= count) resolve(messages);
      };
      look();
      return withDeadline(promise, `${count} messages (there are ${messages.length})`);
    },
  };
}

function fail(message: string): never {
  throw new Error(`nobody expected ${message}`);
}
