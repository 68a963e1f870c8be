import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { GraphQLDataSource } from '@apollo/gateway';
import { GraphQLError, parse, validate } from 'graphql';
import { beforeEach, expect, test } from 'vitest';
import { FanfareError } from '#platform/errors.ts';
import type { Identity } from '#platform/identity/identity.ts';
import type { SubgraphRequestContext } from '#platform/subgraph/subgraph.ts';
import { NO_DEMAND } from '../../gateway/demand/demand.ts';
import type { GatewayContext } from '../../gateway/execute/context.ts';
import type { Execution } from '../../gateway/execute/executor.ts';
import { observeOperations } from '../../gateway/observe/operations.ts';
import { createCompiler } from '../../gateway/subscribe/compile.ts';
import { createHub, type Hub, type Recompile } from '../../gateway/subscribe/hub.ts';
import type { Outlet } from '../../gateway/subscribe/outlet.ts';
import { operationOf } from '../../gateway/supergraph/generation.ts';
import { messagesIn } from '../support/frames.ts';
import { aSubgraph, composed, type TestSubgraph } from '../support/gateway.ts';
import { range } from '../support/gateway-watcher.ts';
import { aGeneration } from '../support/generation.ts';
import { aRoomLog, type LogEvent, type RoomLog } from '../support/room-log.ts';
import { testKeys } from '../support/runtime.ts';
import { aTelemetry } from '../support/telemetry.ts';

/** Messaging's side of a graph in which a gift's name can come from messaging itself, or from trading alone. */
const messagingSdl = (parts: { readonly nameIsHere?: boolean; readonly chatHasText?: boolean; readonly more?: string }): string => `
type Query { room: String }
type Subscription {
  roomEvents(roomId: ID!, after: Cursor): RoomEvent! @broadcast
  inbox(after: Cursor): RoomEvent!
}
type Gift @key(fields: "id") { id: ID! ${parts.nameIsHere === true ? 'name: String! @shareable' : ''} }
interface RoomEvent { id: ID! cursor: Cursor! seq: SafeInt! at: String! }
type ChatEvent implements RoomEvent { id: ID! cursor: Cursor! seq: SafeInt! at: String! ${parts.chatHasText === false ? '' : 'text: String!'} }
type GiftEvent implements RoomEvent { id: ID! cursor: Cursor! seq: SafeInt! at: String! gift: Gift }
type PositionEvent implements RoomEvent { id: ID! cursor: Cursor! seq: SafeInt! at: String! }
type ResetEvent implements RoomEvent { id: ID! cursor: Cursor! seq: SafeInt! at: String! reason: String! }
${parts.more ?? ''}`;
const TRADING = 'type Query { gifts: Int } type Gift @key(fields: "id") { id: ID! name: String! @shareable }';

const DOCUMENT = `subscription W($roomId: ID!, $after: Cursor) {
  e: roomEvents(roomId: $roomId, after: $after) { __typename seq ... on ChatEvent { text } ... on GiftEvent { gift { name } } }
}`;
const WITHOUT_TEXT = DOCUMENT.replace('... on ChatEvent { text }', '');
const INBOX = 'subscription { e: inbox { __typename seq } }';

const keys = testKeys();
let log: RoomLog;
let messaging: TestSubgraph;
let trading: TestSubgraph;
let first: Execution;
let hub: Hub;

beforeEach(async () => {
  log = aRoomLog();
  const follow = (_: unknown, { after }: { readonly after?: string | null }, { signal }: SubgraphRequestContext) =>
    log.follow(after ?? null, signal);
  const same = { subscribe: follow, resolve: (event: unknown) => event };
  messaging = aSubgraph(
    'messaging',
    messagingSdl({ nameIsHere: true }),
    {
      Subscription: { roomEvents: same, inbox: same },
      GiftEvent: { gift: ({ giftId }: LogEvent) => ({ id: giftId, name: `messaging’s ${giftId}` }) },
    },
    keys,
  );
  const giftOf = ({ id }: { readonly id: string }) => ({ id, name: `trading’s ${id}` });
  trading = aSubgraph('trading', TRADING, { Gift: { __resolveReference: giftOf } }, keys);
  first = await anExecution({});
  const transports = new Map([messaging, trading].map(({ name, transport }) => [name, transport]));
  hub = createHub({ execution: first, transports, startMsMax: 1_000 });
});

