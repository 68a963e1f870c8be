import type { FeedItem } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import { ALERTS_FEED } from '../../events.ts';
import type { ResolversTypes, SubscriptionResolvers } from '../../generated/resolvers.ts';

/** The log of alerts: a position first, then every change. */
export const alertEvents: SubscriptionResolvers['alertEvents'] = {
  subscribe: (_, { after }, { feeds, signal }) => feeds.follow(ALERTS_FEED, { after: after ?? null, signal }),
  resolve: (item: FeedItem) => toAlertEvent(item),
};

function toAlertEvent(item: FeedItem): Awaited<ResolversTypes['AlertEvent']> {
  if (item.type === 'event') {
    const { id, cursor, seq, at, payload } = item.event;
    return { __typename: 'AlertStateEvent', id, cursor, seq, at, payload };
  }
  const { cursor, seq, at } = item;
  if (item.type === 'position') return { __typename: 'AlertPositionEvent', id: newId(), cursor, seq, at };
  return { __typename: 'AlertResetEvent', id: newId(), cursor, seq, at, reason: item.reason };
}
