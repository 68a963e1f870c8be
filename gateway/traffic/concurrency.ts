import type { CallOutcome } from '#platform/breaker.ts';
import { CALLS_IN_FLIGHT_MAX, CALLS_IN_FLIGHT_MIN } from '../limits.ts';

/** How many calls one subgraph gets at the same time. The bound shrinks by a tenth with every call that is not answered in time, and grows back by a tenth of a place with every
 * answer while it is in use: additive increase, multiplicative decrease (Chiu and Jain, 1989). Calls beyond it are shed: refused at once, surely not executed. */
export interface Concurrency {
  /** Takes a place and returns how to give it back, or null when there is none. */
  enter(): ((outcome: CallOutcome) => void) | null;
  /** Calls under way, and the bound as it stands. */
  readonly inFlight: number;
  readonly bound: number;
}

const SHRINK = 0.9;
const GROWTH = 0.1;

export const createConcurrency = (): Concurrency => {
  let inFlight = 0;
  let bound = CALLS_IN_FLIGHT_MAX;
  const leave = (outcome: CallOutcome): void => {
    // Only a bound that is nearly used up can have been too small.
    if (outcome === 'late') bound = Math.max(CALLS_IN_FLIGHT_MIN, bound * SHRINK);
    else if (outcome === 'answered' && bound < CALLS_IN_FLIGHT_MAX && inFlight * 2 > bound)
      bound = Math.min(CALLS_IN_FLIGHT_MAX, bound + GROWTH);
    inFlight -= 1;
  };
  return {
    enter: () => {
      if (inFlight >= bound) return null;
      inFlight += 1;
      return leave;
    },
    get inFlight() {
      return inFlight;
    },
    get bound() {
      return bound;
    },
  };
};
