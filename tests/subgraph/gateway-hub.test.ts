import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aGateway, type GatewayFixture } from '../support/gateway.ts';
import { aGraph, type TestGraph } from '../support/gateway-graph.ts';
import { eventsOf, range, seqsOf, watch } from '../support/gateway-watcher.ts';
import { testKeys } from '../support/runtime.ts';

let folder: string;
let graph: TestGraph;
let gateway: GatewayFixture;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fanfare-gateway-'));
  graph = aGraph(testKeys());
  gateway = await aGateway(graph.all, folder, { upstreamStartMsMax: 1_000 });
});
afterEach(async () => {
  await gateway.close();
  await rm(folder, { recursive: true });
});

const room = { roomId: 'r1' };

describe('one room, many viewers', () => {
  test('50 subscribers share one upstream, which acts for everyone, and each gets every event once and in order', async () => {
    const viewers = await Promise.all(
      range(1, 50).map(async (index) => watch(gateway.client(await gateway.token(`viewer-${index}`)), room)),
    );
    await Promise.all(viewers.map((viewer) => viewer.until('a position', (events) => events.length > 0)));
    for (const seq of range(1, 40)) graph.log.append(seq % 4 === 0 ? { giftId: 'rose' } : {});
    await Promise.all(viewers.map((viewer) => viewer.until('40 events', (events) => events.length >= 41)));
    for (const viewer of viewers) expect(seqsOf(viewer)).toEqual(range(1, 40));
    expect(viewers[0]?.events[0]).toMatchObject({ __typename: 'PositionEvent', seq: 0, cursor: '1:0' });
    expect(viewers[49]?.events[4]).toEqual({ __typename: 'GiftEvent', cursor: '1:4', seq: 4, gift: { name: 'name of rose' } });
    expect(graph.messaging.upstreams).toMatchObject({ open: 1, ever: 1 });
    // One fetch per gift, not one per viewer; and nobody's own identity goes along.
    expect(graph.trading.calls).toHaveLength(10);
    for (const { identity } of [...graph.messaging.calls, ...graph.trading.calls])
      expect(identity).toEqual({ kind: 'audience', audience: 'everyone' });
  });

  test('events that need another subgraph stay in order, however long each takes', async () => {
    const viewer = watch(gateway.client(), room);
    await viewer.until('a position', (events) => events.length > 0);
    graph.delaysMs.set('slow', 200).set('middling', 80);
    for (const giftId of ['slow', 'rose', 'middling', 'rose', 'slow', 'rose']) graph.log.append({ giftId });
    await viewer.until('6 events', (events) => events.length >= 7);
    expect(eventsOf(viewer).map(({ gift }) => gift?.name)).toEqual(
      ['slow', 'rose', 'middling', 'rose', 'slow', 'rose'].map((id) => `name of ${id}`),
    );
  });

  test('other variables, another selection: another upstream; the last subscriber gone, it is closed', async () => {
    const one = watch(gateway.client(), room);
    const other = watch(gateway.client(), { roomId: 'r2' });
    const literal = watch(gateway.client(), room, 'subscription { e: roomEvents(roomId: "r1", after: "1:0") { __typename cursor seq } }');
    const sameLiteral = watch(
      gateway.client(),
      room,
      'subscription Named { e: roomEvents(after: "1:0", roomId: "r1") { __typename cursor seq } }',
    );
    await Promise.all([one, other, literal, sameLiteral].map((each) => each.until('a position', (events) => events.length > 0)));
    // An operation's name and its cursor don't count.
    expect(graph.messaging.upstreams.open).toBe(3);
    for (const each of [one, other, literal, sameLiteral]) each.stop();
    await expect.poll(() => graph.messaging.upstreams.open).toBe(0);
  });
});

