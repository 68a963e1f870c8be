import { loadConfig } from '#platform/config/config.ts';
import { createTelemetry } from '#platform/telemetry/open.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';

/** Real telemetry that logs nothing. */
export const aTelemetry = (service = 'test'): Telemetry => createTelemetry(service, loadConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent' }));

/** The value of one series in /metrics; 0 where it has not been counted yet. */
export const metricOf = async (telemetry: Telemetry, name: string, labels: Readonly<Record<string, string>>): Promise<number> => {
  const metric = await telemetry.metrics.getSingleMetric(name)?.get();
  const found = metric?.values.find((value) => Object.entries(labels).every(([label, wanted]) => value.labels[label] === wanted));
  return found?.value ?? 0;
};
