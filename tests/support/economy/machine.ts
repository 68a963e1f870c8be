import { setTimeout as wait } from 'node:timers/promises';
import type { Database } from '#platform/database/database.ts';
import type { FeedSource } from '#platform/feed/feed.ts';
import type { ProcessRuntime } from '#platform/subgraph/runtime.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { startTrading } from '../../../subgraphs/trading/server.ts';
import { type CrashingDatabase, crashing, type Mishap } from '../crashing-database.ts';
import { aFreePort } from '../free-port.ts';
import { createRandom, type Random } from '../random.ts';
import { aRuntime } from '../runtime.ts';
import { meetBuyers } from './buyers.ts';
import { Deck } from './deck.ts';
import type { Deed, PayDeed } from './deeds.ts';
import { type Heard, request, type Said } from './wishes.ts';

/** `away`: one of the databases can't be reached for a while; `away-for-long`: for so long that what needs it is refused at once. */
export type Misfortune = Mishap | 'away' | 'away-for-long';

/** A deed and what was answered to it, one answer per item. */
export interface Done {
  readonly deed: Deed;
  readonly said: readonly Said[];
}

/** Trading as a whole, one process after the other: when one dies, the next one takes over with the same databases and nothing else. */
export interface Machine {
  /** Does deeds at the same time, in this order, and those that got no answer again in the same order, until each has one. Answers in the order in which they were done: what was refused for
   * the moment comes after what was not. */
  run(deeds: readonly Deed[]): Promise<readonly Done[]>;
  /** The running process, for questions. */
  process(): Promise<RunningSubgraph<FeedSource>>;
  readonly mishaps: ReadonlyMap<Misfortune, number>;
  readonly started: () => number;
  /** Transactions so far that may have moved coins. */
  readonly batches: () => number;
  /** How often a deed was refused for the moment, to be retried later with the same key. */
  readonly postponed: () => number;
  close(): Promise<void>;
}

export interface MachineOptions {
  /** TRADING_DATABASES. */
  readonly databases: string;
  readonly databaseCount: number;
  readonly seed: number;
  /** Of all transactions, that share meets a mishap. */
  readonly mishapShare: number;
}

/** So often a client sends its deeds at most: one mishap after the other is possible, this many are not. */
const ROUNDS_MAX = 60;
/** A client that is told to come later comes after as long as it is told, and after this at the latest. */
const PATIENCE_MAX_MS = 250;
/** What becomes of a run: now and then a database is away meanwhile. */
const WEATHER = [
  ['fine', 70],
  ['away', 3],
  ['away-for-long', 1],
] as const;
const AWAY_MIN_MS = 100;
const AWAY_MAX_MS = 700;
/** Longer than a command waits for its database before the next ones are refused at once. */
const AWAY_FOR_LONG_MS = 2_300;
/** So many deeds need every database: it waits for a run that has them. */
const AWAY_FOR_LONG_DEEDS_MIN = 60;
/** Transactions of the product that move no coins. */
const NO_BATCHES: ReadonlySet<string> = new Set(['seal', 'indexAppendedPages', 'trimFeed']);

interface Living {
  readonly trading: RunningSubgraph<FeedSource>;
  readonly runtime: ProcessRuntime;
  readonly databases: readonly CrashingDatabase[];
  readonly webhookPort: number;
}

