import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import type { PostCommand } from '../../subgraphs/messaging/data/postingLane.ts';
import { runPostings } from '../../subgraphs/messaging/data/postingLane.ts';
import { type ReadCommand, runReads } from '../../subgraphs/messaging/data/readLane.ts';
import { READ_BUCKET } from '../../subgraphs/messaging/domain/limits.ts';
import { textBody } from '../../subgraphs/messaging/domain/message.ts';
import { atOneInstant } from '../support/clock.ts';
import { aDirect, aGroup, aPerson, changeGroup, followInbox, type Person, say, takeInbox } from '../support/inbox.ts';
import { aMessagingWorld, type MessagingWorld } from '../support/messaging.ts';
import { postingParts } from '../support/posting.ts';
import { askData, subscribeTo } from '../support/runtime.ts';
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

interface Counts {
  readonly readNumber: number | null;
  readonly unreadCount: number | null;
  readonly mentionCount: number | null;
}

const COUNTS = '... on Group { readNumber unreadCount mentionCount } ... on DirectConversation { readNumber unreadCount mentionCount }';

const countsOf = async ({ as }: Person, id: string): Promise<Counts | null> =>
  (
    await askData<{ conversation: Counts | null }>(messaging, {
      as,
      query: `query ($id: ID!) { conversation(id: $id) { ${COUNTS} } }`,
      variables: { id },
    })
  ).conversation;

const totalOf = async ({ as }: Person): Promise<Omit<Counts, 'readNumber'>> =>
  (await askData<{ me: Omit<Counts, 'readNumber'> }>(messaging, { as, query: '{ me { unreadCount mentionCount } }' })).me;

/** The counts afterwards, or the code of the refusal. */
const markRead = async ({ as }: Person, conversationId: string, messageNumber: number, on = messaging): Promise<Counts | string> => {
  const { markRead: answer } = await askData<{ markRead: { conversation: Counts | null; userErrors: readonly { code: string }[] } }>(on, {
    as,
    query: `mutation ($input: MarkReadInput!) { markRead(input: $input) { conversation { ${COUNTS} } userErrors { code } } }`,
    variables: { input: { conversationId, messageNumber } },
  });
  return answer.conversation ?? answer.userErrors[0]?.code ?? '';
};

/** Posts texts that mention people, as one batch. */
const mention = (conversationId: string, messages: readonly { by: Person; whom: readonly Person[] | 'all' }[]): Promise<unknown> =>
  world.database.transaction('mention', (tx) =>
    runPostings(postingParts(messaging.feeds))(
      tx,
      messages.map(
        ({ by, whom }): PostCommand => ({
          authorId: by.id,
          key: randomUUID(),
          fingerprint: 'x',
          isOperator: false,
          conversationId,
          body: {
            ...textBody('look'),
            ...(whom === 'all' ? { mentionsAll: true } : { mentionedUserIds: whom.map(({ id }) => id) }),
          },
        }),
      ),
    ),
  );

