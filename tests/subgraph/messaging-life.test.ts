import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryBus } from '#platform/bus/memory.ts';
import { openFeeds } from '#platform/feed/feeds.ts';
import type { Identity } from '#platform/identity/identity.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { type Command, runCommands } from '../../subgraphs/messaging/data/commandLane.ts';
import { messageChanges } from '../../subgraphs/messaging/data/messageChanges.ts';
import type { MessageAction } from '../../subgraphs/messaging/domain/messageChange.ts';
import { messagePlaceOf } from '../../subgraphs/messaging/domain/messageId.ts';
import { inboxFeedOf, loggedEventOf } from '../../subgraphs/messaging/events.ts';
import { aDirectWith, aGroupOf, aPerson, say } from '../support/conversations.ts';
import { aLiveRoom, aMessagingWorld, type MessagingWorld, roomLog } from '../support/messaging.ts';
import { postingParts } from '../support/posting.ts';
import { ask, askData, aUser } from '../support/runtime.ts';
import { statementsOf } from '../support/statements.ts';
import { aTelemetry } from '../support/telemetry.ts';

let world: MessagingWorld;
let messaging: RunningSubgraph;
let twin: RunningSubgraph;

beforeAll(async () => {
  world = await aMessagingWorld();
  messaging = world.messaging;
  twin = await world.twin();
});

afterAll(() => world.close());

/** How long what is done beside a request may take on a busy machine. */
const DEADLINE_MS = 10_000;

const operator = (): Identity => aUser(`operator-${randomUUID()}`, 'ops:write', 'ops:read');

interface Shown {
  readonly id: string;
  readonly text: string;
  readonly isRecalled: boolean;
  readonly editedAt: string | null;
  readonly edits: readonly { readonly text: string }[];
  readonly reactions: readonly { readonly emoji: string; readonly count: number; readonly mine: boolean | null }[];
}

const MESSAGE = 'id text isRecalled editedAt messageNumber edits { text } reactions { emoji count mine }';
const INPUTS = { editMessage: 'EditMessageInput', addReaction: 'ReactionInput', removeReaction: 'ReactionInput' };
type Verb = 'recallMessage' | 'editMessage' | 'addReaction' | 'removeReaction' | 'pinMessage' | 'unpinMessage';

interface Answer {
  readonly message: Shown | null;
  readonly userErrors: readonly { readonly code: string; readonly reason: string | null; readonly field: readonly string[] | null }[];
}

const change = async (as: Identity, verb: Verb, input: object, on = messaging): Promise<Answer> => {
  const type = { ...INPUTS }[verb as keyof typeof INPUTS] ?? 'MessageInput';
  const query = `mutation ($input: ${type}!) { answer: ${verb}(input: $input) { message { ${MESSAGE} } userErrors { code reason field } } }`;
  return (await askData<{ answer: Answer }>(on, { as, query, variables: { input: { idempotencyKey: randomUUID(), ...input } } })).answer;
};

const codeOf = ({ userErrors }: Answer): string => userErrors[0]?.code ?? 'done';

/** The messages of a conversation as its history shows them. */
const history = async (as: Identity, id: string): Promise<readonly Shown[]> => {
  const { conversation } = await askData<{ conversation: { events: { nodes: readonly { message?: Shown }[] } } }>(messaging, {
    as,
    query: `query ($id: ID!) { conversation(id: $id) { events(last: 100, kinds: [CHAT]) { nodes { ... on ChatEvent { message { ${MESSAGE} } } } } } }`,
    variables: { id },
  });
  return conversation.events.nodes.flatMap(({ message }) => message ?? []);
};

/** In which tables of messaging a text stands. */
const tablesWith = async (text: string): Promise<readonly string[]> => {
  const tables = await world.database.query<{ readonly name: string }>({
    text: "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1",
  });
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await world.database.query({
      text: `SELECT 1 FROM "${name}" AS row WHERE row::text LIKE $1 LIMIT 1`,
      values: [`%${text}%`],
    });
    if (rows.length > 0) found.push(name);
  }
  return found;
};

