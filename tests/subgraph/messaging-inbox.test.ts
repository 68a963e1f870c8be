import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#platform/ids.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { appendMessages } from '../../subgraphs/messaging/data/appendMessages.ts';
import { lockConversations } from '../../subgraphs/messaging/data/conversations.ts';
import { encodeInboxCursor, parseInboxCursor } from '../../subgraphs/messaging/data/inboxCursor.ts';
import { ensureNewProfiles } from '../../subgraphs/messaging/data/profiles.ts';
import { INBOX_PAGE_SIZE_MAX } from '../../subgraphs/messaging/domain/limits.ts';
import { textBody } from '../../subgraphs/messaging/domain/message.ts';
import {
  aDirect,
  aGroup,
  aPerson,
  changeGroup,
  followInbox,
  INBOX_PAGE,
  type InboxEvent,
  inboxPage,
  restOfInbox,
  say,
  takeInbox,
} from '../support/inbox.ts';
import { aMessagingWorld, type MessagingWorld } from '../support/messaging.ts';
import { ask, askData, subscribeTo } from '../support/runtime.ts';
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

/** What it is, and where; of messages what they say. */
const brief = ({ __typename, conversationId, event }: InboxEvent): string =>
  `${event?.message?.text ?? __typename.replace(/^Inbox/, '')}@${conversationId ?? ''}`;

const inOrderPerConversation = (events: readonly InboxEvent[]): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries([...Map.groupBy(events, ({ conversationId }) => conversationId ?? '')].map(([id, own]) => [id, own.map(brief)]));