describe('read cursors', () => {
  test('what others write is unread until it is marked; what the reader writes is read, and what came before the joining too', async () => {
    const [owner, member, late] = [aPerson(), aPerson(), aPerson()];
    const group = await aGroup(messaging, owner, member);
    for (const text of ['a', 'b', 'c']) await say(messaging, owner, group, text);
    await changeGroup(messaging, owner, 'addMembers', { groupId: group, userIds: [late.id] });
    await say(messaging, owner, group, 'd');
    expect(await countsOf(member, group)).toEqual({ readNumber: 0, unreadCount: 4, mentionCount: 0 });
    expect(await countsOf(late, group)).toEqual({ readNumber: 3, unreadCount: 1, mentionCount: 0 });
    expect(await countsOf(owner, group)).toEqual({ readNumber: 4, unreadCount: 0, mentionCount: 0 });
    expect(await markRead(member, group, 2)).toMatchObject({ readNumber: 2, unreadCount: 2 });
    await say(messaging, member, group, 'e');
    expect(await countsOf(member, group)).toMatchObject({ readNumber: 5, unreadCount: 0 });
  });

  test('a cursor never goes back and never past the newest message, and the other device hears of each move once', async () => {
    const [one, other] = [aPerson(), aPerson()];
    const direct = await aDirect(messaging, one, other);
    for (const text of ['a', 'b', 'c']) await say(messaging, one, direct, text);
    const device = followInbox(twin, other);
    await device.next();
    for (const [number, read] of [
      [2, 2],
      [2, 2],
      [1, 2],
      [0, 2],
      [1_000, 3],
      [9_007_199_254_740_991, 3],
    ] as const)
      expect(await markRead(other, direct, number, number === 2 ? twin : messaging)).toMatchObject({
        readNumber: read,
        unreadCount: 3 - read,
      });
    await say(messaging, one, direct, 'd');
    const heard = await takeInbox(device, 3);
    expect(heard.map(({ __typename, readNumber, conversation }) => [__typename, readNumber, conversation?.id])).toEqual([
      ['InboxReadEvent', 2, direct],
      ['InboxReadEvent', 3, direct],
      ['InboxConversationEvent', undefined, direct],
    ]);
    await device.end();
  });

  test('rooms and conversations of others have none, and who marks too fast is told to wait', async () => {
    const [one, other, stranger] = [aPerson(), aPerson(), aPerson()];
    const direct = await aDirect(messaging, one, other);
    for (const id of [direct, randomUUID(), 'nonsense']) expect(await markRead(stranger, id, 1)).toBe('CONVERSATION_NOT_FOUND');
    expect(await countsOf(stranger, direct)).toBeNull();
    const hasty = await atOneInstant(() =>
      Promise.all(Array.from({ length: READ_BUCKET.capacity + 20 }, () => markRead(stranger, direct, 1))),
    );
    expect(hasty).toContain('RATE_LIMITED');
  });

  test('readers and writers of one group at once, in two processes: nobody waits for ever, and the counts are exact', async () => {
    const people = Array.from({ length: 8 }, aPerson);
    const [owner, ...others] = people;
    if (owner === undefined) throw new Error('nobody');
    const groups = [await aGroup(messaging, owner, ...others), await aGroup(twin, owner, ...others)];
    const reads: ReadCommand[] = [];
    await Promise.all(
      people.flatMap((person, index) =>
        groups.flatMap((group) =>
          Array.from({ length: 5 }, async (_, turn) => {
            const on = (index + turn) % 2 === 0 ? messaging : twin;
            await say(on, person, group, `${turn}`);
            reads.push({ userId: person.id, conversationId: group, number: index * 2 + turn });
            await markRead(person, group, index * 2 + turn, on);
          }),
        ),
      ),
    );
    for (const group of groups) {
      const { events } = await messaging.feeds.page({
        feed: `conversation/${group}`,
        limit: 1_000,
        direction: 'forward',
        kinds: ['chat.posted'],
      });
      expect(events).toHaveLength(40);
      for (const { id, as } of people) {
        const own = events.filter(({ payload }) => payload['authorId'] === id).map(({ payload }) => Number(payload['number']));
        const asked = reads.filter((read) => read.userId === id && read.conversationId === group).map(({ number }) => number);
        const readNumber = Math.max(...own, ...asked);
        expect(await countsOf({ id, as }, group)).toMatchObject({ readNumber, unreadCount: 40 - readNumber });
      }
    }
    expect(await totalOf(owner)).toEqual({
      unreadCount: (await Promise.all(groups.map(async (group) => (await countsOf(owner, group))?.unreadCount ?? 0))).reduce(
        (a, b) => a + b,
      ),
      mentionCount: 0,
    });
  });

  test('a batch of reads takes the same statements for any number of them, and tells of each move once', async () => {
    const people = Array.from({ length: 20 }, aPerson);
    const [owner, ...others] = people;
    if (owner === undefined) throw new Error('nobody');
    const groups = await Promise.all(Array.from({ length: 3 }, () => aGroup(messaging, owner, ...others)));
    for (const group of groups) await say(messaging, owner, group, 'x');
    const told: string[] = [];
    const run = runReads(
      messaging.feeds,
      (moved) => void told.push(...moved.map(({ userId, conversationId }) => `${userId} ${conversationId}`)),
    );
    const batch = (readers: readonly Person[]): readonly ReadCommand[] =>
      readers.flatMap(({ id: userId }) =>
        groups.flatMap((conversationId) => [1, 1, 0].map((number) => ({ userId, conversationId, number }))),
      );
    const count = async (readers: readonly Person[]): Promise<number> =>
      (
        await statementsOf(/membersAmong|moveRead|deleteRead|append/, () =>
          world.database.transaction('reads', (tx) => run(tx, batch(readers))),
        )
      ).length;
    expect(await count(others.slice(1))).toBe(await count(others.slice(0, 1)));
    expect([told.length, new Set(told).size]).toEqual([others.length * groups.length, others.length * groups.length]);
  });
});

