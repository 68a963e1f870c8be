import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANONYMOUS, type Identity } from '#platform/identity/identity.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { runPostings } from '../../subgraphs/messaging/data/postingLane.ts';
import { aLiveRoom, aMessagingWorld, type MessagingWorld, roomLog, untilInRoom } from '../support/messaging.ts';
import { aPost, postingParts } from '../support/posting.ts';
import { askData, aUser, subscribeTo } from '../support/runtime.ts';

let world: MessagingWorld;

beforeAll(async () => {
  world = await aMessagingWorld();
});

afterAll(() => world.close());

const operator = aUser('opal', 'ops:read', 'ops:write');

interface Seen {
  readonly __typename: string;
  readonly cursor: string;
  readonly seq: number;
  readonly step?: string;
  readonly fromSeq?: number;
  readonly toSeq?: number;
  readonly count?: number;
}

/** Of 500 messages each: a machine that is too slow for a busy room gives up. */
const BATCHES_MAX = 40;

const follow = (on: RunningSubgraph, roomId: string, variables: object = {}, as: Identity = ANONYMOUS) => {
  const events = subscribeTo<{ roomEvents: Seen }>(on, {
    as,
    query: `subscription ($roomId: ID!, $after: Cursor, $kinds: [RoomEventKind!], $chat: ChatAudience! = SAMPLED) {
      roomEvents(roomId: $roomId, after: $after, kinds: $kinds, chat: $chat) {
        __typename cursor seq ... on SkippedEvent { fromSeq toSeq count } ... on StepChangedEvent { step } } }`,
    variables: { roomId, ...variables },
  });
  const next = async (): Promise<Seen> => (await events.data()).roomEvents;
  return {
    next,
    /** Everything up to with this seq; ends. */
    upTo: async (seq: number): Promise<readonly Seen[]> => {
      const seen: Seen[] = [];
      while ((seen.at(-1)?.seq ?? 0) < seq) seen.push(await next());
      await events.end();
      return seen;
    },
    raw: events,
  };
};

const pin = async (on: RunningSubgraph, roomId: string, step: string | null, key: string = randomUUID(), as: Identity = operator) =>
  (
    await askData<{ pinRoomStep: { room: { load: object } | null; userErrors: { code: string }[] } }>(on, {
      as,
      query: `mutation ($input: PinRoomStepInput!) { pinRoomStep(input: $input) { room { load { step pinned } } userErrors { code } } }`,
      variables: { input: { roomId, step, idempotencyKey: key } },
    })
  ).pinRoomStep;

const loadOf = async (on: RunningSubgraph, roomId: string) =>
  (
    await askData<{ room: { load: { step: string; messagesPerSecond: number; viewers: number; pinned: boolean } } }>(on, {
      as: operator,
      query: 'query ($id: ID!) { room(id: $id) { load { step messagesPerSecond viewers pinned } } }',
      variables: { id: roomId },
    })
  ).room.load;

/** Messages of as many authors, in one batch. */
const chat = (roomId: string, count: number): Promise<unknown> =>
  world.database.transaction('chat', (tx) =>
    runPostings(postingParts(world.messaging.feeds))(
      tx,
      Array.from({ length: count }, (_, index) =>
        aPost({ authorId: `viewer ${index}`, key: randomUUID(), fingerprint: 'f', conversationId: roomId }, `text ${index}`),
      ),
    ),
  );

/** What the log holds of this kind that is neither among the events nor counted in exactly one of them. */
const unaccounted = async (roomId: string, seen: readonly Seen[], fromSeq = 1) => {
  const chats = (await roomLog(world.messaging.feeds, roomId)).filter(({ kind, seq }) => kind === 'chat.posted' && seq >= fromSeq);
  const sent = new Map<number, number>();
  const counted = (seq: number): void => void sent.set(seq, (sent.get(seq) ?? 0) + 1);
  for (const { __typename, seq } of seen) if (__typename === 'ChatEvent') counted(seq);
  for (const { __typename, fromSeq: from = 0, toSeq: to = 0, count } of seen) {
    if (__typename !== 'SkippedEvent') continue;
    const skipped = chats.filter(({ seq }) => seq >= from && seq <= to && !sent.has(seq));
    expect(skipped).toHaveLength(count ?? 0);
    for (const { seq } of skipped) counted(seq);
  }
  return chats.filter(({ seq }) => sent.get(seq) !== 1).map(({ seq }) => seq);
};

