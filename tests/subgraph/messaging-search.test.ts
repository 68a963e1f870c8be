import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Identity } from '#platform/identity/identity.ts';
import { finishLogs } from '../../subgraphs/messaging/data/logFollowers.ts';
import { indexMessages, SEARCH_FOLLOWER } from '../../subgraphs/messaging/data/messageSearch.ts';
import { queryTermsOf, searchTermsOf } from '../../subgraphs/messaging/domain/searchTerms.ts';
import { aLiveRoom, aMessagingWorld, type MessagingWorld } from '../support/messaging.ts';
import { ask, askData, aUser } from '../support/runtime.ts';
import { statementsOf } from '../support/statements.ts';

let world: MessagingWorld;
beforeAll(async () => {
  world = await aMessagingWorld();
});
afterAll(() => world.close());

const aPerson = (): Identity & { readonly id: string } => {
  const id = `person-${randomUUID()}`;
  return { ...aUser(id, 'chat:write'), id } as Identity & { readonly id: string };
};

const send = async (as: Identity, conversationId: string, text: string): Promise<string> => {
  const { sendMessage } = await askData<{ sendMessage: { event: { message: { id: string } } | null } }>(world.messaging, {
    as,
    query: 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { event { message { id } } userErrors { code } } }',
    variables: { input: { conversationId, text, idempotencyKey: randomUUID() } },
  });
  return sendMessage.event?.message.id ?? '';
};
const change = (as: Identity, mutation: 'recallMessage' | 'editMessage', input: object): Promise<unknown> =>
  askData(world.messaging, {
    as,
    query: `mutation ($input: ${mutation === 'editMessage' ? 'EditMessageInput' : 'MessageInput'}!) { ${mutation}(input: $input) { userErrors { code } } }`,
    variables: { input: { ...input, idempotencyKey: randomUUID() } },
  });

interface Page {
  readonly nodes: readonly { readonly text: string }[];
  readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
}
const SEARCH = `query ($id: ID!, $query: String!, $first: Int! = 20, $after: Cursor) { conversation(id: $id) {
  search(query: $query, first: $first, after: $after) { nodes { text } pageInfo { endCursor hasNextPage } } } }`;
const search = async (as: Identity, id: string, query: string, more: object = {}): Promise<Page> => {
  const { conversation } = await askData<{ conversation: { search: Page } | null }>(world.messaging, {
    as,
    query: SEARCH,
    variables: { id, query, ...more },
  });
  return conversation?.search ?? { nodes: [], pageInfo: { endCursor: null, hasNextPage: false } };
};
const textsOf = async (as: Identity, id: string, query: string) => (await search(as, id, query)).nodes.map(({ text }) => text);
/** Once the newest message is found. */
const found = (as: Identity, id: string, query: string, texts: readonly string[]) =>
  expect.poll(() => textsOf(as, id, query)).toEqual(texts);

