import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANONYMOUS, type Identity } from '#platform/identity/identity.ts';
import { newId } from '#platform/ids.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import type { AppendContext } from '../../subgraphs/messaging/data/moduleEvents.ts';
import { runPostings } from '../../subgraphs/messaging/data/postingLane.ts';
import { installedModules } from '../../subgraphs/messaging/modules/installed.ts';
import type { Module } from '../../subgraphs/messaging/modules/module.ts';
import { aDirectWith, aGroupOf, aPerson, say, send } from '../support/conversations.ts';
import { withDeadline } from '../support/deadline.ts';
import { aLiveRoom, aMessagingWorld, type MessagingWorld, roomLog } from '../support/messaging.ts';
import { aPost, postingParts } from '../support/posting.ts';
import { ask, askData, aUser, subscribeTo } from '../support/runtime.ts';

let world: MessagingWorld;
let messaging: RunningSubgraph;

const heard: string[] = [];
const asked: string[] = [];
let hear: () => void = () => undefined;

/** Refuses whatever it is asked about, and hears what was posted. */
const stern: Module = {
  name: 'stern',
  order: 1,
  beforeSend: {
    budgetMs: 1_000,
    onFailure: 'open',
    run: ({ body }) => {
      asked.push(body.text);
      return body.text.startsWith('never') ? { type: 'refuse', code: 'NEVER', message: 'Never.' } : null;
    },
  },
  rules: {
    open: async () => ({
      decide: ({ body }) => {
        asked.push(body.text);
        return null;
      },
    }),
  },
  afterAppend: {
    budgetMs: 1_000,
    run: ({ events }: AppendContext) => {
      for (const event of events)
        heard.push(event.__typename === 'ChatEvent' ? `${event.message.type} ${event.message.text}` : event.schema);
      hear();
    },
  },
};

const shop = aUser('shop', 'chat:service');
const operator = aUser('operator', 'ops:write', 'ops:read');

beforeAll(async () => {
  world = await aMessagingWorld({ install: (parts) => [...installedModules(parts), stern] });
  messaging = world.messaging;
  await register('overlay/1', { type: 'object', required: ['on'], properties: { on: { type: 'boolean' } }, additionalProperties: false });
});

afterAll(() => world.close());

const register = (name: string, schema: object | null) =>
  askData(messaging, {
    as: operator,
    query: 'mutation ($input: RegisterMessageSchemaInput!) { registerMessageSchema(input: $input) { userErrors { message } } }',
    variables: { input: { name, schema: schema === null ? null : JSON.stringify(schema), idempotencyKey: randomUUID() } },
  });

interface Payload {
  readonly events: readonly { readonly __typename: string; readonly id: string; readonly seq: number; readonly message?: object }[];
  readonly userErrors: readonly { readonly code: string; readonly conversationId: string | null }[];
}

const EVENT = `__typename id seq ... on ChatEvent { message { id messageNumber type text author { id } system { key parameters { name value } } } }
  ... on ControlEvent { by { id } schema data }`;

const sendSystem = async (conversationIds: readonly string[], more: object = {}, as: Identity = shop): Promise<Payload> =>
  (
    await askData<{ sendSystemMessage: Payload }>(messaging, {
      as,
      query: `mutation ($input: SendSystemMessageInput!) { sendSystemMessage(input: $input) { events { ${EVENT} } userErrors { code conversationId } } }`,
      variables: {
        input: { conversationIds, key: 'order.shipped', text: 'Your order is on its way.', idempotencyKey: randomUUID(), ...more },
      },
    })
  ).sendSystemMessage;

const sendControl = async (conversationIds: readonly string[], more: object = {}, as: Identity = shop): Promise<Payload> =>
  (
    await askData<{ sendControlMessage: Payload }>(messaging, {
      as,
      query: `mutation ($input: SendControlMessageInput!) { sendControlMessage(input: $input) { events { ${EVENT} } userErrors { code conversationId } } }`,
      variables: { input: { conversationIds, schema: 'overlay/1', data: '{"on":true}', idempotencyKey: randomUUID(), ...more } },
    })
  ).sendControlMessage;

