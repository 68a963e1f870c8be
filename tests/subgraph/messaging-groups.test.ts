import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryBus } from '#platform/bus/memory.ts';
import { openFeeds } from '#platform/feed/feeds.ts';
import type { Identity } from '#platform/identity/identity.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { type Command, runCommands } from '../../subgraphs/messaging/data/commandLane.ts';
import { groupCommands } from '../../subgraphs/messaging/data/groupCommands.ts';
import { directIdOf, type GroupAction } from '../../subgraphs/messaging/domain/group.ts';
import { conversationFeedOf } from '../../subgraphs/messaging/events.ts';
import { aGroup, aPerson, changeGroup, codesOf, type GroupAnswerShown, inboxOf, say } from '../support/groups.ts';
import { aMessagingWorld, type MessagingWorld } from '../support/messaging.ts';
import { moderate } from '../support/moderation.ts';
import { postingParts } from '../support/posting.ts';
import { askData, aUser } from '../support/runtime.ts';
import { statementsOf } from '../support/statements.ts';
import { aTelemetry } from '../support/telemetry.ts';

let world: MessagingWorld;
let messaging: RunningSubgraph;
let twin: RunningSubgraph;

beforeAll(async () => {
  world = await aMessagingWorld();
  messaging = world.messaging;
  twin = await world.twin();
});

afterAll(() => world.close());

const change = (as: Identity, mutation: string, input: object, on = messaging): Promise<GroupAnswerShown> =>
  changeGroup(on, as, mutation, input);

const openDirect = async (
  as: Identity,
  userId: string,
  on = messaging,
): Promise<{ readonly id: string; readonly people: readonly { id: string }[] }> =>
  (
    await askData<{ openDirect: { conversation: { id: string; people: { id: string }[] } } }>(on, {
      as,
      query: 'mutation ($input: OpenDirectInput!) { openDirect(input: $input) { conversation { id people { id } } userErrors { code } } }',
      variables: { input: { userId, idempotencyKey: randomUUID() } },
    })
  ).openDirect.conversation;

const READ = `query ($id: ID!) { conversation(id: $id) { __typename id messageCount events(last: 50) { nodes { __typename
  ... on ChatEvent { message { text } } ... on GroupChangedEvent { by { id } title memberCount isClosed joined { id } left { id } } } } } }`;

const read = (as: Identity | undefined, id: string) =>
  askData<{
    conversation: { __typename: string; events: { nodes: readonly { __typename: string; message?: { text: string } }[] } } | null;
  }>(messaging, {
    ...(as === undefined ? {} : { as }),
    query: READ,
    variables: { id },
  });

/** What such a batch sends; others use the same database beside it. */
const OF_THE_BATCH =
  /claimCommands|membersAmong|countGroups|insertConv|insertMember|blocksAmong|sanctionsOn|ensureProfiles|append|saveCommands/;

