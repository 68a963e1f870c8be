import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import { compileFetch, type FetchCompiler } from './fetch.ts';
import type { ObservedNode, PathStep, Step } from './run.ts';

/** Thrown for a plan that this executor has no closures for; the caller hands it to Apollo's. */
export class UnsupportedPlan extends Error {}

/** Compiles a query plan into one closure. Null: there is nothing to fetch. Throws UnsupportedPlan. */
export const compileSteps = (node: QueryPlan['node'], compiler: FetchCompiler): Step | null => {
  if (node === undefined) return null;
  if (node.kind === 'Subscription') throw new UnsupportedPlan('a subscription is run event by event');
  return compileNode(node, [], compiler);
};

const compileNode = (node: PlanNode, path: readonly PathStep[], compiler: FetchCompiler): Step => {
  const step = compileUnobserved(node, path, compiler);
  const kind = OBSERVED_KINDS[node.kind];
  if (kind === undefined) return step;
  const observed: ObservedNode = { kind, subgraph: node.kind === 'Fetch' ? node.serviceName : null, path };
  return (run) => (run.observer === null ? step(run) : run.observer(observed, () => step(run)));
};

const OBSERVED_KINDS: Partial<Record<PlanNode['kind'], ObservedNode['kind']>> = {
  Fetch: 'fetch',
  Sequence: 'sequence',
  Parallel: 'parallel',
  Condition: 'condition',
};

const compileUnobserved = (node: PlanNode, path: readonly PathStep[], compiler: FetchCompiler): Step => {
  switch (node.kind) {
    case 'Fetch':
      refuseUnsupported(node);
      return compileFetch(node, path, compiler);
    case 'Flatten':
      return compileNode(node.node, [...path, ...node.path.map(checkedStep)], compiler);
    case 'Sequence':
      return inSequence(node.nodes.map((inner) => compileNode(inner, path, compiler)));
    case 'Parallel':
      return inParallel(node.nodes.map((inner) => compileNode(inner, path, compiler)));
    case 'Condition':
      return choice(
        node.condition,
        node.ifClause === undefined ? null : compileNode(node.ifClause, path, compiler),
        node.elseClause === undefined ? null : compileNode(node.elseClause, path, compiler),
      );
    default:
      throw new UnsupportedPlan(`${node.kind} nodes are not compiled`);
  }
};

const refuseUnsupported = ({ contextRewrites = [], hasDefers, requires, variableUsages }: FetchNode): void => {
  if (contextRewrites.length > 0 && requires === undefined) throw new UnsupportedPlan('@fromContext is compiled for entities only');
  if (hasDefers === true) throw new UnsupportedPlan('@defer is not compiled');
  if (requires !== undefined && variableUsages?.includes('representations') === true)
    throw new UnsupportedPlan('a variable of the client has the name of the planner’s own');
};

// Plans may also restrict a step to types (`name|[A,B]`), but only when the planner is told to.
const checkedStep = (step: string | number): PathStep => {
  if (typeof step === 'number' || step.includes('|') || step === '..') throw new UnsupportedPlan(`a path with ${step} is not compiled`);
  return step;
};

const inSequence =
  (steps: readonly Step[]): Step =>
  async (run) => {
    for (const step of steps) await step(run);
  };

const inParallel =
  (steps: readonly Step[]): Step =>
  async (run) => {
    await Promise.all(steps.map((step) => step(run)));
  };

const choice =
  (variable: string, then: Step | null, otherwise: Step | null): Step =>
  async (run) => {
    const step = run.variables[variable] === true ? then : otherwise;
    if (step !== null) await step(run);
  };
