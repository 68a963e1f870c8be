import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { expect, test } from 'vitest';
import { createBreaker } from '#platform/breaker.ts';
import { FanfareError } from '#platform/errors.ts';
import { ANONYMOUS } from '#platform/identity/identity.ts';
import { createIdentityKeys, randomIdentityKey } from '#platform/identity/keys.ts';
import { createHttpTransport } from '#platform/subgraph/http-transport.ts';
import type { SubgraphTransport } from '#platform/subgraph/transport.ts';
import {
  ATTEMPTS_MAX,
  BREAKER_CALLS_MIN,
  BREAKER_OPEN_MS_MAX,
  BREAKER_OPEN_MS_MIN,
  BREAKER_WINDOW_MS,
  CALLS_IN_FLIGHT_MAX,
  CALLS_IN_FLIGHT_MIN,
  RETRIES_PER_SECOND_MIN,
  RETRIES_SAVED_MAX,
  RETRY_SHARE,
} from '../../gateway/limits.ts';
import { createConcurrency } from '../../gateway/traffic/concurrency.ts';
import { createDataSource } from '../../gateway/traffic/dataSource.ts';
import { createRetryBudget } from '../../gateway/traffic/retries.ts';
import { BREAKER_LIMITS } from '../../gateway/traffic/shield.ts';
import { aTelemetry, metricOf } from '../support/telemetry.ts';

const identityKeys = createIdentityKeys([randomIdentityKey()]);

const aSource = (transport: SubgraphTransport) => {
  const telemetry = aTelemetry('gateway');
  const source = createDataSource(transport, { identityKeys, telemetry });
  const ask = async (
    query = '{ gifts { id } }',
    more: { readonly signal?: AbortSignal; readonly timeoutMs?: number; readonly endsAtMs?: number } = {},
  ) => {
    const context = { requestId: 'r', identity: ANONYMOUS, timeoutMs: 5_000, ...more };
    const { data, errors = [] } = await source.process({ request: { query }, context } as unknown as GraphQLDataSourceProcessOptions);
    return { data, codes: errors.map(({ extensions }) => extensions?.['code']), errors };
  };
  return { ask, metric: (name: string) => metricOf(telemetry, name, { subgraph: 'trading' }) };
};

/** A transport that does `execute`, and counts how often. */
const doing = (execute: SubgraphTransport['execute']) => {
  const calls = { count: 0 };
  const counted: SubgraphTransport['execute'] = (...call) => {
    calls.count += 1;
    return execute(...call);
  };
  return { calls, ...aSource({ name: 'trading', execute: counted } as SubgraphTransport) };
};

const refuse = (): Promise<never> => Promise.reject(new Error('connect ECONNREFUSED'));

const goesAway: SubgraphTransport['execute'] = async (_, { signal }) => {
  if (signal === undefined) throw new Error('a call must be stoppable');
  await once(signal, 'abort');
  throw new FanfareError('SUBGRAPH_UNAVAILABLE', 'This operation was aborted.');
};

test('a subgraph that cannot be reached is asked three times, and counted as one failure', async () => {
  const { ask, calls, metric } = doing(refuse);
  expect((await ask()).codes).toEqual(['SUBGRAPH_UNAVAILABLE']);
  expect(calls.count).toBe(ATTEMPTS_MAX);
  expect(await metric('fanfare_gateway_subgraph_failures_total')).toBe(1);
  expect(await metric('fanfare_gateway_subgraph_retries_total')).toBe(ATTEMPTS_MAX - 1);
});

test('a mutation is sent once, whatever becomes of it', async () => {
  const { ask, calls } = doing(refuse);
  expect((await ask('mutation { sendGift { id } }')).codes).toEqual(['SUBGRAPH_UNAVAILABLE']);
  expect(calls.count).toBe(1);
});

test('a client that hangs up before the answer is no failure of the subgraph', async () => {
  const client = new AbortController();
  const { ask, metric } = doing(goesAway);
  const outcome = ask(undefined, { signal: client.signal });
  client.abort();
  await outcome;
  expect(await metric('fanfare_gateway_subgraph_failures_total')).toBe(0);
});

test('what came too late is not asked again: the time is used up', async () => {
  const { ask, calls } = doing(goesAway);
  expect((await ask(undefined, { timeoutMs: 200 })).codes).toEqual(['TIMEOUT']);
  expect(calls.count).toBe(1);
});

