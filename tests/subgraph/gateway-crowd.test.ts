import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aCrowdMember, type CrowdMember, crowdFaults, disperse, untilAll } from '../support/crowd.ts';
import { aGateway, NEVER_OVERLOADED } from '../support/gateway.ts';
import { aGraph, type TestGraph } from '../support/gateway-graph.ts';
import { range } from '../support/gateway-watcher.ts';
import { testKeys } from '../support/runtime.ts';

/** From the first connection after a restart to the last of 2,000 clients being live. */
const RESUME_MS_MAX = 5_000;
/** Everything here is one thread, and a busy machine may leave it a tenth of a core. */
const TEST_MS_MAX = 180_000;

let folder: string;
let graph: TestGraph;
const crowd: CrowdMember[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fanfare-gateway-'));
  graph = aGraph(testKeys());
});
afterEach(async () => {
  disperse(crowd.splice(0));
  await rm(folder, { recursive: true });
});

const come = (url: string, after: string | null): CrowdMember => {
  const member = aCrowdMember(url, after);
  crowd.push(member);
  return member;
};
/** Gateway, subgraph and clients are one thread here. What it takes is what it computes and what it waits for; what other processes of a busy machine take from it is not
 * its own. */
const aStopwatch = (): { tookMs(): number } => {
  const cpu = process.cpuUsage();
  const loop = performance.eventLoopUtilization();
  return {
    tookMs: () => {
      const { user, system } = process.cpuUsage(cpu);
      return (user + system) / 1_000 + performance.eventLoopUtilization(loop).idle;
    },
  };
};

const seqOf = (cursor: string | null): number => Number(cursor?.split(':')[1]);

test(
  '1,000 subscribers who come at different cursors while events pour in share one upstream, and nobody has a gap or a repeat',
  async () => {
    const gateway = await aGateway(graph.all, folder, { overload: NEVER_OVERLOADED });
    for (const _ of range(1, 100)) graph.log.append();
    for (const round of range(1, 50)) {
      // Some from the beginning, some from the middle, some from just now; 20 at a time.
      for (const index of range(1, 20)) come(gateway.url, `1:${Math.floor(((100 + round * 4) * ((round * 20 + index) % 97)) / 97)}`);
      for (const _ of range(1, 4)) graph.log.append();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await untilAll(crowd, 'a position', ({ position }) => position !== null);
    for (const _ of range(301, 320)) graph.log.append();
    await untilAll(crowd, 'event 320', ({ seqs }) => seqs.at(-1) === 320);
    expect(crowd.flatMap((member) => crowdFaults(member, seqOf(member.after), 320)).slice(0, 5)).toEqual([]);
    await expect.poll(() => graph.messaging.upstreams.open).toBe(1);
    expect(graph.messaging.upstreams.ever).toBeLessThan(60);
    await gateway.close();
  },
  TEST_MS_MAX,
);

test(
  '2,000 clients who resume at once after the gateway was started again are live within 5 seconds, and few upstreams serve them all',
  async () => {
    const first = await aGateway(graph.all, folder, { overload: NEVER_OVERLOADED });
    for (const _ of range(1, 200)) come(first.url, null);
    await untilAll(crowd, 'a position', ({ position }) => position !== null);
    const down = first.close();
    for (const _ of range(1, 200)) graph.log.append();
    await untilAll(crowd, 'the close', ({ closedWith }) => closedWith !== null);
    await down;
    disperse(crowd.splice(0));
    const gateway = await aGateway(graph.all, folder, { overload: NEVER_OVERLOADED });
    const before = graph.messaging.upstreams.ever;
    const watch = aStopwatch();
    // At 200 different places, in no order.
    for (const index of range(1, 2_000)) come(gateway.url, `1:${(index * 37) % 200}`);
    await untilAll(crowd, 'a position', ({ position }) => position !== null);
    graph.log.append();
    await untilAll(crowd, 'the newest event', ({ seqs }) => seqs.at(-1) === 201);
    const tookMs = watch.tookMs();
    expect(crowd.flatMap((member) => crowdFaults(member, seqOf(member.after), 201)).slice(0, 5)).toEqual([]);
    expect(graph.messaging.upstreams.ever - before).toBeLessThan(100);
    expect(graph.messaging.upstreams.most).toBeLessThanOrEqual(33);
    expect(tookMs).toBeLessThan(RESUME_MS_MAX);
    await gateway.close();
  },
  TEST_MS_MAX,
);

test(
  'a subgraph that dies and comes back again and again under load: no subscriber loses or repeats an event, nor does who comes in between',
  async () => {
    const gateway = await aGateway(graph.all, folder, { overload: NEVER_OVERLOADED });
    const joined = new Map<CrowdMember, number>();
    for (const _ of range(1, 300)) joined.set(come(gateway.url, '1:0'), 0);
    await untilAll(crowd, 'a position', ({ position }) => position !== null);
    for (const round of range(1, 6)) {
      for (const _ of range(1, 20)) graph.log.append(round % 2 === 0 ? { giftId: 'rose' } : {});
      if (round % 3 !== 0) await untilAll([...crowd.slice(0, 5)], 'some of it', ({ seqs }) => seqs.length > (round - 1) * 20);
      graph.messaging.goDown();
      // They wait for the subgraph, at places of which the ring knows some.
      for (const index of range(1, 20)) joined.set(come(gateway.url, `1:${round * index}`), round * index);
      for (const _ of range(1, 20)) graph.log.append();
      setTimeout(() => graph.messaging.comeBack(), 50 * round);
      await untilAll(crowd.slice(0, 300), 'the round', ({ seqs }) => seqs.length >= round * 40);
    }
    await untilAll(crowd, 'everything', ({ seqs }) => seqs.at(-1) === 240);
    expect(crowd.flatMap((member) => crowdFaults(member, joined.get(member) ?? 0, 240)).slice(0, 5)).toEqual([]);
    await gateway.close();
  },
  TEST_MS_MAX,
);
