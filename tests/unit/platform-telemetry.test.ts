import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatSeries, METRIC_CATALOGUE, metricFamily, parseSeries, SERIES_LENGTH_MAX } from '#platform/telemetry/catalogue.ts';
import { openTelemetry } from '#platform/telemetry/open.ts';
import { openTracing, parseTraceparent } from '#platform/telemetry/tracing.ts';
import { aConfig } from '../support/runtime.ts';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test('services of one process share a family, told apart by the label service', async () => {
  const process = openTelemetry(aConfig());
  process.of('trading').counter('fanfare_requests_total', 'Requests.', ['type']).inc({ type: 'query' });
  process.of('trading').counter('fanfare_requests_total', 'Requests.', ['type']).inc({ type: 'query' }, 2);
  process.of('messaging').counter('fanfare_requests_total', 'Requests.', ['type']).inc({ type: 'query' });
  const text = await process.registry.metrics();
  expect(text).toContain('fanfare_requests_total{service="trading",type="query"} 3');
  expect(text).toContain('fanfare_requests_total{service="messaging",type="query"} 1');
});

test('one name is one kind of metric', () => {
  const telemetry = openTelemetry(aConfig()).of('trading');
  telemetry.gauge('fanfare_lane_queued', 'Queued.', ['lane']).set(3, { lane: 'gifts' });
  expect(() => telemetry.counter('fanfare_lane_queued', 'Queued.')).toThrow('exists already as another kind than Counter');
});

test('two processes’ telemetries in one Node don’t disturb each other', async () => {
  const [first, second] = [openTelemetry(aConfig()), openTelemetry(aConfig())];
  first.of('a').counter('fanfare_gifts_total', 'Gifts.').inc();
  expect(await second.registry.metrics()).not.toContain('fanfare_gifts_total');
});

test('a span is recorded with its service, nested under its parent, and a thrown error marks it', async () => {
  const exporter = new InMemorySpanExporter();
  const process = openTelemetry(aConfig(), { tracing: openTracing('test', null, new SimpleSpanProcessor(exporter)) });
  const telemetry = process.of('trading');
  const failing = telemetry.continueTrace(PARENT, () =>
    telemetry.span('outer', { size: 3 }, () =>
      telemetry.span('inner', {}, async () => {
        throw new Error('no');
      }),
    ),
  );
  await expect(failing).rejects.toThrow('no');
  const [inner, outer] = exporter.getFinishedSpans();
  expect(outer).toMatchObject({
    name: 'outer',
    attributes: { size: 3, 'service.name': 'trading' },
    parentSpanContext: { spanId: 'b7ad6b7169203331' },
  });
  expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
  expect(inner?.spanContext().traceId).toBe('0af7651916cd43dd8448eb211c80319c');
  expect(inner).toMatchObject({ status: { code: 2 }, events: [expect.objectContaining({ name: 'exception' })] });
  await process.close();
});

test('the traceparent of the span under way goes to other processes', async () => {
  const process = openTelemetry(aConfig(), { tracing: openTracing('test', null, new SimpleSpanProcessor(new InMemorySpanExporter())) });
  const telemetry = process.of('trading');
  expect(telemetry.traceparent()).toBeUndefined();
  const inside = await telemetry.continueTrace(PARENT, () => telemetry.span('call', {}, async () => telemetry.traceparent()));
  expect(inside).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
  expect(inside).not.toBe(PARENT);
  await process.close();
});

test('without a collector a span is a plain call', async () => {
  const telemetry = openTelemetry(aConfig()).of('trading');
  expect(await telemetry.span('call', {}, async () => telemetry.traceparent() ?? 'no trace')).toBe('no trace');
});

test.each([
  '',
  'x',
  '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331',
  `ff${PARENT.slice(2)}`,
  `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
  `${PARENT}\n`,
])('a malformed traceparent (%j) is ignored', (traceparent) => {
  expect(parseTraceparent(traceparent)).toBeUndefined();
});

test('a series is written in Prometheus’ notation, labels in the catalogue’s order', () => {
  const name = formatSeries({ family: 'fanfare_dependency_up', labels: { on: 'postgres', instance: 'host-1', service: 'trading' } });
  expect(name).toBe('fanfare_dependency_up{service="trading",instance="host-1",on="postgres"}');
  expect(parseSeries(name)).toEqual({
    family: 'fanfare_dependency_up',
    labels: { service: 'trading', instance: 'host-1', on: 'postgres' },
  });
  expect(parseSeries('fanfare_gifts_total')).toEqual({ family: 'fanfare_gifts_total', labels: {} });
});

test('any label value survives being written and read', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (value) => {
      const labels = { service: value, instance: 'i' };
      expect(parseSeries(formatSeries({ family: 'fanfare_gifts_total', labels }))).toEqual({ family: 'fanfare_gifts_total', labels });
    }),
  );
});

test.each([
  '',
  '1bad',
  'a{',
  'a{b}',
  'a{b=1}',
  'a{b="1"',
  'a{b="1"c="2"}',
  'a{b="1",b="2"}',
  'a{b="\\x"}',
  'a{b="1"} 3',
  `a{b="${'x'.repeat(SERIES_LENGTH_MAX)}"}`,
])('%j is no series', (text) => {
  expect(parseSeries(text)).toBeNull();
});

test('the catalogue names each family once, with a unit and the labels service and instance', () => {
  expect(new Set(METRIC_CATALOGUE.map((family) => family.name)).size).toBe(METRIC_CATALOGUE.length);
  for (const family of METRIC_CATALOGUE) {
    expect(family.name).toMatch(/^fanfare_[a-z_]+$/);
    expect(family.kind === 'counter', family.name).toBe(family.name.endsWith('_total'));
    expect(family.labels.slice(0, 2)).toEqual(['service', 'instance']);
    expect(metricFamily(family.name)).toBe(family);
  }
});
