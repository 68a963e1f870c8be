import { describe, expect, test } from 'vitest';
import { markOf } from '#platform/feed/cursor.ts';
import type { FeedEvent, JsonObject, NewFeedEvent } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import { encodeInboxCursor, parseInboxCursor } from '../../subgraphs/messaging/data/inboxCursor.ts';
import { inboxJoinedEvent, inboxLeftEvent } from '../../subgraphs/messaging/data/inboxEvents.ts';
import { InboxMerge } from '../../subgraphs/messaging/data/inboxMerge.ts';
import { shares } from '../../subgraphs/messaging/domain/inbox.ts';
import { GROUPS_PER_USER_MAX, INBOX_CURSOR_LENGTH_MAX } from '../../subgraphs/messaging/domain/limits.ts';
import { conversationFeedOf, FEED_KINDS } from '../../subgraphs/messaging/events.ts';
import { createRandom } from '../support/random.ts';

const EPOCH = '0123456789ab';
const GROUP = newId();
const NOWHERE = { seq: 0, mark: '00000000' };

const logged = (event: Pick<NewFeedEvent, 'feed' | 'kind' | 'payload' | 'id' | 'v'>, seq: number): FeedEvent => ({
  ...event,
  seq,
  at: new Date(1_000 * seq),
  cursor: '',
});

const inGroup = (seq: number, kind: string, payload: JsonObject): FeedEvent =>
  logged({ feed: conversationFeedOf(GROUP), kind, payload, id: newId(), v: 1 }, seq);

const said = (seq: number): FeedEvent => inGroup(seq, FEED_KINDS.CHAT, { authorId: 'bob', text: `text ${seq}`, number: seq });
const changed = (seq: number, who: { readonly joined?: string[]; readonly left?: string[] }): FeedEvent =>
  inGroup(seq, FEED_KINDS.GROUP, { byId: 'bob', title: 'Fans', ownerId: 'bob', status: 'OPEN', memberCount: 2, ...who });

const subject = { conversationId: GROUP, userId: 'ann' };

/** Somebody whose first event it was to join, at seq 3 of the group's log. */
const aMember = () => {
  const joining = changed(3, { joined: ['ann'] });
  const merge = new InboxMerge('ann', { epoch: EPOCH, inbox: NOWHERE, groups: new Map() }, []);
  const merged = merge.takeFromInbox(logged(inboxJoinedEvent(subject, newId(), { seq: 3, mark: markOf(joining.id) }), 1));
  return { merge, merged };
};

describe('the merge of an inbox', () => {
  test('begins a group behind the joining, and takes no event twice or out of its turn', () => {
    const { merge, merged } = aMember();
    expect(merged).toMatchObject({ event: { __typename: 'InboxJoinedEvent' }, began: { id: 1, conversationId: GROUP } });
    expect([said(3), said(5), said(4), said(4), said(5)].map((event) => merge.takeFromGroup(1, event).event !== null)).toEqual([
      false,
      false,
      true,
      false,
      true,
    ]);
  });

  test('a leaving that the group tells of first ends it there, before the inbox knows', () => {
    const { merge } = aMember();
    merge.takeFromGroup(1, said(4));
    expect(merge.takeFromGroup(1, changed(5, { left: ['ann', 'carl'] }))).toMatchObject({
      event: { __typename: 'InboxConversationEvent' },
      ended: { id: 1 },
    });
    expect([said(6), changed(7, { joined: ['ann'] }), said(8)].map((event) => merge.takeFromGroup(1, event).event)).toEqual([
      null,
      null,
      null,
    ]);
    const left = merge.takeFromInbox(logged(inboxLeftEvent(subject, newId(), 5), 2));
    expect(left).toMatchObject({ event: { __typename: 'InboxLeftEvent' }, ended: { id: 1 } });
    expect([...merge.stays()]).toEqual([]);
  });

  test('a leaving that the inbox tells of first waits for what was said before', () => {
    const { merge } = aMember();
    const leaving = logged(inboxLeftEvent(subject, newId(), 5), 2);
    expect(merge.takeFromInbox(leaving)).toBeNull();
    merge.takeFromGroup(1, said(4));
    expect(merge.takeFromInbox(leaving)).toBeNull();
    merge.takeFromGroup(1, changed(5, { left: ['ann'] }));
    expect(merge.takeFromInbox(leaving)?.event?.__typename).toBe('InboxLeftEvent');
  });

  test('where the event of the leaving was erased, the known end holds', () => {
    const stay = { id: 1, conversationId: GROUP, joined: { seq: 3, mark: '00000003' }, left: { inboxSeq: 2, lastSeq: 5 } };
    const place = { epoch: EPOCH, inbox: { seq: 1, mark: '00000001' }, groups: new Map([[1, { seq: 4, mark: '00000004' }]]) };
    const merge = new InboxMerge('ann', place, [stay]);
    expect(merge.takeFromGroup(1, inGroup(5, FEED_KINDS.GROUP, {}))).toMatchObject({ event: null, ended: { id: 1 } });
    expect(merge.takeFromGroup(1, said(6)).event).toBeNull();
    expect(merge.takeFromInbox(logged(inboxLeftEvent(subject, newId(), 5), 2))?.event?.__typename).toBe('InboxLeftEvent');
  });

  test('an event that this version does not know moves the cursor and shows nothing', () => {
    const { merge } = aMember();
    const before = merge.cursor;
    expect(merge.takeFromInbox(logged({ feed: 'inbox/ann', kind: 'inbox.newer', payload: {}, id: newId(), v: 9 }, 2))).toEqual({
      event: null,
    });
    expect(merge.takeFromGroup(1, inGroup(4, 'chat.newer', {}))).toEqual({ event: null });
    expect(parseInboxCursor(merge.cursor)).toMatchObject({ inbox: { seq: 2 } });
    expect(parseInboxCursor(merge.cursor).groups.get(1)?.seq).toBe(4);
    expect(merge.cursor).not.toBe(before);
  });
});

