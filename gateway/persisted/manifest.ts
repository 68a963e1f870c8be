import { setImmediate as breathe } from 'node:timers/promises';
import { type DefinitionNode, type DocumentNode, Kind, parse, print } from 'graphql';
import { z } from 'zod';
import { SAFELIST_OPERATIONS_MAX, TOKENS_MAX } from '../limits.ts';
import { hashOf, PERSISTED_ID_LENGTH_MAX } from './extension.ts';

/** The operations of a safelist. */
export interface Manifest {
  /** Bodies by the ids that the manifest gives them, and by their SHA-256 (hex), which is what clients with automatic persisted queries send. */
  readonly bodies: ReadonlyMap<string, string>;
  /** The bodies themselves, and the same normalised. */
  readonly texts: ReadonlySet<string>;
  readonly operations: number;
}

const body = z.string().min(1);
const apolloManifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1, { error: 'it must be 1, the only version there is' }),
  operations: z.array(z.object({ id: z.string(), body })),
});
const plainMap = z.record(z.string(), body);

/** Reads a manifest: Apollo's `apollo-persisted-query-manifest` (version 1), or a plain object from ids to bodies. Throws an Error that says what is wrong with it,
 * and with which operation: nothing of a broken manifest is used. Lets other work through while it reads. */
export const readManifest = async (text: string): Promise<Manifest> => {
  const entries = entriesOf(parseJson(text));
  if (entries.length > SAFELIST_OPERATIONS_MAX)
    throw new Error(`The manifest lists ${entries.length} operations; the limit is ${SAFELIST_OPERATIONS_MAX}.`);
  const bodies = new Map<string, string>();
  const texts = new Set<string>();
  let pausedAtMs = performance.now();
  for (const [id, listed] of entries) {
    if (id === '' || id.length > PERSISTED_ID_LENGTH_MAX)
      throw new Error(`The manifest has an id of ${id.length} characters: ids have 1 to ${PERSISTED_ID_LENGTH_MAX}.`);
    if (bodies.has(id) && bodies.get(id) !== listed) throw new Error(`The manifest lists the id ${JSON.stringify(id)} with two bodies.`);
    bodies.set(id, listed);
    texts.add(listed).add(normalisedOf(id, listed));
    if (performance.now() - pausedAtMs < SLICE_MS) continue;
    await breathe();
    pausedAtMs = performance.now();
  }
  // An id of the manifest's own means what the manifest says, also where it looks like the hash of another body.
  for (const listed of [...bodies.values()]) {
    const hash = hashOf(listed);
    if (!bodies.has(hash)) bodies.set(hash, listed);
  }
  return { bodies, texts, operations: entries.length };
};

/** A document without what does not matter to it: white space, commas, comments, the order of its definitions. Null when it is no GraphQL. */
export const normalise = (text: string): string | null => {
  try {
    return printSorted(parse(text, { maxTokens: TOKENS_MAX, noLocation: true }));
  } catch {
    return null;
  }
};

/** Requests wait no longer than this for a manifest that is being read. */
const SLICE_MS = 10;

const normalisedOf = (id: string, listed: string): string => {
  try {
    return printSorted(parse(listed, { maxTokens: TOKENS_MAX, noLocation: true }));
  } catch (error) {
    throw new Error(
      `The manifest’s operation ${JSON.stringify(id)} is no GraphQL: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    );
  }
};

const printSorted = (document: DocumentNode): string =>
  print({ ...document, definitions: document.definitions.toSorted((left, right) => (rankOf(left) < rankOf(right) ? -1 : 1)) });

const rankOf = (definition: DefinitionNode): string => {
  if (definition.kind === Kind.OPERATION_DEFINITION) return `operation ${definition.name?.value ?? ''}`;
  return definition.kind === Kind.FRAGMENT_DEFINITION ? `~fragment ${definition.name.value}` : definition.kind;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`The manifest is not JSON: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
};

const entriesOf = (value: unknown): readonly (readonly [string, string])[] => {
  const isApollo = typeof value === 'object' && value !== null && 'format' in value && 'operations' in value;
  if (isApollo) return parsed(apolloManifest, value).operations.map(({ id, body }) => [id, body]);
  return Object.entries(parsed(plainMap, value));
};

const parsed = <Value>(schema: z.ZodType<Value>, value: unknown): Value => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.map(String).join('.')}`;
  throw new Error(
    `The manifest is neither Apollo’s persisted query manifest nor an object from ids to bodies${place}: ${issue?.message ?? ''}.`,
  );
};
