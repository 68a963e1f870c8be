import { setTimeout as pause } from 'node:timers/promises';
import { aPlatform, type Platform } from '../platform.ts';
import { createRandom } from '../random.ts';
import { disturbUntil, type Weather } from '../storm/disturbances.ts';
import type { StormReport } from '../storm/storm.ts';
import { watchProcesses } from '../storm/weather.ts';
import { makeCircle, type Talker } from './circle.ts';
import { aDevice, type Device } from './device.ts';
import { type ChatJournal, talk } from './talk.ts';
import { faultsOfChat, readLogs } from './truth.ts';

export interface ChatStormOptions extends Weather {
  /** Each with a device, every fifth with two. */
  readonly people: number;
  /** Said by all together at least. */
  readonly messages: number;
  /** Mean of each person's pauses. */
  readonly pauseMs: number;
  readonly disturbancesMin: number;
  readonly say: (line: string) => void;
}

/** The demo's rooms, which nobody closes. */
const ROOMS = [1, 2, 3].map((last) => `01980000-0000-7000-8000-00000000000${last}`) as [string, ...string[]];
const SECOND_DEVICE_EVERY = 5;
/** Nobody says more than this often what they were to say at least, however long the disturbances take. */
const PATIENCE = 2;
const CUT_EVERY_MS = 100;
const STALL_SHARE = 0.2;
const STALL_MS_MAX = 3_000;

/** People talk in rooms, groups and direct conversations over two gateways and two messaging processes, while sockets and processes die; then it is left alone, and what every device saw is held
 * against the database. */
export const runChatStorm = async (options: ChatStormOptions): Promise<StormReport> => {
  const platform = await aPlatform('split', {}, ['--replicas', '2', '--gateways', '2']);
  try {
    return await stormOver(platform, options);
  } finally {
    await platform.close();
  }
};

const stormOver = async (platform: Platform, options: ChatStormOptions): Promise<StormReport> => {
  const { say, seed } = options;
  const processes = watchProcesses(platform);
  const people = await invite(platform, options.people);
  await makeCircle(people);
  const before = await readLogs(platform, [...new Set(people.flatMap(({ roomId, conversations }) => [roomId, ...conversations]))]);
  const devices = people.flatMap((person, index) =>
    Array.from({ length: index % SECOND_DEVICE_EVERY === 0 ? 2 : 1 }, () => aDevice(person.url, person)),
  );
  try {
    const cursors = new Map(await Promise.all(devices.map(async (device) => [device, await device.ready] as const)));
    say(`seed ${seed}: ${people.length} people, ${devices.length} devices, ${before.size} conversations`);
    const journal: ChatJournal = { told: [], read: new Map(), faults: [] };
    const disturbances = await live(platform, { people, devices }, options, journal);
    say(`quiet: ${journal.told.length} messages`);
    const faults = [...(await faultsOfChat(platform, { people, devices, cursors, before, journal })), ...processes.faults()];
    const events = devices.reduce((sum, { seen }) => sum + [...seen.values()].reduce((all, each) => all + each.length, 0), 0);
    const counts = {
      people: people.length,
      devices: devices.length,
      conversations: before.size,
      messages: journal.told.length,
      reads: journal.read.size,
      events,
      disturbances,
    };
    return { faults, counts: { ...counts, ...processes.counts() } };
  } finally {
    processes.stop();
    await Promise.all(devices.map((device) => device.close()));
  }
};

const invite = async (platform: Platform, count: number): Promise<readonly Talker[]> => {
  const people: Talker[] = [];
  for (let index = 0; index < count; index += 1) {
    const user = `talker-${index}`;
    const part = index % 2 === 0 ? 'gateway' : 'gateway-2';
    // Asked each time: after a start of everything the second gateway listens elsewhere. While there is no list, nobody listens at all.
    const url = async (): Promise<string> => (await platform.urls().catch(() => ({ [part]: platform.url })))[part] ?? platform.url;
    people.push({ user, token: await platform.token(user), url, roomId: ROOMS[index % ROOMS.length] ?? ROOMS[0], conversations: [] });
  }
  return people;
};

/** Everybody talks while it is disturbed, until enough was said and it has hurt often enough. Resolves with how often it hurt. */
const live = async (
  platform: Platform,
  { people, devices }: { readonly people: readonly Talker[]; readonly devices: readonly Device[] },
  options: ChatStormOptions,
  journal: ChatJournal,
): Promise<number> => {
  const each = Math.ceil(options.messages / people.length);
  let [hurt, talking] = [0, people.length];
  const enough = (said: number): boolean => said >= each * PATIENCE || (said >= each && hurt >= options.disturbancesMin);
  const talks = people.map(async (person, index) => {
    const random = createRandom(options.seed * 1_000 + index);
    await talk(person, { random, pauseMs: options.pauseMs, newestSeen: newestSeenBy(devices, person.user), enough }, journal);
    talking -= 1;
  });
  const cutting = cutSockets(devices, options.seed, () => talking === 0);
  const disturbing = disturbUntil(
    platform,
    options,
    (count) => talking === 0 && count >= options.disturbancesMin,
    (what) => {
      hurt += 1;
      options.say(`${what}; ${journal.told.length} messages, ${talking} people are talking, ${journal.faults.length} faults`);
    },
  );
  await Promise.all([...talks, cutting]);
  return disturbing;
};

const newestSeenBy = (devices: readonly Device[], user: string): ((conversationId: string) => number) => {
  const device = devices.find((each) => each.user === user);
  return (conversationId) => device?.seen.get(conversationId)?.findLast(({ number }) => number !== null)?.number ?? 0;
};

const cutSockets = async (devices: readonly Device[], seed: number, over: () => boolean): Promise<void> => {
  const random = createRandom(seed + 1);
  const stalls: Promise<void>[] = [];
  while (!over()) {
    await pause(CUT_EVERY_MS * 2 * random.next());
    const device = devices[random.below(devices.length)];
    if (device === undefined) continue;
    if (random.chance(STALL_SHARE)) stalls.push(device.stall(random.below(STALL_MS_MAX)));
    else device.cut();
  }
  await Promise.all(stalls);
};
