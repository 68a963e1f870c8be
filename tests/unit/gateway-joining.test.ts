import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { seededRandom } from '../../start/demo/random.ts';
import { range } from '../support/gateway-watcher.ts';
import { aJoiningWorld } from '../support/joining-world.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('sharing', () => {
  test('500 joiners at as many places share a few upstreams, and each event is read once', async () => {
    const world = aJoiningWorld({ chance: seededRandom(1), history: 1_000 });
    const joiners = range(1, 500).map((index) => world.join(world.cursorAt(index * 2 - 1)));
    await world.settle();
    for (const joiner of joiners) expect(joiner.state).toBe('live');
    expect(joiners.flatMap(({ faults }) => faults())).toEqual([]);
    // ln 500 is 6.2; chance is seeded, so this is no matter of luck.
    expect(world.upstreams.ever).toBeLessThan(20);
    expect(world.upstreams.events).toBeLessThan(1_000 + 20);
  });

  test('who comes a window later finds in the ring what was read before, and opens nothing', async () => {
    const world = aJoiningWorld({ history: 100 });
    world.join(world.cursorAt(10));
    await world.settle();
    const late = range(10, 100).map((seq) => world.join(world.cursorAt(seq)));
    await world.settle();
    expect(late.flatMap((joiner) => joiner.faults())).toEqual([]);
    expect(world.upstreams.ever).toBe(1);
  });

  test('a ring that is full is passed over: what is older goes to the joiners alone', async () => {
    const world = aJoiningWorld({ chance: seededRandom(3), ringPayloads: 10, history: 200 });
    world.append(20);
    world.reach();
    const joiners = [5, 50, 150, 205, 215, 220].map((seq) => world.join(world.cursorAt(seq)));
    await world.settle();
    expect(joiners.flatMap((joiner) => joiner.faults())).toEqual([]);
    expect(joiners.map(({ state }) => state)).toEqual(joiners.map(() => 'live'));
    expect(world.ring.next - world.ring.first).toBe(10);
  });

  test('cursors that are reset get an upstream each, 32 at a time; whose cursor is good hears nothing of it', async () => {
    const world = aJoiningWorld({ chance: seededRandom(4), history: 100 });
    const dead = range(1, 100).map((seq) => world.cursorAt(seq));
    world.restore();
    world.reach();
    world.append(20);
    world.reach();
    const reset = dead.map((cursor) => world.join(cursor));
    const good = range(0, 19).map((seq) => world.join(world.cursorAt(seq)));
    await world.settle();
    for (const joiner of reset) expect(joiner.received.map(({ type }) => type)).toEqual(['position', 'reset']);
    expect(good.flatMap((joiner) => joiner.faults())).toEqual([]);
    for (const joiner of good) expect(joiner.received.filter(({ type }) => type === 'reset')).toEqual([]);
    expect(world.upstreams.most).toBe(32);
    expect(world.upstreams.ever).toBeLessThan(110);
  });

  test('a cursor that is refused ends its own subscription only', async () => {
    const world = aJoiningWorld({ chance: () => 0, history: 10 });
    const [bad, good] = [world.join('nonsense'), world.join(world.cursorAt(3))];
    await world.settle();
    expect([bad.state, bad.failure]).toMatchObject(['over', { code: 'BAD_USER_INPUT' }]);
    expect([good.state, good.faults()]).toEqual(['live', []]);
  });
});

describe('where the ring is', () => {
  test('a joiner that is ahead of the ring goes on where the ring reaches it', async () => {
    const world = aJoiningWorld({});
    world.append(5);
    const joiner = world.join(world.cursorAt(2));
    await world.settle();
    expect(joiner.state).toBe('joining');
    world.append(5);
    world.reach(3);
    world.reach();
    await world.settle();
    expect([joiner.state, joiner.faults()]).toEqual(['live', []]);
  });

  test('a cursor that the ring does not know yet is known when the ring gets there', async () => {
    const world = aJoiningWorld({});
    world.append(5);
    const joiner = world.join(world.cursorAt(5));
    world.reach();
    expect([joiner.state, joiner.faults(), world.upstreams.ever]).toEqual(['live', [], 0]);
  });

  test('a joiner that waits ahead of the ring at a place that the ring passes over goes on behind it', async () => {
    const world = aJoiningWorld({ passedOver: (seq) => seq === 5 });
    world.append(5);
    const joiner = world.join(world.cursorAt(2));
    await world.settle();
    world.reach();
    expect(joiner.state).toBe('joining');
    world.append(2);
    world.reach();
    await world.settle();
    expect([joiner.state, joiner.received.map(({ cursor }) => cursor)]).toEqual(['live', ['0:2', '0:3', '0:4', '0:5', '0:6', '0:7']]);
  });

  test('a joiner that is ahead of a ring that is reset goes on with the reset, once', async () => {
    const world = aJoiningWorld({});
    world.append(4);
    const joiner = world.join(world.cursorAt(1));
    await world.settle();
    world.reach(2);
    world.restore();
    world.reach();
    world.append(2);
    world.reach();
    await world.settle();
    expect(joiner.received.map(({ type }) => type)).toEqual(['position', 'event', 'event', 'event', 'reset', 'event', 'event']);
  });

  test('while a filter hides the place of the ring, a replay without news gives its slot to the next, and nobody misses the next event', async () => {
    const world = aJoiningWorld({ chance: seededRandom(5), slots: 2, history: 20, hidden: (seq) => seq <= 20 });
    const joiners = range(0, 9).map((seq) => world.join(world.cursorAt(seq)));
    await world.settle(20_000);
    expect(joiners.map(({ received }) => received.length)).toEqual(joiners.map(() => 1));
    expect(world.upstreams.most).toBe(2);
    world.append(1);
    world.reach();
    await world.settle();
    for (const joiner of joiners) expect(joiner.received.map(({ type }) => type)).toEqual(['position', 'event']);
    expect(joiners.map(({ state }) => state)).toEqual(joiners.map(() => 'live'));
    expect([world.upstreams.most, world.upstreams.open]).toEqual([2, 0]);
  });
});