/** Makes a message as old as that. */
const age = (messageId: string, minutes: number): Promise<readonly object[]> => {
  const { conversationId, seq } = messagePlaceOf(messageId) ?? { conversationId: '', seq: 0 };
  return world.database.query({
    text: "UPDATE feed_event SET at = at - make_interval(mins => $3) WHERE feed_id = 'conversation/' || $1 AND seq = $2",
    values: [conversationId, seq, minutes],
  });
};

const kindsIn = async (conversationId: string): Promise<readonly string[]> =>
  (await roomLog(messaging.feeds, conversationId)).map(({ kind }) => kind);

describe('recalling', () => {
  test('takes the text out of the log, the inboxes and everything that was edited; number and place stay, operators alone still find it', async () => {
    const [author, other] = [aPerson(), aPerson()];
    const id = await aDirectWith(messaging, author.as, other.id);
    const secret = `secret${randomUUID().replaceAll('-', '')}`;
    const messageId = await say(messaging, author.as, id, `${secret} one`);
    await change(author.as, 'editMessage', { messageId, text: `${secret} two` });
    await change(author.as, 'editMessage', { messageId, text: `${secret} three` }, twin);
    await change(other.as, 'addReaction', { messageId, emoji: '👍' });
    const { message } = await change(author.as, 'recallMessage', { messageId });
    expect(message).toMatchObject({ id: messageId, text: '', isRecalled: true, messageNumber: 1, edits: [], reactions: [] });
    // The index of the search hears of it from the log, a moment later.
    await expect.poll(() => tablesWith(secret), { timeout: DEADLINE_MS }).toEqual(['recalled_message']);
    expect(await history(other.as, id)).toEqual([message]);
    const { events } = await messaging.feeds.page({ feed: inboxFeedOf(other.id), limit: 100, direction: 'forward' });
    expect(events.map(({ payload }) => payload['kind']).slice(-1)).toEqual(['message.recalled']);
    expect(await kindsIn(id)).toEqual(['chat.posted', 'message.edited', 'message.edited', 'reactions.changed', 'message.recalled']);
    const query =
      'query ($id: ID!) { _entities(representations: [{ __typename: "Message", id: $id }]) { ... on Message { recall { by { id } text edits { text } } } } }';
    const seen = await askData<{ _entities: readonly object[] }>(messaging, { as: operator(), query, variables: { id: messageId } });
    expect(seen._entities).toEqual([
      { recall: { by: { id: author.id }, text: `${secret} three`, edits: [{ text: `${secret} one` }, { text: `${secret} two` }] } },
    ]);
    expect((await ask(messaging, { as: author.as, query, variables: { id: messageId } })).errors?.[0]?.extensions['code']).toBe(
      'FORBIDDEN',
    );
  });

  test('is for the author for ten minutes, for whoever owns the conversation and for operators at any time, and for nobody else', async () => {
    const [owner, author, other, stranger] = [aPerson(), aPerson(), aPerson(), aPerson()];
    const id = await aGroupOf(messaging, owner.as, [author.id, other.id]);
    const [old, older] = [await say(messaging, author.as, id, 'old'), await say(messaging, author.as, id, 'older')];
    await Promise.all([age(old, 11), age(older, 600)]);
    expect(codeOf(await change(other.as, 'recallMessage', { messageId: old }))).toBe('NOT_ALLOWED');
    expect(codeOf(await change(stranger.as, 'recallMessage', { messageId: old }))).toBe('MESSAGE_NOT_FOUND');
    expect(codeOf(await change(author.as, 'recallMessage', { messageId: old }))).toBe('TOO_LATE');
    expect(codeOf(await change(owner.as, 'recallMessage', { messageId: old }))).toBe('done');
    expect(codeOf(await change(operator(), 'recallMessage', { messageId: older }))).toBe('done');
    expect(codeOf(await change(owner.as, 'recallMessage', { messageId: old }))).toBe('RECALLED');
    expect((await history(author.as, id)).map(({ text }) => text)).toEqual(['', '']);
  });

  test('edits and recalls of one message in one batch leave one answer in the log, and none of its texts', async () => {
    const author = aPerson();
    const id = await aGroupOf(messaging, author.as, []);
    const secret = `secret${randomUUID().replaceAll('-', '')}`;
    const messageId = await say(messaging, author.as, id, secret);
    const place = messagePlaceOf(messageId) ?? { conversationId: '', seq: 0 };
    const actions: readonly MessageAction[] = [
      { type: 'edit', ...place, text: `${secret} again` },
      { type: 'pin', ...place },
      { type: 'recall', ...place },
      { type: 'edit', ...place, text: `${secret} once more` },
    ];
    expect(
      (await runBatch(actions.map((action) => commandOf(author.id, action)))).map((answer) => (answer.ok ? 'done' : answer.code)),
    ).toEqual(['done', 'done', 'done', 'RECALLED']);
    // This batch ran outside of any process, so the index of the search hears of it only when it next compares the heads of all logs.
    expect((await tablesWith(secret)).filter((table) => table !== 'message_search')).toEqual(['recalled_message']);
    expect((await kindsIn(id)).slice(1)).toEqual(['chat.posted', 'message.recalled', 'pins.changed', 'pins.changed']);
    expect((await conversationOf(author.as, id)).pins).toEqual([]);
  });
});

