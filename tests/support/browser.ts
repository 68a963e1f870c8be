import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Debian's Chromium, or null where there is none. */
const findChromium = (): string | null =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'chromium'))
    .find((path) => existsSync(path)) ?? null;

/** Whether suites that need a browser are skipped: only where there is none, and never under CI=true. Says so in one line. */
export const withoutBrowser = (suite: string): boolean => {
  if (findChromium() !== null || process.env['CI'] === 'true') return false;
  process.stdout.write(`chromium is not on PATH: ${suite} is skipped.\n`);
  return true;
};

/** A headless Chromium of its own. The caller closes it. */
export const aBrowser = (): Promise<Browser> => {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error("chromium is not on PATH: install Debian's chromium");
  // Chromium refuses to sandbox itself as root, and a container's /dev/shm is too small for it.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
};

/** A page that writes down what goes wrong in it: errors on the console (violations of the content security policy are among them), uncaught
 * exceptions, requests that leave `origin`. */
export const aWatchedPage = async (
  browser: Browser,
  origin: string,
): Promise<{ readonly page: Page; readonly problems: readonly string[] }> => {
  const page = await browser.newPage({ viewport: { width: 1_500, height: 900 } });
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`exception: ${error.message}`));
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== origin) problems.push(`request to ${request.url()}`);
  });
  return { page, problems };
};
