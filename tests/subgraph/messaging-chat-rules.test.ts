import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANONYMOUS, type Identity } from '#platform/identity/identity.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { forgetTraces } from '../../subgraphs/messaging/data/chatTraces.ts';
import { moderationFeedOf } from '../../subgraphs/messaging/data/moderationEvents.ts';
import { conversationFeedOf } from '../../subgraphs/messaging/events.ts';
import { aLiveRoom, aMessagingWorld, type MessagingWorld, roomLog } from '../support/messaging.ts';
import { aGroupOf, aPerson, logOf, moderate, type Person, say } from '../support/moderation.ts';
import { ask, askData, aUser } from '../support/runtime.ts';

let world: MessagingWorld;
let messaging: RunningSubgraph;
let twin: RunningSubgraph;
let streamer: Identity;
let roomId: string;

beforeAll(async () => {
  world = await aMessagingWorld();
  messaging = world.messaging;
  twin = await world.twin();
});

afterAll(() => world.close());

const operator = aUser('olga', 'ops:write', 'ops:read', 'chat:write');

const OFF = { slowSeconds: 0, followersOnlyMinutes: null, membersOnly: false, emotesOnly: false, uniqueMinutes: 0, links: 'ALLOW' };

const setModes = (modes: object, as = streamer, conversationId = roomId, on = messaging) =>
  moderate(on, as, 'setChatModes', { conversationId, ...modes });

const aVip = async (): Promise<Person> => {
  const vip = aPerson('vip');
  expect((await moderate(messaging, streamer, 'setRole', { conversationId: roomId, userId: vip.id, role: 'VIP' })).codes).toEqual([]);
  return vip;
};

const posted = expect.any(Number);
const sayHere = (person: Person, text: string, on = messaging) => say(on, person, roomId, text);