describe('inbox', () => {
  test('brings what happens in groups and direct conversations, each once, on every device and from every process', async () => {
    const [owner, member] = [aPerson(), aPerson()];
    const devices = [followInbox(messaging, member), followInbox(twin, member)];
    for (const device of devices) expect((await device.data()).inbox.__typename).toBe('InboxPositionEvent');
    const group = await aGroup(messaging, owner, member);
    const direct = await aDirect(twin, owner, member);
    await say(messaging, owner, group, 'to all');
    await say(twin, owner, direct, 'to you');
    await say(messaging, member, direct, 'to me');
    for (const device of devices) {
      const events = await takeInbox(device, 5);
      expect(inOrderPerConversation(events)).toEqual({
        [group]: [`JoinedEvent@${group}`, `to all@${group}`],
        [direct]: [`JoinedEvent@${direct}`, `to you@${direct}`, `to me@${direct}`],
      });
      expect(events.map(({ conversation, conversationId }) => conversation?.id === conversationId)).toEqual([true, true, true, true, true]);
      await device.end();
    }
    expect(await restOfInbox(messaging, member)).toHaveLength(5);
  });

  test('a cursor of an event resumes after it, in all conversations at once; pages and the subscription understand each other', async () => {
    const [owner, member] = [aPerson(), aPerson()];
    const groups = [await aGroup(messaging, owner, member), await aGroup(messaging, owner, member)] as const;
    const direct = await aDirect(messaging, owner, member);
    await say(messaging, owner, direct, 'first');
    const device = followInbox(messaging, member);
    const [{ cursor: start }] = (await takeInbox(device, 1)) as [InboxEvent];
    for (const text of ['a', 'b', 'c']) for (const id of [...groups, direct]) await say(messaging, owner, id, text);
    const seen = await takeInbox(device, 9);
    await device.end();
    for (const [index, { cursor }] of seen.entries()) {
      const rest = await restOfInbox(twin, member, cursor, 2);
      expect([...seen.slice(0, index + 1), ...rest].map(({ id }) => id).toSorted()).toEqual(seen.map(({ id }) => id).toSorted());
      expect(inOrderPerConversation([...seen.slice(0, index + 1), ...rest])).toEqual(inOrderPerConversation(seen));
    }
    const page = await inboxPage(messaging, member, start, 4);
    const resumed = followInbox(twin, member, page.pageInfo.endCursor);
    const [position, ...rest] = await takeInbox(resumed, 6);
    expect(position).toMatchObject({ __typename: 'InboxPositionEvent', cursor: page.pageInfo.endCursor });
    expect(inOrderPerConversation([...page.nodes, ...rest])).toEqual(inOrderPerConversation(seen));
    await resumed.end();
  });

  test('who has left gets what was said before and nothing of after, also with a cursor of their own making', async () => {
    const [owner, member] = [aPerson(), aPerson()];
    const group = await aGroup(messaging, owner, member);
    const before = await inboxPage(messaging, member);
    const live = followInbox(messaging, member, before.pageInfo.endCursor);
    await live.next();
    await say(messaging, owner, group, 'before');
    await changeGroup(messaging, owner, 'removeMembers', { groupId: group, userIds: [member.id] });
    await say(messaging, owner, group, 'behind their back');
    const expected = [`before@${group}`, `ConversationEvent@${group}`, `LeftEvent@${group}`];
    expect((await takeInbox(live, 3)).map(brief)).toEqual(expected);
    expect((await restOfInbox(messaging, member, before.pageInfo.endCursor, 1)).map(brief)).toEqual(expected);
    const late = await say(messaging, owner, await aDirect(messaging, owner, member), 'goodbye');
    expect((await takeInbox(live, 2)).map(({ id }) => id)).toContain(late);
    await live.end();
    const { inbox, groups, epoch } = parseInboxCursor(before.pageInfo.endCursor);
    const [stay, place] = [...groups][0] ?? [0, { seq: 0, mark: '' }];
    for (const forged of [
      { ...place, seq: place.seq + 3 },
      { seq: 0, mark: '00000000' },
    ]) {
      const after = encodeInboxCursor({ epoch, inbox, groups: new Map([[stay, forged]]) });
      const { errors } = await ask(messaging, { as: member.as, query: INBOX_PAGE, variables: { first: 10, after } });
      expect(errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
      const reset = followInbox(messaging, member, after);
      expect((await takeInbox(reset, 2)).map(({ __typename, reason }) => reason ?? __typename)).toEqual(['InboxPositionEvent', 'EPOCH']);
      const id = await say(messaging, owner, await aDirect(messaging, owner, member), 'after the reset');
      expect((await takeInbox(reset, 1))[0]?.id).toBe(id);
      await reset.end();
    }
  });

  test('who went and came back gets both parts, and not what was said in between', async () => {
    const [owner, member] = [aPerson(), aPerson()];
    const group = await aGroup(messaging, owner, member);
    const live = followInbox(messaging, member);
    await live.next();
    const say2 = async (text: string): Promise<unknown> => say(messaging, owner, group, text);
    await say2('one');
    await changeGroup(messaging, owner, 'removeMembers', { groupId: group, userIds: [member.id] });
    await say2('two');
    await changeGroup(twin, owner, 'addMembers', { groupId: group, userIds: [member.id] });
    await say2('three');
    const texts = ['one', 'ConversationEvent', 'LeftEvent', 'JoinedEvent', 'three'].map((text) => `${text}@${group}`);
    expect((await takeInbox(live, 5)).map(brief)).toEqual(texts);
    await live.end();
    for (const first of [1, 2, 100])
      expect((await restOfInbox(twin, member, null, first)).map(brief)).toEqual([`JoinedEvent@${group}`, ...texts]);
  });

  test("is the caller's alone, and needs one", async () => {
    const [one, other] = [aPerson(), aPerson()];
    await say(messaging, one, await aDirect(messaging, one, other), 'hi');
    const query = 'query ($id: ID!) { user(id: $id) { id inbox { nodes { id } } } }';
    const { user } = await askData<{ user: { inbox: unknown } }>(messaging, { as: one.as, query, variables: { id: other.id } });
    expect(user.inbox).toBeNull();
    const theirs = (await inboxPage(messaging, other)).pageInfo.endCursor;
    const { errors } = await ask(messaging, { as: one.as, query: INBOX_PAGE, variables: { first: 10, after: theirs } });
    expect(errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
    for (const after of ['nonsense', theirs.slice(1), `${theirs}A`]) {
      const wrong = await ask(messaging, { as: one.as, query: INBOX_PAGE, variables: { first: 10, after } });
      expect(wrong.errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
    }
    const anonymous = followInbox(messaging, { id: '', as: { kind: 'user', id: null, scopes: [], roles: [], clientId: null } as never });
    expect((await anonymous.next()).errors?.[0]?.extensions?.['code']).toBe('UNAUTHENTICATED');
    await anonymous.end();
  });

  test('a device that has missed a great deal gets all of it in few full pages, each message once and in order, also while more is said', async () => {
    const [owner, friend, member] = [aPerson(), aPerson(), aPerson()];
    const conversations = [
      { id: await aGroup(messaging, owner, member), author: owner },
      { id: await aDirect(messaging, friend, member), author: friend },
      { id: await aGroup(messaging, owner, friend, member), author: friend },
      { id: await aDirect(messaging, owner, member), author: owner },
      { id: await aGroup(messaging, friend, member), author: friend },
    ];
    for (const { id, author } of conversations) await say(messaging, author, id, 'hello');
    const away = await endOfInbox(member);
    const missed = new Map<string, string[]>(conversations.map(({ id }) => [id, []]));
    // Of the first as many as of all others together, so that no page has an equal part of each.
    const turns = Array.from({ length: 240 }, (_, turn) => conversations[turn % 2 === 0 ? 0 : 1 + ((turn >> 1) % 4)]);
    for (let batch = 0; batch < 5; batch += 1)
      await world.database.transaction('test', async (tx) => {
        const locked = await lockConversations(tx, [...missed.keys()]);
        const accepted = turns.flatMap((turn, index) => {
          const conversation = locked.get(turn?.id ?? '');
          if (turn === undefined || conversation === undefined) return [];
          const [conversationId, eventId, body] = [turn.id, newId(), textBody(`${batch}.${index}`)];
          missed.get(conversationId)?.push(eventId);
          return [{ eventId, conversationId, authorId: turn.author.id, conversation, body }];
        });
        await appendMessages(tx, { feeds: messaging.feeds, ensureProfiles: ensureNewProfiles() }, accepted);
      });
    const got: InboxEvent[] = [];
    const sizes: number[] = [];
    for (let after = away, hasNextPage = true; hasNextPage; ) {
      const page = await inboxPage(sizes.length % 2 === 0 ? messaging : twin, member, after, 200);
      sizes.push(page.nodes.length);
      got.push(...page.nodes);
      ({ endCursor: after, hasNextPage } = page.pageInfo);
      if (sizes.length === 3)
        for (const { id, author } of conversations) missed.get(id)?.push(await say(messaging, author, id, 'meanwhile'));
    }
    const perConversation = Map.groupBy(got, ({ conversationId }) => conversationId ?? '');
    const shown = new Map([...perConversation].map(([id, events]) => [id, events.map(({ event }) => event?.id)]));
    expect(shown).toEqual(missed);
    expect(Math.max(...sizes)).toBe(200);
    expect(sizes.length).toBeLessThanOrEqual(8);
    const tooLarge = await ask(messaging, { as: member.as, query: INBOX_PAGE, variables: { first: INBOX_PAGE_SIZE_MAX + 1, after: away } });
    expect(tooLarge.errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
  });

  const endOfInbox = async (member: ReturnType<typeof aPerson>): Promise<string | null> => {
    for (let after: string | null = null; ; ) {
      const { pageInfo } = await inboxPage(messaging, member, after, 50);
      after = pageInfo.endCursor;
      if (!pageInfo.hasNextPage) return after;
    }
  };

  test('a page and a follower take the same statements with one group as with twenty', async () => {
    const count = async (groups: number): Promise<readonly number[]> => {
      const [owner, member] = [aPerson(), aPerson()];
      const ids: string[] = [];
      for (let index = 0; index < groups; index += 1) ids.push(await aGroup(messaging, owner, member));
      const after = await endOfInbox(member);
      for (const id of ids) await say(messaging, owner, id, 'x');
      const READING = /readLog|readHead|staysByIds|conversationsBy|membersAmong/;
      const readPage = () => statementsOf(READING, () => inboxPage(messaging, member, after, 50));
      const follow = () =>
        statementsOf(READING, async () => {
          const query = 'subscription ($after: Cursor) { inbox(after: $after) { id } }';
          const live = subscribeTo(messaging, { as: member.as, query, variables: { after } });
          await live.take(1 + groups);
          await live.end();
        });
      // The search reads the same logs meanwhile: what is taken is the fewest of several times.
      const fewestOf = async (read: () => Promise<readonly string[]>): Promise<number> =>
        Math.min(...[await read(), await read(), await read(), await read()].map(({ length }) => length));
      return [await fewestOf(readPage), await fewestOf(follow)];
    };
    expect(await count(20)).toEqual(await count(1));
  });

  test('logs have one index with all of their events, so that PostgreSQL reads them from a place on by no other', async () => {
    const indexes = await world.database.query<{ readonly whole: boolean }>({
      text: "SELECT indpred IS NULL AS whole FROM pg_index WHERE indrelid = 'feed_event'::regclass",
    });
    expect(indexes.filter(({ whole }) => whole)).toHaveLength(1);
    expect(indexes.length).toBeGreaterThan(1);
  });
});
