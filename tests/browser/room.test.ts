import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aBrowser, aWatchedPage, withoutBrowser } from '../support/browser.ts';
import { ask } from '../support/clients.ts';
import { aPlatform, type Platform } from '../support/platform.ts';

const LUNA_ROOM_ID = '01980000-0000-7000-8000-000000000001';
const WAIT_MS = 20_000;
/** What Chromium itself writes while the server is away, however well the page copes. */
const SERVER_AWAY = /ERR_CONNECTION_REFUSED|WebSocket connection to .* failed/;

interface OpenPage {
  readonly page: Page;
  readonly problems: readonly string[];
}

describe.skipIf(withoutBrowser('tests/browser/room.test.ts'))('the room page', () => {
  let platform: Platform;
  let browser: Browser;

  beforeAll(async () => {
    [platform, browser] = await Promise.all([aPlatform('embedded'), aBrowser()]);
  });

  afterAll(async () => {
    await browser?.close();
    await platform?.close();
  });

  const open = async (persona = ''): Promise<OpenPage> => {
    const watched = await aWatchedPage(browser, platform.url);
    const { page } = watched;
    page.setDefaultTimeout(WAIT_MS);
    await page.goto(platform.url);
    await isLive(page);
    if (persona !== '') {
      await page.getByLabel('Act as').selectOption(persona);
      await page.getByRole('button', { name: 'Rose' }).waitFor();
      await expect.poll(() => page.getByLabel('Message').isEnabled(), { timeout: WAIT_MS }).toBe(true);
      await isLive(page);
    }
    return watched;
  };
  const isLive = (page: Page): Promise<void> => page.locator('#connection.live').waitFor();
  const chat = async (page: Page, text: string): Promise<void> => {
    await page.getByLabel('Message').fill(text);
    await page.getByLabel('Message').press('Enter');
  };
  const line = (page: Page, text: string): Promise<void> => page.locator('#events li', { hasText: text }).waitFor();
  /** What the room shows, in order, with the numbers of the events. */
  const linesOf = (page: Page): Promise<readonly string[]> => page.locator('#events li').allInnerTexts();
  const seqsOf = async (page: Page): Promise<readonly number[]> => (await linesOf(page)).map((text) => Number(/^#(\d+)/.exec(text)?.[1]));

  test('alice buys coins, chats and sends a gift; a page of nobody shows both live, in the same order', async () => {
    const alice = await open('alice');
    const nobody = await open();
    expect(await nobody.page.getByLabel('Message').isDisabled()).toBe(true);

    await alice.page.getByRole('button', { name: 'Rose' }).click();
    await alice.page.getByRole('alert').getByText('INSUFFICIENT_COINS').waitFor();
    await alice.page.getByRole('button', { name: 'Buy 100 coins' }).click();
    await alice.page.locator('#wallet').getByText('100 coins').waitFor();
    await chat(alice.page, 'hello, <b>everybody</b>');
    await alice.page.getByRole('button', { name: 'Rose' }).click();
    await alice.page.locator('#wallet').getByText('99 coins').waitFor();
    expect(await alice.page.getByRole('alert').textContent()).toBe('');

    for (const { page } of [alice, nobody]) {
      await line(page, 'Alice: hello, <b>everybody</b>');
      await line(page, 'Alice sent 1 × Rose (1 coin)');
    }
    expect(await linesOf(nobody.page)).toEqual(await linesOf(alice.page));
    expect([...alice.problems, ...nobody.problems]).toEqual([]);
    await Promise.all([alice.page.close(), nobody.page.close()]);
  });

  test('the wallet shows bonus coins, and of a gift that can be taken back the page says when the room sees it', async () => {
    const token = await platform.token('alice');
    const buy = 'mutation { topUp(input: { productId: "coins-10000", idempotencyKey: "room-castle" }) { userErrors { code } } }';
    await ask(platform.url, buy, {}, token);
    const alice = await open('alice');
    await alice.page.locator('#wallet').getByText('1000 bonus coins').waitFor();
    await alice.page.getByRole('button', { name: 'Castle' }).click();
    await alice.page
      .getByRole('alert')
      .getByText(/Castle is paid. The room sees it at .*until then cancelGift takes it back/)
      .waitFor();
    expect(await alice.page.locator('#wallet').textContent()).not.toContain('bonus');
    expect(alice.problems).toEqual([]);
    await alice.page.close();
  });

  test('luna’s wallet shows what her viewers sent, without a reload', async () => {
    const luna = await open('luna');
    const token = await platform.token('alice');
    const send = `mutation { sendGift(input: { streamId: "${LUNA_ROOM_ID}", giftId: "lollipop", quantity: 2, idempotencyKey: "room-test" }) { userErrors { code } } }`;
    const diamondsOf = async (): Promise<number> =>
      Number(/([\d]+) diamonds/.exec((await luna.page.locator('#wallet').textContent()) ?? '')?.[1] ?? 0);
    const before = await diamondsOf();
    await ask(platform.url, send, {}, token);
    await expect.poll(diamondsOf, { timeout: WAIT_MS }).toBeGreaterThan(before);
    expect(luna.problems).toEqual([]);
    await luna.page.close();
  });

  test('the server is restarted: the pages connect again by themselves and miss nothing, and what was clicked meanwhile is done once', async () => {
    const alice = await open('alice');
    const nobody = await open();
    await chat(alice.page, 'before the restart');
    await line(nobody.page, 'before the restart');

    await platform.stop();
    await nobody.page.getByText('reconnecting').waitFor();
    await chat(alice.page, 'while it was away');
    await platform.start();
    // Posted before either page has to be back: only the cursor brings it.
    const token = await platform.token('luna');
    await ask(
      platform.url,
      `mutation { postMessage(input: { roomId: "${LUNA_ROOM_ID}", text: "first after it", idempotencyKey: "room-test" }) { userErrors { code } } }`,
      {},
      token,
    );
    for (const { page } of [alice, nobody]) {
      await line(page, 'first after it');
      await line(page, 'while it was away');
      await isLive(page);
      const seqs = await seqsOf(page);
      expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index));
    }
    expect((await linesOf(nobody.page)).filter((text) => text.includes('while it was away'))).toHaveLength(1);
    expect([...alice.problems, ...nobody.problems].filter((problem) => !SERVER_AWAY.test(problem))).toEqual([]);
    await Promise.all([alice.page.close(), nobody.page.close()]);
  });

  test('everything can be reached and done by keyboard, also in a window 400 pixels wide', async () => {
    const { page, problems } = await open();
    await page.setViewportSize({ width: 400, height: 760 });
    const focusOn = async (name: string): Promise<void> => {
      for (let tabs = 0; tabs < 30; tabs += 1) {
        await page.keyboard.press('Tab');
        if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(name)})`)) return;
      }
      throw new Error(`Tab does not lead to ${name}`);
    };
    await focusOn('#persona');
    await page.keyboard.type('alice');
    await page.getByRole('button', { name: 'Rose' }).waitFor();
    await expect.poll(() => page.getByLabel('Message').isEnabled(), { timeout: WAIT_MS }).toBe(true);
    await focusOn('#streams button:nth-of-type(2)');
    await page.keyboard.press('Enter');
    await page.locator('#streams button:nth-of-type(2)[aria-current]').waitFor();
    await focusOn('#text');
    await page.keyboard.type('typed');
    await page.keyboard.press('Enter');
    await line(page, 'Alice: typed');
    await focusOn('#gifts button');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#wallet').textContent(), { timeout: WAIT_MS }).toMatch(/\d+ coins/);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(400);
    expect(problems).toEqual([]);
    await page.close();
  });

  test('without demo tokens the page says so, and stays what it is for anybody', async () => {
    const { page } = await open();
    await page.route('**/dev/token', (route) => route.fulfill({ status: 404, body: '' }));
    await page.getByLabel('Act as').selectOption('alice');
    await page
      .getByRole('alert')
      .getByText(/npm start/)
      .waitFor();
    expect(await page.getByLabel('Act as').inputValue()).toBe('');
    expect(await page.locator('#connection').textContent()).toBe('live');
    await page.close();
  });
});
