import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FanfareError } from '#platform/errors.ts';
import { ANONYMOUS, IDENTITY_HEADER } from '#platform/identity/identity.ts';
import { newId } from '#platform/ids.ts';
import { createHttpClient } from '#platform/subgraph/http-client.ts';
import { createHttpTransport } from '#platform/subgraph/http-transport.ts';
import type { ProcessRuntime } from '#platform/subgraph/runtime.ts';
import { type ServedSubgraph, serveSubgraph } from '#platform/subgraph/server.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import type { SubgraphTransport } from '#platform/subgraph/transport.ts';
import { RESPONSE_BYTES_MAX } from '#platform/subgraph/wire.ts';
import { withDeadline } from '../support/deadline.ts';
import { eventually } from '../support/platform.ts';
import { aRuntime, aService, ask, aUser, type Question, subscribeTo, testKeys } from '../support/runtime.ts';
import { ALERTS, aTestSubgraph, type Probe } from '../support/test-subgraph.ts';

/** Both ways to a subgraph, with everything that a caller can notice the same. */
interface Way {
  readonly transport: SubgraphTransport;
  readonly probe: Probe;
  readonly closeSubgraph: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const OLGA = aUser('olga', 'ops:read', 'metrics:write');
const SERVICES = '{ services { id name } }';
const ALERT_EVENTS = 'subscription Follow($after: Cursor) { alertEvents(after: $after) { id seq } }';

const openWay = async (form: 'in process' | 'over HTTP' | 'over HTTP, compressed', timeoutMs?: number): Promise<Way> => {
  const runtime: ProcessRuntime = await aRuntime();
  const { running, probe } = await aTestSubgraph(runtime, timeoutMs === undefined ? {} : { timeoutMs });
  if (form === 'in process') {
    const closeSubgraph = () => running.close();
    return {
      transport: running.transport,
      probe,
      closeSubgraph,
      close: async () => void (await Promise.all([closeSubgraph(), runtime.close()])),
    };
  }
  const served: ServedSubgraph = await serveSubgraph(running, runtime, { host: '127.0.0.1', port: 0 });
  const transport = createHttpTransport('monitoring', served.url, {
    identityKeys: testKeys(),
    service: 'gateway',
    compressed: form === 'over HTTP, compressed',
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  let closed: Promise<void> | undefined;
  const closeSubgraph = (): Promise<void> => {
    closed ??= served.close().then(() => running.close());
    return closed;
  };
  return {
    transport,
    probe,
    closeSubgraph,
    close: async () => {
      await transport.close();
      await closeSubgraph();
      await runtime.close();
    },
  };
};

const event = (seq: number): object => ({ id: `e${seq}`, seq, cursor: `c${seq}`, at: new Date(0) });
const codesIn = (result: { readonly errors?: readonly { readonly extensions?: unknown }[] }): unknown[] =>
  (result.errors ?? []).map((error) => (error.extensions as Readonly<Record<string, unknown>>)['code']);

const thrownBy = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    (value) => {
      throw new Error(`nothing was thrown, the answer is ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );

describe.each(['in process', 'over HTTP', 'over HTTP, compressed'] as const)('a subgraph reached %s', (form) => {
  let way: Way;
  let subgraph: Pick<RunningSubgraph, 'name' | 'transport'>;
  const answer = (question: Question) => ask(subgraph, question);

  beforeAll(async () => {
    way = await openWay(form);
    subgraph = { name: 'monitoring', transport: way.transport };
  });
  afterAll(() => way.close());

  test('answers with data, for the caller and under the request id that it was given', async () => {
    expect(await answer({ as: OLGA, query: SERVICES, requestId: 'r-1' })).toEqual({ data: { services: [{ id: 'r-1', name: 'olga' }] } });
  });

  test('reads variables and custom scalars', async () => {
    const query = 'query Series($input: MetricSeriesInput!) { metricSeries(input: $input) { name points { at value } } }';
    const input = { name: 'x', from: '2026-11-22T00:00:00Z', to: '2026-11-23T00:00:00Z', stepSeconds: 60 };
    expect(await answer({ as: OLGA, query, variables: { input } })).toEqual({
      data: { metricSeries: [{ name: 'x', points: [{ at: '2026-11-22T00:00:00.000Z', value: 1.5 }] }] },
    });
  });

  test('refuses a call without identity, with a forged one and with one for another subgraph, before anything runs', async () => {
    const before = way.probe.contexts.length;
    for (const identity of ['', 'test.e30.AAAA', testKeys().sign(OLGA, 'trading')]) {
      const result = await way.transport.execute({ query: SERVICES }, { identity, requestId: 'r' });
      expect(result.data).toBeUndefined();
      expect(codesIn(result)).toEqual(['UNAUTHENTICATED']);
    }
    expect(way.probe.contexts.length).toBe(before);
  });

  test('tells who must sign in from who lacks a scope', async () => {
    expect(codesIn(await answer({ as: ANONYMOUS, query: SERVICES }))).toEqual(['UNAUTHENTICATED']);
    expect(codesIn(await answer({ as: aUser('alice', 'gifts:send'), query: SERVICES }))).toEqual(['FORBIDDEN']);
    expect(codesIn(await answer({ as: { kind: 'audience', audience: 'everyone' }, query: SERVICES }))).toEqual(['FORBIDDEN']);
    expect(codesIn(await answer({ as: aService('status', 'ops:read'), query: SERVICES }))).toEqual([]);
  });

  test('masks what is our fault, keeps its path, and says the request id', async () => {
    const result = await answer({ as: OLGA, query: `{ alerts(first: ${ALERTS.throwsError}) { nodes { id } } }`, requestId: 'r-7' });
    expect(result.errors).toHaveLength(1);
    expect(result.errors?.[0]?.toJSON()).toMatchObject({
      path: ['alerts'],
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'r-7' },
    });
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });

  test('masks what a resolver returned against the schema', async () => {
    const result = await answer({ as: OLGA, query: `{ alerts(first: ${ALERTS.returnsNonsense}) { edges { cursor } } }` });
    expect(codesIn(result)).toEqual(['INTERNAL_SERVER_ERROR']);
  });

  test('shows what the caller may know, with when to retry', async () => {
    const result = await answer({ as: OLGA, query: `{ alerts(first: ${ALERTS.throwsBusy}) { nodes { id } } }`, requestId: 'r-8' });
    expect(result.errors?.[0]?.toJSON()).toMatchObject({
      message: 'The queue is full.',
      path: ['alerts'],
      extensions: { code: 'BUSY', retryAfterMs: 250, requestId: 'r-8' },
    });
  });

  test.each<[string, Omit<Question, 'as'>, string]>([
    ['a document that is no GraphQL', { query: '{ services {' }, 'GRAPHQL_PARSE_FAILED'],
    ['a field that does not exist', { query: '{ secrets }' }, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a document without the named operation',
      { query: 'query A { services { id } } query B { services { id } }' },
      'OPERATION_RESOLUTION_FAILURE',
    ],
    [
      'a variable of a wrong type',
      { query: 'query Q($n: Int!) { alerts(first: $n) { nodes { id } } }', variables: { n: 'x' } },
      'BAD_USER_INPUT',
    ],
    ['a missing variable', { query: 'query Q($n: Int!) { alerts(first: $n) { nodes { id } } }' }, 'BAD_USER_INPUT'],
    [
      'a wrong custom scalar',
      { query: 'query Q($after: Cursor) { alerts(after: $after) { nodes { id } } }', variables: { after: '' } },
      'BAD_USER_INPUT',
    ],
    [
      'NUL in a variable',
      { query: 'query Q($after: Cursor) { alerts(after: $after) { nodes { id } } }', variables: { after: 'a\0' } },
      'BAD_USER_INPUT',
    ],
    ['a lone surrogate in a literal', { query: '{ alerts(after: "\\ud800") { nodes { id } } }' }, 'GRAPHQL_PARSE_FAILED'],
    ['NUL in a literal', { query: '{ alerts(after: "\\u0000") { nodes { id } } }' }, 'BAD_USER_INPUT'],
    ['a subscription', { query: 'subscription { alertEvents { id } }' }, 'BAD_REQUEST'],
  ])('refuses %s', async (_, question, code) => {
    const result = await answer({ as: OLGA, ...question });
    expect(result.data).toBeUndefined();
    expect(codesIn(result)).toEqual([code]);
  });

  test('runs a mutation once', async () => {
    const query = 'mutation R($input: ReportMetricsInput!) { reportMetrics(input: $input) { accepted } }';
    const input = { idempotencyKey: newId(), samples: [{ name: 'x', at: '2026-11-22T00:00:00Z', value: 1 }] };
    expect(await answer({ as: OLGA, query, variables: { input } })).toEqual({ data: { reportMetrics: { accepted: 1 } } });
    expect(way.probe.reports).toHaveLength(1);
  });

  test('shows its SDL to services only', async () => {
    expect(await answer({ as: aService('gateway'), query: '{ _service { sdl } }' })).toMatchObject({
      data: { _service: { sdl: expect.stringContaining('type Alert') } },
    });
    expect(codesIn(await answer({ as: OLGA, query: '{ _service { sdl } }' }))).toEqual(['FORBIDDEN']);
  });

  test('is ready only while it says so', async () => {
    await expect(way.transport.checkReady?.()).resolves.toBeUndefined();
    way.probe.ready = false;
    await expect(way.transport.checkReady?.()).rejects.toThrow('the database cannot be reached');
    way.probe.ready = true;
  });

  test('lets the caller leave, and tells the resolver', async () => {
    const leaving = new AbortController();
    const calls = way.probe.contexts.length;
    const left = answer({ as: OLGA, query: `{ alerts(first: ${ALERTS.hangs}) { nodes { id } } }`, signal: leaving.signal });
    await eventually('the resolver runs', () => way.probe.contexts.length > calls);
    leaving.abort(new Error('enough'));
    expect(await thrownBy(left)).toMatchObject({ message: 'enough' });
    await eventually('the resolver knows', () => way.probe.contexts.at(-1)?.signal.aborted === true);
  });

  test('delivers events in order, and ends when they end', async () => {
    const events = subscribeTo(subgraph, { as: OLGA, query: ALERT_EVENTS });
    const first = events.next();
    await eventually('it follows', () => way.probe.followers() === 1);
    for (let seq = 1; seq <= 100; seq += 1) way.probe.push(event(seq));
    way.probe.push(null);
    const results = [await first, ...(await events.take(99))];
    expect(results).toEqual(
      Array.from({ length: 100 }, (_, index) => ({ data: { alertEvents: { id: `e${index + 1}`, seq: index + 1 } } })),
    );
    expect(await events.ended()).toBe(true);
  });

  test('gives each event a context of its own', async () => {
    const events = subscribeTo(subgraph, { as: OLGA, query: ALERT_EVENTS });
    const first = events.next();
    await eventually('it follows', () => way.probe.followers() === 1);
    const before = way.probe.contexts.length;
    way.probe.push(event(1));
    way.probe.push(event(2));
    await first;
    await events.next();
    expect(way.probe.contexts.length).toBe(before + 2);
    await events.end();
  });

  test('lets a subscriber leave while it waits', async () => {
    const events = subscribeTo(subgraph, { as: OLGA, query: ALERT_EVENTS });
    const waiting = events.ended();
    await eventually('it follows', () => way.probe.followers() === 1);
    await events.end();
    expect(await waiting).toBe(true);
    await eventually('it no longer follows', () => way.probe.followers() === 0);
  });

  test('ends a subscription whose caller aborts', async () => {
    const leaving = new AbortController();
    const events = subscribeTo(subgraph, { as: OLGA, query: ALERT_EVENTS, signal: leaving.signal });
    const waiting = events.ended();
    await eventually('it follows', () => way.probe.followers() === 1);
    leaving.abort();
    expect(await waiting).toBe(true);
    await eventually('it no longer follows', () => way.probe.followers() === 0);
  });

  test.each<[string, Question, string]>([
    ['somebody who is not signed in', { as: ANONYMOUS, query: ALERT_EVENTS }, 'UNAUTHENTICATED'],
    ['somebody who lacks the scope', { as: aUser('alice'), query: ALERT_EVENTS }, 'FORBIDDEN'],
    ['a cursor that is none', { as: OLGA, query: ALERT_EVENTS, variables: { after: 'wrong' } }, 'BAD_USER_INPUT'],
    ['a wrong field', { as: OLGA, query: 'subscription { secrets }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['a query', { as: OLGA, query: SERVICES }, 'BAD_REQUEST'],
  ])('refuses a subscription for %s with one result, and ends', async (_, question, code) => {
    const events = subscribeTo(subgraph, question);
    expect(codesIn(await events.next())).toEqual([code]);
    expect(await events.ended()).toBe(true);
  });

  test('refuses a subscription without identity with one result, and ends', async () => {
    const stream = way.transport.subscribe({ query: ALERT_EVENTS }, { identity: 'test.e30.AAAA', requestId: 'r' });
    expect(codesIn((await withDeadline(stream.next(), 'no answer')).value)).toEqual(['UNAUTHENTICATED']);
    expect(await withDeadline(stream.next(), 'no end')).toMatchObject({ done: true });
  });

  test('ends a subscription whose events fail, with the error', async () => {
    const events = subscribeTo(subgraph, { as: OLGA, query: ALERT_EVENTS });
    const first = events.next();
    await eventually('it follows', () => way.probe.followers() === 1);
    way.probe.push(new Error('hunter2'));
    expect(codesIn(await first)).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(await events.ended()).toBe(true);
  });

  test('never skips an event that cannot be shown: the subscription ends with its error', async () => {
    const events = subscribeTo(subgraph, { as: OLGA, query: ALERT_EVENTS });
    const first = events.next();
    await eventually('it follows', () => way.probe.followers() === 1);
    way.probe.push({ id: 'e1', seq: -1 });
    way.probe.push(event(2));
    expect(codesIn(await first)).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(await events.ended()).toBe(true);
    await eventually('it no longer follows', () => way.probe.followers() === 0);
  });

  test('serves many people over one way, each as themselves', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `olga-${index}`);
    const before = way.probe.contexts.length;
    const all = names.map((name) => subscribeTo(subgraph, { as: aUser(name, 'ops:read'), query: ALERT_EVENTS }));
    const firsts = all.map((events) => events.next());
    await eventually('all follow', () => way.probe.followers() === names.length);
    way.probe.push(event(1));
    await Promise.all(firsts);
    const served = way.probe.contexts
      .slice(before)
      .flatMap(({ identity }) => (identity.kind === 'user' && identity.id !== null ? [identity.id] : []));
    for (const name of names) expect(served.filter((id) => id === name)).toHaveLength(2);
    await Promise.all(all.map((events) => events.end()));
    await eventually('nobody follows', () => way.probe.followers() === 0);
  });
});

describe.each(['in process', 'over HTTP'] as const)('a subgraph reached %s, at its end', (form) => {
  test('answers TIMEOUT when a resolver takes too long', async () => {
    const way = await openWay(form, 100);
    const late = ask(
      { name: 'monitoring', transport: way.transport },
      { as: OLGA, query: `{ alerts(first: ${ALERTS.hangs}) { nodes { id } } }` },
    );
    const error = await thrownBy(late);
    expect(error).toBeInstanceOf(FanfareError);
    expect(error).toMatchObject({ code: 'TIMEOUT', retryAfterMs: expect.any(Number) });
    await way.close();
  });

  test('throws SUBGRAPH_UNAVAILABLE at its subscribers when it goes down, and is not available afterwards', async () => {
    const way = await openWay(form);
    const subgraph = { name: 'monitoring' as const, transport: way.transport };
    const events = subscribeTo(subgraph, { as: OLGA, query: ALERT_EVENTS });
    const next = thrownBy(events.next());
    await eventually('it follows', () => way.probe.followers() === 1);
    await way.closeSubgraph();
    expect(await next).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE', retryAfterMs: expect.any(Number) });
    await eventually('it no longer follows', () => way.probe.followers() === 0);
    const after = await ask(subgraph, { as: OLGA, query: SERVICES }).then(
      (result) => codesIn(result)[0],
      (error: { readonly code?: unknown }) => error.code,
    );
    expect(['SHUTTING_DOWN', 'SUBGRAPH_UNAVAILABLE']).toContain(after);
    await way.close();
  });
});

describe('compressed answers', () => {
  const LONG = 'x'.repeat(20_000);

  test('a long answer goes over the wire as gzip to those who ask for it, and is the same', async () => {
    const runtime = await aRuntime();
    const { running } = await aTestSubgraph(runtime);
    const served = await serveSubgraph(running, runtime, { host: '127.0.0.1', port: 0 });
    const body = JSON.stringify({
      query: `{ ${Array.from({ length: 1_000 }, (_, index) => `s${index}: services { id name }`).join(' ')} }`,
    });
    const headers = { 'content-type': 'application/json', [IDENTITY_HEADER]: testKeys().sign(OLGA, 'monitoring') };
    const lengthWith = async (
      encoding: string,
    ): Promise<{ readonly encoding: string | undefined; readonly bytes: number; readonly text: string }> => {
      const answer = await request(`${served.url}/graphql`, { method: 'POST', body, headers: { ...headers, 'accept-encoding': encoding } });
      const bytes = Buffer.from(await answer.body.arrayBuffer());
      const [coding] = [answer.headers['content-encoding']].flat();
      return { encoding: coding, bytes: bytes.length, text: (coding === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8') };
    };
    const [plain, zipped] = [await lengthWith('identity'), await lengthWith('gzip')];
    expect(plain.encoding).toBeUndefined();
    expect(zipped.encoding).toBe('gzip');
    expect(zipped.bytes * 5).toBeLessThan(plain.bytes);
    expect(zipped.text.length).toBe(plain.text.length);
    await served.close();
    await running.close();
    await runtime.close();
  });

  test.each([
    ['what unfolds to more than an answer may have', gzipSync(Buffer.alloc(RESPONSE_BYTES_MAX + 1))],
    ['what is no gzip at all', Buffer.from(LONG)],
  ])('%s is refused, not read', async (_, sent) => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' }).end(sent);
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const client = createHttpClient('bomb', `http://127.0.0.1:${(server.address() as AddressInfo).port}`, { compressed: true });
    const error = await thrownBy(client.call({ method: 'POST', path: '/', timeoutMs: 5_000 }));
    expect(error).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
    await client.close();
    server.close();
  });
});