describe('read receipts', () => {
  const RECEIPTS = `query ($id: ID!, $first: Int!, $after: Cursor) { conversation(id: $id) { events(last: 10, kinds: [CHAT]) { nodes { ... on ChatEvent { message {
    readCount readBy(first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } } } } } }`;

  interface Receipt {
    readonly readCount: number | null;
    readonly readBy: {
      readonly nodes: readonly { readonly id: string }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
    };
  }

  const receipts = async ({ as }: Person, id: string, first = 10, after: string | null = null): Promise<readonly Receipt[]> =>
    (
      await askData<{ conversation: { events: { nodes: readonly { message: Receipt }[] } } }>(messaging, {
        as,
        query: RECEIPTS,
        variables: { id, first, after },
      })
    ).conversation.events.nodes.map(({ message }) => message);

  test('count and name those who were there and have read it, without its author', async () => {
    const [owner, one, two, three] = [aPerson(), aPerson(), aPerson(), aPerson()];
    const group = await aGroup(messaging, owner, one, two, three);
    for (const text of ['a', 'b']) await say(messaging, owner, group, text);
    await say(messaging, one, group, 'c');
    const late = aPerson();
    await changeGroup(messaging, owner, 'addMembers', { groupId: group, userIds: [late.id] });
    await say(messaging, owner, group, 'd');
    await markRead(two, group, 1);
    await markRead(late, group, 4);
    await markRead(three, group, 3);
    await changeGroup(messaging, three, 'leaveGroup', { groupId: group });
    const people = new Map([owner, one, two, three, late].map((person) => [person.id, person]));
    const read = (...who: readonly Person[]): readonly string[] => who.map(({ id }) => id).toSorted();
    const shown = await receipts(owner, group);
    expect(shown.map(({ readCount }) => readCount)).toEqual([2, 1, 1, 1]);
    expect(shown.map(({ readBy }) => readBy.nodes.map(({ id }) => id))).toEqual([read(one, two), read(one), read(owner), read(late)]);
    const [first] = await receipts(owner, group, 1);
    expect(first?.readBy.pageInfo.hasNextPage).toBe(true);
    const [second] = await receipts(owner, group, 1, first?.readBy.pageInfo.endCursor);
    expect([first, second].map((page) => people.has(page?.readBy.nodes[0]?.id ?? ''))).toEqual([true, true]);
    expect([...(first?.readBy.nodes ?? []), ...(second?.readBy.nodes ?? [])].map(({ id }) => id)).toEqual(read(one, two));
    expect(second?.readBy.pageInfo.hasNextPage).toBe(false);
  });

  test('others see the cursors move in a small conversation, and no more once they have left it', async () => {
    const [owner, one] = [aPerson(), aPerson()];
    const group = await aGroup(messaging, owner, one);
    const watch = (person: Person) =>
      subscribeTo<{ readStateChanged: { cursors: readonly { user: { id: string }; readNumber: number }[] } }>(twin, {
        as: person.as,
        query: 'subscription ($id: ID!) { readStateChanged(conversationId: $id) { version cursors { user { id } readNumber } } }',
        variables: { id: group },
      });
    const [device, stranger] = [watch(one), watch(aPerson())];
    expect((await stranger.next()).errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
    const cursors = async () => {
      const { readStateChanged } = await device.data();
      return Object.fromEntries(readStateChanged.cursors.map(({ user, readNumber }) => [user.id, readNumber]));
    };
    expect(await cursors()).toEqual({ [owner.id]: 0, [one.id]: 0 });
    await say(messaging, owner, group, 'a');
    expect(await cursors()).toEqual({ [owner.id]: 1, [one.id]: 0 });
    await changeGroup(messaging, one, 'leaveGroup', { groupId: group });
    expect(await device.ended()).toBe(true);
    await stranger.end();
  });

  test('of a page of messages take the same statements as of one', async () => {
    const [owner, one] = [aPerson(), aPerson()];
    const [small, large] = [await aGroup(messaging, owner, one), await aGroup(messaging, owner, one)];
    await say(messaging, owner, small, 'a');
    for (const text of ['a', 'b', 'c', 'd']) await say(messaging, owner, large, text);
    await markRead(one, large, 4);
    const count = async (group: string): Promise<number> =>
      (await statementsOf(/readTallies|authorsWho|readersOf|membersAmong/, () => receipts(owner, group))).length;
    expect(await count(large)).toBe(await count(small));
  });
});

describe('mentions', () => {
  test('a message that is recalled mentions nobody any more', async () => {
    const [owner, one] = [aPerson(), aPerson()];
    const group = await aGroup(messaging, owner, one);
    await mention(group, [
      { by: owner, whom: [one] },
      { by: owner, whom: 'all' },
    ]);
    expect(await countsOf(one, group)).toMatchObject({ mentionCount: 2 });
    const { conversation } = await askData<{ conversation: { events: { nodes: readonly { message: { id: string } }[] } } }>(messaging, {
      as: owner.as,
      query:
        'query ($id: ID!) { conversation(id: $id) { events(last: 2, kinds: [CHAT]) { nodes { ... on ChatEvent { message { id } } } } } }',
      variables: { id: group },
    });
    for (const [index, { message }] of conversation.events.nodes.entries()) {
      await askData(messaging, {
        as: owner.as,
        query: 'mutation ($input: MessageInput!) { recallMessage(input: $input) { userErrors { code } } }',
        variables: { input: { messageId: message.id, idempotencyKey: randomUUID() } },
      });
      expect(await countsOf(one, group)).toEqual({ readNumber: 0, unreadCount: 2, mentionCount: 1 - index });
    }
  });

  test("count while they are unread, each message once, those of everybody too, and never one's own", async () => {
    const [owner, one, two] = [aPerson(), aPerson(), aPerson()];
    const group = await aGroup(messaging, owner, one, two);
    const direct = await aDirect(messaging, owner, one);
    await mention(group, [
      { by: owner, whom: [one, owner] },
      { by: owner, whom: 'all' },
      { by: one, whom: [two] },
      { by: owner, whom: 'all' },
      { by: owner, whom: [one] },
    ]);
    await mention(direct, [{ by: owner, whom: [one] }]);
    const counts = async (): Promise<readonly (number | null | undefined)[]> =>
      Promise.all([owner, one, two].map(async (person) => (await countsOf(person, group))?.mentionCount));
    // Of `one`: what they wrote themselves was the third, so the first two are read.
    expect(await counts()).toEqual([0, 2, 3]);
    expect(await totalOf(one)).toEqual({ unreadCount: 3, mentionCount: 3 });
    expect(await markRead(one, group, 4)).toEqual({ readNumber: 4, unreadCount: 1, mentionCount: 1 });
    expect(await markRead(one, group, 5)).toEqual({ readNumber: 5, unreadCount: 0, mentionCount: 0 });
    await mention(group, [{ by: owner, whom: 'all' }]);
    expect(await counts()).toEqual([0, 1, 4]);
    const late = aPerson();
    await changeGroup(messaging, owner, 'addMembers', { groupId: group, userIds: [late.id] });
    expect(await countsOf(late, group)).toEqual({ readNumber: 6, unreadCount: 0, mentionCount: 0 });
    const rows = await world.database.query({
      text: 'SELECT user_id FROM mention WHERE conversation_id = $1 AND user_id = $2',
      values: [group, one.id],
    });
    expect(rows).toEqual([]);
  });

  test('a page of conversations takes the same statements as one of them', async () => {
    const [owner, member] = [aPerson(), aPerson()];
    const groups = await Promise.all(Array.from({ length: 6 }, () => aGroup(messaging, owner, member)));
    for (const group of groups) await mention(group, [{ by: owner, whom: [member] }]);
    const count = async (ids: readonly string[]): Promise<number> => {
      const query = `{ ${ids.map((id, index) => `c${index}: conversation(id: "${id}") { ${COUNTS} }`).join(' ')} me { unreadCount mentionCount } }`;
      const texts = await statementsOf(/readStatesOf|unreadTotals|membershipsOf|membersAmong|conversationsBy/, async () => {
        const answer = await askData<Record<string, Counts>>(messaging, { as: member.as, query });
        expect(answer['c0']).toEqual({ readNumber: 0, unreadCount: 1, mentionCount: 1 });
        expect(answer['me']).toEqual({ unreadCount: 6, mentionCount: 6 });
      });
      return texts.length;
    };
    expect(await count(groups)).toBe(await count(groups.slice(0, 1)));
  });
});