describe('editing', () => {
  test('changes the text everywhere, keeps what it said before, and tells so in the log', async () => {
    const { roomId, as } = await aLiveRoom(world);
    const messageId = await say(messaging, as, roomId, 'one');
    await change(as, 'editMessage', { messageId, text: ' two ' });
    const { message } = await change(as, 'editMessage', { messageId, text: 'three' }, twin);
    expect(message).toMatchObject({ text: 'three', editedAt: expect.any(String), edits: [{ text: 'one' }, { text: 'two' }] });
    expect(await history(aPerson().as, roomId)).toEqual([message]);
    const { room } = await askData<{ room: { events: { nodes: readonly object[] } } }>(messaging, {
      query:
        'query ($id: ID!) { room(id: $id) { events(first: 9, kinds: [EDIT]) { nodes { ... on MessageEditedEvent { message { id text } } } } } }',
      variables: { id: roomId },
    });
    expect(room.events.nodes).toEqual([{ message: { id: messageId, text: 'two' } }, { message: { id: messageId, text: 'three' } }]);
    expect(codeOf(await change(as, 'editMessage', { messageId, text: 'three' }))).toBe('done');
    expect(await kindsIn(roomId)).toHaveLength(4);
  });

  test('is for the author, for an hour, ten times, and by the rules for new messages', async () => {
    const { roomId, as } = await aLiveRoom(world);
    const [author, other] = [aPerson(), aPerson()];
    const messageId = await say(messaging, author.as, roomId, 'one');
    const edit = async (by: Identity, text: string) => change(by, 'editMessage', { messageId, text });
    expect([codeOf(await edit(other.as, 'x')), codeOf(await edit(as, 'x')), codeOf(await edit(operator(), 'x').catch(forbidden))]).toEqual([
      'NOT_ALLOWED',
      'NOT_ALLOWED',
      'FORBIDDEN',
    ]);
    expect(codeOf(await edit(author.as, '  '))).toBe('TEXT_EMPTY');
    expect(codeOf(await edit(author.as, '🎁'.repeat(501)))).toBe('TEXT_TOO_LONG');
    for (let count = 0; count < 10; count += 1) expect(codeOf(await edit(author.as, `edit ${count}`))).toBe('done');
    expect(codeOf(await edit(author.as, 'one too many'))).toBe('TOO_MANY_EDITS');
    const later = await say(messaging, author.as, roomId, 'later');
    await age(later, 61);
    expect(codeOf(await change(author.as, 'editMessage', { messageId: later, text: 'x' }))).toBe('TOO_LATE');
    const banned = await say(messaging, author.as, roomId, 'banned soon');
    await askData(messaging, {
      as,
      query: 'mutation ($input: BanUserInput!) { banUser(input: $input) { userErrors { code } } }',
      variables: { input: { roomId, userId: author.id, idempotencyKey: randomUUID() } },
    });
    expect((await change(author.as, 'editMessage', { messageId: banned, text: 'x' })).userErrors).toEqual([
      { code: 'REFUSED', reason: 'BANNED', field: ['input', 'text'] },
    ]);
    expect(codeOf(await change(author.as, 'addReaction', { messageId: banned, emoji: '👍' }))).toBe('NOT_ALLOWED');
    expect((await history(other.as, roomId)).at(-1)?.text).toBe('banned soon');
  });
});

