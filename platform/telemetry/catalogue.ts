/** One family of metrics that may be reported to monitoring. `labels` is all that tells its series apart, in the order in which they are written. */
export interface MetricFamily {
  readonly name: string;
  /** For people and charts: `gifts`, `seconds`, `bytes`, `1` for a claim (0 or 1). */
  readonly unit: string;
  /** A counter only grows (and starts again at 0 with its process): its rate is what counts. */
  readonly kind: 'counter' | 'gauge';
  readonly help: string;
  readonly labels: readonly string[];
}

const family = (name: string, kind: MetricFamily['kind'], unit: string, help: string, ...labels: readonly string[]): MetricFamily => ({
  name,
  unit,
  kind,
  help,
  labels: ['service', 'instance', ...labels],
});

/** Every metric that monitoring accepts. A process reports those of them that it has; sums are made over labels not named here. */
export const METRIC_CATALOGUE: readonly MetricFamily[] = [
  family(
    'fanfare_service_up',
    'gauge',
    '1',
    'Whether the service says that it can serve (1) or not (0). No sample for 15 s means that the process is gone.',
  ),
  family('fanfare_dependency_up', 'gauge', '1', 'Whether the service reaches what it needs: postgres, redis or another service.', 'on'),
  family('fanfare_gifts_total', 'counter', 'gifts', 'Gift orders accepted (debited and committed).'),
  family('fanfare_gift_coins_total', 'counter', 'coins', 'Coins spent on gifts.'),
  family('fanfare_ledger_seal_lag_seconds', 'gauge', 'seconds', 'Age of the oldest batch of the ledger that waits for its seal.'),
  family(
    'fanfare_ledger_unbalanced_total',
    'counter',
    'batches',
    'Committed batches of the ledger whose entries do not sum to zero: always 0.',
  ),
  family('fanfare_messages_total', 'counter', 'messages', 'Chat messages posted.'),
  family('fanfare_subscribers', 'gauge', 'subscribers', 'Open subscriptions.'),
  family('fanfare_delivered_total', 'counter', 'events', 'Events written to subscribers by the gateway.'),
  family('fanfare_requests_total', 'counter', 'requests', 'Operations executed.'),
  family('fanfare_errors_total', 'counter', 'errors', 'Operations that ended with an error that is our fault.'),
  family('fanfare_feed_lag_events', 'gauge', 'events', 'Events known to be waiting for a consumer.', 'consumer'),
  family('fanfare_feed_lag_seconds', 'gauge', 'seconds', 'Age of the oldest event that waits for a consumer.', 'consumer'),
  family('fanfare_feed_resets_total', 'counter', 'resets', 'Times a consumer found another log than the one it knew.', 'consumer'),
  family('fanfare_lane_queued', 'gauge', 'commands', 'Commands waiting in a lane.', 'lane'),
  family('fanfare_process_cpu_seconds_total', 'counter', 'seconds', 'CPU time of the process, user and system.'),
  family('fanfare_process_resident_memory_bytes', 'gauge', 'bytes', 'Resident memory of the process.'),
];

const FAMILIES: ReadonlyMap<string, MetricFamily> = new Map(METRIC_CATALOGUE.map((entry) => [entry.name, entry]));

/** The family of that name, or undefined when monitoring doesn't know it. */
export const metricFamily = (name: string): MetricFamily | undefined => FAMILIES.get(name);

/** One series: a family and its labels. */
export interface MetricSeriesName {
  readonly family: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A series in Prometheus' text notation, labels in the catalogue's order: `fanfare_gifts_total{service="trading",instance="host-1234"}`. */
export const formatSeries = ({ family: name, labels }: MetricSeriesName): string => {
  const order = metricFamily(name)?.labels ?? Object.keys(labels).sort();
  const pairs = order.flatMap((label) => (labels[label] === undefined ? [] : [`${label}="${escapeLabel(labels[label])}"`]));
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
};

/** The longest series name that is accepted, in characters. */
export const SERIES_LENGTH_MAX = 512;

const SERIES_PATTERN = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?$/s;
const LABEL_PATTERN = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/y;

/** Reads Prometheus' text notation of one series (as `formatSeries` writes it, labels in any order). Null when it isn't that, is too long or repeats a label. */
export const parseSeries = (text: string): MetricSeriesName | null => {
  const [, name, inside] = text.length <= SERIES_LENGTH_MAX ? (SERIES_PATTERN.exec(text) ?? []) : [];
  if (name === undefined) return null;
  const labels: Record<string, string> = Object.create(null);
  const rest = inside ?? '';
  const pattern = new RegExp(LABEL_PATTERN);
  let read = 0;
  while (read < rest.length) {
    pattern.lastIndex = read;
    const [pair, label, value] = pattern.exec(rest) ?? [];
    if (pair === undefined || label === undefined || value === undefined || label in labels) return null;
    labels[label] = unescapeLabel(value);
    read += pair.length;
  }
  return { family: name, labels: { ...labels } };
};

const escapeLabel = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
const unescapeLabel = (value: string): string => value.replace(/\\(["\\n])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
