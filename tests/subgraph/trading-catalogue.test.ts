import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readGifts } from '../../subgraphs/trading/data/catalogue.ts';
import { readTradingPolicy } from '../../subgraphs/trading/data/policy.ts';
import { aCatalogueId, aGift, codesOf, type EditAnswer, editCatalogue } from '../support/catalogue.ts';
import { ask, askData, aUser } from '../support/runtime.ts';
import { statementsOf } from '../support/statements.ts';
import { aTrading, type TradingFixture } from '../support/trading.ts';

const HOUR_MS = 3_600_000;

let shop: TradingFixture;

beforeAll(async () => {
  shop = await aTrading();
});

afterAll(async () => {
  expect(await shop.faults()).toEqual([]);
  await shop.close();
});

const edit = (...[name, input, operator]: [Parameters<typeof editCatalogue>[1], Parameters<typeof editCatalogue>[2], string?]) =>
  editCatalogue(shop.trading, name, input, operator);

interface Shown {
  readonly id: string;
  readonly name: string;
  readonly priceCoins: string;
  readonly prices: readonly { readonly version: number; readonly coins: string }[];
}
const GIFT = 'id name priceCoins prices { version coins }';
const giftsOnSale = async (args = ''): Promise<readonly Shown[]> =>
  (await askData<{ gifts: readonly Shown[] }>(shop.trading, { query: `{ gifts${args} { ${GIFT} } }` })).gifts;
const giftOf = async (id: string, selection = GIFT): Promise<Record<string, unknown> | null> =>
  (
    await askData<{ gift: Record<string, unknown> | null }>(shop.trading, {
      query: `query ($id: ID!) { gift(id: $id) { ${selection} } }`,
      variables: { id },
    })
  ).gift;
const idsOnSale = async (args = ''): Promise<readonly string[]> => (await giftsOnSale(args)).map(({ id }) => id);

interface Audited {
  readonly cursor: string;
  readonly node: {
    readonly version: number;
    readonly operation: string;
    readonly itemId: string;
    readonly changedFields: readonly string[];
    readonly before: string | null;
    readonly after: string;
    readonly actor: { readonly id: string };
  };
}
const audit = async (first: number, after: string | null = null): Promise<readonly Audited[]> => {
  const { catalogueAudit } = await askData<{ catalogueAudit: { edges: readonly Audited[] } }>(shop.trading, {
    as: aUser('auditor', 'ops:read'),
    query: `query ($first: Int!, $after: Cursor) { catalogueAudit(first: $first, after: $after) { edges { cursor node {
      version operation itemId changedFields before after at actor { id } } } } }`,
    variables: { first, after },
  });
  return catalogueAudit.edges;
};

