import { execute, type GraphQLSchema, parse, specifiedRules, validate } from 'graphql';
import { expect, test } from 'vitest';
import { aFederation, type Federation } from '../support/federation.ts';
import { createRandom, type Random } from '../support/random.ts';
import { aRandomGraph, type Holder, type RandomGraph } from '../support/random-graph.ts';
import { aRandomOperation } from '../support/random-operation.ts';

const GRAPHS = Number(process.env['RANDOM_GRAPHS'] ?? 20);
const OPERATIONS_PER_GRAPH = 15;
const SEED = Number(process.env['RANDOM_SEED'] ?? 1);

/** What one schema over the same values answers. */
const byOne = async (schema: GraphQLSchema, graph: RandomGraph, query: string, variables: Readonly<Record<string, unknown>>) => {
  const result = await execute({
    schema,
    document: parse(query),
    variableValues: variables,
    rootValue: { __typename: 'Query', id: 'Query' },
    fieldResolver: (source: Holder, given, _, { fieldName }) => graph.resolve(source, fieldName, given as Record<string, unknown>),
    typeResolver: (value: Holder) => value.__typename,
  });
  return {
    data: JSON.parse(JSON.stringify(result.data ?? null)) as unknown,
    errors: new Set(result.errors?.map(({ path }) => path?.join('.'))),
  };
};

/** Composition refuses graphs whose objects cannot be reached. */
const tryCompose = (graph: RandomGraph): Federation | null => {
  try {
    return aFederation(graph.sources);
  } catch (error) {
    if (error instanceof Error && /satisfy|satisfiab|cannot be resolved|reach/i.test(error.message)) return null;
    throw error;
  }
};

const checkGraph = async (random: Random, graph: RandomGraph, federation: Federation): Promise<number> => {
  const schema = await federation.schema();
  let checked = 0;
  for (let count = 0; count < OPERATIONS_PER_GRAPH; count += 1) {
    const query = aRandomOperation(random, schema);
    if (validate(schema, parse(query), specifiedRules).length > 0) continue;
    const variables = { no: random.chance(0.5), ...(random.chance(0.3) ? { yes: false } : {}) };
    const [ours, theirs] = [await federation.ask(query, { variables, by: 'ours' }), await byOne(schema, graph, query, variables)];
    const what = `${query}\n${JSON.stringify(variables)}\n${federation.calls.map((call) => JSON.stringify(call)).join('\n')}`;
    expect(ours.data, what).toEqual(theirs.data);
    // Where a null goes up to a parent, who else failed below it may be told or not.
    if (graph.hasNonNull) expect(ours.errors.length > 0, what).toBe(theirs.errors.size > 0);
    else expect(new Set(ours.errors.map(({ path }) => path)), what).toEqual(theirs.errors);
    checked += 1;
  }
  return checked;
};

test('random operations over random graphs are answered as one schema over the same data answers them', async () => {
  let checked = 0;
  for (let index = 0; index < GRAPHS; index += 1) {
    const random = createRandom(SEED * 1_000_003 + index);
    const graph = aRandomGraph(random);
    const federation = tryCompose(graph);
    if (federation === null) continue;
    checked += await checkGraph(random, graph, federation).catch((error: unknown) => {
      throw new Error(
        `graph ${index}: ${error instanceof Error ? error.message : String(error)}\n${Object.entries(graph.sources)
          .map(([name, { sdl }]) => `${name}: ${sdl}`)
          .join('\n')}`,
        { cause: error },
      );
    });
  }
  expect(checked).toBeGreaterThan(GRAPHS * 5);
}, 120_000);
