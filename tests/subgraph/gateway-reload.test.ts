import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { queryObjects } from 'node:v8';
import type { Worker } from 'node:worker_threads';
import { GraphQLSchema } from 'graphql';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { GraphStatus } from '../../gateway/supergraph/graph.ts';
import { aGateway, composed, type GatewayFixture } from '../support/gateway.ts';
import { aGraph, type TestGraph } from '../support/gateway-graph.ts';
import { range, seqsOf, WATCH, type Watcher, watch } from '../support/gateway-watcher.ts';
import { testKeys } from '../support/runtime.ts';

const DEADLINE_MS = 20_000;

let folder: string;
let file: string;
let graph: TestGraph;
let gateway: GatewayFixture;
/** What the subgraphs can serve; the first supergraph lacks a field of it. */
let whole: string;

/** A supergraph without one field of one type. */
const without = (sdl: string, type: string, field: string): string => {
  const narrowed = sdl.replace(new RegExp(`(\\ntype ${type}\\b[^}]*?)\\n  ${field}(\\(|:)[^\\n]*`), '$1');
  if (narrowed === sdl) throw new Error(`there is no ${type}.${field}`);
  return narrowed;
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fanfare-reload-'));
  file = join(folder, 'supergraph.graphql');
  graph = aGraph(testKeys());
  whole = composed(graph.all);
  await writeFile(file, without(whole, 'ChatEvent', 'room'));
  gateway = await aGateway(graph.all, folder, { env: { SUPERGRAPH_FILE: file } });
});
afterEach(async () => {
  await gateway.close();
  await rm(folder, { recursive: true });
});

const status = async (): Promise<GraphStatus> => (await fetch(`${gateway.url}/health/supergraph`)).json() as Promise<GraphStatus>;

/** Puts a supergraph into the file's place, as editors and deployments do, and waits until it is served. */
const serve = async (sdl: string): Promise<void> => {
  const { generation } = await status();
  await writeFile(`${file}.new`, sdl);
  await rename(`${file}.new`, file);
  await expect.poll(async () => (await status()).generation, { timeout: DEADLINE_MS }).not.toBe(generation);
};

const ask = async (query: string) => {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as { data?: unknown; errors?: { message: string; extensions: { code: string } }[] };
};

const NEW_FIELD = 'subscription { e: roomEvents(roomId: "r1") { __typename cursor seq ... on ChatEvent { room { id } } } }';