describe('an edit', () => {
  test('makes a gift with everything that belongs to it, and the catalogue shows it at once', async () => {
    const sun = await aGift(shop.trading);
    const id = aCatalogueId();
    const effect = {
      assets: [{ url: 'https://cdn.example/moon.webm', sha256: 'ab'.repeat(32), bytes: 1_000, mimeType: 'video/webm' }],
      durationMs: 4_000,
      priority: 7,
    };
    const made = await edit('putGift', {
      id,
      name: 'Moon',
      names: [
        { locale: 'de', name: 'Mond' },
        { locale: 'zh-Hant', name: '月亮' },
      ],
      priceCoins: '77',
      kind: 'BUNDLE',
      items: [{ giftId: 'rose', quantity: 3 }, { giftId: sun }],
      regions: ['DE', 'TW'],
      effect,
      cancelWindowSeconds: 30,
      comboWindowSeconds: 5,
      dailyQuantityMax: 100,
    });
    expect(made).toEqual({ gift: { id, version: 1, priceVersion: 1, priceCoins: '77' }, userErrors: [] });
    const shown = await giftOf(
      id,
      `name german: name(locale: "de-AT") taiwanese: name(locale: "zh-TW") japanese: name(locale: "ja") kind bundle { gift { id } quantity } regions
       effect { assets { url sha256 bytes mimeType } durationMs priority } cancelWindowSeconds comboWindowSeconds dailyQuantityMax limited dailyFree version`,
    );
    expect(shown).toEqual({
      name: 'Moon',
      german: 'Mond',
      taiwanese: '月亮',
      japanese: 'Moon',
      kind: 'BUNDLE',
      bundle: [
        { gift: { id: 'rose' }, quantity: 3 },
        { gift: { id: sun }, quantity: 1 },
      ],
      regions: ['DE', 'TW'],
      effect,
      cancelWindowSeconds: 30,
      comboWindowSeconds: 5,
      dailyQuantityMax: 100,
      limited: false,
      dailyFree: 0,
      version: 1,
    });
    expect(
      [await idsOnSale('(region: "TW")'), await idsOnSale('(region: "FR")'), await idsOnSale()].map((ids) => ids.includes(id)),
    ).toEqual([true, false, true]);
    expect((await giftsOnSale('(locale: "de")')).find((gift) => gift.id === id)?.name).toBe('Mond');
  });

  test('is in the audit with who made it, what was before and what after', async () => {
    const id = await aGift(shop.trading);
    await edit('setGiftPrice', { giftId: id, version: 1, priceCoins: '9' }, 'olga');
    await edit('withdrawGift', { giftId: id, version: 2 }, 'otto');
    const [last, middle] = await audit(2);
    const [first] = await audit(1, middle?.cursor);
    expect([first, middle, last].map((edge) => [edge?.node.operation, edge?.node.itemId, edge?.node.actor.id])).toEqual([
      ['putGift', id, 'operator'],
      ['setGiftPrice', id, 'olga'],
      ['withdrawGift', id, 'otto'],
    ]);
    expect(first?.node.before).toBeNull();
    expect(middle?.node.changedFields).toEqual(['prices', 'version']);
    expect(last?.node.changedFields).toEqual(['onSaleUntil', 'version']);
    expect(JSON.parse(middle?.node.after ?? '').gift.prices).toMatchObject([{ version: 2, coins: '9' }]);
    expect(last?.node.before).toBe(middle?.node.after);
    expect([middle, last].map((edge) => (edge?.node.version ?? 0) - (first?.node.version ?? 0))).toEqual([1, 2]);
  });

  test('of two operators who edit the same version at once one is told that it is stale, and nothing of theirs is written', async () => {
    const id = await aGift(shop.trading);
    const names = ['Left', 'Right'];
    const answers = await Promise.all(names.map((name) => edit('putGift', { id, version: 1, name }, name)));
    expect(answers.flatMap(codesOf)).toEqual(['STALE_VERSION']);
    const winner = names[answers.findIndex((answer) => codesOf(answer).length === 0)];
    expect(await giftOf(id, 'name version')).toEqual({ name: winner, version: 2 });
  });

  test('sent again with its key gives the stored answer and changes nothing; with other input it is a conflict', async () => {
    const id = aCatalogueId();
    const input = { id, name: 'Once', priceCoins: '5', idempotencyKey: randomUUID() };
    const answers = await Promise.all([edit('putGift', input), edit('putGift', input), edit('putGift', input)]);
    await edit('putGift', { id, version: 1, name: 'Later' });
    answers.push(await edit('putGift', input));
    for (const answer of answers) expect(answer).toEqual({ gift: { id, version: 1, priceVersion: 1, priceCoins: '5' }, userErrors: [] });
    expect(codesOf(await edit('putGift', { ...input, priceCoins: '6' }))).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect((await edit('putGift', input, 'somebody-else')).userErrors).toMatchObject([{ code: 'ALREADY_EXISTS', field: ['input', 'id'] }]);
    expect((await audit(10)).filter(({ node }) => node.itemId === id)).toHaveLength(2);
  });

  test('a stored refusal stands, also when the reason has gone', async () => {
    const giftId = aCatalogueId();
    const early = { giftId, version: 1, priceCoins: '9', idempotencyKey: randomUUID() };
    const refused = await edit('setGiftPrice', early);
    await edit('putGift', { id: giftId, name: 'Late', priceCoins: '5' });
    expect(codesOf(refused)).toEqual(['GIFT_NOT_FOUND']);
    expect(await edit('setGiftPrice', early)).toEqual(refused);
    expect(codesOf(await edit('setGiftPrice', { ...early, idempotencyKey: randomUUID() }))).toEqual([]);
  });

  test('needs ops:write, and the audit ops:read', async () => {
    const query = 'mutation { withdrawGift(input: { giftId: "rose", version: 1, idempotencyKey: "k" }) { gift { id } } }';
    const written = await ask(shop.trading, { as: aUser('mallory', 'gifts:send', 'ops:read'), query });
    const read = await ask(shop.trading, {
      as: aUser('mallory', 'ops:write'),
      query: '{ catalogueAudit { nodes { itemId } } tradingPolicy { version } }',
    });
    expect([written, read].map(({ errors }) => errors?.[0]?.extensions?.['code'])).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  });

  test('of a product and of the policy goes the same way', async () => {
    const id = aCatalogueId();
    const product = { id, name: 'Many coins', coins: '5000', amountMinor: '4500', currency: 'EUR' };
    expect(await edit('putTopUpProduct', product)).toEqual({ product: { id, version: 1 }, userErrors: [] });
    expect(codesOf(await edit('putTopUpProduct', { ...product, version: 7 }))).toEqual(['STALE_VERSION']);
    const onSale = async () =>
      (await askData<{ topUpProducts: { id: string }[] }>(shop.trading, { query: '{ topUpProducts { id } }' })).topUpProducts;
    expect((await onSale()).map((each) => each.id)).toContain(id);
    expect(await edit('putTopUpProduct', { ...product, version: 1, onSale: false })).toEqual({
      product: { id, version: 2 },
      userErrors: [],
    });
    expect((await onSale()).map((each) => each.id)).not.toContain(id);
    const { version, ...policy } = await readTradingPolicy(shop.database);
    const wanted = { ...policy, sessionCoinsMax: null, dayCoinsMax: '50000000000', version };
    expect(await edit('setTradingPolicy', wanted)).toEqual({
      policy: { version: version + 1, dayCoinsMax: '50000000000' },
      userErrors: [],
    });
    expect(codesOf(await edit('setTradingPolicy', wanted))).toEqual(['STALE_VERSION']);
    expect(await readTradingPolicy(shop.database)).toEqual({
      ...policy,
      version: version + 1,
      dayCoinsMax: 50_000_000_000n,
      sessionCoinsMax: null,
    });
    expect((await audit(3)).map(({ node }) => [node.operation, node.itemId])).toEqual([
      ['setTradingPolicy', 'policy'],
      ['putTopUpProduct', id],
      ['putTopUpProduct', id],
    ]);
  });

  test('a bundle in a bundle, a bundle of nothing known, and a gift that becomes a bundle are refused', async () => {
    const bundle = await aGift(shop.trading, { kind: 'BUNDLE', items: [{ giftId: 'rose' }] });
    const limited = await aGift(shop.trading, { limited: true });
    const put = (over: object): Promise<EditAnswer> =>
      edit('putGift', { id: aCatalogueId(), name: 'Box', priceCoins: '5', kind: 'BUNDLE', ...over });
    const answers = await Promise.all([
      put({ items: [{ giftId: bundle }] }),
      put({ items: [{ giftId: limited }] }),
      put({ items: [{ giftId: 'no-such-gift' }] }),
      edit('putGift', { id: 'lollipop', version: 1, name: 'Lollipop', kind: 'BUNDLE', items: [{ giftId: 'rose' }] }),
    ]);
    expect(answers.map(codesOf)).toEqual([['BUNDLE_INVALID'], ['BUNDLE_INVALID'], ['BUNDLE_INVALID'], ['BUNDLE_INVALID']]);
  });

  test('a gift in a bundle cannot become limited until it is taken out of it, also within one batch; what is limited comes into no bundle', async () => {
    const [giftId, other] = [await aGift(shop.trading), await aGift(shop.trading)];
    const box = { id: aCatalogueId(), name: 'Box', kind: 'BUNDLE' };
    const limit = (version: number) => edit('putGift', { id: giftId, version, name: 'Rare', limited: true });
    // Sent together, in this order: the second sees the first.
    const [made, early] = await Promise.all([edit('putGift', { ...box, priceCoins: '5', items: [{ giftId }] }), limit(1)]);
    expect([codesOf(made), codesOf(early)]).toEqual([[], ['BUNDLE_INVALID']]);
    expect(early.userErrors).toMatchObject([{ field: ['input', 'limited'], message: expect.stringContaining(box.id) }]);
    await edit('withdrawGift', { giftId: box.id, version: 1 });
    expect(codesOf(await limit(1))).toEqual(['BUNDLE_INVALID']);
    const [emptied, late] = await Promise.all([edit('putGift', { ...box, version: 2, items: [{ giftId: other }] }), limit(1)]);
    expect([codesOf(emptied), codesOf(late)]).toEqual([[], []]);
    expect(codesOf(await edit('putGift', { ...box, version: 3, items: [{ giftId }] }))).toEqual(['BUNDLE_INVALID']);
  });

  test('twenty edits at once need hardly more statements than one', async () => {
    const count = (edits: number) =>
      statementsOf(/catalogue|Catalogue|Edits|Stored|write|feed|append/i, () =>
        Promise.all(Array.from({ length: edits }, () => aGift(shop.trading))),
      );
    const [one, twenty] = [await count(1), await count(20)];
    expect(twenty.length).toBeLessThanOrEqual(3 * one.length);
  });
});

