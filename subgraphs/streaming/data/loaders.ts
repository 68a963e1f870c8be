import type DataLoader from 'dataloader';
import { loaderOf } from '#platform/subgraph/loader.ts';
import type { Channel, Stream } from '../domain/stream.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { channelsByIds } from './channels.ts';
import { streamsByIds } from './streams.ts';

/** Relations by id, collected into one statement per table; null for unknown ids. */
export interface Loaders {
  readonly channels: DataLoader<string, Channel | null>;
  readonly streams: DataLoader<string, Stream | null>;
}

export const createLoaders = (prisma: PrismaClient): Loaders => ({
  channels: loaderOf((ids) => channelsByIds(prisma, ids)),
  streams: loaderOf((ids) => streamsByIds(prisma, ids)),
});
