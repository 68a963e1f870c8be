import type { MessageWebhookConfig } from '#platform/config/config.ts';
import type { Module } from './module.ts';
import type { ModuleParts } from './parts.ts';
import { openWebhookClient } from './webhookClient.ts';
import { startDeliveries } from './webhookDelivery.ts';
import { openJudge } from './webhookJudge.ts';

/** The module that asks and tells an outside service: messages are judged there before they are sent, and all events of conversations are delivered there. */
export const webhook = (
  config: MessageWebhookConfig,
  { database, telemetry, listen }: Pick<ModuleParts, 'database' | 'telemetry' | 'listen'>,
): Module => {
  const client = openWebhookClient(config);
  const deliveries = config.afterAppend ? startDeliveries({ client, database, telemetry }) : null;
  if (deliveries !== null) listen((conversationIds) => deliveries.news(conversationIds));
  const judge = config.beforeSend ? openJudge(client, { timeoutMs: config.timeoutMs, telemetry }) : null;
  return {
    name: 'webhook',
    order: 800,
    ...(judge === null ? {} : { beforeSend: { budgetMs: config.timeoutMs, onFailure: config.onFailure, run: judge } }),
    close: async () => {
      await deliveries?.close();
      await client.close();
    },
  };
};
