import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { DocumentNode } from 'graphql';
import { ANONYMOUS, type Identity } from '#platform/identity/identity.ts';
import { RecentMap } from '#platform/store/recent.ts';
import type { GatewayContext } from '../execute/context.ts';
import { JOIN_MS_MAX, WRITERS_MAX } from '../limits.ts';
import { copyOf } from './copy.ts';
import { createFlights } from './flights.ts';

type Answer = Awaited<ReturnType<GraphQLDataSource['process']>>;

export interface AskOnceOptions {
  /** How long what a document asks for may be given to others, in seconds; 0: not at all. */
  readonly maxAgeOf: (document: DocumentNode) => number;
  readonly writes: Writes;
  readonly onJoined: () => void;
}

/** Asks a subgraph once for what several want of it at the same time: callers of one identity, or everybody where a document is for everybody (then as an anonymous viewer). Each gets a
 * copy of its own, to change as it likes. Nobody sees less than is due: mutations are never joined, nor is a request that began before the caller's last mutation had ended, or longer ago
 * than JOIN_MS_MAX; and what an event brings along is always asked for anew, because no later event would put it right. */
export const askOnce = (source: GraphQLDataSource, { maxAgeOf, writes, onJoined }: AskOnceOptions): GraphQLDataSource => {
  const flights = createFlights<Answer>(JOIN_MS_MAX);
  const process = async (options: GraphQLDataSourceProcessOptions): Promise<Answer> => {
    const document = 'document' in options ? options.document : undefined;
    const { query = '', variables } = options.request;
    const context = options.context as GatewayContext;
    if (query.startsWith('mutation')) return writes.by(context.identity, () => source.process(options));
    // Only a client's own operations have an address.
    if (document === undefined || context.address === undefined) return source.process(options);
    const identity = maxAgeOf(document) > 0 ? ANONYMOUS : context.identity;
    const key = `${writes.nameOf(identity)} ${context.timeoutMs} ${query}\n${JSON.stringify(variables)}`;
    const start = (signal: AbortSignal): Promise<Answer> =>
      source.process({ ...options, context: { ...context, identity, signal } } as GraphQLDataSourceProcessOptions);
    const { value, isJoined, isShared } = flights.board(key, start, context.signal);
    if (isJoined) onJoined();
    const answer = await value;
    return isShared() ? copyOf(answer) : answer;
  };
  return { process };
};

/** What each identity has changed, for all subgraphs together: an operation may change something in one and read it in another. */
export interface Writes {
  /** Runs a mutation of this identity. */
  by<Value>(identity: Identity, mutate: () => Promise<Value>): Promise<Value>;
  /** The identity as it is after its last mutation: another name with each. */
  nameOf(identity: Identity): string;
}

export const createWrites = (): Writes => {
  const latest = new RecentMap<number>({ entriesMax: WRITERS_MAX });
  const identityNameOf = createIdentityNames();
  let count = 0;
  return {
    by: async (identity, mutate) => {
      try {
        return await mutate();
      } finally {
        count += 1;
        latest.set(identityNameOf(identity), count);
      }
    },
    nameOf: (identity) => {
      const name = identityNameOf(identity);
      return `${latest.get(name) ?? 0} ${name}`;
    },
  };
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
