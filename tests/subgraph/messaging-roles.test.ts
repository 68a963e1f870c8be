import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Identity } from '#platform/identity/identity.ts';
import { shardIndexOf } from '#platform/ids.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { moderationFeedOf } from '../../subgraphs/messaging/data/moderationEvents.ts';
import type { Permission } from '../../subgraphs/messaging/domain/role.ts';
import { conversationFeedOf } from '../../subgraphs/messaging/events.ts';
import { aLiveRoom, aMessagingWorld, type MessagingWorld } from '../support/messaging.ts';
import { aGroupOf, aPerson, logOf, moderate, type Person, say, standing } from '../support/moderation.ts';
import { askData, aUser } from '../support/runtime.ts';

let world: MessagingWorld;
let messaging: RunningSubgraph;
let twin: RunningSubgraph;
let streamer: Identity;
let roomId: string;

beforeAll(async () => {
  world = await aMessagingWorld();
  messaging = world.messaging;
  twin = await world.twin();
  const live = await aLiveRoom(world);
  streamer = live.as;
  roomId = live.roomId;
});

afterAll(() => world.close());

const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();
const operator = aUser('olga', 'ops:write', 'chat:write');

/** Who was made a moderator of the room. */
const aModerator = async (): Promise<Person> => {
  const person = aPerson('moderator');
  expect(await moderate(messaging, streamer, 'setRole', { conversationId: roomId, userId: person.id, role: 'MODERATOR' })).toMatchObject({
    role: 'MODERATOR',
    codes: [],
  });
  return person;
};

describe('roles', () => {
  test('the streamer owns the room and makes moderators, VIPs and members; everybody else is a guest', async () => {
    const [alice, moderator] = [aPerson(), await aModerator()];
    const roleIn = async (as: Identity | undefined) => (await standing(messaging, as, roomId))?.role;
    expect([await roleIn(streamer), await roleIn(moderator.as), await roleIn(alice.as), await roleIn(undefined)]).toEqual([
      'OWNER',
      'MODERATOR',
      'GUEST',
      'GUEST',
    ]);
    const give = (as: Identity, role: string) => moderate(twin, as, 'setRole', { conversationId: roomId, userId: alice.id, role });
    expect((await give(moderator.as, 'VIP')).codes).toEqual(['NOT_THE_OWNER']);
    expect((await give(streamer, 'OWNER')).codes).toEqual(['ROLE_NOT_GIVABLE']);
    expect([(await give(operator, 'VIP'))['role'], await roleIn(alice.as)]).toEqual(['VIP', 'VIP']);
    expect((await standing(messaging, alice.as, roomId))?.permissions).toEqual(['POST', 'ATTACH', 'SKIP_MODES']);
    expect([(await give(streamer, 'GUEST'))['role'], await roleIn(alice.as)]).toEqual(['GUEST', 'GUEST']);
    // What changed nothing is nobody's news.
    expect((await give(streamer, 'GUEST')).codes).toEqual([]);
    const shown = (await logOf(messaging, conversationFeedOf(roomId))).filter(
      (event) => 'role' in event && 'userId' in event && event.userId === alice.id,
    );
    expect(shown).toMatchObject([
      { kind: 'role.changed', byId: 'olga', role: 'VIP' },
      { kind: 'role.changed', role: 'GUEST' },
    ]);
    const noted = (await logOf(messaging, moderationFeedOf(roomId))).filter((event) => 'userId' in event && event.userId === alice.id);
    expect(noted).toMatchObject([
      { kind: 'role.set', byId: 'olga', role: 'VIP', reason: null },
      { kind: 'role.set', role: 'GUEST' },
    ]);
  });

  test('in a group only members have one, and who leaves it loses it', async () => {
    const [owner, bob, stranger] = [aPerson('owner'), aPerson('bob'), aPerson()];
    const groupId = await aGroupOf(messaging, owner, bob);
    const give = (as: Identity, userId: string, role: string) =>
      moderate(messaging, as, 'setRole', { conversationId: groupId, userId, role });
    expect((await give(owner.as, stranger.id, 'VIP')).codes).toEqual(['NOT_A_MEMBER']);
    expect((await give(stranger.as, bob.id, 'VIP')).codes).toEqual(['ROOM_NOT_FOUND']);
    expect((await give(owner.as, bob.id, 'MODERATOR'))['role']).toBe('MODERATOR');
    expect(await standing(messaging, bob.as, groupId)).toMatchObject({
      role: 'MODERATOR',
      permissions: expect.arrayContaining(['MODERATE']),
    });
    expect((await moderate(messaging, bob.as, 'sanctionUser', { conversationId: groupId, userId: owner.id, type: 'KICK' })).codes).toEqual([
      'STREAMER_NOT_BANNABLE',
    ]);
    expect((await moderate(messaging, owner.as, 'sanctionUser', { conversationId: groupId, userId: bob.id, type: 'KICK' })).codes).toEqual(
      [],
    );
    expect(await standing(messaging, bob.as, groupId)).toBeNull();
    const row = await world.database.query({ text: '/* test */ SELECT 1 FROM granted_role WHERE user_id = $1', values: [bob.id] });
    expect(row).toEqual([]);
  });

  test('a moderator who is banned is none any more, also when the ban is lifted', async () => {
    const moderator = await aModerator();
    expect(
      (await moderate(messaging, streamer, 'sanctionUser', { conversationId: roomId, userId: moderator.id, type: 'BAN' })).codes,
    ).toEqual([]);
    expect((await moderate(messaging, streamer, 'liftSanction', { conversationId: roomId, userId: moderator.id })).codes).toEqual([]);
    expect(await standing(messaging, moderator.as, roomId)).toEqual({ role: 'GUEST', permissions: ['POST', 'ATTACH'] });
  });
});