describe('groups', () => {
  test('members write and read; nobody else does either, or learns that there is such a group', async () => {
    const [owner, member, stranger] = [aPerson(), aPerson(), aPerson()];
    const id = await aGroup(messaging, owner, { members: [member] });
    expect([await say(messaging, owner, id, 'one'), await say(twin, member, id, 'two')]).toEqual([1, 2]);
    expect(await say(messaging, stranger, id, 'three')).toBe('CONVERSATION_NOT_FOUND');
    expect([(await read(stranger.as, id)).conversation, (await read(undefined, id)).conversation]).toEqual([null, null]);
    expect(codesOf(await change(stranger.as, 'addMembers', { groupId: id, userIds: [stranger.id] }))).toEqual(['CONVERSATION_NOT_FOUND']);
    const { conversation } = await read(member.as, id);
    expect(conversation).toMatchObject({ __typename: 'Group', messageCount: 2 });
    expect(conversation?.events.nodes.map(({ __typename, message }) => message?.text ?? __typename)).toEqual([
      'GroupChangedEvent',
      'one',
      'two',
    ]);
  });

  test('only the owner changes it; who is taken out hears of it once and reads no more', async () => {
    const [owner, member, other] = [aPerson(), aPerson(), aPerson()];
    const id = await aGroup(messaging, owner, { members: [member] });
    expect(codesOf(await change(member.as, 'addMembers', { groupId: id, userIds: [other.id] }))).toEqual(['NOT_ALLOWED']);
    expect((await change(owner.as, 'addMembers', { groupId: id, userIds: [other.id, member.id, other.id] })).group?.memberCount).toBe(3);
    expect((await change(owner.as, 'removeMembers', { groupId: id, userIds: [member.id] })).group?.memberCount).toBe(2);
    expect(codesOf(await change(owner.as, 'leaveGroup', { groupId: id }))).toEqual(['OWNER_MUST_STAY']);
    expect((await change(owner.as, 'transferGroup', { groupId: id, userId: other.id })).group?.owner.id).toBe(other.id);
    expect((await change(other.as, 'renameGroup', { groupId: id, title: ' Friends ' })).group?.title).toBe('Friends');
    expect(await change(owner.as, 'leaveGroup', { groupId: id })).toEqual({ group: null, userErrors: [] });
    expect((await inboxOf(messaging, member)).map(({ kind }) => kind)).toEqual(['inbox.joined', 'inbox.left']);
    expect((await read(member.as, id)).conversation).toBeNull();
    expect(codesOf(await change(other.as, 'closeGroup', { groupId: id }))).toEqual([]);
    expect(await say(messaging, other, id, 'too late')).toBe('CONVERSATION_CLOSED');
  });

  test('the same key twice makes one group, and another title under it is a conflict', async () => {
    const { as } = aPerson();
    const input = { title: 'Once', idempotencyKey: randomUUID() };
    const [first, second] = await Promise.all([change(as, 'createGroup', input), change(as, 'createGroup', input, twin)]);
    expect(first).toEqual(second);
    expect(codesOf(await change(as, 'createGroup', { ...input, title: 'Twice' }))).toEqual(['IDEMPOTENCY_CONFLICT']);
  });

  test('a member who is added and taken out by many at once, in two processes, is counted exactly', async () => {
    const [owner, ...people] = Array.from({ length: 11 }, aPerson);
    if (owner === undefined) throw new Error('nobody');
    const id = await aGroup(messaging, owner);
    await Promise.all(
      people.flatMap((person, index) => [
        change(owner.as, 'addMembers', { groupId: id, userIds: [person.id] }, index % 2 === 0 ? messaging : twin),
        change(owner.as, 'removeMembers', { groupId: id, userIds: [person.id] }, index % 2 === 0 ? twin : messaging),
      ]),
    );
    const [row] = await world.database.query<{ count: number; members: bigint; memberships: bigint }>({
      text: `SELECT member_count AS count, (SELECT count(*) FROM member WHERE conversation_id = $1) AS members,
        (SELECT count(*) FROM membership WHERE conversation_id = $1) AS memberships FROM conversation WHERE id = $1`,
      values: [id],
    });
    expect([row?.members, row?.memberships]).toEqual([BigInt(row?.count ?? -1), BigInt(row?.count ?? -1)]);
  });

  test.each<readonly [string, string, object]>([
    ['TITLE_EMPTY', 'createGroup', { title: '  ' }],
    ['TITLE_TOO_LONG', 'createGroup', { title: 'x'.repeat(101) }],
    ['USERS_OUT_OF_RANGE', 'createGroup', { title: 'x', userIds: Array.from({ length: 101 }, (_, index) => `u${index}`) }],
    ['USER_ID_INVALID', 'createGroup', { title: 'x', userIds: [''] }],
    ['USERS_OUT_OF_RANGE', 'addMembers', { groupId: randomUUID(), userIds: [] }],
    ['CONVERSATION_NOT_FOUND', 'leaveGroup', { groupId: 'nonsense' }],
    ['CONVERSATION_NOT_FOUND', 'closeGroup', { groupId: randomUUID() }],
  ])('%s is told by %s', async (code, mutation, input) => {
    expect(codesOf(await change(aPerson().as, mutation, input))).toEqual([code]);
  });

  test('has a title that passes the filters: the platform’s when it is made, and those of the group where somebody else renames it', async () => {
    const [operator, owner, member] = [aUser('olga', 'ops:write', 'chat:write'), aPerson(), aPerson()];
    const [refused, masked] = [`refused${randomUUID().slice(0, 8)}`, `masked${randomUUID().slice(0, 8)}`];
    const titled = async (as: Identity, mutation: string, input: object) => {
      const { answer } = await askData<{ answer: { group: { title: string } | null; userErrors: readonly { code: string }[] } }>(
        messaging,
        {
          as,
          query: `mutation ($input: ${mutation === 'createGroup' ? 'Create' : 'Rename'}GroupInput!) {
          answer: ${mutation}(input: $input) { group { title } userErrors { code } } }`,
          variables: { input: { idempotencyKey: randomUUID(), ...input } },
        },
      );
      return answer.group?.title ?? answer.userErrors[0]?.code;
    };
    for (const [text, action] of [
      [refused, 'REFUSE'],
      [masked, 'MASK'],
    ])
      expect((await moderate(messaging, operator, 'addFilter', { kind: 'KEYWORD', text, action })).codes).toEqual([]);
    await expect.poll(() => titled(owner.as, 'createGroup', { title: `The ${refused}` })).toBe('TITLE_REFUSED');
    expect(await titled(owner.as, 'createGroup', { title: `A ${masked} one` })).toMatch(/^A \*+ one$/);
    expect(await titled(operator, 'createGroup', { title: refused })).toBe(refused);
    const groupId = await aGroup(messaging, owner, { members: [member] });
    expect(await titled(owner.as, 'renameGroup', { groupId, title: refused })).toBe('TITLE_REFUSED');
    await moderate(messaging, owner.as, 'setPermission', { conversationId: groupId, permission: 'RENAME', least: 'MEMBER' });
    for (const [text, action] of [
      ['giveaway', 'HOLD'],
      ['darn', 'MASK'],
    ])
      await moderate(messaging, owner.as, 'addFilter', { conversationId: groupId, kind: 'KEYWORD', text, action });
    await moderate(messaging, owner.as, 'setChatModes', { conversationId: groupId, slowSeconds: 60, links: 'BLOCK' });
    expect(await titled(member.as, 'renameGroup', { groupId, title: 'A giveaway' })).toBe('TITLE_REFUSED');
    expect(await titled(member.as, 'renameGroup', { groupId, title: 'darn, example.com' })).toBe('***, example.com');
    // Who wants what it is called already is not judged, and changes nothing.
    expect(await titled(member.as, 'renameGroup', { groupId, title: '***, example.com' })).toBe('***, example.com');
    expect(await titled(owner.as, 'renameGroup', { groupId, title: 'The giveaway' })).toBe('The giveaway');
    const { platformFilters } = await askData<{ platformFilters: readonly { id: string }[] }>(messaging, {
      as: aUser('olga', 'ops:read'),
      query: '{ platformFilters { id } }',
    });
    for (const { id: filterId } of platformFilters) await moderate(messaging, operator, 'removeFilter', { filterId });
  });

  test('a batch takes the same statements for any number of commands and people', async () => {
    const feeds = await openFeeds({ database: world.database, bus: createMemoryBus(), telemetry: aTelemetry('messaging') });
    const command = (people: number): Command<GroupAction> => {
      const userIds = Array.from({ length: people }, () => `person-${randomUUID()}`);
      const action = { type: 'create', id: randomUUID(), title: 'Many', isPublic: false, userIds } as const;
      return { actorId: `person-${randomUUID()}`, key: randomUUID(), fingerprint: action.id, isOperator: false, action };
    };
    const family = groupCommands(postingParts(feeds));
    const count = async (batch: readonly Command<GroupAction>[]): Promise<readonly string[]> => {
      const run = () => world.database.transaction('test', (tx) => runCommands(family)(tx, batch));
      return (await statementsOf(OF_THE_BATCH, run)).flatMap((text) => /\/\* (\w+) \*\//.exec(text)?.[1] ?? []);
    };
    // The platform's filters are read once in a while, the first time among them.
    await count([command(1)]);
    const few = await count([command(1)]);
    expect(few).toHaveLength(12);
    expect(await count(Array.from({ length: 40 }, () => command(100)))).toEqual(few);
    await feeds.close();
  });
});

describe('direct conversations', () => {
  test('both find the same one, also when they open it at the same moment in two processes', async () => {
    const pairs = Array.from({ length: 8 }, () => [aPerson(), aPerson()] as const);
    for (const [one, other] of pairs) {
      const opened = await Promise.all([
        openDirect(one.as, other.id),
        openDirect(other.as, one.id, twin),
        openDirect(one.as, other.id, twin),
      ]);
      expect(new Set(opened.map(({ id }) => id))).toEqual(new Set([directIdOf(one.id, other.id)]));
      expect(opened[0]?.people.map(({ id }) => id)).toEqual([one.id, other.id].sort());
    }
  });

  test('what is said is in the log and in both inboxes once, in the same order; others see nothing', async () => {
    const [one, other, stranger] = [aPerson(), aPerson(), aPerson()];
    const { id } = await openDirect(one.as, other.id);
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => say(index % 3 === 0 ? twin : messaging, index % 2 === 0 ? one : other, id, `line ${index}`)),
    );
    const log = (await messaging.feeds.page({ feed: conversationFeedOf(id), limit: 100, direction: 'forward' })).events;
    expect(log).toHaveLength(20);
    for (const person of [one, other]) {
      const copies = (await inboxOf(messaging, person)).filter(({ kind }) => kind === 'inbox.event');
      expect(copies.map(({ payload }) => payload['id'])).toEqual(log.map((event) => event.id));
    }
    expect(await say(messaging, stranger, id, 'hello')).toBe('CONVERSATION_NOT_FOUND');
    expect((await read(stranger.as, id)).conversation).toBeNull();
  });

  test('nobody writes to themselves', async () => {
    const { id, as } = aPerson();
    const { openDirect: answer } = await askData<{ openDirect: GroupAnswerShown }>(messaging, {
      as,
      query: 'mutation ($input: OpenDirectInput!) { openDirect(input: $input) { userErrors { code } } }',
      variables: { input: { userId: id, idempotencyKey: randomUUID() } },
    });
    expect(codesOf(answer)).toEqual(['SELF']);
  });
});

test('whoever writes has read what was there: unread ones are those of others', async () => {
  const [one, other] = [aPerson(), aPerson()];
  const id = await aGroup(messaging, one, { members: [other] });
  for (const text of ['a', 'b', 'c']) await say(messaging, one, id, text);
  await say(messaging, other, id, 'd');
  await say(messaging, one, id, 'e');
  const rows = await world.database.query<{ userId: string; number: bigint }>({
    text: 'SELECT user_id AS "userId", read_number AS number FROM member WHERE conversation_id = $1',
    values: [id],
  });
  expect(new Map(rows.map(({ userId, number }) => [userId, number]))).toEqual(
    new Map([
      [one.id, 5n],
      [other.id, 4n],
    ]),
  );
});
