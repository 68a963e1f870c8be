import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { DocumentNode, GraphQLFormattedError } from 'graphql';
import { ANONYMOUS } from '#platform/identity/identity.ts';
import { RecentMap } from '#platform/store/recent.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { GatewayContext } from '../execute/context.ts';
import { ENTITIES_LOOKED_UP_MAX, ENTITY_AGE_SECONDS_MIN, ENTITY_CACHE_BYTES_MAX, ENTITY_CACHE_ENTRIES_MAX, PLANS_MAX } from '../limits.ts';
import { copyOf } from './copy.ts';

type Answer = Awaited<ReturnType<GraphQLDataSource['process']>>;
type Data = Readonly<Record<string, unknown>>;

/** Entities as subgraphs gave them, in the memory of this process. One for all generations: what was asked for is part of each key. */
export interface EntityCache {
  /** A short name for what is asked of an entity: subgraph, document and variables. */
  nameOf(asked: string): string;
  get(key: string): Data | undefined;
  set(key: string, entity: Data, maxAgeSeconds: number): void;
  /** Counts what was found and what was not. */
  count(hits: number, misses: number): void;
}

interface Entity {
  readonly data: Data;
  readonly untilMs: number;
}

/** `nowMs`: a clock that never runs backwards. */
export const createEntityCache = (telemetry: Telemetry, nowMs: () => number = () => performance.now()): EntityCache => {
  const kept = new RecentMap<Entity>({ entriesMax: ENTITY_CACHE_ENTRIES_MAX, bytesMax: ENTITY_CACHE_BYTES_MAX });
  const looked = telemetry.counter('fanfare_gateway_entity_cache_total', 'Entities that plans asked for, by whether they were kept.', [
    'outcome',
  ]);
  const names = new RecentMap<string>({ entriesMax: PLANS_MAX });
  let named = 0;
  return {
    nameOf: (asked) => {
      const known = names.get(asked);
      if (known !== undefined) return known;
      // Never given twice: what was kept under a forgotten name is found by nobody.
      named += 1;
      const name = `${named} `;
      names.set(asked, name);
      return name;
    },
    get: (key) => {
      const entity = kept.get(key);
      return entity !== undefined && entity.untilMs > nowMs() ? entity.data : undefined;
    },
    set: (key, data, maxAgeSeconds) => {
      kept.set(key, { data, untilMs: nowMs() + maxAgeSeconds * 1_000 }, ENTRY_BYTES + key.length * 2 + bytesOf(data));
    },
    count: (hits, misses) => {
      if (hits > 0) looked.inc({ outcome: 'hit' }, hits);
      if (misses > 0) looked.inc({ outcome: 'miss' }, misses);
    },
  };
};

/** What an entry takes beside its key and its values: places in the map, the objects around them. */
const ENTRY_BYTES = 200;
const MEMBER_BYTES = 16;

/** About what parsed JSON takes in memory. Names of members are shared by all objects of a shape. */
const bytesOf = (value: unknown): number => {
  if (typeof value === 'string') return MEMBER_BYTES + value.length * 2;
  if (typeof value !== 'object' || value === null) return MEMBER_BYTES;
  let bytes = MEMBER_BYTES * 2;
  for (const member of Object.values(value)) bytes += bytesOf(member);
  return bytes;
};

/** `maxAgeOf`: how long what a document asks for may be given to others, in seconds; 0: not at all.
 * Takes entities from the cache and asks the subgraph for the others alone. Only fetches all of whose fields are the same for everybody are kept, and these are asked for by nobody: an
 * anonymous viewer. An answer with errors is not kept, nor is an entity that is not there. */
export const keepEntities = (
  source: GraphQLDataSource,
  name: string,
  maxAgeOf: (document: DocumentNode) => number,
  cache: EntityCache,
): GraphQLDataSource => {
  const process = async (options: GraphQLDataSourceProcessOptions): Promise<Answer> => {
    const document = 'document' in options ? options.document : undefined;
    const { representations, ...others } = options.request.variables ?? {};
    if (document === undefined || !Array.isArray(representations) || representations.length > ENTITIES_LOOKED_UP_MAX)
      return source.process(options);
    const maxAgeSeconds = maxAgeOf(document);
    if (maxAgeSeconds < ENTITY_AGE_SECONDS_MIN) return source.process(options);
    const head = cache.nameOf(`${name}\n${options.request.query ?? ''}\n${JSON.stringify(others)}`);
    const keys = (representations as readonly unknown[]).map((representation) => head + JSON.stringify(representation));
    const entities = keys.map((key) => cache.get(key));
    const missing = entities.flatMap((entity, index) => (entity === undefined ? [index] : []));
    cache.count(keys.length - missing.length, missing.length);
    if (missing.length === 0) return { data: { _entities: entities.map(copyOf) } };
    const answer = await source.process(askedFor(options, missing));
    return merge(answer, { entities, missing, keep: (index, entity) => cache.set(keys[index] ?? '', entity, maxAgeSeconds) });
  };
  return { process };
};

const askedFor = (options: GraphQLDataSourceProcessOptions, missing: readonly number[]): GraphQLDataSourceProcessOptions => {
  const context = options.context as GatewayContext;
  const variables = options.request.variables ?? {};
  const all = variables['representations'] as readonly unknown[];
  const representations = missing.length === all.length ? all : missing.map((index) => all[index]);
  return {
    ...options,
    request: { ...options.request, variables: { ...variables, representations } },
    context: { ...context, identity: ANONYMOUS },
  } as GraphQLDataSourceProcessOptions;
};

interface Partial {
  /** What was kept, by place. */
  readonly entities: readonly (Data | undefined)[];
  /** The places that were asked for. */
  readonly missing: readonly number[];
  readonly keep: (index: number, entity: Data) => void;
}

const merge = (answer: Answer, { entities, missing, keep }: Partial): Answer => {
  const fresh: unknown = answer.data?.['_entities'];
  const errors = answer.errors?.map((error) => placed(error, missing));
  const given = {
    ...(answer.extensions === undefined ? {} : { extensions: answer.extensions }),
    ...(errors === undefined ? {} : { errors }),
  };
  if (!Array.isArray(fresh) || fresh.length !== missing.length) {
    // Without an error it is no answer to what was asked, which is for the plan to say. With one, what was kept is still good.
    if (errors === undefined || missing.length === entities.length) return answer;
    return { ...given, data: { _entities: entities.map((entity) => (entity === undefined ? null : copyOf(entity))) } };
  }
  const merged: unknown[] = entities.map((entity) => (entity === undefined ? null : copyOf(entity)));
  for (const [at, index] of missing.entries()) {
    const entity: unknown = fresh[at];
    merged[index] = entity;
    if (errors === undefined && isObject(entity)) keep(index, copyOf(entity));
  }
  return { ...given, data: { _entities: merged } };
};

/** An error at the i-th of those that were asked for is at that one's own place. */
const placed = (error: GraphQLFormattedError, missing: readonly number[]): GraphQLFormattedError => {
  const [root, at, ...rest] = error.path ?? [];
  if (root !== '_entities' || typeof at !== 'number') return error;
  return { ...error, path: [root, missing[at] ?? at, ...rest] };
};

const isObject = (value: unknown): value is Data => typeof value === 'object' && value !== null && !Array.isArray(value);