describe('what somebody looks for', () => {
  test('is found by whole words, all of them, in any case and language, the newest first, in this conversation alone', async () => {
    const [{ roomId }, { roomId: other }, ann] = [await aLiveRoom(world), await aLiveRoom(world), aPerson()];
    await send(ann, other, 'A fox is elsewhere');
    for (const text of [
      'The quick brown FOX',
      'foxes are many',
      '我们在北京看直播',
      "it's the fox's, isn't it: 'quick' & \\ | !",
      'ｆｏｘ by full width',
    ])
      await send(ann, roomId, text);
    await found(ann, roomId, 'Fox', ['ｆｏｘ by full width', 'The quick brown FOX']);
    expect(await textsOf(ann, roomId, 'quick')).toEqual(["it's the fox's, isn't it: 'quick' & \\ | !", 'The quick brown FOX']);
    expect(await textsOf(ann, roomId, "isn't quick")).toEqual(["it's the fox's, isn't it: 'quick' & \\ | !"]);
    expect(await textsOf(ann, roomId, '北京')).toEqual(['我们在北京看直播']);
    expect(await textsOf(ann, roomId, 'fox elsewhere')).toEqual([]);
  });

  test('is paged without holes or repeats, by two statements a page', async () => {
    const [{ roomId }, ann] = [await aLiveRoom(world), aPerson()];
    for (let number = 1; number <= 7; number += 1) await send(ann, roomId, `needle ${number}`);
    await expect.poll(async () => (await search(ann, roomId, 'needle')).nodes.length).toBe(7);
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const page: Page = await search(ann, roomId, 'needle', { first: 3, after });
      seen.push(...page.nodes.map(({ text }) => text));
      ({ endCursor: after, hasNextPage: more } = page.pageInfo);
    }
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1].map((number) => `needle ${number}`));
    expect(await statementsOf(/searchMessages|messagesAt/, () => search(ann, roomId, 'needle'))).toHaveLength(2);
  });

  test('is not found by what was recalled or edited away, at once, and by what it says now', async () => {
    const [{ roomId }, ann] = [await aLiveRoom(world), aPerson()];
    const [recalled, edited] = [await send(ann, roomId, 'secret one'), await send(ann, roomId, 'secret two')];
    await found(ann, roomId, 'secret', ['secret two', 'secret one']);
    await change(ann, 'recallMessage', { messageId: recalled });
    await change(ann, 'editMessage', { messageId: edited, text: 'public two' });
    expect(await textsOf(ann, roomId, 'secret')).toEqual([]);
    await found(ann, roomId, 'public', ['public two']);
    const rows = await world.database.query<{ terms: string }>({
      text: '/* test */ SELECT terms::text FROM message_search WHERE conversation_id = $1',
      values: [roomId],
    });
    expect(rows.map(({ terms }) => terms).join()).not.toContain('secret');
  });

  test('is not written by a process that was held up until another took its conversation over: erased since, it would stay', async () => {
    const [{ roomId }, ann] = [await aLiveRoom(world), aPerson()];
    await send(ann, roomId, 'stale words');
    await found(ann, roomId, 'stale', ['stale words']);
    const follower = async () => {
      const [row] = await world.database.query<{ done: string; idle: boolean }>({
        text: `/* test */ SELECT done_seq::text AS done, claimed_until IS NULL AND due_at IS NULL AS idle FROM log_follower
                WHERE follower = 'search' AND conversation_id = $1`,
        values: [roomId],
      });
      return row;
    };
    await expect.poll(follower).toMatchObject({ idle: true });
    const headSeq = Number((await follower())?.done);
    const claimedUntil = new Date(Date.now() + 3_600_000);
    await world.database.query({
      text: `/* test */ UPDATE log_follower SET done_seq = 0, claimed_until = $2 WHERE follower = 'search' AND conversation_id = $1`,
      values: [roomId, claimedUntil],
    });
    await world.database.query({ text: '/* test */ DELETE FROM message_search WHERE conversation_id = $1', values: [roomId] });
    const work = async (until: Date) => {
      const claim = { conversationId: roomId, doneSeq: 0, headSeq, claimedUntil: until };
      await finishLogs(world.database, SEARCH_FOLLOWER, await indexMessages(world.database, [claim]));
    };
    await work(new Date(claimedUntil.getTime() - 30_000));
    expect(await textsOf(ann, roomId, 'stale')).toEqual([]);
    expect(await follower()).toEqual({ done: '0', idle: false });
    await work(claimedUntil);
    expect(await textsOf(ann, roomId, 'stale')).toEqual(['stale words']);
    expect(await follower()).toEqual({ done: `${headSeq}`, idle: true });
  });

  test('in a direct conversation is found by its two people, and by nobody else', async () => {
    const [ann, ben, eve] = [aPerson(), aPerson(), aPerson()];
    const { openDirect } = await askData<{ openDirect: { conversation: { id: string } } }>(world.messaging, {
      as: ann,
      query: 'mutation ($input: OpenDirectInput!) { openDirect(input: $input) { conversation { id } } }',
      variables: { input: { userId: ben.id, idempotencyKey: randomUUID() } },
    });
    const { id } = openDirect.conversation;
    await send(ann, id, 'between us');
    await found(ben, id, 'between', ['between us']);
    expect(await textsOf(eve, id, 'between')).toEqual([]);
  });

  test('has its limits', async () => {
    const { roomId } = await aLiveRoom(world);
    for (const variables of [
      { query: '' },
      { query: '?!' },
      { query: 'a b c d e f g h i' },
      { query: 'x'.repeat(101) },
      { query: 'a', first: 101 },
      { query: 'a', after: 'b' },
    ]) {
      const { errors } = await ask(world.messaging, { as: aPerson(), query: SEARCH, variables: { id: roomId, ...variables } });
      expect(errors?.[0]?.extensions?.['code'], JSON.stringify(variables)).toBe('BAD_USER_INPUT');
    }
  });
});

test('words are what people take for words', () => {
  expect(searchTermsOf('Hello, hello WORLD! 3.14 👍 e\u0301t\u00e9')).toEqual(['hello', 'world', '3.14', 'été']);
  expect(searchTermsOf('我们在北京看直播')).toContain('北京');
  expect(searchTermsOf('x'.repeat(200))).toEqual(['x'.repeat(64)]);
  expect(queryTermsOf('one two')).toEqual(['one', 'two']);
});
