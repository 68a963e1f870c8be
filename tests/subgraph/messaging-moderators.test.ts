import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANONYMOUS, type Identity } from '#platform/identity/identity.ts';
import { shardIndexOf } from '#platform/ids.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { runPostings } from '../../subgraphs/messaging/data/postingLane.ts';
import { RECALLED_AT_ONCE_MAX } from '../../subgraphs/messaging/domain/limits.ts';
import { aDirectWith } from '../support/conversations.ts';
import { aLiveRoom, aMessagingWorld, type MessagingWorld, roomLog, untilInRoom } from '../support/messaging.ts';
import { aGroupOf, aPerson, moderate, type Person, say } from '../support/moderation.ts';
import { aPost, postingParts } from '../support/posting.ts';
import { ask, askData, aUser, subscribeTo } from '../support/runtime.ts';

let world: MessagingWorld;
let messaging: RunningSubgraph;

beforeAll(async () => {
  world = await aMessagingWorld();
  messaging = world.messaging;
});

afterAll(() => world.close());

const operator = aUser('olga', 'ops:read');

const aModeratorOf = async (streamer: Identity, conversationId: string): Promise<Person> => {
  const person = aPerson('moderator');
  await moderate(messaging, streamer, 'setRole', { conversationId, userId: person.id, role: 'MODERATOR' });
  return person;
};

/** What is done to the newest message of a room. */
const change = async (as: Identity, verb: 'recallMessage' | 'pinMessage' | 'unpinMessage', messageId: string): Promise<void> => {
  const query = `mutation ($input: MessageInput!) { ${verb}(input: $input) { userErrors { code } } }`;
  expect(await askData(messaging, { as, query, variables: { input: { messageId, idempotencyKey: randomUUID() } } })).toEqual({
    [verb]: { userErrors: [] },
  });
};

const newestMessageOf = async (roomId: string): Promise<string> => {
  const seq = (await roomLog(messaging.feeds, roomId)).findLast(({ kind }) => kind === 'chat.posted')?.seq;
  return `${roomId}:${seq}`;
};

