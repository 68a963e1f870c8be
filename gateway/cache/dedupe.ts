import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { DocumentNode } from 'graphql';
import { ANONYMOUS, type Identity } from '#platform/identity/identity.ts';
import type { GatewayContext } from '../execute/context.ts';
import { copyOf } from './copy.ts';
import { createFlights } from './flights.ts';

type Answer = Awaited<ReturnType<GraphQLDataSource['process']>>;

export interface AskOnceOptions {
  /** How long what a document asks for may be given to others, in seconds; 0: not at all. */
  readonly maxAgeOf: (document: DocumentNode) => number;
  readonly onJoined: () => void;
}

/** Asks a subgraph once for what several want of it at the same time: callers of one identity, or everybody where a document is for everybody (then as an anonymous viewer). Mutations are
 * never joined. Each gets a copy of its own, to change as it likes. */
export const askOnce = (source: GraphQLDataSource, { maxAgeOf, onJoined }: AskOnceOptions): GraphQLDataSource => {
  const flights = createFlights<Answer>();
  const identities = createIdentityNames();
  const process = async (options: GraphQLDataSourceProcessOptions): Promise<Answer> => {
    const document = 'document' in options ? options.document : undefined;
    const { query = '', variables } = options.request;
    if (document === undefined || query.startsWith('mutation')) return source.process(options);
    const context = options.context as GatewayContext;
    const identity = maxAgeOf(document) > 0 ? ANONYMOUS : context.identity;
    const key = `${identities(identity)} ${context.timeoutMs} ${query}\n${JSON.stringify(variables)}`;
    const start = (signal: AbortSignal): Promise<Answer> =>
      source.process({ ...options, context: { ...context, identity, signal } } as GraphQLDataSourceProcessOptions);
    const { value, isJoined, isShared } = flights.board(key, start, context.signal);
    if (isJoined) onJoined();
    const answer = await value;
    return isShared() ? copyOf(answer) : answer;
  };
  return { process };
};

// Two tokens of one user with the same rights are one identity. A token's is the same object for as long as it is remembered.
const createIdentityNames = (): ((identity: Identity) => string) => {
  const known = new WeakMap<Identity, string>();
  return (identity) => {
    const name = known.get(identity) ?? JSON.stringify(identity);
    known.set(identity, name);
    return name;
  };
};
