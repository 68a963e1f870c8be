import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shardOf } from '#platform/ids.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { GROUP_MEMBERS_MAX } from '../../subgraphs/messaging/domain/limits.ts';
import { aDirect, aGroup, aPerson, changeGroup, codesOf, inboxOf, type Person, say, send } from '../support/groups.ts';
import { restOfInbox } from '../support/inbox.ts';
import { aMessagingWorld, type MessagingWorld } from '../support/messaging.ts';
import { ask, askData, aUser } from '../support/runtime.ts';
import { statementsOf } from '../support/statements.ts';

let world: MessagingWorld;
let messaging: RunningSubgraph;
let twin: RunningSubgraph;

beforeAll(async () => {
  world = await aMessagingWorld();
  messaging = world.messaging;
  twin = await world.twin();
});

afterAll(() => world.close());

interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean; readonly hasPreviousPage: boolean };
}

const MEMBERS = `query ($id: ID!, $first: Int!, $after: Cursor) { conversation(id: $id) { ... on Group { joinedAt memberCount
  members(first: $first, after: $after) { nodes { user { id } joinedAt } pageInfo { endCursor hasNextPage hasPreviousPage } } } } }`;

interface GroupShown {
  readonly joinedAt: string | null;
  readonly memberCount: number;
  readonly members: Page<{ readonly user: { readonly id: string }; readonly joinedAt: string }>;
}

const members = async (by: Person, id: string, first: number, after: string | null = null): Promise<GroupShown | null> =>
  (await askData<{ conversation: GroupShown | null }>(messaging, { as: by.as, query: MEMBERS, variables: { id, first, after } }))
    .conversation;

const CONVERSATIONS = `query ($id: ID!, $first: Int!, $after: Cursor, $kind: MembershipKind) { user(id: $id) {
  conversations(first: $first, after: $after, kind: $kind) { nodes { id } pageInfo { endCursor hasNextPage hasPreviousPage } } } }`;

const conversations = async (
  by: Person,
  variables: { readonly first: number; readonly after?: string | null; readonly kind?: 'GROUP' | 'DIRECT' },
  ofId = by.id,
): Promise<Page<{ readonly id: string }> | null> => {
  await askData(messaging, { as: by.as, query: '{ me { id } }' });
  return (
    await askData<{ user: { conversations: Page<{ id: string }> | null } }>(messaging, {
      as: by.as,
      query: CONVERSATIONS,
      variables: { id: ofId, ...variables },
    })
  ).user.conversations;
};

const people = (count: number): readonly Person[] => Array.from({ length: count }, aPerson);

describe('members of a group', () => {
  test('are listed page by page in the order in which they joined, and the list goes on where somebody has left', async () => {
    const owner = aPerson();
    const id = await aGroup(messaging, owner);
    const joined = people(5);
    for (const { id: userId } of joined) await changeGroup(messaging, owner.as, 'addMembers', { groupId: id, userIds: [userId] });
    const first = await members(owner, id, 3);
    expect(first?.members.nodes.map(({ user }) => user.id)).toEqual([owner, ...joined.slice(0, 2)].map((person) => person.id));
    expect(first?.joinedAt).toBe(first?.members.nodes[0]?.joinedAt);
    // Who stands at the cursor goes: the next page begins where it would have.
    await changeGroup(messaging, owner.as, 'removeMembers', { groupId: id, userIds: [joined[1]?.id] });
    const second = await members(owner, id, 3, first?.members.pageInfo.endCursor ?? null);
    expect(second?.members.nodes.map(({ user }) => user.id)).toEqual(joined.slice(2).map((person) => person.id));
    expect([first?.members.pageInfo.hasNextPage, second?.members.pageInfo]).toMatchObject([
      true,
      { hasNextPage: false, hasPreviousPage: true },
    ]);
  });

  test('who came at the same moment are listed once each, whatever the pages', async () => {
    const [owner, ...others] = people(30);
    if (owner === undefined) throw new Error('nobody');
    const id = await aGroup(messaging, owner, { members: others });
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const page: GroupShown | null = await members(owner, id, 7, after);
      seen.push(...(page?.members.nodes.map(({ user }) => user.id) ?? []));
      [after, more] = [page?.members.pageInfo.endCursor ?? null, page?.members.pageInfo.hasNextPage === true];
    }
    expect(seen.toSorted()).toEqual([owner, ...others].map((person) => person.id).toSorted());
  });

  test.each(['nonsense', Buffer.from('12 a\0b').toString('base64url'), Buffer.from('9999999999999999 x').toString('base64url')])(
    'a cursor that no list has made is refused (%s)',
    async (after) => {
      const owner = aPerson();
      const id = await aGroup(messaging, owner);
      const { errors } = await ask(messaging, { as: owner.as, query: MEMBERS, variables: { id, first: 5, after } });
      expect(errors?.map(({ extensions }) => extensions['code'])).toEqual(['BAD_USER_INPUT']);
    },
  );

  test('of many groups are read by one statement', async () => {
    const owner = aPerson();
    const ids = await Promise.all(Array.from({ length: 4 }, () => aGroup(messaging, owner)));
    await askData(messaging, { as: owner.as, query: '{ me { id } }' });
    const query =
      '{ me { conversations(first: 10) { nodes { id ... on Group { joinedAt members(first: 5) { nodes { user { id } } } } } } } }';
    const statements = await statementsOf(/readMemberPages|readMemberships|joinedAmong|conversationsByIds/, async () => {
      const { me } = await askData<{ me: { conversations: Page<{ id: string }> } }>(messaging, { as: owner.as, query });
      expect(me.conversations.nodes.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    });
    expect(statements).toHaveLength(4);
  });
});