export const openMachine = async ({ databases, databaseCount, seed, mishapShare }: MachineOptions): Promise<Machine> => {
  const mishaps = new Map<Misfortune, number>();
  const count = (mishap: Misfortune): void => void mishaps.set(mishap, (mishaps.get(mishap) ?? 0) + 1);
  const buyers = await meetBuyers(seed);
  const random = createRandom(seed);
  const weather = new Deck(WEATHER, random);
  const randoms = new Map<string, Random>();
  const endings: Promise<unknown>[] = [];
  let living: Living | null = null;
  let awayIndex: number | null = null;
  let started = 0;
  let batches = 0;
  let postponed = 0;
  let longDue = 0;
  // Each kind of transaction on each database has its own generator: what one meets does not depend on how often another ran.
  const randomOf = (index: number, transaction: string): Random => {
    const name = `${index} ${transaction}`;
    const known = randoms.get(name) ?? createRandom(seed + randoms.size + 1);
    randoms.set(name, known);
    if (!NO_BATCHES.has(transaction)) batches += 1;
    return known;
  };
  const start = async (): Promise<Living> => {
    started += 1;
    const made: CrashingDatabase[] = [];
    const wrapDatabase = (real: Database, index: number): Database => {
      const wrapped = crashing(real, (transaction) => randomOf(index, transaction), mishapShare, count);
      wrapped.setAway(index === awayIndex);
      made.push(wrapped);
      return { ...wrapped.database, close: () => real.close() };
    };
    const webhookPort = await aFreePort();
    const runtime = await aRuntime({ env: { TRADING_DATABASES: databases, ...buyers.env(webhookPort) } });
    const trading = await startTrading(runtime, { wrapDatabase });
    return { trading, runtime, databases: made, webhookPort };
  };
  const bury = (): void => {
    if (living === null) return;
    const { trading, runtime } = living;
    living = null;
    endings.push(trading.close().finally(() => runtime.close()));
  };
  const alive = async (): Promise<Living> => {
    if (living?.databases.some((database) => database.isDead()) === true) bury();
    living ??= await start();
    return living;
  };
  const weatherFor = (deeds: readonly Deed[]): (typeof WEATHER)[number][0] => {
    const dealt = weather.deal();
    if (dealt === 'away-for-long') longDue += 1;
    if (longDue === 0 || deeds.length < AWAY_FOR_LONG_DEEDS_MIN || deeds[0]?.kind === 'pay') return dealt === 'away' ? dealt : 'fine';
    longDue -= 1;
    return 'away-for-long';
  };
  const setAway = (index: number | null): void => {
    awayIndex = index;
    for (const [place, database] of (living?.databases ?? []).entries()) database.setAway(place === index);
  };
  const send = async (deeds: readonly Deed[]): Promise<readonly Heard[]> => {
    const { trading, databases: used, webhookPort } = await alive();
    const paying = deeds.filter((deed) => deed.kind === 'pay');
    const told = new Map<Deed, boolean>(await toldOf(paying, (all) => buyers.pay(all, webhookPort)));
    const isDead = (): boolean => used.some((database) => database.isDead());
    return Promise.all(deeds.map((deed) => (told.get(deed) === false ? UNTOLD : request(trading, deed, isDead))));
  };
  const sendWhileAway = async (deeds: readonly Deed[], how: 'away' | 'away-for-long'): Promise<readonly Heard[]> => {
    await alive();
    count(how);
    setAway(random.below(databaseCount));
    if (how === 'away-for-long') {
      await wait(AWAY_FOR_LONG_MS);
      return send(deeds).finally(() => setAway(null));
    }
    const back = wait(AWAY_MIN_MS + random.below(AWAY_MAX_MS - AWAY_MIN_MS)).then(() => setAway(null));
    const [heard] = await Promise.all([send(deeds), back]);
    return heard;
  };
  return {
    mishaps,
    started: () => started,
    batches: () => batches,
    postponed: () => postponed,
    process: async () => (await alive()).trading,
    run: async (deeds) => {
      const places = deeds.map((deed): Place => ({ deed, doneIn: null, said: null }));
      for (let round = 0; round < ROUNDS_MAX; round += 1) {
        const open = places.filter(({ said }) => said === null);
        if (open.length === 0) return inOrderOfDoing(places);
        const wishes = open.map(({ deed }) => deed);
        const today = round === 0 ? weatherFor(deeds) : 'fine';
        const heard = today === 'fine' ? await send(wishes) : await sendWhileAway(wishes, today);
        for (const [index, place] of open.entries()) note(place, heard[index] ?? UNKNOWN, round);
        postponed += heard.filter((one) => one.kind === 'later' && one !== UNTOLD).length;
        const pauseMs = Math.max(0, ...heard.map((one) => (one.kind === 'later' ? one.afterMs : 0)));
        if (pauseMs > 0) await wait(Math.min(pauseMs, PATIENCE_MAX_MS));
      }
      const left = places.filter(({ said }) => said === null).map(({ deed }) => deed);
      throw new Error(
        `deeds still have no answer after ${ROUNDS_MAX} rounds (seed ${seed}): ${JSON.stringify(left.slice(0, 3), withBigInts)}`,
      );
    },
    close: async () => {
      bury();
      await Promise.allSettled(endings);
      await buyers.close();
    },
  };
};

const UNKNOWN: Heard = { kind: 'unknown' };
/** The provider tells it again in a moment. */
const UNTOLD: Heard = { kind: 'later', afterMs: 50 };

/** A deed on its way. `doneIn`: the first round in which it may have been done. */
interface Place {
  readonly deed: Deed;
  doneIn: number | null;
  said: readonly Said[] | null;
}

const note = (place: Place, heard: Heard, round: number): void => {
  if (heard.kind !== 'later') place.doneIn ??= round;
  if (heard.kind === 'said') place.said = heard.said;
};

// Where one process dies, nothing that was sent after a deed without answer is answered either: within a round the order is that of sending.
const inOrderOfDoing = (places: readonly Place[]): readonly Done[] =>
  places.toSorted((a, b) => (a.doneIn ?? 0) - (b.doneIn ?? 0)).map(({ deed, said }) => ({ deed, said: said ?? [] }));

/** Which of them have been told of; nothing happens where there are none. */
const toldOf = async (
  deeds: readonly PayDeed[],
  pay: (deeds: readonly PayDeed[]) => Promise<readonly boolean[]>,
): Promise<readonly (readonly [Deed, boolean])[]> => {
  if (deeds.length === 0) return [];
  const told = await pay(deeds);
  return deeds.map((deed, index) => [deed, told[index] ?? false]);
};

const withBigInts = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);