test('of the gifts on sale the cheapest are shown, as many as are wanted and 500 at most', async () => {
  const all = await giftsOnSale('(first: 500)');
  expect(all.length).toBeGreaterThan(3);
  expect(await giftsOnSale('(first: 3)')).toEqual(all.slice(0, 3));
  const prices = all.map(({ priceCoins }) => Number(priceCoins));
  expect(prices).toEqual(prices.toSorted((one, other) => one - other));
  const outside = [0, 501].map((first) => ask(shop.trading, { query: `{ gifts(first: ${first}) { id } }` }));
  for (const { errors } of await Promise.all(outside)) expect(errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
});

describe('a price', () => {
  test('that is announced holds from its very millisecond on, and not before', async () => {
    const id = await aGift(shop.trading);
    const from = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + HOUR_MS);
    await edit('setGiftPrice', { giftId: id, version: 1, priceCoins: '9', from: from.toISOString() });
    await edit('setGiftPrice', { giftId: id, version: 2, priceCoins: '4', from: new Date(from.getTime() + 1_000).toISOString() });
    const moments = [from.getTime() - 1, from.getTime(), from.getTime() + 999, from.getTime() + 1_000].map((ms) => new Date(ms));
    const decided = await Promise.all(moments.map(async (at) => (await readGifts(shop.database, [id], at)).get(id)));
    expect(decided.map((gift) => [gift?.priceVersion, gift?.priceCoins])).toEqual([
      [1, 5n],
      [2, 9n],
      [2, 9n],
      [3, 4n],
    ]);
    const shown = await Promise.all(
      moments.map(async (at) => (await giftsOnSale(`(at: "${at.toISOString()}")`)).find((gift) => gift.id === id)?.priceCoins),
    );
    expect(shown).toEqual(['5', '9', '9', '4']);
  });

  test('that holds at once takes the place of those announced, and history keeps them all', async () => {
    const id = await aGift(shop.trading);
    const from = new Date(Date.now() + HOUR_MS);
    await edit('setGiftPrice', { giftId: id, version: 1, priceCoins: '9', from: from.toISOString() });
    await edit('setGiftPrice', { giftId: id, version: 2, priceCoins: '2' });
    const later = (await readGifts(shop.database, [id], new Date(from.getTime() + HOUR_MS))).get(id);
    expect([later?.priceVersion, later?.priceCoins]).toEqual([3, 2n]);
    expect((await giftOf(id))?.['prices']).toEqual([
      { version: 3, coins: '2' },
      { version: 2, coins: '9' },
      { version: 1, coins: '5' },
    ]);
  });

  test('changed amid gifts: every order pays one of the versions, whole', async () => {
    const id = await aGift(shop.trading);
    const stream = await shop.aStream();
    const senders = await Promise.all(Array.from({ length: 8 }, () => shop.aWallet({ coins: 100_000n })));
    const sending = senders.map(async (sender) => {
      for (let sent = 0; sent < 15; sent += 1) await shop.send(sender, { streamId: stream.streamId, giftId: id, quantity: 3 });
    });
    for (let version = 1; version <= 12; version += 1)
      await edit('setGiftPrice', { giftId: id, version, priceCoins: String(5 + version * 7) });
    await Promise.all(sending);
    const orders = await shop.database.query<{ version: number; right: boolean }>({
      text: `/* orders */ SELECT o.price_version AS version, o.coins = p.coins * o.quantity AND o.price_coins = p.coins AS right
        FROM gift_order o LEFT JOIN gift_price p ON p.gift_id = o.gift_id AND p.version = o.price_version WHERE o.gift_id = $1`,
      values: [id],
    });
    expect(orders).toHaveLength(8 * 15);
    expect(orders.filter(({ right }) => right !== true)).toEqual([]);
    expect(new Set(orders.map(({ version }) => version)).size).toBeGreaterThan(1);
  });
});

