import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { conversationFeedOf } from '../../subgraphs/messaging/events.ts';
import {
  aDirect,
  aGroup,
  aPerson,
  changeGroup,
  followInbox,
  type InboxEvent,
  inboxPage,
  type Person,
  partOf,
  restOfInbox,
  say,
} from '../support/inbox.ts';
import { aMessagingWorld, type MessagingWorld } from '../support/messaging.ts';
import { createRandom, type Random } from '../support/random.ts';

const SEED = Number(process.env['INBOX_SEED'] ?? 20_261_122);
const STEPS = Number(process.env['INBOX_STEPS'] ?? 60);
const AUTHORS = 6;

let world: MessagingWorld;
let processes: readonly [RunningSubgraph, RunningSubgraph];

beforeAll(async () => {
  world = await aMessagingWorld();
  processes = [world.messaging, await world.twin()];
});

afterAll(() => world.close());

interface Scene {
  readonly person: Person;
  readonly groups: readonly { readonly id: string; readonly owner: Person; readonly authors: readonly Person[] }[];
  readonly directs: readonly { readonly id: string; readonly friend: Person }[];
}

const aScene = async (): Promise<Scene> => {
  const person = aPerson();
  const [on] = processes;
  const groups = await Promise.all(
    Array.from({ length: 3 }, async () => {
      const [owner, ...authors] = [aPerson(), ...Array.from({ length: AUTHORS }, aPerson)] as const;
      return { id: await aGroup(on, owner, person, ...authors), owner, authors };
    }),
  );
  const directs = await Promise.all(
    Array.from({ length: 2 }, async () => {
      const friend = aPerson();
      return { id: await aDirect(on, person, friend), friend };
    }),
  );
  return { person, groups, directs };
};

/** A few things at once: messages of all kinds, and the person coming and going. Whoever writes too fast, or is not in there, is refused, which is fine. */
const step = async (random: Random, { person, groups, directs }: Scene): Promise<void> => {
  const one = async (): Promise<unknown> => {
    const on = random.pick(processes);
    const group = groups[random.below(groups.length)];
    const direct = directs[random.below(directs.length)];
    if (group === undefined || direct === undefined) throw new Error('the scene is empty');
    const author = group.authors[random.below(AUTHORS)] ?? group.owner;
    const about = { groupId: group.id, userIds: [person.id] };
    const what = random.next();
    if (what < 0.5) return say(on, author, group.id, 'x');
    if (what < 0.6) return say(on, person, random.chance(0.5) ? group.id : direct.id, 'mine');
    if (what < 0.75) return say(on, direct.friend, direct.id, 'y');
    if (what < 0.85) return changeGroup(on, group.owner, 'removeMembers', about);
    if (what < 0.9) return changeGroup(on, person, 'leaveGroup', { groupId: group.id });
    return changeGroup(on, group.owner, 'addMembers', about);
  };
  await Promise.all(Array.from({ length: 1 + random.below(5) }, one));
};

/** Reads on from a cursor on one device: live for a while, then cut off, on any process; or a page at a time. Adds what it has seen. */
const device = async (random: Random, person: Person, seen: InboxEvent[], isOver: () => boolean): Promise<void> => {
  let cursor: string | null = null;
  while (!isOver()) {
    const on = random.pick(processes);
    if (random.chance(0.3)) {
      const page = await inboxPage(on, person, cursor, 1 + random.below(7));
      seen.push(...page.nodes);
      cursor = page.pageInfo.endCursor;
      continue;
    }
    if (cursor === null) continue;
    const live = followInbox(on, person, cursor);
    const payloads = random.below(12);
    const cut = setTimeout(() => void live.end(), 20 + random.below(150));
    try {
      for (let taken = 0; taken <= payloads; taken += 1) {
        const { inbox: event } = await live.data();
        if (event.__typename === 'InboxResetEvent') throw new Error('a sound cursor was reset');
        cursor = event.cursor;
        if (event.__typename !== 'InboxPositionEvent') seen.push(event);
      }
    } catch (error) {
      if (!(error instanceof Error && error.message === 'the subscription has ended')) throw error;
    } finally {
      clearTimeout(cut);
      await live.end();
    }
  }
  seen.push(...(await restOfInbox(processes[0], person, cursor, 50)));
};

const perConversation = (events: readonly InboxEvent[]): Readonly<Record<string, readonly string[]>> => {
  const inner = events.flatMap(({ conversationId, event }) =>
    event === undefined ? [] : [{ conversationId: conversationId ?? '', id: event.id }],
  );
  return Object.fromEntries(
    [...Map.groupBy(inner, ({ conversationId }) => conversationId)].map(([id, own]) => [id, own.map((each) => each.id)]),
  );
};

test(`two devices cut off at random see each event once and in order, through joinings and leavings (seed ${SEED})`, async () => {
  const random = createRandom(SEED);
  const scene = await aScene();
  const { person, groups, directs } = scene;
  let over = false;
  const devices = [0, 1].map((index) => {
    const seen: InboxEvent[] = [];
    return { seen, done: device(createRandom(SEED + 1 + index), person, seen, () => over) };
  });
  for (let steps = 0; steps < STEPS; steps += 1) await step(random, scene);
  over = true;
  await Promise.all(devices.map(({ done }) => done));
  const { feeds } = world.messaging;
  const expected = Object.fromEntries(
    await Promise.all([
      ...groups.map(async ({ id }) => [id, await partOf(feeds, id, person.id)] as const),
      ...directs.map(async ({ id }) => {
        const { events } = await feeds.page({ feed: conversationFeedOf(id), limit: 1_000, direction: 'forward' });
        return [id, events.map((event) => event.id)] as const;
      }),
    ]),
  );
  expect(Object.values(expected).flat().length).toBeGreaterThan(STEPS / 2);
  const moves = (await restOfInbox(processes[1], person, null, 7)).filter(({ event }) => event === undefined).map(({ id }) => id);
  expect(moves.length).toBeGreaterThan(5);
  for (const { seen } of [...devices, { seen: await restOfInbox(processes[1], person) }]) {
    expect(perConversation(seen)).toEqual(expected);
    expect(seen.filter(({ event }) => event === undefined).map(({ id }) => id)).toEqual(moves);
  }
}, 60_000);
