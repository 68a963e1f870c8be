// The planning thread of one supergraph: it reads the supergraph, says what the main thread must know of it, and plans one operation after the other.
import { parentPort, workerData } from 'node:worker_threads';
import type { QueryPlan } from '@apollo/query-planner';
import { openPlanning, type PlanRequest, type SupergraphFacts } from './planning.ts';
import type { SubgraphSdl, SupergraphInput } from './source.ts';

/** With what the thread is started. */
export interface PlanningLoad {
  readonly input: SupergraphInput;
  /** Whether to check what composition has checked already. */
  readonly validated: boolean;
}

export interface PlanningQuestion {
  readonly id: number;
  readonly request: PlanRequest;
}

/** What the thread says: first `ready` or `refused`, then one answer per question. */
export type PlanningAnswer =
  | { readonly type: 'ready'; readonly facts: SupergraphFacts }
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'planned'; readonly id: number; readonly plan: QueryPlan }
  | { readonly type: 'failed'; readonly id: number; readonly message: string; readonly stack: string | undefined };

type Say = (answer: PlanningAnswer) => void;

const serve = async ({ input, validated }: PlanningLoad, say: Say): Promise<((question: PlanningQuestion) => void) | null> => {
  try {
    const planning = openPlanning(input.kind === 'supergraph' ? input.sdl : await compose(input.subgraphs), { validated });
    say({ type: 'ready', facts: planning.facts });
    return ({ id, request }) => {
      try {
        say({ type: 'planned', id, plan: planning.plan(request) });
      } catch (error) {
        const { message, stack } = asError(error);
        say({ type: 'failed', id, message, stack });
      }
    };
  } catch (error) {
    say({ type: 'refused', message: asError(error).message });
    return null;
  }
};

// Composition takes a while to import, and most supergraphs come composed.
const compose = async (subgraphs: readonly SubgraphSdl[]): Promise<string> => {
  const { composeSubgraphs } = await import('./compose.ts');
  return composeSubgraphs(subgraphs);
};

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

const port = parentPort;
if (port === null) throw new Error('worker.ts runs as a thread of the gateway only');
const answer = await serve(workerData as PlanningLoad, (said) => port.postMessage(said));
if (answer !== null) port.on('message', answer);