const codesOf = ({ userErrors }: Payload) => userErrors.map(({ code }) => code);

const unreadOf = async (as: Identity, id: string) =>
  (
    await askData<{ conversation: { messageCount: number; unreadCount: number } }>(messaging, {
      as,
      query: `query ($id: ID!) { conversation(id: $id) { messageCount ... on Group { unreadCount } ... on DirectConversation { unreadCount } } }`,
      variables: { id },
    })
  ).conversation;

describe('a system message', () => {
  test('is said in rooms, groups and direct conversations at once by a service that is in none, and counts as unread', async () => {
    const [one, other] = [aPerson(), aPerson()];
    const { roomId } = await aLiveRoom(world);
    const [group, direct] = await Promise.all([aGroupOf(messaging, one.as, [other.id]), aDirectWith(messaging, one.as, other.id)]);
    const parameters = [{ name: 'order', value: '7' }];
    const { events, userErrors } = await sendSystem([roomId, group, direct, group], { parameters });
    expect(userErrors).toEqual([]);
    const message = {
      messageNumber: 1,
      type: 'SYSTEM',
      text: 'Your order is on its way.',
      author: { id: 'shop' },
      system: { key: 'order.shipped', parameters },
    };
    expect(events).toMatchObject([roomId, group, direct].map((id) => ({ message: { ...message, id: expect.stringContaining(id) } })));
    for (const id of [group, direct])
      for (const { as } of [one, other]) expect(await unreadOf(as, id)).toEqual({ messageCount: 1, unreadCount: 1 });
    // The direct conversation has come into both lists, as with anybody's first message.
    const { user } = await askData<{ user: { inbox: { nodes: readonly object[] } } }>(messaging, {
      as: other.as,
      query: `query ($id: ID!) { user(id: $id) { inbox(first: 50) { nodes { __typename
        ... on InboxJoinedEvent { conversationId } ... on InboxConversationEvent { conversationId event { ${EVENT} } } } } } }`,
      variables: { id: other.id },
    });
    expect(user.inbox.nodes).toContainEqual({ __typename: 'InboxJoinedEvent', conversationId: direct });
    expect(user.inbox.nodes).toContainEqual(
      expect.objectContaining({ conversationId: direct, event: expect.objectContaining({ message: expect.objectContaining(message) }) }),
    );
  });

  test('needs the scope; conversations that are closed, or none, are named', async () => {
    const person = aPerson();
    for (const as of [person.as, operator, ANONYMOUS]) {
      const query = 'mutation ($input: SendSystemMessageInput!) { sendSystemMessage(input: $input) { events { id } } }';
      const { errors } = await ask(messaging, {
        as,
        query,
        variables: { input: { conversationIds: [newId()], key: 'a', text: 'a', idempotencyKey: 'a' } },
      });
      expect(errors?.[0]?.extensions['code']).toMatch(/FORBIDDEN|UNAUTHENTICATED/);
    }
    const group = await aGroupOf(messaging, person.as, []);
    const room = await aLiveRoom(world);
    await room.end();
    const nowhere = newId();
    const answer = await sendSystem([room.roomId, nowhere, 'none', group]);
    expect(answer.events).toHaveLength(1);
    expect(answer.userErrors).toEqual([
      { code: 'CONVERSATION_CLOSED', conversationId: room.roomId },
      { code: 'CONVERSATION_NOT_FOUND', conversationId: nowhere },
      { code: 'CONVERSATION_NOT_FOUND', conversationId: 'none' },
    ]);
    expect(codesOf(await sendSystem([]))).toEqual(['CONVERSATIONS_INVALID']);
    expect(codesOf(await sendSystem([group], { key: 'No Key' }))).toEqual(['KEY_INVALID']);
  });

  test('is said once in each conversation under one key, also where more of them are named later', async () => {
    const person = aPerson();
    const [first, second] = await Promise.all([aGroupOf(messaging, person.as, []), aGroupOf(messaging, person.as, [])]);
    const idempotencyKey = randomUUID();
    const answers = await Promise.all(Array.from({ length: 5 }, () => sendSystem([first], { idempotencyKey })));
    expect(new Set(answers.map(({ events }) => events[0]?.id)).size).toBe(1);
    const both = await sendSystem([second, first], { idempotencyKey });
    expect(both.events[1]).toEqual(answers[0]?.events[0]);
    expect(await sendSystem([second, first], { idempotencyKey })).toEqual(both);
    expect(codesOf(await sendSystem([first], { idempotencyKey, text: 'other' }))).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect(codesOf(await sendControl([second], { idempotencyKey }))).toEqual(['IDEMPOTENCY_CONFLICT']);
    for (const id of [first, second]) expect(await unreadOf(person.as, id)).toMatchObject({ messageCount: 1 });
  });

  test('is heard by modules, which are not asked; operators alone take it back, and nobody edits it', async () => {
    const [owner, author] = [aPerson(), aUser('shop', 'chat:service', 'chat:write')];
    const group = await aGroupOf(messaging, owner.as, []);
    const text = `never ${randomUUID()}`;
    const [event] = (await sendSystem([group], { text })).events;
    await sendControl([group]);
    await withDeadline(
      new Promise<void>((resolve) => {
        hear = () => {
          if (heard.includes(`SYSTEM ${text}`) && heard.includes('overlay/1')) resolve();
        };
        hear();
      }),
      'the module did not hear',
    );
    expect(asked).not.toContain(text);
    expect(await send(messaging, owner.as, { conversationId: group, text })).toMatchObject({ code: 'REFUSED' });
    const messageId = (event?.message as { id: string } | undefined)?.id;
    const change = async (as: Identity, verb: string, type: string, more: object = {}) => {
      const { data } = await ask(messaging, {
        as,
        query: `mutation ($input: ${type}!) { change: ${verb}(input: $input) { userErrors { code } } }`,
        variables: { input: { messageId, idempotencyKey: randomUUID(), ...more } },
      });
      return (data as { change: Payload }).change.userErrors[0]?.code ?? null;
    };
    expect(await change(owner.as, 'recallMessage', 'MessageInput')).toBe('NOT_ALLOWED');
    expect(await change(author, 'editMessage', 'EditMessageInput', { text: 'other' })).not.toBeNull();
    expect(await change(owner.as, 'addReaction', 'ReactionInput', { emoji: '👍' })).toBeNull();
    expect(await change(operator, 'recallMessage', 'MessageInput')).toBeNull();
    const { conversation } = await askData<{ conversation: { events: { nodes: readonly { message: object }[] } } }>(messaging, {
      as: owner.as,
      query: `query ($id: ID!) { conversation(id: $id) { events(last: 1, kinds: [CHAT]) { nodes {
        ... on ChatEvent { message { type text isRecalled system { key } } } } } } }`,
      variables: { id: group },
    });
    const gone = { type: 'SYSTEM', text: '', isRecalled: true, system: null };
    expect(conversation.events.nodes).toEqual([{ message: gone }]);
  });
});

