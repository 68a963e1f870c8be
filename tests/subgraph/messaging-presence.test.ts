import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest';
import type { Queryable } from '#platform/database/database.ts';
import { createMemoryStore } from '#platform/store/memory.ts';
import { openStore } from '#platform/store/open.ts';
import type { Store } from '#platform/store/store.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { openOnlineLeases } from '../../subgraphs/messaging/data/onlineLeases.ts';
import { onlineSetOf, readPresenceFacts, readPresences } from '../../subgraphs/messaging/data/presence.ts';
import { openPresenceWatch } from '../../subgraphs/messaging/data/presenceWatch.ts';
import { aDirect, aPerson, type Person, say } from '../support/groups.ts';
import { aMessagingWorld, type MessagingWorld } from '../support/messaging.ts';
import { eventually } from '../support/platform.ts';
import { aRedis, PATIENT_STORE, redisForms } from '../support/redis.ts';
import { ask, askData, type Subscription, subscribeTo } from '../support/runtime.ts';
import { statementsOf } from '../support/statements.ts';
import { aTelemetry } from '../support/telemetry.ts';

let world: MessagingWorld;
let messaging: RunningSubgraph;

beforeAll(async () => {
  world = await aMessagingWorld();
  messaging = world.messaging;
});

afterAll(() => world.close());

interface Shown {
  readonly online: boolean | null;
  readonly lastSeenAt: string | null;
}

const HIDDEN: Shown = { online: null, lastSeenAt: null };
const ONLINE: Shown = { online: true, lastSeenAt: null };

const presenceOf = async (viewer: Person, of: Person): Promise<Shown> => {
  const { _entities } = await askData<{ _entities: readonly { presence: Shown }[] }>(messaging, {
    as: viewer.as,
    query:
      'query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { presence { online lastSeenAt } } } }',
    variables: { id: of.id },
  });
  return _entities[0]?.presence ?? HIDDEN;
};

/** Is online from the first event on. */
const comeOnline = async ({ as }: Person): Promise<Subscription> => {
  const inbox = subscribeTo(messaging, { as, query: 'subscription { inbox { id } }' });
  await inbox.next();
  return inbox;
};

/** Two people who have written to each other. */
const areContacts = async (one: Person, other: Person): Promise<void> => {
  const directId = await aDirect(messaging, one, other);
  await say(messaging, one, directId, 'hello');
  await say(messaging, other, directId, 'hello yourself');
};

const setPrivacy = async ({ as }: Person, input: object): Promise<object | string> => {
  const { setPresencePrivacy } = await askData<{
    setPresencePrivacy: { privacy: object | null; userErrors: readonly { code: string }[] };
  }>(messaging, {
    as,
    query:
      'mutation ($input: SetPresencePrivacyInput!) { setPresencePrivacy(input: $input) { privacy { online lastSeen } userErrors { code } } }',
    variables: { input: { idempotencyKey: randomUUID(), ...input } },
  });
  return setPresencePrivacy.privacy ?? setPresencePrivacy.userErrors[0]?.code ?? '';
};

const block = ({ as }: Person, userId: string): Promise<unknown> =>
  askData(messaging, {
    as,
    query: 'mutation ($input: BlockUserInput!) { blockUser(input: $input) { userErrors { code } } }',
    variables: { input: { userId, idempotencyKey: randomUUID() } },
  });

interface State {
  readonly presence: { readonly users: readonly (Shown & { readonly user: { readonly id: string } })[] };
}

const follow = ({ as }: Person, userIds: readonly string[]): Subscription<State> =>
  subscribeTo(messaging, {
    as,
    query: 'subscription ($userIds: [ID!]!) { presence(userIds: $userIds) { version users { user { id } online lastSeenAt } } }',
    variables: { userIds },
  });

const nextOf = async (states: Subscription<State>): Promise<State['presence']['users']> => (await states.data()).presence.users;

