import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Identity } from '#platform/identity/identity.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { aDirectWith, aGroupOf, aPerson, say, send } from '../support/conversations.ts';
import { aLiveRoom, aMessagingWorld, type MessagingWorld } from '../support/messaging.ts';
import { ask, askData, aUser } from '../support/runtime.ts';

let world: MessagingWorld;
let messaging: RunningSubgraph;

beforeAll(async () => {
  world = await aMessagingWorld();
  messaging = world.messaging;
});

afterAll(() => world.close());

/** The newest message of a conversation. */
const newest = async (as: Identity, id: string) => {
  const { conversation } = await askData<{ conversation: { events: { nodes: readonly { message: object }[] } } }>(messaging, {
    as,
    query: `query ($id: ID!) { conversation(id: $id) { events(last: 1, kinds: [CHAT]) { nodes { ... on ChatEvent { message {
      type text replyTo { id text isRecalled } mentions { id } mentionsAll custom { schema data } } } } } } }`,
    variables: { id },
  });
  return conversation.events.nodes[0]?.message;
};

describe('replies', () => {
  test('show what they answer as it is now: edited, and recalled', async () => {
    const [one, other] = [aPerson(), aPerson()];
    const id = await aDirectWith(messaging, one.as, other.id);
    const question = await say(messaging, one.as, id, 'what?');
    expect(await send(messaging, other.as, { conversationId: id, text: 'that', replyToId: question })).toMatchObject({ code: null });
    const change = (verb: string, type: string, input: object) =>
      askData(messaging, {
        as: one.as,
        query: `mutation ($input: ${type}!) { ${verb}(input: $input) { userErrors { code } } }`,
        variables: { input: { messageId: question, idempotencyKey: randomUUID(), ...input } },
      });
    await change('editMessage', 'EditMessageInput', { text: 'which one?' });
    expect(await newest(one.as, id)).toMatchObject({ replyTo: { id: question, text: 'which one?', isRecalled: false } });
    await change('recallMessage', 'MessageInput', {});
    expect(await newest(one.as, id)).toMatchObject({ text: 'that', replyTo: { id: question, text: '', isRecalled: true } });
    expect(await send(messaging, other.as, { conversationId: id, replyToId: question })).toMatchObject({ code: 'REPLY_NOT_FOUND' });
  });

  test('answer messages of their own conversation alone', async () => {
    const one = aPerson();
    const [here, elsewhere] = await Promise.all([aGroupOf(messaging, one.as, []), aGroupOf(messaging, one.as, [])]);
    const there = await say(messaging, one.as, elsewhere, 'there');
    for (const replyToId of [there, `${here}:1`, `${here}:99`, 'none', ''])
      expect(await send(messaging, one.as, { conversationId: here, replyToId })).toMatchObject({ code: 'REPLY_NOT_FOUND' });
    expect(await newest(one.as, here)).toBeUndefined();
  });
});

describe('mentions', () => {
  test('reach members alone in a group, each once, and anybody in a room', async () => {
    const [owner, member, stranger] = [aPerson(), aPerson(), aPerson()];
    const id = await aGroupOf(messaging, owner.as, [member.id]);
    const mentionedUserIds = [stranger.id, member.id, member.id];
    await send(messaging, owner.as, { conversationId: id, mentionedUserIds });
    expect(await newest(owner.as, id)).toMatchObject({ mentions: [{ id: member.id }], mentionsAll: false });
    const { roomId } = await aLiveRoom(world);
    await send(messaging, owner.as, { conversationId: roomId, mentionedUserIds });
    expect(await newest(owner.as, roomId)).toMatchObject({ mentions: [{ id: stranger.id }, { id: member.id }] });
  });

  test('of everybody are for whom the conversation lets; fifty people are the most', async () => {
    const [owner, member] = [aPerson(), aPerson()];
    const id = await aGroupOf(messaging, owner.as, [member.id]);
    expect(await send(messaging, member.as, { conversationId: id, mentionsAll: true })).toMatchObject({ code: 'MENTIONS_ALL_NOT_ALLOWED' });
    expect(await send(messaging, owner.as, { conversationId: id, mentionsAll: true })).toMatchObject({ code: null });
    expect(await newest(member.as, id)).toMatchObject({ mentionsAll: true });
    const crowd = Array.from({ length: 51 }, (_, index) => `person-${index}`);
    expect(await send(messaging, owner.as, { conversationId: id, mentionedUserIds: crowd })).toMatchObject({ code: 'TOO_MANY_MENTIONS' });
    expect(await send(messaging, owner.as, { conversationId: id, mentionedUserIds: [''] })).toMatchObject({ code: 'USER_ID_INVALID' });
  });
});

