import { createHash } from 'node:crypto';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, type Schema, Supergraph } from '@apollo/federation-internals';
import { buildOperationContext } from '@apollo/gateway';
import type { QueryPlan } from '@apollo/query-planner';
import { type DocumentNode, type GraphQLSchema, getOperationAST, parse, printSchema } from 'graphql';
import { type Authorise, createAuthorise } from '../authorise/authorise.ts';
import { readGuards } from '../authorise/guards.ts';
import { conditionsOf } from '../execute/plan/fields.ts';
import { createPlanCompiler, type PlanCompiler } from '../execute/plan/plan.ts';
import type { Variables } from '../execute/variables.ts';
import { PLANS_MAX } from '../limits.ts';
import { type Cache, createCache } from './cache.ts';
import { decideConditions } from './decided.ts';
import { readDirectiveNames } from './links.ts';
import { type FieldMarks, readMarks } from './marks.ts';
import { createOperationPlanner, type OperationPlanner } from './planOperation.ts';
import { type Reworked, reworkSupergraph } from './reworked.ts';
import { reworkPlan } from './reworkedPlan.ts';

/** Everything that was made from one supergraph, and is thrown away with it. */
export interface Generation {
  /** A hash of the supergraph: part of every key under which something is shared. */
  readonly id: string;
  readonly sdl: string;
  /** What clients see, as text. */
  readonly apiSdl: string;
  readonly schema: GraphQLSchema;
  readonly apiSchema: Schema;
  readonly supergraphSchema: GraphQLSchema;
  readonly planner: OperationPlanner;
  /** What the planner's supergraph has that the given one has not. */
  readonly reworked: Reworked;
  readonly compilePlan: PlanCompiler;
  readonly marks: FieldMarks;
  readonly authorise: Authorise;
  readonly operations: Cache<PreparedOperation>;
  /** The variables in @skip and @include of an operation. */
  readonly conditions: Cache<readonly string[]>;
}

/** What executing an operation needs and doesn't depend on its variables. */
export interface PreparedOperation {
  readonly plan: QueryPlan;
  readonly context: ReturnType<typeof buildOperationContext>;
}

/** Reads a supergraph. Composition has checked it already, so it is not checked again: that halves the start-up time. */
export const loadGeneration = (sdl: string): Generation => {
  const document = parse(sdl, { noLocation: true });
  const reworked = reworkSupergraph(document);
  const supergraph = Supergraph.build(reworked.document, {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
    validateSupergraph: false,
  });
  const apiSchema = supergraph.apiSchema();
  const schema = apiSchema.toGraphQLJSSchema();
  const supergraphSchema = supergraph.schema.toGraphQLJSSchema();
  const nameOf = readDirectiveNames(document);
  const guards = readGuards(document, schema, nameOf);
  return {
    id: createHash('sha256').update(sdl).digest('hex').slice(0, 16),
    sdl,
    apiSdl: printSchema(schema),
    schema,
    apiSchema,
    supergraphSchema,
    planner: createOperationPlanner(reworked.document, supergraph),
    reworked,
    compilePlan: createPlanCompiler({ schema, supergraphSchema, nameOf: (planned) => reworked.standIns.get(planned)?.name ?? planned }),
    marks: readMarks(document, nameOf, guards),
    authorise: createAuthorise(guards, schema),
    operations: createCache(PLANS_MAX),
    conditions: createCache(PLANS_MAX),
  };
};

/** Plans an operation, or finds its plan. `documentKey` stands for the document's text. With `variables` (coerced) there is one plan for each combination
 * of its conditions that comes up. */
export const prepareOperation = (
  generation: Generation,
  operation: {
    readonly document: DocumentNode;
    /** What of the document subgraphs may be asked for. Default: all of it. */
    readonly planned?: DocumentNode;
    readonly documentKey: string;
    readonly operationName: string | null;
    readonly variables?: Variables;
  },
): PreparedOperation => {
  const { document, planned = document, operationName, variables = {} } = operation;
  const key = `${operationName ?? ''}\n${operation.documentKey}`;
  const conditions = generation.conditions.getOrMake(key, () => conditionsOf([document]));
  const decided = operation.variables !== undefined && conditions.length > 0;
  const bits = decided ? conditions.map((name) => (variables[name] === true ? '1' : '0')).join('') : '';
  return generation.operations.getOrMake(`${bits}\n${key}`, () => ({
    plan: planOf(generation, decided ? decideConditions(planned, variables) : planned, operationName),
    context: contextOf(generation, document, operationName),
  }));
};

export const planOf = (generation: Generation, document: DocumentNode, operationName: string | null): QueryPlan =>
  reworkPlan(generation.planner.plan(document, operationName), generation.reworked);

export const contextOf = (generation: Generation, document: DocumentNode, operationName: string | null): PreparedOperation['context'] =>
  buildOperationContext({ schema: generation.schema, operationDocument: document, ...(operationName === null ? {} : { operationName }) });

/** The operation that a request means, or null when the document has several and none is named, or none of that name. */
export const operationOf = (document: DocumentNode, operationName: string | null): ReturnType<typeof getOperationAST> =>
  getOperationAST(document, operationName);
