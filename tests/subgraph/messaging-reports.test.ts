import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Identity } from '#platform/identity/identity.ts';
import { shardOf } from '#platform/ids.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { queueFeedOf } from '../../subgraphs/messaging/data/queueEvents.ts';
import { CASES_OPEN_MAX, REPORTS_PER_CASE_MAX } from '../../subgraphs/messaging/domain/queueLimits.ts';
import { conversationFeedOf } from '../../subgraphs/messaging/events.ts';
import { aLiveRoom, aMessagingWorld, type MessagingWorld } from '../support/messaging.ts';
import { aGroupOf, aPerson, logOf, moderate, type Person, say } from '../support/moderation.ts';
import { casesIn, followQueue, itemsIn, report, resolve } from '../support/queue.ts';
import { ask, askData, aUser } from '../support/runtime.ts';

let world: MessagingWorld;
let messaging: RunningSubgraph;
let twin: RunningSubgraph;
let streamer: Identity;
let roomId: string;

const operator = aUser('olga', 'ops:write', 'ops:read');

beforeAll(async () => {
  world = await aMessagingWorld();
  messaging = world.messaging;
  twin = await world.twin();
  const live = await aLiveRoom(world);
  streamer = live.as;
  roomId = live.roomId;
});

afterAll(() => world.close());

/** Says something; the message's id. */
const aMessage = async (person: Person, conversationId: string): Promise<string> => {
  expect(await say(messaging, person, conversationId, 'something bad')).toEqual(expect.any(Number));
  const { events } = await messaging.feeds.page({ feed: conversationFeedOf(conversationId), limit: 100, direction: 'backward' });
  const event = events.findLast(({ payload }) => payload['authorId'] === person.id);
  return `${conversationId}:${event?.seq}`;
};

const aCase = async (conversationId: string, messageId: string) => {
  const all = await casesIn(messaging, operator, conversationId);
  return all.find(({ message }) => (message as { readonly id: string } | null)?.id === messageId);
};

describe('a report', () => {
  test('counts once per person, also at the same time in two processes, and is told to nobody but moderators', async () => {
    const [mallory, reporters] = [aPerson('mallory'), Array.from({ length: 6 }, () => aPerson())];
    const messageId = await aMessage(mallory, roomId);
    const before = (await logOf(messaging, conversationFeedOf(roomId))).length;
    const live = followQueue(twin, streamer, roomId);
    await live.next();
    const answers = await Promise.all(
      reporters.flatMap(({ as }) => [
        report(messaging, as, { messageId, reason: 'HATE', comment: '  look ' }),
        report(twin, as, { messageId, reason: 'SPAM' }),
      ]),
    );
    const taken = answers.filter((codes) => codes.length === 0);
    expect([taken.length, answers.flat()]).toEqual([6, Array.from({ length: 6 }, () => 'ALREADY_REPORTED')]);
    const found = await aCase(roomId, messageId);
    expect(found).toMatchObject({ state: 'OPEN', reportCount: 6, user: { id: mallory.id } });
    let event = await live.next();
    while ((event.reportCount ?? 0) < 6) event = await live.next();
    expect(event).toMatchObject({ __typename: 'ReportedEvent', item: { id: found?.['id'], state: 'OPEN' } });
    await live.end();
    expect([await itemsIn(messaging, mallory.as, roomId), await itemsIn(messaging, reporters[0]?.as, roomId)]).toEqual([null, null]);
    expect(await logOf(messaging, conversationFeedOf(roomId))).toHaveLength(before);
    // Moderators learn why, operators also who.
    const [[forModerators], [forOperators]] = await Promise.all([casesIn(twin, streamer, roomId), casesIn(twin, operator, roomId)]);
    const reportsOf = (shown: unknown) => (shown as { readonly reports: readonly { readonly reporter: object | null }[] }).reports;
    expect(reportsOf(forModerators)).toHaveLength(6);
    expect(reportsOf(forModerators).every(({ reporter }) => reporter === null)).toBe(true);
    expect(reportsOf(forOperators).map(({ reporter }) => reporter)).toEqual(expect.arrayContaining(reporters.map(({ id }) => ({ id }))));
  });

  test('is for who sees the message, about others, and has its limits', async () => {
    const [mallory, owner, member, stranger] = [aPerson('mallory'), aPerson('owner'), aPerson(), aPerson('stranger')];
    const groupId = await aGroupOf(messaging, owner, member);
    const [inGroup, inRoom] = [await aMessage(member, groupId), await aMessage(mallory, roomId)];
    await moderate(messaging, streamer, 'sanctionUser', { conversationId: roomId, userId: stranger.id, type: 'BAN' });
    const of = (as: Identity, input: object) => report(messaging, as, input);
    expect(await of(stranger.as, { messageId: inGroup })).toEqual(['MESSAGE_NOT_FOUND']);
    expect(await of(stranger.as, { messageId: inRoom })).toEqual(['MESSAGE_NOT_FOUND']);
    expect(await of(owner.as, { messageId: `${roomId}:1` })).toEqual(['MESSAGE_NOT_FOUND']);
    expect(await of(owner.as, { messageId: 'none' })).toEqual(['MESSAGE_NOT_FOUND']);
    expect(await of(member.as, { messageId: inGroup })).toEqual(['SELF']);
    expect(await of(owner.as, { messageId: inGroup, comment: 'x'.repeat(301) })).toEqual(['COMMENT_TOO_LONG']);
    expect(await of(stranger.as, { conversationId: groupId, userId: member.id })).toEqual(['CONVERSATION_NOT_FOUND']);
    expect(await of(owner.as, { conversationId: groupId, userId: '' })).toEqual(['USER_ID_INVALID']);
    expect(await of(owner.as, { conversationId: groupId, userId: owner.id })).toEqual(['SELF']);
    const key = randomUUID();
    const once = { messageId: inGroup, idempotencyKey: key };
    expect([await of(owner.as, once), await of(owner.as, once)]).toEqual([[], []]);
    expect(await of(owner.as, { ...once, reason: 'SCAM' })).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect(
      (
        await ask(messaging, {
          query: 'mutation ($input: ReportMessageInput!) { reportMessage(input: $input) { message { id } } }',
          variables: { input: { ...once, reason: 'SPAM' } },
        })
      ).errors?.[0]?.extensions['code'],
    ).toBe('UNAUTHENTICATED');
  });
});

