import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ConfigError } from '#platform/config/config.ts';
import type { Identity } from '#platform/identity/identity.ts';
import { pruneDeliveries } from '../../subgraphs/messaging/data/webhookDeliveries.ts';
import { DELIVERY_LOG_DAYS } from '../../subgraphs/messaging/domain/webhookLimits.ts';
import { aLiveRoom, aMessagingWorld, type MessagingWorld, roomLog } from '../support/messaging.ts';
import { heldMessage } from '../support/queue.ts';
import { aConfig, ask, askData, aUser } from '../support/runtime.ts';
import { aReceiver, type ReceivedPost, type Receiver, type ReceiverAnswer } from '../support/webhookReceiver.ts';

const SECRET = Buffer.alloc(32, 5);
const KEYS = `k2:${SECRET.toString('base64')},k1:${Buffer.alloc(32, 6).toString('base64')}`;
const OLGA = aUser('olga', 'ops:read');

let receiver: Receiver;
let open: MessagingWorld;
let closed: MessagingWorld;
let roomIds: { readonly open: string; readonly closed: string };
/** What the receiver does with questions, and with events. */
let judge: (message: { readonly text: string }) => ReceiverAnswer;
let take: (delivery: Delivery) => ReceiverAnswer;

interface Delivery {
  readonly conversationId: string;
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly events: readonly { readonly seq: number; readonly kind: string; readonly payload: { readonly text?: string } }[];
}
const parsed = (post: ReceivedPost) =>
  JSON.parse(post.body) as { readonly type: string; readonly message: { readonly text: string } } & Delivery;

const envOf = (onFailure: string, hooks: string) => ({
  MESSAGE_WEBHOOK_URL: receiver.url,
  MESSAGE_WEBHOOK_KEYS: KEYS,
  MESSAGE_WEBHOOK_HOOKS: hooks,
  MESSAGE_WEBHOOK_TIMEOUT_MS: '1000',
  MESSAGE_WEBHOOK_ON_FAILURE: onFailure,
});

beforeAll(async () => {
  const ok: ReceiverAnswer = { status: 204 };
  [judge, take] = [() => ok, () => ok];
  receiver = await aReceiver({ id: 'k2', secret: SECRET }, (post) => {
    const body = parsed(post);
    return body.type === 'message.beforeSend' ? judge(body.message) : take(body);
  });
  [open, closed] = await Promise.all([
    aMessagingWorld({ env: envOf('open', 'beforeSend,afterAppend') }),
    aMessagingWorld({ env: envOf('closed', 'beforeSend') }),
  ]);
  roomIds = { open: (await aLiveRoom(open)).roomId, closed: (await aLiveRoom(closed)).roomId };
});
beforeEach(() => {
  [judge, take] = [() => ({ status: 200, body: { verdict: 'allow' } }), () => ({ status: 204 })];
});
afterAll(async () => {
  await Promise.all([open.close(), closed.close()]);
  await receiver.close();
});

interface Answer {
  readonly event: { readonly seq: number; readonly message: { readonly id: string; readonly text: string } } | null;
  readonly held: { readonly id: string } | null;
  readonly userErrors: readonly { readonly code: string; readonly reason: string | null; readonly message: string }[];
}
const post = async (
  where: 'open' | 'closed',
  text: string,
  as: Identity = aUser(`author-${randomUUID()}`, 'chat:write'),
  roomId = roomIds[where],
) => {
  const { postMessage } = await askData<{ postMessage: Answer }>({ open, closed }[where].messaging, {
    as,
    query: `mutation ($input: PostMessageInput!) { postMessage(input: $input) { event { seq message { id text } } held { id reason detail } userErrors { code reason message } } }`,
    variables: { input: { roomId, text, idempotencyKey: randomUUID() } },
  });
  return postMessage;
};
const questionsAbout = (text: string): readonly ReceivedPost[] =>
  receiver.posts.filter((each) => parsed(each).type === 'message.beforeSend' && parsed(each).message.text === text);