describe('a control message', () => {
  test('keeps to its registered form, is no message, and brings no direct conversation into anybody’s list', async () => {
    const [one, other] = [aPerson(), aPerson()];
    const [group, direct] = await Promise.all([aGroupOf(messaging, one.as, []), aDirectWith(messaging, one.as, other.id)]);
    expect(codesOf(await sendControl([group], { data: '{"on":1}' }))).toEqual(['DATA_INVALID']);
    expect(codesOf(await sendControl([group], { data: '[]' }))).toEqual(['DATA_INVALID']);
    expect(codesOf(await sendControl([group], { schema: 'unknown' }))).toEqual(['SCHEMA_NOT_REGISTERED']);
    const { events, userErrors } = await sendControl([group, direct]);
    expect(userErrors).toEqual([]);
    expect(events[0]).toMatchObject({ __typename: 'ControlEvent', by: { id: 'shop' }, schema: 'overlay/1', data: '{"on":true}' });
    for (const id of [group, direct]) expect(await unreadOf(one.as, id)).toEqual({ messageCount: 0, unreadCount: 0 });
    const listed = async () =>
      (
        await askData<{ user: { inbox: { nodes: readonly { __typename: string; conversationId: string }[] } } }>(messaging, {
          as: other.as,
          query: `query ($id: ID!) { user(id: $id) { inbox(first: 50) { nodes { __typename
            ... on InboxJoinedEvent { conversationId } ... on InboxConversationEvent { conversationId } } } } }`,
          variables: { id: other.id },
        })
      ).user.inbox.nodes;
    expect(await listed()).toEqual([{ __typename: 'InboxConversationEvent', conversationId: direct }]);
    await say(messaging, one.as, direct, 'hello');
    expect((await listed()).map(({ __typename }) => __typename)).toEqual([
      'InboxConversationEvent',
      'InboxJoinedEvent',
      'InboxConversationEvent',
    ]);
  });

  test('keeps its answer, whatever became of its form', async () => {
    const { roomId } = await aLiveRoom(world);
    const schema = `form-${randomUUID()}`;
    await register(schema, {});
    const wish = { schema, data: '{}', idempotencyKey: randomUUID() };
    const first = await sendControl([roomId], wish);
    await register(schema, null);
    expect(await sendControl([roomId], wish)).toEqual(first);
    expect(codesOf(await sendControl([roomId], { ...wish, idempotencyKey: randomUUID() }))).toEqual(['SCHEMA_NOT_REGISTERED']);
  });
});

