import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { BLOCKS_MAX } from '../../subgraphs/messaging/domain/limits.ts';
import { conversationFeedOf } from '../../subgraphs/messaging/events.ts';
import { aDirect, aGroup, aPerson, changeGroup, codesOf, inboxOf, type Person, say } from '../support/groups.ts';
import { restOfInbox } from '../support/inbox.ts';
import { aLiveRoom, aMessagingWorld, type MessagingWorld } from '../support/messaging.ts';
import { ask, askData, aUser, subscribeTo } from '../support/runtime.ts';
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

interface BlockAnswer {
  readonly blockList: { readonly version: number; readonly userIds: readonly string[] } | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string; readonly field: readonly string[] | null }[];
}

const change = async (
  mutation: 'blockUser' | 'unblockUser',
  { as }: Person,
  userId: string,
  { on = messaging, key = randomUUID() }: { readonly on?: RunningSubgraph; readonly key?: string } = {},
): Promise<BlockAnswer> => {
  const query = `mutation ($input: BlockUserInput!) { answer: ${mutation}(input: $input) { blockList { version userIds } userErrors { code message field } } }`;
  const variables = { input: { userId, idempotencyKey: key } };
  return (await askData<{ answer: BlockAnswer }>(on, { as, query, variables })).answer;
};

const LISTS = `query ($id: ID!, $first: Int!, $after: Cursor) { user(id: $id) { blockList { version userIds }
  blockedUsers(first: $first, after: $after) { nodes { user { id } blockedAt } pageInfo { endCursor hasNextPage } } } }`;

interface Lists {
  readonly blockList: BlockAnswer['blockList'];
  readonly blockedUsers: {
    readonly nodes: readonly { readonly user: { readonly id: string } }[];
    readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
  } | null;
}

const lists = async (by: Person, ofId: string, first = 20, after: string | null = null): Promise<Lists | null> =>
  (await askData<{ user: Lists | null }>(messaging, { as: by.as, query: LISTS, variables: { id: ofId, first, after } })).user;

/** Makes somebody's profile, which is what `user(id:)` finds. */
const withProfile = async (person: Person): Promise<Person> => {
  await askData(messaging, { as: person.as, query: '{ me { id } }' });
  return person;
};

