import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createMemoryBus } from '#platform/bus/memory.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { openFeeds } from '#platform/feed/feeds.ts';
import type { Identity } from '#platform/identity/identity.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { eraseNext } from '../../subgraphs/messaging/data/eraser.ts';
import { bookErasures } from '../../subgraphs/messaging/data/erasures.ts';
import { tellJoins } from '../../subgraphs/messaging/data/joinsNotices.ts';
import { runPostings } from '../../subgraphs/messaging/data/postingLane.ts';
import { ERASED_AUTHOR_ID } from '../../subgraphs/messaging/domain/erasure.ts';
import { aDirectWith, aGroupOf, aPerson, say, send } from '../support/conversations.ts';
import { crashing } from '../support/crashing-database.ts';
import { type ErasureShown, erasureOf, exportOf, passCacheTime, tablesWith } from '../support/erasure.ts';
import { aLiveRoom, aMessagingWorld, type MessagingWorld, roomLog } from '../support/messaging.ts';
import { aPost, postingParts } from '../support/posting.ts';
import { createRandom } from '../support/random.ts';
import { follow } from '../support/room-questions.ts';
import { ask, askData, aUser } from '../support/runtime.ts';
import { statementsOf } from '../support/statements.ts';
import { aTelemetry } from '../support/telemetry.ts';

let world: MessagingWorld;
let messaging: RunningSubgraph;
let feeds: Feeds;

beforeAll(async () => {
  world = await aMessagingWorld();
  messaging = world.messaging;
  feeds = await openFeeds({ database: world.database, bus: createMemoryBus(), telemetry: aTelemetry() });
});

afterAll(async () => {
  await feeds.close();
  await world.close();
});

const DEADLINE_MS = 10_000;
const operator = aUser(`operator-${randomUUID()}`, 'ops:write', 'ops:read', 'chat:write');

/** Has something done; the codes of the refusals. */
const command = async (as: Identity, mutation: string, type: string, input: object): Promise<readonly string[]> => {
  const query = `mutation ($input: ${type}!) { answer: ${mutation}(input: $input) { userErrors { code } } }`;
  const { answer } = await askData<{ answer: { userErrors: { code: string }[] } }>(messaging, {
    as,
    query,
    variables: { input: { idempotencyKey: randomUUID(), ...input } },
  });
  return answer.userErrors.map(({ code }) => code);
};

/** Waits until a user's erasure is complete, for which the caches' minute is let pass. */
const untilErased = async (id: string): Promise<ErasureShown> => {
  await vi.waitFor(
    async () => {
      await passCacheTime(world.database, [id]);
      expect((await erasureOf(messaging, operator, id))?.completedAt).toEqual(expect.any(String));
    },
    { timeout: DEADLINE_MS, interval: 50 },
  );
  return (await erasureOf(messaging, operator, id)) ?? expect.fail('the erasure is not there any more');
};

/** All that can be asked about a conversation, by somebody who is in it. */
const shownOf = async (as: Identity, id: string, word: string): Promise<string> => {
  const message =
    'id messageNumber text isRecalled edits { text } author { id displayName handle avatarUrl } replyTo { text author { id } } reactions { emoji count } mentions { id } custom { data } recall { text edits { text } }';
  const fields = `pins { message { ${message} } } announcement { text } search(query: "${word}") { nodes { id } }
    events(first: 100) { nodes { __typename seq ... on ChatEvent { message { ${message} } } ... on MessageEditedEvent { message { ${message} } }
      ... on MessagesErasedEvent { messageIds } ... on NoticeEvent { welcome notice: text } ... on AnnouncementChangedEvent { announced: text by { displayName } } } }`;
  return JSON.stringify(
    await askData(messaging, {
      as,
      query: `query ($id: ID!) { conversation(id: $id) { __typename ... on Room { ${fields} } ... on Group { ${fields} } ... on DirectConversation { ${fields} } } }`,
      variables: { id },
    }),
  );
};

const inboxOf = async (as: Identity): Promise<string> =>
  JSON.stringify(
    await askData(messaging, {
      as,
      query: `{ me { inbox(first: 1000) { nodes { __typename ... on InboxConversationEvent { event { __typename ... on ChatEvent { message { text author { displayName } } }
        ... on MessageEditedEvent { message { text } } ... on MessagesErasedEvent { messageIds } } } } } } }`,
    }),
  );

