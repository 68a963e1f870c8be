import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runGiftGoals } from '../../subgraphs/trading/data/giftGoalsLane.ts';
import { eventually } from '../support/platform.ts';
import { ask, askData, aUser } from '../support/runtime.ts';
import { statementsOf } from '../support/statements.ts';
import { aTrading, type TradingFixture } from '../support/trading.ts';

const DEADLINE_MS = 30_000;

let shop: TradingFixture;

beforeAll(async () => {
  shop = await aTrading();
});

afterAll(async () => {
  expect(await shop.faults()).toEqual([]);
  await shop.close();
});

interface Goal {
  readonly gift: { readonly id: string } | null;
  readonly target: string;
  readonly current: string;
  readonly reachedAt: string | null;
}
interface Stream {
  readonly streamId: string;
  readonly streamerId: string;
}

const GOALS = 'giftGoals { gift { id } target current reachedAt }';
const setGoals = async (
  { streamId, streamerId }: Stream,
  goals: readonly { readonly giftId?: string; readonly target: number }[],
  idempotencyKey: string = randomUUID(),
) => {
  const data = await askData<{
    setGiftGoals: { stream: { giftGoals: readonly Goal[] } | null; userErrors: readonly { code: string; field: readonly string[] }[] };
  }>(shop.trading, {
    as: aUser(streamerId, 'streams:manage'),
    query: `mutation ($input: SetGiftGoalsInput!) { setGiftGoals(input: $input) { stream { ${GOALS} } userErrors { code field } } }`,
    variables: { input: { streamId, goals, idempotencyKey } },
  });
  return data.setGiftGoals;
};
const goalsOf = async ({ streamId }: Stream): Promise<readonly Goal[]> => {
  const { _entities } = await askData<{ _entities: readonly { giftGoals: readonly Goal[] }[] }>(shop.trading, {
    query: `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Stream { ${GOALS} } } }`,
    variables: { representations: [{ __typename: 'Stream', id: streamId }] },
  });
  return _entities[0]?.giftGoals ?? [];
};
const progressOf = async (stream: Stream) => (await goalsOf(stream)).map(({ current, reachedAt }) => [current, reachedAt !== null]);
const untilProgress = (stream: Stream, wanted: readonly (readonly [string, boolean])[]): Promise<void> =>
  eventually(
    `the goals are at ${JSON.stringify(wanted)}`,
    async () => JSON.stringify(await progressOf(stream)) === JSON.stringify(wanted),
    DEADLINE_MS,
  );