describe("somebody's conversations", () => {
  test('are their groups and the direct ones in which something was said, the newest first, for nobody else', async () => {
    const [one, other, stranger] = [aPerson(), aPerson(), aPerson()];
    const group = await aGroup(messaging, other, { members: [one] });
    const direct = await aDirect(messaging, one, other);
    expect((await conversations(other, { first: 5 }))?.nodes).toEqual([{ id: group }]);
    await say(twin, one, direct, 'hello');
    for (const person of [one, other]) expect((await conversations(person, { first: 5 }))?.nodes).toEqual([{ id: direct }, { id: group }]);
    const page = await conversations(one, { first: 1 });
    expect(page).toMatchObject({ nodes: [{ id: direct }], pageInfo: { hasNextPage: true } });
    expect(await conversations(one, { first: 1, after: page?.pageInfo.endCursor ?? null })).toMatchObject({
      nodes: [{ id: group }],
      pageInfo: { hasNextPage: false },
    });
    expect((await conversations(one, { first: 5, kind: 'GROUP' }))?.nodes).toEqual([{ id: group }]);
    expect(await conversations(stranger, { first: 5 }, one.id)).toBeNull();
    await changeGroup(messaging, other.as, 'removeMembers', { groupId: group, userIds: [one.id] });
    expect((await conversations(one, { first: 5 }))?.nodes).toEqual([{ id: direct }]);
  });
});