describe('cursors of inboxes', () => {
  test('come back as they were, and of as many groups as anybody may be in are short enough', () => {
    const random = createRandom(7);
    const mark = (): string =>
      random
        .below(2 ** 32)
        .toString(16)
        .padStart(8, '0');
    for (let round = 0; round < 200; round += 1) {
      const ids = Array.from({ length: random.below(GROUPS_PER_USER_MAX + 1) }, (_, index) => 1 + index * 50 + random.below(50));
      const groups = new Map(ids.map((id) => [id, { seq: 1 + random.below(2 ** 31), mark: mark() }]));
      const place = { epoch: EPOCH, inbox: { seq: GROUPS_PER_USER_MAX * 50 + random.below(2 ** 40), mark: mark() }, groups };
      const cursor = encodeInboxCursor(place);
      expect(parseInboxCursor(cursor)).toEqual(place);
      expect(cursor.length).toBeLessThan(INBOX_CURSOR_LENGTH_MAX);
    }
  });

  test('anything else is none: cut, prolonged, turned round, or with one place in two spellings', () => {
    const mark = 'ffffffff';
    const cursor = encodeInboxCursor({
      epoch: EPOCH,
      inbox: { seq: 300, mark },
      groups: new Map([
        [7, { seq: 9, mark }],
        [200, { seq: 8, mark }],
      ]),
    });
    const bytes = Buffer.from(cursor, 'base64url');
    const wrong = [
      ...Array.from({ length: bytes.length }, (_, length) => bytes.subarray(0, length)).filter(
        ({ length }) => length !== 13 && length !== 19,
      ),
      Buffer.concat([bytes, Buffer.of(1)]),
      Buffer.concat([Buffer.of(2), bytes.subarray(1)]),
      Buffer.concat([bytes.subarray(0, 13), bytes.subarray(19), bytes.subarray(13, 19)]),
      Buffer.concat([bytes.subarray(0, 13), Buffer.of(0x87, 0), bytes.subarray(14)]),
      Buffer.concat([bytes.subarray(0, 13), Buffer.alloc(12, 0xff)]),
    ].map((each) => each.toString('base64url'));
    for (const text of [...wrong, `${cursor}=`, ` ${cursor}`, '', 'x'.repeat(INBOX_CURSOR_LENGTH_MAX + 1)])
      expect(() => parseInboxCursor(text), text).toThrow('not a cursor');
  });
});

test('shares of a page: who misses little gets all of it, nobody more than they miss, and together no more than there is', () => {
  expect(shares([1_000, 3, 0, 1_000], 101)).toEqual([49, 3, 0, 49]);
  expect(shares([5, 5, 5], 2)).toEqual([1, 1, 0]);
  expect(shares([10, 20], 100)).toEqual([10, 20]);
  expect(shares([], 100)).toEqual([]);
});
