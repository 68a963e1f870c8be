import { type Config, ConfigError, databaseUrlOf } from '#platform/config/config.ts';
import type { Database } from '#platform/database/database.ts';
import { openDatabase } from '#platform/database/open.ts';
import { prismaAdapter } from '#platform/database/prisma.ts';
import { startConsumer } from '#platform/feed/consumer.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { openFeeds } from '#platform/feed/feeds.ts';
import { newId } from '#platform/ids.ts';
import { createLane } from '#platform/lane/lane.ts';
import { runSubgraphProcess } from '#platform/subgraph/process.ts';
import { startSubgraph } from '#platform/subgraph/start.ts';
import type { RunningSubgraph, Runtime } from '#platform/subgraph/subgraph.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { createContext } from './context.ts';
import { recordDeliveries } from './data/deliveries.ts';
import { startJobs } from './data/jobs.ts';
import { runReports } from './data/reports.ts';
import { startWebhookSender } from './data/webhook.ts';
import { silentAfterMs } from './domain/health.ts';
import { ALERTS_FEED } from './events.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import type { Resolvers } from './generated/resolvers.ts';
import { Alert } from './resolvers/Alert.ts';
import { AlertStateEvent } from './resolvers/AlertStateEvent.ts';
import { reportMetrics } from './resolvers/Mutation/reportMetrics.ts';
import { alerts } from './resolvers/Query/alerts.ts';
import { metricSeries } from './resolvers/Query/metricSeries.ts';
import { services } from './resolvers/Query/services.ts';
import { Service } from './resolvers/Service.ts';
import { alertEvents } from './resolvers/Subscription/alertEvents.ts';

const resolvers: Resolvers = {
  Query: { services, alerts, metricSeries },
  Mutation: { reportMetrics },
  Subscription: { alertEvents },
  Alert,
  AlertStateEvent,
  Service,
};

/** Reports in one transaction at most: each has up to a thousand samples. */
const REPORTS_BATCH_MAX = 20;
/** Reports waiting at most: they are large, and a reporter keeps what is refused as BUSY. */
const REPORTS_QUEUE_MAX = 1_000;

/** Starts monitoring: metric samples, the health of services, one rule with its alerts, and the webhook that tells of them. Rejects with a sentence when its
 * database is missing or older than this version, or when the webhook's address comes without a secret. */
export async function startMonitoring(runtime: Runtime): Promise<RunningSubgraph> {
  const { config } = runtime;
  const webhook = webhookOf(config);
  const telemetry = runtime.telemetry('monitoring');
  const database = await openDatabase({
    name: 'monitoring',
    url: databaseUrlOf(config, 'monitoring'),
    telemetry,
    poolMax: config.databasePoolMax,
  });
  const db = new PrismaClient({ adapter: prismaAdapter(database) });
  const feeds = await openFeeds({ database, bus: runtime.bus, telemetry });
  const reports = createLane({
    name: 'reports',
    database,
    telemetry,
    actorOf: ({ reporterId }) => reporterId,
    run: runReports,
    batchMax: REPORTS_BATCH_MAX,
    queueMax: REPORTS_QUEUE_MAX,
  });
  const silentMs = silentAfterMs(config.metricsReportSeconds);
  const jobs = startJobs({ database, db, feeds, telemetry, holder: newId(), silentMs });
  const following = webhook === null ? [] : startWebhook({ database, feeds, telemetry }, webhook);
  return startSubgraph(
    {
      name: 'monitoring',
      resolvers,
      createContext: createContext({ database, db, feeds, lanes: { reports }, silentMs }),
      feeds,
      dependsOn: ['postgres', 'redis'],
      checkReady: async () => {
        await database.query({ text: '/* checkReady */ SELECT 1' });
      },
      close: async () => {
        await reports.close();
        await Promise.all([...jobs, ...following].map((part) => part.close()));
        await feeds.close();
        await db.$disconnect();
        await database.close();
      },
    },
    runtime,
  );
}

interface WebhookTarget {
  readonly url: string;
  readonly secret: string;
}

function webhookOf({ alertWebhookUrl: url, alertWebhookSecret: secret }: Config): WebhookTarget | null {
  if (url === null) return null;
  if (secret !== null) return { url, secret };
  throw new ConfigError(['ALERT_WEBHOOK_URL needs ALERT_WEBHOOK_SECRET: receivers know by the signature that an alert is ours.']);
}

/** Follows the alerts into deliveries, and sends those. */
function startWebhook(
  { database, feeds, telemetry }: { readonly database: Database; readonly feeds: Feeds; readonly telemetry: Telemetry },
  target: WebhookTarget,
): readonly { close(): Promise<void> }[] {
  const sender = startWebhookSender({ database, telemetry, ...target });
  const consumer = startConsumer({
    name: 'monitoring.webhook',
    source: feeds,
    feeds: [ALERTS_FEED],
    database,
    telemetry,
    apply: async (tx, events) => {
      await recordDeliveries(tx, events, Date.now());
      tx.afterCommit(sender.wake);
    },
  });
  return [consumer, sender];
}

if (import.meta.main) await runSubgraphProcess('monitoring', startMonitoring);