describe('public groups', () => {
  const PREVIEW =
    'query ($id: ID!) { groupPreview(id: $id) { title isPublic isClosed memberCount isMember } conversation(id: $id) { id } }';
  const look = (by: Person, id: string) =>
    askData<{ groupPreview: object | null; conversation: object | null }>(messaging, { as: by.as, query: PREVIEW, variables: { id } });

  test('can be found and joined by anybody, who reads and writes from then on', async () => {
    const [owner, newcomer] = [aPerson(), aPerson()];
    const id = await aGroup(messaging, owner, { isPublic: true });
    expect(await look(newcomer, id)).toEqual({
      groupPreview: { title: 'Fans', isPublic: true, isClosed: false, memberCount: 1, isMember: false },
      conversation: null,
    });
    expect(await say(messaging, newcomer, id, 'hello')).toBe('NOT_A_MEMBER');
    expect((await changeGroup(twin, newcomer.as, 'joinGroup', { groupId: id })).group?.memberCount).toBe(2);
    expect((await changeGroup(messaging, newcomer.as, 'joinGroup', { groupId: id })).group?.memberCount).toBe(2);
    expect(await say(messaging, newcomer, id, 'hello')).toBe(1);
    expect(await look(newcomer, id)).toMatchObject({ groupPreview: { isMember: true, memberCount: 2 }, conversation: { id } });
    expect((await inboxOf(messaging, newcomer)).map(({ kind }) => kind)).toEqual(['inbox.joined']);
  });

  test('are made private and public by their owner; a private one is none to others', async () => {
    const [owner, stranger] = [aPerson(), aPerson()];
    const id = await aGroup(messaging, owner, { isPublic: true });
    expect(codesOf(await changeGroup(messaging, stranger.as, 'setGroupVisibility', { groupId: id, isPublic: false }))).toEqual([
      'CONVERSATION_NOT_FOUND',
    ]);
    const hidden = await changeGroup(messaging, owner.as, 'setGroupVisibility', { groupId: id, isPublic: false });
    expect(hidden.group?.isPublic).toBe(false);
    expect(await look(stranger, id)).toEqual({ groupPreview: null, conversation: null });
    expect(codesOf(await changeGroup(messaging, stranger.as, 'joinGroup', { groupId: id }))).toEqual(['CONVERSATION_NOT_FOUND']);
    const shown = await changeGroup(messaging, owner.as, 'setGroupVisibility', { groupId: id, isPublic: true });
    expect(shown.group?.isPublic).toBe(true);
    await changeGroup(messaging, owner.as, 'closeGroup', { groupId: id });
    expect(codesOf(await changeGroup(messaging, stranger.as, 'joinGroup', { groupId: id }))).toEqual(['CONVERSATION_CLOSED']);
  });

  test('keep out whom a moderator has banned, however they would come in, until the ban is lifted', async () => {
    const [owner, troll] = [aPerson(), aPerson()];
    const id = await aGroup(messaging, owner, { isPublic: true });
    await changeGroup(messaging, troll.as, 'joinGroup', { groupId: id });
    const moderate = (mutation: string, type: string, more: object) =>
      askData(messaging, {
        as: owner.as,
        query: `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { code } } }`,
        variables: { input: { conversationId: id, userId: troll.id, idempotencyKey: randomUUID(), ...more } },
      });
    expect(await moderate('sanctionUser', 'SanctionUserInput', { type: 'BAN' })).toEqual({ sanctionUser: { userErrors: [] } });
    expect(codesOf(await changeGroup(twin, troll.as, 'joinGroup', { groupId: id }))).toEqual(['BANNED']);
    expect(codesOf(await changeGroup(messaging, owner.as, 'addMembers', { groupId: id, userIds: [troll.id] }))).toEqual(['BANNED']);
    expect(await moderate('liftSanction', 'LiftSanctionInput', {})).toEqual({ liftSanction: { userErrors: [] } });
    expect(codesOf(await changeGroup(twin, troll.as, 'joinGroup', { groupId: id }))).toEqual([]);
  });

  test('are added to and renamed by moderators too, and by nobody else', async () => {
    const [owner, moderator, vip, plain] = [aPerson(), aPerson(), aPerson(), aPerson()];
    const id = await aGroup(messaging, owner, { members: [moderator, vip, plain] });
    for (const [{ id: userId }, role] of [[moderator, 'MODERATOR'] as const, [vip, 'VIP'] as const])
      await askData(messaging, {
        as: owner.as,
        query: 'mutation ($input: SetRoleInput!) { setRole(input: $input) { userErrors { code } } }',
        variables: { input: { conversationId: id, userId, role, idempotencyKey: randomUUID() } },
      });
    const codes = async (by: Person): Promise<readonly string[]> => [
      ...codesOf(await changeGroup(twin, by.as, 'addMembers', { groupId: id, userIds: [aPerson().id] })),
      ...codesOf(await changeGroup(messaging, by.as, 'renameGroup', { groupId: id, title: `by ${by.id.slice(0, 20)}` })),
      ...codesOf(await changeGroup(messaging, by.as, 'setGroupVisibility', { groupId: id, isPublic: true })),
    ];
    expect(await codes(moderator)).toEqual(['NOT_ALLOWED']);
    for (const person of [vip, plain]) expect(await codes(person)).toEqual(['NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED']);
    await changeGroup(messaging, owner.as, 'transferGroup', { groupId: id, userId: plain.id });
    expect(await codes(owner)).toEqual(['NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED']);
    expect(await codes(plain)).toEqual([]);
  });

  test('what changes nothing says nothing in the log', async () => {
    const owner = aPerson();
    const id = await aGroup(messaging, owner);
    for (const [mutation, input] of [
      ['renameGroup', { title: 'Fans' }],
      ['setGroupVisibility', { isPublic: false }],
      ['transferGroup', { userId: owner.id }],
      ['addMembers', { userIds: [owner.id] }],
    ] as const)
      expect(codesOf(await changeGroup(messaging, owner.as, mutation, { groupId: id, ...input }))).toEqual([]);
    const { conversation } = await askData<{ conversation: { events: { nodes: readonly object[] } } }>(messaging, {
      as: owner.as,
      query: 'query ($id: ID!) { conversation(id: $id) { events(first: 10) { nodes { id } } } }',
      variables: { id },
    });
    expect(conversation.events.nodes).toHaveLength(1);
  });
});