describe('a message is judged outside', () => {
  test('by a signed question that says who says what, and where', async () => {
    expect((await post('open', 'hello', aUser('ann', 'chat:write'))).event?.message.text).toBe('hello');
    const [question] = questionsAbout('hello');
    expect(JSON.parse(question?.body ?? '{}')).toMatchObject({
      type: 'message.beforeSend',
      v: 1,
      conversation: { id: roomIds.open, kind: 'ROOM' },
      author: { id: 'ann' },
      message: { type: 'TEXT', text: 'hello', attachments: [] },
    });
    expect(receiver.forged).toEqual([]);
  });

  test('and is refused, held or changed as is said there', async () => {
    judge = () => ({ status: 200, body: { verdict: 'refuse', code: 'RUDE', message: 'Be kind.' } });
    expect((await post('open', 'rude')).userErrors).toMatchObject([{ code: 'REFUSED', reason: 'RUDE', message: 'Be kind.' }]);
    judge = () => ({ status: 200, body: { verdict: 'hold', reason: 'perhaps rude' } });
    const held = await post('open', 'perhaps');
    expect(held).toMatchObject({ event: null, userErrors: [], held: { reason: 'CHECK', detail: null } });
    const shown = await heldMessage(open.messaging, aUser('olga', 'ops:read'), held.held?.id ?? '');
    expect(shown).toMatchObject({ detail: 'perhaps rude', text: 'perhaps', state: 'OPEN' });
    judge = ({ text }) => ({ status: 200, body: { verdict: 'change', text: text.replaceAll('damn', '****') } });
    expect((await post('open', 'damn it')).event?.message.text).toBe('**** it');
  });

  test('and so is what an author makes of it later; nobody is asked about what somebody else would like it to say', async () => {
    const ann = aUser('ann', 'chat:write');
    const id = (await post('open', 'harmless', ann)).event?.message.id ?? '';
    const edit = async (text: string, as = ann) => {
      const query = 'mutation ($input: EditMessageInput!) { editMessage(input: $input) { message { text } userErrors { code reason } } }';
      const variables = { input: { messageId: id, text, idempotencyKey: randomUUID() } };
      return (await askData<{ editMessage: unknown }>(open.messaging, { as, query, variables })).editMessage;
    };
    const refused = (reason: string) => ({ message: null, userErrors: [{ code: 'REFUSED', reason }] });
    judge = () => ({ status: 200, body: { verdict: 'refuse', code: 'RUDE', message: 'Be kind.' } });
    expect(await edit('rude by now')).toEqual(refused('RUDE'));
    expect(JSON.parse(questionsAbout('rude by now')[0]?.body ?? '{}')).toMatchObject({ author: { id: 'ann' }, replaces: id });
    judge = () => ({ status: 200, body: { verdict: 'hold', reason: 'perhaps' } });
    expect(await edit('perhaps by now')).toEqual(refused('HELD'));
    judge = ({ text }) => ({ status: 200, body: { verdict: 'change', text: text.replaceAll('damn', '****') } });
    expect(await edit('damn by now')).toEqual({ message: { text: '**** by now' }, userErrors: [] });
    expect(await edit('by mallory', aUser('mallory', 'chat:write'))).toMatchObject({ userErrors: [{ code: 'NOT_ALLOWED' }] });
    expect(questionsAbout('by mallory')).toEqual([]);
  });

  test.each<[string, ReceiverAnswer, number]>([
    ['hangs', 'hang', 2],
    ['cuts the line', 'cut', 2],
    ['answers 500', { status: 500 }, 2],
    ['answers 404', { status: 404 }, 1],
    ['sends it elsewhere', { status: 302, headers: { location: '/elsewhere' } }, 1],
    ['says what is no judgement', { status: 200, body: { verdict: 'perhaps' } }, 1],
    ['makes a text that nobody may send', { status: 200, body: { verdict: 'change', text: 'x'.repeat(501) } }, 1],
  ])(
    'an outside that %s lets messages through or keeps them out, as is configured, and is asked again only where that may help',
    async (how, answer, questions) => {
      judge = () => answer;
      const startMs = performance.now();
      expect((await post('open', `open ${how}`)).event?.message.text).toBe(`open ${how}`);
      expect((await post('closed', `closed ${how}`)).userErrors).toMatchObject([{ code: 'MODULE_UNAVAILABLE' }]);
      // Twice the configured second, and what the machine takes.
      expect(performance.now() - startMs).toBeLessThan(4_000);
      expect([questionsAbout(`open ${how}`).length, questionsAbout(`closed ${how}`).length]).toEqual([questions, questions]);
    },
  );

  test('a second try that is answered counts', async () => {
    judge = ({ text }) =>
      questionsAbout(text).length === 1 ? { status: 503 } : { status: 200, body: { verdict: 'refuse', code: 'RUDE', message: 'Be kind.' } };
    expect((await post('closed', 'second try')).userErrors).toMatchObject([{ code: 'REFUSED', reason: 'RUDE' }]);
    const ids = questionsAbout('second try').map(({ headers }) => headers['webhook-id']);
    expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
  });

  test('an outside that keeps failing is left alone for a while, and found again', async () => {
    judge = () => ({ status: 500 });
    for (let count = 0; count < 15; count += 1) await post('closed', `failing ${count}`);
    const unasked = Array.from({ length: 15 }, (_, count) => questionsAbout(`failing ${count}`).length).filter((asked) => asked === 0);
    judge = () => ({ status: 204 });
    await expect.poll(async () => (await post('closed', 'back?')).event?.message.text).toBe('back?');
    // Now and then it is asked whether it is back.
    expect(unasked.length).toBeGreaterThan(0);
  });
});