test('a mutation that was sent and not answered in time may have happened, and says so', async () => {
  const { ask, calls } = doing(goesAway);
  const { errors } = await ask('mutation { sendGift { id } }', { timeoutMs: 200 });
  expect(errors).toMatchObject([{ extensions: { code: 'OUTCOME_UNKNOWN', retryAfterMs: expect.any(Number) } }]);
  expect(calls.count).toBe(1);
});

test('who has hung up before a request is sent gets nothing more done', async () => {
  const { ask, calls } = doing(async (_, { signal }) => {
    signal?.throwIfAborted();
    return { data: { gifts: [] } };
  });
  expect((await ask('{ gifts { id } }', { signal: AbortSignal.abort() })).data).toBe(undefined);
  expect(calls.count).toBe(1);
});

test('an operation’s time is shared by all of its requests: what is left counts, and when nothing is, nobody is asked', async () => {
  const { ask, calls } = doing(goesAway);
  const startedAtMs = performance.now();
  expect((await ask(undefined, { endsAtMs: startedAtMs + 300 })).codes).toEqual(['TIMEOUT']);
  expect(performance.now() - startedAtMs).toBeLessThan(4_000);
  for (const query of ['{ gifts { id } }', 'mutation { sendGift { id } }']) {
    const { errors } = await ask(query, { endsAtMs: performance.now() - 1 });
    expect(errors).toEqual([
      { message: 'The trading part was not asked: the operation has taken too long by then.', extensions: { code: 'TIMEOUT' } },
    ]);
  }
  expect(calls.count).toBe(1);
});

test('a subgraph that keeps failing is left alone for a while, is told so, and is found again', async () => {
  let up = false;
  const { ask, calls, metric } = doing(() => (up ? Promise.resolve({ data: { gifts: [] } }) : refuse()));
  for (let count = 0; count < BREAKER_CALLS_MIN; count += 1) await ask();
  const before = calls.count;
  const refused = await ask();
  expect(calls.count).toBe(before);
  expect(refused.errors[0]?.extensions).toEqual({ code: 'SUBGRAPH_UNAVAILABLE', retryAfterMs: expect.any(Number) });
  expect(await metric('fanfare_gateway_subgraph_breaker')).toBe(2);
  up = true;
  await expect.poll(async () => (await ask()).codes, { timeout: BREAKER_OPEN_MS_MAX * 2 }).toEqual([]);
  expect(await metric('fanfare_gateway_subgraph_breaker')).toBe(0);
});

test('errors that a subgraph answers itself do not open its breaker', async () => {
  const { ask, calls } = doing(() => Promise.reject(new FanfareError('BUSY', 'The queue is full.', { retryAfterMs: 5 })));
  for (let count = 0; count < BREAKER_CALLS_MIN * 3; count += 1) expect((await ask()).codes).toEqual(['BUSY']);
  expect(calls.count).toBe(BREAKER_CALLS_MIN * 3);
});

test('calls beyond what a subgraph bears are refused at once, as surely not executed', async () => {
  const release = Promise.withResolvers<{ readonly data: Record<string, unknown> }>();
  const { ask, calls, metric } = doing(() => release.promise);
  const waiting = Array.from({ length: CALLS_IN_FLIGHT_MAX }, () => ask());
  const refused = await ask();
  expect(refused.errors[0]?.extensions).toEqual({ code: 'BUSY', retryAfterMs: expect.any(Number) });
  expect(calls.count).toBe(CALLS_IN_FLIGHT_MAX);
  expect(await metric('fanfare_gateway_subgraph_shed_total')).toBe(1);
  release.resolve({ data: {} });
  expect((await Promise.all(waiting)).flatMap(({ codes }) => codes)).toEqual([]);
  expect((await ask()).codes).toEqual([]);
});

