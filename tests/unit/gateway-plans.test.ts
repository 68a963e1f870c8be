import { readFileSync } from 'node:fs';
import { type DocumentNode, parse } from 'graphql';
import { describe, expect, test, vi } from 'vitest';
import { NO_GUARDS, readGuards } from '../../gateway/authorise/guards.ts';
import { clientPath, presentError } from '../../gateway/execute/errors.ts';
import { type CompiledSubscription, createCompiler } from '../../gateway/subscribe/compile.ts';
import { createCache } from '../../gateway/supergraph/cache.ts';
import { createDocuments } from '../../gateway/supergraph/documents.ts';
import { operationOf, prepareOperation } from '../../gateway/supergraph/generation.ts';
import { readDirectiveNames } from '../../gateway/supergraph/links.ts';
import { readMarks } from '../../gateway/supergraph/marks.ts';
import { aGeneration } from '../support/generation.ts';

const supergraphSdl = readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');
const supergraph = parse(supergraphSdl);
const generation = await aGeneration(supergraphSdl);

describe('the committed supergraph', () => {
  test('its marks are read: what is shared, what is personal, what needs which scope', () => {
    expect([...generation.marks.broadcast].sort()).toEqual([
      'Subscription.leaderboardChanged',
      'Subscription.roomEvents',
      'Subscription.streamChanged',
      'Subscription.viewersChanged',
    ]);
    for (const field of ['Room.canPost', 'User.wallet', 'Query.me']) expect(generation.marks.personal).toContain(field);
    const { ofField, requirements } = readGuards(supergraph, generation.schema, readDirectiveNames(supergraph));
    const [needed = -1] = ofField.get('Mutation.sendGift') ?? [];
    expect(requirements[needed]).toEqual({ kind: 'scopes', alternatives: [['gifts:send']] });
  });

  test('a field that is personal in one type is personal through its interface, too', () => {
    const sdl = 'interface Event { secret: Int at: Int } type Chat implements Event { secret: Int @personal at: Int }';
    expect([...readMarks(parse(sdl), (_, directive) => directive, NO_GUARDS).personal].sort()).toEqual(['Chat.secret', 'Event.secret']);
  });

  test('an operation is planned once, also for those who ask at the same time', async () => {
    const plan = vi.spyOn(generation.planner, 'plan');
    const document = parse('query A { liveStreams { nodes { title room { id } } } } query B { gifts { name } }');
    const prepared = await Promise.all(
      ['A', 'A', 'B', 'A'].map((operationName) => prepareOperation(generation, { document, documentKey: 'one', operationName })),
    );
    expect(plan).toHaveBeenCalledTimes(2);
    expect(prepared[3]).toBe(prepared[0]);
  });
});

