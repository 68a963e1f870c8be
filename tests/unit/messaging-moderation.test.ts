import { describe, expect, test } from 'vitest';
import type { Conversation } from '../../subgraphs/messaging/domain/conversation.ts';
import { TIMEOUT_SECONDS_MAX } from '../../subgraphs/messaging/domain/limits.ts';
import { may, mayDo, outranks, PERMISSIONS, ROLES, type Role, roleOf } from '../../subgraphs/messaging/domain/role.ts';
import { roomBeforeItsStream } from '../../subgraphs/messaging/domain/room.ts';
import {
  decideModeration,
  type ModerationAction,
  type ModerationState,
  moderationFault,
  type Sanction,
} from '../../subgraphs/messaging/domain/sanction.ts';

const AT = new Date('2026-11-22T10:00:00.000Z');
const later = (ms: number): Date => new Date(AT.getTime() + ms);
const ID = '01980000-0000-7000-8000-000000000001';

const room: Conversation = { ...roomBeforeItsStream(ID, AT), ownerId: 'luna' };
const group: Conversation = { ...room, kind: 'GROUP', title: 'Fans', memberCount: 3 };

describe('roles', () => {
  /** The least role that may, where nothing else was said. */
  test.each([
    ['POST', 'GUEST'],
    ['ATTACH', 'GUEST'],
    ['SKIP_MODES', 'VIP'],
    ['SKIP_FILTERS', 'MODERATOR'],
    ['MENTION_ALL', 'MODERATOR'],
    ['PIN', 'MODERATOR'],
    ['ANNOUNCE', 'MODERATOR'],
    ['INVITE', 'MODERATOR'],
    ['RENAME', 'MODERATOR'],
    ['RECALL', 'MODERATOR'],
    ['MODERATE', 'MODERATOR'],
    ['SET_MODES', 'MODERATOR'],
  ] as const)('%s: %s and those above, and operators; an override moves the line', (permission, least) => {
    const allowed = ROLES.filter((role) => may(role, permission, {}));
    expect(allowed).toEqual(ROLES.slice(0, ROLES.indexOf(least) + 1));
    for (const moved of ROLES)
      expect(ROLES.filter((role) => may(role, permission, { [permission]: moved }))).toEqual(ROLES.slice(0, ROLES.indexOf(moved) + 1));
    expect(mayDo({ role: 'GUEST', isOperator: true }, permission, { [permission]: 'OWNER' })).toBe(true);
  });

  test('every permission has a line in the table above', () => expect(PERMISSIONS).toHaveLength(12));

  test('an owner is one by the conversation, members of groups by being in it, guests of rooms by nothing', () => {
    const none = { granted: null, isMember: false };
    expect([roleOf('luna', room, none), roleOf('luna', group, none)]).toEqual(['OWNER', 'OWNER']);
    expect([roleOf('alice', room, none), roleOf('alice', group, none)]).toEqual(['GUEST', 'GUEST']);
    expect(roleOf('alice', group, { ...none, isMember: true })).toBe('MEMBER');
    expect(roleOf('alice', room, { ...none, granted: 'VIP' })).toBe('VIP');
    expect(roleOf('alice', group, { granted: 'MODERATOR', isMember: true })).toBe('MODERATOR');
    // Who has left is nothing there any more.
    expect(roleOf('alice', group, { granted: 'MODERATOR', isMember: false })).toBe('GUEST');
  });

  test('nobody decides about owners, equals or those above, except operators about all but owners', () => {
    for (const [index, actor] of ROLES.entries())
      for (const [other, target] of ROLES.entries()) {
        expect(outranks({ role: actor, isOperator: false }, target)).toBe(target !== 'OWNER' && index < other);
        expect(outranks({ role: actor, isOperator: true }, target)).toBe(target !== 'OWNER');
      }
  });
});

const state = (over: Partial<ModerationState> = {}): ModerationState => ({
  conversation: room,
  overrides: {},
  actor: { id: 'luna', isOperator: false, role: 'OWNER' },
  target: 'GUEST',
  sanction: undefined,
  now: AT,
  ...over,
});
const by = (role: Role, isOperator = false): Partial<ModerationState> => ({ actor: { id: 'moira', isOperator, role } });
const sanction = (over: object = {}): ModerationAction => ({
  type: 'sanction',
  verb: 'BAN',
  conversationId: ID,
  userId: 'mallory',
  reason: null,
  expiresAt: null,
  ...over,
});
const lift = (over: object = {}): ModerationAction => ({
  type: 'lift',
  only: null,
  conversationId: ID,
  userId: 'mallory',
  reason: null,
  ...over,
});
const role = (given: Role): ModerationAction => ({ type: 'role', role: given, conversationId: ID, userId: 'mallory', reason: null });
const held = (over: Partial<Sanction> = {}): Sanction => ({
  conversationId: ID,
  userId: 'mallory',
  type: 'BAN',
  byId: 'luna',
  reason: null,
  at: AT,
  expiresAt: later(1_000),
  ...over,
});

