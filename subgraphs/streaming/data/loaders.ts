import DataLoader from 'dataloader';
import type { Channel, Stream } from '../domain/stream.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { channelsByIds } from './channels.ts';
import { streamsByIds } from './streams.ts';

/** Rows looked up by one statement at most: far more than a page shows, far fewer than the parameters a statement can have. */
const BATCH_MAX = 1_000;

/** Relations by id, collected into one statement per table; null for unknown ids. */
export interface Loaders {
  readonly channels: DataLoader<string, Channel | null>;
  readonly streams: DataLoader<string, Stream | null>;
}

export const createLoaders = (prisma: PrismaClient): Loaders => ({
  channels: batch((ids) => channelsByIds(prisma, ids)),
  streams: batch((ids) => streamsByIds(prisma, ids)),
});

const batch = <Row>(load: (ids: readonly string[]) => Promise<ReadonlyMap<string, Row>>): DataLoader<string, Row | null> =>
  new DataLoader(
    async (ids) => {
      const rows = await load(ids);
      return ids.map((id) => rows.get(id) ?? null);
    },
    { maxBatchSize: BATCH_MAX },
  );
