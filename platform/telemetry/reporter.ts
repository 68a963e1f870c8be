import { cpuUsage, memoryUsage } from 'node:process';
import { setTimeout } from 'node:timers/promises';
import type { MetricObjectWithValues, MetricValue, Registry } from 'prom-client';
import type { IdentityKeys } from '#platform/identity/identity.ts';
import { newId } from '#platform/ids.ts';
import { within } from '#platform/subgraph/stream.ts';
import type { ObservedService } from '#platform/subgraph/subgraph.ts';
import type { SubgraphTransport } from '#platform/subgraph/transport.ts';
import { formatSeries, METRIC_CATALOGUE, type MetricFamily } from './catalogue.ts';
import type { ProcessTelemetry } from './open.ts';

/** Samples in one report; monitoring takes at most 1,000. */
export const REPORT_SAMPLES_MAX = 500;
/** A report that fails is sent again this often, with the same key; then the next one takes over. */
const ATTEMPTS_MAX = 3;
const RETRY_AFTER_MS = 250;
/** One lost report is no outage: while a platform starts, its parts are there before monitoring is. */
const FAILURES_TO_LOG = 2;
/** A check of a dependency that takes longer counts as failed. */
const CHECK_TIMEOUT_MS = 2_000;

export interface ReporterOptions {
  readonly process: ProcessTelemetry;
  readonly identityKeys: IdentityKeys;
  /** The way to monitoring. */
  readonly transport: SubgraphTransport;
  /** The services of this process: read at each report. */
  readonly observed: Iterable<ObservedService>;
  /** Under which service name the process reports CPU and memory. */
  readonly name: string;
  /** Milliseconds between reports; 0: never. */
  readonly everyMs: number;
}

export interface Reporter {
  /** Sends one report now; rejects when monitoring doesn't take it. */
  report(): Promise<void>;
  /** Stops; a report under way is abandoned. */
  close(): Promise<void>;
}

interface Sample {
  readonly name: string;
  readonly value: number;
}

const REPORT = `mutation ReportMetrics($input: ReportMetricsInput!) { reportMetrics(input: $input) { accepted userErrors { code message } } }`;

/** Reports a process's own metrics to monitoring, in the same way as any other reporter. An outage of monitoring is logged once and never disturbs serving:
 * at most one report is under way, and one that fails is dropped. */
export const startReporter = (options: ReporterOptions): Reporter => {
  const log = options.process.of(options.name).log;
  const closing = new AbortController();
  let failures = 0;
  let underWay: Promise<void> | undefined;

  const report = async (): Promise<void> => {
    const samples = await collect(options);
    const at = new Date().toISOString();
    for (let from = 0; from < samples.length; from += REPORT_SAMPLES_MAX) {
      await sendWithRetry(options, samples.slice(from, from + REPORT_SAMPLES_MAX), at, closing.signal);
    }
  };

  const tick = async (): Promise<void> => {
    try {
      await report();
      if (failures >= FAILURES_TO_LOG) log.info('monitoring takes reports again');
      failures = 0;
    } catch (error) {
      failures += 1;
      if (failures === FAILURES_TO_LOG && !closing.signal.aborted)
        log.warn({ err: error }, 'monitoring does not take reports; serving goes on');
    }
  };

  const timer =
    options.everyMs === 0
      ? undefined
      : setInterval(() => {
          underWay ??= tick().finally(() => {
            underWay = undefined;
          });
        }, options.everyMs);
  timer?.unref();

  return {
    report,
    close: async () => {
      clearInterval(timer);
      closing.abort(new Error('the reporter is closed'));
      await underWay;
    },
  };
};

const sendWithRetry = async (options: ReporterOptions, samples: readonly Sample[], at: string, signal: AbortSignal): Promise<void> => {
  // One key for all attempts: a report whose answer was lost is stored once.
  const idempotencyKey = newId();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send(options, idempotencyKey, samples, at, signal);
    } catch (error) {
      if (attempt >= ATTEMPTS_MAX || signal.aborted) throw error;
      await setTimeout(RETRY_AFTER_MS * attempt, undefined, { signal });
    }
  }
};

const send = async (
  options: ReporterOptions,
  idempotencyKey: string,
  samples: readonly Sample[],
  at: string,
  signal: AbortSignal,
): Promise<void> => {
  const identity = options.identityKeys.sign({ kind: 'service', service: options.name, scopes: ['metrics:write'] }, 'monitoring');
  const input = { idempotencyKey, samples: samples.map(({ name, value }) => ({ name, at, value })) };
  const result = await options.transport.execute({ query: REPORT, variables: { input } }, { identity, requestId: idempotencyKey, signal });
  const [error] = result.errors ?? [];
  if (error !== undefined) throw error;
  const { userErrors } = (result.data?.['reportMetrics'] ?? {}) as {
    readonly userErrors?: readonly { readonly code: string; readonly message: string }[];
  };
  const [refusal] = userErrors ?? [];
  if (refusal !== undefined) throw new Error(`monitoring refuses the report: ${refusal.code}: ${refusal.message}`);
};

const collect = async (options: ReporterOptions): Promise<readonly Sample[]> => {
  const { instance, registry } = options.process;
  const health = await Promise.all([...options.observed].map((service) => healthOf(service, instance)));
  return [...health.flat(), ...processSamples(options.name, instance), ...(await registrySamples(registry, instance))];
};

const healthOf = async (service: ObservedService, instance: string): Promise<readonly Sample[]> => {
  const labels = { service: service.name, instance };
  const dependencies = Object.entries(service.dependencies).map(async ([on, check]) => ({
    name: formatSeries({ family: 'fanfare_dependency_up', labels: { ...labels, on } }),
    value: await passes(check),
  }));
  const up = { name: formatSeries({ family: 'fanfare_service_up', labels }), value: await passes(service.checkReady) };
  return [up, ...(await Promise.all(dependencies))];
};

/** 1 when the check passes in time, else 0: why it failed is in the log of whoever failed. */
const passes = async (check: () => Promise<void>): Promise<0 | 1> => {
  try {
    await within(check(), CHECK_TIMEOUT_MS, () => new Error('the check took too long'));
    return 1;
  } catch {
    return 0;
  }
};

const processSamples = (service: string, instance: string): readonly Sample[] => {
  const { user, system } = cpuUsage();
  const labels = { service, instance };
  return [
    { name: formatSeries({ family: 'fanfare_process_cpu_seconds_total', labels }), value: (user + system) / 1e6 },
    { name: formatSeries({ family: 'fanfare_process_resident_memory_bytes', labels }), value: memoryUsage.rss() },
  ];
};

const registrySamples = async (registry: Registry, instance: string): Promise<readonly Sample[]> => {
  const samples: Sample[] = [];
  for (const family of METRIC_CATALOGUE) {
    const metric = registry.getSingleMetric(family.name);
    if (metric !== undefined) samples.push(...sumByLabels(family, await metric.get(), instance));
  }
  return samples;
};

/** Sums over labels that the catalogue doesn't name: they are for /metrics only. */
const sumByLabels = (family: MetricFamily, metric: MetricObjectWithValues<MetricValue<string>>, instance: string): readonly Sample[] => {
  const sums = new Map<string, number>();
  for (const { labels, value } of metric.values) {
    const texts = Object.fromEntries(Object.entries({ ...labels, instance }).map(([label, text]) => [label, String(text)]));
    const name = formatSeries({ family: family.name, labels: texts });
    sums.set(name, (sums.get(name) ?? 0) + value);
  }
  return [...sums].map(([name, value]) => ({ name, value }));
};
