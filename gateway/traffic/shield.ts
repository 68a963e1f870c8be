import { type Breaker, type BreakerLimits, type CallOutcome, createBreaker } from '#platform/breaker.ts';
import { FanfareError } from '#platform/errors.ts';
import { SECONDS_BUCKETS, type Telemetry } from '#platform/telemetry/telemetry.ts';
import {
  BREAKER_CALLS_MIN,
  BREAKER_FAILED_SHARE,
  BREAKER_OPEN_MS_MAX,
  BREAKER_OPEN_MS_MIN,
  BREAKER_WINDOW_CALLS,
  BREAKER_WINDOW_MS,
  SHED_RETRY_AFTER_MS,
} from '../limits.ts';
import { createConcurrency } from './concurrency.ts';
import { createRetryBudget } from './retries.ts';

/** What stands between the gateway and one subgraph, so that neither can take the other down: a bound on calls under way, a circuit breaker and a budget for retries. */
export interface Shield {
  /** Runs one call. Throws FanfareError BUSY (shed), SUBGRAPH_UNAVAILABLE (the breaker is open), both surely not executed, or what the call throws. */
  call<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result>;
  /** Whether a call that failed so may be made again; takes it from the budget. */
  mayRetry(error: unknown): boolean;
  /** Counts a request that got no answer in the end. */
  failed(code: string): void;
}

/** When a subgraph counts as away. */
export const BREAKER_LIMITS: BreakerLimits = {
  callsMin: BREAKER_CALLS_MIN,
  failedShare: BREAKER_FAILED_SHARE,
  windowCalls: BREAKER_WINDOW_CALLS,
  windowMs: BREAKER_WINDOW_MS,
  openMsMin: BREAKER_OPEN_MS_MIN,
  openMsMax: BREAKER_OPEN_MS_MAX,
};

/** `name`: the subgraph, for messages and metrics. */
export const createShield = (name: string, telemetry: Telemetry): Shield => {
  const measures = measure(name, telemetry);
  const concurrency = createConcurrency();
  const budget = createRetryBudget();
  const breaker = createBreaker(BREAKER_LIMITS, {
    onState: (state) => {
      measures.state(state);
      if (state === 'half-open') return;
      telemetry.log.warn({ subgraph: name, breaker: state }, state === 'open' ? 'a subgraph counts as away' : 'a subgraph is back');
    },
  });

  return {
    call: async (work, signal) => {
      const leave = concurrency.enter();
      if (leave === null) {
        measures.shed();
        const message = `The ${name} part has as much to do as it can bear. Surely not executed.`;
        throw new FanfareError('BUSY', message, { retryAfterMs: SHED_RETRY_AFTER_MS });
      }
      const passed = breaker.enter();
      if ('retryAfterMs' in passed) {
        leave('abandoned');
        throw new OpenBreaker(name, passed.retryAfterMs);
      }
      budget.earn();
      const startedAtMs = performance.now();
      let outcome: CallOutcome = 'answered';
      try {
        return await work();
      } catch (error) {
        outcome = outcomeOf(error, signal);
        throw error;
      } finally {
        leave(outcome);
        passed.report(outcome);
        measures.called((performance.now() - startedAtMs) / 1_000);
      }
    },
    mayRetry: (error) => {
      if (error instanceof OpenBreaker || outcomeOf(error) !== 'failed' || !budget.spend()) return false;
      measures.retried();
      return true;
    },
    failed: measures.failed,
  };
};

/** An open breaker answers at once; asking it again a moment later would be the same. */
class OpenBreaker extends FanfareError {
  constructor(name: string, retryAfterMs: number) {
    super('SUBGRAPH_UNAVAILABLE', `The ${name} part cannot be reached at the moment.`, { retryAfterMs });
  }
}

// Codes that a subgraph gave itself show that it is there.
const outcomeOf = (error: unknown, signal?: AbortSignal): CallOutcome => {
  if (signal?.aborted === true) return 'abandoned';
  if (!(error instanceof FanfareError) || error.code === 'SUBGRAPH_UNAVAILABLE') return 'failed';
  return error.code === 'TIMEOUT' ? 'late' : 'answered';
};

const STATES: Readonly<Record<Breaker['state'], number>> = { closed: 0, 'half-open': 1, open: 2 };

const measure = (subgraph: string, telemetry: Telemetry) => {
  const labels = ['subgraph'];
  const failures = telemetry.counter('fanfare_gateway_subgraph_failures_total', 'Requests to subgraphs that got no answer.', [
    'subgraph',
    'code',
  ]);
  const retries = telemetry.counter('fanfare_gateway_subgraph_retries_total', 'Queries that were sent to a subgraph again.', labels);
  const shed = telemetry.counter('fanfare_gateway_subgraph_shed_total', 'Calls that were refused because too many were under way.', labels);
  const states = telemetry.gauge('fanfare_gateway_subgraph_breaker', 'Circuit breaker: 0 closed, 1 probing, 2 open.', labels);
  const seconds = telemetry.histogram('fanfare_gateway_subgraph_seconds', 'From call to answer of subgraphs.', SECONDS_BUCKETS, labels);
  states.set(STATES.closed, { subgraph });
  return {
    called: (took: number) => seconds.observe(took, { subgraph }),
    failed: (code: string) => failures.inc({ subgraph, code }),
    retried: () => retries.inc({ subgraph }),
    shed: () => shed.inc({ subgraph }),
    state: (state: Breaker['state']) => states.set(STATES[state], { subgraph }),
  };
};
