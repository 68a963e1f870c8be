import { randomUUID } from 'node:crypto';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aViewer, banned, canPost, decide, refusalsOf } from '../support/bans.ts';
import { ask, request, resumingClient, sendGift, sequenceFaults, topUp, watchRoom } from '../support/clients.ts';
import { withDeadline } from '../support/deadline.ts';
import { platformForms } from '../support/forms.ts';
import { ledgerFaults } from '../support/ledger.ts';
import { aPlatform, eventually, type Platform } from '../support/platform.ts';
import { DEMO_STREAM, giftsSent, giftsShown } from '../support/room-truth.ts';

const VIEWERS = 50;
const DELIVERY_DEADLINE_MS = 30_000;
/** From a ban's answer to the end of what it is about. */
const REVOKED_WITHIN_MS = 1_000;

interface WalletAnswer {
  readonly me: { readonly wallet: { readonly coins: string; readonly diamonds: string; readonly version: number } };
}
const WALLET = '{ me { wallet { coins diamonds version } } }';

describe.each(platformForms)('the main job (%s)', (form) => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await aPlatform(form);
  });
  afterAll(() => platform?.close());

  test('one gift reaches 50 subscribers once each, with the fields of three subgraphs, and every book agrees to the coin', async () => {
    const [alice, luna] = [await platform.token('alice'), await platform.token('luna')];
    await topUp(platform.url, alice, 'coins-1000');
    const before = (await ask<WalletAnswer>(platform.url, WALLET, {}, alice)).me.wallet;
    const lunaBefore = (await ask<WalletAnswer>(platform.url, WALLET, {}, luna)).me.wallet;
    const watchers = Array.from({ length: VIEWERS }, () => watchRoom(platform.url, DEMO_STREAM));
    await Promise.all(watchers.map((watcher) => watcher.ready));

    const { data, errors } = await sendGift(platform.url, alice, {
      streamId: DEMO_STREAM,
      giftId: 'lollipop',
      quantity: 3,
      idempotencyKey: randomUUID(),
    });
    expect(errors).toBeUndefined();
    const order = data?.sendGift.order;
    expect(data?.sendGift).toMatchObject({ userErrors: [], order: { coins: '30' }, wallet: { coins: String(BigInt(before.coins) - 30n) } });

    await Promise.all(
      watchers.map((watcher) =>
        watcher.until('the gift', (events) => events.some((event) => event.orderId === order?.id), DELIVERY_DEADLINE_MS),
      ),
    );
    // A second event behind the gift: whatever had been sent twice would stand between the two.
    await sendGift(platform.url, alice, { streamId: DEMO_STREAM, giftId: 'rose', quantity: 1, idempotencyKey: randomUUID() });
    await Promise.all(
      watchers.map((watcher) =>
        watcher.until(
          'the second gift',
          (events) => events.filter((event) => event.orderId !== undefined).length >= 2,
          DELIVERY_DEADLINE_MS,
        ),
      ),
    );
    for (const watcher of watchers) {
      const gifts = watcher.events.filter((event) => event.orderId === order?.id);
      expect(gifts).toMatchObject([
        { __typename: 'GiftEvent', quantity: 3, coins: '30', gift: { id: 'lollipop' }, sender: { id: 'alice' } },
      ]);
      expect(gifts[0]?.gift?.name).toMatch(/\S/);
      expect(gifts[0]?.sender?.displayName).toMatch(/\S/);
      expect(watcher.errors).toEqual([]);
    }

    await eventually(
      'the streamer is credited',
      async () => {
        const { diamonds } = (await ask<WalletAnswer>(platform.url, WALLET, {}, luna)).me.wallet;
        return BigInt(diamonds) - BigInt(lunaBefore.diamonds) === 31n;
      },
      DELIVERY_DEADLINE_MS,
    );
    const settled = await ask<{ giftOrder: { status: string; settledAt: string | null } }>(
      platform.url,
      'query Order($id: ID!) { giftOrder(id: $id) { status settledAt } }',
      { id: order?.id },
      alice,
    );
    expect(settled.giftOrder.status).toBe('SETTLED');
    expect(settled.giftOrder.settledAt).not.toBeNull();
    const after = (await ask<WalletAnswer>(platform.url, WALLET, {}, alice)).me.wallet;
    expect(BigInt(before.coins) - BigInt(after.coins)).toBe(31n);
    expect((await giftsSent(platform)).get(order?.id ?? '')).toBe(1);
    expect((await giftsShown(platform, DEMO_STREAM)).get(order?.id ?? '')).toBe(1);
    expect(await ledgerFaults((text) => platform.sql('trading', text))).toEqual([]);
  });

  test('the same key sends the gift once, and answers the same', async () => {
    const alice = await platform.token('alice');
    await topUp(platform.url, alice, 'coins-100');
    const input = { streamId: DEMO_STREAM, giftId: 'rose', quantity: 2, idempotencyKey: randomUUID() };
    const answers = await Promise.all(Array.from({ length: 16 }, () => sendGift(platform.url, alice, input)));
    const orders = new Set(answers.map(({ data }) => data?.sendGift.order?.id));
    expect(orders.size).toBe(1);
    expect((await giftsSent(platform)).get([...orders][0] ?? '')).toBe(1);
  });

  test('a ban ends what its user follows within a second; nothing else of theirs, and nothing of anybody else', async () => {
    const watching = ['alice', 'viewer-02', 'viewer-03'].map(async (user) =>
      watchRoom(platform.url, DEMO_STREAM, { token: await platform.token(user) }),
    );
    const others = await Promise.all(watching);
    const alice = await platform.token('alice');
    const [mallory, ...unwanted] = await Promise.all(['mallory', 'viewer-10', 'viewer-11'].map((user) => aViewer(platform, user)));
    if (mallory === undefined) throw new Error('mallory is not there');
    await Promise.all(others.map((each) => each.ready));
    expect([await refusalsOf(platform, mallory.token), await canPost(platform, mallory.token)]).toEqual([[], true]);
    const posting = (async () => {
      for (let sent = 0; sent < 15; sent += 1) expect(await refusalsOf(platform, alice)).toEqual([]);
    })();
    // Three times, so that one pause of the machine is not taken for ours.
    const tookMs: number[] = [];
    for (const each of [mallory, ...unwanted]) tookMs.push(await banned(platform, each));
    expect(tookMs.toSorted((a, b) => a - b)[1]).toBeLessThan(REVOKED_WITHIN_MS);
    await posting;
    expect(await refusalsOf(platform, mallory.token)).toEqual(['BANNED']);
    expect([await canPost(platform, mallory.token), await canPost(platform, alice)]).toEqual([false, true]);
    await Promise.all(others.map((each) => each.until('all messages', (events) => events.length >= 16, DELIVERY_DEADLINE_MS)));
    for (const { events, errors } of others) expect([sequenceFaults(events), errors]).toEqual([[], []]);
    expect(mallory.isWhole()).toBe(true);

    const again = watchRoom(platform.url, DEMO_STREAM, { token: mallory.token });
    await expect(again.ready).rejects.toThrow('You are banned from this room.');
    expect(await decide(platform, 'unban', 'mallory', 'luna')).toEqual([]);
    const back = watchRoom(platform.url, DEMO_STREAM, { token: mallory.token });
    await back.ready;
    expect([await refusalsOf(platform, mallory.token), await canPost(platform, mallory.token)]).toEqual([[], true]);
    await Promise.all([...others, again, back].map((each) => each.close()));
    await Promise.all([mallory, ...unwanted].map(({ leave }) => leave()));
  });

  test('whose role is taken away follows the queue of moderators no more, and their socket stays', async () => {
    const [luna, alice, token] = await Promise.all(['luna', 'alice', 'viewer-07'].map((user) => platform.token(user)));
    const change = async (as: string | undefined, field: string, type: string, input: object): Promise<void> => {
      const query = `mutation Change($input: ${type}!) { answer: ${field}(input: $input) { userErrors { code } } }`;
      const variables = { input: { conversationId: DEMO_STREAM, idempotencyKey: randomUUID(), ...input } };
      expect(await ask(platform.url, query, variables, as)).toEqual({ answer: { userErrors: [] } });
    };
    const give = (role: string) => change(luna, 'setRole', 'SetRoleInput', { userId: 'viewer-07', role });
    const report = (userId: string) => change(alice, 'reportUser', 'ReportUserInput', { userId, reason: 'SPAM' });
    await give('MODERATOR');
    let closings = 0;
    const client = resumingClient(platform.url, token ?? null, (socket) => {
      if (socket === null) closings += 1;
    });
    const [begun, reported, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), Promise.withResolvers<unknown>()];
    const seen: unknown[] = [];
    const variables = { id: DEMO_STREAM };
    // They follow the room, too: a client with nothing to follow closes its socket by itself.
    const inRoom = Promise.withResolvers<unknown>();
    client.subscribe<{ roomEvents: { __typename: string } }>(
      { query: 'subscription Room($id: ID!) { roomEvents(roomId: $id, kinds: [CHAT]) { __typename } }', variables },
      {
        next: ({ data }) => {
          if (data?.roomEvents.__typename === 'ChatEvent') inRoom.resolve('ChatEvent');
        },
        error: inRoom.resolve,
        complete: () => inRoom.resolve('completed'),
      },
    );
    const query = 'subscription Queue($id: ID!) { moderationQueue(conversationId: $id) { __typename } }';
    client.subscribe<{ moderationQueue: { __typename: string } }>(
      { query, variables },
      {
        next: ({ data }) => {
          seen.push(data?.moderationQueue.__typename);
          begun.resolve();
          if (seen.length > 1) reported.resolve();
        },
        error: ended.resolve,
        complete: () => ended.resolve('completed'),
      },
    );
    await withDeadline(begun.promise, 'the queue begins');
    await report('viewer-08');
    await withDeadline(reported.promise, 'the report is told');
    await give('GUEST');
    await report('viewer-09');
    expect(await withDeadline(ended.promise, 'the queue ends')).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(await refusalsOf(platform, await platform.token('alice'))).toEqual([]);
    expect(await withDeadline(inRoom.promise, 'the room goes on')).toBe('ChatEvent');
    expect([seen, closings]).toEqual([['ModerationQueuePositionEvent', 'ReportedEvent'], 0]);
    await client.dispose();
  });

  test('who may be in a room is for its streamer and operators to decide, and for the gateway alone to ask', async () => {
    expect(await decide(platform, 'ban', 'bob', 'streamer-01')).toEqual(['NOT_A_MODERATOR']);
    expect([await decide(platform, 'ban', 'bob', 'olga'), await decide(platform, 'unban', 'bob', 'olga')]).toEqual([[], []]);
    await expect(decide(platform, 'ban', 'bob', 'alice')).rejects.toThrow('FORBIDDEN');
    const token = await platform.token('olga');
    const { errors } = await request(platform.url, '{ admissions(checks: []) { refusal } }', {}, token);
    expect(errors?.[0]?.extensions?.['code']).toBe('GRAPHQL_VALIDATION_FAILED');
    const pull = async (origin: string, headers: Readonly<Record<string, string>>): Promise<number> => {
      const body = JSON.stringify({ feeds: [{ feed: 'control/1', after: null }], limit: 10, waitMs: 0 });
      const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
      return (await fetch(`${origin}/internal/feeds/pull`, init)).status;
    };
    const { messaging } = form === 'split' ? await platform.urls() : { messaging: undefined };
    for (const headers of [{}, { authorization: `Bearer ${token}` }, { 'x-fanfare-identity': token }]) {
      expect(await pull(platform.url, headers)).toBe(400);
      if (messaging !== undefined) expect(await pull(messaging, headers)).toBe(401);
    }
  });

  // One process has no Redis that could fall silent; what a lost hint does there is tested in subgraph/gateway-control.
  const testSplit = form === 'split' ? test : null;
  testSplit?.('a ban ends what its user follows within a second also when Redis carries no hint any more', async () => {
    const viewers = await Promise.all(['viewer-04', 'viewer-05', 'viewer-06'].map((user) => aViewer(platform, user)));
    const redis = createClient({ url: await platform.redisUrl() });
    await redis.connect();
    await redis.sendCommand(['ACL', 'SETUSER', 'default', 'resetchannels']);
    const tookMs: number[] = [];
    try {
      for (const viewer of viewers) tookMs.push(await banned(platform, viewer));
    } finally {
      await redis.sendCommand(['ACL', 'SETUSER', 'default', 'allchannels']);
      await redis.close();
    }
    expect(tookMs.toSorted((a, b) => a - b)[1]).toBeLessThan(REVOKED_WITHIN_MS);
    await Promise.all(viewers.map(({ leave }) => leave()));
  });
});
