import { webhookDeliveryPage } from '../../data/webhookDeliveryPage.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

export const webhookDeliveries: QueryResolvers['webhookDeliveries'] = (_, { first, after, state }, { database }) =>
  webhookDeliveryPage(database, { first, after, state });
