import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryBus } from '#platform/bus/memory.ts';
import { openFeeds } from '#platform/feed/feeds.ts';
import type { Identity } from '#platform/identity/identity.ts';
import { shardOf } from '#platform/ids.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { sweepHeld } from '../../subgraphs/messaging/data/heldSweep.ts';
import { queueFeedOf } from '../../subgraphs/messaging/data/queueEvents.ts';
import { HELD_OPEN_MAX, HELD_PER_AUTHOR_MAX } from '../../subgraphs/messaging/domain/queueLimits.ts';
import { conversationFeedOf, inboxFeedOf } from '../../subgraphs/messaging/events.ts';
import { exportOf, tablesWith } from '../support/erasure.ts';
import { aLiveRoom, aMessagingWorld, type MessagingWorld } from '../support/messaging.ts';
import { aGroupOf, aPerson, logOf, moderate, type Person } from '../support/moderation.ts';
import { followQueue, heldMessage, hold, itemsIn, report, review, send } from '../support/queue.ts';
import { ask, askData, aUser } from '../support/runtime.ts';
import { aTelemetry } from '../support/telemetry.ts';

let world: MessagingWorld;
let messaging: RunningSubgraph;
let twin: RunningSubgraph;
let streamer: Identity;
let roomId: string;
let moderator: Person;

const operator = aUser('olga', 'ops:write', 'ops:read', 'chat:write');

beforeAll(async () => {
  world = await aMessagingWorld();
  messaging = world.messaging;
  twin = await world.twin();
  const live = await aLiveRoom(world);
  streamer = live.as;
  roomId = live.roomId;
  moderator = await aModerator();
  await holdWord(roomId, streamer);
});

afterAll(() => world.close());

const aModerator = async (): Promise<Person> => {
  const person = aPerson('moderator');
  const made = await moderate(messaging, streamer, 'setRole', { conversationId: roomId, userId: person.id, role: 'MODERATOR' });
  expect(made.codes).toEqual([]);
  return person;
};

const holdWord = async (conversationId: string, as: Identity): Promise<void> => {
  const added = await moderate(messaging, as, 'addFilter', { conversationId, kind: 'KEYWORD', text: 'rumour', action: 'HOLD' });
  expect(added.codes).toEqual([]);
};

const chatOf = async (conversationId: string) => {
  const log = await logOf(messaging, conversationFeedOf(conversationId));
  return log.filter(({ kind }) => kind === 'chat.posted');
};