describe('a room on its highest step', () => {
  test('sends every gift to every follower, and chat and SkippedEvents account for every message, also across resumes', async () => {
    const { roomId } = await aLiveRoom(world);
    const followers = [follow(world.messaging, roomId), follow(world.messaging, roomId, { kinds: ['CHAT', 'GIFT'] })];
    for (const each of followers) expect((await each.next()).__typename).toBe('PositionEvent');
    expect(await pin(world.messaging, roomId, 'SLOW_MODE_SUGGESTED')).toEqual({
      room: { load: { step: 'SLOW_MODE_SUGGESTED', pinned: true } },
      userErrors: [],
    });
    for (let round = 0; round < 4; round += 1) {
      await chat(roomId, 100);
      await world.sendGifts([{ streamId: roomId, senderId: `gifter ${round}` }]);
      await untilInRoom(world.messaging.feeds, roomId, ({ payload }) => payload['senderId'] === `gifter ${round}`);
    }
    await chat(roomId, 30);
    const log = await roomLog(world.messaging.feeds, roomId);
    const head = log.at(-1)?.seq ?? 0;
    const gifts = log.filter(({ kind }) => kind === 'gift.shown').map(({ seq }) => seq);
    const [all = []] = await Promise.all(followers.map((each) => each.upTo(head))).then((seen) => {
      for (const each of seen) expect(each.filter(({ __typename }) => __typename === 'GiftEvent').map(({ seq }) => seq)).toEqual(gifts);
      return seen;
    });
    expect(await unaccounted(roomId, all)).toEqual([]);
    expect(all.filter(({ __typename }) => __typename === 'ChatEvent').length).toBeLessThan(80);
    expect(all.map(({ seq }) => seq)).toEqual(all.map(({ seq }) => seq).toSorted((one, other) => one - other));
    // Whoever is cut off anywhere goes on from there: the same messages are left out, and nothing is told twice.
    const cuts = [
      all[3],
      all.find(({ __typename }) => __typename === 'SkippedEvent'),
      all.findLast(({ __typename }) => __typename === 'GiftEvent'),
    ];
    for (const cut of cuts) {
      const rest = await follow(world.messaging, roomId, { after: cut?.cursor }).upTo(head);
      expect(rest[0]).toMatchObject({ __typename: 'PositionEvent', seq: cut?.seq });
      const before = all.slice(0, all.indexOf(cut ?? (rest[0] as Seen)) + 1);
      expect(await unaccounted(roomId, [...before, ...rest.slice(1)])).toEqual([]);
      const chats = (seen: readonly Seen[]) => seen.filter(({ __typename }) => __typename !== 'SkippedEvent').map(({ seq }) => seq);
      expect(chats(rest.slice(1))).toEqual(chats(all.slice(before.length)));
    }
  });

  test('sends all of its chat to the streamer and to operators who ask for it, and to nobody else', async () => {
    const { roomId, as: streamer } = await aLiveRoom(world);
    await pin(world.messaging, roomId, 'SAMPLED_20');
    await chat(roomId, 50);
    const head = (await roomLog(world.messaging.feeds, roomId)).at(-1)?.seq ?? 0;
    const { cursor } = (await roomLog(world.messaging.feeds, roomId))[0] ?? { cursor: '' };
    for (const as of [streamer, operator]) {
      const seen = await follow(world.messaging, roomId, { after: cursor, chat: 'FULL' }, as).upTo(head);
      expect(seen.filter(({ __typename }) => __typename === 'ChatEvent')).toHaveLength(50);
    }
    const refused = follow(world.messaging, roomId, { chat: 'FULL' }, aUser('alice', 'chat:write'));
    expect((await refused.raw.next()).errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN');
    const checks = ['SAMPLED', 'FULL'].flatMap((audience) =>
      [
        { userId: 'alice', scopes: ['chat:write'] },
        { userId: null, scopes: [] },
        { userId: 'opal', scopes: ['ops:read'] },
      ].map((who) => ({ subject: roomId, audience, ...who })),
    );
    const { admissions } = await askData<{ admissions: { refusal: string | null }[] }>(world.messaging, {
      as: { kind: 'service', service: 'gateway', scopes: [] },
      query: 'query ($checks: [AdmissionCheck!]!) { admissions(checks: $checks) { refusal } }',
      variables: { checks },
    });
    expect(admissions.map(({ refusal }) => refusal === null)).toEqual([true, true, true, false, false, true]);
  });
});

describe('pinRoomStep', () => {
  test('reaches every process, lasts, answers a key once, and is an operator’s', async () => {
    const { roomId } = await aLiveRoom(world);
    const twin = await world.twin();
    const events = follow(twin, roomId);
    await events.next();
    const key = randomUUID();
    const pinned = await pin(world.messaging, roomId, 'SAMPLED_5', key);
    expect(await events.next()).toMatchObject({ __typename: 'StepChangedEvent', step: 'SAMPLED_5' });
    expect(await pin(world.messaging, roomId, 'SAMPLED_5', key)).toEqual(pinned);
    expect(await pin(world.messaging, roomId, 'FULL', key)).toEqual({ room: null, userErrors: [{ code: 'IDEMPOTENCY_CONFLICT' }] });
    expect(await loadOf(twin, roomId)).toMatchObject({ step: 'SAMPLED_5', pinned: true });
    expect((await pin(world.messaging, roomId, null)).room).toEqual({ load: { step: 'SAMPLED_5', pinned: false } });
    expect((await pin(world.messaging, randomUUID(), 'FULL')).userErrors).toEqual([{ code: 'ROOM_NOT_FOUND' }]);
    await expect(pin(world.messaging, roomId, 'FULL', key, aUser('alice', 'chat:write'))).rejects.toThrow(/ops:write/);
    const record = await world.database.query<{ step: string; pinned: boolean; by: string | null }>({
      text: 'SELECT step, pinned, changed_by AS by FROM room_step WHERE room_id = $1 ORDER BY seq',
      values: [roomId],
    });
    expect(record).toEqual([
      { step: 'SAMPLED_5', pinned: true, by: 'opal' },
      { step: 'SAMPLED_5', pinned: false, by: 'opal' },
    ]);
    await events.raw.end();
  });
});

describe('a room whose load grows', () => {
  test('is moved up, to each step once, says so in its log, and shows operators what was measured', async () => {
    const { roomId } = await aLiveRoom(world);
    const twin = await world.twin();
    const [one, other] = [follow(world.messaging, roomId), follow(twin, roomId, { kinds: ['STEP'] })];
    await Promise.all([one.next(), other.next()]);
    // A slow machine takes the steps one by one, a fast one all at once.
    const climbed: Seen[] = [];
    const isSampled = (): boolean => climbed.at(-1)?.step?.startsWith('SAMPLED_') === true;
    const climbing = (async () => {
      while (!isSampled()) climbed.push(await other.next());
    })();
    for (let batch = 0; batch < BATCHES_MAX && !isSampled(); batch += 1) await chat(roomId, 500);
    await climbing;
    const steps = climbed.map(({ step }) => step);
    expect(new Set(steps).size, steps.join()).toBe(steps.length);
    const lastSeq = climbed.at(-1)?.seq ?? 0;
    expect((await loadOf(twin, roomId)).messagesPerSecond).toBeGreaterThan(400);
    const seen = await one.upTo(lastSeq);
    expect(await unaccounted(roomId, seen).then((missing) => missing.filter((seq) => seq < lastSeq))).toEqual([]);
    await other.raw.end();
  });
});
