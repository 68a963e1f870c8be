import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '#platform/config/config.ts';
import { FanfareError } from '#platform/errors.ts';
import { SUBGRAPH_NAMES, type SubgraphName, type SubgraphTransport } from '#platform/subgraph/transport.ts';
import { type RunningGateway, startGateway } from '../../gateway/server.ts';
import { evaluateSilences } from '../../subgraphs/monitoring/data/evaluation.ts';
import { serviceSilentRule } from '../../subgraphs/monitoring/domain/silence.ts';
import {
  ago,
  aMonitoring,
  eventually,
  type Monitoring,
  type MonitoringTables,
  monitoringTables,
  reportSamples,
  type Sample,
} from '../subgraph/monitoring-support.ts';
import { aBrowser, aWatchedPage, withoutBrowser } from '../support/browser.ts';

const WAIT_MS = 15_000;
const JWT_SECRET = 'a secret that only the operators’ issuer knows';
const RULE = serviceSilentRule(15_000);

/** The way to a part that doesn't run here. */
const nowhere = (name: SubgraphName): SubgraphTransport => {
  const gone = (): never => {
    throw new FanfareError('SUBGRAPH_UNAVAILABLE', `${name} does not run in this test.`, { retryAfterMs: 1_000 });
  };
  return { name, execute: async () => gone(), subscribe: gone, close: async () => undefined };
};

