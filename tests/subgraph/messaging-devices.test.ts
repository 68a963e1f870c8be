import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { ask, resumingClient } from '../support/clients.ts';
import { withDeadline } from '../support/deadline.ts';
import { aGateway, aSubgraph, type GatewayFixture, NEVER_OVERLOADED } from '../support/gateway.ts';
import { aDirect, aGroup, aPerson, INBOX_PAGE, type InboxEvent, type InboxPage, say } from '../support/inbox.ts';
import { aMessagingWorld, type MessagingWorld } from '../support/messaging.ts';
import { projectRoot } from '../support/processes.ts';
import { testKeys } from '../support/runtime.ts';

let world: MessagingWorld;
let gateway: GatewayFixture;
let folder: string;

beforeAll(async () => {
  world = await aMessagingWorld();
  folder = await mkdtemp(join(tmpdir(), 'fanfare-devices-'));
  // Nothing is asked of these two.
  const away = (['trading', 'monitoring'] as const).map((name) => aSubgraph(name, 'type Query { nothing: Int }', {}, testKeys()));
  gateway = await aGateway([], folder, {
    transports: [world.messaging.transport, world.streaming.transport, ...away.map(({ transport }) => transport)],
    overload: NEVER_OVERLOADED,
    env: { SUPERGRAPH_FILE: join(projectRoot, 'schema', 'supergraph.graphql') },
  });
});

afterAll(async () => {
  await gateway?.close();
  await world?.close();
  await rm(folder, { recursive: true, force: true });
});

const INBOX = `subscription ($after: Cursor) { inbox(after: $after) { __typename id at
  ... on InboxConversationEvent { conversationId event { id seq ... on ChatEvent { message { text author { id } } } } }
  ... on InboxJoinedEvent { conversationId } ... on InboxReadEvent { conversationId readNumber conversation { ... on Group { unreadCount } } } cursor } }`;

/** A device of somebody: the stock client, which goes on after its last cursor whenever its socket dies. */
const aDevice = (token: string) => {
  const events: InboxEvent[] = [];
  const positions: string[] = [];
  const failures: unknown[] = [];
  let socket: WebSocket | null = null;
  let look = (): void => undefined;
  const client = resumingClient(gateway.url, token, (now) => {
    socket = now;
  });
  const variables: { after: string | null } = { after: null };
  client.subscribe<{ inbox: InboxEvent }>(
    { query: INBOX, variables },
    {
      next: ({ data, errors }) => {
        if (errors !== undefined) failures.push(...errors);
        if (data == null) return;
        variables.after = data.inbox.cursor;
        if (data.inbox.__typename === 'InboxPositionEvent') positions.push(data.inbox.cursor);
        else events.push(data.inbox);
        look();
      },
      error: (error) => failures.push(error),
      complete: () => undefined,
    },
  );
  const until = (isSo: () => boolean, what: string): Promise<void> =>
    withDeadline(
      new Promise((resolve) => {
        look = () => {
          if (isSo()) resolve();
        };
        look();
      }),
      `${what}; ${events.length} events came, failures ${JSON.stringify(failures)}`,
    );
  return { events, positions, failures, until, cut: () => socket?.terminate(), close: () => client.dispose() };
};

test('two devices of one person, cut off again and again, both see everything once and in order, and what one reads the other hears of', async () => {
  const { messaging } = world;
  const [person, friend] = [aPerson(), aPerson()];
  const token = await gateway.token(person.id, ['chat:write']);
  const devices = [aDevice(token), aDevice(token)];
  for (const { until, positions } of devices) await until(() => positions.length > 0, 'no position came');
  const group = await aGroup(messaging, friend, person);
  const direct = await aDirect(messaging, friend, person);
  const sent = new Map<string, string[]>([
    [group, []],
    [direct, []],
  ]);
  for (let round = 0; round < 12; round += 1) {
    if (round % 3 === 1) devices[round % 2]?.cut();
    for (const id of [group, direct]) sent.get(id)?.push(await say(messaging, round % 4 === 0 ? person : friend, id, `${round}`));
  }
  await ask(
    gateway.url,
    'mutation ($input: MarkReadInput!) { markRead(input: $input) { userErrors { code } } }',
    { input: { conversationId: group, messageNumber: 12 } },
    token,
  );
  for (const { until, events } of devices)
    await until(() => events.some(({ readNumber }) => readNumber === 12), 'nobody heard of the reading');
  const said = ({ event, conversationId }: InboxEvent, id: string): readonly string[] =>
    conversationId === id && event !== undefined ? [event.id] : [];
  for (const { events, positions, failures } of devices) {
    expect(positions.length, 'was cut off').toBeGreaterThan(1);
    for (const [id, ids] of sent) expect(events.flatMap((event) => said(event, id))).toEqual(ids);
    expect(events.filter(({ __typename }) => __typename === 'InboxJoinedEvent').map(({ conversationId }) => conversationId)).toEqual([
      group,
      direct,
    ]);
    expect(events.filter(({ __typename }) => __typename === 'InboxReadEvent')).toEqual([
      expect.objectContaining({ conversationId: group, readNumber: 12, conversation: { unreadCount: 0 } }),
    ]);
    expect(failures).toEqual([]);
  }
  const { me } = await ask<{ me: { inbox: InboxPage } }>(
    gateway.url,
    INBOX_PAGE,
    { first: 1_000, after: devices[0]?.positions[0] ?? null },
    token,
  );
  expect(me.inbox.nodes.map(({ id }) => id).toSorted()).toEqual(devices[0]?.events.map(({ id }) => id).toSorted());
  for (const device of devices) await device.close();
}, 30_000);