const deliveriesOf = (conversationId: string): readonly Delivery[] =>
  receiver.posts.flatMap((each) =>
    parsed(each).type === 'conversation.events' && parsed(each).conversationId === conversationId ? [parsed(each)] : [],
  );
interface ShownDelivery {
  readonly id: string;
  readonly conversationId: string;
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly state: string;
  readonly attemptCount: number;
  readonly nextTryAt: string | null;
  readonly attempts: readonly {
    readonly number: number;
    readonly statusCode: number | null;
    readonly error: string | null;
    readonly tookMs: number;
  }[];
}
const shown = async (variables: object = {}) =>
  (
    await askData<{ webhookDeliveries: { nodes: ShownDelivery[]; pageInfo: { endCursor: string; hasNextPage: boolean } } }>(
      open.messaging,
      {
        as: OLGA,
        query: `query ($first: Int! = 100, $after: Cursor, $state: WebhookDeliveryState) { webhookDeliveries(first: $first, after: $after, state: $state) {
        nodes { id conversationId fromSeq toSeq state attemptCount nextTryAt attempts { number statusCode error tookMs } } pageInfo { endCursor hasNextPage } } }`,
        variables: { ...variables },
      },
    )
  ).webhookDeliveries;

describe('events are delivered outside', () => {
  test('every one of a conversation, once and in order where nothing fails', async () => {
    const { roomId } = await aLiveRoom(open);
    await Promise.all(Array.from({ length: 30 }, (_, index) => post('open', `event ${index}`, undefined, roomId)));
    await expect.poll(() => deliveriesOf(roomId).at(-1)?.toSeq).toBe(31);
    const log = await roomLog(open.messaging.feeds, roomId);
    expect(deliveriesOf(roomId).flatMap(({ events }) => events)).toEqual(
      log.map(({ feed: _, cursor: __, at, ...event }) => ({ ...event, at: at.toISOString() })),
    );
  });

  test('again after failures, the same under the same id, and the conversation’s later events wait for it', async () => {
    const { roomId } = await aLiveRoom(open);
    await expect.poll(() => deliveriesOf(roomId).length).toBe(1);
    const answers: ReceiverAnswer[] = [{ status: 500 }, 'cut'];
    take = ({ conversationId }) => (conversationId === roomId ? (answers.shift() ?? { status: 204 }) : { status: 204 });
    await post('open', 'first', undefined, roomId);
    await expect.poll(() => deliveriesOf(roomId).length).toBe(2);
    await post('open', 'second', undefined, roomId);
    expect((await shown({ state: 'WAITING' })).nodes).toMatchObject([
      { conversationId: roomId, fromSeq: 2, toSeq: 2, nextTryAt: expect.any(String) },
    ]);
    await expect.poll(() => deliveriesOf(roomId).at(-1)?.toSeq).toBe(3);
    expect(deliveriesOf(roomId).map(({ fromSeq, toSeq }) => [fromSeq, toSeq])).toEqual([
      [1, 1],
      [2, 2],
      [2, 2],
      [2, 2],
      [3, 3],
    ]);
    const ids = receiver.posts.flatMap((each) => (parsed(each).conversationId === roomId ? [each.headers['webhook-id']] : []));
    expect(ids).toEqual([`${roomId}:1`, `${roomId}:2`, `${roomId}:2`, `${roomId}:2`, `${roomId}:3`]);
    await expect.poll(async () => (await shown()).nodes.find(({ id }) => id === `${roomId}:3`)?.state).toBe('DELIVERED');
    const log = (await shown()).nodes.find(({ id }) => id === `${roomId}:2`);
    expect(log).toMatchObject({ state: 'DELIVERED', attemptCount: 3, nextTryAt: null });
    expect(log?.attempts).toMatchObject([
      { number: 3, statusCode: 204, error: null, tookMs: expect.any(Number) },
      { number: 2, error: expect.any(String) },
      { number: 1, statusCode: 500, error: 'answered 500' },
    ]);
  });

  test('what is refused for good is given up, and the conversation goes on', async () => {
    const { roomId } = await aLiveRoom(open);
    await expect.poll(() => deliveriesOf(roomId).length).toBe(1);
    take = ({ fromSeq, conversationId }) => ({ status: conversationId === roomId && fromSeq === 2 ? 410 : 204 });
    await post('open', 'unwanted', undefined, roomId);
    await expect.poll(async () => (await shown({ state: 'GIVEN_UP' })).nodes.map(({ id }) => id)).toContain(`${roomId}:2`);
    await post('open', 'wanted', undefined, roomId);
    await expect.poll(() => deliveriesOf(roomId).at(-1)?.fromSeq).toBe(3);
  });

  test('what a process knew that died is found by the next', async () => {
    const { roomId } = await aLiveRoom(open);
    await expect.poll(() => deliveriesOf(roomId).length).toBe(1);
    await post('open', 'unsaid', undefined, roomId);
    await expect.poll(() => deliveriesOf(roomId).length).toBe(2);
    // As if it had neither been delivered nor been passed on.
    await open.database.query({
      text: '/* test */ UPDATE log_follower SET done_seq = 1, due_at = NULL, claimed_until = NULL WHERE conversation_id = $1',
      values: [roomId],
    });
    await open.database.query({
      text: '/* test */ DELETE FROM webhook_delivery WHERE conversation_id = $1 AND from_seq = 2',
      values: [roomId],
    });
    await open.twin();
    await expect.poll(() => deliveriesOf(roomId).map(({ fromSeq }) => fromSeq)).toEqual([1, 2, 2]);
  });

  test('operators page through what became of them, others do not', async () => {
    const all = (await shown()).nodes.map(({ id }) => id);
    expect(all.length).toBeGreaterThan(4);
    const first = await shown({ first: 3 });
    const second = await shown({ first: 100, after: first.pageInfo.endCursor });
    expect([...first.nodes, ...second.nodes].map(({ id }) => id)).toEqual(all);
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
    const question = { query: '{ webhookDeliveries { nodes { id } } }', as: aUser('ann', 'chat:write') };
    expect((await ask(open.messaging, question)).errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN');
  });

  test('old ones are forgotten with their attempts, those that wait are not', async () => {
    const countOf = async (table: string) =>
      (await open.database.query<{ count: bigint }>({ text: `/* test */ SELECT count(*) AS count FROM ${table}` }))[0]?.count;
    const before = await countOf('webhook_delivery');
    // Younger than what the running server forgets by itself: it leaves these to the test.
    const days = DELIVERY_LOG_DAYS - 2;
    // However many there are, and however few go at once.
    const atOnce = { limit: 2, signal: new AbortController().signal };
    expect(await pruneDeliveries(open.database, days, atOnce)).toBe(0);
    await open.database.query({
      text: `/* test */ UPDATE webhook_delivery SET created_at = now() - ($1 + 1) * interval '1 day', state = CASE WHEN from_seq = 1 THEN 'WAITING' ELSE state END`,
      values: [days],
    });
    const waiting = (await shown({ state: 'WAITING' })).nodes.length;
    expect(Number(before) - waiting).toBeGreaterThan(2);
    expect(await pruneDeliveries(open.database, days, { ...atOnce, signal: AbortSignal.abort() })).toBe(0);
    expect(await pruneDeliveries(open.database, days, atOnce)).toBe(Number(before) - waiting);
    expect([await countOf('webhook_delivery'), await countOf('webhook_attempt')]).toEqual([BigInt(waiting), BigInt(waiting)]);
  });
});

test('an address without keys is refused at the start, with what to do', () => {
  expect(() => aConfig({ env: { MESSAGE_WEBHOOK_URL: 'https://example.com/hook' } })).toThrow(ConfigError);
});
