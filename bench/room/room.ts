import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { migrate } from '#platform/database/migrate.ts';
import { startEmbeddedPostgres } from '#platform/embedded/postgres.ts';
import type { ClientCommands } from '../fanout/clients.ts';
import type { CounterCommands } from '../fanout/counters.ts';
import { type Rate, WATCH_BUSY } from '../fanout/events.ts';
import { type Bench, type BenchOptions, type Figures, formatTable, percentile } from '../support/bench.ts';
import { startChild } from '../support/child.ts';
import type { RoomGatewayCommands } from './gateway.ts';
import type { MessagingCommands } from './messaging.ts';
import type { PosterCommands } from './posters.ts';

const CLIENTS = 40;
const COUNTERS = 1_960;
const SUBSCRIBERS = CLIENTS + COUNTERS;
/** So that each stays far below the rate at which one person may post. */
const PEOPLE = 1_000;
const WARM_UP: Rate = { perSecond: 20, seconds: 3 };
const HOT_PER_SECOND = 1_000;
/** Of which so many are gifts, besides the messages. */
const HOT_GIFTS_PER_SECOND = 20;
/** When nothing has arrived anywhere for so long, what is missing was left out or lost. */
const SILENCE_MS = 2_000;
const DRAIN_MS_MAX = 60_000;
const LOOK_EVERY_MS = 50;
const DATABASE = 'bench_room';

export const room: Bench = {
  about: 'messages posted over HTTP to 2,000 subscribers of one room: latency, what a hot room delivers, gifts, CPU',
  tableOnly: ['p50MsAt50', 'postedPerSecondAt1000', 'skippedEventsAt1000', 'p99MsAt1000'],
  run: async (options) => {
    const postgres = await startEmbeddedPostgres({ dataDir: options.dataDir, say: options.say });
    try {
      const databaseUrl = postgres.urlOf(DATABASE);
      await migrate('messaging', databaseUrl);
      return await measureOn(databaseUrl, options);
    } finally {
      await postgres.stop();
    }
  },
  table: (figures) =>
    formatTable([
      ['subscribers', `${SUBSCRIBERS} (${CLIENTS} stock clients that check, ${COUNTERS} counters of frames)`],
      ['from HTTP request due to screen, 10 messages/s', `p50 ${figures['p50MsAt10']} ms, p99 ${figures['p99MsAt10']} ms`],
      ['50 messages/s', `p50 ${figures['p50MsAt50']} ms, p99 ${figures['p99MsAt50']} ms`],
      [`${HOT_PER_SECOND} messages/s due, posted`, `${figures['postedPerSecondAt1000']} per second`],
      ['share of them on the average screen', `${figures['deliveredShareAt1000']}, p99 ${figures['p99MsAt1000']} ms`],
      ['share of the gifts meanwhile', `${figures['giftsDeliveredShareAt1000']}`],
      ['SkippedEvents meanwhile', `${figures['skippedEventsAt1000']}`],
      ['CPU per delivery at 50 messages/s', `${figures['cpuMicrosPerDelivery']} µs (gateway and messaging)`],
    ]),
};

const startChildren = () => {
  const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  const messaging = startChild<MessagingCommands>(file('messaging.ts'));
  const gateway = startChild<RoomGatewayCommands>(file('gateway.ts'));
  const posters = startChild<PosterCommands>(file('posters.ts'));
  const clients = startChild<ClientCommands>(file('../fanout/clients.ts'));
  const counters = startChild<CounterCommands>(file('../fanout/counters.ts'));
  const all = [clients, counters, posters, gateway, messaging];
  return { messaging, gateway, posters, clients, counters, stop: () => Promise.all(all.map((child) => child.stop())) };
};

type Children = ReturnType<typeof startChildren>;

const measureOn = async (databaseUrl: string, options: BenchOptions): Promise<Figures> => {
  const children = startChildren();
  try {
    return await measure(children, databaseUrl, options);
  } finally {
    await children.stop();
  }
};

const measure = async (children: Children, databaseUrl: string, { seconds, say, dataDir }: BenchOptions): Promise<Figures> => {
  const identityKeys = `bench:${randomBytes(32).toString('base64')}`;
  const messagingUrl = await children.messaging.ask('open', { databaseUrl, identityKeys });
  const url = await children.gateway.ask('open', { messagingUrl, identityKeys, dataDir });
  // How hot a room is, it knows by who has joined it.
  const viewers = await children.posters.ask('open', { url, dataDir, people: PEOPLE, viewers: SUBSCRIBERS });
  if (viewers !== SUBSCRIBERS) throw new Error(`the room counts ${viewers} of ${SUBSCRIBERS} viewers`);
  await Promise.all([
    children.clients.ask('open', { url, clients: CLIENTS, query: WATCH_BUSY }),
    children.counters.ask('open', { url, counters: COUNTERS, query: WATCH_BUSY }),
  ]);
  say(`${SUBSCRIBERS} subscribers have joined and have their position`);
  await run(children, WARM_UP, 0, say);
  const at10 = await whole(run(children, { perSecond: 10, seconds }, 0, say));
  const at50 = await whole(run(children, { perSecond: 50, seconds }, 0, say));
  const hot = await run(children, { perSecond: HOT_PER_SECOND, seconds }, HOT_GIFTS_PER_SECOND, say);
  if (hot.gifts.least < hot.giftsSent) say(`a subscriber got ${hot.gifts.least} of ${hot.giftsSent} gifts`);
  return {
    p50MsAt10: at(at10, 0.5),
    p99MsAt10: at(at10, 0.99),
    p50MsAt50: at(at50, 0.5),
    p99MsAt50: at(at50, 0.99),
    postedPerSecondAt1000: Math.round(hot.posted / seconds),
    p99MsAt1000: at(hot, 0.99),
    deliveredShareAt1000: rounded(hot.chats / (hot.posted * SUBSCRIBERS), 4),
    giftsDeliveredShareAt1000: rounded(hot.gifts.all / (hot.giftsSent * SUBSCRIBERS), 6),
    skippedEventsAt1000: hot.skipped,
    cpuMicrosPerDelivery: rounded((at50.cpuSeconds * 1e6) / at50.chats, 1),
  };
};

