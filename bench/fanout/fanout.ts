import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { type Bench, type BenchOptions, formatTable, percentile } from '../support/bench.ts';
import { type Measured, startChild } from '../support/child.ts';
import type { ClientCommands } from './clients.ts';
import type { CounterCommands } from './counters.ts';
import type { Rate } from './events.ts';
import type { GatewayCommands } from './gateway.ts';
import type { RoomCommands } from './room.ts';
import type { StockCommands } from './stock.ts';

const CLIENTS = 40;
const COUNTERS = 1_960;
const SUBSCRIBERS = CLIENTS + COUNTERS;
/** Half of a core for graphql-ws as shipped: what a delivery costs it hardly depends on the rate. */
const STOCK_PER_SECOND = 4;
const WARM_UP: Rate = { perSecond: 50, seconds: 4 };
/** The search for the highest rate begins here and goes up by this factor until a step fails. */
const SEARCH_PER_SECOND = 150;
const SEARCH_FACTOR = 1.3;
const SEARCH_STEPS_MAX = 12;
/** A rate is sustained when 99 % of its events come within this time, to the end. */
const SUSTAINED_P99_MS_MAX = 1_000;
/** When nothing has arrived anywhere for so long, what is missing counts as lost. */
const SILENCE_MS_MAX = 10_000;
const LOOK_EVERY_MS = 20;

export const fanout: Bench = {
  about: 'one room, 2,000 subscribers: CPU per delivery, latency and throughput, against graphql-ws as shipped',
  run: async (options) => {
    const figures = await measureGateway(options);
    const stock = await measureStock(options);
    return {
      subscribers: SUBSCRIBERS,
      deliveriesPerSecond: figures.deliveriesPerSecond,
      cpuSecondsPerMillionAt1: figures.at1,
      cpuSecondsPerMillionAt20: figures.at20,
      cpuSecondsPerMillion: figures.at100,
      stockCpuSecondsPerMillion: stock,
      p50Ms: figures.p50Ms,
      p99Ms: figures.p99Ms,
      ...figures.faults,
    };
  },
  table: (figures) =>
    formatTable([
      ['subscribers', `${figures['subscribers']} (${CLIENTS} stock clients that check, ${COUNTERS} counters of frames)`],
      ['highest rate sustained', `${figures['deliveriesPerSecond']} deliveries per second`],
      ['CPU of the gateway at 1 event per second', `${figures['cpuSecondsPerMillionAt1']} s per million deliveries`],
      ['at 20 events per second', `${figures['cpuSecondsPerMillionAt20']} s per million`],
      ['at 100 events per second', `${figures['cpuSecondsPerMillion']} s per million`],
      ['graphql-ws as shipped', `${figures['stockCpuSecondsPerMillion']} s per million`],
      ['latency at 50 events per second', `p50 ${figures['p50Ms']} ms, p99 ${figures['p99Ms']} ms`],
      ['lost, repeated, reordered', `${figures['lost']}, ${figures['repeated']}, ${figures['reordered']}`],
    ]),
};

/** What is measured: a process, and how events are made for it. */
interface Server extends Pick<Measured, 'cpuSeconds'> {
  emit(rate: Rate): Promise<number>;
}

interface Faults {
  readonly lost: number;
  readonly repeated: number;
  readonly reordered: number;
}

interface Outcome extends Faults {
  readonly cpuSecondsPerMillion: number;
  readonly deliveriesPerSecond: number;
  readonly latenciesMs: readonly number[];
  readonly bytesPerEvent: number;
  /** Subscribers whom the server has closed so far. */
  readonly closed: number;
}

interface Watchers {
  /** Emits at a rate and waits until everything has been delivered. */
  measure(server: Server, rate: Rate): Promise<Outcome>;
  close(): Promise<void>;
}

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const measureGateway = async ({ seconds, say, dataDir }: BenchOptions) => {
  const room = startChild<RoomCommands>(file('room.ts'));
  const gateway = startChild<GatewayCommands>(file('gateway.ts'));
  try {
    const identityKeys = `bench:${randomBytes(32).toString('base64')}`;
    const messagingUrl = await room.ask('open', identityKeys);
    const url = await gateway.ask('open', { messagingUrl, identityKeys, dataDir });
    const server: Server = { emit: (rate) => room.ask('emit', rate), cpuSeconds: gateway.cpuSeconds };
    const watchers = await openWatchers(url, say);
    try {
      return await measureRates(server, watchers, { seconds, say });
    } finally {
      await watchers.close();
    }
  } finally {
    await Promise.all([gateway.stop(), room.stop()]);
  }
};

