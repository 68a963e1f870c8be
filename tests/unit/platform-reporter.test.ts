import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { FanfareError } from '#platform/errors.ts';
import { createLogger } from '#platform/log/log.ts';
import type { SubgraphRequest, SubgraphTransport } from '#platform/subgraph/transport.ts';
import { metricFamily, parseSeries } from '#platform/telemetry/catalogue.ts';
import { openTelemetry, type ProcessTelemetry } from '#platform/telemetry/open.ts';
import { REPORT_SAMPLES_MAX, type Reporter, type ReporterOptions, startReporter } from '#platform/telemetry/reporter.ts';
import { startMonitoring } from '../../subgraphs/monitoring/server.ts';
import { eventually } from '../support/platform.ts';
import { aDatabaseUrl } from '../support/postgres.ts';
import { aConfig, aRuntime, askData, aUser, testKeys } from '../support/runtime.ts';
import { aTestSubgraph } from '../support/test-subgraph.ts';

interface Report {
  readonly idempotencyKey: string;
  readonly samples: readonly { readonly name: string; readonly at: string; readonly value: number }[];
}

/** A way to monitoring that fails as often as it is told. */
const aWay = (
  failures: number,
  failure: () => Error = () => new FanfareError('SUBGRAPH_UNAVAILABLE', 'away'),
): { transport: SubgraphTransport; reports: Report[]; mend: () => void; breakDown: () => void } => {
  const reports: Report[] = [];
  let left = failures;
  const execute = async (request: SubgraphRequest) => {
    reports.push(request.variables?.['input'] as Report);
    left -= 1;
    if (left >= 0) throw failure();
    return { data: { reportMetrics: { accepted: 1, userErrors: [] } } };
  };
  const transport: SubgraphTransport = {
    name: 'monitoring',
    execute,
    subscribe: () => {
      throw new Error('nobody subscribes here');
    },
    close: async () => undefined,
  };
  return { transport, reports, mend: () => (left = 0), breakDown: () => (left = Number.POSITIVE_INFINITY) };
};

const aReporter = (
  options: Partial<ReporterOptions> & { readonly transport: SubgraphTransport },
): { reporter: Reporter; process: ProcessTelemetry } => {
  const process = options.process ?? openTelemetry(aConfig());
  const reporter = startReporter({ process, identityKeys: testKeys(), observed: [], name: 'fanfare', everyMs: 0, ...options });
  onTestFinished(() => reporter.close());
  return { reporter, process };
};

const sampleOf = (report: Report | undefined, name: string): number | undefined =>
  report?.samples.find((sample) => sample.name === name)?.value;

test('a report holds health, dependencies, the process and the metrics of the catalogue, all of them known to monitoring', async () => {
  const { transport, reports } = aWay(0);
  const up = async (): Promise<void> => undefined;
  const down = async (): Promise<void> => {
    throw new Error('down');
  };
  const observed = [
    { name: 'trading', checkReady: up, dependencies: { postgres: up, redis: down } },
    { name: 'messaging', checkReady: down, dependencies: {} },
  ];
  const { reporter, process } = aReporter({ transport, observed });
  const gifts = process.of('trading').counter('fanfare_gifts_total', 'Gifts.', ['audience']);
  gifts.inc({ audience: 'a' }, 2);
  gifts.inc({ audience: 'b' }, 3);
  process.of('trading').gauge('fanfare_feed_lag_events', 'Lag.', ['consumer']).set(4, { consumer: 'trading.credits' });
  process.of('trading').counter('fanfare_not_in_the_catalogue_total', 'Other.').inc();
  await reporter.report();
  const [report] = reports;
  const labels = (service: string, more = '') => `{service="${service}",instance="${process.instance}"${more}}`;
  expect(sampleOf(report, `fanfare_service_up${labels('trading')}`)).toBe(1);
  expect(sampleOf(report, `fanfare_service_up${labels('messaging')}`)).toBe(0);
  expect(sampleOf(report, `fanfare_dependency_up${labels('trading', ',on="postgres"')}`)).toBe(1);
  expect(sampleOf(report, `fanfare_dependency_up${labels('trading', ',on="redis"')}`)).toBe(0);
  expect(sampleOf(report, `fanfare_gifts_total${labels('trading')}`)).toBe(5);
  expect(sampleOf(report, `fanfare_feed_lag_events${labels('trading', ',consumer="trading.credits"')}`)).toBe(4);
  expect(sampleOf(report, `fanfare_process_resident_memory_bytes${labels('fanfare')}`)).toBeGreaterThan(10_000_000);
  for (const sample of report?.samples ?? []) expect(metricFamily(parseSeries(sample.name)?.family ?? ''), sample.name).toBeDefined();
});