describe('sanctions', () => {
  const sanction = (as: Identity, user: Person, type: string, more: object = {}, on = messaging) =>
    moderate(on, as, 'sanctionUser', { conversationId: roomId, userId: user.id, type, ...more });

  test('who is muted cannot post until that ends, and nobody but moderators is told', async () => {
    const [moderator, mallory] = [await aModerator(), aPerson('mallory')];
    const expiresAt = inMs(60_000);
    expect(await sanction(moderator.as, mallory, 'MUTE', { expiresAt, reason: ' loud ' })).toMatchObject({
      codes: [],
      sanction: { type: 'MUTE', user: { id: mallory.id }, by: { id: moderator.id }, reason: 'loud', expiresAt },
    });
    expect([await say(messaging, mallory, roomId, 'hello'), await say(twin, mallory, roomId, 'hello')]).toEqual(['MUTED', 'MUTED']);
    await world.database.query({
      text: '/* test */ UPDATE sanction SET expires_at = clock_timestamp() WHERE user_id = $1',
      values: [mallory.id],
    });
    expect(await say(messaging, mallory, roomId, 'again')).toEqual(expect.any(Number));
    const shown = await logOf(messaging, conversationFeedOf(roomId));
    expect(shown.filter((event) => 'userId' in event && event.userId === mallory.id)).toEqual([]);
    expect((await logOf(messaging, moderationFeedOf(roomId))).at(-1)).toMatchObject({
      kind: 'sanction.given',
      verb: 'MUTE',
      reason: 'loud',
      until: expiresAt,
    });
  });

  test('who cannot post there does not speak by what is announced, pinned or the title of a group either, and may still take that back', async () => {
    const [owner, moderator] = [aPerson('owner'), aPerson('moderator')];
    const conversationId = await aGroupOf(messaging, owner, moderator);
    await say(messaging, owner, conversationId, 'hello');
    const messageId = `${conversationId}:2`;
    const code = async (mutation: string, type: string, input: object): Promise<string> => {
      const { answer } = await askData<{ answer: { userErrors: readonly { code: string }[] } }>(messaging, {
        as: moderator.as,
        query: `mutation ($input: ${type}!) { answer: ${mutation}(input: $input) { userErrors { code } } }`,
        variables: { input: { ...input, idempotencyKey: randomUUID() } },
      });
      return answer.userErrors[0]?.code ?? 'done';
    };
    const speakAll = async () => [
      await code('setAnnouncement', 'AnnouncementInput', { conversationId, text: 'listen' }),
      await code('pinMessage', 'MessageInput', { messageId }),
      await code('renameGroup', 'RenameGroupInput', { groupId: conversationId, title: 'listen' }),
    ];
    const user = { conversationId, userId: moderator.id };
    await moderate(messaging, owner.as, 'setRole', { ...user, role: 'MODERATOR' });
    await moderate(messaging, owner.as, 'sanctionUser', { ...user, type: 'MUTE' });
    expect(await speakAll()).toEqual(['NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED']);
    await moderate(messaging, owner.as, 'liftSanction', user);
    expect(await speakAll()).toEqual(['done', 'done', 'done']);
    await moderate(messaging, owner.as, 'sanctionUser', { ...user, type: 'TIMEOUT', expiresAt: inMs(60_000) });
    expect([
      await code('setAnnouncement', 'AnnouncementInput', { conversationId, text: null }),
      await code('unpinMessage', 'MessageInput', { messageId }),
    ]).toEqual(['done', 'done']);
  });

  test('who is timed out cannot post until somebody lifts it; all learn of the timeout', async () => {
    const [moderator, mallory] = [await aModerator(), aPerson('mallory')];
    expect((await sanction(moderator.as, mallory, 'TIMEOUT')).codes).toEqual(['EXPIRY_MISSING']);
    const expiresAt = inMs(60_000);
    expect((await sanction(moderator.as, mallory, 'TIMEOUT', { expiresAt }, twin)).codes).toEqual([]);
    expect(await say(messaging, mallory, roomId, 'hello')).toBe('MUTED');
    expect((await logOf(messaging, conversationFeedOf(roomId))).at(-1)).toEqual({
      kind: 'user.sanctioned',
      userId: mallory.id,
      verb: 'TIMEOUT',
      until: expiresAt,
    });
    expect(await moderate(twin, moderator.as, 'liftSanction', { conversationId: roomId, userId: mallory.id })).toMatchObject({
      sanction: { type: 'TIMEOUT' },
      codes: [],
    });
    expect(await say(messaging, mallory, roomId, 'hello')).toEqual(expect.any(Number));
  });

  test('a ban outweighs what is weaker, whoever decides that', async () => {
    const [moderator, mallory] = [await aModerator(), aPerson('mallory')];
    expect((await sanction(moderator.as, mallory, 'MUTE')).codes).toEqual([]);
    expect((await sanction(moderator.as, mallory, 'BAN')).codes).toEqual([]);
    expect((await sanction(streamer, mallory, 'MUTE')).codes).toEqual(['STRONGER_SANCTION']);
    expect(await say(messaging, mallory, roomId, 'hello')).toBe('BANNED');
  });

  test('guests, members and VIPs sanction nobody, moderators nobody at their height', async () => {
    const [moderator, other, mallory] = [await aModerator(), await aModerator(), aPerson('mallory')];
    expect((await sanction(mallory.as, moderator, 'KICK')).codes).toEqual(['NOT_A_MODERATOR']);
    expect((await sanction(moderator.as, other, 'KICK')).codes).toEqual(['RANK_TOO_HIGH']);
    expect((await sanction(streamer, other, 'MUTE')).codes).toEqual([]);
    expect((await moderate(messaging, other.as, 'liftSanction', { conversationId: roomId, userId: other.id })).codes).toEqual([
      'RANK_TOO_HIGH',
    ]);
  });

  test('who is kicked out of a room goes now, and may come and write again', async () => {
    const mallory = aPerson('mallory');
    expect(await sanction(streamer, mallory, 'KICK')).toMatchObject({ sanction: null, codes: [] });
    const control = await logOf(messaging, `control/${shardIndexOf(roomId)}`);
    expect(control.filter((event) => 'userId' in event && event.userId === mallory.id)).toEqual([
      { kind: 'user.kicked', roomId, userId: mallory.id, until: null },
    ]);
    expect(await say(messaging, mallory, roomId, 'back')).toEqual(expect.any(Number));
  });

  test('who is banned from a group is no member any more, and two decisions at once take nobody out twice', async () => {
    const [owner, bob, carol] = [aPerson('owner'), aPerson('bob'), aPerson('carol')];
    const groupId = await aGroupOf(messaging, owner, bob, carol);
    const out = (on: RunningSubgraph, type: string) =>
      moderate(on, owner.as, 'sanctionUser', { conversationId: groupId, userId: bob.id, type });
    const answers = await Promise.all([out(messaging, 'KICK'), out(twin, 'KICK'), out(messaging, 'KICK')]);
    expect(answers.map(({ codes }) => codes.join()).toSorted()).toEqual(['', 'NOT_A_MEMBER', 'NOT_A_MEMBER']);
    expect((await out(messaging, 'BAN')).codes).toEqual([]);
    expect(await say(messaging, bob, groupId, 'hello')).toBe('CONVERSATION_NOT_FOUND');
    const log = await logOf(messaging, conversationFeedOf(groupId));
    expect(log.filter((event) => 'left' in event)).toMatchObject([{ kind: 'group.changed', memberCount: 2, left: [bob.id] }]);
    expect((await logOf(messaging, `inbox/${bob.id}`)).map(({ kind }) => kind)).toEqual(['inbox.joined', 'inbox.left']);
  });

  test('one key, one answer, also when others decided meanwhile', async () => {
    const mallory = aPerson('mallory');
    const key = { idempotencyKey: randomUUID() };
    const first = await sanction(streamer, mallory, 'MUTE', key);
    await moderate(messaging, streamer, 'liftSanction', { conversationId: roomId, userId: mallory.id });
    expect(await sanction(streamer, mallory, 'MUTE', key, twin)).toEqual(first);
    expect((await sanction(streamer, mallory, 'BAN', key)).codes).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect(await say(messaging, mallory, roomId, 'hello')).toEqual(expect.any(Number));
  });
});

