import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aBrowser, aWatchedPage, withoutBrowser } from '../support/browser.ts';
import { ask } from '../support/clients.ts';
import { type CreatedUpload, putTo } from '../support/files.ts';
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
  /** What the room shows, in order. */
  const linesOf = (page: Page): Promise<readonly string[]> => page.locator('#events li .said').allInnerTexts();
  const seqsOf = async (page: Page): Promise<readonly number[]> =>
    (await page.locator('#events li').evaluateAll((all) => all.map((each) => each.getAttribute('data-seq')))).map(Number);

  test('what becomes of messages is seen where they stand, with who is watching, what is pinned and announced, and what a busy room left out', async () => {
    // The first test: nobody else is counted yet.
    const [alice, nobody] = [await open('alice'), await open()];
    const watching = async (): Promise<number> => Number.parseInt((await alice.page.locator('#viewers').textContent()) ?? '', 10);
    await expect.poll(watching, { timeout: WAIT_MS }).toBe(2);

    const [aliceToken, lunaToken, olgaToken] = await Promise.all(['alice', 'luna', 'olga'].map((user) => platform.token(user)));
    const change = async (token: string | undefined, field: string, type: string, input: object): Promise<void> => {
      const query = `mutation ($input: ${type}!) { ${field}(input: $input) { userErrors { code } } }`;
      const answer = await ask(platform.url, query, { input: { ...input, idempotencyKey: randomUUID() } }, token);
      expect(answer).toEqual({ [field]: { userErrors: [] } });
    };
    await chat(alice.page, 'a first thought');
    await line(nobody.page, 'Alice: a first thought');
    const said = nobody.page.locator('#events li.chat', { hasText: 'a first thought' });
    const messageId = (await said.getAttribute('data-message')) ?? '';
    const message = nobody.page.locator(`[data-message="${messageId}"]`);

    await change(aliceToken, 'editMessage', 'EditMessageInput', { messageId, text: 'a second thought' });
    await message.getByText('a second thought (edited)').waitFor();
    await alice.page.locator(`[data-message="${messageId}"]`).hover();
    await alice.page.getByRole('button', { name: 'React with 🎉' }).click();
    await message.getByRole('button', { name: '🎉, 1' }).waitFor();
    await alice.page.locator(`[data-message="${messageId}"] .reactions .mine`).waitFor();
    await change(lunaToken, 'pinMessage', 'MessageInput', { messageId });
    await nobody.page.locator('#pin', { hasText: 'Alice: a second thought' }).waitFor();
    await change(lunaToken, 'setAnnouncement', 'AnnouncementInput', { conversationId: LUNA_ROOM_ID, text: 'Piano at nine' });
    await nobody.page.locator('#announcement', { hasText: 'Piano at nine' }).waitFor();
    await alice.page.locator(`[data-message="${messageId}"]`).hover();
    await alice.page.getByRole('button', { name: 'Recall' }).click();
    await message.getByText('message recalled').waitFor();

    const pinStep = (step: string | null) => change(olgaToken, 'pinRoomStep', 'PinRoomStepInput', { roomId: LUNA_ROOM_ID, step });
    await pinStep('SAMPLED_20');
    for (let number = 0; number < 8; number += 1)
      await change(aliceToken, 'postMessage', 'PostMessageInput', { roomId: LUNA_ROOM_ID, text: `one of many ${number}` });
    await nobody.page
      .locator('#events .skipped', { hasText: /busy room: skipped \d+ messages?/ })
      .first()
      .waitFor();
    await pinStep('FULL');
    await pinStep(null);

    const setSlow = (slowSeconds: number) =>
      change(lunaToken, 'setChatModes', 'SetChatModesInput', { conversationId: LUNA_ROOM_ID, slowSeconds });
    await setSlow(60);
    await alice.page.locator('#modes', { hasText: 'slow: 60 s' }).waitFor();
    await chat(alice.page, 'slowly');
    await alice.page
      .getByText(/One message every 60 s here. Your message is kept|^5\d s$/)
      .first()
      .waitFor();
    expect(await alice.page.locator('#send').isDisabled()).toBe(true);
    await setSlow(0);

    // Whoever leaves says so, and is not counted for the minute that a page which died would be.
    await nobody.page.goto('about:blank');
    await expect.poll(watching, { timeout: WAIT_MS }).toBe(1);
    expect([...alice.problems, ...nobody.problems]).toEqual([]);
    await Promise.all([alice.page.close(), nobody.page.close()]);
  });

  test('images are shown and files offered by name and size, from addresses that are signed when they come into sight and again when they hold no longer', async () => {
    const [nobody, token] = [await open(), await platform.token('alice')];
    const picture = await nobody.page.screenshot({ clip: { x: 0, y: 0, width: 640, height: 360 } });
    const upload = async (body: Buffer, form: object): Promise<string> => {
      const query = `mutation ($input: CreateUploadInput!) { createUpload(input: $input) { upload { id put { url headers { name value } } } } }`;
      const input = { conversationId: LUNA_ROOM_ID, bytes: body.length, idempotencyKey: randomUUID(), ...form };
      const { createUpload } = await ask<{ createUpload: { upload: CreatedUpload } }>(platform.url, query, { input }, token);
      expect(await putTo(createUpload.upload.put, body)).toBe(200);
      return createUpload.upload.id;
    };
    const [image, file] = await Promise.all([
      upload(picture, { kind: 'IMAGE', contentType: 'image/png', name: 'a page.png', width: 640, height: 360 }),
      upload(Buffer.from('la la la'.repeat(200)), { kind: 'FILE', contentType: 'text/plain', name: 'lyrics.txt' }),
    ]);
    // The first answer of the store is that the address holds no longer.
    const reads: string[] = [];
    await nobody.page.route(`**/${image}?*`, (route) => {
      reads.push(route.request().url());
      return reads.length === 1 ? route.fulfill({ status: 403, body: '' }) : route.fallback();
    });
    const links: string[] = [];
    nobody.page.on('request', (request) => {
      if (request.postData()?.includes('query Links') === true) links.push(request.url());
    });
    const query = 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { event { message { id } } userErrors { code } } }';
    const input = { conversationId: LUNA_ROOM_ID, text: '', attachmentIds: [image, file], idempotencyKey: randomUUID() };
    const { sendMessage } = await ask<{ sendMessage: { event: { message: { id: string } } } }>(platform.url, query, { input }, token);
    const messageId = sendMessage.event.message.id;
    const message = nobody.page.locator(`[data-message="${messageId}"]`);

    const widthOf = () => message.getByAltText('a page.png').evaluate((shown) => ('naturalWidth' in shown ? shown.naturalWidth : 0));
    await expect.poll(widthOf, { timeout: WAIT_MS }).toBe(640);
    expect(reads).toHaveLength(2);
    expect(links).toHaveLength(2);
    expect(await message.locator('.said').innerText()).toMatch(/^Alice:\s+lyrics.txt 2 KB$/);
    const save = async (): Promise<string> => {
      const [download] = await Promise.all([nobody.page.waitForEvent('download'), message.getByText('lyrics.txt').click()]);
      return download.suggestedFilename();
    };
    expect([await save(), links.length]).toEqual(['lyrics.txt', 2]);
    // An hour later by the page's clock no address holds: the click waits for another one.
    await nobody.page.evaluate('{ const now = Date.now; Date.now = () => now() + 3_600_000; }');
    expect([await save(), links.length]).toEqual(['lyrics.txt', 3]);

    const recall = 'mutation ($input: MessageInput!) { recallMessage(input: $input) { userErrors { code } } }';
    await ask(platform.url, recall, { input: { messageId, idempotencyKey: randomUUID() } }, token);
    await message.getByText('message recalled').waitFor();
    expect(await message.locator('a').count()).toBe(0);
    const store = new URL(reads[0] ?? '').origin;
    expect(nobody.problems.filter((problem) => !problem.startsWith(`request to ${store}/`) && !/status of 403/.test(problem))).toEqual([]);
    await nobody.page.close();
  });

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
      // What was before has lines that stand for several events.
      const first = Number(await page.locator('#events li', { hasText: 'before the restart' }).first().getAttribute('data-seq'));
      const seqs = (await seqsOf(page)).filter((seq) => seq >= first);
      expect(seqs).toEqual(seqs.map((_, index) => first + index));
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
