import { afterAll, beforeAll, expect, test } from 'vitest';
import { ANONYMOUS } from '#platform/identity/identity.ts';
import { ask, askData, aUser } from '../support/runtime.ts';
import { ago, aMonitoring, eventually, type Monitoring, OPERATOR, reportSamples } from './monitoring-support.ts';

const SERVICES = 'query Services { services { id name health lastReportedAt dependsOn { id health dependsOn { id } } } }';

interface Service {
  readonly id: string;
  readonly health: string;
  readonly lastReportedAt: string | null;
}

let monitoring: Monitoring;

beforeAll(async () => {
  monitoring = await aMonitoring();
});
afterAll(() => monitoring?.close());

const services = async (running = monitoring.running): Promise<Readonly<Record<string, Service>>> => {
  const data = await askData<{ services: readonly Service[] }>(running, { as: OPERATOR, query: SERVICES });
  return Object.fromEntries(data.services.map((service) => [service.id, service]));
};
const up = (service: string, at: string, value = 1, instance = 'a') => ({
  name: `fanfare_service_up{service="${service}",instance="${instance}"}`,
  at,
  value,
});
const needs = (service: string, on: string, at: string, value = 1) => ({
  name: `fanfare_dependency_up{service="${service}",instance="a",on="${on}"}`,
  at,
  value,
});

test('services are judged by what was reported, with what they need, by name', async () => {
  const [now, long] = [ago(1), ago(600)];
  await reportSamples(monitoring.running, [
    up('gateway', now),
    needs('gateway', 'trading', now),
    up('trading', now),
    needs('trading', 'postgres', now),
    needs('trading', 'redis', now, 0),
    up('messaging', long),
    needs('messaging', 'kafka', long),
  ]);
  const data = await askData<{ services: readonly Service[] }>(monitoring.running, { as: OPERATOR, query: SERVICES });
  expect(data.services).toMatchObject([
    {
      id: 'gateway',
      name: 'Gateway',
      health: 'OK',
      lastReportedAt: now,
      dependsOn: [{ id: 'trading', health: 'DEGRADED', dependsOn: [{ id: 'postgres' }, { id: 'redis' }] }],
    },
    { id: 'kafka', health: 'UNKNOWN', lastReportedAt: long },
    { id: 'messaging', health: 'DOWN', lastReportedAt: long },
    { id: 'postgres', name: 'PostgreSQL', health: 'OK', dependsOn: [] },
    { id: 'redis', health: 'DOWN' },
    { id: 'trading', health: 'DEGRADED', dependsOn: [{ id: 'postgres' }, { id: 'redis' }] },
  ]);
});

test('a report that comes late does not make a service look fresh, nor one whose clock is ahead fresher than now', async () => {
  await reportSamples(monitoring.running, [up('late', ago(1))]);
  await reportSamples(monitoring.running, [up('late', ago(300), 0)]);
  await reportSamples(monitoring.running, [up('ahead', ago(-40))]);
  const { late, ahead } = await services();
  expect(late?.health).toBe('OK');
  expect(Date.parse(ahead?.lastReportedAt ?? '')).toBeLessThanOrEqual(Date.now());
});

test('a process that reports itself shows up with its health, its parts and its figures', async () => {
  const reporting = await aMonitoring({ env: { METRICS_REPORT_SECONDS: '1' } });
  try {
    const seen = await eventually(
      () => services(reporting.running),
      (found) => found['monitoring'] !== undefined,
    );
    expect(seen['monitoring']).toMatchObject({ health: 'OK' });
    expect(seen['postgres']).toMatchObject({ health: 'OK' });
  } finally {
    await reporting.close();
  }
});

test('services are for operators only, also as a reference', async () => {
  const reference = {
    query: 'query Refer($r: [_Any!]!) { _entities(representations: $r) { ... on Service { id health } } }',
    variables: {
      r: [
        { __typename: 'Service', id: 'gateway' },
        { __typename: 'Service', id: 'nobody' },
      ],
    },
  };
  expect((await ask(monitoring.running, { as: OPERATOR, ...reference })).data).toMatchObject({ _entities: [{ id: 'gateway' }, null] });
  for (const [as, code] of [
    [ANONYMOUS, 'UNAUTHENTICATED'],
    [aUser('alice', 'metrics:write'), 'FORBIDDEN'],
  ] as const) {
    expect((await ask(monitoring.running, { as, query: SERVICES })).errors?.[0]?.extensions['code']).toBe(code);
    expect((await ask(monitoring.running, { as, ...reference })).errors?.[0]?.extensions['code']).toBe(code);
  }
});
