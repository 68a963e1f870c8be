import type { Database } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import type { Identity } from '#platform/identity/identity.ts';
import type { Lane } from '#platform/lane/lane.ts';
import type { SubgraphRequestContext } from '#platform/subgraph/subgraph.ts';
import { createLoaders, type Loaders } from './data/loaders.ts';
import type { ReportCommand } from './data/reports.ts';
import type { Moment } from './domain/health.ts';
import type { ReportAnswer } from './domain/report.ts';
import type { PrismaClient } from './generated/prisma/client.ts';

/** What a resolver gets. One per request, and one per event of a subscription. */
export interface Context {
  readonly identity: Identity;
  readonly requestId: string;
  /** Aborted when the caller has gone. */
  readonly signal: AbortSignal;
  readonly database: Database;
  readonly db: PrismaClient;
  readonly feeds: Feeds;
  readonly lanes: { readonly reports: Lane<ReportCommand, ReportAnswer> };
  readonly loaders: Loaders;
  /** When the request came in: services are judged by it. */
  readonly moment: Moment;
}

/** What lives as long as the process. */
export interface Parts extends Pick<Context, 'database' | 'db' | 'feeds' | 'lanes'> {
  readonly silentMs: number;
}

export const createContext =
  ({ silentMs, ...parts }: Parts) =>
  ({ identity, requestId, signal }: SubgraphRequestContext): Context => {
    const moment = { nowMs: Date.now(), silentMs };
    return { ...parts, identity, requestId, signal, moment, loaders: createLoaders(parts.db, moment) };
  };
