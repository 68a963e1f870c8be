import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryBus } from '#platform/bus/memory.ts';
import { openFeeds } from '#platform/feed/feeds.ts';
import type { Identity } from '#platform/identity/identity.ts';
import { shardIndexOf } from '#platform/ids.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { type Command, runCommands } from '../../subgraphs/messaging/data/commandLane.ts';
import { moderation } from '../../subgraphs/messaging/data/moderationCommands.ts';
import type { ModerationAction } from '../../subgraphs/messaging/domain/sanction.ts';
import { atOneInstant } from '../support/clock.ts';
import { aLiveRoom, aMessagingWorld, type MessagingWorld, roomLog } from '../support/messaging.ts';
import { aService, ask, askData, aUser, subscribeTo } from '../support/runtime.ts';
import { statementsOf } from '../support/statements.ts';
import { aTelemetry } from '../support/telemetry.ts';

let world: MessagingWorld;
let messaging: RunningSubgraph;
let twin: RunningSubgraph;
/** Two rooms that the tests share: each bans users of its own. */
let here: Awaited<ReturnType<typeof aLiveRoom>>;
let elsewhere: Awaited<ReturnType<typeof aLiveRoom>>;

beforeAll(async () => {
  world = await aMessagingWorld();
  messaging = world.messaging;
  twin = await world.twin();
  [here, elsewhere] = await Promise.all([aLiveRoom(world), aLiveRoom(world)]);
});

afterAll(() => world.close());

interface Payload {
  readonly ban: object | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string; readonly field: readonly string[] | null }[];
}

const FIELDS = '{ ban { roomId user { id } bannedBy { id } reason bannedAt expiresAt } userErrors { code message field } }';

const change = async (verb: 'ban' | 'unban', as: Identity, input: object, on = messaging): Promise<Payload> => {
  const type = verb === 'ban' ? 'BanUserInput' : 'UnbanUserInput';
  const query = `mutation ($input: ${type}!) { answer: ${verb}User(input: $input) ${FIELDS} }`;
  return (await askData<{ answer: Payload }>(on, { as, query, variables: { input: { idempotencyKey: randomUUID(), ...input } } })).answer;
};

const codesOf = ({ userErrors }: { readonly userErrors: readonly { readonly code: string }[] }): readonly string[] =>
  userErrors.map(({ code }) => code);

const post = async (id: string, roomId: string, idempotencyKey: string = randomUUID(), on = messaging): Promise<readonly string[]> => {
  const query = 'mutation ($input: PostMessageInput!) { postMessage(input: $input) { event { id } userErrors { code } } }';
  const variables = { input: { roomId, text: 'hello', idempotencyKey } };
  const { postMessage } = await askData<{ postMessage: { event: object | null; userErrors: { code: string }[] } }>(on, {
    as: aUser(id, 'chat:write'),
    query,
    variables,
  });
  return postMessage.event === null ? codesOf(postMessage) : ['posted'];
};

const canPost = async (id: string, roomId: string): Promise<boolean | null> =>
  (
    await askData<{ room: { canPost: boolean | null } }>(messaging, {
      as: aUser(id, 'chat:write'),
      query: 'query ($roomId: ID!) { room(id: $roomId) { canPost } }',
      variables: { roomId },
    })
  ).room.canPost;

const FOLLOW = 'subscription ($roomId: ID!) { roomEvents(roomId: $roomId) { __typename } }';

const follow = async (id: string, roomId: string): Promise<unknown> => {
  const events = subscribeTo(messaging, { as: aUser(id), query: FOLLOW, variables: { roomId } });
  const first = await events.next();
  await events.end();
  return first.errors?.[0]?.extensions['code'] ?? first.data?.['roomEvents'];
};

const admissions = async (checks: readonly object[]): Promise<readonly (string | null)[]> => {
  const query = 'query ($checks: [AdmissionCheck!]!) { admissions(checks: $checks) { refusal } }';
  const { admissions: answers } = await askData<{ admissions: { refusal: string | null }[] }>(messaging, {
    as: aService('gateway'),
    query,
    variables: { checks },
  });
  return answers.map(({ refusal }) => refusal);
};