test('over real sockets: a connection that breaks in the middle costs a query nothing, and a mutation is not repeated', async () => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const { query } = JSON.parse(body) as { readonly query: string };
      seen.push(query);
      // Every query's first attempt, and every mutation, loses its connection before the answer.
      if (seen.filter((other) => other === query).length === 1) request.socket.destroy();
      else response.end('{"data":{"gifts":[]}}');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const transport = createHttpTransport('trading', `http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    identityKeys,
    service: 'gateway',
  });
  const { ask } = aSource(transport);
  expect(await ask('{ gifts { id } }')).toMatchObject({ data: { gifts: [] }, codes: [] });
  expect((await ask('mutation { sendGift { id } }')).codes).toEqual(['OUTCOME_UNKNOWN']);
  expect(seen).toEqual(['{ gifts { id } }', '{ gifts { id } }', 'mutation { sendGift { id } }']);
  server.closeAllConnections();
  server.close();
  // Nobody listens any more: nothing was sent, and that is what is said.
  expect((await ask('mutation { sendGift { id } }')).codes).toEqual(['SUBGRAPH_UNAVAILABLE']);
  await transport.close();
});

const aClock = () => {
  const clock = { ms: 0 };
  return { clock, nowMs: () => clock.ms };
};

const report = (breaker: ReturnType<typeof createBreaker>, outcome: 'answered' | 'failed') => {
  const passed = breaker.enter();
  if ('report' in passed) passed.report(outcome);
  return 'report' in passed;
};

test('a breaker opens by the share of failures among the newest calls, not by single ones', () => {
  const { clock, nowMs } = aClock();
  const breaker = createBreaker(BREAKER_LIMITS, { nowMs });
  for (let count = 0; count < 100; count += 1) report(breaker, count % 3 === 0 ? 'failed' : 'answered');
  expect(breaker.state).toBe('closed');
  clock.ms += BREAKER_WINDOW_MS;
  for (let count = 0; count < BREAKER_CALLS_MIN - 1; count += 1) report(breaker, 'failed');
  expect(breaker.state).toBe('closed');
  report(breaker, 'failed');
  expect(breaker.state).toBe('open');
});

test('an open breaker lets one probe through at a time, and waits longer after each that fails', () => {
  const { clock, nowMs } = aClock();
  const breaker = createBreaker(BREAKER_LIMITS, { nowMs });
  for (let count = 0; count < BREAKER_CALLS_MIN; count += 1) report(breaker, 'failed');
  expect(breaker.enter()).toEqual({ retryAfterMs: BREAKER_OPEN_MS_MIN });
  clock.ms += BREAKER_OPEN_MS_MIN;
  const probe = breaker.enter();
  expect(breaker.enter()).toEqual({ retryAfterMs: expect.any(Number) });
  if ('report' in probe) probe.report('failed');
  clock.ms += BREAKER_OPEN_MS_MIN;
  expect(breaker.enter()).toEqual({ retryAfterMs: BREAKER_OPEN_MS_MIN });
  clock.ms += BREAKER_OPEN_MS_MIN;
  expect(report(breaker, 'answered')).toBe(true);
  expect(breaker.state).toBe('closed');
});

test('a probe whose caller hangs up says nothing, and the next call probes', () => {
  const { clock, nowMs } = aClock();
  const breaker = createBreaker(BREAKER_LIMITS, { nowMs });
  for (let count = 0; count < BREAKER_CALLS_MIN; count += 1) report(breaker, 'failed');
  clock.ms += BREAKER_OPEN_MS_MIN;
  const probe = breaker.enter();
  if ('report' in probe) probe.report('abandoned');
  expect(report(breaker, 'answered')).toBe(true);
});

test('retries are a share of the calls, with a few per second besides', () => {
  const { clock, nowMs } = aClock();
  const budget = createRetryBudget(nowMs);
  const spendAll = (): number => {
    let spent = 0;
    while (budget.spend()) spent += 1;
    return spent;
  };
  expect(spendAll()).toBe(RETRIES_PER_SECOND_MIN);
  for (let call = 0; call < 100; call += 1) budget.earn();
  expect(spendAll()).toBeCloseTo(100 * RETRY_SHARE, -1);
  clock.ms += 1_000;
  expect(spendAll()).toBe(RETRIES_PER_SECOND_MIN);
  clock.ms += 3_600_000;
  expect(spendAll()).toBe(RETRIES_SAVED_MAX);
});

test('a subgraph that answers too late gets fewer calls at once, and more again as it answers', () => {
  const concurrency = createConcurrency();
  for (let call = 0; call < 1_000; call += 1) concurrency.enter()?.('late');
  expect(concurrency.bound).toBe(CALLS_IN_FLIGHT_MIN);
  const held = Array.from({ length: CALLS_IN_FLIGHT_MIN }, () => concurrency.enter());
  expect(concurrency.enter()).toBeNull();
  for (const leave of held) leave?.('answered');
  expect(concurrency.inFlight).toBe(0);
  expect(concurrency.bound).toBeGreaterThan(CALLS_IN_FLIGHT_MIN);
});
