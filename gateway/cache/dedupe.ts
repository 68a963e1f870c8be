import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { DocumentNode } from 'graphql';
import { ANONYMOUS, type Identity } from '#platform/identity/identity.ts';
import type { GatewayContext } from '../execute/context.ts';
import { JOIN_MS_MAX } from '../limits.ts';
import { copyOf } from './copy.ts';
import { createFlights } from './flights.ts';

type Answer = Awaited<ReturnType<GraphQLDataSource['process']>>;

export interface AskOnceOptions {
  /** How long what a document asks for may be given to others, in seconds; 0: not at all. */
  readonly maxAgeOf: (document: DocumentNode) => number;
  /** One for all subgraphs: an operation may change something in one and read it in another. */
  readonly writes: AnonymousWrites;
  readonly onJoined: () => void;
}

/** Mutations of anonymous viewers that have ended. */
export interface AnonymousWrites {
  count: number;
}

/** Asks a subgraph once for what several want of it at the same time: anonymous viewers, and whoever wants what is for everybody, which is asked for by an anonymous viewer, too. Each gets a
 * copy of its own, to change as it likes. What a user asks for in person is never joined: two of the same hardly ever meet, and comparing costs a twentieth of asking.
 *
 * Nobody sees less than is due: mutations are never joined, nor is a request that began before an anonymous mutation had ended, or longer ago than JOIN_MS_MAX; and what an event brings
 * along is always asked for anew, because no later event would put it right. */
export const askOnce = (source: GraphQLDataSource, { maxAgeOf, writes, onJoined }: AskOnceOptions): GraphQLDataSource => {
  const flights = createFlights<Answer>(JOIN_MS_MAX);
  const mutate = async (options: GraphQLDataSourceProcessOptions): Promise<Answer> => {
    try {
      return await source.process(options);
    } finally {
      writes.count += 1;
    }
  };
  const join = async (options: GraphQLDataSourceProcessOptions, key: string): Promise<Answer> => {
    const context = options.context as GatewayContext;
    const start = (signal: AbortSignal): Promise<Answer> =>
      source.process({ ...options, context: { ...context, identity: ANONYMOUS, signal } } as GraphQLDataSourceProcessOptions);
    const { value, isJoined, isShared } = flights.board(key, start, context.signal);
    if (isJoined) onJoined();
    const answer = await value;
    return isShared() ? copyOf(answer) : answer;
  };
  const process = (options: GraphQLDataSourceProcessOptions): Promise<Answer> => {
    const document = 'document' in options ? options.document : undefined;
    const { query = '', variables } = options.request;
    const { identity, address, timeoutMs } = options.context as GatewayContext;
    const isMutation = query.startsWith('mutation');
    if (isMutation && isAnonymous(identity)) return mutate(options);
    // Only a client's own operations have an address.
    if (isMutation || document === undefined || address === undefined) return source.process(options);
    const isForEverybody = maxAgeOf(document) > 0;
    if (!isForEverybody && !isAnonymous(identity)) return source.process(options);
    return join(options, `${isForEverybody ? '' : writes.count} ${timeoutMs} ${query}\n${JSON.stringify(variables)}`);
  };
  return { process };
};

const isAnonymous = (identity: Identity): boolean => identity.kind === 'user' && identity.id === null;