const controlLog = async (roomId: string, userId: string) =>
  (await messaging.feeds.page({ feed: `control/${shardIndexOf(roomId)}`, limit: 1_000, direction: 'forward' })).events
    .filter(({ payload }) => payload['roomId'] === roomId && payload['userId'] === userId)
    .map(({ kind, v, payload }) => ({ kind, v, ...payload }));

const aViewerId = (): string => `viewer-${randomUUID()}`;
const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();

describe('a banned user', () => {
  test('neither posts nor follows in that room, and everybody else does; an unban lets them in again', async () => {
    const { roomId, as: streamer } = here;
    const other = elsewhere;
    const [mallory, alice] = [aViewerId(), aViewerId()];
    const { ban, userErrors } = await change('ban', streamer, { roomId, userId: mallory, reason: '  spam ' });
    expect(userErrors).toEqual([]);
    const bannedBy = { id: streamer.kind === 'user' ? streamer.id : null };
    expect(ban).toEqual({ roomId, user: { id: mallory }, bannedBy, reason: 'spam', bannedAt: expect.any(String), expiresAt: null });
    expect(await Promise.all([post(mallory, roomId), post(mallory, roomId, randomUUID(), twin), post(alice, roomId)])).toEqual([
      ['BANNED'],
      ['BANNED'],
      ['posted'],
    ]);
    expect([await canPost(mallory, roomId), await canPost(alice, roomId), await canPost(mallory, other.roomId)]).toEqual([
      false,
      true,
      true,
    ]);
    expect(await follow(mallory, roomId)).toBe('FORBIDDEN');
    expect(await follow(alice, roomId)).toMatchObject({ __typename: 'PositionEvent' });
    expect(await follow(mallory, other.roomId)).toMatchObject({ __typename: 'PositionEvent' });
    expect((await change('unban', streamer, { roomId, userId: mallory }, twin)).ban).toEqual(ban);
    expect([await post(mallory, roomId), await canPost(mallory, roomId)]).toEqual([['posted'], true]);
    expect(await follow(mallory, roomId)).toMatchObject({ __typename: 'PositionEvent' });
    expect(await controlLog(roomId, mallory)).toEqual([
      { kind: 'user.banned', v: 1, roomId, userId: mallory, until: null },
      { kind: 'user.unbanned', v: 1, roomId, userId: mallory, until: null },
    ]);
  });

  test('is free again when the ban expires, by itself and by the clock of PostgreSQL', async () => {
    const { roomId, as } = here;
    const mallory = aViewerId();
    const expiresAt = inMs(3_600_000);
    expect((await change('ban', as, { roomId, userId: mallory, expiresAt })).ban).toMatchObject({ expiresAt });
    expect(await post(mallory, roomId)).toEqual(['BANNED']);
    expect(await admissions([{ subject: roomId, userId: mallory }])).toEqual([expect.stringContaining('banned')]);
    await world.database.query({
      text: '/* anHourPasses */ UPDATE sanction SET expires_at = now() WHERE conversation_id = $1 AND user_id = $2',
      values: [roomId, mallory],
    });
    await expect.poll(() => canPost(mallory, roomId)).toBe(true);
    expect(await post(mallory, roomId)).toEqual(['posted']);
    expect(await admissions([{ subject: roomId, userId: mallory }])).toEqual([null]);
    expect(codesOf(await change('unban', as, { roomId, userId: mallory }))).toEqual(['NOT_BANNED']);
    expect(await controlLog(roomId, mallory)).toEqual([{ kind: 'user.banned', v: 1, roomId, userId: mallory, until: expiresAt }]);
  });

  test('no message follows the ban, however many are under way in two processes', async () => {
    const { roomId, as } = await aLiveRoom(world);
    const mallory = aViewerId();
    const posting = Array.from({ length: 20 }, (_, index) => post(mallory, roomId, randomUUID(), index % 2 === 0 ? messaging : twin));
    const { ban } = await change('ban', as, { roomId, userId: mallory });
    const before = (await roomLog(messaging.feeds, roomId)).length;
    const answers = await Promise.all(posting);
    expect(ban).not.toBeNull();
    const log = await roomLog(messaging.feeds, roomId);
    expect(log).toHaveLength(before);
    expect(log.at(-1)).toMatchObject({ kind: 'user.sanctioned', payload: { userId: mallory } });
    expect(log.filter(({ kind }) => kind === 'chat.posted')).toHaveLength(answers.flat().filter((code) => code === 'posted').length);
    expect(answers.flat().every((code) => code === 'posted' || code === 'BANNED')).toBe(true);
  });

  test('a key keeps its answer: what was posted before the ban stays posted, what was refused stays refused', async () => {
    const { roomId, as } = here;
    const [mallory, early, late] = [aViewerId(), randomUUID(), randomUUID()];
    expect(await post(mallory, roomId, early)).toEqual(['posted']);
    await change('ban', as, { roomId, userId: mallory });
    expect([await post(mallory, roomId, early), await post(mallory, roomId, late)]).toEqual([['posted'], ['BANNED']]);
    await change('unban', as, { roomId, userId: mallory });
    expect([await post(mallory, roomId, late), await post(mallory, roomId)]).toEqual([['BANNED'], ['posted']]);
  });
});