describe('custom messages', () => {
  const register = async (as: Identity, name: string, schema: string | null) => {
    const query =
      'mutation ($input: RegisterMessageSchemaInput!) { registerMessageSchema(input: $input) { schema { name by { id } } userErrors { code message } } }';
    return ask(messaging, { as, query, variables: { input: { name, schema, idempotencyKey: randomUUID() } } });
  };

  test('carry a JSON object of any form, until an operator registers the form: then they keep to it', async () => {
    const [one, operator] = [aPerson(), aUser('operator', 'ops:write')];
    const conversationId = await aGroupOf(messaging, one.as, []);
    const name = `poll-${randomUUID()}/2`;
    const vote = (data: object) =>
      send(messaging, one.as, { conversationId, text: '', custom: { schema: name, data: JSON.stringify(data) } });
    expect(await vote({ anything: true })).toMatchObject({ code: null });
    expect(await newest(one.as, conversationId)).toMatchObject({
      type: 'CUSTOM',
      text: '',
      custom: { schema: name, data: '{"anything":true}' },
    });
    const form = {
      type: 'object',
      required: ['choices'],
      properties: { choices: { type: 'array', maxItems: 3, items: { type: 'string' } } },
    };
    expect((await register(one.as, name, JSON.stringify(form))).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
    expect((await register(operator, name, JSON.stringify(form))).data).toEqual({
      registerMessageSchema: { schema: { name, by: { id: 'operator' } }, userErrors: [] },
    });
    expect(await vote({ anything: true })).toMatchObject({ code: 'CUSTOM_INVALID' });
    expect(await vote({ choices: ['a', 'b', 'c', 'd'] })).toMatchObject({ code: 'CUSTOM_INVALID' });
    expect(await vote({ choices: ['a', 'b'] })).toMatchObject({ code: null });
    await register(operator, name, null);
    expect(await vote({ anything: true })).toMatchObject({ code: null });
  });

  test.each([
    ['no object', { schema: 'poll', data: '[]' }],
    ['no JSON', { schema: 'poll', data: '{' }],
    ['too large', { schema: 'poll', data: JSON.stringify({ text: 'x'.repeat(8_192) }) }],
    ['a name that is none', { schema: 'Poll!', data: '{}' }],
  ])('%s is refused', async (_, custom) => {
    const one = aPerson();
    const conversationId = await aGroupOf(messaging, one.as, []);
    expect(await send(messaging, one.as, { conversationId, custom })).toMatchObject({ code: 'CUSTOM_INVALID' });
  });

  test('a form that is none of what is taken is refused', async () => {
    const operator = aUser('operator', 'ops:write');
    const { data } = await register(operator, 'poll', '{"pattern":"(a+)+$"}');
    expect(data).toMatchObject({
      registerMessageSchema: {
        schema: null,
        userErrors: [{ code: 'SCHEMA_INVALID', message: '$.pattern is a keyword that is not known here.' }],
      },
    });
    expect((await register(operator, 'NO', '{}')).data).toMatchObject({
      registerMessageSchema: { userErrors: [{ code: 'NAME_INVALID' }] },
    });
  });

  test('a key keeps its answer, whatever became of the form; with another reply it is a conflict', async () => {
    const one = aPerson();
    const conversationId = await aGroupOf(messaging, one.as, []);
    const first = await say(messaging, one.as, conversationId, 'first');
    const input = { conversationId, custom: { schema: `once-${randomUUID()}`, data: '{}' }, idempotencyKey: randomUUID() };
    const sent = await send(messaging, one.as, input);
    await register(aUser('operator', 'ops:write'), input.custom.schema, '{"required":["never"]}');
    expect(await send(messaging, one.as, input)).toEqual(sent);
    expect(await send(messaging, one.as, { ...input, replyToId: first })).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  });
});
