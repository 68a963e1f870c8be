import type { Feeds } from '#platform/feed/feed.ts';
import type { Lane } from '#platform/lane/lane.ts';
import type { SubgraphRequestContext } from '#platform/subgraph/subgraph.ts';
import { createLoaders, type Loaders } from './data/loaders.ts';
import type { StreamCommand } from './data/streamLane.ts';
import type { StreamAnswer } from './domain/streamCommand.ts';
import type { PrismaClient } from './generated/prisma/client.ts';

/** What lives as long as the process. */
export interface Parts {
  readonly prisma: PrismaClient;
  readonly feeds: Feeds;
  readonly lanes: { readonly streams: Lane<StreamCommand, StreamAnswer> };
}

/** What a resolver gets: one per request, and one per event of a subscription. */
export interface Context extends Parts, SubgraphRequestContext {
  readonly loaders: Loaders;
}

export const createContext =
  (parts: Parts) =>
  (request: SubgraphRequestContext): Context => ({ ...parts, ...request, loaders: createLoaders(parts.prisma) });