describe('in a live room', () => {
  beforeAll(async () => {
    const live = await aLiveRoom(world);
    streamer = live.as;
    roomId = live.roomId;
  });

  test('slow: one message at a time, by either process; VIPs as they like; every key keeps its answer', async () => {
    const [alice, bob, vip] = [aPerson('alice'), aPerson('bob'), await aVip()];
    expect((await setModes({ slowSeconds: 60 }))['conversation']).toEqual({ chatModes: { slowSeconds: 60, links: 'ALLOW' } });
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) => sayHere(alice, `hello ${index}`, index % 2 === 0 ? messaging : twin)),
    );
    expect(answers.filter((answer) => typeof answer === 'number')).toHaveLength(1);
    expect(new Set(answers.filter((answer) => typeof answer !== 'number'))).toEqual(new Set(['SLOW_MODE']));
    expect([await sayHere(bob, 'hello'), await sayHere(vip, 'hello'), await sayHere(vip, 'again')]).toEqual([posted, posted, posted]);
    await world.database.query({
      text: "/* test */ UPDATE chat_trace SET at = at - interval '61 seconds' WHERE conversation_id = $1",
      values: [roomId],
    });
    expect(await sayHere(alice, 'later')).toEqual(posted);
    expect((await setModes(OFF, streamer, roomId, twin)).codes).toEqual([]);
    expect(await sayHere(alice, 'at once')).toEqual(posted);
  });

  test('followers only: who has followed the streamer for so long, as the service that knows has told', async () => {
    const [alice, bob] = [aPerson('alice'), aPerson('bob')];
    const ownerId = streamer.kind === 'user' ? streamer.id : '';
    const setFollowers = (as: Identity, follow: boolean) =>
      ask(messaging, {
        as,
        query: 'mutation ($input: SetFollowersInput!) { setFollowers(input: $input) { ok } }',
        variables: { input: { ownerId, userIds: [alice.id], follow } },
      });
    expect((await setFollowers(alice.as, true)).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
    expect((await setFollowers(operator, true)).data).toEqual({ setFollowers: { ok: true } });
    await setModes({ followersOnlyMinutes: 0 });
    expect([await sayHere(alice, 'hello'), await sayHere(bob, 'hello')]).toEqual([posted, 'FOLLOWERS_ONLY']);
    await setModes({ followersOnlyMinutes: 10 });
    expect(await sayHere(alice, 'hello')).toBe('FOLLOWERS_ONLY');
    await setModes({ followersOnlyMinutes: 0 });
    await setFollowers(operator, false);
    expect(await sayHere(alice, 'hello')).toBe('FOLLOWERS_ONLY');
    await setModes(OFF);
  });

  test('members only, emotes only', async () => {
    const [alice, member] = [aPerson('alice'), aPerson('member')];
    await moderate(messaging, streamer, 'setRole', { conversationId: roomId, userId: member.id, role: 'MEMBER' });
    await setModes({ membersOnly: true });
    expect([await sayHere(alice, 'hello'), await sayHere(member, 'hello')]).toEqual(['MEMBERS_ONLY', posted]);
    await setModes({ membersOnly: false, emotesOnly: true });
    expect([await sayHere(alice, 'hello'), await sayHere(alice, ':wave: 🎁')]).toEqual(['EMOTES_ONLY', posted]);
    await setModes(OFF);
  });

  test('unique: nobody repeats themselves, or anybody, however it is written, within one batch too', async () => {
    const [alice, bob] = [aPerson('alice'), aPerson('bob')];
    await setModes({ uniqueMinutes: 5, uniqueScope: 'AUTHOR' });
    expect([await sayHere(alice, 'First!'), await sayHere(alice, 'fіrst'), await sayHere(bob, 'first')]).toEqual([
      posted,
      'NOT_UNIQUE',
      posted,
    ]);
    await setModes({ uniqueScope: 'EVERYBODY' });
    const answers = await Promise.all([alice, bob, aPerson(), aPerson()].map((person) => sayHere(person, 'Second !')));
    expect(answers.filter((answer) => typeof answer === 'number')).toHaveLength(1);
    const age = () =>
      world.database.query({
        text: "/* test */ UPDATE chat_trace SET at = at - interval '2 hours' WHERE conversation_id = $1",
        values: [roomId],
      });
    await age();
    expect([await sayHere(bob, 'second'), await sayHere(alice, 'third')]).toEqual([posted, posted]);
    // What is too old to matter is forgotten, also where nobody writes any more; by the running server or here, whoever is first.
    await age();
    expect(await sayHere(alice, 'fourth')).toEqual(posted);
    await forgetTraces(world.database, { limit: 1, signal: new AbortController().signal });
    const left = async () => {
      const [row] = await world.database.query<{ readonly rows: bigint }>({
        text: '/* test */ SELECT count(*) AS rows FROM chat_trace WHERE conversation_id = $1',
        values: [roomId],
      });
      return Number(row?.rows);
    };
    await expect.poll(left).toBe(1);
    await setModes(OFF);
  });

  test('links: for moderators only, or for nobody', async () => {
    const [alice, moderator] = [aPerson('alice'), aPerson('moderator')];
    await moderate(messaging, streamer, 'setRole', { conversationId: roomId, userId: moderator.id, role: 'MODERATOR' });
    await setModes({ links: 'MODERATORS_ONLY' });
    expect([await sayHere(alice, 'see ехаmple . com'), await sayHere(moderator, 'see example.com')]).toEqual(['LINKS_NOT_ALLOWED', posted]);
    await setModes({ links: 'BLOCK' }, moderator.as);
    expect([await sayHere(moderator, 'see example.com'), await sayHere(alice, 'nothing to see')]).toEqual(['LINKS_NOT_ALLOWED', posted]);
    await setModes(OFF);
  });

  const filters = async (as: Identity) =>
    (
      await askData<{ room: { filters: readonly { id: string; text: string }[] | null } }>(messaging, {
        as,
        query: 'query ($id: ID!) { room(id: $id) { filters { id text } } }',
        variables: { id: roomId },
      })
    ).room.filters;
  const removeFilters = async (filters: readonly { readonly id: string }[]) => {
    for (const { id } of filters) await moderate(twin, streamer, 'removeFilter', { conversationId: roomId, filterId: id });
  };

  test('what the data of a custom message says has to keep to the same rules', async () => {
    const alice = aPerson('alice');
    const send = async (data: object, text = ''): Promise<number | string> => {
      const { sendMessage } = await askData<{
        sendMessage: { event: { seq: number } | null; held: object | null; userErrors: readonly { code: string }[] };
      }>(messaging, {
        as: alice.as,
        query: 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { event { seq } held { id } userErrors { code } } }',
        variables: {
          input: { conversationId: roomId, text, custom: { schema: 'card', data: JSON.stringify(data) }, idempotencyKey: randomUUID() },
        },
      });
      return sendMessage.event?.seq ?? (sendMessage.held === null ? (sendMessage.userErrors[0]?.code ?? '') : 'HELD');
    };
    await setModes({ emotesOnly: true });
    expect(await send({ title: 'hello' }, ':wave:')).toBe('EMOTES_ONLY');
    await setModes({ ...OFF, links: 'BLOCK' });
    expect([await send({ rows: [{ note: 'see example.com' }] }), await send({ rows: [{ note: 'see' }] })]).toEqual([
      'LINKS_NOT_ALLOWED',
      posted,
    ]);
    await setModes({ ...OFF, uniqueMinutes: 5 });
    expect([await send({ score: 1 }), await send({ score: 2 }), await send({ score: 1 })]).toEqual([posted, posted, 'NOT_UNIQUE']);
    await setModes(OFF);
    const add = (text: string, action: string) =>
      moderate(messaging, streamer, 'addFilter', { conversationId: roomId, kind: 'KEYWORD', text, action });
    for (const each of [await add('swindle', 'REFUSE'), await add('darn', 'MASK'), await add('giveaway', 'HOLD')])
      expect(each.codes).toEqual([]);
    expect([
      await send({ rows: [[{ note: 'what a ѕwindle' }]] }),
      await send({ note: 'darn' }),
      await send({ note: 'a giveaway' }),
      await send({ note: 'a darn giveaway' }),
      await send({ note: 'x'.repeat(1_001) }),
      await send({ note: 'x'.repeat(1_000) }),
    ]).toEqual(['FILTERED', 'FILTERED', 'HELD', 'FILTERED', 'FILTERED', posted]);
    await removeFilters((await filters(streamer)) ?? []);
  });

  test('a filter refuses or masks, for all but moderators; who may not set filters does not see them', async () => {
    const alice = aPerson('alice');
    const add = (input: object, as = streamer) => moderate(messaging, as, 'addFilter', { conversationId: roomId, ...input });
    expect((await add({ kind: 'KEYWORD', text: 'scam', action: 'REFUSE' }, alice.as)).codes).toEqual(['NOT_A_MODERATOR']);
    expect((await add({ kind: 'KEYWORD', text: 'scam', action: 'REFUSE' })).codes).toEqual([]);
    expect((await add({ kind: 'PATTERN', text: '(a+)+$', action: 'MASK' })).codes).toEqual([]);
    expect((await add({ kind: 'PATTERN', text: '(?=x)', action: 'MASK' })).codes).toEqual(['PATTERN_NOT_POSSIBLE']);
    expect([await sayHere(alice, 'a $c4m'), await sayHere(alice, 'bananaa')]).toEqual(['FILTERED', posted]);
    expect((await roomLog(messaging.feeds, roomId)).at(-1)?.payload['text']).toBe('banan***');
    expect(await filters(alice.as)).toBeNull();
    const mine = (await filters(streamer)) ?? [];
    expect(mine.map(({ text }) => text)).toEqual(['scam', '(a+)+$']);
    await removeFilters(mine);
    expect([await filters(streamer), await sayHere(alice, 'scam')]).toEqual([[], posted]);
  });

  test('what was decided is told to everybody (modes) and written down for moderators (all)', async () => {
    const bob = aPerson('bob');
    const key = { idempotencyKey: randomUUID() };
    expect((await setModes({ slowSeconds: 7, ...key })).codes).toEqual([]);
    expect((await setModes({ slowSeconds: 8, ...key })).codes).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect((await setModes({ slowSeconds: 121 })).codes).toEqual(['MODE_OUT_OF_RANGE']);
    expect((await setModes({ slowSeconds: 9 }, bob.as)).codes).toEqual(['NOT_A_MODERATOR']);
    expect((await logOf(messaging, conversationFeedOf(roomId))).at(-1)).toMatchObject({ kind: 'chat.modes', modes: { slowSeconds: 7 } });
    expect((await logOf(messaging, moderationFeedOf(roomId))).at(-1)).toMatchObject({
      kind: 'policy.set',
      change: expect.stringContaining('7'),
    });
    await setModes(OFF);
  });
});

