import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, type onTestFinished, test } from 'vitest';
import { createMemoryBus } from '#platform/bus/memory.ts';
import type { Identity } from '#platform/identity/identity.ts';
import { createMemoryStore } from '#platform/store/memory.ts';
import { openStore } from '#platform/store/open.ts';
import type { Store } from '#platform/store/store.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { addFollowers } from '../../subgraphs/messaging/data/chatTraces.ts';
import { openTypingDesk, type TypingDesk } from '../../subgraphs/messaging/data/typing.ts';
import { openTypingGate } from '../../subgraphs/messaging/data/typingGate.ts';
import { type ShownTyping, TYPING_LEASE_MS, TYPING_PEOPLE_BACK, TYPING_PEOPLE_MAX } from '../../subgraphs/messaging/domain/typing.ts';
import { atOneInstant } from '../support/clock.ts';
import { withDeadline } from '../support/deadline.ts';
import { aDirect, aGroup, aPerson, changeGroup, type Person, say } from '../support/groups.ts';
import { aLiveRoom, aMessagingWorld, type MessagingWorld } from '../support/messaging.ts';
import { moderate } from '../support/moderation.ts';
import { aRedis, PATIENT_STORE, redisForms } from '../support/redis.ts';
import { askData, aUser, type Subscription, subscribeTo } from '../support/runtime.ts';
import { aTelemetry } from '../support/telemetry.ts';

let world: MessagingWorld;
let messaging: RunningSubgraph;

beforeAll(async () => {
  world = await aMessagingWorld();
  messaging = world.messaging;
});

afterAll(() => world.close());

/** Whether it is off there, or the code of the refusal. */
const type = async ({ as }: Pick<Person, 'as'>, conversationId: string, typing = true): Promise<boolean | string | null> => {
  const { setTyping } = await askData<{ setTyping: { off: boolean | null; userErrors: readonly { code: string }[] } }>(messaging, {
    as,
    query: 'mutation ($input: SetTypingInput!) { setTyping(input: $input) { off renewAfterSeconds userErrors { code message field } } }',
    variables: { input: { conversationId, typing } },
  });
  return setTyping.userErrors[0]?.code ?? setTyping.off;
};

interface Seen {
  readonly version: number;
  readonly off: boolean;
  readonly count: number;
  readonly users: readonly { readonly id: string; readonly displayName: string }[];
}

interface State {
  readonly typing: Seen;
}

const follow = ({ as }: Pick<Person, 'as'>, conversationId: string): Subscription<State> =>
  subscribeTo(messaging, {
    as,
    query: 'subscription ($id: ID!) { typing(conversationId: $id) { conversationId version off count users { id displayName } } }',
    variables: { id: conversationId },
  });

const nextOf = async (states: Subscription<State>): Promise<Seen> => (await states.data()).typing;

/** Who is named. */
const namesOf = async (states: Subscription<State>): Promise<readonly string[]> => (await nextOf(states)).users.map(({ id }) => id);

/** One where nobody's time is over before the test's. */
const aDesk = (): TypingDesk =>
  openTypingDesk(
    {
      database: world.database,
      bus: createMemoryBus(),
      store: createMemoryStore(),
      telemetry: aTelemetry(),
      viewers: { count: async () => 0 },
    },
    600_000,
  );

const inOrder = (...people: readonly Person[]): readonly string[] => people.map(({ id }) => id).sort();

