import { hostname } from 'node:os';
import { Counter, collectDefaultMetrics, Gauge, Histogram, type Metric, Registry } from 'prom-client';
import type { Config } from '#platform/config/config.ts';
import { createLogger, type Logger } from '#platform/log/log.ts';
import type { Telemetry } from './telemetry.ts';
import { openTracing, type Tracing } from './tracing.ts';

/** What all services of one process share: one root logger, one registry behind /metrics, one way to the trace collector. */
export interface ProcessTelemetry {
  /** Tells processes apart in reports: `<host>-<process id>`. */
  readonly instance: string;
  readonly log: Logger;
  readonly registry: Registry;
  readonly tracing: Tracing;
  /** The telemetry of one service, made on first use. */
  of(service: string): Telemetry;
  /** Sends the last traces. */
  close(): Promise<void>;
}

export interface ProcessTelemetryOptions {
  /** Node's own metrics (event loop lag, heap, garbage collection). Once per process: they have no owner. */
  readonly nodeMetrics?: boolean;
  readonly log?: Logger;
  readonly tracing?: Tracing;
}

/** Opens the logs, metrics and traces of a process. */
export const openTelemetry = (config: Config, options: ProcessTelemetryOptions = {}): ProcessTelemetry => {
  const instance = `${hostname()}-${process.pid}`;
  const log = options.log ?? createLogger(config);
  const registry = new Registry();
  const tracing = options.tracing ?? openTracing(instance, config.otlpEndpoint);
  if (options.nodeMetrics === true) collectDefaultMetrics({ register: registry });
  const services = new Map<string, Telemetry>();
  const of = (service: string): Telemetry => {
    const known = services.get(service);
    if (known !== undefined) return known;
    const telemetry = telemetryOf(service, log, registry, tracing);
    services.set(service, telemetry);
    return telemetry;
  };
  return { instance, log, registry, tracing, of, close: () => tracing.close() };
};

/** The telemetry of a process with one service (scripts, tests, benches). */
export const createTelemetry = (service: string, config: Config): Telemetry => openTelemetry(config).of(service);

const telemetryOf = (service: string, log: Logger, registry: Registry, tracing: Tracing): Telemetry => ({
  service,
  log: log.child({ service }),
  metrics: registry,
  counter: (name, help, labelNames = []) => {
    const counter = getOrCreate(
      registry,
      name,
      Counter,
      () => new Counter({ name, help, labelNames: withService(labelNames), registers: [registry] }),
    );
    return { inc: (labels, by = 1) => counter.inc({ service, ...labels }, by) };
  },
  gauge: (name, help, labelNames = []) => {
    const gauge = getOrCreate(
      registry,
      name,
      Gauge,
      () => new Gauge({ name, help, labelNames: withService(labelNames), registers: [registry] }),
    );
    return {
      set: (value, labels) => gauge.set({ service, ...labels }, value),
      add: (by, labels) => gauge.inc({ service, ...labels }, by),
    };
  },
  histogram: (name, help, buckets, labelNames = []) => {
    const make = (): Histogram =>
      new Histogram({ name, help, buckets: [...buckets], labelNames: withService(labelNames), registers: [registry] });
    const histogram = getOrCreate(registry, name, Histogram, make);
    return { observe: (value, labels) => histogram.observe({ service, ...labels }, value) };
  },
  traced: tracing.enabled,
  span: (name, attributes, work) => tracing.span(service, name, attributes, work),
  continueTrace: (traceparent, work) => tracing.continueFrom(traceparent, work),
  traceparent: () => tracing.traceparent(),
});

const withService = (labelNames: readonly string[]): string[] => ['service', ...labelNames.filter((name) => name !== 'service')];

// Services of one process share families; what tells their series apart is the `service` label.
const getOrCreate = <Family extends Metric>(
  registry: Registry,
  name: string,
  kind: new (configuration: never) => Family,
  make: () => Family,
): Family => {
  const known = registry.getSingleMetric(name);
  if (known === undefined) return make();
  if (known instanceof kind) return known;
  throw new TypeError(`the metric ${name} exists already as another kind than ${kind.name}`);
};
