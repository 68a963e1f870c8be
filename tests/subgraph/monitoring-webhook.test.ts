import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigError } from '#platform/config/config.ts';
import { newId } from '#platform/ids.ts';
import { claimDeliveries, recordAttempts, recordDeliveries } from '../../subgraphs/monitoring/data/deliveries.ts';
import { evaluateSilences } from '../../subgraphs/monitoring/data/evaluation.ts';
import { startJobs } from '../../subgraphs/monitoring/data/jobs.ts';
import { startWebhookSender } from '../../subgraphs/monitoring/data/webhook.ts';
import { serviceSilentRule } from '../../subgraphs/monitoring/domain/silence.ts';
import { WEBHOOK_ATTEMPTS_MAX, WEBHOOK_CHANGE_AGE_MAX_MS } from '../../subgraphs/monitoring/domain/webhook.ts';
import { ALERTS_FEED } from '../../subgraphs/monitoring/events.ts';
import { aDatabaseUrl } from '../support/postgres.ts';
import { ago, aMonitoring, eventually, type MonitoringTables, monitoringTables, reportSamples } from './monitoring-support.ts';

const SECRET = 'a secret that only we know';
const RULE = serviceSilentRule(15_000);

interface Post {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Somebody's webhook: answers with what `answers` says, then 204; `hang` never answers. */
interface Receiver {
  readonly url: string;
  readonly posts: readonly Post[];
  close(): Promise<void>;
}

const open: { close(): Promise<void> }[] = [];
let url: string;
let tables: MonitoringTables;

beforeEach(async () => {
  url = await aDatabaseUrl('monitoring');
  tables = await monitoringTables(url);
  open.push(tables);
});
afterEach(async () => {
  for (const part of open.splice(0).toReversed()) await part.close();
});

async function aReceiver(answers: readonly (number | 'hang' | 'cut')[] = [], port = 0): Promise<Receiver> {
  const posts: Post[] = [];
  const left = [...answers];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      posts.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      const answer = left.shift() ?? 204;
      if (answer === 'cut') request.socket.destroy();
      else if (answer !== 'hang') response.writeHead(answer, answer === 302 ? { location: '/elsewhere' } : {}).end('thank you');
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const receiver = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, posts, close };
  open.push(receiver);
  return receiver;
}

/** A service falls silent until its alert fires, and reports again until it is over: three events in the feed. */
async function anOutage(service: string): Promise<void> {
  const startMs = Date.now() - 60_000;
  for (const [second, silence] of [
    [0, 20],
    [10, 30],
    [20, 1],
    [30, 1],
  ] as const) {
    await evaluateSilences(tables.database, tables.feeds, {
      rule: RULE,
      silences: [{ service, seconds: silence, heardSeconds: silence }],
      nowMs: startMs + second * 1_000,
    });
  }
}

/** Records deliveries as the consumer does, without one running. */
async function recordAll(nowMs = Date.now()): Promise<void> {
  const { events } = await tables.feeds.page({ feed: ALERTS_FEED, direction: 'forward', limit: 1_000 });
  await tables.database.transaction('record', (tx) => recordDeliveries(tx, events, nowMs));
}

const send = (to: string): void => {
  open.push(startWebhookSender({ database: tables.database, telemetry: tables.telemetry, url: to, secret: SECRET, delayBaseMs: 20 }));
};
const deliveries = () => tables.db.webhookDelivery.findMany({ orderBy: { eventSeq: 'asc' } });
const settled = () => eventually(deliveries, (rows) => rows.length > 0 && rows.every(({ state }) => state !== 'WAITING'));
const statusesOf = (posts: readonly Post[]): readonly unknown[] =>
  posts.map(({ body }) => (JSON.parse(body) as { status: unknown }).status);