describe('reactions', () => {
  test('are counted exactly, however many people react at once in two processes, and the log ends at the same counts', async () => {
    const { roomId, as } = await aLiveRoom(world);
    const messageId = await say(messaging, as, roomId, 'react!');
    const people = Array.from({ length: 30 }, aPerson);
    await Promise.all(
      people.flatMap(({ as: by }, index) => [
        change(by, 'addReaction', { messageId, emoji: '👍' }, index % 2 === 0 ? messaging : twin),
        change(by, 'addReaction', { messageId, emoji: '👍' }, index % 2 === 0 ? twin : messaging),
        ...(index % 3 === 0 ? [change(by, 'addReaction', { messageId, emoji: ':fanfare:' }, twin)] : []),
      ]),
    );
    await Promise.all(
      people
        .slice(0, 7)
        .map(({ as: by }, index) => change(by, 'removeReaction', { messageId, emoji: '👍' }, index % 2 === 0 ? messaging : twin)),
    );
    const counted = [
      { emoji: '👍', count: 23 },
      { emoji: ':fanfare:', count: 10 },
    ];
    const sorted = (list: readonly { readonly emoji: string }[]) => list.toSorted((one, other) => other.emoji.localeCompare(one.emoji));
    const [shown] = await history(people[3]?.as ?? as, roomId);
    expect(sorted(shown?.reactions ?? [])).toEqual(sorted(counted.map((each) => ({ ...each, mine: each.emoji === ':fanfare:' }))));
    const last = (await roomLog(messaging.feeds, roomId))
      .map(loggedEventOf)
      .findLast((event) => event?.__typename === 'ReactionsChangedEvent');
    expect(sorted(last?.reactions ?? [])).toEqual(sorted(counted));
    const [rows] = await world.database.query<{ readonly rows: bigint }>({
      text: 'SELECT count(*) AS rows FROM message_reaction WHERE conversation_id = $1',
      values: [roomId],
    });
    expect(rows?.rows).toBe(33n);
  });

  test('of one batch are one event per message, by the same statements for any number of messages and people', async () => {
    const owner = aPerson();
    const ids = await Promise.all([aGroupOf(messaging, owner.as, []), aGroupOf(messaging, owner.as, [])]);
    const messages = await Promise.all(ids.map((id) => say(messaging, owner.as, id, 'here')));
    const { events, statements } = await reactInOneBatch(owner.id, messages.slice(0, 1), ['👍', ':wave:']);
    expect(events).toEqual(['reactions.changed']);
    const many = await reactInOneBatch(owner.id, messages, ['🎉', '❤️', '🔥', ':clap:']);
    expect(many.events).toEqual(['reactions.changed', 'reactions.changed']);
    expect(many.statements).toEqual(statements);
  });

  test('have twenty kinds per message at most; what is one already can still be joined, and none is added where it may not be', async () => {
    const [owner, member] = [aPerson(), aPerson()];
    const id = await aGroupOf(messaging, owner.as, [member.id]);
    const messageId = await say(messaging, owner.as, id, 'here');
    for (let kind = 0; kind < 20; kind += 1)
      expect(codeOf(await change(owner.as, 'addReaction', { messageId, emoji: `:kind-${kind}:` }))).toBe('done');
    expect(codeOf(await change(member.as, 'addReaction', { messageId, emoji: '👍' }))).toBe('TOO_MANY_REACTIONS');
    expect((await change(member.as, 'addReaction', { messageId, emoji: ':kind-3:' })).message?.reactions[3]).toEqual({
      emoji: ':kind-3:',
      count: 2,
      mine: true,
    });
    expect(codeOf(await change(aPerson().as, 'addReaction', { messageId, emoji: ':kind-3:' }))).toBe('MESSAGE_NOT_FOUND');
    expect(codeOf(await change(member.as, 'addReaction', { messageId, emoji: 'yes' }))).toBe('EMOJI_INVALID');
    expect(codeOf(await change(member.as, 'addReaction', { messageId: `${id}:1`, emoji: '👍' }))).toBe('MESSAGE_NOT_FOUND');
    expect(codeOf(await change(member.as, 'addReaction', { messageId: 'none', emoji: '👍' }))).toBe('MESSAGE_NOT_FOUND');
  });

  test('the same key twice is one reaction and one answer; with another emoji it is a conflict', async () => {
    const owner = aPerson();
    const id = await aGroupOf(messaging, owner.as, []);
    const messageId = await say(messaging, owner.as, id, 'here');
    const input = { messageId, emoji: '👍', idempotencyKey: randomUUID() };
    await Promise.all([change(owner.as, 'addReaction', input), change(owner.as, 'addReaction', input, twin)]);
    await change(owner.as, 'removeReaction', { messageId, emoji: '👍' });
    expect((await change(owner.as, 'addReaction', input)).message?.reactions).toEqual([]);
    expect(codeOf(await change(owner.as, 'addReaction', { ...input, emoji: '🎉' }))).toBe('IDEMPOTENCY_CONFLICT');
  });
});