describe('presence in the graph', () => {
  test('who follows their inbox is online; strangers see nothing of it, a first message that nobody has read makes no contact', async () => {
    const [one, other, stranger] = [aPerson(), aPerson(), aPerson()];
    await comeOnline(one);
    expect(await presenceOf(one, one)).toEqual(ONLINE);
    const directId = await aDirect(messaging, other, one);
    await say(messaging, other, directId, 'who are you?');
    expect(await presenceOf(other, one)).toEqual(HIDDEN);
    await say(messaging, one, directId, 'guess');
    expect(await presenceOf(other, one)).toEqual(ONLINE);
    expect(await presenceOf(one, other)).toEqual({ online: false, lastSeenAt: null });
    expect(await presenceOf(stranger, one)).toEqual(HIDDEN);
    const nobody = await ask(messaging, {
      query: 'query { _entities(representations: [{ __typename: "User", id: "x" }]) { ... on User { presence { online } } } }',
    });
    expect(nobody.errors?.[0]?.extensions?.['code']).toBe('UNAUTHENTICATED');
  });

  test('privacy is set by its owner, and a key keeps its answer', async () => {
    const [one, other] = [aPerson(), aPerson()];
    const privacyOf = async (viewer: Person): Promise<object | null> =>
      (
        await askData<{ _entities: readonly { presencePrivacy: object | null }[] }>(messaging, {
          as: viewer.as,
          query:
            'query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { presencePrivacy { online lastSeen } } } }',
          variables: { id: one.id },
        })
      )._entities[0]?.presencePrivacy ?? null;
    expect(await privacyOf(one)).toEqual({ online: 'CONTACTS', lastSeen: 'CONTACTS' });
    const idempotencyKey = randomUUID();
    const answer = { online: 'EVERYONE', lastSeen: 'CONTACTS' };
    expect(await setPrivacy(one, { online: 'EVERYONE', idempotencyKey })).toEqual(answer);
    expect(await setPrivacy(one, { lastSeen: 'NOBODY' })).toEqual({ online: 'EVERYONE', lastSeen: 'NOBODY' });
    expect(await setPrivacy(one, { online: 'EVERYONE', idempotencyKey })).toEqual(answer);
    expect(await setPrivacy(one, { online: 'NOBODY', idempotencyKey })).toBe('IDEMPOTENCY_CONFLICT');
    expect(await setPrivacy(one, {})).toBe('NOTHING_TO_SET');
    expect([await privacyOf(one), await privacyOf(other)]).toEqual([{ online: 'EVERYONE', lastSeen: 'NOBODY' }, null]);
  });

  test('an open subscription sees who comes; whoever is named twice is one', async () => {
    const [viewer, friend, stranger] = [aPerson(), aPerson(), aPerson()];
    await areContacts(viewer, friend);
    const states = follow(viewer, [friend.id, stranger.id, friend.id, viewer.id]);
    const first = await nextOf(states);
    expect(first.map(({ user, online }) => [user.id, online])).toEqual([
      [friend.id, false],
      [stranger.id, null],
      [viewer.id, false],
    ]);
    await comeOnline(friend);
    expect((await nextOf(states)).map(({ online }) => online)).toEqual([true, null, false]);
    await states.end();
  });

  test('it sees who hides, who shows themselves again and who blocks, and keeps what it knew while the store is away', async () => {
    const [viewer, friend, hider] = [aPerson(), aPerson(), aPerson()];
    await areContacts(viewer, friend);
    await areContacts(viewer, hider);
    const store = createMemoryStore();
    let isAway = false;
    const presence: Store['presence'] = {
      ...store.presence,
      membersOf: (sets, limit) => (isAway ? Promise.resolve(null) : store.presence.membersOf(sets, limit)),
    };
    const lease = { renew: ['here'], end: [], ttlMs: 60_000, membersMax: 1 };
    const watch = openPresenceWatch(
      { database: world.database, store: { presence }, telemetry: aTelemetry() },
      { lookMs: 20, rulesMs: 50 },
    );
    const stop = new AbortController();
    const states = watch.follow(viewer.id, [friend.id, hider.id], stop.signal);
    const next = async () => (await states.next()).value?.users.map(({ online }) => online);
    await presence.update(onlineSetOf(hider.id), lease);
    expect(await next()).toEqual([false, true]);
    isAway = true;
    await setPrivacy(friend, { online: 'NOBODY' });
    expect(await next()).toEqual([null, true]);
    isAway = false;
    await setPrivacy(hider, { online: 'NOBODY' });
    expect(await next()).toEqual([null, null]);
    // Who shows nothing sees nothing.
    expect(await presenceOf(hider, viewer)).toEqual(HIDDEN);
    await setPrivacy(hider, { online: 'EVERYONE' });
    expect(await next()).toEqual([null, true]);
    await block(hider, viewer.id);
    expect(await next()).toEqual([null, null]);
    expect([await presenceOf(hider, viewer), await presenceOf(viewer, hider)]).toEqual([HIDDEN, HIDDEN]);
    stop.abort();
    expect((await states.next()).done).toBe(true);
    watch.close();
  });

  test('a list of users has bounds', async () => {
    const codeOf = async (userIds: readonly string[]) => (await follow(aPerson(), userIds).next()).errors?.[0]?.extensions?.['code'];
    expect(await codeOf([])).toBe('BAD_USER_INPUT');
    expect(await codeOf(Array.from({ length: 101 }, String))).toBe('BAD_USER_INPUT');
  });

  test('a hundred users are looked up by four statements and one call of the store', async () => {
    const viewer = aPerson();
    const people = Array.from({ length: 100 }, aPerson);
    const calls: number[] = [];
    const store = createMemoryStore();
    const counted: Store = {
      ...store,
      presence: {
        ...store.presence,
        membersOf: (sets, limit) => {
          calls.push(sets.length);
          return store.presence.membersOf(sets, limit);
        },
      },
    };
    const statements = await statementsOf(/privacyOf|directsOfContacts|blocksAmong|seenOf/, () =>
      readPresences(
        { database: world.database, store: counted },
        people.map(({ id }) => ({ viewerId: viewer.id, userId: id })),
      ),
    );
    expect([statements.length, calls]).toEqual([4, [100]]);
    const asked = await statementsOf(/privacyOf|directsOfContacts|blocksAmong|seenOf/, () =>
      askData(messaging, {
        as: viewer.as,
        query: 'query ($who: [_Any!]!) { _entities(representations: $who) { ... on User { presence { online } } } }',
        variables: { who: people.map(({ id }) => ({ __typename: 'User', id })) },
      }),
    );
    expect(asked).toHaveLength(4);
  });
});