describe('who types', () => {
  test('others see it at once, oneself does not; who comes later sees the present; a word ends it', async () => {
    const [one, two, three] = [aPerson(), aPerson(), aPerson()];
    const conversationId = await aGroup(messaging, one, { members: [two, three] });
    const desk = aDesk();
    const of = (person: Person): (() => Promise<ShownTyping | undefined>) => {
      const states = desk.follow({ conversationId, userId: person.id }, new AbortController().signal);
      return async () => (await withDeadline(states.next(), 'no state came')).value ?? undefined;
    };
    const [ofOne, ofTwo] = [of(one), of(two)];
    const first = await ofOne();
    expect(first).toMatchObject({ conversationId, off: false, count: 0, userIds: [] });
    expect(await ofTwo()).toMatchObject({ count: 0 });
    await desk.set({ conversationId, userId: two.id }, true);
    const second = await ofOne();
    expect(second?.userIds).toEqual([two.id]);
    expect(second?.version).toBeGreaterThan(first?.version ?? 0);
    // The one who types sees nothing of it: the next that they see is somebody else.
    await desk.set({ conversationId, userId: three.id }, true);
    expect((await ofTwo())?.userIds).toEqual([three.id]);
    expect((await ofOne())?.userIds).toEqual(inOrder(two, three));
    expect((await of(one)())?.userIds).toEqual(inOrder(two, three));
    await desk.set({ conversationId, userId: two.id }, false);
    expect((await ofOne())?.userIds).toEqual([three.id]);
    await desk.close();
  });

  test('in the graph others are named by their profiles, and a message ends it before its time is over', async () => {
    const [one, two] = [aPerson(), aPerson()];
    const groupId = await aGroup(messaging, one, { members: [two] });
    const states = follow(one, groupId);
    expect(await nextOf(states)).toMatchObject({ conversationId: groupId, off: false, count: 0, users: [] });
    // On a machine that is very busy it may have ended by its time: that says nothing.
    for (let attempt = 1; ; attempt += 1) {
      const typedMs = Date.now();
      expect(await type(two, groupId)).toBe(false);
      expect(await nextOf(states)).toMatchObject({ count: 1, users: [{ id: two.id, displayName: expect.any(String) }] });
      await say(messaging, two, groupId, 'done');
      expect(await namesOf(states)).toEqual([]);
      if (Date.now() - typedMs < TYPING_LEASE_MS) break;
      expect(attempt).toBeLessThan(3);
    }
    await states.end();
  });

  test('only members of a group see it or do it; who has left is told nothing more', async () => {
    const [owner, member, stranger] = [aPerson(), aPerson(), aPerson()];
    const groupId = await aGroup(messaging, owner, { members: [member] });
    expect(await type(stranger, groupId)).toBe('CONVERSATION_NOT_FOUND');
    expect(await type(owner, randomUUID())).toBe('CONVERSATION_NOT_FOUND');
    expect(await type(owner, 'nonsense')).toBe('CONVERSATION_NOT_FOUND');
    expect((await follow(stranger, groupId).next()).errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
    const states = follow(member, groupId);
    await nextOf(states);
    await changeGroup(messaging, member.as, 'leaveGroup', { groupId });
    expect(await type(owner, groupId)).toBe(false);
    expect(await states.ended()).toBe(true);
    await changeGroup(messaging, owner.as, 'closeGroup', { groupId });
    expect(await type(owner, groupId)).toBe('CONVERSATION_CLOSED');
  });

  test('one person says it only so fast', async () => {
    const [one, other] = [aPerson(), aPerson()];
    const directId = await aDirect(messaging, one, other);
    const answers = await atOneInstant(() => Promise.all(Array.from({ length: 30 }, () => type(one, directId))));
    expect(new Set(answers)).toEqual(new Set([false, 'RATE_LIMITED']));
    expect(await type(other, directId)).toBe(false);
  });
});

test('who may write nothing types nothing: muted, or kept out by the modes', async () => {
  const { as, roomId } = await aLiveRoom(world);
  const [loud, guest] = [aPerson(), aPerson()];
  expect(await Promise.all([type(loud, roomId), type(guest, roomId)])).toEqual([false, false]);
  await moderate(messaging, as, 'sanctionUser', { conversationId: roomId, userId: loud.id, type: 'MUTE' });
  await moderate(messaging, as, 'setChatModes', { conversationId: roomId, followersOnlyMinutes: 0 });
  expect(await Promise.all([type(loud, roomId), type(guest, roomId), type({ as }, roomId)])).toEqual(['NOT_ALLOWED', 'NOT_ALLOWED', false]);
  await addFollowers(
    world.database,
    [{ ownerId: as.kind === 'user' ? (as.id ?? '') : '', userId: guest.id }],
    new Date(Date.now() - 1_000),
  );
  expect(await type(guest, roomId)).toBe(false);
  await moderate(messaging, as, 'sanctionUser', { conversationId: roomId, userId: guest.id, type: 'BAN' });
  expect((await follow(guest, roomId).next()).errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN');
});

// From here on tests mostly wait, and do it together.
test.concurrent('of two of whom one blocks the other nobody types, also who typed when it happened', async () => {
  const [one, other] = [aPerson(), aPerson()];
  const conversationId = await aDirect(messaging, one, other);
  const desk = aDesk();
  const states = desk.follow({ conversationId, userId: one.id }, new AbortController().signal);
  const next = async () => (await withDeadline(states.next(), 'no state came')).value?.userIds;
  expect(await next()).toEqual([]);
  await desk.set({ conversationId, userId: other.id }, true);
  expect(await next()).toEqual([other.id]);
  await askData(messaging, {
    as: one.as,
    query: 'mutation ($input: BlockUserInput!) { blockUser(input: $input) { userErrors { code } } }',
    variables: { input: { userId: other.id, idempotencyKey: randomUUID() } },
  });
  expect(await next()).toEqual([]);
  expect([await type(other, conversationId), await type(one, conversationId)]).toEqual(['NOT_ALLOWED', 'NOT_ALLOWED']);
  await desk.close();
});

describe.concurrent('where many are', () => {
  const watch = (verb: 'joinRoom' | 'leaveRoom', as: Identity, roomId: string): Promise<unknown> =>
    askData(messaging, {
      as,
      query: `mutation ($input: WatchRoomInput!) { ${verb}(input: $input) { viewerCount } }`,
      variables: { input: { roomId } },
    });

  test('the 101st viewer switches it off for everybody, and it is on again when 90 are left', async () => {
    const { roomId } = await aLiveRoom(world);
    const viewers = Array.from({ length: TYPING_PEOPLE_MAX + 1 }, (_, index) => aUser(`viewer ${index} of ${roomId}`, 'chat:write'));
    const [last, ...others] = viewers;
    if (last === undefined) throw new Error('nobody');
    await Promise.all(others.map((as) => watch('joinRoom', as, roomId)));
    const [writer, reader] = [aPerson(), aPerson()];
    const states = follow(reader, roomId);
    expect(await nextOf(states)).toMatchObject({ off: false, count: 0 });
    expect(await type(writer, roomId)).toBe(false);
    expect(await nextOf(states)).toMatchObject({ off: false, count: 1 });
    await watch('joinRoom', last, roomId);
    expect(await nextOf(states)).toMatchObject({ off: true, count: 0, users: [] });
    expect(await type(writer, roomId)).toBe(true);
    // Between the two limits it stays as it was.
    await Promise.all(viewers.slice(0, 6).map((as) => watch('leaveRoom', as, roomId)));
    expect(await type(writer, roomId)).toBe(true);
    await Promise.all(viewers.slice(6, TYPING_PEOPLE_MAX + 1 - TYPING_PEOPLE_BACK).map((as) => watch('leaveRoom', as, roomId)));
    expect(await nextOf(states)).toMatchObject({ off: false });
    expect(await type(writer, roomId)).toBe(false);
    await states.end();
  });

  test('in a group it depends on how many are in it', async () => {
    const owner = aPerson();
    const groupId = await aGroup(messaging, owner, { members: Array.from({ length: TYPING_PEOPLE_MAX - 1 }, aPerson) });
    expect(await type(owner, groupId)).toBe(false);
    await changeGroup(messaging, owner.as, 'addMembers', { groupId, userIds: [aPerson().id] });
    expect(await type(owner, groupId)).toBe(true);
    const states = follow(owner, groupId);
    expect(await nextOf(states)).toMatchObject({ off: true, users: [] });
    await states.end();
  });
});

describe.concurrent('several processes', () => {
  const stores = async (
    onFinished: typeof onTestFinished,
  ): Promise<readonly { readonly store: Store; readonly flush: (() => Promise<unknown>) | null }[]> => {
    const memory = { store: createMemoryStore(), flush: null };
    if (redisForms.length === 0) return [memory];
    const redis = await aRedis();
    const store = await openStore({ redisUrls: [redis.url] }, aTelemetry(), PATIENT_STORE);
    onFinished(() => store.close());
    return [memory, { store, flush: () => redis.command('FLUSHALL') }];
  };

  test('what one is told the others show; who says no more is gone by time alone, and with a store that is emptied everybody', async ({
    onTestFinished: onFinished,
  }) => {
    const [one, two] = [aPerson(), aPerson()];
    const conversationId = await aGroup(messaging, one, { members: [two] });
    const check = async ({ store, flush }: Awaited<ReturnType<typeof stores>>[number]): Promise<void> => {
      const bus = createMemoryBus();
      const parts = { database: world.database, bus, store, telemetry: aTelemetry(), viewers: { count: async () => 0 } };
      const [told, shown] = [openTypingDesk(parts, 2_000), openTypingDesk(parts, 600_000)];
      const stop = new AbortController();
      const states = shown.follow({ conversationId, userId: one.id }, stop.signal);
      const next = async () => (await withDeadline(states.next(), 'no state came')).value?.userIds;
      expect(await next()).toEqual([]);
      await told.set({ conversationId, userId: two.id }, true);
      expect(await next()).toEqual([two.id]);
      expect(await next()).toEqual([]);
      if (flush !== null) {
        await shown.set({ conversationId, userId: two.id }, true);
        expect(await next()).toEqual([two.id]);
        await flush();
        expect(await next()).toEqual([]);
      }
      stop.abort();
      expect((await states.next()).done).toBe(true);
      await Promise.all([told.close(), shown.close()]);
    };
    await Promise.all((await stores(onFinished)).map(check));
  });

  test('between the two limits all say what the first has noted', async ({ onTestFinished: onFinished }) => {
    const check = async ({ store }: { readonly store: Store }): Promise<void> => {
      const id = randomUUID();
      const [one, other] = [openTypingGate(store), openTypingGate(store)];
      const asked = async (gate: typeof one, people: readonly number[]): Promise<readonly boolean[]> => {
        const answers: boolean[] = [];
        for (const each of people) answers.push(await gate.isOff(id, each));
        return answers;
      };
      expect(await asked(other, [TYPING_PEOPLE_MAX])).toEqual([false]);
      expect(await asked(one, [TYPING_PEOPLE_MAX + 1, TYPING_PEOPLE_MAX])).toEqual([true, true]);
      expect(await asked(other, [TYPING_PEOPLE_BACK + 1])).toEqual([true]);
      expect(await asked(one, [TYPING_PEOPLE_BACK, TYPING_PEOPLE_MAX])).toEqual([false, false]);
      expect(await asked(other, [TYPING_PEOPLE_MAX])).toEqual([false]);
    };
    await Promise.all((await stores(onFinished)).map(check));
  });
});