test('each permission reaches exactly as far as its owner has said, and who may not learns so by its code', async () => {
  const [owner, vip, member, target, newcomer] = [aPerson('owner'), aPerson('vip'), aPerson('member'), aPerson('target'), aPerson()];
  const conversationId = await aGroupOf(messaging, owner, vip, member, target);
  const done = async (as: Identity, mutation: string, type: string, input: object): Promise<string> => {
    const { answer } = await askData<{ answer: { userErrors: readonly { code: string }[] } }>(twin, {
      as,
      query: `mutation ($input: ${type}!) { answer: ${mutation}(input: $input) { userErrors { code } } }`,
      variables: { input: { ...input, idempotencyKey: randomUUID() } },
    });
    return answer.userErrors[0]?.code ?? 'DONE';
  };
  const byOwner = (mutation: string, type: string, input: object) => done(owner.as, mutation, type, { conversationId, ...input });
  const send = (as: Identity, input: object) => done(as, 'sendMessage', 'SendMessageInput', { conversationId, ...input });
  // The log begins with the making of the group, so this message has the second place.
  await send(target.as, { text: 'hello' });
  const messageId = `${conversationId}:2`;
  await byOwner('setRole', 'SetRoleInput', { userId: vip.id, role: 'VIP' });
  await byOwner('addFilter', 'AddFilterInput', { kind: 'KEYWORD', text: 'swindle', action: 'REFUSE' });
  await byOwner('setChatModes', 'SetChatModesInput', { emotesOnly: true });
  // ATTACH needs a store for files: its test is among theirs.
  const wishes: Readonly<Record<Exclude<Permission, 'ATTACH'>, readonly [refusal: string, wish: (as: Identity) => Promise<string>]>> = {
    SKIP_MODES: ['EMOTES_ONLY', (as) => send(as, { text: 'hello' })],
    SET_MODES: ['NOT_A_MODERATOR', (as) => done(as, 'setChatModes', 'SetChatModesInput', { conversationId, emotesOnly: false })],
    POST: ['POSTING_NOT_ALLOWED', (as) => send(as, { text: 'hello' })],
    SKIP_FILTERS: ['FILTERED', (as) => send(as, { text: 'a swindle' })],
    MENTION_ALL: ['MENTIONS_ALL_NOT_ALLOWED', (as) => send(as, { text: 'hello', mentionsAll: true })],
    PIN: ['NOT_ALLOWED', (as) => done(as, 'pinMessage', 'MessageInput', { messageId })],
    ANNOUNCE: ['NOT_ALLOWED', (as) => done(as, 'setAnnouncement', 'AnnouncementInput', { conversationId, text: 'listen' })],
    INVITE: ['NOT_ALLOWED', (as) => done(as, 'addMembers', 'GroupMembersInput', { groupId: conversationId, userIds: [newcomer.id] })],
    RENAME: ['NOT_ALLOWED', (as) => done(as, 'renameGroup', 'RenameGroupInput', { groupId: conversationId, title: 'Others' })],
    RECALL: ['NOT_ALLOWED', (as) => done(as, 'recallMessage', 'MessageInput', { messageId })],
    MODERATE: [
      'NOT_A_MODERATOR',
      (as) => done(as, 'sanctionUser', 'SanctionUserInput', { conversationId, userId: target.id, type: 'MUTE' }),
    ],
  };
  const answers: Record<string, readonly string[]> = {};
  for (const [permission, [, wish]] of Object.entries(wishes)) {
    const least = (role: string | null) => byOwner('setPermission', 'SetPermissionInput', { permission, least: role });
    await least('OWNER');
    const before = await wish(vip.as);
    await least('VIP');
    answers[permission] = [before, await wish(member.as), await wish(vip.as)];
    await least(null);
  }
  expect(answers).toEqual(Object.fromEntries(Object.entries(wishes).map(([permission, [code]]) => [permission, [code, code, 'DONE']])));
});