describe('an alert that fires and is over', () => {
  test('is posted twice, signed, through the running subgraph', async () => {
    const receiver = await aReceiver();
    await anOutage('trading');
    open.push(await aMonitoring({ url, env: { ALERT_WEBHOOK_URL: receiver.url, ALERT_WEBHOOK_SECRET: SECRET } }));
    await eventually(
      async () => receiver.posts.length,
      (posts) => posts === 2,
    );
    expect(statusesOf(receiver.posts)).toEqual(['firing', 'resolved']);
    for (const { headers, body } of receiver.posts) {
      const [id, timestamp] = [headers['webhook-id'], headers['webhook-timestamp']];
      expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', SECRET).update(`${id}.${timestamp}.${body}`).digest('base64')}`);
      expect(Math.abs(Number(timestamp) - Date.now() / 1_000)).toBeLessThan(60);
      expect(headers['content-type']).toBe('application/json');
      expect(JSON.parse(body)).toMatchObject({ version: '4', alerts: [{ labels: { alertname: 'service-silent', service: 'trading' } }] });
    }
    expect(await settled()).toMatchObject([
      { state: 'DELIVERED', attempts: 1 },
      { state: 'DELIVERED', attempts: 1 },
    ]);
  });

  test('is told in order even when its beginning has to be tried again', async () => {
    const receiver = await aReceiver([503, 'cut', 429]);
    await anOutage('trading');
    await recordAll();
    send(receiver.url);
    expect(await settled()).toMatchObject([
      { state: 'DELIVERED', attempts: 4 },
      { state: 'DELIVERED', attempts: 1 },
    ]);
    expect(statusesOf(receiver.posts)).toEqual(['firing', 'firing', 'firing', 'firing', 'resolved']);
    // The same message each time: a receiver that took it in spite of the error can tell.
    expect(new Set(receiver.posts.slice(0, 4).map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size).toBe(1);
  });

  test('leaves a log of every attempt', async () => {
    const receiver = await aReceiver([500, 'cut']);
    await anOutage('trading');
    await recordAll();
    send(receiver.url);
    const [first] = await settled();
    const attempts = await tables.db.webhookAttempt.findMany({ where: { deliveryId: first?.id ?? '' }, orderBy: { number: 'asc' } });
    expect(attempts).toMatchObject([
      { number: 1, statusCode: 500, error: 'answered 500' },
      { number: 2, statusCode: null, error: expect.stringMatching(/\S/) },
      { number: 3, statusCode: 204, error: null },
    ]);
  });

  test('is given up at once on an answer that will not change, and a redirect is not followed', async () => {
    const receiver = await aReceiver([404, 302]);
    await anOutage('trading');
    await recordAll();
    send(receiver.url);
    expect(await settled()).toMatchObject([
      { state: 'GIVEN_UP', attempts: 1 },
      { state: 'GIVEN_UP', attempts: 1 },
    ]);
    expect(receiver.posts).toHaveLength(2);
  });

  test('is given up after the last attempt', async () => {
    const receiver = await aReceiver();
    await anOutage('trading');
    await recordAll();
    const closed = receiver.url;
    await receiver.close();
    const before = await deliveries();
    await tables.db.webhookDelivery.updateMany({ where: { id: before[0]?.id ?? '' }, data: { attempts: WEBHOOK_ATTEMPTS_MAX - 1 } });
    send(closed);
    const [first] = await eventually(deliveries, (rows) => rows[0]?.state === 'GIVEN_UP');
    expect(first).toMatchObject({ attempts: WEBHOOK_ATTEMPTS_MAX });
  });

  test('is posted after a restart of monitoring, to a receiver that was down', async () => {
    const receiver = await aReceiver();
    const { port } = new URL(receiver.url);
    await receiver.close();
    const env = { ALERT_WEBHOOK_URL: receiver.url, ALERT_WEBHOOK_SECRET: SECRET };
    await anOutage('trading');
    const first = await aMonitoring({ url, env });
    await eventually(deliveries, (rows) => rows.length === 2 && (rows[0]?.attempts ?? 0) > 0);
    await first.close();
    const back = await aReceiver([], Number(port));
    open.push(await aMonitoring({ url, env }));
    await eventually(
      async () => back.posts.length,
      (posts) => posts === 2,
      20_000,
    );
    expect(statusesOf(back.posts)).toEqual(['firing', 'resolved']);
  });
});

describe('deliveries', () => {
  test('are recorded once per event worth telling, however often the events come', async () => {
    await anOutage('trading');
    await recordAll();
    await recordAll();
    expect((await deliveries()).map(({ eventSeq }) => eventSeq)).toEqual([2n, 3n]);
  });

  test('of changes that are too old to page anybody are recorded, but not sent', async () => {
    await anOutage('trading');
    await recordAll(Date.now() + WEBHOOK_CHANGE_AGE_MAX_MS + 1_000);
    expect((await deliveries()).map(({ state, nextTryAt }) => [state, nextTryAt])).toEqual([
      ['EXPIRED', null],
      ['EXPIRED', null],
    ]);
    expect(await claimDeliveries(tables.database, 10, 1_000)).toEqual([]);
  });

  test('are taken by one process each, and by another one only when the first is taken for dead', async () => {
    for (const service of ['a', 'b', 'c', 'd']) await anOutage(service);
    await recordAll();
    const claims = (await Promise.all(Array.from({ length: 6 }, () => claimDeliveries(tables.database, 2, 60_000)))).flat();
    expect(new Set(claims.map(({ id }) => id)).size).toBe(claims.length);
    expect(claims).toHaveLength(4);
    expect(await claimDeliveries(tables.database, 10, 60_000)).toEqual([]);
    await tables.database.query({
      text: "/* pass */ UPDATE webhook_delivery SET next_try_at = now() - interval '1 second' WHERE attempts > 0",
    });
    expect((await claimDeliveries(tables.database, 10, 60_000)).map(({ attempt }) => attempt)).toEqual([2, 2, 2, 2]);
  });

  test('that were delivered stay so, whatever a slower attempt says', async () => {
    await anOutage('trading');
    await recordAll();
    const [claimed] = await claimDeliveries(tables.database, 1, 60_000);
    if (claimed === undefined) throw new Error('a delivery was due');
    const outcome = {
      delivery: claimed,
      startedAt: new Date(),
      tookMs: 5,
      statusCode: 204,
      error: null,
      state: 'DELIVERED',
      nextTryInMs: null,
    } as const;
    await recordAttempts(tables.database, [outcome]);
    await recordAttempts(tables.database, [
      { ...outcome, delivery: { ...claimed, attempt: 2 }, statusCode: 500, error: 'answered 500', state: 'WAITING', nextTryInMs: 1 },
    ]);
    expect((await deliveries())[0]).toMatchObject({ state: 'DELIVERED', attempts: 1, nextTryAt: null });
  });
});

test('a webhook without a secret is refused at the start, with what to do', async () => {
  await expect(aMonitoring({ url, env: { ALERT_WEBHOOK_URL: 'http://127.0.0.1:9/hook' } })).rejects.toThrow(ConfigError);
});

test('a service that stops reporting fires an alert, and reporting again ends it, with nothing but time passing', async () => {
  // The job of the running subgraph on its own clock, with a service that may be silent for 0.6 s.
  const holder = newId();
  for (const job of startJobs({ ...tables, holder, silentMs: 600 })) open.push(job);
  // The subgraph that starts now has such a job too, which leaves it to who holds the lease.
  await eventually(
    () => tables.database.query({ text: "/* test */ SELECT FROM lease WHERE name = 'evaluate-rules' AND holder = $1", values: [holder] }),
    (rows) => rows.length === 1,
  );
  const monitoring = await aMonitoring({ url });
  open.push(monitoring);
  const beat = (): Promise<void> =>
    reportSamples(monitoring.running, [{ name: `fanfare_service_up{service="trading",instance="${holder}"}`, at: ago(0), value: 1 }]);
  const stateOf = async (): Promise<string | undefined> => (await tables.db.alert.findFirst())?.state;
  await beat();
  expect(await eventually(stateOf, (state) => state === 'FIRING')).toBe('FIRING');
  const beating = setInterval(() => void beat(), 100);
  try {
    expect(await eventually(stateOf, (state) => state === 'RESOLVED')).toBe('RESOLVED');
  } finally {
    clearInterval(beating);
  }
  const { events } = await tables.feeds.page({ feed: ALERTS_FEED, direction: 'forward', limit: 10 });
  expect(events.map(({ kind, seq }) => [seq, kind])).toEqual([
    [1, 'alert.pending'],
    [2, 'alert.firing'],
    [3, 'alert.resolved'],
  ]);
});