describe('pins and announcements', () => {
  test('the owner pins up to fifty messages and takes them off; others do neither; everybody there sees them', async () => {
    const { roomId, as } = await aLiveRoom(world);
    const author = aPerson();
    const messageId = await say(messaging, author.as, roomId, 'pin me');
    expect(codeOf(await change(author.as, 'pinMessage', { messageId }))).toBe('NOT_ALLOWED');
    await change(as, 'pinMessage', { messageId });
    await change(operator(), 'pinMessage', { messageId });
    expect((await conversationOf(undefined, roomId)).pins).toEqual([{ message: { text: 'pin me' }, by: { id: idOf(as) } }]);
    await world.database.query({
      text: `INSERT INTO conversation_pin (shard, conversation_id, seq, by_id, at)
             SELECT shard, conversation_id, 1000 + number, by_id, at FROM conversation_pin, generate_series(1, 49) AS number WHERE conversation_id = $1`,
      values: [roomId],
    });
    const another = await say(messaging, author.as, roomId, 'me too');
    expect(codeOf(await change(as, 'pinMessage', { messageId: another }))).toBe('TOO_MANY_PINS');
    await change(as, 'unpinMessage', { messageId });
    expect(codeOf(await change(as, 'pinMessage', { messageId: another }))).toBe('done');
    expect((await kindsIn(roomId)).filter((kind) => kind === 'pins.changed')).toHaveLength(3);
  });

  test('an announcement is set and taken away by the owner alone, and stands in the log', async () => {
    const [owner, member] = [aPerson(), aPerson()];
    const id = await aGroupOf(messaging, owner.as, [member.id]);
    const announce = async (by: Identity, text: string | null) => {
      const query =
        'mutation ($input: AnnouncementInput!) { setAnnouncement(input: $input) { conversation { announcement { text by { id } } } userErrors { code } } }';
      const variables = { input: { conversationId: id, text, idempotencyKey: randomUUID() } };
      return (await askData<{ setAnnouncement: unknown }>(messaging, { as: by, query, variables })).setAnnouncement;
    };
    expect(await announce(member.as, 'mine')).toEqual({ conversation: null, userErrors: [{ code: 'NOT_ALLOWED' }] });
    expect(await announce(aPerson().as, 'mine')).toEqual({ conversation: null, userErrors: [{ code: 'CONVERSATION_NOT_FOUND' }] });
    expect(await announce(owner.as, ' ')).toEqual({ conversation: null, userErrors: [{ code: 'TEXT_EMPTY' }] });
    expect(await announce(owner.as, ' Tonight at eight ')).toEqual({
      conversation: { announcement: { text: 'Tonight at eight', by: { id: owner.id } } },
      userErrors: [],
    });
    expect((await conversationOf(member.as, id)).announcement).toEqual({ text: 'Tonight at eight' });
    await announce(owner.as, null);
    expect((await conversationOf(member.as, id)).announcement).toBeNull();
    expect((await kindsIn(id)).filter((kind) => kind === 'announcement.changed')).toHaveLength(2);
  });
});

