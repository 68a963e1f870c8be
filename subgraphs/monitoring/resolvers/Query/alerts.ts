import { checkPageSize, connectionOf } from '#platform/subgraph/connection.ts';
import { alertCursorOf, pageAlerts } from '../../data/alerts.ts';
import { ALERTS_PAGE_MAX } from '../../domain/limits.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

/** One page of alerts, the newest first. */
export const alerts: QueryResolvers['alerts'] = async (_, { states, first, after }, { db }) => {
  checkPageSize(first, ALERTS_PAGE_MAX);
  const page = await pageAlerts(db, { states: states ?? null, first, after: after ?? null });
  return connectionOf(page.alerts, alertCursorOf, { hasNextPage: page.hasNextPage, hasPreviousPage: (after ?? null) !== null });
};