test('to whoever is not in it, a group or a direct conversation is refused word by word as an id that nobody has', async () => {
  const [owner, other, stranger] = [aPerson(), aPerson(), aPerson()];
  const unknown = randomUUID();
  const group = await aGroup(messaging, owner, { members: [other] });
  const closed = await aGroup(messaging, owner);
  await changeGroup(messaging, owner.as, 'closeGroup', { groupId: closed });
  const direct = await aDirect(messaging, owner, other);
  const post = (id: string) =>
    askData(messaging, {
      as: stranger.as,
      query: 'mutation ($input: PostMessageInput!) { postMessage(input: $input) { userErrors { code message field } } }',
      variables: { input: { roomId: id, text: 'hi', idempotencyKey: randomUUID() } },
    });
  const asked = async (id: string) => ({
    sent: await send(messaging, stranger, id, 'hi'),
    posted: await post(id),
    joined: await changeGroup(messaging, stranger.as, 'joinGroup', { groupId: id }),
    left: await changeGroup(messaging, stranger.as, 'leaveGroup', { groupId: id }),
    added: await changeGroup(messaging, stranger.as, 'addMembers', { groupId: id, userIds: [stranger.id] }),
    read: await askData(messaging, {
      as: stranger.as,
      query: 'query ($id: ID!) { conversation(id: $id) { id } room(id: $id) { id } groupPreview(id: $id) { title } }',
      variables: { id },
    }),
  });
  const nothing = await asked(unknown);
  expect(nothing.sent.userErrors).toEqual([
    expect.objectContaining({ code: 'CONVERSATION_NOT_FOUND', field: ['input', 'conversationId'] }),
  ]);
  expect(nothing.posted).toEqual({
    postMessage: { userErrors: [expect.objectContaining({ code: 'ROOM_NOT_FOUND', field: ['input', 'roomId'] })] },
  });
  for (const id of [group, closed, direct]) expect(await asked(id)).toEqual(nothing);
});

test('who was taken out of a group is a stranger there from then on, whatever they knew of it; one that was closed can only be read', async () => {
  const [owner, gone, kept] = [aPerson(), aPerson(), aPerson()];
  const id = await aGroup(messaging, owner, { members: [gone, kept] });
  await say(messaging, gone, id, 'mine');
  await say(messaging, owner, id, 'theirs');
  await changeGroup(messaging, owner.as, 'removeMembers', { groupId: id, userIds: [gone.id] });
  await say(messaging, owner, id, 'behind their back');
  const { conversation } = await askData<{ conversation: { events: { nodes: readonly { message?: { id: string } }[] } } }>(messaging, {
    as: owner.as,
    query: 'query ($id: ID!) { conversation(id: $id) { events(last: 20) { nodes { ... on ChatEvent { message { id } } } } } }',
    variables: { id },
  });
  const [mine, theirs, late] = conversation.events.nodes.flatMap(({ message }) => (message === undefined ? [] : [message.id]));
  const codeOf = async ({ as }: Person, mutation: string, type: string, input: object): Promise<string | undefined> => {
    const query = `mutation ($input: ${type}!) { answer: ${mutation}(input: $input) { userErrors { code } } }`;
    const variables = { input: { idempotencyKey: randomUUID(), ...input } };
    return codesOf((await askData<{ answer: Parameters<typeof codesOf>[0] }>(messaging, { as, query, variables })).answer)[0];
  };
  for (const messageId of [mine, theirs, late]) {
    expect(await codeOf(gone, 'addReaction', 'ReactionInput', { messageId, emoji: '👍' })).toBe('MESSAGE_NOT_FOUND');
    expect(await codeOf(gone, 'editMessage', 'EditMessageInput', { messageId, text: 'still here' })).toBe('MESSAGE_NOT_FOUND');
  }
  expect(await say(twin, gone, id, 'still here')).toBe('CONVERSATION_NOT_FOUND');
  expect((await restOfInbox(twin, gone)).flatMap(({ event }) => event?.message?.text ?? [])).toEqual(['mine', 'theirs']);
  expect(await members(gone, id, 5)).toBeNull();
  await changeGroup(messaging, owner.as, 'closeGroup', { groupId: id });
  expect(await say(messaging, kept, id, 'too late')).toBe('CONVERSATION_CLOSED');
  expect(await codeOf(kept, 'addReaction', 'ReactionInput', { messageId: theirs, emoji: '👍' })).toBe('CONVERSATION_CLOSED');
  expect((await members(kept, id, 5))?.memberCount).toBe(2);
  const [last] = (await restOfInbox(twin, kept)).slice(-1);
  expect(last).toMatchObject({ __typename: 'InboxConversationEvent', conversation: { id }, event: { __typename: 'GroupChangedEvent' } });
});