describe('somebody who has done one of each', () => {
  const word = `marker${randomUUID().slice(0, 8)}`;
  const others = `other${randomUUID().slice(0, 8)}`;
  const wanda = aPerson();
  const otto = aPerson();
  /** Otto, who sees what operators see besides. */
  const ottoAsOperator = aUser(otto.id, 'chat:write', 'ops:read');
  let roomId: string;
  let ownRoomId: string;
  let groupId: string;
  let ownGroupId: string;
  let directId: string;
  let written: readonly string[];

  beforeAll(async () => {
    const [room, own] = await Promise.all([aLiveRoom(world), aLiveRoom(world)]);
    roomId = room.roomId;
    ownRoomId = own.roomId;
    [groupId, ownGroupId, directId] = await Promise.all([
      aGroupOf(messaging, otto.as, [wanda.id]),
      aGroupOf(messaging, wanda.as, [otto.id]),
      aDirectWith(messaging, wanda.as, otto.id),
    ]);
    await askData(messaging, { as: wanda.as, query: '{ me { id } }' });
    await world.database.query({
      text: 'UPDATE user_profile SET display_name = $2, handle = $2, avatar_url = $2 WHERE id = $1',
      values: [wanda.id, word],
    });
    const inRoom = await say(messaging, wanda.as, roomId, `${word} room`);
    const first = await say(messaging, wanda.as, groupId, `${word} before`);
    const direct = await say(messaging, wanda.as, directId, `${word} direct`);
    const taken = await say(messaging, wanda.as, groupId, `${word} taken back`);
    const poll = await send(messaging, wanda.as, {
      conversationId: groupId,
      text: '',
      custom: { schema: 'poll', data: `{"q":"${word}"}` },
    });
    await send(messaging, wanda.as, { conversationId: groupId, text: `${word} otto`, mentionedUserIds: [otto.id] });
    expect(poll.code).toBeNull();
    await send(messaging, otto.as, { conversationId: groupId, text: `${others} reply`, replyToId: first, mentionedUserIds: [wanda.id] });
    const ottos = await say(messaging, otto.as, directId, `${others} direct`);
    const done = await Promise.all([
      command(wanda.as, 'editMessage', 'EditMessageInput', { messageId: first, text: `${word} after` }),
      command(wanda.as, 'editMessage', 'EditMessageInput', { messageId: direct, text: `${word} direct after` }),
      command(wanda.as, 'recallMessage', 'MessageInput', { messageId: taken }),
      command(otto.as, 'pinMessage', 'MessageInput', { messageId: first }),
      command(wanda.as, 'addReaction', 'ReactionInput', { messageId: ottos, emoji: '👍' }),
      command(otto.as, 'addReaction', 'ReactionInput', { messageId: ottos, emoji: '👍' }),
      command(wanda.as, 'setAnnouncement', 'AnnouncementInput', { conversationId: ownGroupId, text: `${word} announced` }),
      command(wanda.as, 'blockUser', 'BlockUserInput', { userId: 'mallory' }),
      command(operator, 'setAnnouncement', 'AnnouncementInput', { conversationId: roomId, text: `${others} welcome` }),
      command(own.as, 'setRole', 'SetRoleInput', { conversationId: ownRoomId, userId: wanda.id, role: 'MODERATOR' }),
    ]);
    expect(done.flat()).toEqual([]);
    expect(
      await command(operator, 'sanctionUser', 'SanctionUserInput', {
        conversationId: groupId,
        userId: wanda.id,
        type: 'MUTE',
        reason: others,
      }),
    ).toEqual([]);
    expect(await command(wanda.as, 'setAnnouncement', 'AnnouncementInput', { conversationId: ownRoomId, text: `${word} welcome` })).toEqual(
      [],
    );
    await tellJoins({ database: world.database, feeds }, new Map([[ownRoomId, { people: [otto.id], count: 1 }]]));
    expect(inRoom).toContain(roomId);
    // As if it had been put to the object store, and waited for its message.
    await world.database.query({
      text: `INSERT INTO upload (shard, conversation_id, id, author_id, kind, content_type, bytes, name, created_at, use_before, delete_at)
        SELECT shard, id, gen_random_uuid(), $2, 'FILE', 'text/plain', 7, $3, now() - interval '1 second', now() + interval '1 hour', now() + interval '2 hours'
          FROM conversation WHERE id = $1`,
      values: [groupId, wanda.id, `${word}.txt`],
    });
    written = [`${word} room`, `${word} after`, `${word} direct after`, `${word} taken back`, '', `${word} otto`];
    const report = { messageId: ottos, reason: 'SPAM', comment: `${word} reported` };
    expect(await command(wanda.as, 'reportMessage', 'ReportMessageInput', report)).toEqual([]);
    await world.database.query({
      text: `INSERT INTO user_seen (shard, user_id, seen_at) SELECT shard, id, now() FROM user_profile WHERE id = $1`,
      values: [wanda.id],
    });
    await vi.waitFor(async () => expect(await tablesWith(world.database, word)).toContain('message_search'), DEADLINE_MS);
  });

  test('gets all of it handed out, in pages, and nothing that others wrote', async () => {
    const { documents, pages } = await exportOf(messaging, { ...wanda, first: 3 });
    expect(pages.slice(0, -1).every((size) => size === 3)).toBe(true);
    expect(documents).toEqual((await exportOf(messaging, wanda)).documents);
    const of = (section: string) => documents.filter((each) => each.section === section).map(({ content }) => content);
    expect(
      of('MESSAGES')
        .map(({ text }) => text)
        .sort(),
    ).toEqual([...written].sort());
    expect(of('MESSAGES').find(({ text }) => text === `${word} after`)?.['before']).toEqual([
      expect.objectContaining({ text: `${word} before` }),
    ]);
    expect(of('MESSAGES').find(({ custom }) => custom !== null)?.['custom']).toEqual({ schema: 'poll', data: `{"q":"${word}"}` });
    expect(of('PROFILE')).toEqual([expect.objectContaining({ id: wanda.id, displayName: word })]);
    expect(
      of('ANNOUNCEMENTS')
        .map(({ text }) => text)
        .sort(),
    ).toEqual([`${word} announced`, `${word} welcome`]);
    expect(of('REACTIONS')).toEqual([expect.objectContaining({ emoji: '👍' })]);
    expect(
      of('MEMBERSHIPS')
        .map(({ conversationId }) => conversationId)
        .sort(),
    ).toEqual([groupId, ownGroupId, directId].sort());
    expect(of('MEMBERSHIPS').find(({ conversationId }) => conversationId === groupId)?.['unreadMentions']).toEqual([5]);
    expect(of('OWNED')).toEqual([expect.objectContaining({ conversationId: ownGroupId })]);
    expect(of('UPLOADS')).toEqual([expect.objectContaining({ conversationId: groupId, name: `${word}.txt` })]);
    expect(of('SEEN')).toHaveLength(1);
    expect(of('REPORTS')).toEqual([expect.objectContaining({ reason: 'SPAM', comment: `${word} reported` })]);
    expect(of('ROLES')).toEqual([expect.objectContaining({ conversationId: ownRoomId, role: 'MODERATOR' })]);
    expect(of('SANCTIONS')).toEqual([expect.objectContaining({ conversationId: groupId, type: 'MUTE' })]);
    expect(of('BLOCKS')).toEqual([expect.objectContaining({ userId: 'mallory' })]);
    expect(JSON.stringify(documents)).not.toContain(others);
    expect(JSON.stringify((await exportOf(messaging, otto)).documents)).not.toContain(word);
  });

  test('has it read by a fixed number of statements, and nobody else may read it but operators', async () => {
    const statements = await statementsOf(/exportRows|readPostedEvents|versionsAt|recallsByIds|exportedMembers/, () =>
      exportOf(messaging, wanda),
    );
    expect(statements.length).toBe(5);
    expect(JSON.stringify((await exportOf(messaging, { as: operator, id: wanda.id })).documents)).toContain(word);
    const query = `query ($id: ID!, $after: Cursor) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { dataExport(after: $after) { nodes { content } } erasure { requestedAt } } } }`;
    expect(await askData(messaging, { as: otto.as, query, variables: { id: wanda.id } })).toEqual({
      _entities: [{ dataExport: null, erasure: null }],
    });
    const forged = ['nonsense', ['MESSAGES'], ['STAYS', 'x'], ['STAYS', '99999999999999999999'], ['NOWHERE', 'x'], ['REACTIONS', 'a', '1']];
    for (const after of forged.map((place) => Buffer.from(JSON.stringify(place)).toString('base64url')))
      expect((await ask(messaging, { as: wanda.as, query, variables: { id: wanda.id, after } })).errors?.[0]?.extensions['code']).toBe(
        'BAD_USER_INPUT',
      );
  });

  test('is not erased by mistake, nor by others without a reason', async () => {
    expect(await command(wanda.as, 'eraseMyData', 'EraseMyDataInput', { confirmUserId: otto.id })).toEqual(['NOT_CONFIRMED']);
    expect(await command(operator, 'eraseUserData', 'EraseUserDataInput', { userId: wanda.id, reason: ' ' })).toEqual(['REASON_MISSING']);
    expect(await command(operator, 'eraseUserData', 'EraseUserDataInput', { userId: '', reason: 'letter' })).toEqual(['USER_ID_INVALID']);
    expect(await erasureOf(messaging, wanda.as, wanda.id)).toBeNull();
  });

  test('has left no trace once it is erased: in no column of any table, and on no way through the graph', async () => {
    expect(await shownOf(ottoAsOperator, groupId, word)).toContain(word);
    const live = follow(messaging, roomId);
    await live.next();
    const input = { confirmUserId: wanda.id, idempotencyKey: randomUUID() };
    expect(await command(wanda.as, 'eraseMyData', 'EraseMyDataInput', input)).toEqual([]);
    expect(await untilErased(wanda.id)).toMatchObject({ erasedCount: written.length });
    // The index of the search hears of it from the log, a moment later where it was at work on these very messages.
    await expect.poll(() => tablesWith(world.database, word)).toEqual([]);
    const seen = [];
    for (const id of [roomId, ownRoomId, groupId, ownGroupId, directId]) seen.push(await shownOf(ottoAsOperator, id, word));
    expect([...seen, await inboxOf(otto.as), await inboxOf(wanda.as)].join()).not.toContain(word);
    expect(JSON.stringify((await exportOf(messaging, otto)).documents)).not.toContain(word);
    expect(JSON.stringify((await exportOf(messaging, wanda)).documents)).not.toContain(word);
    // What others said is as it was, and who was told live is told of the end.
    expect(seen[2]).toContain(`${others} reply`);
    expect(seen[2]).toContain('Erased');
    expect(seen[4]).toContain('"reactions":[{"emoji":"👍","count":1}]');
    expect(JSON.stringify(await live.next())).toContain('MessagesErasedEvent');
    await live.end();
    const log = await roomLog(messaging.feeds, groupId);
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
    const chat = log.filter(({ kind }) => kind === 'chat.posted').map(({ payload }) => payload);
    expect(chat.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
    expect(chat.filter(({ authorId }) => authorId === ERASED_AUTHOR_ID)).toHaveLength(4);
    expect(JSON.stringify(log)).not.toContain(`"authorId":"${wanda.id}"`);
    const left = new Set((await exportOf(messaging, wanda)).documents.map(({ section }) => section));
    expect([...left].sort()).toEqual(['BLOCKS', 'COMMANDS', 'ERASURE', 'MEMBERSHIPS', 'OWNED', 'PROFILE', 'ROLES', 'SANCTIONS', 'STAYS']);
    // The same key again: nothing more is erased.
    expect(await command(wanda.as, 'eraseMyData', 'EraseMyDataInput', input)).toEqual([]);
    expect((await erasureOf(messaging, wanda.as, wanda.id))?.completedAt).toEqual(expect.any(String));
  });

  test('may begin anew, and be erased again', async () => {
    const again = await say(messaging, wanda.as, directId, `${word} again`);
    expect(await inboxOf(otto.as)).toContain(`${word} again`);
    expect(await command(operator, 'eraseUserData', 'EraseUserDataInput', { userId: wanda.id, reason: 'a letter' })).toEqual([]);
    expect(await untilErased(wanda.id)).toMatchObject({ erasedCount: 1 });
    expect(again).toContain(directId);
    await expect.poll(() => tablesWith(world.database, word)).toEqual([]);
    const [asked] = await world.database.query<{ payload: object }>({
      text: `SELECT payload FROM feed_event WHERE kind = 'erasure.asked'`,
    });
    expect(asked?.payload).toEqual({ userId: wanda.id, byId: operator.kind === 'user' ? operator.id : '', reason: 'a letter' });
  });
});

test('processes that die in the middle, several at once, while the user goes on posting: every message of before is erased once, and none of after', async () => {
  const author = aPerson();
  const reader = aPerson();
  const [groupId, directId] = await Promise.all([
    aGroupOf(messaging, author.as, [reader.id]),
    aDirectWith(messaging, author.as, reader.id),
  ]);
  const word = `marker${randomUUID().slice(0, 8)}`;
  const before = Array.from({ length: 450 }, (_, index) =>
    aPost(
      { authorId: author.id, key: randomUUID(), fingerprint: 'f', conversationId: index % 3 === 0 ? directId : groupId },
      `${word} ${index}`,
    ),
  );
  await world.database.transaction('seed', (tx) => runPostings(postingParts(feeds))(tx, before));
  await world.database.transaction('book', (tx) => bookErasures(tx, [{ userId: author.id, byId: author.id, reason: null }]));
  let mishaps = 0;
  const work = async (seed: number): Promise<void> => {
    for (let life = 0; life < 60; life += 1) {
      const process = crashing(
        world.database,
        () => createRandom(seed * 100 + life),
        0.5,
        () => {
          mishaps += 1;
        },
      );
      await eraseNext({ database: process.database, feeds }).catch(() => null);
      const [row] = await world.database.query<{ step: string }>({
        text: 'SELECT step FROM erasure WHERE user_id = $1',
        values: [author.id],
      });
      if (row?.step === 'WAIT') return;
    }
  };
  const after = Array.from({ length: 10 }, (_, index) => `after ${index}`);
  const post = async (): Promise<void> => {
    for (const text of after) await say(messaging, author.as, groupId, text);
  };
  await Promise.all([work(1), work(2), post()]);
  expect(await untilErased(author.id)).toMatchObject({ erasedCount: 450 });
  expect(mishaps).toBeGreaterThan(0);
  expect(await tablesWith(world.database, word)).toEqual([]);
  const logs = await Promise.all([roomLog(messaging.feeds, groupId), roomLog(messaging.feeds, directId)]);
  const events = logs.flat();
  const told = logs.flatMap((log, index) =>
    log
      .filter(({ kind }) => kind === 'messages.erased')
      .flatMap(({ payload }) => (payload['messages'] as number[]).map((seq) => `${index}:${seq}`)),
  );
  expect([told.length, new Set(told).size]).toEqual([450, 450]);
  const said = events
    .filter(({ kind, payload }) => kind === 'chat.posted' && payload['authorId'] === author.id)
    .map(({ payload }) => payload['text']);
  expect(said).toEqual(after);
  // A key of before posts nothing any more, and a reader's count is what it was.
  expect((await send(messaging, author.as, { conversationId: groupId, text: 'x', idempotencyKey: before[1]?.key })).code).toBe(
    'IDEMPOTENCY_CONFLICT',
  );
  expect(await askData(messaging, { as: reader.as, query: '{ me { unreadCount } }' })).toEqual({ me: { unreadCount: 460 } });
});

test('a message that was under way when its author asked for the erasure is waited for, and erased', async () => {
  const author = aPerson();
  const groupId = await aGroupOf(messaging, author.as, []);
  const word = `marker${randomUUID().slice(0, 8)}`;
  const message = aPost({ authorId: author.id, key: randomUUID(), fingerprint: 'f', conversationId: groupId }, word);
  const [written, booked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const posting = world.database.transaction('under way', async (tx) => {
    await runPostings(postingParts(feeds))(tx, [message]);
    written.resolve();
    await booked.promise;
  });
  await written.promise;
  expect(await command(author.as, 'eraseMyData', 'EraseMyDataInput', { confirmUserId: author.id })).toEqual([]);
  for (let round = 0; round < 3; round += 1) await eraseNext({ database: world.database, feeds });
  const [row] = await world.database.query<{ step: string }>({ text: 'SELECT step FROM erasure WHERE user_id = $1', values: [author.id] });
  expect(row?.step).toBe('PROFILE');
  booked.resolve();
  await posting;
  expect(await untilErased(author.id)).toMatchObject({ erasedCount: 1 });
  expect(await tablesWith(world.database, word)).toEqual([]);
});
