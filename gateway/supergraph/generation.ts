import { setImmediate as untilNextTurn } from 'node:timers/promises';
import { buildSchemaFromAST, type Schema } from '@apollo/federation-internals';
import { buildOperationContext } from '@apollo/gateway';
import type { QueryPlan } from '@apollo/query-planner';
import { buildASTSchema, type DefinitionNode, type DocumentNode, type GraphQLSchema, getOperationAST, Kind, parse, print } from 'graphql';
import { type Authorise, createAuthorise } from '../authorise/authorise.ts';
import { createEstimate, type Estimate } from '../demand/estimate.ts';
import { conditionsOf } from '../execute/plan/fields.ts';
import { createPlanCompiler, type PlanCompiler } from '../execute/plan/plan.ts';
import { readSubtypes } from '../execute/plan/types.ts';
import type { Variables } from '../execute/variables.ts';
import { PLANS_MAX } from '../limits.ts';
import { type AsyncCache, type Cache, createAsyncCache, createCache } from './cache.ts';
import type { FieldMarks } from './marks.ts';
import type { Planner } from './planner.ts';
import type { PlanRequest } from './planning.ts';
import { createUsage, type Usage } from './usage.ts';

/** Everything that was made from one supergraph, and is thrown away with it. */
export interface Generation {
  /** A hash of the supergraph: part of every key under which something is shared. */
  readonly id: string;
  readonly sdl: string;
  /** What clients see, as text. */
  readonly apiSdl: string;
  readonly schema: GraphQLSchema;
  readonly planner: Planner;
  readonly compilePlan: PlanCompiler;
  readonly marks: FieldMarks;
  readonly authorise: Authorise;
  readonly operations: AsyncCache<PreparedOperation>;
  readonly estimate: Estimate;
  /** What runs on it now. */
  readonly usage: Usage;
  /** The variables in @skip and @include of an operation. */
  readonly conditions: Cache<readonly string[]>;
  /** What Apollo's executor needs besides: made when the first plan comes that ours leaves out. */
  readonly schemasForApollo: () => SchemasForApollo;
}

export interface SchemasForApollo {
  readonly supergraphSchema: GraphQLSchema;
  readonly apiSchema: Schema;
}

/** What executing an operation needs and doesn't depend on its variables. */
export interface PreparedOperation {
  readonly plan: QueryPlan;
  readonly context: ReturnType<typeof buildOperationContext>;
  /** What was planned: the next generation plans it again before it takes over. */
  readonly request: PlanRequest;
  /** Whether it is for callers from whom nothing is withheld. */
  readonly whole: boolean;
}

/** Makes a generation of a supergraph that its planner has read. The main thread's share: the API schema, parsed piece by piece. */
export const loadGeneration = async (planner: Planner): Promise<Generation> => {
  const definitions: DefinitionNode[] = [];
  for (const part of planner.facts.apiParts) {
    definitions.push(...parse(part, { noLocation: true }).definitions);
    await untilNextTurn();
  }
  return makeGeneration(planner, { kind: Kind.DOCUMENT, definitions });
};

const makeGeneration = (planner: Planner, api: DocumentNode): Generation => {
  const { id, sdl, apiParts, marks, guards, weights, subtypes, standIns } = planner.facts;
  // It was printed from a valid schema.
  const schema = buildASTSchema(api, { assumeValid: true, assumeValidSDL: true });
  const apiSubtypes = readSubtypes(api);
  let forApollo: SchemasForApollo | undefined;
  return {
    id,
    sdl,
    apiSdl: apiParts.join('\n\n'),
    schema,
    planner,
    compilePlan: createPlanCompiler({ schema, apiSubtypes, subtypes, nameOf: (planned) => standIns.get(planned) ?? planned }),
    marks,
    authorise: createAuthorise(guards, schema),
    operations: createAsyncCache(PLANS_MAX),
    estimate: createEstimate(schema, apiSubtypes, weights),
    usage: createUsage(),
    conditions: createCache(PLANS_MAX),
    schemasForApollo: () => {
      forApollo ??= makeSchemasForApollo(sdl, api);
      return forApollo;
    },
  };
};

const makeSchemasForApollo = (sdl: string, api: DocumentNode): SchemasForApollo => {
  const apiSchema = buildSchemaFromAST(api, { validate: false });
  // Without it the schema lacks its introspection fields.
  apiSchema.assumeValid();
  const supergraph = parse(sdl, { noLocation: true });
  return { supergraphSchema: buildASTSchema(supergraph, { assumeValid: true, assumeValidSDL: true }), apiSchema };
};

/** Plans an operation, or finds its plan. `documentKey` stands for the document's text. With `variables` (coerced) there is one plan for each combination
 * of its conditions that comes up. Rejects with FanfareError BUSY and COST_EXCEEDED, like `Planner.plan`. */
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
): Promise<PreparedOperation> => {
  const { document, planned = document, operationName, variables = {} } = operation;
  const key = `${operationName ?? ''}\n${operation.documentKey}`;
  const names = generation.conditions.getOrMake(key, () => conditionsOf([document]));
  const decided = operation.variables !== undefined && names.length > 0;
  const bits = decided ? names.map((name) => (variables[name] === true ? '1' : '0')).join('') : '';
  return generation.operations.getOrMake(`${bits}\n${key}`, async () => {
    const conditions = decided ? { conditions: Object.fromEntries(names.map((name) => [name, variables[name] === true])) } : {};
    const whole = planned === document;
    const request: PlanRequest = { document: print(planned), operationName, ...conditions };
    return { plan: await generation.planner.plan(request), context: contextOf(generation, document, operationName), request, whole };
  });
};

export const contextOf = (generation: Generation, document: DocumentNode, operationName: string | null): PreparedOperation['context'] =>
  buildOperationContext({ schema: generation.schema, operationDocument: document, ...(operationName === null ? {} : { operationName }) });

/** The operation that a request means, or null when the document has several and none is named, or none of that name. */
export const operationOf = (document: DocumentNode, operationName: string | null): ReturnType<typeof getOperationAST> =>
  getOperationAST(document, operationName);