describe('a group of 100,000', () => {
  /** Fills a group by SQL, as far as it goes. */
  const fill = (id: string, count: number) =>
    world.database.query({
      text: `WITH made AS (
          INSERT INTO member (shard, conversation_id, user_id, joined_at, read_number, read_at)
          SELECT $1, $2, 'bulk-' || number, now(), 0, now() FROM generate_series(1, $3::int) AS number RETURNING 1)
        UPDATE conversation SET member_count = member_count + (SELECT count(*) FROM made) WHERE id = $2`,
      values: [shardOf(id), id, count],
    });

  /** Events in all inboxes. */
  const inboxEvents = async (): Promise<bigint | undefined> =>
    (await world.database.query<{ events: bigint }>({ text: "SELECT count(*) AS events FROM feed_event WHERE feed_id LIKE 'inbox/%'" }))[0]
      ?.events;

  test('takes as many statements for a message as a group of two, and writes no row per member', async () => {
    const [owner, other] = [aPerson(), aPerson()];
    const [small, large] = [await aGroup(messaging, owner, { members: [other] }), await aGroup(messaging, owner, { members: [other] })];
    await fill(large, GROUP_MEMBERS_MAX - 2);
    const cost = (id: string) =>
      statementsOf(/claimPostings|lockConv|readClock|membersAmong|countMessages|ensureProfiles|moveRead|append|pairsOf|insert/, () =>
        say(messaging, owner, id, 'hi'),
      );
    // The first message of an author makes sure of their profile.
    await say(messaging, owner, small, 'hi');
    const before = await inboxEvents();
    const [few, many] = [await cost(small), await cost(large)];
    expect(many).toEqual(few);
    expect(few.length).toBeGreaterThan(4);
    expect(await inboxEvents()).toBe(before);
    const [row] = await world.database.query<{ read: bigint }>({
      text: 'SELECT count(*) AS read FROM member WHERE conversation_id = $1 AND read_number > 0',
      values: [large],
    });
    expect(row?.read).toBe(1n);
    expect((await members(owner, large, 100))?.members.nodes).toHaveLength(100);
    expect((await members(owner, large, 1))?.memberCount).toBe(GROUP_MEMBERS_MAX);
  });

  test('is never fuller than that: of many who are added at once in two processes exactly as many come in as there is room for', async () => {
    const owner = aPerson();
    const id = await aGroup(messaging, owner, { isPublic: true });
    await fill(id, GROUP_MEMBERS_MAX - 1 - 25);
    // Ten at once where there is room for two and a half such, and singles that join by themselves.
    const added = Array.from({ length: 6 }, (_, index) =>
      changeGroup(index % 2 === 0 ? messaging : twin, owner.as, 'addMembers', {
        groupId: id,
        userIds: people(10).map((person) => person.id),
      }),
    );
    const joined = people(10).map(({ as }, index) => changeGroup(index % 2 === 0 ? messaging : twin, as, 'joinGroup', { groupId: id }));
    const [tens, ones] = [await Promise.all(added), await Promise.all(joined)];
    const came =
      tens.filter(({ userErrors }) => userErrors.length === 0).length * 10 +
      ones.filter(({ userErrors }) => userErrors.length === 0).length;
    expect([...tens, ...ones].flatMap(codesOf).every((code) => code === 'GROUP_FULL')).toBe(true);
    const [row] = await world.database.query<{ count: number; members: bigint }>({
      text: 'SELECT member_count AS count, (SELECT count(*) FROM member WHERE conversation_id = $1) AS members FROM conversation WHERE id = $1',
      values: [id],
    });
    expect(row?.count).toBe(GROUP_MEMBERS_MAX - 25 + came);
    expect(row?.members).toBe(BigInt(row?.count ?? 0));
    expect(row?.count).toBeLessThanOrEqual(GROUP_MEMBERS_MAX);
    // Whoever was refused found less room than they needed: one more always found some.
    expect(came).toBeGreaterThanOrEqual(20);
    const operator = aUser(`operator-${randomUUID()}`, 'ops:write');
    const room = GROUP_MEMBERS_MAX - (row?.count ?? 0);
    expect(
      codesOf(await changeGroup(messaging, operator, 'addMembers', { groupId: id, userIds: people(room + 1).map((person) => person.id) })),
    ).toEqual(['GROUP_FULL']);
  });
});
