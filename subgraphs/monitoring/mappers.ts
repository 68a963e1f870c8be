import type { FeedEvent } from '#platform/feed/feed.ts';
import type { AlertRow } from './data/alerts.ts';
import type { ServiceState } from './domain/health.ts';

/** What the resolvers of a type get as their parent, where it isn't the type itself. `npm run codegen` reads the names. */
export type AlertMapper = AlertRow;
export type ServiceMapper = ServiceState;
export type AlertStateEventMapper = { readonly __typename: 'AlertStateEvent' } & Pick<
  FeedEvent,
  'id' | 'cursor' | 'seq' | 'at' | 'payload'
>;
