import { prettyFormatQueryPlan, type QueryPlan } from '@apollo/query-planner';
import { SECONDS_BUCKETS, type Telemetry } from '#platform/telemetry/telemetry.ts';
import type { GatewayContext } from '../execute/context.ts';
import { PLAN_TEXT_LENGTH_MAX, SLOW_LINES_PER_SECOND_MAX } from '../limits.ts';
import { createLabels } from './names.ts';

/** What is written down about queries and mutations, over HTTP and WebSocket alike: how long they take by name and client, and the plans of those that take too long. */
export interface OperationObserver {
  /** Begins the clock of one operation; the answer ends it. */
  begin(name: string | null, context: GatewayContext): ObservedOperation;
}

/** Ends the clock. Answers what an operator who has asked for it gets to see in `extensions`. */
export type ObservedOperation = (plan: QueryPlan | null) => Readonly<Record<string, unknown>> | undefined;

/** `slowMs`: operations that take longer are logged with their plan. */
export const observeOperations = (telemetry: Telemetry, slowMs: number): OperationObserver => {
  const seconds = telemetry.histogram('fanfare_gateway_operation_seconds', 'From plan to data, by operation and client.', SECONDS_BUCKETS, [
    'operation',
    'client',
  ]);
  const slow = telemetry.counter('fanfare_gateway_slow_operations_total', 'Operations that took longer than SLOW_OPERATION_MS.');
  const labelsOf = createLabels();
  const mayLog = createLineLimit();

  return {
    begin: (name, context) => {
      const startedAtMs = performance.now();
      return (plan) => {
        const ms = performance.now() - startedAtMs;
        const labels = labelsOf(name, context.client ?? null);
        seconds.observe(ms / 1_000, labels);
        if (ms > slowMs) {
          slow.inc();
          if (mayLog()) telemetry.log.warn({ ...whoAsked(context), ...labels, ms: Math.round(ms), plan: textOf(plan) }, 'a slow operation');
        }
        if (context.explained === undefined) return undefined;
        return { plan: { text: textOf(plan), ms: Math.round(ms * 100) / 100, fetches: context.explained } };
      };
    },
  };
};

const whoAsked = ({ requestId, identity }: GatewayContext) => ({ requestId, user: identity.kind === 'user' ? identity.id : null });

const textOf = (plan: QueryPlan | null): string | null =>
  plan === null ? null : prettyFormatQueryPlan(plan).slice(0, PLAN_TEXT_LENGTH_MAX);

/** When everything is slow, printing plans must not make it slower. */
const createLineLimit = (): (() => boolean) => {
  let second = 0;
  let lines = 0;
  return () => {
    const now = Math.floor(performance.now() / 1_000);
    if (now !== second) {
      second = now;
      lines = 0;
    }
    lines += 1;
    return lines <= SLOW_LINES_PER_SECOND_MAX;
  };
};
