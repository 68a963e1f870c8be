import { describe, expect, test } from 'vitest';
import {
  PRESENCE_AUDIENCES,
  PRESENCE_USERS_MAX,
  type PresencePrivacy,
  presenceUsersFault,
  privacyAfter,
  shownPresence,
  sightBetween,
} from '../../subgraphs/messaging/domain/presence.ts';
import { TYPING_NAMES_MAX, typingFaultOf, typingRule, typingSeenBy } from '../../subgraphs/messaging/domain/typing.ts';

const show = (online: PresencePrivacy['online'], lastSeen = online): PresencePrivacy => ({ online, lastSeen });
const CONTACTS = { areContacts: true, areBlocked: false };
const STRANGERS = { areContacts: false, areBlocked: false };

const everyPair = PRESENCE_AUDIENCES.flatMap((online) => PRESENCE_AUDIENCES.map((lastSeen) => show(online, lastSeen))).flatMap(
  (one, _, all) => all.map((other) => [one, other] as const),
);

describe('what two people see of each other', () => {
  test.each([
    ['EVERYONE', 'EVERYONE', STRANGERS, true],
    ['EVERYONE', 'CONTACTS', STRANGERS, false],
    ['EVERYONE', 'CONTACTS', CONTACTS, true],
    ['CONTACTS', 'CONTACTS', STRANGERS, false],
    ['CONTACTS', 'CONTACTS', CONTACTS, true],
    ['NOBODY', 'EVERYONE', CONTACTS, false],
    ['EVERYONE', 'EVERYONE', { areContacts: true, areBlocked: true }, false],
  ] as const)('%s and %s', (one, other, relation, seen) => {
    expect(sightBetween(show(one), show(other), relation)).toEqual({ online: seen, lastSeen: seen });
  });

  test('it is the same both ways, whatever they show; last seen is never more than online', () => {
    for (const relation of [CONTACTS, STRANGERS])
      for (const [one, other] of everyPair) {
        const sight = sightBetween(one, other, relation);
        expect(sightBetween(other, one, relation)).toEqual(sight);
        expect(sight.lastSeen && !sight.online).toBe(false);
      }
  });

  test('who hides only when they were last is still seen to be online, and sees it of others', () => {
    expect(sightBetween(show('EVERYONE', 'NOBODY'), show('EVERYONE'), STRANGERS)).toEqual({ online: true, lastSeen: false });
  });

  test('who is online was not last seen; what is hidden or unknown is null', () => {
    const seenAt = new Date(0);
    const all = { online: true, lastSeen: true };
    expect(shownPresence('a', all, { online: true, seenAt })).toEqual({ userId: 'a', online: true, lastSeenAt: null });
    expect(shownPresence('a', all, { online: false, seenAt })).toEqual({ userId: 'a', online: false, lastSeenAt: seenAt });
    expect(shownPresence('a', all, { online: null, seenAt })).toEqual({ userId: 'a', online: null, lastSeenAt: seenAt });
    const none = { online: false, lastSeen: false };
    expect(shownPresence('a', none, { online: false, seenAt })).toEqual({ userId: 'a', online: null, lastSeenAt: null });
  });

  test('what is not said stays; a list of users to follow has bounds', () => {
    expect(privacyAfter(show('EVERYONE'), { online: null, lastSeen: 'NOBODY' })).toEqual(show('EVERYONE', 'NOBODY'));
    expect(presenceUsersFault(Array.from({ length: PRESENCE_USERS_MAX }, String))).toBeNull();
    expect(presenceUsersFault([])).toContain('1 to 100');
    expect(presenceUsersFault(Array.from({ length: PRESENCE_USERS_MAX + 1 }, String))).toContain('not of 101');
    expect(presenceUsersFault([''])).toContain('characters');
    expect(presenceUsersFault(['x'.repeat(129)])).toContain('characters');
  });
});

describe('typing', () => {
  test('it is off above 100 people and on again from 90 down; between them it stays', () => {
    expect([2, 90, 91, 100, 101, 1_000_000].map(typingRule)).toEqual(['ON', 'ON', 'AS_BEFORE', 'AS_BEFORE', 'OFF', 'OFF']);
  });

  test('nobody sees themselves; the first of the others are named, all are counted', () => {
    const userIds = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    expect(typingSeenBy('b', { off: false, userIds })).toEqual({ off: false, count: 6, userIds: ['a', 'c', 'd', 'e', 'f'] });
    expect(typingSeenBy('z', { off: false, userIds }).userIds).toHaveLength(TYPING_NAMES_MAX);
    expect(typingFaultOf('ROOM_CLOSED')).toBe('CONVERSATION_CLOSED');
    expect(typingFaultOf('NOT_A_MEMBER')).toBe('CONVERSATION_NOT_FOUND');
  });
});
