import { PrismaPg } from '@prisma/adapter-pg';
import type { Database } from './database.ts';

/** Prisma's driver adapter over the pool that lanes and feeds use, for `new PrismaClient({ adapter })`. Closing the client leaves the pool to its owner. */
export function prismaAdapter(database: Database): PrismaPg {
  return new PrismaPg(database.pool, { disposeExternalPool: false });
}