describe('the goals of a stream', () => {
  test('grow with what is credited, of a gift by its pieces and of coins by what was paid, and say when they were reached', async () => {
    const stream = await shop.aStream();
    const senders = await Promise.all(Array.from({ length: 4 }, () => shop.aWallet({ coins: 1_000n })));
    const { stream: set, userErrors } = await setGoals(stream, [{ giftId: 'rose', target: 9 }, { target: 100 }, { target: 29 }]);
    expect([userErrors, set?.giftGoals]).toEqual([
      [],
      [
        { gift: { id: 'rose' }, target: '9', current: '0', reachedAt: null },
        { gift: null, target: '100', current: '0', reachedAt: null },
        { gift: null, target: '29', current: '0', reachedAt: null },
      ],
    ]);
    await Promise.all(senders.map((sender) => shop.send(sender, { streamId: stream.streamId, giftId: 'rose', quantity: 2 })));
    await shop.send(senders[0] ?? '', { streamId: stream.streamId, giftId: 'lollipop', quantity: 2 });
    await untilProgress(stream, [
      ['8', false],
      ['28', false],
      ['28', false],
    ]);
    await shop.send(senders[0] ?? '', { streamId: stream.streamId, giftId: 'rose' });
    await untilProgress(stream, [
      ['9', true],
      ['29', false],
      ['29', true],
    ]);
  });

  test('set anew go on where the same is still wanted, and begin at nothing where it is new', async () => {
    const [stream, sender] = [await shop.aStream(), await shop.aWallet({ coins: 100n })];
    await setGoals(stream, [{ giftId: 'rose', target: 5 }]);
    await shop.send(sender, { streamId: stream.streamId, giftId: 'rose', quantity: 5 });
    await untilProgress(stream, [['5', true]]);
    const reached = (await goalsOf(stream))[0]?.reachedAt;
    await setGoals(stream, [{ target: 50 }, { giftId: 'rose', target: 5 }, { giftId: 'rose', target: 20 }]);
    expect(await progressOf(stream)).toEqual([
      ['0', false],
      ['5', true],
      ['5', false],
    ]);
    expect((await goalsOf(stream))[1]?.reachedAt).toBe(reached);
    await setGoals(stream, []);
    expect(await goalsOf(stream)).toEqual([]);
  });

  test('are lowered by a refund of what counted, and left alone by one of what came before them', async () => {
    const [stream, sender] = [await shop.aStream(), await shop.aWallet({ coins: 100n })];
    const early = await shop.send(sender, { streamId: stream.streamId, giftId: 'rose', quantity: 4 });
    await eventually('the first gift is credited', async () => (await shop.diamondsOf(stream.streamerId)) === 4n, DEADLINE_MS);
    await setGoals(stream, [{ giftId: 'rose', target: 3 }, { target: 3 }]);
    const counted = await shop.send(sender, { streamId: stream.streamId, giftId: 'rose', quantity: 3 });
    await untilProgress(stream, [
      ['3', true],
      ['3', true],
    ]);
    const refund = (orderId: string | undefined) =>
      askData(shop.trading, {
        as: aUser('operator', 'ops:write'),
        query: 'mutation ($input: RefundGiftInput!) { refundGift(input: $input) { userErrors { code } } }',
        variables: { input: { orderId, reason: 'by mistake', idempotencyKey: randomUUID() } },
      });
    await refund(early.order?.id);
    expect(await progressOf(stream)).toEqual([
      ['3', true],
      ['3', true],
    ]);
    await refund(counted.order?.id);
    expect(await progressOf(stream)).toEqual([
      ['0', false],
      ['0', false],
    ]);
  });

  test('are not lowered by a refund of what was credited before they were set, by whatever clock', async () => {
    const [stream, sender] = [await shop.aStream(), await shop.aWallet({ coins: 100n })];
    const early = await shop.send(sender, { streamId: stream.streamId, giftId: 'rose', quantity: 4 });
    await eventually('the first gift is credited', async () => (await shop.diamondsOf(stream.streamerId)) === 4n, DEADLINE_MS);
    const command = {
      actorId: stream.streamerId,
      streamId: stream.streamId,
      goals: [{ giftId: 'rose', target: 9n }],
      idempotencyKey: 'key',
    };
    await shop.database.transaction('aClockBehind', (tx) => runGiftGoals(tx, [command], new Date(Date.now() - 10_000)));
    await shop.send(sender, { streamId: stream.streamId, giftId: 'rose', quantity: 3 });
    await untilProgress(stream, [['3', false]]);
    await askData(shop.trading, {
      as: aUser('operator', 'ops:write'),
      query: 'mutation ($input: RefundGiftInput!) { refundGift(input: $input) { userErrors { code } } }',
      variables: { input: { orderId: early.order?.id, reason: 'by mistake', idempotencyKey: randomUUID() } },
    });
    expect(await progressOf(stream)).toEqual([['3', false]]);
  });

  test('are set by the streamer alone, of a stream that is not over, for gifts that exist', async () => {
    const [stream, other] = [await shop.aStream(), await shop.aStream()];
    const code = async (...call: Parameters<typeof setGoals>) => (await setGoals(...call)).userErrors.map((error) => error.code);
    expect(await code({ ...stream, streamerId: other.streamerId }, [{ target: 1 }])).toEqual(['NOT_YOUR_STREAM']);
    expect(await code({ ...stream, streamId: randomUUID() }, [{ target: 1 }])).toEqual(['STREAM_NOT_FOUND']);
    expect(await code(stream, [{ giftId: 'no-such-gift', target: 1 }])).toEqual(['GIFT_NOT_FOUND']);
    expect(await code(stream, [{ target: 0 }])).toEqual(['GOALS_INVALID']);
    expect(await code(stream, [{ target: 1 }, { target: 1 }])).toEqual(['GOALS_INVALID']);
    expect(
      await code(
        stream,
        Array.from({ length: 11 }, (_, index) => ({ target: index + 1 })),
      ),
    ).toEqual(['GOALS_INVALID']);
    await shop.setStream(stream, 'ENDED', 2);
    expect(await code(stream, [{ target: 1 }])).toEqual(['STREAM_ENDED']);
    const query = `mutation { setGiftGoals(input: { streamId: "${stream.streamId}", goals: [], idempotencyKey: "k" }) { userErrors { code } } }`;
    const { errors } = await ask(shop.trading, { as: aUser(stream.streamerId, 'gifts:send'), query });
    expect(errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN');
  });

  test('sent again with their key are not set again; with other goals it is a conflict', async () => {
    const [stream, key] = [await shop.aStream(), randomUUID()];
    await setGoals(stream, [{ target: 1 }], key);
    await setGoals(stream, [{ target: 2 }]);
    expect((await setGoals(stream, [{ target: 1 }], key)).userErrors).toEqual([]);
    expect((await goalsOf(stream)).map(({ target }) => target)).toEqual(['2']);
    expect((await setGoals(stream, [{ target: 3 }], key)).userErrors).toEqual([
      { code: 'IDEMPOTENCY_CONFLICT', field: ['input', 'idempotencyKey'] },
    ]);
  });

  test('of many streams are read by one statement', async () => {
    const streams = await Promise.all(Array.from({ length: 12 }, () => shop.aStream()));
    await Promise.all(streams.map((stream) => setGoals(stream, [{ target: 1 }])));
    const statements = await statementsOf(/readGiftGoals/, () =>
      askData(shop.trading, {
        query: `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Stream { ${GOALS} } } }`,
        variables: { representations: streams.map(({ streamId }) => ({ __typename: 'Stream', id: streamId })) },
      }),
    );
    expect(statements).toHaveLength(1);
  });

  test('count every gift once while many are sent and goals are set amid them', async () => {
    const stream = await shop.aStream();
    const senders = await Promise.all(Array.from({ length: 6 }, () => shop.aWallet({ coins: 1_000n })));
    await setGoals(stream, [{ giftId: 'rose', target: 1_000 }]);
    const sending = senders.map(async (sender) => {
      for (let sent = 0; sent < 10; sent += 1) await shop.send(sender, { streamId: stream.streamId, giftId: 'rose', quantity: 3 });
    });
    for (let times = 1; times <= 8; times += 1) await setGoals(stream, [{ giftId: 'rose', target: 1_000 + times }]);
    await Promise.all(sending);
    await untilProgress(stream, [['180', false]]);
  });
});