test('a reload in the middle of 1,000 live subscriptions ends none, loses and repeats nothing, and newcomers get the new field', async () => {
  const scoped = await gateway.token('alice', ['wallet:read']);
  const clients = range(1, 200).map(() => gateway.client(scoped));
  const inbox = WATCH.replace('($roomId: ID!, $after: Cursor)', '($after: Cursor)').replace(
    'roomEvents(roomId: $roomId, after',
    'inbox(after',
  );
  const viewers = clients.flatMap((client, index) =>
    range(1, 5).map((operation) => watch(client, { roomId: 'r1' }, index < 20 && operation === 1 ? inbox : WATCH)),
  );
  await Promise.all(viewers.map((viewer) => viewer.until('a position', (events) => events.length > 0)));
  expect(viewers).toHaveLength(1_000);
  expect((await ask('{ __type(name: "ChatEvent") { fields { name } } }')).data).not.toMatchObject({
    __type: { fields: expect.arrayContaining([{ name: 'room' }]) },
  });
  let appended = 0;
  let swapped = false;
  const events = (async () => {
    // Ten more when the new schema is served.
    for (let after = 0; after < 10; after += swapped ? 1 : 0) {
      appended = graph.log.append(appended % 5 === 0 ? { giftId: 'rose' } : {}).seq;
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
  })();
  await serve(whole);
  swapped = true;
  await events;
  await Promise.all(viewers.map((viewer) => viewer.until('all events', (seen) => seen.at(-1)?.seq === appended)));
  for (const viewer of viewers) expect(seqsOf(viewer)).toEqual(range(1, appended));
  const newcomer = watch(gateway.client(), { roomId: 'r1' }, NEW_FIELD);
  await newcomer.until('a position', (seen) => seen.length > 0);
  graph.log.append();
  await newcomer.until('an event', (seen) => seen.length > 1);
  expect(newcomer.payloads.at(-1)?.data?.e).toMatchObject({ __typename: 'ChatEvent', room: { id: 'r1' } });
}, 60_000);

test('only what no longer fits the schema ends, with SCHEMA_CHANGED', async () => {
  const gone = watch(gateway.client(), { roomId: 'r1' });
  const fits = watch(gateway.client(), { roomId: 'r1' }, 'subscription { e: roomEvents(roomId: "r1") { __typename cursor seq } }');
  await Promise.all([gone, fits].map((each) => each.until('a position', (events) => events.length > 0)));
  await serve(without(whole, 'ChatEvent', 'text'));
  expect(await gone.ended).toMatchObject([{ extensions: { code: 'SCHEMA_CHANGED' }, message: expect.stringContaining('"text"') }]);
  graph.log.append();
  await fits.until('an event', (events) => events.length > 1);
  expect(seqsOf(fits)).toEqual([1]);
});

test('a request under way ends on the schema that it began with, and what it needs is taken down after it', async () => {
  const exits: number[] = [];
  const opened: Worker[] = [];
  const note = (worker: Worker): void => {
    opened.push(worker);
    worker.once('exit', () => exits.push(worker.threadId));
  };
  process.on('worker', note);
  onTestFinished(() => void process.off('worker', note));
  const held = Promise.withResolvers<void>();
  const { transport } = graph.trading;
  const { execute } = transport;
  Object.assign(transport, {
    execute: async (...call: Parameters<typeof execute>) => {
      await held.promise;
      return execute(...call);
    },
  });
  const slow = ask('{ room(id: "r1") { gift { name } } }');
  const second = without(whole, 'Gift', 'name');
  await serve(second);
  expect((await status()).generations).toBe(2);
  expect((await ask('{ room(id: "r1") { gift { name } } }')).errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  held.resolve();
  expect(await slow).toEqual({ data: { room: { gift: { name: 'name of rose' } } } });
  await expect.poll(async () => (await status()).generations, { timeout: DEADLINE_MS }).toBe(1);
  await serve(whole);
  await expect.poll(async () => (await status()).generations, { timeout: DEADLINE_MS }).toBe(1);
  // One thread per generation that came after the first: the first of them is gone, the second serves.
  expect(opened).toHaveLength(2);
  await expect.poll(() => exits.length, { timeout: DEADLINE_MS }).toBe(1);
}, 30_000);

const BROKEN: readonly (readonly [what: string, broken: (sdl: string) => string, reason: string])[] = [
  ['half a file', (sdl) => sdl.slice(0, sdl.indexOf('{', sdl.indexOf('type ChatEvent')) + 1), 'Syntax Error'],
  ['a supergraph that is none', () => 'type Query { a: Int }', 'core schema'],
  ['a field of a type that is not there', (sdl) => sdl.replace('text: String!', 'text: Nowhere!'), 'Nowhere'],
  ['a subgraph that cannot be reached from here', (sdl) => sdl.replace('"trading"', '"elsewhere"'), 'elsewhere'],
];

test('a broken supergraph is refused with the reason, and the old schema goes on', async () => {
  const { generation } = await status();
  for (const [what, broken, reason] of BROKEN) {
    await writeFile(file, broken(whole));
    await expect.poll(async () => (await status()).refused?.reason, { timeout: DEADLINE_MS, message: what }).toContain(reason);
  }
  expect(await status()).toMatchObject({ generation, generations: 1 });
  expect((await ask('{ rooms { id } }')).data).toEqual({ rooms: [{ id: 'r1' }, { id: 'r2' }, { id: 'r3' }] });
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toMatch(/fanfare_gateway_supergraphs_total\{[^}]*result="refused"[^}]*\} 4/);
  await serve(whole);
  expect((await status()).refused).toBe(null);
}, 60_000);

test('subscriptions that go on hold no schema that was replaced', { timeout: 120_000 }, async () => {
  // One begins in each generation.
  const begin = async (): Promise<Watcher> => {
    const viewer = watch(gateway.client(), { roomId: 'r1' });
    await viewer.until('a position', (events) => events.length > 0);
    return viewer;
  };
  const schemas = (): number => queryObjects(GraphQLSchema, { format: 'count' });
  const viewers = [await begin()];
  await serve(whole);
  const afterOne = schemas();
  for (const sdl of [without(whole, 'ChatEvent', 'room'), whole]) {
    viewers.push(await begin());
    await serve(sdl);
  }
  await expect.poll(schemas, { timeout: DEADLINE_MS, interval: 200 }).toBeLessThanOrEqual(afterOne);
  graph.log.append();
  await Promise.all(viewers.map((viewer) => viewer.until('an event', (events) => events.length > 1)));
});
