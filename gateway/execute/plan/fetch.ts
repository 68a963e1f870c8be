import type { GraphQLDataSource } from '@apollo/gateway';
import type { FetchNode } from '@apollo/query-planner';
import type { GraphQLFormattedError } from 'graphql';
import { compileContexts } from './contexts.ts';
import { noteEntityFaults, noteFaults } from './faults.ts';
import { mergeInto } from './merge.ts';
import { objectsAt } from './places.ts';
import { compileRepresentation } from './represent.ts';
import { compileRewrites, type Rewrite } from './rewrites.ts';
import { type Data, isObject, memberOf, type PathStep, type Run, type Step } from './run.ts';
import type { MatchesType } from './types.ts';

type ProcessOptions = Parameters<GraphQLDataSource['process']>[0];
type Kind = ProcessOptions['kind'];
// GraphQLDataSourceRequestKind.INCOMING_OPERATION; @apollo/gateway declares the enum without exporting its values.
const INCOMING_OPERATION = 'incoming operation' as Kind;

/** What all fetches of a generation share. */
export interface FetchCompiler {
  readonly matches: MatchesType;
  /** The name that subgraphs know a planned field by. */
  readonly nameOf: (planned: string) => string;
}

/** Compiles one request to a subgraph: for root fields, or for the entities at `path`. */
export const compileFetch = (node: FetchNode, path: readonly PathStep[], compiler: FetchCompiler): Step =>
  node.requires === undefined ? compileRootFetch(node, path, compiler) : compileEntityFetch(node, node.requires, path, compiler);

const compileRootFetch = (node: FetchNode, path: readonly PathStep[], { matches }: FetchCompiler): Step => {
  const send = compileSend(node, path);
  const rewriteOutput = compileRewrites(node.outputRewrites, matches);
  return async (run) => {
    const targets = path.length === 0 ? [run.data] : objectsAt(run.data, path);
    if (targets.length === 0) return;
    const { data, errors } = await send(run, null);
    if (errors !== undefined) noteFaults(run, node.serviceName, path, errors);
    if (!isObject(data)) return;
    rewriteOutput?.(data);
    // Only one can keep the answer as it is: what is merged later must reach each object on its own.
    for (const [index, target] of targets.entries()) mergeInto(target, index === 0 ? data : structuredClone(data));
  };
};

const compileEntityFetch = (
  node: FetchNode,
  requires: NonNullable<FetchNode['requires']>,
  path: readonly PathStep[],
  { matches, nameOf }: FetchCompiler,
): Step => {
  const send = compileSend(node, path);
  const represent = compileRepresentation(requires, matches, nameOf);
  const rewriteInput = compileRewrites(node.inputRewrites, matches);
  const rewriteOutput = compileRewrites(node.outputRewrites, matches);
  const fetchEntities = async (run: Run, objects: readonly Data[]): Promise<void> => {
    const representations: Data[] = [];
    const receivers: Data[][] = [];
    const indexOf = new Map<string, number>();
    for (const object of objects) {
      const representation = represent(object);
      if (representation === null) continue;
      rewriteInput?.(representation);
      const key = JSON.stringify(representation);
      const known = indexOf.get(key);
      if (known !== undefined) receivers[known]?.push(object);
      else {
        indexOf.set(key, representations.length);
        representations.push(representation);
        receivers.push([object]);
      }
    }
    if (representations.length === 0) return;
    const { data, errors } = await send(run, representations);
    if (errors !== undefined) noteEntityFaults(run, { subgraph: node.serviceName, path }, receivers, errors);
    const entities = isObject(data) ? data['_entities'] : undefined;
    if (!Array.isArray(entities) || entities.length !== representations.length) {
      // Without errors this is no answer to what was asked.
      if (errors === undefined || entities !== undefined)
        noteFaults(run, node.serviceName, path, [{ message: `Expected ${representations.length} entities from ${node.serviceName}.` }]);
      return;
    }
    for (const [index, entity] of entities.entries()) {
      if (isObject(entity)) receive(entity, receivers[index] ?? [], rewriteOutput, matches);
    }
  };
  if (node.contextRewrites === undefined || node.contextRewrites.length === 0)
    return (run) => fetchEntities(run, objectsAt(run.data, path));
  const groupsIn = compileContexts(node.contextRewrites, path, matches);
  return async (run) => {
    const fetches = groupsIn(run.data).map(({ objects, variables }) =>
      fetchEntities({ ...run, variables: { ...run.variables, ...variables } }, objects),
    );
    await Promise.all(fetches);
  };
};

const receive = (entity: Data, receivers: readonly Data[], rewriteOutput: Rewrite | null, matches: MatchesType): void => {
  const [first] = receivers;
  // A rewrite may depend on the type, which was not necessarily asked for again.
  if (rewriteOutput !== null) {
    entity['__typename'] ??= first?.['__typename'];
    rewriteOutput(entity);
  }
  // The receivers stand at one path of the plan, so that whatever is merged later into parts that they share is the same for all.
  const told = entity['__typename'];
  for (const receiver of receivers) {
    const known = receiver['__typename'];
    mergeInto(receiver, entity);
    // A subgraph with @interfaceObject tells the name of the interface: the object's own type, where it is known already, stays.
    if (told !== known && typeof told === 'string' && typeof known === 'string' && matches(told, known)) receiver['__typename'] = known;
  }
};

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLFormattedError[];
}

type Send = (run: Run, representations: readonly Data[] | null) => Promise<Answer>;

const compileSend = (node: FetchNode, path: readonly PathStep[]): Send => {
  const { serviceName, operation, operationName, operationDocumentNode: document, variableUsages = [] } = node;
  return async (run, representations) => {
    const variables: Data = {};
    for (const name of variableUsages) {
      // A variable that was not sent may have the name of something inherited.
      const value = memberOf(run.variables, name);
      if (value !== undefined) variables[name] = value;
    }
    if (representations !== null) variables['representations'] = representations;
    const options = {
      kind: INCOMING_OPERATION,
      request: { query: operation, variables, ...(operationName === undefined ? {} : { operationName }) },
      incomingRequestContext: { request: { variables: run.variables }, context: run.context, metrics: {} },
      context: run.context,
      ...(document === undefined ? {} : { document }),
      pathInIncomingRequest: path,
    } as unknown as ProcessOptions;
    try {
      const source = run.dataSources[serviceName];
      if (source === undefined) throw new Error(`There is no way to the subgraph ${serviceName}.`);
      const { data, errors } = await source.process(options);
      return { data, ...(errors === undefined || errors.length === 0 ? {} : { errors }) };
    } catch (error) {
      return { errors: [{ message: error instanceof Error ? error.message : String(error) }] };
    }
  };
};