test('a dependency that does not answer counts as down, and does not hold up the report', async () => {
  const { transport, reports } = aWay(0);
  const { reporter, process } = aReporter({
    transport,
    observed: [{ name: 'trading', checkReady: () => new Promise(() => undefined), dependencies: {} }],
  });
  await reporter.report();
  expect(sampleOf(reports[0], `fanfare_service_up{service="trading",instance="${process.instance}"}`)).toBe(0);
});

test('a report that fails is sent again with the same key', async () => {
  const { transport, reports } = aWay(2);
  const { reporter } = aReporter({ transport });
  await reporter.report();
  expect(reports).toHaveLength(3);
  expect(new Set(reports.map((report) => report.idempotencyKey)).size).toBe(1);
});

test('a report that keeps failing is given up after three attempts, and the next one has a key of its own', async () => {
  const { transport, reports } = aWay(3);
  const { reporter } = aReporter({ transport });
  await expect(reporter.report()).rejects.toThrow('away');
  await reporter.report();
  expect(reports).toHaveLength(4);
  expect(reports[3]?.idempotencyKey).not.toBe(reports[0]?.idempotencyKey);
});

test('many samples go in several reports', async () => {
  const { transport, reports } = aWay(0);
  const { reporter, process } = aReporter({ transport });
  const lanes = process.of('trading').gauge('fanfare_lane_queued', 'Queued.', ['lane']);
  for (let lane = 0; lane < REPORT_SAMPLES_MAX; lane += 1) lanes.set(lane, { lane: `lane-${lane}` });
  await reporter.report();
  expect(reports.map((report) => report.samples.length)).toEqual([REPORT_SAMPLES_MAX, 2]);
});

test('an outage of monitoring is logged once, and its end once', async () => {
  const lines: string[] = [];
  const log = createLogger({ logLevel: 'info', logFormat: 'json' }, { write: (line) => lines.push(line) });
  const way = aWay(Number.POSITIVE_INFINITY);
  const { reporter } = aReporter({ transport: way.transport, process: openTelemetry(aConfig(), { log }), everyMs: 10 });
  await eventually('three reports failed', () => new Set(way.reports.map((report) => report.idempotencyKey)).size > 3);
  way.mend();
  await eventually('it is logged that it works again', () => lines.some((line) => line.includes('takes reports again')));
  await reporter.close();
  const messages = lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
  expect(messages).toEqual(['monitoring does not take reports; serving goes on', 'monitoring takes reports again']);
});

test('a refusal by monitoring is an error that says why', async () => {
  const { transport } = aWay(0);
  const refusing: SubgraphTransport = {
    ...transport,
    execute: async () => ({ data: { reportMetrics: { accepted: 0, userErrors: [{ code: 'TOO_OLD', message: 'no' }] } } }),
  };
  const { reporter } = aReporter({ transport: refusing });
  await expect(reporter.report()).rejects.toThrow('monitoring refuses the report: TOO_OLD: no');
});

test('a process reports its subgraphs by itself, and monitoring shows them with what they depend on', async () => {
  const runtime = await aRuntime({ databaseUrls: { monitoring: await aDatabaseUrl('monitoring') }, env: { METRICS_REPORT_SECONDS: '1' } });
  const monitoring = await startMonitoring(runtime);
  onTestFinished(async () => {
    await monitoring.close();
    await runtime.close();
  });
  await eventually('monitoring shows itself', async () => {
    const query = '{ services { id health dependsOn { id } } }';
    const { services } = await askData<{ services: { id: string; health: string; dependsOn: { id: string }[] }[] }>(monitoring, {
      as: aUser('olga', 'ops:read'),
      query,
    });
    const shown = services.find((service) => service.id === 'monitoring');
    return shown?.health === 'OK' && shown.dependsOn.some((on) => on.id === 'postgres');
  });
});

test('traces go to the collector over OTLP, with the caller’s trace', async () => {
  const bodies: string[] = [];
  const collector: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(`${request.url} ${Buffer.concat(chunks).toString('latin1')}`);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void collector.close());
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  const runtime = await aRuntime({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } });
  const { running } = await aTestSubgraph(runtime);
  const telemetry = runtime.telemetry('monitoring');
  await telemetry.continueTrace('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', () =>
    askData(running, { as: aUser('olga', 'ops:read'), query: '{ services { id } }' }),
  );
  await running.close();
  await runtime.close();
  expect(bodies).toHaveLength(1);
  expect(bodies[0]).toMatch(/^\/v1\/traces .*0af7651916cd43dd8448eb211c80319c.*subgraph\.execute/s);
});
