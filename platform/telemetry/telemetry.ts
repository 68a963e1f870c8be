import type { Registry } from 'prom-client';
import type { Logger } from '#platform/log/log.ts';

/** One process's logs, metrics and traces for one service. `service` is the name under which it shows up at the operators' page. */
export interface Telemetry {
  readonly service: string;
  readonly log: Logger;
  /** prom-client registry behind `/metrics`. */
  readonly metrics: Registry;
  /** The family of that name, created on first use: calling it twice is fine. Names start with `fanfare_`; units last. */
  counter(name: string, help: string, labelNames?: readonly string[]): CounterLike;
  gauge(name: string, help: string, labelNames?: readonly string[]): GaugeLike;
  histogram(name: string, help: string, buckets: readonly number[], labelNames?: readonly string[]): HistogramLike;
  /** Whether spans are recorded. */
  readonly traced: boolean;
  /** Runs `work` inside an OpenTelemetry span; records a thrown error. */
  span<T>(name: string, attributes: Readonly<Record<string, string | number>>, work: () => Promise<T>): Promise<T>;
  /** Runs `work` as a continuation of a caller's trace (W3C traceparent header). */
  continueTrace<T>(traceparent: string | undefined, work: () => T): T;
  /** The W3C traceparent of the span under way, for calls to other processes; undefined outside of one and while traces are off. */
  traceparent(): string | undefined;
}

/** Bounds of histograms of how long operations and requests take, in seconds: from one cached answer to the timeout. */
export const SECONDS_BUCKETS: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export type Labels = Readonly<Record<string, string>>;
export interface CounterLike {
  inc(labels?: Labels, by?: number): void;
}
export interface GaugeLike {
  set(value: number, labels?: Labels): void;
  /** For what several tell together: each adds its own part, and takes it away again. */
  add(by: number, labels?: Labels): void;
}
export interface HistogramLike {
  observe(value: number, labels?: Labels): void;
}
