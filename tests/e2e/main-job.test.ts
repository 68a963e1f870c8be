import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, sendGift, topUp, watchRoom } from '../support/clients.ts';
import { platformForms } from '../support/forms.ts';
import { ledgerFaults } from '../support/ledger.ts';
import { aPlatform, eventually, type Platform } from '../support/platform.ts';
import { DEMO_STREAM, giftsSent, giftsShown } from '../support/room-truth.ts';

const VIEWERS = 50;
const DELIVERY_DEADLINE_MS = 15_000;

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
});
