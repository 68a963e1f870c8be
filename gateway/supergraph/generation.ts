import { createHash } from 'node:crypto';
import { operationFromDocument, ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, type Schema, Supergraph } from '@apollo/federation-internals';
import { buildOperationContext } from '@apollo/gateway';
import { type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { type DocumentNode, type GraphQLSchema, getOperationAST, parse, printSchema } from 'graphql';
import { PLANS_MAX } from '../limits.ts';
import { type Cache, createCache } from './cache.ts';
import { type FieldMarks, readMarks } from './marks.ts';

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
  readonly planner: QueryPlanner;
  readonly marks: FieldMarks;
  readonly operations: Cache<PreparedOperation>;
}

/** What executing an operation needs and doesn't depend on its variables. */
export interface PreparedOperation {
  readonly plan: QueryPlan;
  readonly context: ReturnType<typeof buildOperationContext>;
}

/** Reads a supergraph. Composition has checked it already, so it is not checked again: that halves the start-up time. */
export const loadGeneration = (sdl: string): Generation => {
  const document = parse(sdl, { noLocation: true });
  const supergraph = Supergraph.build(document, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, validateSupergraph: false });
  const apiSchema = supergraph.apiSchema();
  const schema = apiSchema.toGraphQLJSSchema();
  return {
    id: createHash('sha256').update(sdl).digest('hex').slice(0, 16),
    sdl,
    apiSdl: printSchema(schema),
    schema,
    apiSchema,
    supergraphSchema: supergraph.schema.toGraphQLJSSchema(),
    planner: new QueryPlanner(supergraph, { exposeDocumentNodeInFetchNode: true }),
    marks: readMarks(document),
    operations: createCache(PLANS_MAX),
  };
};

/** Plans an operation, or finds its plan. `documentKey` stands for the document's text. */
export const prepareOperation = (
  generation: Generation,
  operation: { readonly document: DocumentNode; readonly documentKey: string; readonly operationName: string | null },
): PreparedOperation =>
  generation.operations.getOrMake(`${operation.operationName ?? ''}\n${operation.documentKey}`, () => ({
    plan: planOf(generation, operation.document, operation.operationName),
    context: contextOf(generation, operation.document, operation.operationName),
  }));

export const planOf = (generation: Generation, document: DocumentNode, operationName: string | null): QueryPlan =>
  generation.planner.buildQueryPlan(operationFromDocument(generation.apiSchema, document, operationName === null ? {} : { operationName }));

export const contextOf = (generation: Generation, document: DocumentNode, operationName: string | null): PreparedOperation['context'] =>
  buildOperationContext({ schema: generation.schema, operationDocument: document, ...(operationName === null ? {} : { operationName }) });

/** The operation that a request means, or null when the document has several and none is named, or none of that name. */
export const operationOf = (document: DocumentNode, operationName: string | null): ReturnType<typeof getOperationAST> =>
  getOperationAST(document, operationName);