describe('a block list', () => {
  test('says whom its owner blocks, with a version that grows with every change and with nothing else', async () => {
    const owner = await withProfile(aPerson());
    expect(await lists(owner, owner.id)).toMatchObject({ blockList: { version: 0, userIds: [] } });
    const key = randomUUID();
    const [first, again] = [
      await change('blockUser', owner, 'troll-b', { key }),
      await change('blockUser', owner, 'troll-b', { key, on: twin }),
    ];
    expect([first.blockList, again.blockList]).toEqual([
      { version: 1, userIds: ['troll-b'] },
      { version: 1, userIds: ['troll-b'] },
    ]);
    expect((await change('blockUser', owner, 'troll-b')).blockList?.version).toBe(1);
    expect((await change('blockUser', owner, 'troll-a')).blockList).toEqual({ version: 2, userIds: ['troll-a', 'troll-b'] });
    expect((await change('unblockUser', owner, 'troll-b')).blockList).toEqual({ version: 3, userIds: ['troll-a'] });
    expect((await change('unblockUser', owner, 'nobody')).blockList?.version).toBe(3);
    expect(
      (await restOfInbox(twin, owner)).map(({ __typename, user, isBlocked, version }) => [__typename, user?.id, isBlocked, version]),
    ).toEqual([
      ['InboxBlocksEvent', 'troll-b', true, 1],
      ['InboxBlocksEvent', 'troll-a', true, 2],
      ['InboxBlocksEvent', 'troll-b', false, 3],
    ]);
  });

  test('is shown to its owner alone, page by page, the newest block first', async () => {
    const [owner, other] = [await withProfile(aPerson()), aPerson()];
    for (const name of ['one', 'two', 'three']) await change('blockUser', owner, name);
    const page = await lists(owner, owner.id, 2);
    expect(page?.blockedUsers?.nodes.map(({ user }) => user.id)).toEqual(['three', 'two']);
    const next = await lists(owner, owner.id, 2, page?.blockedUsers?.pageInfo.endCursor ?? null);
    expect(next?.blockedUsers).toMatchObject({ nodes: [{ user: { id: 'one' } }], pageInfo: { hasNextPage: false } });
    expect(await lists(other, owner.id)).toEqual({ blockList: null, blockedUsers: null });
  });

  test.each<readonly [string, string, readonly string[]]>([
    ['USER_ID_INVALID', '', ['input', 'userId']],
    ['USER_ID_INVALID', 'x'.repeat(129), ['input', 'userId']],
  ])('%s refuses an id that nobody can have', async (code, userId, field) => {
    expect((await change('blockUser', aPerson(), userId)).userErrors).toEqual([expect.objectContaining({ code, field })]);
  });

  test('has nobody in it who is its owner, and another wish under a used key is a conflict', async () => {
    const owner = aPerson();
    expect(codesOf(await change('blockUser', owner, owner.id))).toEqual(['SELF']);
    const key = randomUUID();
    await change('blockUser', owner, 'troll', { key });
    expect(codesOf(await change('unblockUser', owner, 'troll', { key }))).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect(codesOf(await change('blockUser', owner, 'another', { key }))).toEqual(['IDEMPOTENCY_CONFLICT']);
  });

  test('is full at its limit, exactly, also when two processes add to it at once', async () => {
    const owner = aPerson();
    await change('blockUser', owner, 'troll-0');
    await world.database.query({
      text: `WITH new AS (INSERT INTO user_block (shard, user_id, blocked_id, blocked_at)
               SELECT shard, user_id, 'bulk-' || number, now() FROM user_block, generate_series(1, $2::int) AS number WHERE user_id = $1 RETURNING 1)
             UPDATE block_list SET block_count = block_count + (SELECT count(*) FROM new) WHERE user_id = $1`,
      values: [owner.id, BLOCKS_MAX - 4],
    });
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => change('blockUser', owner, `late-${index}`, { on: index % 2 === 0 ? messaging : twin })),
    );
    expect(answers.flatMap(codesOf)).toEqual(Array.from({ length: 5 }, () => 'TOO_MANY_BLOCKS'));
    const [row] = await world.database.query<{ count: number; rows: bigint }>({
      text: 'SELECT block_count AS count, (SELECT count(*) FROM user_block WHERE user_id = $1) AS rows FROM block_list WHERE user_id = $1',
      values: [owner.id],
    });
    expect(row).toEqual({ count: BLOCKS_MAX, rows: BigInt(BLOCKS_MAX) });
    await change('unblockUser', owner, 'troll-0');
    expect(codesOf(await change('blockUser', owner, 'one-more'))).toEqual([]);
  });

  test('needs somebody who is signed in', async () => {
    const query = 'mutation ($input: BlockUserInput!) { blockUser(input: $input) { userErrors { code } } }';
    const { errors } = await ask(messaging, { query, variables: { input: { userId: 'troll', idempotencyKey: randomUUID() } } });
    expect(errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED');
  });
});

