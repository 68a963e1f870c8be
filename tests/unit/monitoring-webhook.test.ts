import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { judgeAttempt, retryDelayMs, signWebhook, WEBHOOK_DELAY_MAX_MS } from '#platform/webhook.ts';
import { type AlertChange, isWorthTelling, WEBHOOK_ATTEMPTS_MAX, webhookBody } from '../../subgraphs/monitoring/domain/webhook.ts';

const aChange = (change: Partial<AlertChange> = {}): AlertChange => ({
  alertId: '01980000-0000-7000-8000-0000000000aa',
  rule: 'service-silent',
  service: 'trading',
  state: 'FIRING',
  summary: 'trading has not reported for 22 seconds.',
  value: 22,
  threshold: 15,
  startedAt: '2026-11-22T12:00:00.000Z',
  firedAt: '2026-11-22T12:00:05.000Z',
  resolvedAt: null,
  ...change,
});

test('that an alert fires and that one which fired is over is worth telling; the rest is not', () => {
  expect(isWorthTelling(aChange())).toBe(true);
  expect(isWorthTelling(aChange({ state: 'RESOLVED' }))).toBe(true);
  expect(isWorthTelling(aChange({ state: 'PENDING', firedAt: null }))).toBe(false);
  expect(isWorthTelling(aChange({ state: 'RESOLVED', firedAt: null }))).toBe(false);
});

test('the body has the form of Alertmanager’s webhook, version 4', () => {
  expect(JSON.parse(webhookBody(aChange()))).toMatchObject({
    version: '4',
    status: 'firing',
    commonLabels: { alertname: 'service-silent', service: 'trading' },
    alerts: [
      {
        status: 'firing',
        labels: { alertname: 'service-silent', service: 'trading' },
        annotations: { summary: 'trading has not reported for 22 seconds.' },
        startsAt: '2026-11-22T12:00:05.000Z',
        endsAt: '0001-01-01T00:00:00Z',
        fingerprint: '019800000000700080000000000000aa',
      },
    ],
  });
  const over = JSON.parse(webhookBody(aChange({ state: 'RESOLVED', resolvedAt: '2026-11-22T12:01:00.000Z' })));
  expect(over).toMatchObject({ status: 'resolved', alerts: [{ status: 'resolved', endsAt: '2026-11-22T12:01:00.000Z' }] });
});

test('the signature covers id, timestamp and body, as Standard Webhooks has it', () => {
  const message = { id: 'msg', timestampSeconds: 1_763_812_800, body: '{"a":1}' };
  const expected = createHmac('sha256', 'a secret of some length').update('msg.1763812800.{"a":1}').digest('base64');
  expect(signWebhook('a secret of some length', message)).toBe(`v1,${expected}`);
  const others = [
    { ...message, id: 'msh' },
    { ...message, timestampSeconds: 1_763_812_801 },
    { ...message, body: '{"a":2}' },
  ];
  for (const other of others) expect(signWebhook('a secret of some length', other)).not.toBe(`v1,${expected}`);
});

test('2xx is delivered; no answer, 408, 429 and 5xx are tried again until the attempts are used up; the rest is given up', () => {
  expect([200, 204, 299].map((status) => judgeAttempt(status, 1, WEBHOOK_ATTEMPTS_MAX))).toEqual(['DELIVERED', 'DELIVERED', 'DELIVERED']);
  expect([null, 408, 429, 500, 503].map((status) => judgeAttempt(status, 1, WEBHOOK_ATTEMPTS_MAX))).toEqual([
    'RETRY',
    'RETRY',
    'RETRY',
    'RETRY',
    'RETRY',
  ]);
  expect([301, 400, 401, 404].map((status) => judgeAttempt(status, 1, WEBHOOK_ATTEMPTS_MAX))).toEqual([
    'GIVE_UP',
    'GIVE_UP',
    'GIVE_UP',
    'GIVE_UP',
  ]);
  expect([
    judgeAttempt(500, WEBHOOK_ATTEMPTS_MAX - 1, WEBHOOK_ATTEMPTS_MAX),
    judgeAttempt(500, WEBHOOK_ATTEMPTS_MAX, WEBHOOK_ATTEMPTS_MAX),
  ]).toEqual(['RETRY', 'GIVE_UP']);
});

test('the wait doubles, has jitter of a half, and is bounded', () => {
  expect([1, 2, 3].map((attempt) => retryDelayMs(attempt, 1_000, 1))).toEqual([1_000, 2_000, 4_000]);
  expect(retryDelayMs(3, 1_000, 0)).toBe(2_000);
  expect(retryDelayMs(50, 1_000, 1)).toBe(WEBHOOK_DELAY_MAX_MS);
});
