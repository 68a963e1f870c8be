import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { newIdInShard, shardIndexOf } from '#platform/ids.ts';
import { insertLots } from '../../subgraphs/trading/data/backpack.ts';
import { runClaims } from '../../subgraphs/trading/data/dailyProps.ts';
import { openExpiryLane, openExpirySweep } from '../../subgraphs/trading/data/expiredProps.ts';
import { writeBook } from '../../subgraphs/trading/data/ledger.ts';
import { openWalletActionLane } from '../../subgraphs/trading/data/walletActions.ts';
import { lockWallets } from '../../subgraphs/trading/data/wallets.ts';
import { BACKPACK_LOTS_MAX } from '../../subgraphs/trading/domain/backpack.ts';
import { utcDayOf } from '../../subgraphs/trading/domain/dailyProps.ts';
import { openBook } from '../../subgraphs/trading/domain/ledger.ts';
import type { WalletCommand } from '../../subgraphs/trading/domain/walletAction.ts';
import { untilMidnightIsFar } from '../support/clock.ts';
import { ask, askData, aUser } from '../support/runtime.ts';
import { aTrading, type TradingFixture } from '../support/trading.ts';

const DAY_MS = 86_400_000;

let shop: TradingFixture;
let twin: TradingFixture;

beforeAll(async () => {
  await untilMidnightIsFar();
  shop = await aTrading();
  twin = await aTrading({ databaseUrl: shop.databaseUrl });
  await setDaily({ rose: 3, lollipop: 1, snowflake: 5 });
});

// Whatever a test did, the books are whole after it.
afterEach(async () => {
  expect(await shop.faults()).toEqual([]);
});

afterAll(async () => {
  await twin.close();
  await shop.close();
});

/** Pieces that everybody may claim each day, by gift. */
const setDaily = async (pieces: Readonly<Record<string, number>>): Promise<void> => {
  const text = '/* setDaily */ UPDATE gift SET daily_free = coalesce((($1::jsonb)->>id)::int, 0)';
  await shop.database.query({ text, values: [JSON.stringify(pieces)] });
};

interface Lot {
  readonly id: string;
  readonly gift: { readonly id: string };
  readonly granted: number;
  readonly left: number;
  readonly source: string;
  readonly expiresAt: string | null;
}

interface ClaimPayload {
  readonly lots: readonly Lot[];
  readonly wallet: { readonly version: number };
  readonly userErrors: readonly { readonly code: string }[];
}

const LOT = 'id gift { id } granted left source expiresAt';
const CLAIM = `mutation ($input: ClaimDailyPropsInput!) { claimDailyProps(input: $input) { lots { ${LOT} } wallet { version } userErrors { code } } }`;

const claim = async (ownerId: string, { idempotencyKey = randomUUID(), at = shop } = {}): Promise<ClaimPayload> => {
  const question = { as: aUser(ownerId, 'gifts:send', 'wallet:read'), query: CLAIM, variables: { input: { idempotencyKey } } };
  return (await askData<{ claimDailyProps: ClaimPayload }>(at.trading, question)).claimDailyProps;
};

const BACKPACK = `query ($representations: [_Any!]!, $first: Int!, $after: Cursor) { _entities(representations: $representations) { ... on User { wallet {
  backpack(first: $first, after: $after) { nodes { ${LOT} } pageInfo { hasNextPage endCursor } } } } } }`;

const backpackQuestion = (ownerId: string, variables: { readonly first: number; readonly after?: string }) => ({
  as: aUser(ownerId, 'wallet:read'),
  query: BACKPACK,
  variables: { representations: [{ __typename: 'User', id: ownerId }], ...variables },
});