describe('who is blocked', () => {
  test('writes nothing to the blocker directly, nor the blocker to them, until the block ends; what was refused never comes', async () => {
    const [one, other] = [aPerson(), aPerson()];
    const id = await aDirect(messaging, one, other);
    expect(await say(messaging, other, id, 'before')).toBe(1);
    await change('blockUser', one, other.id, { on: twin });
    expect([await say(messaging, other, id, 'refused'), await say(twin, one, id, 'refused too')]).toEqual(['BLOCKED', 'BLOCKING']);
    await change('blockUser', other, one.id);
    expect(await say(messaging, other, id, 'both block')).toBe('BLOCKING');
    await change('unblockUser', one, other.id);
    expect([await say(messaging, one, id, 'still blocked'), await say(messaging, other, id, 'still blocking')]).toEqual([
      'BLOCKED',
      'BLOCKING',
    ]);
    await change('unblockUser', other, one.id);
    expect(await say(messaging, other, id, 'after')).toBe(2);
    const copies = (await inboxOf(messaging, one)).filter(({ kind }) => kind === 'inbox.event');
    expect(copies.map(({ payload }) => (payload['payload'] as { text: string }).text)).toEqual(['before', 'after']);
  });

  test('no message follows a block that was answered, however many are under way in two processes', async () => {
    for (let round = 0; round < 4; round += 1) {
      const [one, other] = [aPerson(), aPerson()];
      // Every second time nobody has opened the conversation before the block.
      const opened = round % 2 === 0 ? await aDirect(messaging, one, other) : null;
      let isBlocked = false;
      const late: (number | string)[] = [];
      const write = async (index: number): Promise<void> => {
        const on = index % 2 === 0 ? messaging : twin;
        const id = opened ?? (await aDirect(on, other, one));
        const after = isBlocked;
        const answer = await say(on, other, id, `line ${index}`);
        if (after) late.push(answer);
      };
      const writing = Array.from({ length: 8 }, (_, index) => write(index));
      await change('blockUser', one, other.id, { on: twin });
      isBlocked = true;
      const head = opened === null ? null : await messaging.feeds.head(conversationFeedOf(opened));
      await Promise.all([...writing, write(8), write(9)]);
      expect(late).toEqual(late.map(() => 'BLOCKED'));
      expect(late.length).toBeGreaterThanOrEqual(2);
      if (opened !== null && head !== null) expect((await messaging.feeds.head(conversationFeedOf(opened))).seq).toBe(head.seq);
    }
  });

  test('learns nothing by opening the conversation, and the blocker hears nothing of that', async () => {
    const [blocker, blocked, free] = [aPerson(), aPerson(), aPerson()];
    await change('blockUser', blocker, blocked.id);
    const open = (as: Person) =>
      askData<{ openDirect: unknown }>(messaging, {
        as: as.as,
        query: `mutation ($input: OpenDirectInput!) { openDirect(input: $input) {
          conversation { messageCount people { handle } events { nodes { id } } } userErrors { code } } }`,
        variables: { input: { userId: blocker.id, idempotencyKey: randomUUID() } },
      });
    const [toBlocked, toFree] = [await open(blocked), await open(free)];
    const shape = (answer: unknown): string => JSON.stringify(answer).replaceAll(/"handle":"[^"]*"/g, '""');
    expect(shape(toBlocked)).toBe(shape(toFree));
    expect((await inboxOf(messaging, blocker)).map(({ kind }) => kind)).toEqual(['inbox.blocks']);
    expect(await inboxOf(messaging, blocked)).toEqual([]);
  });

  test('reaches the blocker neither by a reaction nor by an edit of what was said before', async () => {
    const [one, other] = [aPerson(), aPerson()];
    const id = await aDirect(messaging, one, other);
    await say(messaging, one, id, 'mine');
    await say(messaging, other, id, 'yours');
    const [mine, yours] = [`${id}:1`, `${id}:2`];
    await change('blockUser', one, other.id);
    const before = (await inboxOf(messaging, one)).length;
    const code = async (mutation: string, type: string, input: object): Promise<string | undefined> => {
      const query = `mutation ($input: ${type}!) { answer: ${mutation}(input: $input) { userErrors { code reason } } }`;
      const variables = { input: { idempotencyKey: randomUUID(), ...input } };
      const { answer } = await askData<{ answer: { userErrors: readonly { code: string; reason: string | null }[] } }>(messaging, {
        as: other.as,
        query,
        variables,
      });
      return answer.userErrors[0]?.reason ?? answer.userErrors[0]?.code;
    };
    expect(await code('addReaction', 'ReactionInput', { messageId: mine, emoji: '👍' })).toBe('NOT_ALLOWED');
    expect(await code('editMessage', 'EditMessageInput', { messageId: yours, text: 'again' })).toBe('BLOCKED');
    expect((await inboxOf(messaging, one)).length).toBe(before);
    await change('unblockUser', one, other.id);
    expect(await code('addReaction', 'ReactionInput', { messageId: mine, emoji: '👍' })).toBeUndefined();
  });

  test('learns no more what the blocker reads, nor the blocker what they read', async () => {
    const [blocker, blocked] = [aPerson(), aPerson()];
    const id = await aDirect(messaging, blocker, blocked);
    await say(messaging, blocker, id, 'one');
    await say(messaging, blocked, id, 'two');
    const readCount = async ({ as }: Person, messageId: string) => {
      const query = 'query ($id: ID!) { message(id: $id) { readCount readBy(first: 5) { nodes { id } } } }';
      return (await askData<{ message: unknown }>(messaging, { as, query, variables: { id: messageId } })).message;
    };
    const watch = subscribeTo<{ readStateChanged: { cursors: readonly unknown[] } }>(twin, {
      as: blocked.as,
      query: 'subscription ($id: ID!) { readStateChanged(conversationId: $id) { cursors { readNumber } } }',
      variables: { id },
    });
    expect((await watch.data()).readStateChanged.cursors).toHaveLength(2);
    expect(await readCount(blocker, `${id}:1`)).toEqual({ readCount: 1, readBy: { nodes: [{ id: blocked.id }] } });
    await change('blockUser', blocker, blocked.id);
    const query = 'mutation ($input: MarkReadInput!) { markRead(input: $input) { userErrors { code } } }';
    await askData(messaging, { as: blocker.as, query, variables: { input: { conversationId: id, messageNumber: 2 } } });
    const hidden = { readCount: null, readBy: null };
    expect([await readCount(blocked, `${id}:2`), await readCount(blocker, `${id}:1`)]).toEqual([hidden, hidden]);
    expect(await watch.ended()).toBe(true);
    await change('unblockUser', blocker, blocked.id);
    expect(await readCount(blocked, `${id}:2`)).toEqual({ readCount: 1, readBy: { nodes: [{ id: blocker.id }] } });
  });

  test('cannot put the blocker into a group, and everybody else can', async () => {
    const [blocker, blocked, friend] = [aPerson(), aPerson(), aPerson()];
    await change('blockUser', blocker, blocked.id);
    const refused = await changeGroup(messaging, blocked.as, 'createGroup', { title: 'x', userIds: [friend.id, blocker.id] });
    expect(codesOf(refused)).toEqual(['BLOCKED']);
    const id = await aGroup(messaging, blocked, { members: [friend] });
    expect(codesOf(await changeGroup(twin, blocked.as, 'addMembers', { groupId: id, userIds: [blocker.id] }))).toEqual(['BLOCKED']);
    const operator = aUser(`operator-${randomUUID()}`, 'ops:write');
    expect(codesOf(await changeGroup(messaging, operator, 'addMembers', { groupId: id, userIds: [blocker.id] }))).toEqual([]);
    expect(codesOf(await changeGroup(messaging, friend.as, 'createGroup', { title: 'y', userIds: [blocker.id] }))).toEqual([]);
  });

  test('still writes in groups and rooms: there clients hide them', async () => {
    const [blocker, blocked] = [aPerson(), aPerson()];
    const groupId = await aGroup(messaging, blocker, { members: [blocked] });
    const { roomId } = await aLiveRoom(world);
    await change('blockUser', blocker, blocked.id);
    expect([await say(messaging, blocked, groupId, 'hi'), await say(messaging, blocked, roomId, 'hi')]).toEqual([1, 1]);
  });

  test('is counted by nobody who blocks them where they mention them, and the message does not tell', async () => {
    const [blocker, blocked, other] = [aPerson(), aPerson(), aPerson()];
    const groupId = await aGroup(messaging, blocked, { members: [blocker, other] });
    await change('blockUser', blocker, blocked.id);
    const mention = async (by: Person, input: object) => {
      const query =
        'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { event { message { mentions { id } } } userErrors { code } } }';
      const variables = { input: { conversationId: groupId, text: 'you', idempotencyKey: randomUUID(), ...input } };
      return (await askData<{ sendMessage: { event: { message: unknown } | null } }>(messaging, { as: by.as, query, variables }))
        .sendMessage.event?.message;
    };
    const countsOf = async ({ as }: Person) => {
      const query = 'query ($id: ID!) { conversation(id: $id) { ... on Group { unreadCount mentionCount } } }';
      return (await askData<{ conversation: unknown }>(messaging, { as, query, variables: { id: groupId } })).conversation;
    };
    const both = [{ id: blocker.id }, { id: other.id }];
    expect(await mention(blocked, { mentionedUserIds: [blocker.id, other.id] })).toEqual({ mentions: both });
    expect([await countsOf(blocker), await countsOf(other)]).toEqual([
      { unreadCount: 1, mentionCount: 0 },
      { unreadCount: 1, mentionCount: 1 },
    ]);
    await mention(blocked, { mentionsAll: true });
    await mention(other, { mentionedUserIds: [blocker.id] });
    expect(await countsOf(blocker)).toEqual({ unreadCount: 3, mentionCount: 2 });
  });
});

test('messages to rooms and groups cost no look at block lists', async () => {
  const owner = aPerson();
  const id = await aGroup(messaging, owner);
  expect(await statementsOf(/blocksAmong|pairsOf/, () => say(messaging, owner, id, 'hi'))).toEqual([]);
});
