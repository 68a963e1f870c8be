import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { FanfareError } from '#platform/errors.ts';
import type { FeedEvent, JsonObject } from '#platform/feed/feed.ts';
import type { SubgraphTransport } from '#platform/subgraph/transport.ts';
import { NO_GUARDS } from '../../gateway/authorise/guards.ts';
import { createAdmissions } from '../../gateway/control/admissions.ts';
import { Door } from '../../gateway/control/door.ts';
import type { Entrant } from '../../gateway/control/entrant.ts';
import { closingsIn, erasedIn, revocationsIn } from '../../gateway/control/revocations.ts';
import { ADMISSIONS_PER_REQUEST_MAX, ADMISSIONS_WAITING_MAX } from '../../gateway/limits.ts';
import type { Subject } from '../../gateway/subscribe/channel.ts';
import type { CompiledSubscription } from '../../gateway/subscribe/compile.ts';
import { readMarks } from '../../gateway/supergraph/marks.ts';
import { testKeys } from '../support/runtime.ts';
import { aTelemetry } from '../support/telemetry.ts';

const NOW = new Date('2026-11-22T10:00:00.000Z');

const who = (userId: string | null, subject = 'r1', argument = 'roomId'): Entrant => ({
  subgraph: 'messaging',
  argument,
  subject,
  userId,
  audience: null,
});

describe('what control feeds say', () => {
  const event = (kind: string, payload: JsonObject): FeedEvent => ({
    feed: 'control/1',
    seq: 1,
    id: 'x',
    at: NOW,
    kind,
    v: 1,
    payload,
    cursor: '',
  });
  const ban = (over: JsonObject = {}): FeedEvent => event('user.banned', { roomId: 'r1', userId: 'mallory', until: null, ...over });
  const kick = event('user.kicked', { roomId: 'r1', userId: 'mallory', until: null });
  const unban = event('user.unbanned', { roomId: 'r1', userId: 'mallory', until: null });

  test.each([
    ['a ban is about its user and its room', [ban()], true],
    ['it holds until its time', [ban({ until: '2026-11-22T10:00:00.001Z' })], true],
    ['and no longer', [ban({ until: '2026-11-22T10:00:00.000Z' })], false],
    ['the last word counts: lifted', [ban({ until: '2027-01-01T00:00:00Z' }), unban], false],
    ['the last word counts: banned again', [ban(), unban, ban()], true],
    ['who is kicked goes', [kick], true],
    ['also who was let in again in the same moment', [kick, unban], true],
    ['a newer writer may say more', [ban({ by: 'luna', device: 'phone' })], true],
    ['another user’s is not theirs', [ban({ userId: 'Mallory' })], false],
    ['another room’s is not this one’s', [ban({ roomId: 'r2' })], false],
  ])('%s', (_, events, included) => {
    expect(revocationsIn(events, NOW).include(who('mallory'))).toBe(included);
  });

  test('a room that closes is over for everybody who follows it, and no other room is', () => {
    const closings = closingsIn([ban(), event('room.closed', { roomId: 'r2' }), event('room.closed', { roomId: 'r3', v: 2 })]);
    expect(['r1', 'r2', 'r3'].map((room) => closings.include(who(null, room)))).toEqual([false, true, true]);
    expect([closings.include(who('alice', 'r2', 'streamId')), closingsIn([ban()]).size]).toEqual([false, 0]);
  });

  test('what was erased from a log is told apart by what is followed, and says nothing about who may follow', () => {
    const erased = erasedIn([event('log.erased', { roomId: 'r1' }), event('user.kicked', { roomId: 'r2', userId: 'u', until: null })]);
    expect(['r1', 'r2'].map((subject) => erased.include({ argument: 'roomId', subject }))).toEqual([true, false]);
    expect(erased.include({ argument: 'streamId', subject: 'r1' })).toBe(false);
    expect(revocationsIn([event('log.erased', { roomId: 'r1' })], NOW).size).toBe(0);
  });

  test('what is followed stands under the name of the argument that says it', () => {
    const streams = revocationsIn([ban({ roomId: null, streamId: 's1' })], NOW);
    expect([streams.include(who('mallory', 's1', 'streamId')), streams.include(who('mallory', 's1'))]).toEqual([true, false]);
  });

  test('anonymous viewers are in no ban, and a word that cannot be read is not taken for none', () => {
    expect(revocationsIn([ban()], NOW).include(who(null))).toBe(false);
    expect(() => revocationsIn([event('user.banned', { roomId: 'r1' })], NOW)).toThrow();
    expect(revocationsIn([event('room.painted', {})], NOW).size).toBe(0);
  });
});