test('a permission is moved by the owner alone, and holds for the next message', async () => {
  const [owner, bob] = [aPerson('owner'), aPerson('bob')];
  const groupId = await aGroupOf(messaging, owner, bob);
  const only = (as: Identity, least: string | null) =>
    moderate(messaging, as, 'setPermission', { conversationId: groupId, permission: 'POST', least });
  expect((await only(bob.as, 'GUEST')).codes).toEqual(['NOT_THE_OWNER']);
  expect((await only(aPerson().as, 'GUEST')).codes).toEqual(['ROOM_NOT_FOUND']);
  expect((await only(owner.as, 'VIP')).codes).toEqual([]);
  expect([await say(twin, bob, groupId, 'hello'), await say(messaging, owner, groupId, 'hello')]).toEqual(['POSTING_NOT_ALLOWED', 1]);
  await moderate(messaging, owner.as, 'setRole', { conversationId: groupId, userId: bob.id, role: 'VIP' });
  expect(await say(twin, bob, groupId, 'hello')).toBe(2);
  expect((await only(owner.as, null)).codes).toEqual([]);
  await moderate(messaging, owner.as, 'setRole', { conversationId: groupId, userId: bob.id, role: 'MEMBER' });
  expect(await say(twin, bob, groupId, 'hello')).toBe(3);
});

