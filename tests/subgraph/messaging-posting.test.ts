import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryBus } from '#platform/bus/memory.ts';
import { openFeeds } from '#platform/feed/feeds.ts';
import { fingerprintOf } from '#platform/idempotency.ts';
import type { Identity } from '#platform/identity/identity.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { type PostCommand, runPostings } from '../../subgraphs/messaging/data/postingLane.ts';
import { atOneInstant } from '../support/clock.ts';
import { aLiveRoom, aMessagingWorld, type MessagingWorld, roomLog } from '../support/messaging.ts';
import { aPost, postingParts } from '../support/posting.ts';
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

interface Payload {
  readonly event: {
    readonly id: string;
    readonly cursor: string;
    readonly seq: number;
    readonly message: { readonly id: string; readonly text: string };
  } | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string; readonly field: readonly string[] | null }[];
}

const POST = `mutation ($input: PostMessageInput!) { postMessage(input: $input) {
  event { id cursor seq at message { id text sentAt author { id handle displayName } } }
  userErrors { code message field }
} }`;

/** A new author each time: the rate limit of one test is not that of another. */
const anAuthor = (): Identity => aUser(`viewer-${randomUUID()}`, 'chat:write');

const post = async (as: Identity, input: object, on = messaging): Promise<Payload> =>
  (
    await askData<{ postMessage: Payload }>(on, {
      as,
      query: POST,
      variables: { input: { idempotencyKey: randomUUID(), text: 'hello', ...input } },
    })
  ).postMessage;

const codesOf = ({ userErrors }: Payload): readonly string[] => userErrors.map(({ code }) => code);

const chatsIn = async (roomId: string) => (await roomLog(messaging.feeds, roomId)).filter(({ kind }) => kind === 'chat.posted');

describe('posting', () => {
  test('puts the message into the log once, white space cut off, and answers with its event', async () => {
    const { roomId } = await aLiveRoom(world);
    const { event, userErrors } = await post(aUser('alice', 'chat:write'), { roomId, text: '  hello 🌙 \n' });
    expect(userErrors).toEqual([]);
    const [logged] = await chatsIn(roomId);
    expect(event).toEqual({
      id: logged?.id,
      cursor: logged?.cursor,
      seq: 2,
      at: logged?.at.toISOString(),
      message: {
        id: `${roomId}:2`,
        text: 'hello 🌙',
        sentAt: logged?.at.toISOString(),
        author: { id: 'alice', handle: 'alice', displayName: 'Alice' },
      },
    });
  });

  test('messages are numbered without gaps, whatever else is in the log and however many processes write', async () => {
    const { roomId, end } = await aLiveRoom(world);
    await Promise.all(Array.from({ length: 40 }, (_, index) => post(anAuthor(), { roomId }, index % 2 === 0 ? messaging : twin)));
    await end();
    await post(anAuthor(), { roomId });
    const log = await roomLog(messaging.feeds, roomId);
    expect(log.filter(({ kind }) => kind === 'chat.posted').map(({ payload }) => payload['number'])).toEqual(
      Array.from({ length: 40 }, (_, index) => index + 1),
    );
    const { room } = await askData<{
      room: { messageCount: number; events: { nodes: readonly { message?: { messageNumber: number } }[] } };
    }>(messaging, {
      query:
        'query ($id: ID!) { room(id: $id) { messageCount events(last: 2) { nodes { ... on ChatEvent { message { messageNumber } } } } } }',
      variables: { id: roomId },
    });
    expect(room).toEqual({ messageCount: 40, events: { nodes: [{ message: { messageNumber: 40 } }, {}] } });
  });

  test('many at once, in two processes, all stand in the log once and in one order', async () => {
    const { roomId } = await aLiveRoom(world);
    const texts = Array.from({ length: 60 }, (_, index) => `message ${index}`);
    const answers = await Promise.all(texts.map((text, index) => post(anAuthor(), { roomId, text }, index % 2 === 0 ? messaging : twin)));
    const log = await roomLog(messaging.feeds, roomId);
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
    const posted = answers.map(({ event }) => [event?.seq, event?.id, event?.message.text]);
    const logged = log.filter(({ kind }) => kind === 'chat.posted').map(({ seq, id, payload }) => [seq, id, payload['text']]);
    expect(posted.toSorted()).toEqual(logged.toSorted());
  });

  test.each([
    ['TEXT_EMPTY', { text: '' }, ['input', 'text']],
    ['TEXT_EMPTY', { text: ' \n\t\u3000' }, ['input', 'text']],
    ['TEXT_TOO_LONG', { text: '🎁'.repeat(501) }, ['input', 'text']],
    ['ROOM_NOT_FOUND', { roomId: randomUUID() }, ['input', 'roomId']],
    ['ROOM_NOT_FOUND', { roomId: "'; DROP TABLE room; --" }, ['input', 'roomId']],
  ])('%s is a refusal that changes nothing', async (code, input, field) => {
    const { roomId } = await aLiveRoom(world);
    expect(await post(anAuthor(), { roomId, ...input })).toEqual({
      event: null,
      userErrors: [{ code, message: expect.any(String), field }],
    });
    expect(await chatsIn(roomId)).toEqual([]);
  });

  test('a text of exactly 500 characters is posted', async () => {
    const { roomId } = await aLiveRoom(world);
    expect((await post(anAuthor(), { roomId, text: '🎁'.repeat(500) })).event?.message.text).toBe('🎁'.repeat(500));
  });

  test('into a closed room is refused, and nothing follows the notice that closes it', async () => {
    const { roomId, end } = await aLiveRoom(world);
    const racing = Array.from({ length: 30 }, (_, index) => post(anAuthor(), { roomId }, index % 2 === 0 ? messaging : twin));
    await end();
    const answers = await Promise.all(racing);
    expect(codesOf(await post(anAuthor(), { roomId }))).toEqual(['ROOM_CLOSED']);
    const log = await roomLog(messaging.feeds, roomId);
    expect(log.at(-1)?.payload['code']).toBe('ROOM_CLOSED');
    expect(log.filter(({ kind }) => kind === 'chat.posted')).toHaveLength(answers.filter(({ event }) => event !== null).length);
    expect(answers.flatMap(codesOf).every((code) => code === 'ROOM_CLOSED')).toBe(true);
  });
});

