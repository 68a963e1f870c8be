import type { Worker } from 'node:worker_threads';
import { parse } from 'graphql';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadGeneration, prepareOperation } from '../../gateway/supergraph/generation.ts';
import { planHotOperations } from '../../gateway/supergraph/hot.ts';
import { type Planner, startPlanner } from '../../gateway/supergraph/planner.ts';
import { compose } from '../support/federation.ts';
import { range } from '../support/gateway-watcher.ts';
import { aGeneration, aPlanner } from '../support/generation.ts';
import { aTelemetry } from '../support/telemetry.ts';

const FIELDS = range(0, 23).map((index) => `f${index}`);
const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])';
const leaves = `type T @key(fields: "id") { id: ID! next: T @shareable ${FIELDS.map((name) => `${name}: Int @shareable`).join(' ')} }`;
const first = 'type Query { t: T } type T @key(fields: "id") { id: ID! next: T @shareable }';
const SUPERGRAPH = compose(
  Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, { sdl: `${LINK} ${name === 'a' ? first : leaves}` }])),
  (name) => `http://${name}`,
);

/** Each of its fields can be had from four subgraphs: the planner compares the ways for minutes. */
const nested = (depth: number): string => `{ ${FIELDS.join(' ')} ${depth === 0 ? '' : `next ${nested(depth - 1)}`} }`;
const ENDLESS = { document: `{ t ${nested(9)} }`, operationName: null };
const easy = (alias: string) => ({ document: `{ ${alias}: t { id } }`, operationName: null });
const DEADLINE_MS = 2_000;

let threads: Worker[];
let ended: number;
const note = (worker: Worker): void => {
  threads.push(worker);
  worker.once('exit', () => {
    ended += 1;
  });
};
let planner: Planner;

beforeEach(async () => {
  [threads, ended] = [[], 0];
  process.on('worker', note);
  planner = await startPlanner({
    input: { kind: 'supergraph', sdl: SUPERGRAPH },
    validated: false,
    telemetry: aTelemetry('gateway'),
    planMsMax: DEADLINE_MS,
    waitingMax: 2,
  });
});
afterEach(async () => {
  await planner.close();
  process.off('worker', note);
  expect(ended).toBe(threads.length);
});

test('an operation that takes too long to plan is refused, at once the next time, and the others are planned by a new thread', async () => {
  const endless = planner.plan(ENDLESS);
  const behind = planner.plan(easy('behind'));
  await expect(endless).rejects.toMatchObject({ code: 'COST_EXCEEDED' });
  expect((await behind).node?.kind).toBe('Fetch');
  expect(threads).toHaveLength(2);
  await expect(planner.plan(ENDLESS)).rejects.toMatchObject({ code: 'COST_EXCEEDED' });
  expect(threads).toHaveLength(2);
});

test('so many may wait for a plan; the next is told that the gateway is busy', async () => {
  const refused = planner.plan(ENDLESS);
  const waiting = [planner.plan(easy('one')), planner.plan(easy('two'))];
  await expect(planner.plan(easy('three'))).rejects.toMatchObject({ code: 'BUSY', retryAfterMs: 1_000 });
  await expect(refused).rejects.toMatchObject({ code: 'COST_EXCEEDED' });
  expect(await Promise.all(waiting)).toHaveLength(2);
});

test('a thread that dies is replaced, and what it was planning is planned by the next', async () => {
  const plan = planner.plan(easy('again'));
  await threads[0]?.terminate();
  expect((await plan).node?.kind).toBe('Fetch');
  expect(threads).toHaveLength(2);
});

test('a planner that is closed answers so, also to those who wait', async () => {
  const waiting = planner.plan(ENDLESS);
  const refused = expect(waiting).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  await planner.close();
  await refused;
  await expect(planner.plan(easy('late'))).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
});

test('what the planner cannot do is told, and not remembered', async () => {
  const generation = await loadGeneration(planner);
  const broken = { document: parse('{ nowhere }'), documentKey: 'one', operationName: null };
  await expect(prepareOperation(generation, broken)).rejects.toThrow('nowhere');
  expect(generation.operations.size).toBe(0);
  const mended = { ...broken, document: parse('{ t { id } }') };
  const prepared = await Promise.all([prepareOperation(generation, mended), prepareOperation(generation, mended)]);
  expect(prepared[0]).toBe(prepared[1]);
});

test('a supergraph that cannot be read is refused with the reason, and leaves no thread', async () => {
  const input = { kind: 'supergraph', sdl: 'type Query {' } as const;
  await expect(startPlanner({ input, validated: true, telemetry: aTelemetry('gateway') })).rejects.toThrow('Syntax Error');
  await expect.poll(() => ended).toBe(1);
});

test('subgraphs are composed in the thread, and told what keeps them from it', async () => {
  const telemetry = aTelemetry('gateway');
  const subgraph = (sdl: string) => ({ name: 'one', url: 'http://one', sdl: `${LINK} ${sdl}` });
  const start = (sdl: string) => startPlanner({ input: { kind: 'subgraphs', subgraphs: [subgraph(sdl)] }, validated: false, telemetry });
  const composed = await start('type Query { a: Int }');
  expect([...composed.facts.subgraphs]).toEqual([['one', 'http://one']]);
  await composed.close();
  await expect(start('type Query { a: Nowhere }')).rejects.toThrow('Nowhere');
  await expect.poll(() => ended).toBe(2);
});

test('the next generation plans what was used last before it takes over; what nobody may ask for any more is left out', async () => {
  const from = await loadGeneration(aPlanner(SUPERGRAPH));
  const to = await aGeneration(SUPERGRAPH.replace('f23: Int', 'other: Int'));
  const wanted = (query: string) => ({ document: parse(query), documentKey: query, operationName: null });
  await prepareOperation(from, wanted('{ t { id } }'));
  await prepareOperation(from, wanted('{ t { f23 } }'));
  await prepareOperation(from, { ...wanted('{ t { f1 f2 } }'), planned: parse('{ t { f1 } }') });
  expect(await planHotOperations(from, to)).toBe(1);
  const plan = to.planner.plan;
  let planned = 0;
  Object.assign(to.planner, {
    plan: (request: Parameters<typeof plan>[0]) => {
      planned += 1;
      return plan(request);
    },
  });
  const { context } = await prepareOperation(to, wanted('{ t { id } }'));
  expect([planned, context.schema]).toEqual([0, to.schema]);
  // What somebody is denied is for the next generation to say.
  await prepareOperation(to, wanted('{ t { f1 f2 } }'));
  expect(planned).toBe(1);
});