test('on the highest step everything that services say comes, each once and in order, also across a break, and chat is still accounted for', async () => {
  const { roomId } = await aLiveRoom(world);
  await askData(messaging, {
    as: operator,
    query: 'mutation ($input: PinRoomStepInput!) { pinRoomStep(input: $input) { userErrors { code } } }',
    variables: { input: { roomId, step: 'SLOW_MODE_SUGGESTED', idempotencyKey: randomUUID() } },
  });
  interface Seen {
    readonly __typename: string;
    readonly cursor: string;
    readonly seq: number;
    readonly message?: { readonly type: string };
    readonly count?: number;
  }
  const follow = (after: string | null) =>
    subscribeTo<{ roomEvents: Seen }>(messaging, {
      as: ANONYMOUS,
      query: `subscription ($roomId: ID!, $after: Cursor) { roomEvents(roomId: $roomId, after: $after) { __typename cursor seq
        ... on ChatEvent { message { type } } ... on SkippedEvent { count } } }`,
      variables: { roomId, after },
    });
  let events = follow(null);
  const seen: Seen[] = [];
  const next = async () => {
    seen.push((await events.data()).roomEvents);
    return seen.at(-1);
  };
  await next();
  for (let round = 0; round < 4; round += 1) {
    const chat = Array.from({ length: 60 }, (_, index) =>
      aPost({ authorId: `viewer ${index}`, key: randomUUID(), fingerprint: 'f', conversationId: roomId }, 'hi'),
    );
    await world.database.transaction('chat', (tx) => runPostings(postingParts(messaging.feeds))(tx, chat));
    await Promise.all([sendSystem([roomId]), sendControl([roomId]), sendSystem([roomId]), sendControl([roomId])]);
    if (round !== 1) continue;
    while ((await next())?.__typename !== 'ControlEvent');
    await events.end();
    events = follow(seen.at(-1)?.cursor ?? null);
    await next();
  }
  const log = await roomLog(messaging.feeds, roomId);
  while ((seen.at(-1)?.seq ?? 0) < (log.at(-1)?.seq ?? 0)) await next();
  await events.end();
  const isOfService = (type: string | undefined, kind: string) => type === 'SYSTEM' || kind === 'control.sent' || kind === 'ControlEvent';
  const said = log.filter(({ kind, payload }) => isOfService(String(payload['type']), kind)).map(({ seq }) => seq);
  expect(said).toHaveLength(16);
  expect(seen.filter(({ __typename, message }) => isOfService(message?.type, __typename)).map(({ seq }) => seq)).toEqual(said);
  const texts = seen.filter(({ message }) => message?.type === 'TEXT').length;
  const skipped = seen.reduce((sum, { count = 0 }) => sum + count, 0);
  expect(texts + skipped).toBe(240);
  expect(skipped).toBeGreaterThan(150);
});