test('a filter of the platform holds everywhere within a second, and operators alone set it', async () => {
  const [owner, bob] = [aPerson('owner'), aPerson('bob')];
  const groupId = await aGroupOf(messaging, owner, bob);
  const word = `forbidden${randomUUID().slice(0, 8).replaceAll('-', '')}`;
  const input = { kind: 'KEYWORD', text: word, action: 'REFUSE' };
  expect((await moderate(messaging, owner.as, 'addFilter', input)).codes).toEqual(['NOT_A_MODERATOR']);
  expect((await moderate(messaging, operator, 'addFilter', input)).codes).toEqual([]);
  await expect.poll(() => say(twin, owner, groupId, word)).toBe('FILTERED');
  const { platformFilters } = await askData<{ platformFilters: readonly { id: string }[] }>(messaging, {
    as: operator,
    query: '{ platformFilters { id } }',
  });
  expect(platformFilters).toHaveLength(1);
  expect((await moderate(messaging, operator, 'removeFilter', { filterId: platformFilters[0]?.id ?? '' })).codes).toEqual([]);
  await expect.poll(() => say(twin, owner, groupId, word)).toEqual(expect.any(Number));
});

test('the name of a reaction and what is announced have to pass the filters, too, whatever the modes', async () => {
  const { roomId: conversationId, as: owner } = await aLiveRoom(world);
  const alice = aPerson('alice');
  await say(messaging, alice, conversationId, 'hello');
  const messageId = `${conversationId}:${(await roomLog(messaging.feeds, conversationId)).at(-1)?.seq}`;
  const change = async (mutation: string, type: string, input: object, as = alice.as) => {
    const query = `mutation ($input: ${type}!) { answer: ${mutation}(input: $input) { userErrors { code reason field } } }`;
    const variables = { input: { ...input, idempotencyKey: randomUUID() } };
    const { answer } = await askData<{ answer: { userErrors: readonly { reason: string | null; field: readonly string[] }[] } }>(
      messaging,
      {
        as,
        query,
        variables,
      },
    );
    return answer.userErrors[0];
  };
  const react = async (emoji: string, as = alice.as) => (await change('addReaction', 'ReactionInput', { messageId, emoji }, as))?.reason;
  const announce = async (text: string) => (await change('setAnnouncement', 'AnnouncementInput', { conversationId, text }))?.reason;
  for (const [text, action] of [
    ['swindle', 'REFUSE'],
    ['darn', 'MASK'],
    ['giveaway', 'HOLD'],
  ])
    await moderate(messaging, owner, 'addFilter', { conversationId, kind: 'KEYWORD', text, action });
  await setModes({ slowSeconds: 60, membersOnly: true, links: 'BLOCK' }, owner, conversationId);
  await moderate(messaging, owner, 'setPermission', { conversationId, permission: 'ANNOUNCE', least: 'GUEST' });
  expect([await react(':sw1nd_le:'), await react(':darn:'), await react(':giveaway:')]).toEqual(['FILTERED', 'FILTERED', 'HELD']);
  expect([await react(':wave:'), await react('👍'), await react(':swindle:', owner)]).toEqual([undefined, undefined, undefined]);
  expect((await change('addReaction', 'ReactionInput', { messageId, emoji: ':a_swindle:' }))?.field).toEqual(['input', 'emoji']);
  expect([await announce('a swindle'), await announce('a giveaway'), await announce('darn, see example.com')]).toEqual([
    'FILTERED',
    'HELD',
    undefined,
  ]);
  const { conversation } = await askData<{ conversation: { announcement: { text: string } } }>(messaging, {
    as: alice.as,
    query: 'query ($id: ID!) { conversation(id: $id) { announcement { text } } }',
    variables: { id: conversationId },
  });
  expect(conversation.announcement.text).toBe('***, see example.com');
});

