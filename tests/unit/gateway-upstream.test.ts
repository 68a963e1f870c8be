import type { ExecutionResult } from 'graphql';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FanfareError } from '#platform/errors.ts';
import type { UpstreamItem } from '../../gateway/subscribe/events.ts';
import { followUpstream } from '../../gateway/subscribe/upstream.ts';

const place = (seq: number) => ({ cursor: `1:${seq}`, id: String(seq), seq, at: '2026-11-22T00:00:00Z' });
/** As subgraphs do, it echoes the cursor that was asked for. */
const positionAt = (after: string | null): UpstreamItem => ({ type: 'position', place: { ...place(0), cursor: after ?? '1:0' } });
const POSITION = positionAt(null);
const event = (seq: number): UpstreamItem => ({ type: 'event', place: place(seq), version: null, payload: {} });
const refusedWith = (code: 'INTERNAL_SERVER_ERROR' | 'BUSY'): UpstreamItem => ({
  type: 'refused',
  code,
  payload: { errors: [] },
});

/** What each attempt takes, and how long to try: the fourth failure in a row is the last. */
const ATTEMPT_MS = 200;
const GIVEN_UP_MS = 500;

// Time passes by attempts alone: how long the machine takes for them must not decide which of them is the last.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

/** An upstream whose every attempt says what `attempt` yields. */
const follow = (attempt: (after: string | null, attempts: number) => readonly (UpstreamItem | Error)[]) => {
  const seen = { attempts: 0, lost: 0, items: [] as UpstreamItem[] };
  const items = new Map<ExecutionResult, UpstreamItem>();
  async function* open(after: string | null): AsyncGenerator<ExecutionResult> {
    seen.attempts += 1;
    vi.setSystemTime(Date.now() + ATTEMPT_MS);
    for (const said of attempt(after, seen.attempts)) {
      if (said instanceof Error) throw said;
      const payload: ExecutionResult = {};
      items.set(payload, said);
      yield payload;
    }
  }
  const stream = followUpstream({
    open,
    read: (payload) => items.get(payload) ?? POSITION,
    after: null,
    signal: new AbortController().signal,
    startMsMax: GIVEN_UP_MS,
    lostMsMax: GIVEN_UP_MS,
    onLost: () => {
      seen.lost += 1;
    },
  });
  const ended = (async () => {
    for await (const item of stream) seen.items.push(item);
  })();
  return { seen, ended };
};

test('an event that can never be shown ends the subscription with its error, and is not asked for without end', async () => {
  const { seen, ended } = follow((after) => [
    positionAt(after),
    ...(after === '1:0' ? [event(1)] : []),
    refusedWith('INTERNAL_SERVER_ERROR'),
  ]);
  await ended;
  expect(seen.items.map(({ type }) => type)).toEqual(['position', 'event', 'refused']);
  // The first got no further than the position, the second showed the event, and from then on it is the fourth failure that counts.
  expect(seen.attempts).toBe(5);
});

test('a subgraph that stays away is given up after the limit, and the loss is told once', async () => {
  const { seen, ended } = follow(() => [new Error('nobody is there')]);
  await expect(ended).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
  expect(seen).toEqual({ attempts: 4, lost: 1, items: [] });
});

test('a subgraph that is too busy for a while is asked again', async () => {
  const { seen, ended } = follow((_, attempts) => (attempts < 3 ? [refusedWith('BUSY')] : [POSITION, event(1)]));
  await ended;
  expect(seen.items.map(({ type }) => type)).toEqual(['position', 'event']);
});

test('each loss that was healed in between has its own time', async () => {
  const { seen, ended } = follow((_, attempts) => [
    POSITION,
    ...(attempts % 3 === 0 ? [event(attempts)] : []),
    ...(attempts < 30 ? [new FanfareError('SUBGRAPH_UNAVAILABLE', 'going down')] : []),
  ]);
  await ended;
  expect(seen.items.map(({ type }) => type)).toEqual(['position', ...Array.from({ length: 10 }, () => 'event')]);
});