describe('a decision about somebody', () => {
  test.each([
    ['in no conversation', 'ROOM_NOT_FOUND', sanction(), state({ conversation: undefined })],
    ['in a direct conversation', 'ROOM_NOT_FOUND', sanction(), state({ ...by('MEMBER', true), conversation: { ...room, kind: 'DIRECT' } })],
    ['in a group of others', 'ROOM_NOT_FOUND', sanction(), state({ ...by('GUEST'), conversation: group })],
    ['by a VIP', 'NOT_A_MODERATOR', sanction(), state(by('VIP'))],
    [
      'by a moderator where only the owner may',
      'NOT_A_MODERATOR',
      sanction(),
      state({ ...by('MODERATOR'), overrides: { MODERATE: 'OWNER' } }),
    ],
    ['about the owner', 'STREAMER_NOT_BANNABLE', sanction(), state({ ...by('GUEST', true), target: 'OWNER' })],
    ['among moderators', 'RANK_TOO_HIGH', sanction(), state({ ...by('MODERATOR'), target: 'MODERATOR' })],
    ['that ends now', 'EXPIRY_IN_PAST', sanction({ expiresAt: AT }), state()],
    [
      'that lasts too long for a timeout',
      'EXPIRY_TOO_FAR',
      sanction({ verb: 'TIMEOUT', expiresAt: later(TIMEOUT_SECONDS_MAX * 1_000 + 1) }),
      state(),
    ],
    ['weaker than the ban that holds', 'STRONGER_SANCTION', sanction({ verb: 'MUTE' }), state({ sanction: held() })],
    ['to kick who is not in the group', 'NOT_A_MEMBER', sanction({ verb: 'KICK' }), state({ conversation: group })],
    ['to lift what is not there', 'NOT_SANCTIONED', lift(), state()],
    ['to lift what has ended by itself', 'NOT_SANCTIONED', lift(), state({ sanction: held({ expiresAt: AT }) })],
    ['to unban who is muted', 'NOT_BANNED', lift({ only: 'BAN' }), state({ sanction: held({ type: 'MUTE' }) })],
    ['to lift what holds about an equal', 'RANK_TOO_HIGH', lift(), state({ ...by('MODERATOR'), target: 'MODERATOR', sanction: held() })],
    ['about a role, by a moderator', 'NOT_THE_OWNER', role('VIP'), state(by('MODERATOR'))],
    ['about the role of the owner', 'ROLE_NOT_GIVABLE', role('VIP'), state({ target: 'OWNER' })],
    ['to make a guest of a member', 'ROLE_NOT_GIVABLE', role('GUEST'), state({ conversation: group, target: 'VIP' })],
    ['about the role of who is not in the group', 'NOT_A_MEMBER', role('VIP'), state({ conversation: group })],
  ])('%s is refused: %s', (_, code, action, before) => expect(decideModeration(action, before)).toBe(code));

  test('a moderator may decide about all below; an override lets VIPs, too', () => {
    for (const target of ['VIP', 'MEMBER', 'GUEST'] as const)
      expect(decideModeration(sanction(), state({ ...by('MODERATOR'), target }))).toMatchObject({ verb: 'BAN', left: false });
    const overrides = { MODERATE: 'VIP' } as const;
    expect(decideModeration(sanction(), state({ ...by('VIP'), overrides }))).toMatchObject({ verb: 'BAN' });
  });

  test('a ban and a kick end a membership, a timeout and a mute do not; a ban replaces what is weaker', () => {
    const before = state({ conversation: group, target: 'MEMBER', sanction: held({ type: 'TIMEOUT' }) });
    const expiresAt = later(5);
    expect(decideModeration(sanction({ expiresAt }), before)).toMatchObject({ sanction: { type: 'BAN', expiresAt }, left: true });
    expect(decideModeration(sanction({ verb: 'KICK' }), before)).toEqual({ type: 'sanctioned', verb: 'KICK', sanction: null, left: true });
    for (const verb of ['MUTE', 'TIMEOUT'])
      expect(decideModeration(sanction({ verb, expiresAt }), before)).toMatchObject({ sanction: { type: verb }, left: false });
  });

  test('what is written down of a role: in rooms all but guests, in groups what is more than a member', () => {
    const granted = (given: Role, over: Partial<ModerationState> = {}) => decideModeration(role(given), state(over));
    expect([granted('VIP'), granted('MEMBER'), granted('GUEST')]).toEqual(
      ['VIP', 'MEMBER', null].map((each) => ({ type: 'role', granted: each })),
    );
    const member = { conversation: group, target: 'VIP' } as const;
    expect([granted('MODERATOR', member), granted('MEMBER', member)]).toEqual(
      ['MODERATOR', null].map((each) => ({ type: 'role', granted: each })),
    );
  });
});

describe('what is wrong with a wish by itself', () => {
  test.each([
    [null, sanction({ userId: 'x'.repeat(128), reason: '🎁'.repeat(200) })],
    ['USER_ID_INVALID', sanction({ userId: '' })],
    ['USER_ID_INVALID', sanction({ userId: 'x'.repeat(129) })],
    ['REASON_TOO_LONG', sanction({ reason: '🎁'.repeat(201) })],
    ['EXPIRY_MISSING', sanction({ verb: 'TIMEOUT' })],
    ['EXPIRY_NOT_POSSIBLE', sanction({ verb: 'KICK', expiresAt: AT })],
    ['ROLE_NOT_GIVABLE', role('OWNER')],
    [null, lift()],
  ])('%s', (fault, action) => expect(moderationFault(action)).toBe(fault));
});