test('whom a message mentions says nothing that its text could not', async () => {
  const { roomId: conversationId, as: owner } = await aLiveRoom(world);
  const alice = aPerson('alice');
  const mention = async (text: string, ...mentionedUserIds: readonly string[]) => {
    const { sendMessage } = await askData<{ sendMessage: { held: object | null; userErrors: readonly { code: string }[] } }>(messaging, {
      as: alice.as,
      query: 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { held { id } userErrors { code } } }',
      variables: { input: { conversationId, text, mentionedUserIds, idempotencyKey: randomUUID() } },
    });
    return sendMessage.held === null ? (sendMessage.userErrors[0]?.code ?? 'posted') : 'HELD';
  };
  await setModes({ emotesOnly: true }, owner, conversationId);
  expect([await mention(':wave:', 'such-a-loser'), await mention(':wave:')]).toEqual(['EMOTES_ONLY', 'posted']);
  await setModes({ emotesOnly: false, links: 'BLOCK' }, owner, conversationId);
  expect(await mention('see', 'example dot com')).toBe('LINKS_NOT_ALLOWED');
  await setModes(OFF, owner, conversationId);
  for (const [text, action] of [
    ['swindle', 'REFUSE'],
    ['darn', 'MASK'],
    ['give away', 'HOLD'],
  ])
    await moderate(messaging, owner, 'addFilter', { conversationId, kind: 'KEYWORD', text, action });
  expect([
    await mention('what a', 'Swindle!'),
    await mention('well', 'darn'),
    await mention('a', 'give', 'away'),
    await mention('hello', 'bob', ...Array.from({ length: 30 }, () => randomUUID())),
    await mention('hello', 'bob', 'swindler'),
  ]).toEqual(['FILTERED', 'FILTERED', 'HELD', 'FILTERED', 'posted']);
});