interface Outcome {
  readonly posted: number;
  readonly giftsSent: number;
  /** Deliveries of messages, over all subscribers. */
  readonly chats: number;
  /** Deliveries of gifts: of all, and to the one that got the fewest. */
  readonly gifts: { readonly least: number; readonly all: number };
  /** Deliveries of SkippedEvents to the counters. */
  readonly skipped: number;
  readonly latenciesMs: readonly number[];
  readonly cpuSeconds: number;
}

/** Throws when subscribers were closed, got something twice or in another order, or when a message was neither delivered to one nor told to have been left out. */
const run = async (children: Children, rate: Rate, giftsPerSecond: number, say: (line: string) => void): Promise<Outcome> => {
  const { messaging, gateway, posters, clients, counters } = children;
  const cpu = async (): Promise<number> => (await gateway.cpuSeconds()) + (await messaging.cpuSeconds());
  await Promise.all([clients.ask('begin', null), counters.ask('begin', null)]);
  const cpuBefore = await cpu();
  const [{ due, posted, refused }, giftsSent] = await Promise.all([
    posters.ask('post', rate),
    giftsPerSecond === 0 ? 0 : messaging.ask('sendGifts', { perSecond: giftsPerSecond, seconds: rate.seconds }),
  ]);
  await untilDrained(children, posted + giftsSent);
  const cpuSeconds = (await cpu()) - cpuBefore;
  const [checked, counted] = await Promise.all([clients.ask('checked', null), counters.ask('counted', null)]);
  if (checked.repeated + checked.reordered + checked.closed + counted.closed > 0)
    throw new Error(
      `${checked.repeated} events came again, ${checked.reordered} in another order, ${checked.closed + counted.closed} subscribers were closed`,
    );
  const least = Math.min(checked.accounted.least, counted.accounted.least);
  const most = Math.max(checked.accounted.most, counted.accounted.most);
  if (least !== posted || most !== posted)
    throw new Error(`of ${posted} messages subscribers got, or were told to have been left out, ${least} to ${most}`);
  const outcome = {
    posted,
    giftsSent,
    chats: counted.chats + checked.chats,
    gifts: { least: Math.min(counted.gifts.least, checked.gifts.least), all: counted.gifts.all + checked.gifts.all },
    skipped: counted.skips,
    latenciesMs: checked.latenciesMs,
    cpuSeconds,
  };
  say(
    `${rate.perSecond} messages/s for ${rate.seconds} s: ${posted} of ${due} posted${describe(refused)}, ${rounded(outcome.chats / SUBSCRIBERS, 1)} on the average screen, p50 ${at(outcome, 0.5)} ms, p99 ${at(outcome, 0.99)} ms, ${rounded((cpuSeconds * 1e6) / Math.max(1, outcome.chats), 1)} µs CPU per delivery`,
  );
  return outcome;
};

const describe = (refused: Readonly<Record<string, number>>): string =>
  Object.keys(refused).length === 0 ? '' : ` (refused: ${JSON.stringify(refused)})`;

/** Throws unless every message was delivered to everybody. */
const whole = async (running: Promise<Outcome>): Promise<Outcome> => {
  const outcome = await running;
  if (outcome.chats !== outcome.posted * SUBSCRIBERS)
    throw new Error(`${outcome.posted} messages were delivered ${outcome.chats} times to ${SUBSCRIBERS} subscribers`);
  return outcome;
};

/** Waits until everybody has so many events, or nothing has arrived for a while. */
const untilDrained = async ({ clients, counters }: Children, events: number): Promise<void> => {
  const endMs = performance.now() + DRAIN_MS_MAX;
  let received = -1;
  let newsAtMs = performance.now();
  while (performance.now() < endMs && performance.now() - newsAtMs < SILENCE_MS) {
    const [checked, counted] = await Promise.all([clients.ask('progress', null), counters.ask('counted', null)]);
    if (checked.least >= events && counted.accounted.least + counted.gifts.least >= events) return;
    const now = checked.received + counted.received;
    if (now !== received) newsAtMs = performance.now();
    received = now;
    await sleep(LOOK_EVERY_MS);
  }
};

const at = ({ latenciesMs }: Outcome, share: number): number => rounded(percentile(latenciesMs, share), 1);

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