describe('a case', () => {
  test('is one of so many that are open in its conversation, and has so many reports, also when two processes want the last place', async () => {
    const { roomId: busyId, as } = await aLiveRoom(world);
    await world.database.query({
      text: `/* test */ INSERT INTO report_case (shard, conversation_id, id, seq, user_id, report_count, at, state)
        SELECT $1, $2, gen_random_uuid(), 0, 'author ' || number, 1, now(), 'OPEN' FROM generate_series(1, $3::int) AS number`,
      values: [shardOf(busyId), busyId, CASES_OPEN_MAX - 1],
    });
    const reportIn = (on: RunningSubgraph, userId: string) => report(on, aPerson().as, { conversationId: busyId, userId });
    const both = await Promise.all([reportIn(messaging, 'mallory'), reportIn(twin, 'ned')]);
    expect(both.flat()).toEqual(['TOO_MANY_REPORTS']);
    const opened = both[0]?.length === 0 ? 'mallory' : 'ned';
    // What is open already takes more.
    expect(await reportIn(messaging, opened)).toEqual([]);
    expect(await reportIn(twin, 'oscar')).toEqual(['TOO_MANY_REPORTS']);
    await world.database.query({
      text: '/* test */ UPDATE report_case SET report_count = $3 WHERE conversation_id = $1 AND user_id = $2',
      values: [busyId, opened, REPORTS_PER_CASE_MAX - 1],
    });
    expect((await Promise.all([reportIn(messaging, opened), reportIn(twin, opened)])).flat()).toEqual(['TOO_MANY_REPORTS']);
    const [{ id } = { id: '' }] = await world.database.query<{ readonly id: string }>({
      text: '/* test */ SELECT id FROM report_case WHERE conversation_id = $1 AND user_id = $2',
      values: [busyId, opened],
    });
    expect((await resolve(messaging, as, `${busyId}:${id}`, 'DISMISS')).codes).toEqual([]);
    expect(await reportIn(twin, 'oscar')).toEqual([]);
  });

  test('is settled once, whoever decides at the same time; another report opens it again', async () => {
    const [mallory, alice, bob] = [aPerson('mallory'), aPerson('alice'), aPerson('bob')];
    const messageId = await aMessage(mallory, roomId);
    expect(await report(messaging, alice.as, { messageId })).toEqual([]);
    const id = String((await aCase(roomId, messageId))?.['id']);
    expect((await resolve(messaging, alice.as, id, 'DISMISS')).codes).toEqual(['NOT_A_MODERATOR']);
    const answers = await Promise.all([
      resolve(messaging, streamer, id, 'DISMISS', { reason: 'a joke' }),
      resolve(twin, operator, id, 'ACTED', { reason: 'a joke' }),
      resolve(twin, streamer, id, 'RECALL', { reason: 'a joke' }),
    ]);
    expect(answers.flatMap(({ codes }) => codes)).toEqual(['ALREADY_SETTLED', 'ALREADY_SETTLED']);
    const states = new Set(answers.map(({ reportCase }) => reportCase?.['state']));
    expect(states.size).toBe(1);
    const again = await aMessage(mallory, roomId);
    expect(await report(messaging, alice.as, { messageId: again })).toEqual([]);
    const reopened = String((await aCase(roomId, again))?.['id']);
    expect((await resolve(messaging, streamer, reopened, 'DISMISS')).codes).toEqual([]);
    expect(await report(twin, alice.as, { messageId: again })).toEqual(['ALREADY_REPORTED']);
    expect(await report(twin, bob.as, { messageId: again })).toEqual([]);
    expect(await aCase(roomId, again)).toMatchObject({ id: reopened, state: 'OPEN', reportCount: 2, settledBy: null, settledReason: null });
  });

  test('takes the message back for everybody, once; of a person there is nothing to take back', async () => {
    const [mallory, alice] = [aPerson('mallory'), aPerson('alice')];
    const messageId = await aMessage(mallory, roomId);
    await report(messaging, alice.as, { messageId, reason: 'VIOLENCE' });
    const id = String((await aCase(roomId, messageId))?.['id']);
    expect(await resolve(messaging, streamer, id, 'RECALL')).toMatchObject({ codes: [], reportCase: { state: 'RECALLED' } });
    expect((await logOf(messaging, conversationFeedOf(roomId))).at(-1)).toMatchObject({ kind: 'message.recalled' });
    expect((await logOf(messaging, queueFeedOf(roomId))).at(-1)).toMatchObject({ kind: 'queue.settled', state: 'RECALLED' });
    expect(await report(messaging, aPerson().as, { messageId })).toEqual(['RECALLED']);
    expect(await report(messaging, alice.as, { conversationId: roomId, userId: mallory.id, reason: 'HARASSMENT' })).toEqual([]);
    expect(await report(twin, alice.as, { conversationId: roomId, userId: mallory.id })).toEqual(['ALREADY_REPORTED']);
    const cases = await casesIn(messaging, streamer, roomId);
    const about = cases.find(({ user, message }) => message === null && (user as { readonly id: string }).id === mallory.id);
    expect((await resolve(messaging, streamer, String(about?.['id']), 'RECALL')).codes).toEqual(['NOTHING_TO_RECALL']);
    expect((await resolve(messaging, streamer, String(about?.['id']), 'ACTED', { reason: 'timed out' })).codes).toEqual([]);
    const { room } = await askData<{ room: { moderationLog: { nodes: readonly object[] } } }>(messaging, {
      as: streamer,
      query: 'query ($roomId: ID!) { room(id: $roomId) { moderationLog(first: 2) { nodes { act reason user { id } message { id } } } } }',
      variables: { roomId },
    });
    expect(room.moderationLog.nodes).toEqual([
      { act: 'ACT_ON_REPORT', reason: 'timed out', user: { id: mallory.id }, message: null },
      { act: 'RECALL', reason: null, user: { id: mallory.id }, message: { id: messageId } },
    ]);
  });

  test('pages of what waits go through both kinds in order, one after the other', async () => {
    const [owner, people] = [aPerson('owner'), Array.from({ length: 3 }, () => aPerson())];
    const groupId = await aGroupOf(messaging, owner, ...people);
    const ids: string[] = [];
    for (const { id: userId } of people) {
      await report(messaging, owner.as, { conversationId: groupId, userId });
      ids.push(userId);
    }
    const page = async (after: string | null) =>
      (
        await askData<{
          conversation: {
            moderationItems: { nodes: readonly { user: { id: string } }[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
          };
        }>(twin, {
          as: owner.as,
          query: `query ($id: ID!, $after: Cursor) { conversation(id: $id) { moderationItems(first: 2, after: $after) {
              nodes { ... on ReportCase { user { id } } } pageInfo { endCursor hasNextPage } } } }`,
          variables: { id: groupId, after },
        })
      ).conversation.moderationItems;
    const first = await page(null);
    const second = await page(first.pageInfo.endCursor);
    expect([...first.nodes, ...second.nodes].map(({ user }) => user.id)).toEqual(ids);
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
  });
});
