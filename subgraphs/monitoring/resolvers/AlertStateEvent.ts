import { toPastAlert } from '../data/alerts.ts';
import { parseAlertChange } from '../events.ts';
import type { AlertStateEventResolvers } from '../generated/resolvers.ts';

/** An alert changed. One that is no longer kept is shown as the event tells it. */
export const AlertStateEvent: AlertStateEventResolvers = {
  state: ({ payload }) => parseAlertChange(payload).state,
  alert: async ({ payload }, _, { loaders }) => {
    const change = parseAlertChange(payload);
    return (await loaders.alert.load(change.alertId)) ?? toPastAlert(change);
  },
};
