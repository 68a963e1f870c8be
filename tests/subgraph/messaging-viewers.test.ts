import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ANONYMOUS, type Identity } from '#platform/identity/identity.ts';
import type { PresenceContext } from '../../subgraphs/messaging/data/moduleEvents.ts';
import { installedModules } from '../../subgraphs/messaging/modules/installed.ts';
import { atOneInstant } from '../support/clock.ts';
import { aLiveRoom, aMessagingWorld, type MessagingWorld } from '../support/messaging.ts';
import { ask, askData, aUser, subscribeTo } from '../support/runtime.ts';

let world: MessagingWorld;
const came: PresenceContext[] = [];
const went: PresenceContext[] = [];

beforeAll(async () => {
  world = await aMessagingWorld({
    install: (parts) => [
      ...installedModules(parts),
      {
        name: 'listener',
        order: 900,
        onJoin: { budgetMs: 100, run: (context) => void came.push(context) },
        onLeave: { budgetMs: 100, run: (context) => void went.push(context) },
      },
    ],
  });
});

afterAll(() => world.close());

interface Answer {
  readonly viewerCount: number | null;
  readonly userErrors: readonly { readonly code: string }[];
}

const watch = async (verb: 'joinRoom' | 'leaveRoom', as: Identity, input: object): Promise<Answer> =>
  (
    await askData<Record<string, Answer>>(world.messaging, {
      as,
      query: `mutation ($input: WatchRoomInput!) { ${verb}(input: $input) { viewerCount userErrors { code } } }`,
      variables: { input },
    })
  )[verb] ?? { viewerCount: null, userErrors: [] };

test('users count once each, others by their session, and who leaves is gone; modules hear of users, many at once', async () => {
  const { roomId } = await aLiveRoom(world);
  const users = Array.from({ length: 20 }, (_, index) => aUser(`viewer ${index}`));
  const counts = subscribeTo<{ viewersChanged: { count: number; version: number } }>(world.messaging, {
    query: 'subscription ($roomId: ID!) { viewersChanged(roomId: $roomId) { roomId count version } }',
    variables: { roomId },
  });
  const first = await counts.data();
  expect(first.viewersChanged).toMatchObject({ roomId, count: 0 });
  await Promise.all(users.flatMap((as) => [watch('joinRoom', as, { roomId }), watch('joinRoom', as, { roomId })]));
  const sessions = [randomUUID(), randomUUID()];
  for (const sessionId of [...sessions, ...sessions]) await watch('joinRoom', ANONYMOUS, { roomId, sessionId });
  expect(await watch('joinRoom', users[0] ?? ANONYMOUS, { roomId })).toEqual({ viewerCount: 22, userErrors: [] });
  // Where coming took longer than counts stand still, there are some in between.
  let changed = await counts.data();
  while (changed.viewersChanged.count < 22) changed = await counts.data();
  expect(changed.viewersChanged.count).toBe(22);
  expect(changed.viewersChanged.version).toBeGreaterThan(first.viewersChanged.version);
  await Promise.all(users.slice(0, 5).map((as) => watch('leaveRoom', as, { roomId })));
  expect(await watch('leaveRoom', ANONYMOUS, { roomId, sessionId: sessions[0] })).toEqual({ viewerCount: 16, userErrors: [] });
  await counts.end();
  await watch('leaveRoom', users[5] ?? ANONYMOUS, { roomId });
  // Who came and went within one report was neither.
  const of = (told: readonly PresenceContext[]) => told.filter((each) => each.conversationId === roomId).flatMap(({ userIds }) => userIds);
  await expect.poll(() => of(came).length - of(went).length).toBe(14);
  expect(new Set(of(came)).size).toBe(of(came).length);
});

test('who is banned, has no session or names no room is not counted', async () => {
  const { roomId, as } = await aLiveRoom(world);
  await askData(world.messaging, {
    as,
    query: 'mutation ($input: BanUserInput!) { banUser(input: $input) { userErrors { code } } }',
    variables: { input: { roomId, userId: 'mallory', idempotencyKey: randomUUID() } },
  });
  const codeOf = async (identity: Identity, input: object) => (await watch('joinRoom', identity, input)).userErrors[0]?.code;
  expect(await codeOf(aUser('mallory'), { roomId })).toBe('BANNED');
  expect(await codeOf(ANONYMOUS, { roomId })).toBe('SESSION_INVALID');
  expect(await codeOf(ANONYMOUS, { roomId, sessionId: 'short' })).toBe('SESSION_INVALID');
  expect(await codeOf(aUser('alice'), { roomId: randomUUID() })).toBe('ROOM_NOT_FOUND');
  expect(await codeOf(aUser('alice'), { roomId: 'nonsense' })).toBe('ROOM_NOT_FOUND');
  const { data } = await ask(world.messaging, { query: 'query ($id: ID!) { room(id: $id) { viewerCount } }', variables: { id: roomId } });
  expect(data).toEqual({ room: { viewerCount: 0 } });
});

test('one user, and one network without tokens, come and go only so fast; another network is not held up', async () => {
  const { roomId } = await aLiveRoom(world);
  const refused = async (as: Identity, times: number): Promise<boolean> => {
    const answers = await atOneInstant(() =>
      Promise.all(Array.from({ length: times }, () => watch('joinRoom', as, { roomId, sessionId: randomUUID() }))),
    );
    return answers.some(({ userErrors }) => userErrors[0]?.code === 'RATE_LIMITED');
  };
  expect(await refused(aUser('bob'), 60)).toBe(true);
  expect(await refused(aUser('carol'), 5)).toBe(false);
  const from = (address: string): Identity => ({ ...ANONYMOUS, kind: 'user', id: null, scopes: [], roles: [], clientId: null, address });
  expect(await refused(from('one'), 650)).toBe(true);
  expect(await refused(from('two'), 5)).toBe(false);
});
