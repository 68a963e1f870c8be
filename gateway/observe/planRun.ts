import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { ExplainedFetch } from '../execute/context.ts';
import type { PlanObserver } from '../execute/plan/run.ts';
import { EXPLAINED_NODES_MAX } from '../limits.ts';

/** Watches one run of a plan: spans while there is a collector, times while an operator asks for them. Null: nobody does, and it costs nothing. */
export const observePlanRun = (telemetry: Telemetry, explained: ExplainedFetch[] | undefined): PlanObserver | null => {
  if (!telemetry.traced && explained === undefined) return null;
  const startedAtMs = performance.now();
  return async ({ kind, subgraph, path }, work) => {
    const beganAtMs = performance.now();
    try {
      await telemetry.span(SPANS[kind], subgraph === null ? {} : { 'fanfare.subgraph': subgraph, 'fanfare.path': path.join('.') }, work);
    } finally {
      if (explained !== undefined && subgraph !== null && explained.length < EXPLAINED_NODES_MAX)
        explained.push({
          subgraph,
          path: path.join('.'),
          startMs: rounded(beganAtMs - startedAtMs),
          ms: rounded(performance.now() - beganAtMs),
        });
    }
  };
};

const SPANS = {
  fetch: 'gateway.plan.fetch',
  sequence: 'gateway.plan.sequence',
  parallel: 'gateway.plan.parallel',
  condition: 'gateway.plan.condition',
} as const;

const rounded = (ms: number): number => Math.round(ms * 100) / 100;
