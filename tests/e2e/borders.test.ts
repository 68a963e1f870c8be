import { randomUUID } from 'node:crypto';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ask, type GiftAnswer, type GraphQLAnswer, postMessage, request, sendGift, topUp } from '../support/clients.ts';
import { expiredToken } from '../support/expired-token.ts';
import { redisServerOnPath } from '../support/forms.ts';
import { aPlatform, eventually, type Platform } from '../support/platform.ts';
import { DEMO_STREAM, giftsShown } from '../support/room-truth.ts';

// Hostile and mistaken input, each with its own clear code, and nothing changed. In split form too where Redis is there: only it has internal endpoints.
const form = redisServerOnPath ? 'split' : 'embedded';

describe(`borders (${form})`, () => {
  let platform: Platform;
  let alice: string;
  beforeAll(async () => {
    platform = await aPlatform(form);
    alice = await platform.token('alice');
    await topUp(platform.url, alice, 'coins-100');
  });
  afterAll(() => platform?.close());

  /** Everything a refused request could have changed: wallets, orders, ledger, feeds. */
  const books = async (): Promise<string> => {
    const [trading] = await platform.sql<object>(
      'trading',
      `SELECT (SELECT coalesce(sum(head_seq), 0) FROM feed WHERE id LIKE 'gifts/%')::text AS gifts, (SELECT count(*) FROM gift_order)::text AS orders`,
    );
    const [messaging] = await platform.sql<object>(
      'messaging',
      `SELECT coalesce(sum(head_seq), 0)::text AS events FROM feed WHERE id LIKE 'conversation/%'`,
    );
    const wallet = await ask(platform.url, '{ me { wallet { coins version } } }', {}, alice);
    return JSON.stringify([trading, messaging, wallet]);
  };
  const unchanged = async (work: () => Promise<void>): Promise<void> => {
    const before = await books();
    await work();
    expect(await books()).toBe(before);
  };
  const gift = (
    over: Partial<{ streamId: string; giftId: string; quantity: number; idempotencyKey: string }>,
    token: string | null = alice,
  ): Promise<GraphQLAnswer<{ sendGift: GiftAnswer }>> =>
    sendGift(platform.url, token, { streamId: DEMO_STREAM, giftId: 'rose', quantity: 1, idempotencyKey: randomUUID(), ...over });
  const userErrorOf = (answer: GraphQLAnswer<{ sendGift: GiftAnswer }>): unknown => answer.data?.sendGift.userErrors[0]?.code;
  const codeOf = (answer: GraphQLAnswer<unknown>): unknown => answer.errors?.[0]?.extensions?.['code'];

  test.each([
    ['too few coins', { giftId: 'rocket', quantity: 9 }, 'INSUFFICIENT_COINS'],
    ['an unknown gift', { giftId: 'no-such-gift' }, 'GIFT_NOT_FOUND'],
    ['a withdrawn gift', { giftId: 'snowflake' }, 'GIFT_NOT_ON_SALE'],
    ['an unknown stream', { streamId: '01980000-0000-7000-8000-00000000ffff' }, 'STREAM_NOT_FOUND'],
    ['quantity 0', { quantity: 0 }, 'QUANTITY_OUT_OF_RANGE'],
    ['quantity −1', { quantity: -1 }, 'QUANTITY_OUT_OF_RANGE'],
    ['quantity 10⁹', { quantity: 1_000_000_000 }, 'QUANTITY_OUT_OF_RANGE'],
  ])('%s is the caller’s fault, said as data', (_, over, code) =>
    unchanged(async () => {
      const answer = await gift(over);
      expect(answer.errors).toBeUndefined();
      expect([userErrorOf(answer), answer.data?.sendGift.order]).toEqual([code, null]);
    }),
  );

  test('a gift to oneself is refused', () =>
    unchanged(async () => {
      const luna = await platform.token('luna');
      expect(userErrorOf(await gift({}, luna))).toBe('SELF_GIFT');
    }));

  test('the same key again answers the same; with other input it is a conflict', async () => {
    const idempotencyKey = randomUUID();
    const first = await gift({ idempotencyKey });
    expect(first.data?.sendGift.userErrors).toEqual([]);
    const orderId = first.data?.sendGift.order?.id ?? 'none';
    await eventually('the gift is in the room', async () => (await giftsShown(platform, DEMO_STREAM)).get(orderId) === 1);
    await unchanged(async () => {
      expect((await gift({ idempotencyKey })).data?.sendGift.order).toMatchObject({ id: first.data?.sendGift.order?.id });
      expect(userErrorOf(await gift({ idempotencyKey, quantity: 2 }))).toBe('IDEMPOTENCY_CONFLICT');
    });
  });

  test.each([
    ['NUL', 'a\u0000b'],
    ['a lone surrogate', 'a\ud800b'],
  ])('%s in any input is BAD_USER_INPUT', (_, bad) =>
    unchanged(async () => {
      expect(codeOf(await gift({ idempotencyKey: bad }))).toBe('BAD_USER_INPUT');
      expect(codeOf(await gift({ giftId: bad }))).toBe('BAD_USER_INPUT');
      const posted = await request(
        platform.url,
        'mutation P($input: PostMessageInput!) { postMessage(input: $input) { userErrors { code } } }',
        { input: { roomId: DEMO_STREAM, text: bad, idempotencyKey: randomUUID() } },
        alice,
      );
      expect(codeOf(posted)).toBe('BAD_USER_INPUT');
      const literal = await request(
        platform.url,
        `mutation { postMessage(input: { roomId: "${DEMO_STREAM}", text: ${bad.includes('\u0000') ? '"a\\u0000b"' : '"a\\ud800b"'}, idempotencyKey: "k" }) { userErrors { code } } }`,
        {},
        alice,
      );
      expect(['BAD_USER_INPUT', 'GRAPHQL_PARSE_FAILED']).toContain(codeOf(literal));
    }),
  );

  test.each([
    ['no token', null],
    ['garbage', 'garbage'],
    ['a forged token', 'forged'],
    ['an expired token', 'expired'],
  ])('%s cannot send a gift: UNAUTHENTICATED', (_, kind) =>
    unchanged(async () => {
      const token = kind === 'forged' ? `${alice.slice(0, -6)}AAAAAA` : kind === 'expired' ? await expiredToken(platform.dataFolder) : kind;
      expect(codeOf(await gift({}, token))).toBe('UNAUTHENTICATED');
    }),
  );

  test('a token without the scope is FORBIDDEN', () =>
    unchanged(async () => {
      expect(codeOf(await gift({}, await platform.token('status')))).toBe('FORBIDDEN');
    }));

  test('bodies, methods and documents that are wrong each have their code', () =>
    unchanged(async () => {
      const send = async (init: RequestInit, path = '/graphql'): Promise<[number, unknown]> => {
        const response = await fetch(`${platform.url}${path}`, init);
        const answer = (await response.json()) as GraphQLAnswer<unknown>;
        return [response.status, codeOf(answer)];
      };
      const json = { 'content-type': 'application/json', authorization: `Bearer ${alice}` };
      expect(
        await send({ method: 'POST', headers: json, body: JSON.stringify({ query: `{ me { id } } # ${'x'.repeat(10_000_000)}` }) }),
      ).toEqual([413, 'PAYLOAD_TOO_LARGE']);
      expect(await send({ method: 'POST', headers: json, body: '{"query": ' })).toEqual([400, 'BAD_REQUEST']);
      expect(await send({ method: 'POST', headers: json, body: JSON.stringify({ query: '{ me { id ' }) })).toEqual([
        400,
        'GRAPHQL_PARSE_FAILED',
      ]);
      expect(await send({ method: 'POST', headers: json, body: JSON.stringify({ query: '{ nobody }' }) })).toEqual([
        400,
        'GRAPHQL_VALIDATION_FAILED',
      ]);
      expect(
        (
          await send({
            method: 'POST',
            headers: json,
            body: JSON.stringify({ query: `subscription { roomEvents(roomId: "${DEMO_STREAM}") { id } }` }),
          })
        )[1],
      ).toBe('SUBSCRIPTION_OVER_HTTP');
      const mutation = encodeURIComponent(
        'mutation { topUp(input: { productId: "coins-100", idempotencyKey: "get" }) { userErrors { code } } }',
      );
      expect((await send({ method: 'GET', headers: { ...json, 'apollo-require-preflight': '1' } }, `/graphql?query=${mutation}`))[1]).toBe(
        'MUTATION_OVER_GET',
      );
    }));

  test('a personal field in a broadcast operation is refused', async () => {
    const client = createClient({ url: `${platform.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 });
    const refused = new Promise<unknown>((resolve) => {
      client.subscribe(
        { query: `subscription { roomEvents(roomId: "${DEMO_STREAM}") { id ... on GiftEvent { sender { wallet { coins } } } } }` },
        {
          next: (value) => resolve(value.errors?.[0]?.extensions?.['code']),
          error: (errors) => resolve(Array.isArray(errors) ? errors[0]?.extensions?.code : errors),
          complete: () => undefined,
        },
      );
    });
    expect(await refused).toBe('PERSONAL_FIELD_IN_BROADCAST');
    await client.dispose();
  });

  test.runIf(form === 'split')('a direct call to a subgraph or its feeds without a signed identity is UNAUTHENTICATED', () =>
    unchanged(async () => {
      const urls = await platform.urls();
      for (const part of ['streaming', 'trading', 'messaging', 'monitoring']) {
        for (const [path, body] of [
          ['/graphql', { query: '{ __typename }' }],
          ['/internal/feeds/pull', { feeds: [{ feed: 'gifts/0', after: null }], limit: 1, waitMs: 0 }],
        ] as const) {
          for (const headers of [{}, { 'x-fanfare-identity': 'forged' }, { authorization: `Bearer ${alice}` }]) {
            const response = await fetch(`${urls[part]}${path}`, {
              method: 'POST',
              headers: { 'content-type': 'application/json', ...headers },
              body: JSON.stringify(body),
            });
            expect([part, path, response.status]).toEqual([part, path, 401]);
            expect(codeOf((await response.json()) as GraphQLAnswer<unknown>)).toBe('UNAUTHENTICATED');
          }
        }
      }
    }),
  );

  test('a client cannot bring its own identity header', () =>
    unchanged(async () => {
      const response = await fetch(`${platform.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-fanfare-identity': 'v1.anything' },
        body: JSON.stringify({ query: '{ me { id } }' }),
      });
      expect(await response.json()).toEqual({ data: { me: null } });
    }));

  // Last, since it ends the stream that the others use.
  test('an ended stream takes no gifts, and its room no messages', async () => {
    const luna = await platform.token('luna');
    const ended = await ask<{ endStream: { stream: { status: string } } }>(
      platform.url,
      'mutation End($input: StreamInput!) { endStream(input: $input) { stream { status } userErrors { code } } }',
      { input: { streamId: DEMO_STREAM, idempotencyKey: randomUUID() } },
      luna,
    );
    expect(ended.endStream.stream.status).toBe('ENDED');
    await eventually('trading knows', async () => userErrorOf(await gift({})) === 'STREAM_NOT_LIVE');
    const post = () => postMessage(platform.url, alice, { roomId: DEMO_STREAM, text: 'anybody here?', idempotencyKey: randomUUID() });
    await eventually('messaging knows', async () => (await post()).data?.postMessage.userErrors[0]?.code === 'ROOM_CLOSED');
    await unchanged(async () => {
      expect(userErrorOf(await gift({}))).toBe('STREAM_NOT_LIVE');
      expect((await post()).data?.postMessage).toMatchObject({ event: null, userErrors: [{ code: 'ROOM_CLOSED' }] });
    });
  });
});