describe('slow joiners', () => {
  test('one whose socket is full delays nobody who shares its replay, and gets everything later', async () => {
    const world = aJoiningWorld({ chance: () => 0, ringPayloads: 10, history: 100 });
    world.append(20);
    world.reach();
    const [slow, quick] = [world.join(world.cursorAt(1)), world.join(world.cursorAt(5))];
    slow.block();
    await world.settle();
    expect([quick.state, quick.faults()]).toEqual(['live', []]);
    slow.unblock();
    await world.settle();
    expect([slow.state, slow.faults()]).toEqual(['live', []]);
  });

  test('one that is alone keeps its upstream waiting, and nothing is read meanwhile', async () => {
    const world = aJoiningWorld({ ringPayloads: 10, history: 1_000 });
    world.append(20);
    world.reach();
    const slow = world.join(world.cursorAt(1));
    slow.block();
    await world.settle();
    expect(world.upstreams.events).toBeLessThan(40);
    slow.unblock();
    await world.settle();
    expect([slow.state, slow.faults(), world.upstreams.ever]).toEqual(['live', [], 1]);
  });
});

test('a cursor whose first joiner left while it waited for a replay is served for the next one', async () => {
  const world = aJoiningWorld({ slots: 1, history: 10, hidden: (seq) => seq <= 10 });
  world.join(world.cursorAt(1));
  await world.settle(100);
  const left = world.join(world.cursorAt(2));
  await world.settle(100);
  left.leave();
  await world.settle();
  const next = world.join(world.cursorAt(2));
  await world.settle();
  world.append(1);
  world.reach();
  await world.settle();
  expect([next.state, next.faults()]).toEqual(['live', []]);
});

test('whatever happens in whatever order, each gets its own position and then everything after it once', async () => {
  const joins = fc.record({ kind: fc.constant('join' as const), at: fc.nat(200) });
  const others = fc.constantFrom('append', 'append', 'reach', 'reach one', 'restore', 'leave', 'block', 'unblock', 'wait', 'tick');
  const steps = fc.array(fc.oneof(joins, fc.record({ kind: others, at: fc.nat(200) })), { minLength: 30, maxLength: 120, size: 'max' });
  const world = fc.record({
    seed: fc.nat(),
    history: fc.nat(40),
    ringPayloads: fc.constantFrom(3, 20, 1_000),
    slots: fc.constantFrom(1, 3, 32),
    hide: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(world, steps, async ({ seed, history, ringPayloads, slots, hide }, plan) => {
      const random = seededRandom(seed);
      const hidden = (seq: number): boolean => hide && seq % 3 !== 0;
      const sim = aJoiningWorld({ chance: random, history, ringPayloads, slots, hidden, slow: true });
      for (const { kind, at } of plan) await sim.act(kind, at);
      for (const joiner of sim.joiners) joiner.unblock();
      // An event that no filter hides brings everybody to the ring.
      sim.reach();
      await sim.settle(60_000);
      sim.append(hide ? 3 : 1);
      sim.reach();
      await sim.settle(60_000);
      expect(sim.joiners.flatMap((joiner) => joiner.faults())).toEqual([]);
      for (const joiner of sim.joiners) expect(joiner.state).toMatch(/live|left|overflowed/);
      expect(sim.upstreams.open).toBe(0);
      expect(sim.upstreams.most).toBeLessThanOrEqual(slots);
    }),
    { numRuns: Number(process.env['RUNS'] ?? 100), seed: Number(process.env['SEED'] ?? 20_261_122), endOnFailure: true },
  );
});