test('a room says why somebody cannot post and until when, as the posting lane would', async () => {
  const live = await aLiveRoom(world);
  const owner = live.as.kind === 'user' ? (live.as.id ?? '') : '';
  const [alice, fan, vip] = [aPerson('alice'), aPerson('fan'), aPerson('vip')];
  const query = 'query ($id: ID!) { room(id: $id) { canPost cannotPostReason canPostAt } }';
  const barOf = async (as: Identity) => {
    type Bar = { canPost: boolean; cannotPostReason: string | null; canPostAt: string | null };
    const { canPost, cannotPostReason, canPostAt } = (
      await askData<{ room: Bar }>(messaging, { as, query, variables: { id: live.roomId } })
    ).room;
    expect(canPost).toBe(cannotPostReason === null);
    return [cannotPostReason, canPostAt];
  };
  const modes = (more: object) => moderate(messaging, live.as, 'setChatModes', { conversationId: live.roomId, ...more });
  const FREE = [null, null];
  expect([await barOf(ANONYMOUS), await barOf(aUser('reader')), await barOf(alice.as)]).toEqual([
    ['NOT_SIGNED_IN', null],
    ['SCOPE_MISSING', null],
    FREE,
  ]);
  await moderate(messaging, live.as, 'setRole', { conversationId: live.roomId, userId: vip.id, role: 'VIP' });
  await modes({ slowSeconds: 60 });
  const beforeMs = Date.now();
  expect([typeof (await say(messaging, alice, live.roomId, 'one')), typeof (await say(messaging, vip, live.roomId, 'two'))]).toEqual([
    'number',
    'number',
  ]);
  const [reason, at] = await barOf(alice.as);
  expect([reason, await say(messaging, alice, live.roomId, 'again'), await barOf(vip.as)]).toEqual(['SLOW_MODE', 'SLOW_MODE', FREE]);
  expect(Date.parse(at ?? '')).toBeGreaterThanOrEqual(beforeMs + 59_000);
  expect(Date.parse(at ?? '')).toBeLessThan(Date.now() + 61_000);
  await modes({ slowSeconds: 0, followersOnlyMinutes: 10 });
  await askData(messaging, {
    as: aUser('service', 'ops:write'),
    query: 'mutation ($input: SetFollowersInput!) { setFollowers(input: $input) { __typename } }',
    variables: { input: { ownerId: owner, userIds: [fan.id], follow: true } },
  });
  const [fanReason, fanAt] = await barOf(fan.as);
  expect([await barOf(alice.as), fanReason, await say(messaging, fan, live.roomId, 'me')]).toEqual([
    ['FOLLOWERS_ONLY', null],
    'FOLLOWERS_ONLY',
    'FOLLOWERS_ONLY',
  ]);
  expect(Date.parse(fanAt ?? '')).toBeGreaterThan(Date.now() + 500_000);
  await modes({ followersOnlyMinutes: null, membersOnly: true, emotesOnly: true });
  expect([await barOf(alice.as), await barOf(vip.as)]).toEqual([['MEMBERS_ONLY', null], FREE]);
  await modes({ membersOnly: false });
  expect(await barOf(alice.as)).toEqual(FREE);
  await moderate(messaging, live.as, 'setPermission', { conversationId: live.roomId, permission: 'POST', least: 'VIP' });
  expect([await barOf(alice.as), await barOf(vip.as)]).toEqual([['POSTING_NOT_ALLOWED', null], FREE]);
  const until = new Date(Date.now() + 60_000).toISOString();
  await moderate(messaging, live.as, 'sanctionUser', { conversationId: live.roomId, userId: vip.id, type: 'TIMEOUT', expiresAt: until });
  await moderate(messaging, live.as, 'sanctionUser', { conversationId: live.roomId, userId: fan.id, type: 'BAN' });
  expect([await barOf(vip.as), await barOf(fan.as)]).toEqual([
    ['MUTED', until],
    ['BANNED', null],
  ]);
  await live.end();
  expect(await barOf(alice.as)).toEqual(['ROOM_CLOSED', null]);
});