describe('a window', () => {
  test('opens and closes at its exact milliseconds, in the list as in the lane', async () => {
    const from = new Date(Date.now() + HOUR_MS);
    const until = new Date(from.getTime() + HOUR_MS);
    const id = await aGift(shop.trading, { onSaleFrom: from.toISOString(), onSaleUntil: until.toISOString() });
    const moments = [from.getTime() - 1, from.getTime(), until.getTime() - 1, until.getTime()].map((ms) => new Date(ms).toISOString());
    const lists = await Promise.all(moments.map((at) => idsOnSale(`(at: "${at}")`)));
    expect(lists.map((ids) => ids.includes(id))).toEqual([false, true, true, false]);
  });

  test('closed by an operator refuses gifts from then on, and what was sent stays drawable', async () => {
    const id = await aGift(shop.trading);
    const [sender, { streamId }] = [await shop.aWallet({ coins: 100n }), await shop.aStream()];
    expect((await shop.send(sender, { streamId, giftId: id })).userErrors).toEqual([]);
    await edit('withdrawGift', { giftId: id, version: 1 });
    expect((await shop.send(sender, { streamId, giftId: id })).userErrors).toMatchObject([{ code: 'GIFT_NOT_ON_SALE' }]);
    expect([(await idsOnSale()).includes(id), (await giftOf(id))?.['id']]).toEqual([false, id]);
  });

  test('of a gift that was not on sale yet closes before it opens', async () => {
    const from = new Date(Date.now() + HOUR_MS);
    const id = await aGift(shop.trading, { onSaleFrom: from.toISOString() });
    expect(codesOf(await edit('withdrawGift', { giftId: id, version: 1 }))).toEqual([]);
    expect(await idsOnSale(`(at: "${from.toISOString()}")`)).not.toContain(id);
  });
});
