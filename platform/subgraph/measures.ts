import { SECONDS_BUCKETS, type Telemetry } from '#platform/telemetry/telemetry.ts';

/** The figures of one subgraph's operations. */
export interface OperationMeasures {
  /** Counts an operation; the answer ends its clock. */
  started(type: string): () => void;
  /** Counts one error of ours. */
  failed(): void;
  /** Counts an open subscription; the answer ends it. */
  subscribed(): () => void;
}

/** Families fanfare_requests_total, fanfare_errors_total, fanfare_subscribers and fanfare_operation_seconds. */
export const measureOperations = (telemetry: Telemetry): OperationMeasures => {
  const requests = telemetry.counter('fanfare_requests_total', 'Operations executed.', ['type']);
  const errors = telemetry.counter('fanfare_errors_total', 'Operations that ended with an error that is our fault.');
  const subscribers = telemetry.gauge('fanfare_subscribers', 'Open subscriptions.');
  const seconds = telemetry.histogram('fanfare_operation_seconds', 'From call to answer of queries and mutations.', SECONDS_BUCKETS, [
    'type',
  ]);
  let open = 0;
  return {
    started: (type) => {
      requests.inc({ type });
      const startedAt = performance.now();
      return () => seconds.observe((performance.now() - startedAt) / 1_000, { type });
    },
    failed: () => errors.inc(),
    subscribed: () => {
      open += 1;
      subscribers.set(open);
      return () => {
        open -= 1;
        subscribers.set(open);
      };
    },
  };
};
