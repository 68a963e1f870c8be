import { type GraphQLSchema, isObjectType } from 'graphql';
import { roomOf } from './imports.ts';
import type { Source } from './sources.ts';

/** What each subgraph consists of; mappers.ts is what one may lack, and modules/ what messaging has on top. */
const ROOMS = ['context', 'data', 'domain', 'events', 'generated', 'resolvers', 'server'] as const;
const OPTIONAL_ROOMS = ['mappers', 'modules'] as const;
const LOADERS = 'data/loaders.ts';

/** Rooms that a subgraph lacks, or has on top of the common ones. */
export function findUnlikeRooms(subgraph: string, sources: readonly Source[]): readonly string[] {
  const own = sources.filter(({ path }) => path.startsWith(`subgraphs/${subgraph}/`));
  const rooms = new Set(own.map(({ path }) => roomOf(path).room));
  const missing = ROOMS.filter((room) => !rooms.has(room)).map((room) => `subgraphs/${subgraph} has no ${room}`);
  const known: ReadonlySet<string> = new Set([...ROOMS, ...OPTIONAL_ROOMS]);
  const extra = [...rooms].filter((room) => !known.has(room)).map((room) => `subgraphs/${subgraph} has a room of its own: ${room}`);
  const loaders = own.some(({ path }) => path.endsWith(`/${LOADERS}`)) ? [] : [`subgraphs/${subgraph} has no ${LOADERS}`];
  return [...missing, ...extra, ...loaders];
}

const ROOTS = ['Query', 'Mutation', 'Subscription'] as const;

/** Root fields without a resolver file, and resolver files whose name the schema doesn't know. */
export function findMisnamedResolvers(subgraph: string, schema: GraphQLSchema, sources: readonly Source[]): readonly string[] {
  const prefix = `subgraphs/${subgraph}/resolvers/`;
  const files = new Set(sources.filter(({ path }) => path.startsWith(prefix)).map(({ path }) => path.slice(prefix.length)));
  const expected = ROOTS.flatMap((root) => {
    const type = schema.getType(root);
    return isObjectType(type) ? Object.keys(type.getFields()).map((field) => `${root}/${field}.ts`) : [];
  });
  const missing = expected.filter((file) => !files.has(file)).map((file) => `${prefix}${file} is missing`);
  const known = new Set([...expected, ...Object.keys(schema.getTypeMap()).map((name) => `${name}.ts`)]);
  const unknown = [...files].filter((file) => !known.has(file)).map((file) => `${prefix}${file} is named like nothing in the schema`);
  return [...missing, ...unknown];
}