describe('who may ban', () => {
  test('the streamer of the room and operators; a streamer of another room may not', async () => {
    const { roomId, as } = here;
    const other = elsewhere;
    const operator = aUser(aViewerId(), 'ops:write');
    expect(codesOf(await change('ban', other.as, { roomId, userId: 'mallory' }))).toEqual(['NOT_A_MODERATOR']);
    expect(codesOf(await change('ban', operator, { roomId, userId: 'mallory' }))).toEqual([]);
    expect(codesOf(await change('unban', other.as, { roomId, userId: 'mallory' }))).toEqual(['NOT_A_MODERATOR']);
    expect(codesOf(await change('unban', as, { roomId, userId: 'mallory' }))).toEqual([]);
    expect(codesOf(await change('ban', operator, { roomId, userId: as.kind === 'user' ? as.id : '' }))).toEqual(['STREAMER_NOT_BANNABLE']);
  });

  test.each([
    ['a viewer without the scope', aUser('mallory', 'chat:write'), 'FORBIDDEN'],
    ['an anonymous viewer', undefined, 'UNAUTHENTICATED'],
    ['an audience', { kind: 'audience', audience: 'everyone' } as Identity, 'FORBIDDEN'],
    ['a service', aService('gateway'), 'FORBIDDEN'],
  ])('%s is refused', async (_, as, code) => {
    const query = 'mutation ($input: BanUserInput!) { banUser(input: $input) { ban { reason } } }';
    const variables = { input: { roomId: randomUUID(), userId: 'alice', idempotencyKey: randomUUID() } };
    const { errors } = await ask(messaging, { ...(as === undefined ? {} : { as }), query, variables });
    expect(errors?.[0]?.extensions['code']).toBe(code);
  });

  test.each([
    ['ROOM_NOT_FOUND', { roomId: randomUUID() }, ['input', 'roomId']],
    ['ROOM_NOT_FOUND', { roomId: "'; DROP TABLE room; --" }, ['input', 'roomId']],
    ['USER_ID_INVALID', { userId: '' }, ['input', 'userId']],
    ['USER_ID_INVALID', { userId: 'x'.repeat(129) }, ['input', 'userId']],
    ['REASON_TOO_LONG', { reason: 'x'.repeat(201) }, ['input', 'reason']],
    ['EXPIRY_IN_PAST', { expiresAt: '2020-01-01T00:00:00.000Z' }, ['input', 'expiresAt']],
  ])('%s is a refusal that changes nothing', async (code, input, field) => {
    const { roomId, as } = here;
    const alice = aViewerId();
    const payload = await change('ban', as, { roomId, userId: alice, ...input });
    expect(payload).toEqual({ ban: null, userErrors: [{ code, message: expect.any(String), field }] });
    expect(await controlLog(roomId, alice)).toEqual([]);
    expect(await canPost(alice, roomId)).toBe(true);
  });
});