const twins: readonly { readonly name: string; readonly start: () => Promise<{ store: Store; flush: (() => Promise<unknown>) | null }> }[] =
  [
    { name: 'memory', start: async () => ({ store: createMemoryStore(), flush: null }) },
    ...(redisForms.length === 0
      ? []
      : [
          {
            name: 'Redis',
            start: async () => {
              const redis = await aRedis();
              const store = await openStore({ redisUrls: [redis.url] }, aTelemetry(), PATIENT_STORE);
              return { store, flush: () => redis.command('FLUSHALL') };
            },
          },
        ]),
  ];

describe.concurrent.each(twins)('leases over $name', ({ start }) => {
  const open = start();
  afterAll(async () => (await open).store.close());
  const TIMES = { leaseMs: 3_000, renewMs: 100, graceMs: 150, seenMs: 60_000, tickMs: 40 };

  const leases = async (
    { onTestFinished }: TestContext,
    times: Partial<typeof TIMES> = {},
    parts: { readonly database?: Queryable; readonly store?: Store } = {},
  ) => {
    const { store } = await open;
    const online = openOnlineLeases({ database: world.database, store, telemetry: aTelemetry(), ...parts }, { ...TIMES, ...times });
    onTestFinished(() => online.close());
    return online;
  };

  const factsOf = async ({ id }: Pick<Person, 'id'>, of?: Store) => {
    const store = of ?? (await open).store;
    return (await readPresenceFacts({ database: world.database, store }, [id])).get(id) ?? { online: null, seenAt: null };
  };
  const untilOnline = (person: Person, online: boolean, store?: Store): Promise<unknown> =>
    eventually(`${person.id} is ${online ? 'online' : 'offline'}`, async () => (await factsOf(person, store)).online === online);

  test('somebody is online while any of their devices is, on whatever process; when the last has gone is known for ever', async (context) => {
    const person = aPerson();
    const [here, there] = [await leases(context), await leases(context)];
    const [one, two, three] = [here.hold(person.id), here.hold(person.id), there.hold(person.id)];
    await untilOnline(person, true);
    one();
    one();
    three();
    const { store } = await open;
    await eventually('one lease is left', async () => (await store.presence.members(onlineSetOf(person.id), 5))?.length === 1);
    expect((await factsOf(person)).online).toBe(true);
    const beforeMs = Date.now();
    two();
    const afterMs = Date.now();
    await untilOnline(person, false);
    const seenMs = (await factsOf(person)).seenAt?.getTime();
    expect(seenMs).toBeGreaterThanOrEqual(beforeMs);
    expect(seenMs).toBeLessThanOrEqual(afterMs);
  });

  test('who comes back soon was never away, and is written down once', async (context) => {
    const person = aPerson();
    let writes = 0;
    const database: Queryable = {
      query: (statement) => {
        if (statement.name === 'saveSeen') writes += 1;
        return world.database.query(statement);
      },
    };
    const online = await leases(context, { graceMs: 300 }, { database });
    let release = online.hold(person.id);
    await untilOnline(person, true);
    for (let round = 0; round < 3; round += 1) {
      release();
      release = online.hold(person.id);
      expect((await factsOf(person)).online).toBe(true);
    }
    release();
    await untilOnline(person, false);
    release = online.hold(person.id);
    await untilOnline(person, true);
    release();
    await untilOnline(person, false);
    expect(writes).toBe(1);
  });

  test('a process that dies leaves leases that run out, and a store that was emptied knows everybody again', async (context) => {
    const [person, survivor] = [aPerson(), aPerson()];
    // Its own store: to empty the others' would take their leases away from them.
    const { store, flush } = await start();
    context.onTestFinished(() => store.close());
    let dead = false;
    // What renews nothing and ends nothing is as good as dead.
    const mortal: Store = {
      ...store,
      presence: { ...store.presence, update: async (...change) => (dead ? null : store.presence.update(...change)) },
    };
    const dying = await leases(context, { leaseMs: 700, seenMs: 10 }, { store: mortal });
    const living = await leases(context, {}, { store });
    dying.hold(person.id);
    living.hold(survivor.id);
    await untilOnline(person, true, store);
    await eventually('it is written while they are online', async () => (await factsOf(person, store)).seenAt !== null);
    dead = true;
    await untilOnline(person, false, store);
    await untilOnline(survivor, true, store);
    if (flush === null) return;
    await flush();
    await untilOnline(survivor, true, store);
    expect((await factsOf(person, store)).seenAt).not.toBeNull();
  });
});
