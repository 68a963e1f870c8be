import { describe, expect, test } from 'vitest';
import {
  assessServices,
  type DependencyReport,
  type ServiceState,
  serviceTitle,
  silentAfterMs,
  type UpReport,
} from '../../subgraphs/monitoring/domain/health.ts';
import { INSTANCE_FORGOTTEN_MS, SERVICE_FORGOTTEN_MS } from '../../subgraphs/monitoring/domain/limits.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 12);
const SILENT_MS = 15_000;

const says = (service: string, agoMs = 1_000, more: Partial<UpReport> = {}): UpReport => ({
  service,
  instance: 'a',
  up: true,
  atMs: NOW_MS - agoMs,
  ...more,
});
const needs = (service: string, dependency: string, up = true, more: Partial<UpReport> = {}): DependencyReport => ({
  ...says(service, 1_000, more),
  dependency,
  up,
});
const assess = (up: readonly UpReport[], dependencies: readonly DependencyReport[] = []): Record<string, ServiceState> =>
  Object.fromEntries(assessServices({ up, dependencies }, { nowMs: NOW_MS, silentMs: SILENT_MS }).map((service) => [service.id, service]));

describe('a service that reports itself', () => {
  test('is OK while its report is fresh, and DOWN as soon as it is not, with nothing but time passing', () => {
    expect(assess([says('trading', SILENT_MS)])['trading']).toMatchObject({ health: 'OK', lastReportedAtMs: NOW_MS - SILENT_MS });
    expect(assess([says('trading', SILENT_MS + 1)])['trading']).toMatchObject({ health: 'DOWN' });
  });

  test('is DOWN when it says so', () => {
    expect(assess([says('trading', 0, { up: false })])['trading']?.health).toBe('DOWN');
  });

  test('is DEGRADED when one of its instances is silent or down, and DOWN when all are', () => {
    expect(assess([says('trading'), says('trading', 20_000, { instance: 'b' })])['trading']?.health).toBe('DEGRADED');
    expect(assess([says('trading'), says('trading', 0, { instance: 'b', up: false })])['trading']?.health).toBe('DEGRADED');
    expect(assess([says('trading', 20_000), says('trading', 30_000, { instance: 'b' })])['trading']?.health).toBe('DOWN');
  });

  test('is DEGRADED when something that it needs is down, and only as long as it says so', () => {
    expect(assess([says('trading')], [needs('trading', 'postgres', false)])['trading']?.health).toBe('DEGRADED');
    expect(assess([says('trading')], [needs('trading', 'postgres')])['trading']?.health).toBe('OK');
  });

  test('does not count an instance that was replaced, but does when there is no other', () => {
    const old = says('trading', INSTANCE_FORGOTTEN_MS + 1, { instance: 'old' });
    expect(assess([says('trading'), old])['trading']?.health).toBe('OK');
    expect(assess([old])['trading']?.health).toBe('DOWN');
  });

  test('is forgotten after a day of silence', () => {
    expect(assess([says('trading', SERVICE_FORGOTTEN_MS + 1)])).toEqual({});
  });
});

describe('a part that others speak for', () => {
  test('is OK, DEGRADED or DOWN as they say', () => {
    const up = [says('trading'), says('messaging')];
    const health = (trading: boolean, messaging: boolean) =>
      assess(up, [needs('trading', 'redis', trading), needs('messaging', 'redis', messaging)])['redis']?.health;
    expect([health(true, true), health(true, false), health(false, false)]).toEqual(['OK', 'DEGRADED', 'DOWN']);
  });

  test('is UNKNOWN when nobody who could tell has reported lately', () => {
    const silent = { atMs: NOW_MS - 60_000 };
    expect(assess([says('trading', 60_000)], [needs('trading', 'redis', true, silent)])['redis']).toMatchObject({
      health: 'UNKNOWN',
      lastReportedAtMs: NOW_MS - 60_000,
    });
  });

  test('that speaks for itself too is judged by itself', () => {
    expect(assess([says('gateway'), says('trading')], [needs('gateway', 'trading', false)])).toMatchObject({
      gateway: { health: 'DEGRADED' },
      trading: { health: 'OK' },
    });
  });
});

test('what a service needs is the union of what its instances say, by name', () => {
  const up = [says('trading'), says('trading', 0, { instance: 'b' })];
  const state = assess(up, [
    needs('trading', 'redis'),
    needs('trading', 'postgres'),
    needs('trading', 'postgres', true, { instance: 'b' }),
  ]);
  expect(state['trading']?.dependsOn).toEqual(['postgres', 'redis']);
});

test('a service may be silent for three reports, and for fifteen seconds at least', () => {
  expect([silentAfterMs(0), silentAfterMs(5), silentAfterMs(60)]).toEqual([15_000, 15_000, 180_000]);
});

test('services have names for people', () => {
  expect(['postgres', 'redis', 'trading', 'cdn-edge'].map(serviceTitle)).toEqual(['PostgreSQL', 'Redis', 'Trading', 'Cdn edge']);
});
