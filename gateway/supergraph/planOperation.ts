import {
  buildSchemaFromAST,
  operationFromDocument,
  ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  type Schema,
  Supergraph,
} from '@apollo/federation-internals';
import { type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { type DirectiveDefinitionNode, type DocumentNode, parse, print, printSchema, visit } from 'graphql';
import { readExecutableDirectives, withDirectiveDefaults, withExecutableDirectives } from './directives.ts';
import { decideOverrides, readOverrideLabels } from './overrides.ts';
import { type Members, readPartialTypes, withAllMembers } from './partial.ts';
import { narrowed, type PartialOptions, type PartialPlace, partialPlaces } from './partialPlaces.ts';
import { subgraphNames } from './reworked.ts';
import { readTypeMap } from './typeMap.ts';

/** Plans the operations of one supergraph. */
export interface OperationPlanner {
  /** Plans one operation of a validated document. Throws what Apollo's planner cannot do. */
  plan(document: DocumentNode, operationName: string | null): QueryPlan;
}

/** Apollo's planner, and a way around one of its faults: where a field is shared by subgraphs that know different members of its union (or interface), it drops
 * what is asked of the members that only one of them knows, also when it then asks just that one (@apollo/query-planner 2.14). Such a plan is made
 * again, for the operation narrowed to the members that the chosen subgraph knows, over a supergraph in which they all exist everywhere: then nothing is
 * taken for impossible, and only the subgraph that can answer is chosen.
 *
 * `document`: what `supergraph` was built from. */
export const createOperationPlanner = (document: DocumentNode, supergraph: Supergraph): OperationPlanner => {
  const directives = readExecutableDirectives(document);
  const apiSchema = apiSchemaWith(supergraph, directives);
  const operationOf = (operation: DocumentNode, operationName: string | null) =>
    operationFromDocument(apiSchema, withDirectiveDefaults(operation, directives), operationName === null ? {} : { operationName });
  const planner = new QueryPlanner(supergraph, { exposeDocumentNodeInFetchNode: true });
  const partial = readPartialTypes(document);
  const labels = readOverrideLabels(document);
  const optionsFor = (operation: DocumentNode) =>
    labels.length === 0 ? undefined : { overrideConditions: decideOverrides(labels, print(operation)) };
  const plan: OperationPlanner['plan'] = (operation, operationName) =>
    planner.buildQueryPlan(operationOf(operation, operationName), optionsFor(operation));
  if (partial.size === 0) return { plan };
  const options: PartialOptions = { types: readTypeMap(document), partial: byName(partial, subgraphNames(document)) };
  // Made when the first operation needs it: it takes as long as the first one, and few need it.
  let second: QueryPlanner | undefined;
  const mended: OperationPlanner['plan'] = (operation, operationName) => {
    const first = plan(operation, operationName);
    const places = hasConditions(operation) ? [] : partialPlaces(first, operation, operationName, options);
    if (lostIn(places) === 0) return first;
    second ??= plannerOf(withAllMembers(document, partial));
    const narrow = operationOf(narrowed(operation, operationName, places, options), operationName);
    const better = attempt(second, narrow, optionsFor(operation));
    return better !== null && lostIn(partialPlaces(better, operation, operationName, options)) < lostIn(places) ? better : first;
  };
  return { plan: mended };
};

const apiSchemaWith = (supergraph: Supergraph, directives: readonly DirectiveDefinitionNode[]): Schema => {
  if (directives.length === 0) return supergraph.apiSchema();
  const schema = supergraph.apiSchema().toGraphQLJSSchema();
  const extended = withExecutableDirectives(schema, directives);
  return extended === schema
    ? supergraph.apiSchema()
    : buildSchemaFromAST(parse(printSchema(extended), { noLocation: true }), { validate: false });
};

const lostIn = (places: readonly PartialPlace[]): number => places.filter(({ lost }) => lost).length;

const plannerOf = (document: DocumentNode): QueryPlanner =>
  new QueryPlanner(Supergraph.build(document, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, validateSupergraph: false }), {
    exposeDocumentNodeInFetchNode: true,
  });

// What the planner says of an operation that it has planned once already tells the client nothing.
const attempt = (planner: QueryPlanner, ...planned: Parameters<QueryPlanner['buildQueryPlan']>): QueryPlan | null => {
  try {
    return planner.buildQueryPlan(...planned);
  } catch {
    return null;
  }
};

const byName = (partial: ReadonlyMap<string, Members>, names: ReadonlyMap<string, string>): ReadonlyMap<string, Members> =>
  new Map([...partial].map(([type, members]) => [type, new Map([...members].map(([graph, known]) => [names.get(graph) ?? graph, known]))]));

const hasConditions = (document: DocumentNode): boolean => {
  const found = new Set<string>();
  visit(document, { Directive: ({ name }) => void found.add(name.value) });
  return found.has('skip') || found.has('include');
};
