import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeExamples } from '../../web/playground/examples.ts';
import { aBrowser, aWatchedPage, withoutBrowser } from '../support/browser.ts';
import { aPlatform, type Platform } from '../support/platform.ts';

const LUNA_STREAM_ID = '01980000-0000-7000-8000-000000000001';
const WAIT_MS = 15_000;

interface Answer {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

describe.skipIf(withoutBrowser('tests/browser/playground.test.ts'))('the playground', () => {
  let platform: Platform;
  let browser: Browser;

  beforeAll(async () => {
    [platform, browser] = await Promise.all([aPlatform('embedded'), aBrowser()]);
  });

  afterAll(async () => {
    await browser?.close();
    await platform?.close();
  });

  const openPlayground = async (path = '/playground'): Promise<{ readonly page: Page; readonly problems: readonly string[] }> => {
    const watched = await aWatchedPage(browser, platform.url);
    watched.page.setDefaultTimeout(WAIT_MS);
    await watched.page.goto(`${platform.url}${path}`);
    await watched.page.locator('.graphiql-query-editor .view-line').first().waitFor();
    return watched;
  };

  const actAs = async (page: Page, label: string): Promise<void> => {
    const button = page.getByRole('button', { name: label, exact: true });
    await button.click();
    await page.locator(`button[aria-pressed="true"]:has-text("${label}")`).waitFor();
  };

  const tabButton = (page: Page, tab: string) => page.getByRole('tab').getByRole('button', { name: tab, exact: true });

  const openTab = async (page: Page, tab: string): Promise<void> => {
    await tabButton(page, tab).click();
    await page.locator('.graphiql-query-editor').getByText(tab).first().waitFor();
  };

  /** Runs what is in the open tab; answers what the gateway said. */
  const execute = async (page: Page, operationName: string): Promise<Answer> => {
    const answered = page.waitForResponse(
      (response) => (response.request().postDataJSON() as { operationName?: string } | null)?.operationName === operationName,
    );
    await page.getByRole('button', { name: /Execute query/ }).click();
    return (await (await answered).json()) as Answer;
  };

  const run = async (page: Page, tab: string): Promise<Answer> => {
    await openTab(page, tab);
    return execute(page, tab);
  };

  test('a browser that asks for /graphql lands in it, and finds its title, the schema and its examples, with nothing refused or fetched elsewhere', async () => {
    const { page, problems } = await openPlayground('/graphql');
    expect(new URL(page.url()).pathname).toBe('/playground/');
    expect(await page.title()).toBe('Fanfare GraphQL Playground (GraphiQL)');
    expect(await page.getByRole('tab').allInnerTexts()).toEqual([
      'LiveStreams',
      'RoomEvents',
      'PostMessage',
      'Gifts',
      'TopUp',
      'SendGift',
      'MyWallet',
      'Leaderboard',
      'Services',
    ]);
    await page.getByRole('button', { name: /Show Documentation/ }).click();
    await page.getByText('Subscription', { exact: true }).first().waitFor();
    expect(problems).toEqual([]);
    await page.close();
  });

  test('the tour runs tab by tab as it stands: live streams, catalogue, coins, a gift, a wallet, a leaderboard, services', async () => {
    const { page, problems } = await openPlayground();
    const streams = await run(page, 'LiveStreams');
    expect(JSON.stringify(streams)).toContain(LUNA_STREAM_ID);
    expect(await run(page, 'Gifts')).toMatchObject({
      data: { gifts: expect.arrayContaining([expect.objectContaining({ id: 'rose', priceCoins: '1' })]) },
    });

    await actAs(page, 'alice the viewer');
    expect(await run(page, 'TopUp')).toMatchObject({ data: { topUp: { userErrors: [], wallet: { coins: '1000' } } } });
    expect(await run(page, 'TopUp')).toMatchObject({ data: { topUp: { userErrors: [], wallet: { coins: '1000' } } } });
    expect(await run(page, 'SendGift')).toMatchObject({ data: { sendGift: { userErrors: [], wallet: { coins: '999' } } } });
    await page.getByRole('button', { name: /New key/ }).click();
    expect(await execute(page, 'SendGift')).toMatchObject({ data: { sendGift: { userErrors: [], wallet: { coins: '998' } } } });
    expect(await run(page, 'MyWallet')).toMatchObject({ data: { me: { wallet: { coins: '998', orders: { nodes: [{}, {}] } } } } });
    await expect
      .poll(() => run(page, 'Leaderboard'), { timeout: WAIT_MS })
      .toMatchObject({ data: { leaderboard: { state: 'READY', me: { coins: '2' } } } });

    await actAs(page, 'olga the operator');
    const services = await run(page, 'Services');
    expect(services.errors).toBeUndefined();
    expect(services.data).toMatchObject({ services: expect.arrayContaining([expect.objectContaining({ name: expect.any(String) })]) });
    expect(problems).toEqual([]);
    await page.close();
  });

  test('a room is followed live in one window while another posts in it', async () => {
    const follower = await openPlayground();
    await openTab(follower.page, 'RoomEvents');
    await follower.page.getByRole('button', { name: /Execute query/ }).click();
    await follower.page.locator('.result-window').getByText('PositionEvent').waitFor();

    const poster = await openPlayground();
    await actAs(poster.page, 'luna the streamer');
    expect(await run(poster.page, 'PostMessage')).toMatchObject({ data: { postMessage: { userErrors: [] } } });
    await follower.page.locator('.result-window').getByText('Hello from the playground!').waitFor();
    expect([...follower.problems, ...poster.problems]).toEqual([]);
    await Promise.all([follower.page.close(), poster.page.close()]);
  });

  test('who is nobody is told to sign in, and who lacks a scope is told which', async () => {
    const { page } = await openPlayground();
    expect(await run(page, 'SendGift')).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    await actAs(page, 'alice the viewer');
    expect(await run(page, 'Services')).toMatchObject({
      errors: expect.arrayContaining([expect.objectContaining({ extensions: expect.objectContaining({ code: 'FORBIDDEN' }) })]),
    });
    await page.close();
  });

  test('a token stays in the memory of its page: nothing that the browser keeps has it, and a reload asks as nobody again', async () => {
    const { page } = await openPlayground();
    const token = page.waitForResponse((response) => response.url().endsWith('/dev/token'));
    await actAs(page, 'alice the viewer');
    const { token: secret } = (await (await token).json()) as { token: string };
    await run(page, 'MyWallet');
    const kept = JSON.stringify(await page.context().storageState());
    expect(kept).toContain('MyWallet');
    expect(kept).not.toContain(secret);
    await page.reload();
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
    expect(await run(page, 'MyWallet')).toEqual({ data: { me: null } });
    await page.close();
  });

  test('examples that were changed come back with one click', async () => {
    const [{ page }, tabs] = [await openPlayground(), makeExamples(() => 'key').length];
    await page.getByRole('button', { name: 'Close Tab' }).click();
    await expect.poll(() => page.getByRole('tab').count(), { timeout: WAIT_MS }).toBe(tabs - 1);
    await page.getByRole('button', { name: 'Restore examples' }).click();
    await expect.poll(() => page.getByRole('tab').count(), { timeout: WAIT_MS }).toBe(tabs);
    await page.close();
  });
});
