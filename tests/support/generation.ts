import { type Generation, loadGeneration } from '../../gateway/supergraph/generation.ts';
import type { Planner } from '../../gateway/supergraph/planner.ts';
import { openPlanning } from '../../gateway/supergraph/planning.ts';

/** A planner in the test's own thread. What it says is cloned, as it is between threads. */
export const aPlanner = (sdl: string): Planner => {
  const planning = openPlanning(sdl, { validated: false });
  return {
    facts: structuredClone(planning.facts),
    plan: async (request) => structuredClone(planning.plan(request)),
    close: async () => undefined,
  };
};

export const aGeneration = (sdl: string): Promise<Generation> => loadGeneration(aPlanner(sdl));
