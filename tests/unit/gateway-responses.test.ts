import { expect, test } from 'vitest';
import { type Answer, createResponseCache } from '../../gateway/cache/responses.ts';
import { encodingFor } from '../../gateway/http/compress.ts';
import { COMPRESSED_BYTES_MIN, RESPONSE_CACHE_BYTES_MAX } from '../../gateway/limits.ts';
import { aTelemetry, metricOf } from '../support/telemetry.ts';

const answerWith = (data: unknown, errors?: unknown): Answer => ({
  status: 200,
  contentType: 'application/json',
  body: JSON.stringify({ data, errors }),
  headers: {},
});

const aCache = () => {
  const telemetry = aTelemetry();
  const clock = { nowMs: 0 };
  const cache = createResponseCache(telemetry, () => clock.nowMs);
  let asked = 0;
  const ask =
    (answer: Answer = answerWith({ a: 1 })) =>
    async (): Promise<Answer> => {
      asked += 1;
      return answer;
    };
  return { cache, clock, ask, asked: () => asked, bytes: () => metricOf(telemetry, 'fanfare_gateway_response_cache_bytes', {}) };
};

test('an answer is given until its time is over, and not a millisecond longer', async () => {
  const { cache, clock, ask, asked } = aCache();
  const outcome = async () => (await cache.answer('k', { maxAgeSeconds: 2, ask: ask() }))?.outcome;
  expect(await outcome()).toBe('miss');
  clock.nowMs = 1_999;
  expect(await outcome()).toBe('hit');
  clock.nowMs = 2_000;
  expect(await outcome()).toBe('miss');
  expect(asked()).toBe(2);
});

test.each<[string, Answer]>([
  ['errors', answerWith({ a: 1 }, [{ message: 'no' }])],
  ['no data', answerWith(null)],
  ['a root field that is not there', answerWith({ a: 1, b: null })],
  ['a refusal', { ...answerWith({ a: 1 }), status: 429 }],
])('an answer with %s is neither kept nor shared', async (_, answer) => {
  const { cache, ask, asked } = aCache();
  const both = await Promise.all([
    cache.answer('k', { maxAgeSeconds: 60, ask: ask(answer) }),
    cache.answer('k', { maxAgeSeconds: 60, ask: ask(answer) }),
  ]);
  expect(both).toEqual([null, null]);
  expect(await cache.answer('k', { maxAgeSeconds: 60, ask: ask() })).toMatchObject({ outcome: 'miss' });
  expect(asked()).toBe(2);
});

test('one that is asked for while it is on its way is asked once; a failure fails all who wait, and the next asks again', async () => {
  const { cache, ask, asked } = aCache();
  const gate = Promise.withResolvers<Answer>();
  const waiting = Array.from({ length: 10 }, () => cache.answer('k', { maxAgeSeconds: 60, ask: () => gate.promise }));
  gate.reject(new Error('away'));
  for (const each of await Promise.allSettled(waiting)) expect(each).toMatchObject({ status: 'rejected' });
  const outcomes = await Promise.all(
    Array.from({ length: 10 }, async () => (await cache.answer('k', { maxAgeSeconds: 60, ask: ask() }))?.outcome),
  );
  expect(outcomes.filter((outcome) => outcome === 'miss')).toHaveLength(1);
  expect(asked()).toBe(1);
});

test('who asked first may hang up without harm; only when all have hung up is the work ended, and the next asks anew', async () => {
  const { cache, ask } = aCache();
  const [first, second] = [new AbortController(), new AbortController()];
  const gate = Promise.withResolvers<Answer>();
  let ended: AbortSignal | undefined;
  const pending = (signal: AbortSignal) =>
    cache.answer('k', {
      maxAgeSeconds: 60,
      signal,
      ask: (signalOfAll) => {
        ended = signalOfAll;
        return gate.promise;
      },
    });
  const waiting = [pending(first.signal), pending(second.signal)];
  first.abort();
  expect(ended?.aborted).toBe(false);
  second.abort();
  expect(ended?.aborted).toBe(true);
  expect(await cache.answer('k', { maxAgeSeconds: 60, ask: ask() })).toMatchObject({ outcome: 'miss' });
  gate.resolve(answerWith({ a: 'late' }));
  await Promise.all(waiting);
  expect((await cache.answer('k', { maxAgeSeconds: 60, ask: ask() }))?.outcome).toBe('hit');
});

test('a flood of different answers stays within the bytes', async () => {
  const { cache, bytes, ask } = aCache();
  const large = answerWith({ a: 'x'.repeat(1_000_000) });
  for (let index = 0; index < 40; index += 1) await cache.answer(`k${index}`, { maxAgeSeconds: 60, ask: ask(large) });
  expect(await bytes()).toBeLessThanOrEqual(RESPONSE_CACHE_BYTES_MAX);
  expect(await bytes()).toBeGreaterThan(RESPONSE_CACHE_BYTES_MAX / 2);
  expect((await cache.answer('k39', { maxAgeSeconds: 60, ask: ask(large) }))?.outcome).toBe('hit');
  expect((await cache.answer('k0', { maxAgeSeconds: 60, ask: ask(large) }))?.outcome).toBe('miss');
});

test.each<[string | undefined, string | null]>([
  [undefined, null],
  ['', null],
  ['identity', null],
  ['gzip', 'gzip'],
  ['gzip, deflate, br', 'br'],
  ['GZIP;q=0.5', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['br;q=0.0, gzip;q=0', null],
  ['gzipped', null],
])('who accepts %j gets %j', (accepted, encoding) => {
  expect(encodingFor(accepted, COMPRESSED_BYTES_MIN)).toBe(encoding);
  expect(encodingFor(accepted, COMPRESSED_BYTES_MIN - 1)).toBe(null);
});