test('a batch takes the same statements for any number of messages, rooms and authors; repeats and refusals write no event', async () => {
  const telemetry = aTelemetry('messaging');
  const feeds = await openFeeds({ database: world.database, bus: createMemoryBus(), telemetry });
  const rooms = await Promise.all([aLiveRoom(world), aLiveRoom(world), aLiveRoom(world)]);
  const command = (roomId: string): PostCommand => {
    const [authorId, key] = [`viewer-${randomUUID()}`, randomUUID()];
    return aPost({ authorId, key, fingerprint: fingerprintOf('postMessage', roomId, 'hello'), conversationId: roomId }, 'hello');
  };
  const run = async (batch: readonly PostCommand[]): Promise<readonly string[]> => {
    const texts = await statementsOf(
      /claimPostings|readPost|lockConv|readClock|sanctionsOn|saveRefusals|countMess|ensureProfiles|append/,
      () => world.database.transaction('test', (tx) => runPostings(postingParts(feeds))(tx, batch)),
    );
    return texts.flatMap((text) => /\/\* (\w+) \*\//.exec(text)?.[1] ?? []);
  };
  const POSTING = ['claimPostings', 'lockConversations', 'readClock', 'sanctionsOn', 'countMessages', 'ensureProfiles', 'appendAll'];
  const many = rooms.flatMap(({ roomId }) => Array.from({ length: 30 }, () => command(roomId)));
  expect(await run(many.slice(0, 1))).toEqual(POSTING);
  expect(await run(many.slice(1))).toEqual(POSTING);
  const repeats = [...many, ...many.map((each) => ({ ...each, fingerprint: 'other' })), command(randomUUID())];
  expect(await run(repeats)).toEqual([
    'claimPostings',
    'lockConversations',
    'readClock',
    'readPostings',
    'readPostedEvents',
    'saveRefusals',
  ]);
  await feeds.close();
});

describe('one key, one answer', () => {
  test('the same message twice is posted once and answered alike, in either process', async () => {
    const { roomId } = await aLiveRoom(world);
    const [as, input] = [anAuthor(), { roomId, text: 'once', idempotencyKey: randomUUID() }];
    const first = await post(as, input);
    for (let index = 0; index < 5; index += 1) await post(anAuthor(), { roomId });
    expect(first.event).not.toBeNull();
    expect([await post(as, input), await post(as, input, twin)]).toEqual([first, first]);
    expect((await chatsIn(roomId)).filter(({ payload }) => payload['text'] === 'once')).toHaveLength(1);
  });

  test('twenty copies at once, in two processes and in one batch, are one message', async () => {
    const { roomId } = await aLiveRoom(world);
    const [as, input] = [anAuthor(), { roomId, text: 'once', idempotencyKey: randomUUID() }];
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => post(as, input, index % 2 === 0 ? messaging : twin)));
    expect(new Set(answers.map(({ event }) => event?.id)).size).toBe(1);
    expect(await chatsIn(roomId)).toHaveLength(1);
  });

  test('the answer stays when the room is closed by then', async () => {
    const { roomId, end } = await aLiveRoom(world);
    const [as, input] = [anAuthor(), { roomId, idempotencyKey: randomUUID() }];
    const first = await post(as, input);
    await end();
    expect(await post(as, input)).toEqual(first);
  });

  test('a refusal is stored: the key gets it again even when the room is there by then', async () => {
    const [as, roomId] = [anAuthor(), randomUUID()];
    const input = { roomId, idempotencyKey: randomUUID() };
    const refused = await post(as, input);
    expect(codesOf(refused)).toEqual(['ROOM_NOT_FOUND']);
    await world.database.query({
      text: `INSERT INTO conversation (shard, id, kind, status, stream_version, opened_at) SELECT shard, $1, 'ROOM', 'OPEN', 2, now() FROM conversation LIMIT 1`,
      values: [roomId],
    });
    expect(await post(as, input)).toEqual(refused);
  });

  test('the same key with other input is a conflict, in any room, and posts nothing', async () => {
    const [one, other] = [await aLiveRoom(world), await aLiveRoom(world)];
    const [as, idempotencyKey] = [anAuthor(), randomUUID()];
    await post(as, { roomId: one.roomId, text: 'a', idempotencyKey });
    const inputs = [
      { roomId: one.roomId, text: 'b' },
      { roomId: one.roomId, text: 'a ' },
      { roomId: other.roomId, text: 'a' },
    ];
    for (const input of inputs) expect(codesOf(await post(as, { ...input, idempotencyKey }))).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect([await chatsIn(one.roomId), await chatsIn(other.roomId)].map((chats) => chats.length)).toEqual([1, 0]);
  });

  test('keys belong to their author', async () => {
    const { roomId } = await aLiveRoom(world);
    const idempotencyKey = randomUUID();
    const answers = [await post(anAuthor(), { roomId, idempotencyKey }), await post(anAuthor(), { roomId, idempotencyKey })];
    expect(new Set(answers.map(({ event }) => event?.id)).size).toBe(2);
  });
});