describe('one key, one answer', () => {
  test('the same ban twice is one event and one answer, in either process, also after it was lifted', async () => {
    const { roomId, as } = here;
    const input = { roomId, userId: aViewerId(), reason: 'spam', idempotencyKey: randomUUID() };
    const answers = await Promise.all([change('ban', as, input), change('ban', as, input, twin), change('ban', as, input)]);
    expect(answers[0]?.ban).not.toBeNull();
    expect(answers).toEqual([answers[0], answers[0], answers[0]]);
    await change('unban', as, { roomId, userId: input.userId });
    expect(await change('ban', as, input)).toEqual(answers[0]);
    expect(await canPost(input.userId, roomId)).toBe(true);
    expect((await controlLog(roomId, input.userId)).map(({ kind }) => kind)).toEqual(['user.banned', 'user.unbanned']);
  });

  test('the same key with other input is a conflict, and so is another verb', async () => {
    const { roomId, as } = here;
    const input = { roomId, userId: 'mallory', idempotencyKey: randomUUID() };
    expect(codesOf(await change('ban', as, input))).toEqual([]);
    expect(codesOf(await change('ban', as, { ...input, userId: 'alice' }))).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect(codesOf(await change('unban', as, input))).toEqual(['IDEMPOTENCY_CONFLICT']);
  });

  test('who is too fast is told so, and a key that has its answer gets that all the same', async () => {
    const { roomId } = here;
    const as = aUser(aViewerId(), 'ops:write');
    const first = { roomId, userId: 'user-0', idempotencyKey: randomUUID() };
    const answer = await change('ban', as, first);
    const burst = await atOneInstant(() =>
      Promise.all(Array.from({ length: 130 }, (_, index) => change('ban', as, { roomId, userId: `user-${index}` }))),
    );
    expect(new Set(burst.flatMap(codesOf))).toEqual(new Set(['RATE_LIMITED']));
    expect(await change('ban', as, first)).toEqual(answer);
  });
});

describe('admissions', () => {
  test('are for services alone', async () => {
    const query = '{ admissions(checks: [{ subject: "a", userId: "b" }]) { refusal } }';
    for (const as of [aUser('mallory', 'ops:read', 'ops:write'), { kind: 'audience', audience: 'everyone' } as Identity])
      expect((await ask(messaging, { as, query })).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });

  test('1,000 viewers of many rooms are answered by one statement, in order, also where 10,000 are banned; more are refused', async () => {
    const { roomId, as } = here;
    const telemetry = aTelemetry('messaging');
    const feeds = await openFeeds({ database: world.database, bus: createMemoryBus(), telemetry });
    const actorId = as.kind === 'user' ? (as.id ?? '') : '';
    const command = (userId: string): Command<ModerationAction> => ({
      actorId,
      key: randomUUID(),
      fingerprint: userId,
      isOperator: false,
      action: { type: 'sanction', verb: 'BAN', conversationId: roomId, userId, reason: null, expiresAt: null },
    });
    const names = Array.from({ length: 10_000 }, (_, index) => `banned-${index}`);
    const counts = new Set<number>();
    for (let start = 0; start < names.length; start += 1_000) {
      const batch = names.slice(start, start + 1_000).map(command);
      const run = () => world.database.transaction('test', (tx) => runCommands(moderation(feeds))(tx, batch));
      counts.add(
        (
          await statementsOf(
            /claimCommands|lockConversations|readClock|rolesOf|readSanctions|saveCommands|saveSanctions|deleteRoles|append/,
            run,
          )
        ).length,
      );
    }
    expect([...counts]).toEqual([10]);
    await feeds.close();
    const checks = Array.from({ length: 1_000 }, (_, index): { subject: string; userId: string | null } => ({
      subject: index % 3 === 0 ? randomUUID() : roomId,
      userId: index % 2 === 0 ? `banned-${index}` : index % 5 === 0 ? null : `viewer-${index}`,
    }));
    let answers: readonly (string | null)[] = [];
    const statements = await statementsOf(/sanctionsOn/, async () => {
      answers = await admissions(checks);
    });
    expect(statements).toHaveLength(1);
    expect(answers.map((refusal) => refusal !== null)).toEqual(checks.map((_, index) => index % 2 === 0 && index % 3 !== 0));
    const query = 'query ($checks: [AdmissionCheck!]!) { admissions(checks: $checks) { refusal } }';
    const tooMany = await ask(messaging, { as: aService('gateway'), query, variables: { checks: [...checks, checks[0]] } });
    expect(tooMany.errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });
});