describe('the log of moderators', () => {
  const ENTRY = `act by { id } user { id } message { id isRecalled } reason expiresAt role permission
    modes { slowSeconds emotesOnly } filter { kind text action } text`;
  interface Log {
    readonly nodes: readonly Readonly<Record<string, unknown>>[];
    readonly pageInfo: {
      readonly startCursor: string;
      readonly endCursor: string;
      readonly hasNextPage: boolean;
      readonly hasPreviousPage: boolean;
    };
  }
  const readLog = async (as: Identity, id: string, page: object = {}): Promise<Log | null> => {
    const query = `query ($id: ID!, $first: Int, $after: Cursor, $last: Int, $before: Cursor) { conversation(id: $id) {
      moderationLog(first: $first, after: $after, last: $last, before: $before) {
        nodes { ${ENTRY} } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } } }`;
    const { conversation } = await askData<{ conversation: { moderationLog: Log | null } }>(messaging, {
      as,
      query,
      variables: { id, ...page },
    });
    return conversation.moderationLog;
  };
  const actsOf = (log: Log | null): readonly unknown[] | null => log?.nodes.map(({ act }) => act) ?? null;

  test('every act of a moderator is in it, the newest first, with who did what to whom and why', async () => {
    const { as: streamer, roomId } = await aLiveRoom(world);
    const [moderator, mallory] = [await aModeratorOf(streamer, roomId), aPerson('mallory')];
    const act = async (verb: Parameters<typeof moderate>[2], input: object, as = moderator.as) =>
      expect(await moderate(messaging, as, verb, { conversationId: roomId, ...input })).toMatchObject({ codes: [] });
    const until = new Date(Date.now() + 600_000).toISOString();
    await say(messaging, mallory, roomId, 'first');
    const first = await newestMessageOf(roomId);
    await act('sanctionUser', { userId: mallory.id, type: 'TIMEOUT', expiresAt: until, reason: ' loud ' });
    await act('liftSanction', { userId: mallory.id, reason: 'sorry' });
    await act('sanctionUser', { userId: mallory.id, type: 'MUTE' });
    await act('sanctionUser', { userId: mallory.id, type: 'KICK' });
    await act('sanctionUser', { userId: mallory.id, type: 'BAN' });
    await act('setPermission', { permission: 'PIN', least: 'VIP' }, streamer);
    await act('setChatModes', { slowSeconds: 5 });
    await act('setChatModes', { emotesOnly: true });
    await act('addFilter', { kind: 'KEYWORD', text: 'spam', action: 'REFUSE' });
    const { filters } = (
      await askData<{ room: { filters: readonly { id: string }[] } }>(messaging, {
        as: moderator.as,
        query: 'query ($id: ID!) { room(id: $id) { filters { id } } }',
        variables: { id: roomId },
      })
    ).room;
    await act('removeFilter', { filterId: filters[0]?.id });
    await change(moderator.as, 'pinMessage', first);
    await change(moderator.as, 'unpinMessage', first);
    await change(moderator.as, 'recallMessage', first);
    const announce = 'mutation ($input: AnnouncementInput!) { setAnnouncement(input: $input) { userErrors { code } } }';
    await askData(messaging, {
      as: moderator.as,
      query: announce,
      variables: { input: { conversationId: roomId, text: 'Be kind', idempotencyKey: randomUUID() } },
    });
    const log = await readLog(moderator.as, roomId);
    const by = { id: moderator.id };
    const user = { id: mallory.id };
    expect(log?.nodes.toReversed()).toMatchObject([
      { act: 'SET_ROLE', user: by, role: 'MODERATOR' },
      { act: 'TIMEOUT', by, user, reason: 'loud', expiresAt: until },
      { act: 'LIFT', by, user, reason: 'sorry' },
      { act: 'MUTE', by, user, reason: null, expiresAt: null },
      { act: 'KICK', by, user },
      { act: 'BAN', by, user },
      { act: 'SET_PERMISSION', user: null, permission: 'PIN', role: 'VIP' },
      { act: 'SET_MODES', by, modes: { slowSeconds: 5, emotesOnly: false } },
      { act: 'SET_MODES', by, modes: { slowSeconds: 5, emotesOnly: true } },
      { act: 'ADD_FILTER', by, filter: { kind: 'KEYWORD', text: 'spam', action: 'REFUSE' } },
      { act: 'REMOVE_FILTER', by, filter: { kind: 'KEYWORD', text: 'spam', action: 'REFUSE' } },
      { act: 'PIN', by, user, message: { id: first } },
      { act: 'UNPIN', by, user, message: { id: first } },
      { act: 'RECALL', by, user, message: { id: first, isRecalled: true } },
      { act: 'ANNOUNCE', by, text: 'Be kind' },
    ]);
    // Both directions meet, and no entry is in two pages.
    const [down, up] = [await readLog(operator, roomId, { first: 4 }), await readLog(operator, roomId, { last: 11 })];
    expect([actsOf(down), down?.pageInfo]).toMatchObject([
      ['ANNOUNCE', 'RECALL', 'UNPIN', 'PIN'],
      { hasNextPage: true, hasPreviousPage: false },
    ]);
    expect(up?.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect([...(actsOf(down) ?? []), ...(actsOf(up) ?? [])]).toEqual(actsOf(log));
    const after = down?.pageInfo.endCursor;
    expect(actsOf(await readLog(operator, roomId, { first: 100, after }))).toEqual(actsOf(up));
    expect(actsOf(await readLog(operator, roomId, { last: 2, before: up?.pageInfo.startCursor }))).toEqual(['UNPIN', 'PIN']);
    // Nobody else sees anything of it.
    const outsiders: readonly Identity[] = [mallory.as, aPerson().as, aUser('vera', 'ops:write'), ANONYMOUS];
    expect(await Promise.all(outsiders.map(async (as) => (await readLog(as, roomId)) !== null))).toEqual([false, false, true, false]);
    const wrong = await ask(messaging, {
      as: operator,
      query: 'query ($id: ID!) { room(id: $id) { moderationLog(first: 1, before: "x") { nodes { id } } } }',
      variables: { id: roomId },
    });
    expect(wrong.errors?.[0]?.message).toBe('`before` goes with `last`, not with `first`.');
  });

  test('an author who takes back their own message is no moderator, a group is moderated by its own, and two people alone by nobody', async () => {
    const { roomId } = await aLiveRoom(world);
    const [owner, bob] = [aPerson('owner'), aPerson('bob')];
    await say(messaging, bob, roomId, 'oops');
    await change(bob.as, 'recallMessage', await newestMessageOf(roomId));
    expect(actsOf(await readLog(operator, roomId))).toEqual([]);
    const groupId = await aGroupOf(messaging, owner, bob);
    await moderate(messaging, owner.as, 'sanctionUser', { conversationId: groupId, userId: bob.id, type: 'MUTE' });
    expect([actsOf(await readLog(owner.as, groupId)), await readLog(bob.as, groupId)]).toEqual([['MUTE'], null]);
    const directId = await aDirectWith(messaging, owner.as, bob.id);
    expect(await readLog(owner.as, directId)).toBeNull();
  });
});

test('a room that closes is told of once in the control feed', async () => {
  const { roomId, end } = await aLiveRoom(world);
  await say(messaging, aPerson(), roomId, 'bye');
  await end();
  const control = await messaging.feeds.page({ feed: `control/${shardIndexOf(roomId)}`, limit: 1_000, direction: 'forward' });
  expect(control.events.filter(({ payload }) => payload['roomId'] === roomId).map(({ kind }) => kind)).toEqual(['room.closed']);
});

describe('a room that delays its chat', () => {
  interface Shown {
    readonly seq: number;
    readonly cursor: string;
    readonly atMs: number;
    readonly text: string | null;
  }
  const EVENT = '__typename seq cursor ... on ChatEvent { message { text } } ... on MessageEditedEvent { message { text } }';
  interface Raw {
    readonly __typename: string;
    readonly seq: number;
    readonly cursor: string;
    readonly message?: { readonly text: string };
  }
  const shownOf = ({ seq, cursor, message }: Raw): Shown => ({ seq, cursor, atMs: Date.now(), text: message?.text ?? null });
  const follow = (as: Identity, roomId: string, more: object = {}) => {
    const query = `subscription ($roomId: ID!, $after: Cursor, $chat: ChatAudience! = SAMPLED) {
      roomEvents(roomId: $roomId, after: $after, chat: $chat) { ${EVENT} } }`;
    const events = subscribeTo<{ roomEvents: Raw }>(messaging, { as, query, variables: { roomId, ...more } });
    const next = async (): Promise<Shown> => shownOf((await events.data()).roomEvents);
    const upTo = async (seq: number): Promise<readonly Shown[]> => {
      const seen: Shown[] = [];
      while ((seen.at(-1)?.seq ?? 0) < seq) seen.push(await next());
      await events.end();
      return seen;
    };
    return { next, upTo };
  };
  const history = async (roomId: string): Promise<readonly Shown[]> => {
    const query = `query ($id: ID!) { room(id: $id) { events(last: 100) { nodes { ${EVENT} } } search(query: "hidden") { nodes { text } } } }`;
    const { room } = await askData<{ room: { events: { nodes: readonly Raw[] }; search: { nodes: readonly unknown[] } } }>(messaging, {
      query,
      variables: { id: roomId },
    });
    expect(room.search.nodes).toEqual([]);
    return room.events.nodes.map(shownOf);
  };

  test('shows it to moderators at once and to all others later, as it is then: what was taken back meanwhile nobody else has seen', async () => {
    const { as: streamer, roomId } = await aLiveRoom(world);
    const [moderator, alice, mallory] = [await aModeratorOf(streamer, roomId), aPerson('alice'), aPerson('mallory')];
    await say(messaging, alice, roomId, 'before');
    const early = follow(alice.as, roomId);
    const { seq: startSeq, cursor: start } = await early.next();
    const asks = (more: object) => moderate(messaging, moderator.as, 'setChatModes', { conversationId: roomId, ...more });
    expect((await asks({ nonModeratorDelaySeconds: 11 })).codes).toEqual(['MODE_OUT_OF_RANGE']);
    expect((await asks({ nonModeratorDelaySeconds: 5 })).codes).toEqual([]);
    const watching = follow(moderator.as, roomId, { chat: 'FULL', after: start });
    const saidMs = Date.now();
    await say(messaging, alice, roomId, 'hello');
    await say(messaging, mallory, roomId, 'hidden words');
    const seen = await watching.upTo(startSeq + 3);
    expect(seen.map(({ text }) => text)).toEqual([null, null, 'hello', 'hidden words']);
    await change(moderator.as, 'recallMessage', await newestMessageOf(roomId));
    await world.sendGifts([{ streamId: roomId, senderId: 'gifter' }]);
    // Whoever comes meanwhile begins behind what may be seen, and so does the history.
    const [late, shown] = [follow(alice.as, roomId), await history(roomId)];
    expect(shown.map(({ text }) => text)).not.toContain('hello');
    await untilInRoom(messaging.feeds, roomId, ({ kind }) => kind === 'gift.shown');
    const headSeq = (await roomLog(messaging.feeds, roomId)).at(-1)?.seq ?? 0;
    const [ofEarly, ofLate, ofResumed] = await Promise.all([
      early.upTo(headSeq),
      late.upTo(headSeq),
      follow(mallory.as, roomId, { after: shown.at(-1)?.cursor }).upTo(headSeq),
    ]);
    expect(ofEarly.map(({ seq }) => seq)).toEqual(Array.from({ length: headSeq - startSeq }, (_, index) => startSeq + 1 + index));
    expect(ofEarly.flatMap(({ text }) => text ?? [])).toEqual(['hello', '']);
    expect((ofEarly.find(({ text }) => text === 'hello')?.atMs ?? 0) - saidMs).toBeGreaterThanOrEqual(5_000);
    expect(seen.at(-1)?.atMs).toBeLessThan(ofEarly.find(({ text }) => text === 'hello')?.atMs ?? 0);
    for (const resumed of [ofLate, ofResumed]) {
      const [place, ...events] = resumed;
      expect(events.map(({ seq }) => seq)).toEqual(
        Array.from({ length: headSeq - (place?.seq ?? 0) }, (_, index) => (place?.seq ?? 0) + 1 + index),
      );
      const same = Math.min(events.length, ofEarly.length);
      expect(events.slice(-same).map(({ text }) => text)).toEqual(ofEarly.slice(-same).map(({ text }) => text));
      expect(events.flatMap(({ text }) => text ?? [])).toContain('hello');
    }
    await expect.poll(async () => (await history(roomId)).at(-1)?.seq).toBe(headSeq);
    const groupId = await aGroupOf(messaging, alice);
    const inGroup = await moderate(messaging, alice.as, 'setChatModes', { conversationId: groupId, nonModeratorDelaySeconds: 2 });
    expect(inGroup.codes).toEqual(['MODE_FOR_ROOMS_ONLY']);
  });

  test('holds a message back by its id, too: moderators and operators may read it, all others once its time has come', async () => {
    const { as: streamer, roomId } = await aLiveRoom(world);
    const alice = aPerson('alice');
    const delay = (nonModeratorDelaySeconds: number) =>
      moderate(messaging, streamer, 'setChatModes', { conversationId: roomId, nonModeratorDelaySeconds });
    await delay(10);
    await say(messaging, alice, roomId, 'not yet');
    const variables = { id: await newestMessageOf(roomId) };
    const read = (as: Identity) => askData(messaging, { as, query: 'query ($id: ID!) { message(id: $id) { text } }', variables });
    expect(await Promise.all([streamer, operator, alice.as, ANONYMOUS].map(read))).toEqual([
      { message: { text: 'not yet' } },
      { message: { text: 'not yet' } },
      { message: null },
      { message: null },
    ]);
    await delay(0);
    expect(await read(ANONYMOUS)).toEqual({ message: { text: 'not yet' } });
  });
});

describe('a sanction that takes back what was said', () => {
  const MESSAGES = `query ($id: ID!) { conversation(id: $id) { pins { message { id } } events(last: 100, kinds: [CHAT, RECALL]) { nodes {
    ... on ChatEvent { message { id text isRecalled author { id } edits { text } } } ... on MessageRecalledEvent { messageId messageIds by { id } } } } } }`;
  interface Node {
    readonly message?: {
      readonly id: string;
      readonly text: string;
      readonly isRecalled: boolean;
      readonly author: { readonly id: string };
      readonly edits: readonly unknown[];
    };
    readonly messageId?: string;
    readonly messageIds?: readonly string[];
    readonly by?: { readonly id: string };
  }
  const read = async (as: Identity, id: string) =>
    (
      await askData<{ conversation: { pins: readonly object[]; events: { nodes: readonly Node[] } } }>(messaging, {
        as,
        query: MESSAGES,
        variables: { id },
      })
    ).conversation;
  const ban = async (as: Identity, input: object) => {
    const query =
      'mutation ($input: BanUserInput!) { banUser(input: $input) { ban { user { id } } recalledMessageCount userErrors { code } } }';
    const variables = { input: { idempotencyKey: randomUUID(), ...input } };
    return (
      await askData<{ banUser: { recalledMessageCount: number; userErrors: readonly { code: string }[] } }>(messaging, {
        as,
        query,
        variables,
      })
    ).banUser;
  };

  test('does so in the same moment: all of theirs and nothing of others, told by one event, noted once, and not again for the same key', async () => {
    const { as: streamer, roomId } = await aLiveRoom(world);
    const [alice, mallory] = [aPerson('alice'), aPerson('mallory')];
    await say(messaging, mallory, roomId, 'long ago');
    await world.database.query({
      text: "/* test */ UPDATE feed_event SET at = at - interval '2 hours' WHERE feed_id = $1 AND kind = 'chat.posted'",
      values: [`conversation/${roomId}`],
    });
    await say(messaging, alice, roomId, 'hi');
    for (const text of ['rude one', 'rude two', 'rude three']) await say(messaging, mallory, roomId, text);
    const newest = await newestMessageOf(roomId);
    await askData(messaging, {
      as: mallory.as,
      query: 'mutation ($input: EditMessageInput!) { editMessage(input: $input) { userErrors { code } } }',
      variables: { input: { messageId: newest, text: 'ruder', idempotencyKey: randomUUID() } },
    });
    await change(streamer, 'pinMessage', newest);
    const wish = { roomId, userId: mallory.id, recallMessagesSeconds: 3_600, idempotencyKey: randomUUID() };
    expect(await ban(streamer, { ...wish, recallMessagesSeconds: 86_401 })).toMatchObject({
      userErrors: [{ code: 'RECALL_OUT_OF_RANGE' }],
    });
    wish.idempotencyKey = randomUUID();
    expect(await ban(streamer, wish)).toMatchObject({ ban: { user: { id: mallory.id } }, recalledMessageCount: 3, userErrors: [] });
    const headSeq = (await roomLog(messaging.feeds, roomId)).at(-1)?.seq;
    expect(await ban(streamer, wish)).toMatchObject({ recalledMessageCount: 3, userErrors: [] });
    expect((await roomLog(messaging.feeds, roomId)).at(-1)?.seq).toBe(headSeq);
    const { pins, events } = await read(streamer, roomId);
    const messages = events.nodes.flatMap(({ message }) => message ?? []);
    expect(messages.map(({ text }) => text)).toEqual(['long ago', 'hi', '', '', '']);
    const gone = messages.filter(({ isRecalled }) => isRecalled);
    expect(gone.map(({ author, edits }) => [author.id, edits])).toEqual(Array.from({ length: 3 }, () => [mallory.id, []]));
    const recalls = events.nodes.filter(({ messageIds }) => messageIds !== undefined);
    expect(recalls).toEqual([
      { messageId: newest, messageIds: gone.map(({ id }) => id), by: { id: streamer.kind === 'user' ? streamer.id : '' } },
    ]);
    expect(pins).toEqual([]);
    expect(JSON.stringify(await roomLog(messaging.feeds, roomId))).not.toContain('rude');
    const kept = await world.database.query({
      text: '/* test */ SELECT 1 FROM recalled_message WHERE author_id = $1',
      values: [mallory.id],
    });
    expect(kept).toHaveLength(3);
    const query =
      'query ($id: ID!) { room(id: $id) { moderationLog(first: 2) { nodes { act user { id } message { id } messageCount } } } }';
    expect(await askData(messaging, { as: streamer, query, variables: { id: roomId } })).toEqual({
      room: {
        moderationLog: {
          nodes: [
            { act: 'RECALL', user: { id: mallory.id }, message: null, messageCount: 3 },
            { act: 'BAN', user: { id: mallory.id }, message: null, messageCount: null },
          ],
        },
      },
    });
  });

  test('needs the permission to recall besides, and takes no more than so many', async () => {
    const owner = aPerson('owner');
    const [moderator, mallory] = [aPerson('moderator'), aPerson('mallory')];
    const groupId = await aGroupOf(messaging, owner, moderator, mallory);
    await moderate(messaging, owner.as, 'setRole', { conversationId: groupId, userId: moderator.id, role: 'MODERATOR' });
    await moderate(messaging, owner.as, 'setPermission', { conversationId: groupId, permission: 'RECALL', least: 'OWNER' });
    await world.database.transaction('flood', (tx) =>
      runPostings(postingParts(messaging.feeds))(
        tx,
        Array.from({ length: RECALLED_AT_ONCE_MAX + 5 }, (_, index) =>
          aPost({ authorId: mallory.id, key: randomUUID(), fingerprint: 'f', conversationId: groupId }, `flood ${index}`),
        ),
      ),
    );
    const wish = { conversationId: groupId, userId: mallory.id, type: 'MUTE', recallMessagesSeconds: 600 };
    expect((await moderate(messaging, moderator.as, 'sanctionUser', wish)).codes).toEqual(['NOT_A_MODERATOR']);
    expect((await moderate(messaging, owner.as, 'sanctionUser', wish)).codes).toEqual([]);
    const log = await roomLog(messaging.feeds, groupId);
    const left = log
      .filter(({ kind, payload }) => kind === 'chat.posted' && payload['recalled'] !== true)
      .map(({ payload }) => payload['text']);
    expect(left).toEqual(Array.from({ length: 5 }, (_, index) => `flood ${index}`));
    expect(log.filter(({ kind }) => kind === 'message.recalled')).toHaveLength(1);
  });
});