const idOf = (identity: Identity): string => (identity.kind === 'user' ? (identity.id ?? '') : '');

/** What an operation that was refused as a whole counts as. */
const forbidden = (error: Error): Answer => ({
  message: null,
  userErrors: [{ code: /FORBIDDEN/.exec(error.message)?.[0] ?? error.message, reason: null, field: null }],
});

const conversationOf = async (
  as: Identity | undefined,
  id: string,
): Promise<{ readonly pins: readonly object[]; readonly announcement: object | null }> => {
  const query = 'query ($id: ID!) { conversation(id: $id) { pins { message { text } by { id } } announcement { text } } }';
  return (
    await askData<{ conversation: { pins: readonly object[]; announcement: object | null } }>(messaging, {
      ...(as === undefined ? {} : { as }),
      query,
      variables: { id },
    })
  ).conversation;
};

const commandOf = (actorId: string, action: MessageAction): Command<MessageAction> => ({
  actorId,
  key: randomUUID(),
  fingerprint: 'test',
  isOperator: false,
  action,
});

const runBatch = async (batch: readonly Command<MessageAction>[]) => {
  const feeds = await openFeeds({ database: world.database, bus: createMemoryBus(), telemetry: aTelemetry('messaging') });
  try {
    return await world.database.transaction('test', (tx) =>
      runCommands(messageChanges({ ...postingParts(feeds), onFilesDropped: () => undefined }))(tx, batch),
    );
  } finally {
    await feeds.close();
  }
};

const reactInOneBatch = async (actorId: string, messageIds: readonly string[], emojis: readonly string[]) => {
  const places = messageIds.flatMap((id) => messagePlaceOf(id) ?? []);
  const before = new Map(
    await Promise.all(places.map(async ({ conversationId }) => [conversationId, (await kindsIn(conversationId)).length] as const)),
  );
  const batch = places.flatMap((place) => emojis.map((emoji) => commandOf(actorId, { type: 'react', ...place, emoji })));
  const texts = await statementsOf(/claimCommands|rolesOf|sanctionsOn|pinsOf|versionsAt|reaction|Reaction|saveCommands/, () =>
    runBatch(batch),
  );
  const events = await Promise.all(
    places.map(async ({ conversationId }) => (await kindsIn(conversationId)).slice(before.get(conversationId))),
  );
  return { events: events.flat(), statements: texts.map((text) => /\/\* (\w+)/.exec(text)?.[1] ?? text) };
};
