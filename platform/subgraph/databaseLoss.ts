import { GraphQLError } from 'graphql';
import { isDatabaseAway } from '#platform/database/away.ts';
import { FanfareError, rootOf } from '#platform/errors.ts';
import type { Logger } from '#platform/log/log.ts';

/** A restart or a failover of PostgreSQL takes a few seconds. */
const DATABASE_RETRY_MS = 1_000;

/** The same error, or, where it says that the database is away, a SUBGRAPH_UNAVAILABLE at the same place of the document: no bug to report, but something that
 * passes and may be asked again. The reason goes into the log. */
export const withoutDatabaseLoss = (error: unknown, log: Logger, requestId: string): unknown => {
  const cause = rootOf(error);
  if (cause instanceof FanfareError || !isDatabaseAway(cause)) return error;
  log.warn({ err: cause, requestId }, 'the database is away');
  const known = new FanfareError('SUBGRAPH_UNAVAILABLE', 'The data cannot be reached at the moment. Try again.', {
    retryAfterMs: DATABASE_RETRY_MS,
    cause,
  });
  if (!(error instanceof GraphQLError)) return known;
  const { nodes, source, positions, path } = error;
  return new GraphQLError(known.message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
    originalError: known,
  });
};
