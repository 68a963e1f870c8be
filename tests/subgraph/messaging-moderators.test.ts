import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANONYMOUS, type Identity } from '#platform/identity/identity.ts';
import { shardIndexOf } from '#platform/ids.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { aDirectWith } from '../support/conversations.ts';
import { aLiveRoom, aMessagingWorld, type MessagingWorld, roomLog } from '../support/messaging.ts';
import { aGroupOf, aPerson, moderate, type Person, say } from '../support/moderation.ts';
import { ask, askData, aUser } from '../support/runtime.ts';

let world: MessagingWorld;
let messaging: RunningSubgraph;

beforeAll(async () => {
  world = await aMessagingWorld();
  messaging = world.messaging;
});

afterAll(() => world.close());

const operator = aUser('olga', 'ops:read');

const aModeratorOf = async (streamer: Identity, conversationId: string): Promise<Person> => {
  const person = aPerson('moderator');
  await moderate(messaging, streamer, 'setRole', { conversationId, userId: person.id, role: 'MODERATOR' });
  return person;
};

/** What is done to the newest message of a room. */
const change = async (as: Identity, verb: 'recallMessage' | 'pinMessage' | 'unpinMessage', messageId: string): Promise<void> => {
  const query = `mutation ($input: MessageInput!) { ${verb}(input: $input) { userErrors { code } } }`;
  expect(await askData(messaging, { as, query, variables: { input: { messageId, idempotencyKey: randomUUID() } } })).toEqual({
    [verb]: { userErrors: [] },
  });
};

const newestMessageOf = async (roomId: string): Promise<string> => {
  const seq = (await roomLog(messaging.feeds, roomId)).findLast(({ kind }) => kind === 'chat.posted')?.seq;
  return `${roomId}:${seq}`;
};

