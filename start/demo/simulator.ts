import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { runCommand } from '../report.ts';
import { createDemoClient, type DemoClient } from './client.ts';
import { chat, gift, type Stage, thank, watch } from './people.ts';
import { arrivalGapMs, pick, type Random, seededRandom } from './random.ts';

/** Demo activity: some streamers and dozens of viewers, through the gateway like any other client. Bounded: each person has at most one request
 * under way; failures are waited out, never piled up. */
const HELP = `Usage: npm run demo -- [--url http://127.0.0.1:4000] [--viewers 24] [--seed 1] [--chats-per-second 3] [--gifts-per-second 1]

Fills a running Fanfare (started with --dev) with viewers who chat, top up and send gifts, and streamers who say thanks.`;

const VIEWERS_MAX = 200;
const RATE_PER_SECOND_MAX = 200;
const FAILURE_PAUSE_MS = 2_000;
/** A streamer thanks for one gift in so many milliseconds at most. */
const THANKS_PAUSE_MS = 4_000;
/** Everybody says once in so long where they are: well before it is forgotten (`renewAfterSeconds`). Of those who do, so many have gone to another room. */
const WATCH_ROUND_MS = 20_000;
const MOVING_SHARE = 0.05;
const GIFT_WEIGHTS: Readonly<Record<string, number>> = {
  rose: 200,
  heart: 60,
  coffee: 40,
  lollipop: 40,
  balloons: 10,
  fireworks: 5,
  party: 3,
  rocket: 2,
};

interface Options {
  readonly url: string;
  readonly viewers: number;
  readonly seed: number;
  readonly chatsPerSecond: number;
  readonly giftsPerSecond: number;
}

/** Runs until the process ends. */
export const runDemo = async (options: Options): Promise<void> => {
  const viewers = Array.from({ length: options.viewers }, (_, index) =>
    createDemoClient(options.url, `viewer-${String(index + 1).padStart(2, '0')}`),
  );
  const stage = await untilReady(viewers[0] ?? createDemoClient(options.url, 'viewer-01'));
  const streamers = stage.rooms.map((room) => ({ ...room, client: createDemoClient(options.url, room.streamerId) }));
  await Promise.all([
    actAtRate(viewers, options.chatsPerSecond, seededRandom(options.seed), (viewer, random) => chat(viewer, stage, random)),
    actAtRate(viewers, options.giftsPerSecond, seededRandom(options.seed + 1), (viewer, random) => gift(viewer, stage, random)),
    watchRooms(viewers, stage, seededRandom(options.seed + 1_000)),
    ...streamers.map((streamer, index) => sayThanks({ ...options, ...streamer }, seededRandom(options.seed + 2 + index))),
  ]);
};

interface DemoStage extends Stage {
  readonly rooms: readonly { readonly streamId: string; readonly roomId: string; readonly streamerId: string }[];
}

interface StageAnswer {
  readonly liveStreams: {
    readonly nodes: readonly {
      readonly id: string;
      readonly room: { readonly id: string } | null;
      readonly channel: { readonly owner: { readonly id: string } | null };
    }[];
  };
  readonly gifts: readonly { readonly id: string; readonly regions: readonly string[] }[];
}

async function untilReady(client: DemoClient): Promise<DemoStage> {
  for (;;) {
    try {
      const answer = await client.ask<StageAnswer>(
        'query DemoStage { liveStreams { nodes { id room { id } channel { owner { id } } } } gifts { id regions } }',
        {},
      );
      const rooms = answer.liveStreams.nodes.flatMap((stream) =>
        stream.room === null || stream.channel.owner === null
          ? []
          : [{ streamId: stream.id, roomId: stream.room.id, streamerId: stream.channel.owner.id }],
      );
      // The demo's viewers say nowhere where they are.
      const open = answer.gifts.filter(({ regions }) => regions.length === 0);
      const gifts = open.map(({ id }) => ({ id, weight: GIFT_WEIGHTS[id] ?? 1 }));
      if (rooms.length > 0 && gifts.length > 0) return { rooms, gifts };
    } catch (error) {
      report('waiting for the gateway', error);
    }
    await wait(FAILURE_PAUSE_MS);
  }
}