const measureRates = async (server: Server, watchers: Watchers, { seconds, say }: Pick<BenchOptions, 'seconds' | 'say'>) => {
  const outcomes: Outcome[] = [];
  const at = async (rate: Rate): Promise<Outcome> => {
    const outcome = await watchers.measure(server, rate);
    say(`gateway, ${describe(rate, outcome)}`);
    if (outcome.closed === 0) outcomes.push(outcome);
    return outcome;
  };
  await at(WARM_UP);
  const at1 = await at({ perSecond: 1, seconds });
  const at20 = await at({ perSecond: 20, seconds });
  const at50 = await at({ perSecond: 50, seconds });
  const at100 = await at({ perSecond: 100, seconds });
  if (outcomes.length < 5) throw new Error('the gateway has closed subscribers at a rate that it should bear');
  let deliveriesPerSecond = 0;
  let perSecond = SEARCH_PER_SECOND;
  for (let step = 0; step < SEARCH_STEPS_MAX; step += 1) {
    const outcome = await at({ perSecond: Math.round(perSecond), seconds: Math.max(3, Math.round(seconds / 2)) });
    // Whom it closes at a rate that is too high has lost nothing: it would come back with its cursor.
    if (outcome.closed > 0 || outcome.lost > 0 || percentile(outcome.latenciesMs, 0.99) > SUSTAINED_P99_MS_MAX) break;
    deliveriesPerSecond = Math.max(deliveriesPerSecond, outcome.deliveriesPerSecond);
    perSecond *= SEARCH_FACTOR;
  }
  return {
    at1: rounded(at1.cpuSecondsPerMillion),
    at20: rounded(at20.cpuSecondsPerMillion),
    at100: rounded(at100.cpuSecondsPerMillion),
    p50Ms: rounded(percentile(at50.latenciesMs, 0.5)),
    p99Ms: rounded(percentile(at50.latenciesMs, 0.99)),
    deliveriesPerSecond: Math.round(deliveriesPerSecond),
    faults: outcomes.reduce<Faults>(
      (all, { lost, repeated, reordered }) => ({
        lost: all.lost + lost,
        repeated: all.repeated + repeated,
        reordered: all.reordered + reordered,
      }),
      { lost: 0, repeated: 0, reordered: 0 },
    ),
  };
};

const measureStock = async ({ seconds, say }: BenchOptions): Promise<number> => {
  const stock = startChild<StockCommands>(file('stock.ts'));
  try {
    const watchers = await openWatchers(await stock.ask('open', null), say);
    const server: Server = { emit: (rate) => stock.ask('emit', rate), cpuSeconds: stock.cpuSeconds };
    try {
      await watchers.measure(server, { perSecond: STOCK_PER_SECOND, seconds: WARM_UP.seconds });
      const rate = { perSecond: STOCK_PER_SECOND, seconds };
      const outcome = await watchers.measure(server, rate);
      say(`graphql-ws as shipped, ${describe(rate, outcome)}`);
      if (outcome.lost + outcome.repeated + outcome.reordered > 0)
        throw new Error('graphql-ws as shipped did not deliver every event once and in order');
      return rounded(outcome.cpuSecondsPerMillion);
    } finally {
      await watchers.close();
    }
  } finally {
    await stock.stop();
  }
};

const openWatchers = async (url: string, say: (line: string) => void): Promise<Watchers> => {
  const clients = startChild<ClientCommands>(file('clients.ts'));
  const counters = startChild<CounterCommands>(file('counters.ts'));
  const close = async (): Promise<void> => void (await Promise.all([clients.stop(), counters.stop()]));
  try {
    await Promise.all([clients.ask('open', { url, clients: CLIENTS }), counters.ask('open', { url, counters: COUNTERS })]);
  } catch (error) {
    await close();
    throw error;
  }
  say(`${SUBSCRIBERS} subscribers have their position`);
  const everything = async (events: number): Promise<void> => {
    let received = 0;
    for (let newsAtMs = performance.now(); performance.now() - newsAtMs < SILENCE_MS_MAX; ) {
      const [checked, counted] = await Promise.all([clients.ask('progress', null), counters.ask('counted', null)]);
      if (checked.least >= events && counted.least >= events) return;
      if (checked.received + counted.received > received) newsAtMs = performance.now();
      received = checked.received + counted.received;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  };
  return {
    close,
    measure: async (server, rate) => {
      await Promise.all([clients.ask('begin', null), counters.ask('begin', null)]);
      const cpuBefore = await server.cpuSeconds();
      const beganAtMs = performance.now();
      const events = await server.emit(rate);
      await everything(events);
      const elapsedSeconds = (performance.now() - beganAtMs) / 1_000;
      const cpuSeconds = (await server.cpuSeconds()) - cpuBefore;
      const [checked, counted] = await Promise.all([clients.ask('checked', null), counters.ask('counted', null)]);
      const received = checked.received + counted.received;
      if (counted.most > events) throw new Error(`a counter got ${counted.most} of ${events} events`);
      return {
        cpuSecondsPerMillion: (cpuSeconds / received) * 1e6,
        deliveriesPerSecond: received / elapsedSeconds,
        latenciesMs: checked.latenciesMs,
        closed: checked.closed + counted.closed,
        bytesPerEvent: counted.bytes / counted.received,
        lost: events * SUBSCRIBERS - received,
        repeated: checked.repeated,
        reordered: checked.reordered,
      };
    },
  };
};

const describe = ({ perSecond, seconds }: Rate, outcome: Outcome): string =>
  `${perSecond} events/s for ${seconds} s: ${rounded(outcome.cpuSecondsPerMillion)} CPU s per million, ${Math.round(outcome.deliveriesPerSecond)} deliveries/s, p50 ${rounded(percentile(outcome.latenciesMs, 0.5))} ms, p99 ${rounded(percentile(outcome.latenciesMs, 0.99))} ms, ${Math.round(outcome.bytesPerEvent)} B each, lost ${outcome.lost}`;

const rounded = (value: number): number => Number(value.toFixed(2));