describe('joining', () => {
  test.each([
    ['from now on', null, 30],
    ['after a cursor in the ring', '1:22', 22],
    ['after the place where the ring begins', '1:20', 20],
    ['after a cursor from before the ring', '1:5', 5],
    ['after the head', '1:30', 30],
    ['after a cursor that the channel has yet to get', '1:33', 33],
  ])('%s: the position comes first, then every event once', async (_, after, from) => {
    for (const _seq of range(1, 20)) graph.log.append();
    const first = watch(gateway.client(), room);
    await first.until('a position', (events) => events.length > 0);
    for (const _seq of range(21, 30)) graph.log.append();
    await first.until('10 events', (events) => events.length >= 11);
    if (from > 30) for (const _seq of range(31, from)) graph.log.append();
    const joiner = watch(gateway.client(), { ...room, after });
    await joiner.until('a position', (events) => events.length > 0);
    for (const _seq of range(Math.max(31, from + 1), 60)) graph.log.append();
    await joiner.until('event 60', (events) => events.at(-1)?.seq === 60);
    await first.until('event 60', (events) => events.at(-1)?.seq === 60);
    expect(joiner.events[0]).toMatchObject({ __typename: 'PositionEvent', seq: from, cursor: `1:${from}` });
    expect(seqsOf(joiner)).toEqual(range(from + 1, 60));
    expect(seqsOf(first)).toEqual(range(21, 60));
    await expect.poll(() => graph.messaging.upstreams.open).toBe(1);
  });

  test('joiners at every cursor while events pour in get no gap and no repeat', async () => {
    const total = 400;
    const joiners: ReturnType<typeof watch>[] = [];
    for (const seq of range(1, total)) {
      graph.log.append(seq % 10 === 0 ? { giftId: 'rose' } : {});
      if (seq % 10 === 5) joiners.push(watch(gateway.client(), { ...room, after: `1:${Math.max(0, seq - (seq % 37))}` }));
      if (seq % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(joiners.map((joiner) => joiner.until(`event ${total}`, (events) => events.at(-1)?.seq === total)));
    for (const joiner of joiners) expect(seqsOf(joiner)).toEqual(range((joiner.events[0]?.seq ?? -1) + 1, total));
  });

  test('a filter that hides the place of the ring: the joiner goes on by itself until both see the same event', async () => {
    const query =
      'subscription W($roomId: ID!, $after: Cursor) { e: roomEvents(roomId: $roomId, after: $after, kinds: ["GiftEvent"]) { __typename cursor seq } }';
    graph.log.append({ giftId: 'rose' });
    graph.log.append({ giftId: 'rose' });
    graph.log.append();
    const first = watch(gateway.client(), room, query);
    await first.until('a position', (events) => events.length > 0);
    const joiner = watch(gateway.client(), { ...room, after: '1:1' }, query);
    await joiner.until('the second gift', (events) => events.length === 2);
    for (const giftId of ['rose', 'rocket']) {
      graph.log.append();
      graph.log.append({ giftId });
    }
    await joiner.until('event 7', (events) => events.at(-1)?.seq === 7);
    expect(seqsOf(joiner)).toEqual([2, 5, 7]);
    await expect.poll(() => graph.messaging.upstreams.open).toBe(1);
  });

  test('a cursor that is none is refused as the subgraph refuses it', async () => {
    const first = watch(gateway.client(), room);
    await first.until('a position', (events) => events.length > 0);
    expect(await watch(gateway.client(), { ...room, after: 'nonsense' }).ended).toMatchObject([
      { message: 'that is no cursor', extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });

  test('a reset reaches who follows live and who comes with an old cursor, and then the log goes on', async () => {
    graph.log.append();
    const live = watch(gateway.client(), room);
    await live.until('a position', (events) => events.length > 0);
    graph.log.append();
    await live.until('an event', (events) => events.length === 2);
    graph.log.restore();
    await live.until('the reset', (events) => events.at(-1)?.__typename === 'ResetEvent');
    const late = watch(gateway.client(), { ...room, after: '1:2' });
    await late.until('the reset', (events) => events.at(-1)?.__typename === 'ResetEvent');
    graph.log.append();
    for (const watcher of [live, late]) {
      await watcher.until('an event of the new log', (events) => events.at(-1)?.cursor === '2:1');
      expect(watcher.events.slice(-2)).toMatchObject([{ __typename: 'ResetEvent', reason: 'EPOCH', cursor: '2:0' }, { cursor: '2:1' }]);
    }
    expect(late.events[0]).toMatchObject({ __typename: 'PositionEvent', cursor: '1:2' });
  });
});

describe('when something breaks', () => {
  test('sockets that are killed again and again resume by cursor: nothing lost, repeated or reordered', async () => {
    const viewers = range(1, 10).map(() => {
      const client = gateway.client(null, {
        retryAttempts: 1_000,
        retryWait: () => new Promise((resolve) => setTimeout(resolve, 5)),
        shouldRetry: () => true,
      });
      return { client, watcher: watch(client, room) };
    });
    await Promise.all(viewers.map(({ watcher }) => watcher.until('a position', (events) => events.length > 0)));
    for (const seq of range(1, 300)) {
      graph.log.append(seq % 7 === 0 ? { giftId: 'rose' } : {});
      if (seq % 10 === 0) viewers[(seq / 10) % viewers.length]?.client.terminate();
      if (seq % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await Promise.all(viewers.map(({ watcher }) => watcher.until('event 300', (events) => events.at(-1)?.seq === 300)));
    for (const { watcher } of viewers) expect(seqsOf(watcher)).toEqual(range(1, 300));
  });

  test('an upstream that dies and comes back is resumed unseen: subscribers lose nothing', async () => {
    const viewers = range(1, 5).map(() => watch(gateway.client(), room));
    await Promise.all(viewers.map((viewer) => viewer.until('a position', (events) => events.length > 0)));
    for (const round of range(0, 3)) {
      graph.log.append();
      graph.messaging.goDown();
      for (const _ of range(1, 5)) graph.log.append();
      setTimeout(() => graph.messaging.comeBack(), 60 * round);
      await Promise.all(viewers.map((viewer) => viewer.until('the round', (events) => events.at(-1)?.seq === (round + 1) * 6)));
    }
    for (const viewer of viewers) {
      expect(seqsOf(viewer)).toEqual(range(1, 24));
      expect(viewer.events.filter(({ __typename }) => __typename === 'PositionEvent')).toHaveLength(1);
    }
  });

  test('while trading is down a gift comes without its name and says why; afterwards with it', async () => {
    const viewer = watch(gateway.client(), room);
    await viewer.until('a position', (events) => events.length > 0);
    graph.trading.goDown();
    graph.log.append({ giftId: 'rose' });
    await viewer.until('the gift', (events) => events.length === 2);
    expect(viewer.payloads[1]).toMatchObject({
      data: { e: { __typename: 'GiftEvent', seq: 1, gift: null } },
      errors: [{ path: ['e', 'gift'], extensions: { code: 'SUBGRAPH_UNAVAILABLE', retryAfterMs: 1_000, requestId: expect.any(String) } }],
    });
    graph.trading.comeBack();
    graph.log.append({ giftId: 'rose' });
    await viewer.until('the gift', (events) => events.length === 3);
    expect(viewer.payloads[2]).toEqual({ data: { e: { __typename: 'GiftEvent', cursor: '1:2', seq: 2, gift: { name: 'name of rose' } } } });
  });

  test('while a subgraph stays down sockets are closed with 1013, and stock clients come back until it is up again', async () => {
    graph.log.append();
    graph.messaging.goDown();
    const closed = Promise.withResolvers<unknown>();
    const viewer = watch(gateway.client(null, { retryAttempts: 5, on: { closed: closed.resolve } }), { ...room, after: '1:0' });
    expect(await closed.promise).toMatchObject({ code: 1013, reason: expect.stringMatching(/^TRY_AGAIN_LATER: The part of the graph/) });
    graph.messaging.comeBack();
    await viewer.until('event 1', (events) => events.at(-1)?.seq === 1);
    expect(viewer.events.map(({ __typename }) => __typename)).toEqual(['PositionEvent', 'ChatEvent']);
  });

  test('what the subgraph refuses is refused with its code, and the next one asks again', async () => {
    const query = 'subscription { e: refused { __typename } }';
    expect(await watch(gateway.client(), room, query).ended).toMatchObject([{ message: 'Not today.', extensions: { code: 'FORBIDDEN' } }]);
    expect(await watch(gateway.client(), room, query).ended).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(graph.messaging.upstreams.open).toBe(0);
  });
});

describe('states', () => {
  test('the newest value comes first, for joiners too, and changes follow; a returning upstream repeats nothing', async () => {
    const query = 'subscription { e: titleChanged { text } }';
    const first = watch(gateway.client(), room, query);
    const textsOf = (watcher: typeof first): unknown[] => watcher.events.map(({ text }) => text);
    await first.until('the value', (events) => events.length === 1);
    graph.setTitle('second');
    await first.until('the change', (events) => events.length === 2);
    const joiner = watch(gateway.client(), room, query);
    await joiner.until('the value', (events) => events.length === 1);
    graph.messaging.goDown();
    graph.messaging.comeBack();
    await expect.poll(() => graph.messaging.upstreams.ever).toBe(2);
    graph.setTitle('third');
    for (const watcher of [first, joiner]) await watcher.until('the change', (events) => events.at(-1)?.text === 'third');
    expect([textsOf(first), textsOf(joiner)]).toEqual([
      ['first', 'second', 'third'],
      ['second', 'third'],
    ]);
  });
});

describe('personal subscriptions', () => {
  const query = 'subscription W($after: Cursor) { e: inbox(after: $after) { __typename cursor seq } }';

  test('each subscriber has an upstream of its own, as itself, which ends with it', async () => {
    const tokens = await Promise.all(['alice', 'luna'].map((user) => gateway.token(user)));
    const [alice, luna] = tokens.map((token) => watch(gateway.client(token), { ...room, after: null }, query));
    if (alice === undefined || luna === undefined) throw new Error('two watchers');
    graph.log.append();
    await Promise.all([alice, luna].map((watcher) => watcher.until('a position', (events) => events.length > 0)));
    expect(graph.messaging.calls.map(({ identity }) => (identity.kind === 'user' ? identity.id : identity.kind)).sort()).toEqual([
      'alice',
      'luna',
    ]);
    alice.stop();
    await expect.poll(() => graph.messaging.upstreams.open).toBe(1);
  });

  test('it begins after the given cursor and survives its upstream, too', async () => {
    for (const _ of range(1, 5)) graph.log.append();
    const watcher = watch(gateway.client(await gateway.token('alice')), { ...room, after: '1:2' }, query);
    await watcher.until('event 5', (events) => events.at(-1)?.seq === 5);
    graph.messaging.goDown();
    graph.log.append();
    graph.messaging.comeBack();
    await watcher.until('event 6', (events) => events.at(-1)?.seq === 6);
    expect(watcher.events[0]).toMatchObject({ __typename: 'PositionEvent', cursor: '1:2' });
    expect(seqsOf(watcher)).toEqual(range(3, 6));
  });
});