describe('asking about viewers', () => {
  const world = () => {
    const asked: { readonly subject: string; readonly userId: string | null }[][] = [];
    const answers: ((result: object) => void)[] = [];
    const transport: SubgraphTransport = {
      name: 'messaging',
      execute: ({ variables }) => {
        asked.push(variables?.['checks'] as never);
        return new Promise((resolve) => answers.push(resolve));
      },
      subscribe: () => {
        throw new Error('nobody subscribes here');
      },
      close: async () => undefined,
    };
    const admissions = createAdmissions({ transport, identityKeys: testKeys(), telemetry: aTelemetry() });
    const answer = (refusals: readonly (string | null)[]): void =>
      answers.shift()?.({ data: { admissions: refusals.map((refusal) => ({ refusal })) } });
    return { asked, admissions, answer, fail: (result: object): void => answers.shift()?.(result) };
  };

  test('the first goes at once, 2,000 others in two requests, and each gets their own answer', async () => {
    const { asked, admissions, answer } = world();
    const first = admissions.ask(who('first'));
    const others = Array.from({ length: 2_000 }, (_, index) => admissions.ask(who(`user-${index}`)));
    answer([null]);
    expect(await first).toBeNull();
    for (const _ of [1, 2]) {
      await expect.poll(() => asked.length).toBeGreaterThan(_);
      answer((asked[_] ?? []).map(({ userId }) => (userId === 'user-1234' ? 'no' : null)));
    }
    const refusals = await Promise.all(others);
    expect(asked.map(({ length }) => length)).toEqual([1, ADMISSIONS_PER_REQUEST_MAX, 1_000]);
    expect(refusals.flatMap((refusal, index) => (refusal === null ? [] : [index]))).toEqual([1_234]);
  });

  test('an answer is never older than the question: who asks while a request is under way waits for the next', async () => {
    const { asked, admissions, answer } = world();
    const before = admissions.ask(who('mallory'));
    const [after, twin] = [admissions.ask(who('mallory')), admissions.ask(who('mallory'))];
    answer([null]);
    expect(await before).toBeNull();
    await expect.poll(() => asked.length).toBe(2);
    answer(['banned meanwhile']);
    expect([await after, await twin]).toEqual(['banned meanwhile', 'banned meanwhile']);
    expect(asked[1]).toHaveLength(1);
  });

  test.each([
    ['an error', { errors: [{ message: 'no', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] }],
    ['too few answers', { data: { admissions: [] } }],
    ['too many answers', { data: { admissions: [{ refusal: null }, { refusal: null }] } }],
    ['something else', { data: { admissions: [{ allowed: true }] } }],
  ])('%s lets nobody in', async (_, result) => {
    const { admissions, fail, answer, asked } = world();
    const question = admissions.ask(who('alice'));
    fail(result);
    await expect(question).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
    const again = admissions.ask(who('alice'));
    await expect.poll(() => asked.length).toBe(2);
    answer([null]);
    expect(await again).toBeNull();
  });

  test('when too many wait the next is told BUSY', async () => {
    const { admissions } = world();
    const unanswered = ['first', ...Array.from({ length: ADMISSIONS_WAITING_MAX }, (_, index) => `user-${index}`)];
    // Nobody answers here, and nobody hears that.
    for (const user of unanswered) admissions.ask(who(user)).catch(() => undefined);
    await expect(admissions.ask(who('one too many'))).rejects.toMatchObject({ code: 'BUSY' });
  });
});

test('when the schema has changed all who follow what is no longer for everybody are asked about, and nobody else', async () => {
  const checks: unknown[] = [];
  const transport: SubgraphTransport = {
    name: 'messaging',
    execute: async ({ variables }) => {
      const asked = variables?.['checks'] as readonly { readonly userId: string }[];
      checks.push(...asked);
      return { data: { admissions: asked.map(({ userId }) => ({ refusal: userId === 'mallory' ? 'not you' : null })) } };
    },
    subscribe: () => {
      throw new Error('nobody subscribes here');
    },
    close: async () => undefined,
  };
  const follows = (id: string, subject: string | null) => ({
    identity: { kind: 'user', id, scopes: [], roles: [], clientId: null } as const,
    subscription: { subject, audience: null, primary: { serviceName: 'messaging' } } as CompiledSubscription,
    arguments: { roomId: 'r1' },
  });
  const here = [follows('alice', 'roomId'), follows('mallory', 'roomId'), follows('mallory', 'roomId'), follows('mallory', null)];
  const ended = Promise.withResolvers<readonly unknown[]>();
  const hub = {
    renew: () => 0,
    forget: () => undefined,
    subjects: () => here,
    end: (match: (subject: Subject) => boolean, { code, message }: FanfareError): number => {
      ended.resolve([here.map(match), code, message]);
      return 2;
    },
  };
  const transports = new Map([['messaging', transport]]);
  const feedSource = (): never => {
    throw new Error('nothing is followed here');
  };
  const door = new Door({ hub, transports, sources: [], feedSource, identityKeys: testKeys(), telemetry: aTelemetry(), patienceMs: 1_000 });
  door.recheck();
  expect(await ended.promise).toEqual([[false, true, true, false], 'FORBIDDEN', 'not you']);
  expect(checks).toEqual([
    { subject: 'r1', userId: 'alice' },
    { subject: 'r1', userId: 'mallory' },
  ]);
  await door.close();
});

describe('the schema says what is not for everybody', () => {
  const marksOf = (field: string) => readMarks(parse(`type Subscription { ${field} }`), (_, directive) => directive, NO_GUARDS);

  test('by naming the argument that says what is followed', () => {
    expect([...marksOf('a(roomId: ID!): Int @broadcast(subject: "roomId") b(roomId: ID!): Int @broadcast').subjects]).toEqual([
      ['Subscription.a', 'roomId'],
    ]);
  });

  test.each(['a(roomId: ID!): Int @broadcast(subject: "room")', 'a(roomId: ID): Int @broadcast(subject: "roomId")'])(
    'a door that would door nothing is refused: %s',
    (field) => expect(() => marksOf(field)).toThrow(/everybody could follow/),
  );
});