describe('the log of moderators', () => {
  const ENTRY = `act by { id } user { id } message { id isRecalled } reason expiresAt role permission
    modes { slowSeconds emotesOnly } filter { kind text action } text`;
  interface Log {
    readonly nodes: readonly Readonly<Record<string, unknown>>[];
    readonly pageInfo: {
      readonly startCursor: string;
      readonly endCursor: string;
      readonly hasNextPage: boolean;
      readonly hasPreviousPage: boolean;
    };
  }
  const readLog = async (as: Identity, id: string, page: object = {}): Promise<Log | null> => {
    const query = `query ($id: ID!, $first: Int, $after: Cursor, $last: Int, $before: Cursor) { conversation(id: $id) {
      moderationLog(first: $first, after: $after, last: $last, before: $before) {
        nodes { ${ENTRY} } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } } }`;
    const { conversation } = await askData<{ conversation: { moderationLog: Log | null } }>(messaging, {
      as,
      query,
      variables: { id, ...page },
    });
    return conversation.moderationLog;
  };
  const actsOf = (log: Log | null): readonly unknown[] | null => log?.nodes.map(({ act }) => act) ?? null;

  test('every act of a moderator is in it, the newest first, with who did what to whom and why', async () => {
    const { as: streamer, roomId } = await aLiveRoom(world);
    const [moderator, mallory] = [await aModeratorOf(streamer, roomId), aPerson('mallory')];
    const act = async (verb: Parameters<typeof moderate>[2], input: object, as = moderator.as) =>
      expect(await moderate(messaging, as, verb, { conversationId: roomId, ...input })).toMatchObject({ codes: [] });
    const until = new Date(Date.now() + 600_000).toISOString();
    await say(messaging, mallory, roomId, 'first');
    const first = await newestMessageOf(roomId);
    await act('sanctionUser', { userId: mallory.id, type: 'TIMEOUT', expiresAt: until, reason: ' loud ' });
    await act('liftSanction', { userId: mallory.id, reason: 'sorry' });
    await act('sanctionUser', { userId: mallory.id, type: 'MUTE' });
    await act('sanctionUser', { userId: mallory.id, type: 'KICK' });
    await act('sanctionUser', { userId: mallory.id, type: 'BAN' });
    await act('setPermission', { permission: 'PIN', least: 'VIP' }, streamer);
    await act('setChatModes', { slowSeconds: 5 });
    await act('setChatModes', { emotesOnly: true });
    await act('addFilter', { kind: 'KEYWORD', text: 'spam', action: 'REFUSE' });
    const { filters } = (
      await askData<{ room: { filters: readonly { id: string }[] } }>(messaging, {
        as: moderator.as,
        query: 'query ($id: ID!) { room(id: $id) { filters { id } } }',
        variables: { id: roomId },
      })
    ).room;
    await act('removeFilter', { filterId: filters[0]?.id });
    await change(moderator.as, 'pinMessage', first);
    await change(moderator.as, 'unpinMessage', first);
    await change(moderator.as, 'recallMessage', first);
    const announce = 'mutation ($input: AnnouncementInput!) { setAnnouncement(input: $input) { userErrors { code } } }';
    await askData(messaging, {
      as: moderator.as,
      query: announce,
      variables: { input: { conversationId: roomId, text: 'Be kind', idempotencyKey: randomUUID() } },
    });
    const log = await readLog(moderator.as, roomId);
    const by = { id: moderator.id };
    const user = { id: mallory.id };
    expect(log?.nodes.toReversed()).toMatchObject([
      { act: 'SET_ROLE', user: by, role: 'MODERATOR' },
      { act: 'TIMEOUT', by, user, reason: 'loud', expiresAt: until },
      { act: 'LIFT', by, user, reason: 'sorry' },
      { act: 'MUTE', by, user, reason: null, expiresAt: null },
      { act: 'KICK', by, user },
      { act: 'BAN', by, user },
      { act: 'SET_PERMISSION', user: null, permission: 'PIN', role: 'VIP' },
      { act: 'SET_MODES', by, modes: { slowSeconds: 5, emotesOnly: false } },
      { act: 'SET_MODES', by, modes: { slowSeconds: 5, emotesOnly: true } },
      { act: 'ADD_FILTER', by, filter: { kind: 'KEYWORD', text: 'spam', action: 'REFUSE' } },
      { act: 'REMOVE_FILTER', by, filter: { kind: 'KEYWORD', text: 'spam', action: 'REFUSE' } },
      { act: 'PIN', by, user, message: { id: first } },
      { act: 'UNPIN', by, user, message: { id: first } },
      { act: 'RECALL', by, user, message: { id: first, isRecalled: true } },
      { act: 'ANNOUNCE', by, text: 'Be kind' },
    ]);
    // Both directions meet, and no entry is in two pages.
    const [down, up] = [await readLog(operator, roomId, { first: 4 }), await readLog(operator, roomId, { last: 11 })];
    expect([actsOf(down), down?.pageInfo]).toMatchObject([
      ['ANNOUNCE', 'RECALL', 'UNPIN', 'PIN'],
      { hasNextPage: true, hasPreviousPage: false },
    ]);
    expect(up?.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect([...(actsOf(down) ?? []), ...(actsOf(up) ?? [])]).toEqual(actsOf(log));
    const after = down?.pageInfo.endCursor;
    expect(actsOf(await readLog(operator, roomId, { first: 100, after }))).toEqual(actsOf(up));
    expect(actsOf(await readLog(operator, roomId, { last: 2, before: up?.pageInfo.startCursor }))).toEqual(['UNPIN', 'PIN']);
    // Nobody else sees anything of it.
    const outsiders: readonly Identity[] = [mallory.as, aPerson().as, aUser('vera', 'ops:write'), ANONYMOUS];
    expect(await Promise.all(outsiders.map(async (as) => (await readLog(as, roomId)) !== null))).toEqual([false, false, true, false]);
    const wrong = await ask(messaging, {
      as: operator,
      query: 'query ($id: ID!) { room(id: $id) { moderationLog(first: 1, before: "x") { nodes { id } } } }',
      variables: { id: roomId },
    });
    expect(wrong.errors?.[0]?.message).toBe('`before` goes with `last`, not with `first`.');
  });

  test('an author who takes back their own message is no moderator, a group is moderated by its own, and two people alone by nobody', async () => {
    const { roomId } = await aLiveRoom(world);
    const [owner, bob] = [aPerson('owner'), aPerson('bob')];
    await say(messaging, bob, roomId, 'oops');
    await change(bob.as, 'recallMessage', await newestMessageOf(roomId));
    expect(actsOf(await readLog(operator, roomId))).toEqual([]);
    const groupId = await aGroupOf(messaging, owner, bob);
    await moderate(messaging, owner.as, 'sanctionUser', { conversationId: groupId, userId: bob.id, type: 'MUTE' });
    expect([actsOf(await readLog(owner.as, groupId)), await readLog(bob.as, groupId)]).toEqual([['MUTE'], null]);
    const directId = await aDirectWith(messaging, owner.as, bob.id);
    expect(await readLog(owner.as, directId)).toBeNull();
  });
});

test('a room that closes is told of once in the control feed', async () => {
  const { roomId, end } = await aLiveRoom(world);
  await say(messaging, aPerson(), roomId, 'bye');
  await end();
  const control = await messaging.feeds.page({ feed: `control/${shardIndexOf(roomId)}`, limit: 1_000, direction: 'forward' });
  expect(control.events.filter(({ payload }) => payload['roomId'] === roomId).map(({ kind }) => kind)).toEqual(['room.closed']);
});