/** Who needs what, as a running platform reports it. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  gateway: ['monitoring', 'streaming', 'trading', 'messaging'],
  streaming: ['postgres', 'redis'],
  trading: ['postgres', 'redis', 'streaming'],
  messaging: ['postgres', 'redis', 'streaming', 'trading'],
};

describe.skipIf(withoutBrowser('tests/browser/status.test.ts'))('the status page', () => {
  let folder: string;
  let browser: Browser;
  let monitoring: Monitoring;
  let tables: MonitoringTables;
  let gateway: RunningGateway;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fanfare-status-'));
    [browser, monitoring] = await Promise.all([aBrowser(), aMonitoring({ env: { DATA_DIR: folder } })]);
    tables = await monitoringTables(monitoring.url);
    // The subgraph's own evaluation must not resolve what these tests make up.
    const steal = {
      text: "/* steal */ UPDATE lease SET holder = 'test', expires_at = now() + interval '1 hour' WHERE name = 'evaluate-rules' RETURNING name",
    };
    await eventually(
      () => tables.database.query(steal),
      (rows) => rows.length === 1,
    );
    gateway = await aGateway();
    await reportSamples(monitoring.running, [
      ...aPlatformReport(),
      ...aRate('fanfare_gifts_total', 'trading', 12),
      ...aRate('fanfare_messages_total', 'messaging', 40),
    ]);
  });

  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
    await tables?.close();
    await monitoring?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  const aGateway = (env: Readonly<Record<string, string>> = {}, argv: readonly string[] = ['--dev']): Promise<RunningGateway> => {
    const config = loadConfig(
      { NODE_ENV: 'test', LOG_LEVEL: 'silent', GATEWAY_PORT: '0', DATA_DIR: folder, SHUTDOWN_SECONDS: '1', ...env },
      argv,
    );
    const transports = SUBGRAPH_NAMES.map((name) => (name === 'monitoring' ? monitoring.running.transport : nowhere(name)));
    return startGateway({ config, runtime: monitoring.runtime, transports });
  };

  const openPage = async (at: RunningGateway = gateway): Promise<{ readonly page: Page; readonly problems: readonly string[] }> => {
    const watched = await aWatchedPage(browser, at.url);
    watched.page.setDefaultTimeout(WAIT_MS);
    await watched.page.clock.install();
    await watched.page.goto(`${at.url}/status`);
    return watched;
  };

  const openService = (page: Page, id: string) => page.locator(`#services tr[data-service="${id}"]`);

  test('shows services with what they need, figures and their ages, within the content security policy and without asking for a token', async () => {
    const { page, problems } = await openPage();
    await openService(page, 'trading').getByText('● works').waitFor();
    expect(await openService(page, 'trading').textContent()).toMatch(/→ PostgreSQL, Redis, Streaming/);
    expect(await openService(page, 'trading').locator('.age').textContent()).toMatch(/\d+ s ago/);
    expect(await page.locator('#graph .name').allTextContents()).toEqual(expect.arrayContaining(['Gateway', 'Trading', 'PostgreSQL']));
    expect(await page.locator('#graph .edge').count()).toBe(Object.values(NEEDS).flat().length);
    expect(await page.locator('#gifts strong').textContent()).toBe('12');
    expect(await page.locator('#messages strong').textContent()).toBe('40');
    expect(await page.locator('#gifts .age').textContent()).toMatch(/^as of \d+ s ago$/);
    expect(await page.locator('#gifts .line').getAttribute('d')).toMatch(/^M[\d.]+ [\d.]+L/);
    await page.getByText('alerts live', { exact: true }).waitFor();
    expect(problems).toEqual([]);
    await page.close();
  });

  test('shows an alert as soon as it fires, and that it is over, without a reload', async () => {
    const { page } = await openPage();
    await page.getByText('alerts live', { exact: true }).waitFor();
    const evaluate = (silence: number, second: number): Promise<number> =>
      evaluateSilences(tables.database, tables.feeds, {
        rule: RULE,
        silences: [{ service: 'messaging', seconds: silence, heardSeconds: silence }],
        nowMs: Date.now() + second * 1_000,
      });
    await evaluate(20, 0);
    await page.locator('#alerts .pending', { hasText: 'messaging has not reported for 20 seconds' }).waitFor();
    await evaluate(26, 6);
    await page.locator('#alerts .firing', { hasText: 'messaging has not reported for 26 seconds' }).waitFor();
    expect(await page.locator('#summary').textContent()).toBe('1 alert fires');
    await evaluate(1, 8);
    await evaluate(1, 14);
    await page.locator('#alerts .resolved', { hasText: 'messaging reports again' }).waitFor();
    await page.close();
  });

  test('a service that fell silent looks down, with the age of its last report', async () => {
    await reportSamples(monitoring.running, [{ name: 'fanfare_service_up{service="simulator",instance="a"}', at: ago(300), value: 1 }]);
    const { page } = await openPage();
    await openService(page, 'simulator').getByText('✖ down').waitFor();
    expect(await openService(page, 'simulator').locator('.age').textContent()).toBe('5 min ago');
    // What is old is its report; that it is down is known now.
    expect(await openService(page, 'simulator').getAttribute('class')).not.toBe('old');
    await page.close();
  });

  test('says so when the gateway is gone, greys every figure as it ages, and is live again when the gateway is back', async () => {
    const first = await aGateway();
    const { page } = await openPage(first);
    await page.getByText('alerts live', { exact: true }).waitFor();
    await page.locator('#gifts strong').waitFor();
    await first.close();
    await page.getByText('alerts not live, connecting again').waitFor();
    await page.clock.fastForward('02:00');
    await page.getByText(/No answer for 2 min: what you see is old/).waitFor();
    await page.getByText('The gateway cannot be reached.').waitFor();
    expect(await page.locator('#gifts').getAttribute('class')).toContain('old');
    expect(await page.locator('#gifts .age').textContent()).toBe('as of 2 min ago');
    expect(await openService(page, 'trading').getAttribute('class')).toContain('old');

    const second = await aGateway({ GATEWAY_PORT: String(first.port) });
    try {
      for (let tries = 0; tries < 20 && !(await page.getByText('alerts live', { exact: true }).isVisible()); tries += 1) {
        await page.clock.runFor(5_000);
        await page.waitForLoadState('networkidle');
      }
      await page.getByText('alerts live', { exact: true }).waitFor();
      await eventually(
        () => page.locator('#summary').textContent(),
        (text) => text?.startsWith('No answer') === false,
      );
    } finally {
      await page.close();
      await second.close();
    }
  });

  test('asks for a token where nobody hands one out, says what is wrong with a bad one, and keeps none', async () => {
    const strict = await aGateway({ JWT_SECRET }, []);
    const { page } = await openPage(strict);
    const field = page.getByLabel(/Token with ops:read/);
    try {
      await field.waitFor();
      await field.fill(await aToken('chat:write'));
      await page.getByRole('button', { name: 'Show' }).click();
      await page
        .getByRole('alert')
        .filter({ hasText: /ops:read/ })
        .waitFor();
      await field.waitFor();
      expect(await page.locator('#services tr').count()).toBe(0);

      await field.fill(await aToken('ops:read'));
      await page.getByRole('button', { name: 'Show' }).click();
      await openService(page, 'trading').waitFor();
      expect(await field.isVisible()).toBe(false);
      const kept = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href])');
      expect(kept).toBe(JSON.stringify([{}, {}, '', `${strict.url}/status`]));
    } finally {
      await page.close();
      await strict.close();
    }
  });
});

/** A good moment of the whole platform. */
function aPlatformReport(): readonly Sample[] {
  const at = ago(0);
  return Object.entries(NEEDS).flatMap(([service, needs]) => [
    { name: `fanfare_service_up{service="${service}",instance="a"}`, at, value: 1 },
    ...needs.map((on) => ({ name: `fanfare_dependency_up{service="${service}",instance="a",on="${on}"}`, at, value: 1 })),
    { name: `fanfare_subscribers{service="${service}",instance="a"}`, at, value: 1_234 },
  ]);
}

/** Five minutes of a counter that grows steadily. */
function aRate(family: string, service: string, perSecond: number): readonly Sample[] {
  return Array.from({ length: 61 }, (_, index) => ({
    name: `${family}{service="${service}",instance="a"}`,
    at: ago(300 - index * 5),
    value: index * 5 * perSecond,
  }));
}

function aToken(scope: string): Promise<string> {
  return new SignJWT({ scope })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('olga')
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(new TextEncoder().encode(JWT_SECRET));
}