describe('a message that a filter holds', () => {
  test('is kept and told to its author alone, under the same key again and again; who may skip filters posts at once', async () => {
    const [alice, key] = [aPerson('alice'), randomUUID()];
    const first = await send(messaging, alice, roomId, 'a rumour', key);
    expect(first).toMatchObject({ number: null, codes: [], held: { state: 'OPEN', reason: 'FILTER', detail: null, text: 'a rumour' } });
    expect(await send(twin, alice, roomId, 'a rumour', key)).toEqual(first);
    expect((await send(twin, alice, roomId, 'another rumour', key)).codes).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect((await send(messaging, moderator, roomId, 'the rumour')).number).toEqual(expect.any(Number));
    const id = first.held?.id ?? '';
    const seen = (as?: Identity) => heldMessage(messaging, as, id);
    expect([await seen(aPerson().as), await seen(), await seen(aUser('mia', 'chat:write', 'streams:manage'))]).toEqual([null, null, null]);
    expect(await seen(alice.as)).toMatchObject({ detail: null });
    for (const as of [moderator.as, streamer, operator]) expect(await seen(as)).toMatchObject({ detail: 'filter: rumour' });
    expect((await chatOf(roomId)).map((event) => 'authorId' in event && event.authorId)).not.toContain(alice.id);
    expect([await itemsIn(messaging, alice.as, roomId), await itemsIn(messaging, undefined, roomId)]).toEqual([null, null]);
    expect(await itemsIn(twin, moderator.as, roomId)).toEqual([{ __typename: 'HeldMessage', id, state: 'OPEN', text: 'a rumour' }]);
    expect((await review(messaging, alice.as, id, 'APPROVE')).codes).toEqual(['NOT_A_MODERATOR']);
    expect((await review(messaging, moderator.as, id, 'REJECT')).codes).toEqual([]);
  });

  test('is posted once approved: once, as its author’s, with a number of its own and the time at which it was sent', async () => {
    const alice = aPerson('alice');
    const key = randomUUID();
    const { held } = await send(messaging, alice, roomId, 'one rumour', key);
    const id = held?.id ?? '';
    await send(messaging, aPerson(), roomId, 'said meanwhile');
    const answer = await review(twin, moderator.as, id, 'APPROVE', { reason: ' fine ', idempotencyKey: 'approve-1' });
    expect(answer).toMatchObject({ codes: [], held: { state: 'APPROVED', settledBy: { id: moderator.id }, settledReason: 'fine' } });
    expect(await review(messaging, moderator.as, id, 'APPROVE', { reason: ' fine ', idempotencyKey: 'approve-1' })).toEqual(answer);
    expect((await review(messaging, moderator.as, id, 'REJECT', { idempotencyKey: 'approve-1' })).codes).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect(await review(messaging, streamer, id, 'REJECT')).toMatchObject({ codes: ['ALREADY_SETTLED'], held: { state: 'APPROVED' } });
    const posted = await chatOf(roomId);
    expect(posted.filter((event) => 'authorId' in event && event.authorId === alice.id)).toEqual([
      { kind: 'chat.posted', authorId: alice.id, number: posted.length, text: 'one rumour', heldAt: expect.any(String) },
    ]);
    expect(await heldMessage(messaging, alice.as, id)).toMatchObject({
      settledBy: null,
      settledReason: null,
      message: { messageNumber: posted.length, heldAt: expect.any(String) },
    });
    // The answer to the key is what it was: the message itself tells what became of it.
    expect((await send(messaging, alice, roomId, 'one rumour', key)).held).toMatchObject({ id, state: 'APPROVED' });
    const inbox = await askData<{ me: { inbox: { nodes: readonly object[] } } }>(messaging, {
      as: alice.as,
      query:
        '{ me { inbox { nodes { __typename ... on InboxHeldMessageEvent { state conversationId heldMessage { id message { text } } } } } } }',
    });
    expect(inbox.me.inbox.nodes).toEqual([
      {
        __typename: 'InboxHeldMessageEvent',
        state: 'APPROVED',
        conversationId: roomId,
        heldMessage: { id, message: { text: 'one rumour' } },
      },
    ]);
  });

  test('has one outcome, however many moderators decide at the same time in two processes', async () => {
    const [alice, second] = [aPerson('alice'), await aModerator()];
    const before = (await chatOf(roomId)).length;
    const ids = await Promise.all(
      Array.from({ length: HELD_PER_AUTHOR_MAX }, (_, index) => hold(messaging, alice, roomId, `rumour ${index}`)),
    );
    const answers = await Promise.all(
      ids.map((id) =>
        Promise.all([
          review(messaging, moderator.as, id, 'APPROVE'),
          review(twin, second.as, id, 'REJECT'),
          review(twin, streamer, id, 'APPROVE'),
          review(messaging, operator, id, 'REJECT'),
        ]),
      ),
    );
    for (const each of answers) {
      expect(each.flatMap(({ codes }) => (codes.length === 0 ? ['decided'] : codes)).toSorted()).toEqual([
        'ALREADY_SETTLED',
        'ALREADY_SETTLED',
        'ALREADY_SETTLED',
        'decided',
      ]);
    }
    const states = await Promise.all(ids.map(async (id) => (await heldMessage(messaging, alice.as, id))?.state));
    const approved = states.filter((state) => state === 'APPROVED').length;
    expect(approved + states.filter((state) => state === 'REJECTED').length).toBe(ids.length);
    const posted = await chatOf(roomId);
    expect(posted).toHaveLength(before + approved);
    expect(posted.map((event) => 'number' in event && event.number)).toEqual(posted.map((_, index) => index + 1));
    const told = (await logOf(messaging, inboxFeedOf(alice.id))).map((event) => 'state' in event && event.state);
    expect(told.toSorted()).toEqual(states.toSorted());
  });

  test('is not posted for an author who is banned by then, and can be once that is lifted', async () => {
    const mallory = aPerson('mallory');
    const id = await hold(messaging, mallory, roomId, 'bad rumour');
    await moderate(messaging, streamer, 'sanctionUser', { conversationId: roomId, userId: mallory.id, type: 'BAN' });
    const refused = await review(twin, moderator.as, id, 'APPROVE');
    expect(refused).toMatchObject({ codes: ['CANNOT_BE_POSTED'], errors: [{ reason: 'BANNED', field: ['input', 'heldMessageId'] }] });
    expect(refused.held?.state).toBe('OPEN');
    await moderate(messaging, streamer, 'liftSanction', { conversationId: roomId, userId: mallory.id });
    expect((await review(twin, moderator.as, id, 'APPROVE')).held?.state).toBe('APPROVED');
  });

  test('one author has so many waiting at most, and one that is settled makes room', async () => {
    const alice = aPerson('alice');
    const all = await Promise.all(
      Array.from({ length: HELD_PER_AUTHOR_MAX + 3 }, (_, index) =>
        send(index % 2 === 0 ? messaging : twin, alice, roomId, `rumour ${index}`),
      ),
    );
    const ids = all.flatMap(({ held }) => held?.id ?? []);
    expect(ids).toHaveLength(HELD_PER_AUTHOR_MAX);
    expect(all.filter(({ held }) => held === null).map(({ codes }) => codes)).toEqual([['HELD'], ['HELD'], ['HELD']]);
    for (const id of ids) expect((await review(messaging, moderator.as, id, 'REJECT')).codes).toEqual([]);
    const last = await hold(twin, alice, roomId, 'rumour again');
    expect((await review(messaging, moderator.as, last, 'REJECT')).codes).toEqual([]);
    expect(await itemsIn(messaging, moderator.as, roomId)).toEqual([]);
  });

  test('waits with so many others of its conversation at most, also when two processes want the last place', async () => {
    const live = await aLiveRoom(world);
    await holdWord(live.roomId, live.as);
    // Later than all that other tests look for in the queue of everything.
    await world.database.query({
      text: `/* test */ INSERT INTO held_message (shard, conversation_id, id, author_id, reason, detail, payload, at, expires_at, state)
        SELECT $1, $2, gen_random_uuid(), 'author ' || number, 'FILTER', 'rumour', '{}', now() + interval '1 hour', now() + interval '1 day', 'OPEN'
          FROM generate_series(1, $3::int) AS number`,
      values: [shardOf(live.roomId), live.roomId, HELD_OPEN_MAX - 1],
    });
    const [one, other] = await Promise.all([messaging, twin].map((on) => send(on, aPerson(), live.roomId, 'rumour')));
    const ids = [one, other].flatMap((sent) => sent?.held?.id ?? []);
    expect([ids.length, [one, other].flatMap((sent) => sent?.codes ?? [])]).toEqual([1, ['HELD']]);
    expect((await review(messaging, live.as, ids[0] ?? '', 'REJECT')).codes).toEqual([]);
    await hold(twin, aPerson(), live.roomId, 'rumour again');
    expect((await send(messaging, aPerson(), live.roomId, 'one rumour more')).codes).toEqual(['HELD']);
  });

  test('expires when nobody looks at it for a day: by the clock at once, and told once by whichever process sweeps first', async () => {
    const alice = aPerson('alice');
    const id = await hold(messaging, alice, roomId, 'old rumour');
    await world.database.query({
      text: "/* test */ UPDATE held_message SET at = at - interval '1 day', expires_at = expires_at - interval '1 day' WHERE author_id = $1",
      values: [alice.id],
    });
    expect((await heldMessage(messaging, alice.as, id))?.state).toBe('EXPIRED');
    expect(await review(messaging, moderator.as, id, 'APPROVE')).toMatchObject({ codes: ['EXPIRED'], held: { state: 'EXPIRED' } });
    expect(await itemsIn(messaging, moderator.as, roomId)).toEqual([]);
    const feeds = await openFeeds({ database: world.database, bus: createMemoryBus(), telemetry: aTelemetry() });
    const swept = await Promise.all([1, 2, 3].map(() => sweepHeld({ database: world.database, feeds })));
    await feeds.close();
    // None of these three, when one of the two processes that run has come first by itself.
    expect(swept.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(1);
    await expect.poll(async () => (await logOf(messaging, inboxFeedOf(alice.id))).length).toBe(1);
    expect(await logOf(messaging, inboxFeedOf(alice.id))).toMatchObject([{ kind: 'inbox.held', state: 'EXPIRED' }]);
    expect((await logOf(messaging, queueFeedOf(roomId))).at(-1)).toMatchObject({ kind: 'queue.settled', state: 'EXPIRED', byId: null });
  });
});

describe('an author’s data', () => {
  test('holds what waits and what was let through, and once erased no table has a word of it', async () => {
    const [alice, word] = [aPerson('alice'), `w${randomUUID().slice(0, 8)}`];
    const [posted, waiting] = [
      await hold(messaging, alice, roomId, `rumour ${word}posted`),
      await hold(messaging, alice, roomId, `rumour ${word}waiting`),
    ];
    expect((await review(messaging, moderator.as, posted, 'APPROVE')).codes).toEqual([]);
    await report(messaging, alice.as, { conversationId: roomId, userId: 'mallory', comment: `${word}comment` });
    const { documents } = await exportOf(messaging, { as: alice.as, id: alice.id });
    const said = documents.flatMap(({ content }) => content['text'] ?? content['comment'] ?? []);
    expect(said.toSorted()).toEqual([`rumour ${word}posted`, `rumour ${word}waiting`, `${word}comment`]);
    const erased = await askData<{ eraseMyData: { userErrors: readonly object[] } }>(messaging, {
      as: alice.as,
      query: 'mutation ($input: EraseMyDataInput!) { eraseMyData(input: $input) { userErrors { code } } }',
      variables: { input: { confirmUserId: alice.id, idempotencyKey: randomUUID() } },
    });
    expect(erased.eraseMyData.userErrors).toEqual([]);
    await expect.poll(() => tablesWith(world.database, word)).toEqual([]);
    expect(await heldMessage(messaging, moderator.as, waiting)).toMatchObject({ state: 'EXPIRED', text: '' });
    expect((await review(messaging, moderator.as, waiting, 'APPROVE')).codes).toEqual(['EXPIRED']);
    expect((await logOf(messaging, queueFeedOf(roomId))).at(-1)).toMatchObject({ kind: 'queue.settled', state: 'EXPIRED' });
  });
});

describe('who decides', () => {
  test('nobody about their own message but operators, and nobody who may not moderate', async () => {
    const groupId = await aGroupOf(messaging, moderator, aPerson());
    await holdWord(groupId, moderator.as);
    await moderate(messaging, moderator.as, 'setPermission', { conversationId: groupId, permission: 'SKIP_FILTERS', least: 'OWNER' });
    const [helper, stranger] = [aPerson('helper'), aPerson('stranger')];
    await ask(messaging, {
      as: moderator.as,
      query: 'mutation ($input: GroupMembersInput!) { addMembers(input: $input) { userErrors { code } } }',
      variables: { input: { groupId, userIds: [helper.id], idempotencyKey: randomUUID() } },
    });
    await moderate(messaging, moderator.as, 'setRole', { conversationId: groupId, userId: helper.id, role: 'MODERATOR' });
    const id = await hold(messaging, helper, groupId, 'my rumour');
    expect((await review(messaging, helper.as, id, 'APPROVE')).codes).toEqual(['OWN_MESSAGE']);
    expect(await review(messaging, stranger.as, id, 'APPROVE')).toMatchObject({ codes: ['ITEM_NOT_FOUND'], held: null });
    expect((await review(messaging, stranger.as, `${randomUUID()}:${randomUUID()}`, 'APPROVE')).codes).toEqual(['ITEM_NOT_FOUND']);
    expect((await review(messaging, moderator.as, 'no id at all', 'APPROVE')).codes).toEqual(['ITEM_NOT_FOUND']);
    expect((await review(messaging, moderator.as, id, 'REJECT', { reason: 'x'.repeat(201) })).codes).toEqual(['REASON_TOO_LONG']);
    expect((await review(messaging, operator, id, 'APPROVE')).codes).toEqual([]);
    // Who had to wait has not read what was said meanwhile.
    const unread = await askData<{ conversation: { unreadCount: number } }>(messaging, {
      as: helper.as,
      query: 'query ($id: ID!) { conversation(id: $id) { ... on Group { unreadCount } } }',
      variables: { id: groupId },
    });
    expect(unread.conversation.unreadCount).toBe(1);
  });

  test('links can be held, too, and a direct conversation’s queue is for operators', async () => {
    const [alice, bob] = [aPerson('alice'), aPerson('bob')];
    await moderate(messaging, streamer, 'setChatModes', { conversationId: roomId, links: 'HOLD' });
    const { held } = await send(messaging, alice, roomId, 'see https://example.com');
    expect(held).toMatchObject({ reason: 'LINK' });
    expect((await review(messaging, moderator.as, held?.id ?? '', 'APPROVE')).codes).toEqual([]);
    await moderate(messaging, streamer, 'setChatModes', { conversationId: roomId, links: 'ALLOW' });
    const word = `secret${randomUUID().slice(0, 8)}`;
    await ask(messaging, {
      as: operator,
      query: 'mutation ($input: AddFilterInput!) { addFilter(input: $input) { userErrors { code } } }',
      variables: { input: { kind: 'KEYWORD', text: word, action: 'HOLD', idempotencyKey: randomUUID() } },
    });
    const opened = await askData<{ openDirect: { conversation: { id: string } } }>(messaging, {
      as: alice.as,
      query: 'mutation ($input: OpenDirectInput!) { openDirect(input: $input) { conversation { id } } }',
      variables: { input: { userId: bob.id, idempotencyKey: randomUUID() } },
    });
    const directId = opened.openDirect.conversation.id;
    // The platform's filters hold everywhere within a second.
    await expect.poll(async () => (await send(messaging, alice, directId, word)).held?.reason).toBe('FILTER');
    const [item] = (await itemsIn(messaging, alice.as, directId)) ?? [null];
    expect(item).toBeNull();
    const waiting = await askData<{ moderationItems: { nodes: readonly { id: string; conversationId: string }[] } }>(messaging, {
      as: operator,
      query: '{ moderationItems(first: 100) { nodes { id conversationId } } }',
    });
    const [found] = waiting.moderationItems.nodes.filter(({ conversationId }) => conversationId === directId);
    expect((await review(messaging, bob.as, found?.id ?? '', 'APPROVE')).codes).toEqual(['NOT_A_MODERATOR']);
    expect((await review(messaging, operator, found?.id ?? '', 'APPROVE')).codes).toEqual([]);
    const refused = await ask(messaging, { as: moderator.as, query: '{ moderationItems { nodes { id } } }' });
    expect(refused.errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });
});

describe('the queue', () => {
  test('is a log: contiguous, the same for everybody, from any cursor on, and after a restart', async () => {
    const groupId = await aGroupOf(messaging, moderator, aPerson());
    const bob = aPerson('bob');
    await ask(messaging, {
      as: moderator.as,
      query: 'mutation ($input: GroupMembersInput!) { addMembers(input: $input) { userErrors { code } } }',
      variables: { input: { groupId, userIds: [bob.id], idempotencyKey: randomUUID() } },
    });
    await holdWord(groupId, moderator.as);
    const live = followQueue(messaging, moderator.as, groupId);
    const position = await live.next();
    expect(position).toMatchObject({ __typename: 'ModerationQueuePositionEvent', seq: 0 });
    const one = await hold(twin, bob, groupId, 'rumour one');
    const two = await hold(messaging, bob, groupId, 'rumour two');
    await review(twin, moderator.as, one, 'REJECT');
    await review(messaging, operator, two, 'APPROVE');
    const seen = [await live.next(), await live.next(), await live.next(), await live.next()];
    expect(seen.map(({ seq, __typename, state = null, item }) => [seq, __typename, state, item?.id])).toEqual([
      [1, 'MessageHeldEvent', null, one],
      [2, 'MessageHeldEvent', null, two],
      [3, 'ModerationSettledEvent', 'REJECTED', one],
      [4, 'ModerationSettledEvent', 'APPROVED', two],
    ]);
    await live.end();
    const again = followQueue(twin, operator, groupId, seen[1]?.cursor);
    expect((await again.next()).__typename).toBe('ModerationQueuePositionEvent');
    expect([(await again.next()).cursor, (await again.next()).cursor]).toEqual([seen[2]?.cursor, seen[3]?.cursor]);
    await again.end();
    const foreign = followQueue(twin, operator, roomId, seen[1]?.cursor);
    await foreign.next();
    expect((await foreign.next()).__typename).toBe('ModerationQueueResetEvent');
    await foreign.end();
  });

  test('is followed by nobody who may not moderate, and by nobody who may no longer, also where nothing happens', async () => {
    const refusedTo = async (as: Identity, id: string) => {
      const events = followQueue(messaging, as, id);
      const code = (await events.raw()).errors?.[0]?.extensions['code'];
      await events.end();
      return code;
    };
    expect(
      await Promise.all([refusedTo(aPerson().as, roomId), refusedTo(moderator.as, randomUUID()), refusedTo(moderator.as, 'x')]),
    ).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
    const [quiet, busy] = [await aModerator(), await aModerator()];
    const [idle, told] = [followQueue(messaging, quiet.as, roomId), followQueue(twin, busy.as, roomId)];
    await Promise.all([idle.next(), told.next()]);
    for (const { id: userId } of [quiet, busy])
      await moderate(messaging, streamer, 'setRole', { conversationId: roomId, userId, role: 'GUEST' });
    await hold(messaging, aPerson(), roomId, 'after that, a rumour');
    const ends = await Promise.all([idle.raw(), told.raw()]);
    expect(ends.map(({ errors, data }) => [errors?.[0]?.extensions['code'], data ?? null])).toEqual([
      ['FORBIDDEN', null],
      ['FORBIDDEN', null],
    ]);
  });
});