describe('subscriptions', () => {
  const documents = createDocuments(generation.schema);
  const compile = createCompiler(generation);
  const compiled = async (query: string, operationName: string | null = null, variables: object = {}): Promise<CompiledSubscription> => {
    const prepared = documents(query);
    if (!prepared.ok) throw prepared.errors[0];
    const operation = operationOf(prepared.document, operationName);
    if (!operation) throw new Error('no operation');
    return compile(prepared.document, operation, { ...variables });
  };

  test('names and cursors make no difference to what is shared; selections and other arguments do', async () => {
    const textOf = async (query: string): Promise<string> => (await compiled(query)).text;
    const text = await textOf('subscription A($after: Cursor) { roomEvents(roomId: "1", after: $after) { id } }');
    expect(await textOf('subscription B { roomEvents(after: "x", roomId: "1") { id } }')).toBe(text);
    expect(await textOf('subscription { roomEvents(roomId: "1") { id } }')).toBe(text);
    expect(await textOf('subscription { roomEvents(roomId: "2") { id } }')).not.toBe(text);
    expect(await textOf('subscription { roomEvents(roomId: "1") { id seq } }')).not.toBe(text);
  });

  test('the plan is made for the conditions of the subscriber, and what is shared says so by its variables', async () => {
    const query =
      'subscription ($gifts: Boolean!) { roomEvents(roomId: "1") { id ... on GiftEvent @include(if: $gifts) { gift { name } } } }';
    const [all, few] = [await compiled(query, null, { gifts: true }), await compiled(query, null, { gifts: false })];
    expect(all.text).toBe(few.text);
    const fetched = [all, few].map(({ eventPlan }) => JSON.stringify(eventPlan));
    expect(fetched.map((plan) => [plan.includes('"Condition"'), plan.includes('"serviceName":"trading"')])).toEqual([
      [false, true],
      [false, false],
    ]);
    expect(await compiled(query, null, { gifts: true })).toBe(all);
  });

  test('the upstream selects what the gateway must know, and the answer has nothing of it', async () => {
    const subscription = await compiled(
      'query Other { __typename } subscription S { e: roomEvents(roomId: "1") { ...F } } fragment F on GiftEvent { gift { name } }',
      'S',
    );
    expect(subscription.primary.operation).toMatch(/fanfare__cursor:cursor/);
    expect(subscription).toMatchObject({
      field: 'roomEvents',
      responseKey: 'e',
      kind: 'log',
      broadcast: true,
      positionType: 'PositionEvent',
    });
    expect(subscription.text).not.toMatch(/fanfare__cursor|Other/);
    expect(JSON.stringify(subscription.eventPlan)).toContain('"serviceName":"trading"');
  });

  test('a state has no cursor, but a version', async () => {
    const subscription = await compiled('subscription { streamChanged(streamId: "1") { title } }');
    expect([subscription.kind, subscription.broadcast, subscription.positionType]).toEqual(['state', true, null]);
    expect(subscription.primary.operation).toMatch(/fanfare__version:version/);
    expect((await compiled('subscription { walletChanged { coins } }')).broadcast).toBe(false);
  });

  test.each([
    ['directly', 'subscription { roomEvents(roomId: "1") { ... on ChatEvent { message { author { wallet { coins } } } } } }'],
    [
      'in a fragment',
      'subscription { roomEvents(roomId: "1") { ...F } } fragment F on GiftEvent { sender { ...U } } fragment U on User { wallet { coins } }',
    ],
    ['in another operation’s fragment only: then it is fine', null],
  ])('a personal field is refused %s', async (_, query) => {
    if (query === null) {
      const fine = 'subscription S { roomEvents(roomId: "1") { id } } query Q { me { ...U } } fragment U on User { wallet { coins } }';
      expect((await compiled(fine, 'S')).field).toBe('roomEvents');
      return;
    }
    await expect(compiled(query)).rejects.toMatchObject({ extensions: { code: 'PERSONAL_FIELD_IN_BROADCAST' } });
  });
});

describe('errors', () => {
  test.each([
    [
      ['rooms', 0, 'gift'],
      ['rooms', 0, 'gift'],
    ],
    [['rooms', '@', 'gift', '_entities', 0, 'name'], ['rooms']],
    [['room', '_entities'], ['room']],
    [['_entities', 0], undefined],
    [undefined, undefined],
  ])('the path %j is shown as %j', (path, shown) => expect(clientPath(path)).toEqual(shown));

  test('of an error only what clients may know is shown', () => {
    const masked: unknown[] = [];
    const show = (extensions: Record<string, unknown>) =>
      presentError({ message: 'secret', extensions }, 'r1', (error) => masked.push(error));
    expect(show({ code: 'BUSY', retryAfterMs: 5, serviceName: 'trading', stacktrace: ['x'] })).toEqual({
      message: 'secret',
      extensions: { code: 'BUSY', requestId: 'r1', retryAfterMs: 5 },
    });
    expect(masked).toEqual([]);
    expect(show({ code: 'DOWNSTREAM_SERVICE_ERROR' })).toMatchObject({
      message: expect.not.stringContaining('secret'),
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    });
    expect(masked).toHaveLength(1);
  });
});

test('a cache keeps what was used last, and forgets what failed', () => {
  const cache = createCache<string>(2);
  const make = vi.fn((key: string) => `made ${key}`);
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) cache.getOrMake(key, () => make(key));
  expect(make.mock.calls.flat()).toEqual(['a', 'b', 'c', 'b']);
  expect(cache.size).toBe(2);
  expect(() => cache.getOrMake('x', () => JSON.parse('{'))).toThrow();
  expect(cache.getOrMake('x', () => 'good now')).toBe('good now');
});

test('a document is parsed once, long ones each time', () => {
  const documents = createDocuments(generation.schema);
  const documentOf = (query: string): DocumentNode | null => {
    const prepared = documents(query);
    return prepared.ok ? prepared.document : null;
  };
  expect(documentOf('{ gifts { id } }')).toBe(documentOf('{ gifts { id } }'));
  const long = `{ gifts { id } } # ${'x'.repeat(20_000)}`;
  expect(documentOf(long)).not.toBe(null);
  expect(documentOf(long)).not.toBe(documentOf(long));
});
