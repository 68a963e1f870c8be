import { setTimeout as pause } from 'node:timers/promises';
import { aPlatform, type Platform } from '../platform.ts';
import { createRandom, type Random } from '../random.ts';
import { type DisturbanceName, disturbUntil } from './disturbances.ts';
import { aJournal, type Journal } from './journal.ts';
import { liveAsStreamer, liveAsViewer, type Person } from './people.ts';
import { faultsAfterStorm } from './truth.ts';
import { aStormWatcher, aWalletWatcher, type StormWatcher, type WalletWatcher } from './watchers.ts';
import { watchProcesses } from './weather.ts';

export interface StormOptions {
  /** The same seed hurts in the same order, and everybody does the same; when is up to the machine. */
  readonly seed: number;
  readonly durationMs: number;
  /** It goes on past its time until it has hurt so often (default 1): on a slow machine the parts take longer to recover. */
  readonly disturbancesMin?: number;
  readonly viewers: number;
  readonly watchers: number;
  /** Mean of each person's pauses. */
  readonly pauseMs: number;
  /** Pauses between two disturbances, from when the platform has recovered. */
  readonly calmMs: { readonly min: number; readonly max: number };
  readonly disturbances: readonly DisturbanceName[];
  readonly say: (line: string) => void;
}

export interface StormReport {
  readonly faults: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

/** The demo's rooms, which nobody closes. */
const ROOMS = [1, 2, 3].map((last) => `01980000-0000-7000-8000-00000000000${last}`) as [string, ...string[]];
const STREAMERS = ['streamer-03', 'streamer-04'] as const;
const USERS_PER_WALLET_WATCHER = 5;
/** How often some watcher's socket is cut, or stops reading. */
const HARASS_EVERY_MS = 700;
const STALL_SHARE = 0.4;
const STALL_MS_MAX = 6_000;
/** Longer than the gateway's ping interval, twice: it gives such a reader up. */
const LONG_STALL_MS = 40_000;
const LONG_STALL_SHARE = 0.02;

/** People use the whole split platform while it is hurt, one way at a time; then it is left alone, and everything they were told is held against the truth. */
export const runStorm = async (options: StormOptions): Promise<StormReport> => {
  const platform = await aPlatform('split', {}, ['--replicas', '2']);
  try {
    return await stormOver(platform, options);
  } finally {
    await platform.close();
  }
};

async function stormOver(platform: Platform, options: StormOptions): Promise<StormReport> {
  const { seed, say } = options;
  const journal = aJournal();
  const weather = watchProcesses(platform);
  const over = new AbortController();
  const people = await invite(platform, options, journal, over.signal);
  const watchers = Array.from({ length: options.watchers }, (_, index) =>
    aStormWatcher(platform.url, ROOMS[index % ROOMS.length] ?? ROOMS[0], `watcher ${index + 1}`),
  );
  const wallets = people.viewers
    .filter((_, index) => index % USERS_PER_WALLET_WATCHER === 0)
    .map(({ token, user }) => aWalletWatcher(platform.url, token, user));
  try {
    await Promise.all(watchers.map(({ ready }) => ready));
    say(`seed ${seed}: ${people.viewers.length} viewers, ${watchers.length} watchers, ${options.durationMs / 1_000} s of storm`);
    const lives = [...people.viewers.map(liveAsViewer), ...people.streamers.map(liveAsStreamer)];
    const harassing = harass([...watchers, ...wallets], createRandom(seed + 1), over.signal);
    const endMs = Date.now() + options.durationMs;
    const disturbed = await disturbUntil(
      platform,
      options,
      (count) => Date.now() > endMs && count >= (options.disturbancesMin ?? 1),
      (what) => say(`${what}; ${journal.gifts.length} gifts, ${journal.chats.length} messages, ${journal.faults.length} faults`),
    );
    over.abort();
    await Promise.all([...lives, harassing]);
    say(`quiet: ${journal.gifts.length} gifts, ${journal.chats.length} messages`);
    const faults = [...(await faultsAfterStorm(platform, { journal, rooms: ROOMS, watchers, wallets })), ...weather.faults()];
    return { faults, counts: countsOf(journal, watchers, wallets, { disturbances: disturbed, ...weather.counts() }) };
  } finally {
    over.abort();
    weather.stop();
    await Promise.all([...watchers, ...wallets].map((watcher) => watcher.close()));
  }
}

async function invite(
  platform: Platform,
  { seed, viewers, pauseMs }: StormOptions,
  journal: Journal,
  until: AbortSignal,
): Promise<{ viewers: readonly Person[]; streamers: readonly Person[] }> {
  const asPerson = async (user: string, index: number): Promise<Person> => ({
    url: platform.url,
    user,
    token: await platform.token(user),
    random: createRandom(seed * 1_000 + index),
    journal,
    rooms: ROOMS,
    pauseMs,
    until,
  });
  const names = Array.from({ length: viewers }, (_, index) => `viewer-${String(index + 1).padStart(2, '0')}`);
  return {
    viewers: await Promise.all(names.map(asPerson)),
    streamers: await Promise.all(STREAMERS.map((name, index) => asPerson(name, viewers + index))),
  };
}

/** Cuts sockets, and makes some readers slow, until the storm is over. */
async function harass(watchers: readonly (StormWatcher | WalletWatcher)[], random: Random, over: AbortSignal): Promise<void> {
  const stalls: Promise<void>[] = [];
  while (!over.aborted) {
    await pause(HARASS_EVERY_MS * 2 * random.next());
    const watcher = watchers[random.below(watchers.length)];
    if (watcher === undefined || over.aborted) continue;
    if (!random.chance(STALL_SHARE) || !('stall' in watcher)) watcher.cut();
    else stalls.push(watcher.stall(random.chance(LONG_STALL_SHARE) ? LONG_STALL_MS : random.below(STALL_MS_MAX)));
  }
  await Promise.all(stalls);
}

function countsOf(
  journal: Journal,
  watchers: readonly StormWatcher[],
  wallets: readonly WalletWatcher[],
  more: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  return {
    gifts: journal.gifts.length,
    messages: journal.chats.length,
    streams: journal.streams.size,
    answers: journal.told.length,
    repeatedKeys: journal.repeats,
    watchers: watchers.length,
    walletWatchers: wallets.length,
    eventsWatched: watchers.reduce((sum, { ids }) => sum + ids.length, 0),
    partialEvents: watchers.reduce((sum, { partial }) => sum + partial(), 0),
    ...more,
  };
}