async function watchRooms(viewers: readonly DemoClient[], { rooms }: Stage, random: Random): Promise<void> {
  const places = new Map<string, string>();
  for (let turn = 0; viewers.length > 0; turn += 1) {
    await wait(WATCH_ROUND_MS / viewers.length);
    const viewer = viewers[turn % viewers.length];
    if (viewer === undefined) continue;
    const before = places.get(viewer.user) ?? null;
    const roomId = before === null || random() < MOVING_SHARE ? pick(random, rooms).roomId : before;
    try {
      await watch(viewer, { roomId, leftId: before === roomId ? null : before });
      places.set(viewer.user, roomId);
    } catch (error) {
      report(`${viewer.user} could not watch`, error);
      await wait(FAILURE_PAUSE_MS);
    }
  }
}

async function actAtRate(
  people: readonly DemoClient[],
  ratePerSecond: number,
  random: Random,
  act: (person: DemoClient, random: Random) => Promise<void>,
): Promise<void> {
  const idle = [...people];
  while (ratePerSecond > 0) {
    await wait(arrivalGapMs(random, 1_000 / ratePerSecond));
    const [person] = idle.splice(Math.floor(random() * idle.length), 1);
    if (person === undefined) continue; // everybody is busy: the gateway is slower than the show
    act(person, random)
      .catch(async (error: unknown) => {
        report(`${person.user} could not act`, error);
        await wait(FAILURE_PAUSE_MS);
      })
      .finally(() => idle.push(person));
  }
}

interface RoomEvents {
  readonly roomEvents: { readonly cursor: string; readonly sender?: { readonly displayName: string } };
}

async function sayThanks(streamer: { url: string; roomId: string; client: DemoClient }, random: Random): Promise<void> {
  const socket = createClient({
    url: `${streamer.url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: async () => ({ authorization: `Bearer ${await streamer.client.token()}` }),
    shouldRetry: () => true,
    retryAttempts: Number.POSITIVE_INFINITY,
  });
  const variables: { roomId: string; after: string | null } = { roomId: streamer.roomId, after: null };
  const query =
    'subscription DemoRoom($roomId: ID!, $after: Cursor) { roomEvents(roomId: $roomId, after: $after, kinds: [GIFT]) { cursor ... on GiftEvent { sender { displayName } } } }';
  let lastThanksMs = 0;
  for (;;) {
    try {
      for await (const { data } of socket.iterate<RoomEvents>({ query, variables })) {
        if (data == null) continue;
        variables.after = data.roomEvents.cursor;
        const { sender } = data.roomEvents;
        if (sender === undefined || Date.now() - lastThanksMs < THANKS_PAUSE_MS) continue;
        lastThanksMs = Date.now();
        await thank(streamer.client, streamer.roomId, sender.displayName, random);
      }
    } catch (error) {
      report(`${streamer.client.user} lost the room`, error);
    }
    await wait(FAILURE_PAUSE_MS);
  }
}

function report(what: string, error: unknown): void {
  process.stderr.write(`demo: ${what}: ${error instanceof Error ? error.message : JSON.stringify(error)}\n`);
}

function readOptions(): Options | null {
  const { values } = parseArgs({
    options: {
      url: { type: 'string', default: 'http://127.0.0.1:4000' },
      viewers: { type: 'string', default: '24' },
      seed: { type: 'string', default: '1' },
      'chats-per-second': { type: 'string', default: '3' },
      'gifts-per-second': { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  return {
    url: originOf(values.url),
    viewers: numberWithin('--viewers', values.viewers, VIEWERS_MAX),
    seed: numberWithin('--seed', values.seed, 2 ** 31),
    chatsPerSecond: numberWithin('--chats-per-second', values['chats-per-second'], RATE_PER_SECOND_MAX),
    giftsPerSecond: numberWithin('--gifts-per-second', values['gifts-per-second'], RATE_PER_SECOND_MAX),
  };
}

function originOf(url: string): string {
  if (!/^https?:/.test(url) || !URL.canParse(url)) throw new Error(`--url must be an address like http://127.0.0.1:4000, not "${url}"`);
  return new URL(url).origin;
}

function numberWithin(flag: string, text: string, max: number): number {
  const value = Number(text);
  if (!(value >= 0 && value <= max)) throw new Error(`${flag} must be a number from 0 to ${max}, not "${text}"`);
  return value;
}

if (import.meta.main) {
  // The demo's people have nothing to save: asked to stop, or left alone by whoever started them, they are gone at once.
  for (const name of ['SIGINT', 'SIGTERM', 'disconnect'] as const) process.once(name, () => process.exit(0));
  await runCommand(readOptions, `${HELP}\n`, runDemo);
}