describe('posting too fast', () => {
  test('is refused past the burst, without a stored answer, and never for a key that has its answer', async () => {
    const { roomId } = await aLiveRoom(world);
    const [as, first] = [anAuthor(), { roomId, text: 'first', idempotencyKey: randomUUID() }];
    const answer = await post(as, first);
    const inputs = Array.from({ length: 60 }, (_, index) => ({ roomId, text: `burst ${index}`, idempotencyKey: randomUUID() }));
    const answers = await atOneInstant(() => Promise.all(inputs.map((input) => post(as, input))));
    const limited = inputs.filter((_, index) => codesOf(answers[index] ?? answer)[0] === 'RATE_LIMITED');
    expect(limited.length).toBeGreaterThan(20);
    expect(await chatsIn(roomId)).toHaveLength(1 + inputs.length - limited.length);
    // Whether or not a token has come back by now, the key has its answer, and other input is still a conflict.
    expect(await post(as, first)).toEqual(answer);
    expect(codesOf(await post(as, { ...first, text: 'other' }))).toEqual(['IDEMPOTENCY_CONFLICT']);
    // Somebody else is not limited by it.
    expect(codesOf(await post(anAuthor(), { roomId }))).toEqual([]);
  });
});

describe('who may, and with what', () => {
  const codeOf = async (as: Identity | undefined, input: object): Promise<unknown> =>
    (await ask(messaging, { ...(as === undefined ? {} : { as }), query: POST, variables: { input } })).errors?.[0]?.extensions['code'];

  test('without a token or the scope nothing is posted', async () => {
    const { roomId } = await aLiveRoom(world);
    const input = { roomId, text: 'hello', idempotencyKey: randomUUID() };
    expect([await codeOf(undefined, input), await codeOf(aUser('alice', 'gifts:send'), input)]).toEqual(['UNAUTHENTICATED', 'FORBIDDEN']);
    expect(await codeOf({ kind: 'audience', audience: 'everyone' }, input)).toBe('FORBIDDEN');
    expect(await chatsIn(roomId)).toEqual([]);
  });

  test('what PostgreSQL cannot keep, and keys out of range, are refused at the border and harm no neighbour', async () => {
    const { roomId } = await aLiveRoom(world);
    const bad = [
      { text: 'a\u0000b' },
      { text: '\ud83d' },
      { roomId: '\u0000' },
      { idempotencyKey: 'k\udc00' },
      { idempotencyKey: '' },
      { idempotencyKey: 'k'.repeat(129) },
    ];
    const good = { roomId, text: 'good', idempotencyKey: randomUUID() };
    const [neighbour, ...codes] = await Promise.all([
      post(anAuthor(), good),
      ...bad.map((part) => codeOf(anAuthor(), { ...good, ...part })),
    ]);
    expect(codes).toEqual(bad.map(() => 'BAD_USER_INPUT'));
    expect(codesOf(neighbour)).toEqual([]);
    expect(await chatsIn(roomId)).toHaveLength(1);
  });
});