/** A generation of the gateway: composed from what messaging is said to be, whatever it serves. */
const anExecution = async (parts: Parameters<typeof messagingSdl>[0]): Promise<Execution> => {
  const { sdl } = aSubgraph('messaging', messagingSdl(parts), {}, keys);
  const telemetry = aTelemetry('gateway');
  return {
    generation: await aGeneration(composed([{ ...messaging, sdl }, trading])),
    dataSources: Object.fromEntries([messaging, trading].map((subgraph) => [subgraph.name, dataSourceOf(subgraph)])),
    identityKeys: keys,
    telemetry,
    observer: observeOperations(telemetry, 1_000),
    demand: NO_DEMAND,
    access: { unauthorisedFields: 'null', introspection: 'everyone' },
  };
};

const dataSourceOf = ({ name, transport }: TestSubgraph): GraphQLDataSource => ({
  process: async ({ request: { query = '', variables = {} }, context }) => {
    const { identity, requestId } = context as GatewayContext;
    const { data } = await transport.execute({ query, variables }, { identity: keys.sign(identity, name), requestId });
    return data ? { data } : {};
  },
});

const compiledIn = async ({ generation }: Execution, text: string) => {
  const document = parse(text);
  const operation = operationOf(document, null);
  if (!operation) throw new Error('no operation');
  const [error] = validate(generation.schema, document);
  return error ?? createCompiler(generation)(document, operation, {});
};

/** As the gateway would: by the documents that clients sent. */
const recompileIn = (execution: Execution): Recompile & { readonly compiled: string[] } => {
  const compiled: string[] = [];
  const recompile = async ({ field, text }: { readonly field: string; readonly text: string }) => {
    compiled.push(field);
    return compiledIn(execution, field === 'inbox' ? INBOX : text.includes('text') ? DOCUMENT : WITHOUT_TEXT);
  };
  return Object.assign(recompile, { compiled });
};

interface Said {
  readonly events: readonly { readonly __typename: string; readonly seq: number; readonly gift?: { readonly name: string } }[];
  readonly ended: readonly (FanfareError | null)[];
}

const eventIn = (message: string): Said['events'][number] => JSON.parse(message).payload.data.e;

const userOf = (id: string): Identity => ({ kind: 'user', id, scopes: [], roles: [], clientId: null });

const join = async (
  execution: Execution,
  text = DOCUMENT,
  options: { after?: string; user?: string; roomId?: string } = {},
): Promise<Said> => {
  const subscription = await compiledIn(execution, text);
  if (subscription instanceof GraphQLError) throw subscription;
  const said = { events: [] as Said['events'][number][], ended: [] as (FanfareError | null)[] };
  const outlet: Outlet = {
    next: (head) => void said.events.push(eventIn(`${String(head)}}`)),
    send: (batch) => void said.events.push(...messagesIn(batch.fill(Buffer.from('}'))).map(eventIn)),
    writable: true,
    onWritable: () => undefined,
    onClosing: () => () => undefined,
    fail: (error) => void said.ended.push(error),
    complete: () => void said.ended.push(null),
    overflow: () => undefined,
  };
  const variables = { roomId: options.roomId ?? 'r1' };
  const joiner = { after: options.after ?? null, identity: userOf(options.user ?? 'alice'), arguments: variables };
  hub.join({ execution, subscription, variables, requestId: 'request', ...joiner }, outlet);
  return said;
};

const arrived = (said: Said, seq: number): Promise<void> => expect.poll(() => said.events.at(-1)?.seq).toBe(seq);
const seqsOf = ({ events }: Said): readonly number[] =>
  events.filter(({ __typename }) => __typename !== 'PositionEvent').map(({ seq }) => seq);

test('a swap with the same upstream: nobody notices, nothing is opened again, and joiners of both generations share the channel', async () => {
  const before = await join(first);
  await arrived(before, 0);
  for (const _ of range(1, 3)) log.append();
  await arrived(before, 3);
  const second = await anExecution({ more: 'type Extra { id: ID! } extend type Query { extra: Extra }' });
  await hub.swap(second, recompileIn(second));
  const after = await join(second, DOCUMENT, { after: '1:1' });
  const late = await join(first, DOCUMENT, { after: '1:2' });
  for (const _ of range(4, 6)) log.append({ giftId: 'rose' });
  await Promise.all([before, after, late].map((each) => arrived(each, 6)));
  expect([before, after, late].map(seqsOf)).toEqual([range(1, 6), range(2, 6), range(3, 6)]);
  expect(before.events.at(-1)?.gift?.name).toBe('trading’s rose');
  expect(messaging.upstreams).toMatchObject({ open: 1, ever: 1 });
});

