import type { ServiceMap } from '@apollo/gateway';
import type { QueryPlan } from '@apollo/query-planner';
import type { GatewayExecutionResult } from '@apollo/server-gateway-interface';
import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { withheldOf } from '../../authorise/withheld.ts';
import type { GatewayContext } from '../context.ts';
import type { Variables } from '../variables.ts';
import type { FetchCompiler } from './fetch.ts';
import { collectFields, conditionsOf } from './fields.ts';
import { answerIntrospection } from './introspection.ts';
import type { Data, PlanObserver, Run, Step } from './run.ts';
import { compileObject, type ShapeCompiler, type ShapeObject } from './shape.ts';
import { compileSteps, UnsupportedPlan } from './steps.ts';
import { createMatchesType, type MatchesType, type Subtypes } from './types.ts';

/** What one execution brings along. */
export interface Execute {
  /** Coerced, with defaults. */
  readonly variables: Variables;
  readonly dataSources: ServiceMap;
  readonly context: GatewayContext;
  /** Watches the nodes of the plan. */
  readonly observer?: PlanObserver | null;
}

/** A plan as closures. Never rejects for what a subgraph does: that is in `errors`, and its fields are null. */
export type CompiledPlan = (execute: Execute) => Promise<GatewayExecutionResult>;

/** The operation that a plan was made for, as the client sent it. */
export interface PlannedOperation {
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
}

/** Compiles a plan of one supergraph, or finds what was made of it. Null: a shape of plan that is left to Apollo's executor. */
export type PlanCompiler = (plan: QueryPlan, planned: PlannedOperation) => CompiledPlan | null;

export interface PlanCompilerOptions {
  /** What clients see. */
  readonly schema: GraphQLSchema;
  /** The types that clients see, and those that subgraphs see. */
  readonly apiSubtypes: Subtypes;
  readonly subtypes: Subtypes;
  /** The name that subgraphs know a planned field by. Default: its own. */
  readonly nameOf?: (planned: string) => string;
}

/** Makes the compiler of one generation: what types it has is asked once for all its plans. */
export const createPlanCompiler = ({ schema, apiSubtypes, subtypes, nameOf = (name) => name }: PlanCompilerOptions): PlanCompiler => {
  const fetches: FetchCompiler = { matches: createMatchesType(subtypes), nameOf };
  const matches = createMatchesType(apiSubtypes);
  // A plan that is forgotten by its cache takes its closures along.
  const known = new WeakMap<QueryPlan, { readonly compiled: CompiledPlan | null }>();
  const compile: PlanCompiler = (plan, planned) => {
    try {
      return compilePlan(compileSteps(plan.node, fetches), { schema, matches, planned });
    } catch (error) {
      if (error instanceof UnsupportedPlan) return null;
      throw error;
    }
  };
  return (plan, planned) => {
    const kept = known.get(plan) ?? { compiled: compile(plan, planned) };
    known.set(plan, kept);
    return kept.compiled;
  };
};

interface Shaped {
  readonly schema: GraphQLSchema;
  readonly matches: MatchesType;
  readonly planned: PlannedOperation;
}

const compilePlan = (step: Step | null, shaped: Shaped): CompiledPlan => {
  const shapeFor = compileRoot(shaped);
  return async ({ variables, dataSources, context, observer = null }) => {
    const run: Run = { data: {}, errors: [], variables, dataSources, context, observer };
    const shape = shapeFor(variables);
    if (step === null && shape.needsData) return { data: null, errors: [unanswerable()] };
    if (step !== null) await step(run);
    const data = shape.object(run.data, { run, path: [] }, 0);
    return run.errors.length === 0 ? { data } : { data, errors: run.errors };
  };
};

// A composed graph can promise what no subgraph gives: an interface whose implementers none of them knows.
const unanswerable = (): GraphQLError =>
  new GraphQLError('No subgraph can answer what was asked: the graph has no way to it.', { extensions: { code: 'UNANSWERABLE' } });

interface RootShape {
  readonly object: ShapeObject;
  /** Whether anything of it comes from subgraphs. */
  readonly needsData: boolean;
}

/** Shapes that are kept per operation: one for each combination of the variables in its @skip and @include that comes up. */
const SHAPES_MAX = 32;

// @skip and @include are decided while compiling, so that shaping has nothing to decide.
const compileRoot = (shaped: Shaped): ((variables: Variables) => RootShape) => {
  const conditions = conditionsOf([shaped.planned.operation, ...Object.values(shaped.planned.fragments)]);
  const shapes = new Map<string, RootShape>();
  return (variables) => {
    const key = conditions.map((name) => (variables[name] === true ? '1' : '0')).join('');
    const known = shapes.get(key);
    if (known !== undefined) return known;
    const decided = Object.fromEntries(conditions.map((name) => [name, variables[name] === true]));
    const shape = compileRootShape(shaped, decided);
    if (shapes.size < SHAPES_MAX) shapes.set(key, shape);
    return shape;
  };
};

const compileRootShape = ({ schema, matches, planned: { operation, fragments } }: Shaped, variables: Variables): RootShape => {
  const compiler: ShapeCompiler = { schema, matches, fragments, variables };
  const typename = schema.getRootType(operation.operation)?.name ?? '';
  const selectionSets: readonly SelectionSetNode[] = [operation.selectionSet];
  const shape = compileObject(compiler, typename, selectionSets);
  const fields = collectFields(compiler, typename, selectionSets);
  const introspection = [...fields.values()].flat().filter(isIntrospection);
  const needsData = [...fields.values()].flat().some((field) => !field.name.value.startsWith('__') && withheldOf(field) === null);
  if (introspection.length === 0) return { object: shape, needsData };
  const object: ShapeObject = (source, shaping, depth) => {
    const shown = shape(source, shaping, depth);
    if (shown === null) return null;
    const known: Data = answerIntrospection({ schema, operation, fragments, fields: introspection }, shaping.run.variables);
    return Object.fromEntries([...fields.keys()].map((key) => [key, Object.hasOwn(known, key) ? known[key] : shown[key]]));
  };
  return { object, needsData };
};

const isIntrospection = ({ name }: FieldNode): boolean => name.value === '__schema' || name.value === '__type';
