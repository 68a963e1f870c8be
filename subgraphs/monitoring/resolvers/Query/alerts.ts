import { FanfareError } from '#platform/errors.ts';
import { alertCursorOf, pageAlerts } from '../../data/alerts.ts';
import { ALERTS_PAGE_MAX } from '../../domain/limits.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

/** One page of alerts, the newest first. */
export const alerts: QueryResolvers['alerts'] = async (_, { states, first, after }, { db }) => {
  if (first < 1 || first > ALERTS_PAGE_MAX) throw new FanfareError('BAD_USER_INPUT', `first must be 1 to ${ALERTS_PAGE_MAX}.`);
  const page = await pageAlerts(db, { states: states ?? null, first, after: after ?? null });
  const edges = page.alerts.map((node) => ({ cursor: alertCursorOf(node), node }));
  return {
    edges,
    nodes: page.alerts,
    pageInfo: {
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
      hasNextPage: page.hasNextPage,
      hasPreviousPage: after !== undefined && after !== null,
    },
  };
};