test('an upstream that has to be asked for other fields goes on after its last place, and events are completed by the plan they were asked by', async () => {
  const said = await join(first);
  await arrived(said, 0);
  const second = await anExecution({ nameIsHere: true });
  for (const round of range(0, 9)) {
    for (const _ of range(1, 10)) log.append({ giftId: 'rose' });
    if (round === 5) void hub.swap(second, recompileIn(second));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await arrived(said, 100);
  log.append({ giftId: 'rose' });
  await arrived(said, 101);
  expect(seqsOf(said)).toEqual(range(1, 101));
  const names = said.events.slice(1).map(({ gift }) => gift?.name);
  expect([names[0], names.at(-1), names.includes(undefined)]).toEqual(['trading’s rose', 'messaging’s rose', false]);
  expect(messaging.upstreams).toMatchObject({ open: 1, ever: 2 });
});

test('what no longer fits ends with SCHEMA_CHANGED; what does stays, and each document is compiled once', async () => {
  const [text, other, silent] = [await join(first), await join(first, DOCUMENT, { roomId: 'r2' }), await join(first, WITHOUT_TEXT)];
  await Promise.all([text, other, silent].map((each) => arrived(each, 0)));
  const second = await anExecution({ chatHasText: false });
  const recompile = recompileIn(second);
  await hub.swap(second, recompile);
  for (const { ended } of [text, other]) {
    expect(ended).toMatchObject([{ code: 'SCHEMA_CHANGED', message: expect.stringContaining('Cannot query field "text"') }]);
  }
  log.append();
  await arrived(silent, 1);
  expect(silent.ended).toEqual([]);
  expect(recompile.compiled).toHaveLength(3);
});

test('personal subscriptions move, too: each goes on as its own user', async () => {
  const inboxes = await Promise.all(['alice', 'luna'].map((user) => join(first, INBOX, { user })));
  await Promise.all(inboxes.map((each) => arrived(each, 0)));
  const second = await anExecution({ nameIsHere: true });
  await hub.swap(second, recompileIn(second));
  log.append();
  await Promise.all(inboxes.map((each) => arrived(each, 1)));
  expect(inboxes.map(seqsOf)).toEqual([[1], [1]]);
  expect(messaging.upstreams).toMatchObject({ open: 2, ever: 2 });
});

test('a generation that cannot be compiled closes for another try, and an operation of the old one that comes late is moved as well', async () => {
  const failing = await join(first);
  await arrived(failing, 0);
  const second = await anExecution({ nameIsHere: true });
  await hub.swap(second, () => Promise.reject(new Error('the planner crashed')));
  expect(failing.ended).toMatchObject([{ code: 'SUBGRAPH_UNAVAILABLE' }]);
  await hub.swap(second, recompileIn(second));
  const late = await join(first);
  await arrived(late, 0);
  log.append({ giftId: 'rose' });
  await arrived(late, 1);
  expect(late.events.at(-1)?.gift?.name).toBe('messaging’s rose');
});

test('operations that are revoked end with the error, and nobody else’s do', async () => {
  const banned = await join(first, DOCUMENT, { user: 'bob' });
  const elsewhere = await join(first, DOCUMENT, { user: 'bob', roomId: 'r2' });
  const others = await Promise.all(['alice', 'luna'].map((user) => join(first, DOCUMENT, { user })));
  await Promise.all([banned, elsewhere, ...others].map((each) => arrived(each, 0)));
  const ended = hub.end(
    ({ identity, subscription, arguments: given }) =>
      identity.kind === 'user' && identity.id === 'bob' && subscription.field === 'roomEvents' && given['roomId'] === 'r1',
    new FanfareError('FORBIDDEN', 'You are banned from this room.'),
  );
  log.append();
  await Promise.all([elsewhere, ...others].map((each) => arrived(each, 1)));
  expect(ended).toBe(1);
  expect(banned.ended).toMatchObject([{ code: 'FORBIDDEN' }]);
  expect([seqsOf(banned), ...[elsewhere, ...others].map(({ ended: end }) => end)]).toEqual([[], [], [], []]);
});

test('nothing that stays open holds the generation that was left', async () => {
  const left = await (async () => {
    const execution = await anExecution({ more: 'type Left { id: ID! } extend type Query { left: Left }' });
    const transports = new Map([messaging, trading].map(({ name, transport }) => [name, transport]));
    hub = createHub({ execution: first, transports, startMsMax: 1_000 });
    await hub.swap(execution, recompileIn(execution));
    const said = await Promise.all([join(execution), join(execution, INBOX)]);
    await Promise.all(said.map((each) => arrived(each, 0)));
    return new WeakRef(execution.generation);
  })();
  await hub.swap(first, recompileIn(first));
  await expect.poll(() => heldIn(left)).toBe(false);
});

/** Whether it is still there after the garbage was collected. */
function heldIn(reference: WeakRef<object>): boolean {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('this Node cannot collect garbage on demand');
  collect();
  return reference.deref() !== undefined;
}
