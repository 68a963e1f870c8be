import type { GraphQLDataSource } from '@apollo/gateway';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { Generation } from '../supergraph/generation.ts';
import { type AnonymousWrites, askOnce } from './dedupe.ts';
import { createEntityCache, keepEntities } from './entities.ts';
import { createFetchAges } from './policy.ts';

/** What plans may share of their requests to subgraphs: entities that are kept, and requests that are under way. Wraps the way to one subgraph, by its name. */
export const createFetchSharing = (
  { schema, marks }: Pick<Generation, 'schema' | 'marks'>,
  telemetry: Telemetry,
): ((name: string, source: GraphQLDataSource) => GraphQLDataSource) => {
  const maxAgeOf = createFetchAges({ schema, hints: marks.cache, personal: marks.personal });
  const entities = createEntityCache(telemetry);
  const writes: AnonymousWrites = { count: 0 };
  const joined = telemetry.counter(
    'fanfare_gateway_shared_fetches_total',
    'Requests to subgraphs that were saved, because the same was just being asked.',
    ['subgraph'],
  );
  return (name, source) => {
    const once = askOnce(source, { maxAgeOf, writes, onJoined: () => joined.inc({ subgraph: name }) });
    return keepEntities(once, name, maxAgeOf, entities);
  };
};
