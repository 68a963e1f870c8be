import { type Bench, type BenchOptions, type Figures, formatTable, median, percentile } from '../support/bench.ts';
import { CONTENDERS, type ContenderName, openField } from './contenders.ts';
import { type Caller, CONNECTIONS, createCaller } from './load.ts';
import { installPeers } from './peers.ts';
import { SIZES, type Size } from './workload.ts';

/** In turns, so that what else the machine does falls on all of them. */
const ROUNDS = 5;
/** Until everything is compiled: the compiler's threads count as CPU of the process, too. */
const WARM_UP_REQUESTS: Readonly<Record<Size, number>> = { 10: 5_000, 100: 1_500 };
/** For each contender and size, on a machine that is busy with other things. */
const WARM_UP_SECONDS_MAX = 10;
/** Below what two cores can do beside the load itself. */
const OPEN_LOOP_PER_SECOND = 200;

export const gateway: Bench = {
  about: 'CPU of a query that crosses two subgraphs: Fanfare, Apollo Gateway, Hive Gateway, and by hand (the limit)',
  explained: `    CPU microseconds per request (user and system, whole process) of a query for 10 or 100 messages of one subgraph and their authors of another;
    every gateway is a process of its own, asked by ${CONNECTIONS} connections in a closed loop, in ${ROUNDS} turns, of which the median counts.
    limit       the same two fetches by hand: undici behind node:http, nothing checked
    fanfare     node gateway/server.ts --supergraph FILE --insecure
    apollo      @apollo/gateway and @apollo/server as shipped
    hive        @graphql-hive/gateway as shipped, installed into bench/peers on first use
    inProcess10 Fanfare's gateway as the product runs it, over subgraphs in the same process that have their answer at hand: without any fetch
    p99Ms       Fanfare at ${OPEN_LOOP_PER_SECOND} requests per second for 10 messages, from when a request was due to its answer; the median of ${ROUNDS} turns`,
  tableOnly: ['product10', 'product100'],
  run: async (options) => {
    installPeers(options.say);
    options.say('starting the subgraphs and the gateways');
    const field = await openField(options.dataDir);
    const callers = CONTENDERS.map((name): Callers => ({ name, bySize: SIZES.map((size) => createCaller(field.contenders[name], size)) }));
    try {
      return await measure(callers, options);
    } finally {
      await Promise.all(callers.flatMap(({ bySize }) => bySize.map((caller) => caller.close())));
      await field.close();
    }
  },
  table: (figures) =>
    formatTable([
      ...SIZES.flatMap((size) =>
        Object.entries(figures[`entities${size}`] ?? {}).map(([name, micros]): [string, string] => [
          `${size} entities, ${name}`,
          `${micros} µs`,
        ]),
      ),
      ...SIZES.map((size): [string, string] => [`${size} entities, the product (identity, rates, log)`, `${figures[`product${size}`]} µs`]),
      ['10 entities, subgraphs in process', `${figures['inProcess10']} µs`],
      ['Fanfare to the limit at 10 entities', `${figures['ratioToLimit10']} times`],
      ['Fanfare to the limit at 100 entities', `${figures['ratioToLimit100']} times`],
      ['Fanfare to Hive Gateway at 10 entities', `${figures['ratioToHive10']} times`],
      [`Fanfare's p99 at ${OPEN_LOOP_PER_SECOND} per second`, `${figures['p99Ms']} ms`],
    ]),
};

/** One caller of each size for one contender. */
interface Callers {
  readonly name: ContenderName;
  readonly bySize: readonly Caller[];
}

/** CPU microseconds per request of each contender, one entry per round. */
type Costs = Readonly<Record<ContenderName, readonly number[]>>;

const measure = async (callers: readonly Callers[], { seconds, say }: BenchOptions): Promise<Figures> => {
  for (const [index, size] of SIZES.entries()) {
    say(`warming up for ${size} entities`);
    for (const { bySize } of callers) await bySize[index]?.warmUp(WARM_UP_REQUESTS[size], WARM_UP_SECONDS_MAX);
  }
  const rounds = SIZES.map((): Record<ContenderName, number>[] => []);
  const p99s: number[] = [];
  const fanfare = callers.find(({ name }) => name === 'fanfare')?.bySize[0];
  for (let round = 1; round <= ROUNDS; round += 1) {
    say(`round ${round} of ${ROUNDS}`);
    for (const index of SIZES.keys()) rounds[index]?.push(await turn(callers, index, seconds / ROUNDS));
    p99s.push(percentile((await fanfare?.openLoop(OPEN_LOOP_PER_SECOND, seconds / ROUNDS)) ?? [], 0.99));
  }
  const [of10, of100] = rounds.map(costsOf);
  if (of10 === undefined || of100 === undefined) throw new Error('two sizes are measured');
  for (const [index, costs] of [of10, of100].entries())
    for (const [name, values] of Object.entries(costs)) say(`${SIZES[index]} entities, ${name}: ${values.map(Math.round).join(' ')} µs`);
  return figuresOf(of10, of100, median(p99s));
};

/** Asks every contender for a while, one after the other. */
const turn = async (callers: readonly Callers[], index: number, seconds: number): Promise<Record<ContenderName, number>> => {
  const costs: [ContenderName, number][] = [];
  for (const { name, bySize } of callers) costs.push([name, (await bySize[index]?.closedLoop(seconds)) ?? Number.NaN]);
  return Object.fromEntries(costs) as Record<ContenderName, number>;
};

const costsOf = (rounds: readonly Readonly<Record<ContenderName, number>>[]): Costs => {
  const of = (name: ContenderName): readonly number[] => rounds.map((costs) => costs[name]);
  return {
    limit: of('limit'),
    fanfare: of('fanfare'),
    product: of('product'),
    inProcess: of('inProcess'),
    apollo: of('apollo'),
    hive: of('hive'),
  };
};

const figuresOf = (of10: Costs, of100: Costs, p99Ms: number): Figures => ({
  entities10: shown(of10),
  entities100: shown(of100),
  product10: micros(of10.product),
  product100: micros(of100.product),
  inProcess10: micros(of10.inProcess),
  ratioToLimit10: ratio(of10.fanfare, of10.limit),
  ratioToLimit100: ratio(of100.fanfare, of100.limit),
  ratioToHive10: ratio(of10.fanfare, of10.hive),
  p99Ms: Math.round(p99Ms * 10) / 10,
});

const shown = ({ limit, fanfare, apollo, hive }: Costs): Readonly<Record<string, number>> => ({
  limit: micros(limit),
  fanfare: micros(fanfare),
  apollo: micros(apollo),
  hive: micros(hive),
});

const micros = (costs: readonly number[]): number => Math.round(median(costs));

// The median of each round's own ratio: what disturbs a round falls on both.
const ratio = (ones: readonly number[], others: readonly number[]): number =>
  Math.round(100 * median(ones.map((one, round) => one / (others[round] ?? Number.NaN)))) / 100;