interface Page {
  readonly nodes: readonly Lot[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

const backpackOf = async (
  ownerId: string,
  variables: { readonly first: number; readonly after?: string } = { first: 100 },
): Promise<Page> => {
  const answer = await askData<{ _entities: [{ wallet: { backpack: Page } }] }>(shop.trading, backpackQuestion(ownerId, variables));
  return answer._entities[0].wallet.backpack;
};

/** Somebody who claimed that many days ago. */
const aClaimant = async (daysAgo: number): Promise<string> => {
  const ownerId = `user-${randomUUID()}`;
  const at = new Date(Date.now() - daysAgo * DAY_MS);
  const command = { ownerId, region: null, idempotencyKey: randomUUID() };
  await shop.database.transaction('test', (tx) => runClaims(tx, [command], at));
  return ownerId;
};

/** Somebody whose backpack holds so many lots of a piece each. */
const anOwnerOf = async (count: number): Promise<string> => {
  const [ownerId, grantedAt] = [`user-${randomUUID()}`, new Date()];
  await shop.database.transaction('anOwnerOf', async (tx) => {
    const book = openBook(await lockWallets(tx, [ownerId]), grantedAt);
    book.changePieces(ownerId, count);
    const lot = { ownerId, giftId: 'rose', source: 'GRANT' as const, granted: 1, left: 1, expiresAt: null, grantedAt };
    const ids = Array.from({ length: count }, () => newIdInShard(shardIndexOf(ownerId)));
    await insertLots(
      tx,
      ids.map((id) => ({ ...lot, id, grantId: id, day: null, grantedBy: 'olga' })),
    );
    await writeBook(tx, book.close(), newIdInShard(shardIndexOf(ownerId)));
  });
  return ownerId;
};

test('a backpack takes what fits wholly, and neither a claim nor a grant puts a lot too many into it', async () => {
  const [roomForTwo, roomForOne] = [await anOwnerOf(BACKPACK_LOTS_MAX - 2), await anOwnerOf(BACKPACK_LOTS_MAX - 1)];
  expect((await claim(roomForTwo)).lots).toHaveLength(2);
  expect(await claim(roomForOne)).toMatchObject({ lots: [], userErrors: [{ code: 'BACKPACK_FULL' }] });
  const grant = { userId: roomForOne, giftId: 'rose', pieces: 1, reason: 'test' };
  expect(await operate('grantProps', { ...grant, idempotencyKey: randomUUID() })).toEqual([]);
  expect(await operate('grantProps', { ...grant, idempotencyKey: randomUUID() })).toEqual(['BACKPACK_FULL']);
});

test("a claim puts the day's free props that are on sale into the backpack, where they expire as the day ends", async () => {
  const ownerId = `user-${randomUUID()}`;
  const { lots, userErrors } = await claim(ownerId);
  const expiresAt = utcDayOf(new Date()).end.toISOString();
  expect(userErrors).toEqual([]);
  expect(lots).toMatchObject([
    { gift: { id: 'lollipop' }, granted: 1, left: 1, source: 'DAILY', expiresAt },
    { gift: { id: 'rose' }, granted: 3, left: 3, source: 'DAILY', expiresAt },
  ]);
  expect(new Set((await backpackOf(ownerId)).nodes.map(({ id }) => id))).toEqual(new Set(lots.map(({ id }) => id)));
});

test('of many claims at once in two processes one gets the props, and every key keeps its answer', async () => {
  const ownerId = `user-${randomUUID()}`;
  const keys = Array.from({ length: 12 }, () => randomUUID());
  const all = () =>
    Promise.all([...keys, ...keys].map((idempotencyKey, index) => claim(ownerId, { idempotencyKey, at: index % 2 === 0 ? shop : twin })));
  const [first, second] = [await all(), await all()];
  const verdictOf = ({ lots, userErrors }: ClaimPayload): string => userErrors[0]?.code ?? lots.map(({ id }) => id).join();
  const verdicts = first.map(verdictOf);
  expect(verdicts.slice(keys.length)).toEqual(verdicts.slice(0, keys.length));
  expect(second.map(verdictOf)).toEqual(verdicts);
  expect(verdicts.filter((verdict) => verdict !== 'NOTHING_TO_CLAIM')).toHaveLength(2);
  expect((await backpackOf(ownerId)).nodes.reduce((sum, lot) => sum + lot.left, 0)).toBe(4);
});

test('what is new among the free props can still be claimed on a day on which others were', async () => {
  const ownerId = `user-${randomUUID()}`;
  await claim(ownerId);
  await setDaily({ rose: 3, lollipop: 1, rocket: 2 });
  const { lots } = await claim(ownerId);
  await setDaily({ rose: 3, lollipop: 1 });
  expect(lots).toMatchObject([{ gift: { id: 'rocket' }, granted: 2 }]);
});

test('a gift that is sold from a stock, or not in the region of the claimant, is not given away', async () => {
  await shop.database.query({
    text: `/* test */ UPDATE gift SET limited = id = 'rose', regions = CASE id WHEN 'lollipop' THEN '{DE}'::text[] ELSE '{}' END`,
  });
  const command = { ownerId: `user-${randomUUID()}`, idempotencyKey: randomUUID() };
  const outcomes = await shop.database.transaction('test', (tx) =>
    runClaims(
      tx,
      [
        { ...command, region: 'FR' },
        { ...command, idempotencyKey: randomUUID(), region: 'DE' },
      ],
      new Date(),
    ),
  );
  expect(await operate('grantProps', { userId: `user-${randomUUID()}`, giftId: 'rose', pieces: 1 })).toEqual(['GIFT_LIMITED']);
  await shop.database.query({ text: `/* test */ UPDATE gift SET limited = false, regions = '{}'` });
  expect(outcomes.map((outcome) => (outcome.ok ? outcome.lots.map(({ giftId }) => giftId) : outcome.error.code))).toEqual([
    'NOTHING_TO_CLAIM',
    ['lollipop'],
  ]);
});

test('a claim key that was used for a gift is a conflict, and so is the other way round', async () => {
  const [ownerId, { streamId }, idempotencyKey] = [await shop.aWallet({ coins: 5n }), await shop.aStream(), randomUUID()];
  await shop.send(ownerId, { streamId, idempotencyKey });
  expect((await claim(ownerId, { idempotencyKey })).userErrors).toMatchObject([{ code: 'IDEMPOTENCY_CONFLICT' }]);
  const claimKey = randomUUID();
  await claim(ownerId, { idempotencyKey: claimKey });
  expect((await shop.send(ownerId, { streamId, idempotencyKey: claimKey })).userErrors).toMatchObject([{ code: 'IDEMPOTENCY_CONFLICT' }]);
});

test("yesterday's props are gone from the backpack at once, are counted as expired by a sweep, and today's can be claimed", async () => {
  const ownerId = await aClaimant(1);
  expect((await backpackOf(ownerId)).nodes).toEqual([]);
  const sweeps = [shop, twin].map(({ database, runtime }) => {
    const telemetry = runtime.telemetry('trading');
    const lane = openExpiryLane({ database, telemetry, walletHints: { publish: () => undefined } });
    return openExpirySweep({ database, lane, telemetry });
  });
  const swept = await Promise.all(sweeps.map((sweep) => sweep.sweep()));
  // Fewer, when one of the two processes that run has come first by itself.
  expect(swept.reduce((sum, pieces) => sum + pieces, 0)).toBeLessThanOrEqual(4);
  await Promise.all(sweeps.map((sweep) => sweep.close()));
  const counted = () =>
    shop.database.query<{ left: number; expired: number }>({
      text: '/* test */ SELECT sum(pieces_left)::int AS left, sum(expired)::int AS expired FROM backpack_lot WHERE owner_id = $1',
      values: [ownerId],
    });
  await expect.poll(counted).toEqual([{ left: 0, expired: 4 }]);
  expect((await claim(ownerId)).lots).toHaveLength(2);
});

test('a backpack is read page by page, what expires first before the rest, and strange cursors are refused', async () => {
  const ownerId = await aClaimant(0);
  await shop.database.query({
    text: `/* test */ UPDATE backpack_lot SET expires_at = CASE gift_id WHEN 'rose' THEN NULL ELSE now() + interval '1 hour' END WHERE owner_id = $1`,
    values: [ownerId],
  });
  const first = await backpackOf(ownerId, { first: 1 });
  const second = await backpackOf(ownerId, { first: 1, after: first.pageInfo.endCursor ?? '' });
  expect([first, second].map(({ nodes, pageInfo }) => [nodes.map(({ gift }) => gift.id), pageInfo.hasNextPage])).toEqual([
    [['lollipop'], true],
    [['rose'], false],
  ]);
  for (const after of ['', 'x', Buffer.from('NaN x').toString('base64url')]) {
    const { errors } = await ask(shop.trading, backpackQuestion(ownerId, { first: 1, after }));
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  }
});

test('a claim is seen by who follows the wallet: its version grows', async () => {
  const ownerId = await shop.aWallet({ coins: 1n });
  const { wallet } = await claim(ownerId);
  expect(wallet.version).toBe(2);
  expect((await claim(ownerId)).wallet.version).toBe(2);
});

interface ActionPayload {
  readonly wallet: object | null;
  readonly userErrors: readonly { readonly code: string }[];
}

const operate = async (mutation: 'grantProps' | 'takeBackProps', input: object): Promise<readonly string[]> => {
  const type = mutation === 'grantProps' ? 'GrantPropsInput' : 'TakeBackPropsInput';
  const query = `mutation ($input: ${type}!) { payload: ${mutation}(input: $input) { wallet { version } userErrors { code } } }`;
  const question = {
    as: aUser('operator', 'ops:write'),
    query,
    variables: { input: { reason: 'a test', idempotencyKey: randomUUID(), ...input } },
  };
  return (await askData<{ payload: ActionPayload }>(shop.trading, question)).payload.userErrors.map(({ code }) => code);
};

test('what an operator grants is sent before coins, once per key, and what is left of it can be taken back', async () => {
  const [ownerId, { streamId }] = [await shop.aWallet({ coins: 5n }), await shop.aStream()];
  const grant = { userId: ownerId, giftId: 'rose', pieces: 5, idempotencyKey: randomUUID() };
  expect(await Promise.all([operate('grantProps', grant), operate('grantProps', grant)])).toEqual([[], []]);
  expect(await operate('grantProps', { ...grant, pieces: 6 })).toEqual(['IDEMPOTENCY_CONFLICT']);
  expect((await shop.send(ownerId, { streamId, quantity: 3 })).userErrors).toEqual([]);
  expect(await shop.coinsOf(ownerId)).toBe(5n);
  const [lot] = (await backpackOf(ownerId)).nodes;
  expect(lot).toMatchObject({ granted: 5, left: 2, source: 'GRANT', expiresAt: null });
  const takeBack = { userId: ownerId, lotId: lot?.id, idempotencyKey: randomUUID() };
  // Under another user's name it is nobody's lot, also in the batch of somebody who names the right one.
  const other = { ...takeBack, userId: `user-${randomUUID()}` };
  const busy = { userId: other.userId, giftId: 'rose', pieces: 1 };
  expect(await Promise.all([operate('grantProps', busy), operate('takeBackProps', other), operate('takeBackProps', takeBack)])).toEqual([
    [],
    ['LOT_NOT_FOUND'],
    [],
  ]);
  expect(await operate('takeBackProps', takeBack)).toEqual([]);
  expect(await operate('takeBackProps', { ...takeBack, idempotencyKey: randomUUID() })).toEqual(['LOT_NOT_FOUND']);
  expect((await backpackOf(ownerId)).nodes).toEqual([]);
  const query = `query ($userId: ID!) { walletActions(userId: $userId) { nodes { kind refusal props { gift { id } pieces } } } }`;
  const log = await askData<{ walletActions: { nodes: object[] } }>(shop.trading, {
    as: aUser('watcher', 'ops:read'),
    query,
    variables: { userId: ownerId },
  });
  expect(log.walletActions.nodes).toEqual([
    { kind: 'TAKE_BACK_PROPS', refusal: 'LOT_NOT_FOUND', props: null },
    { kind: 'TAKE_BACK_PROPS', refusal: null, props: { gift: { id: 'rose' }, pieces: 2 } },
    { kind: 'GRANT_PROPS', refusal: null, props: { gift: { id: 'rose' }, pieces: 5 } },
  ]);
});

test('of what is asked about one lot in one batch the first is done, and nothing under the name of somebody else', async () => {
  const [ownerId, other, giftId] = [await anOwnerOf(9), `user-${randomUUID()}`, 'rose'];
  await operate('grantProps', { userId: ownerId, giftId, pieces: 5 });
  const lotId = (await backpackOf(ownerId)).nodes.find(({ granted }) => granted === 5)?.id ?? '';
  const common = { actorId: 'olga', reason: 'a test', bonusCoins: null, restrictions: null };
  const grant = (): WalletCommand => ({
    ...common,
    kind: 'GRANT_PROPS',
    ownerId: other,
    idempotencyKey: randomUUID(),
    props: { giftId, pieces: 7, expiresAt: null },
  });
  const takeBack = (of: string): WalletCommand => ({
    ...common,
    kind: 'TAKE_BACK_PROPS',
    ownerId: of,
    idempotencyKey: randomUUID(),
    lotId,
  });
  const { database, runtime } = shop;
  const lane = openWalletActionLane({ database, telemetry: runtime.telemetry('trading'), walletHints: { publish: () => undefined } });
  // The lane is busy with the first of these; the others wait together.
  const wishes = [grant(), grant(), takeBack(other), takeBack(ownerId), takeBack(ownerId)];
  const answers = await Promise.all(wishes.map((wish) => lane.submit(wish)));
  await lane.close();
  expect(answers.map(({ error }) => error?.code ?? null)).toEqual([null, null, 'LOT_NOT_FOUND', null, 'LOT_NOT_FOUND']);
  const text = '/* test */ SELECT owner_id, backpack_pieces AS pieces FROM wallet WHERE owner_id = ANY ($1) ORDER BY backpack_pieces';
  expect(await database.query({ text, values: [[ownerId, other]] })).toEqual([
    { owner_id: ownerId, pieces: 9 },
    { owner_id: other, pieces: 14 },
  ]);
});

test.each([
  ['GIFT_NOT_FOUND', { giftId: 'no-such-gift', pieces: 1 }],
  ['PROPS_OUT_OF_RANGE', { giftId: 'rose', pieces: 0 }],
  ['PROPS_OUT_OF_RANGE', { giftId: 'rose', pieces: 10_000 }],
  ['PROPS_OUT_OF_RANGE', { giftId: 'rose', pieces: 1, expiresAt: '2026-01-01T00:00:00Z' }],
  ['REASON_INVALID', { giftId: 'rose', pieces: 1, reason: ' ' }],
])('props are not granted: %s', async (code, input) => {
  expect(await operate('grantProps', { userId: `user-${randomUUID()}`, ...input })).toEqual([code]);
});
