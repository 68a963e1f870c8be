import { randomUUID } from 'node:crypto';
import { openDatabase } from '#platform/database/open.ts';
import { prismaAdapter } from '#platform/database/prisma.ts';
import { openFeeds } from '#platform/feed/feeds.ts';
import type { ProcessRuntime } from '#platform/subgraph/runtime.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { PrismaClient } from '../../subgraphs/monitoring/generated/prisma/client.ts';
import { startMonitoring } from '../../subgraphs/monitoring/server.ts';
import { aDatabaseUrl } from '../support/postgres.ts';
import { aRuntime, aService, askData, aUser } from '../support/runtime.ts';

export const OPERATOR = aUser('olga', 'ops:read');
const REPORT = 'mutation Report($input: ReportMetricsInput!) { reportMetrics(input: $input) { accepted userErrors { code message } } }';

export interface Sample {
  readonly name: string;
  readonly at: string;
  readonly value: number;
}

/** A monitoring subgraph as a process has it. */
export interface Monitoring {
  readonly url: string;
  readonly runtime: ProcessRuntime;
  readonly running: RunningSubgraph;
  close(): Promise<void>;
}

/** Starts monitoring in this process, on a database of its own unless `url` names one. */
export async function aMonitoring(
  options: { readonly url?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Monitoring> {
  const url = options.url ?? (await aDatabaseUrl('monitoring'));
  const runtime = await aRuntime({ databaseUrls: { monitoring: url }, env: options.env ?? {} });
  const running = await startMonitoring(runtime);
  const close = async (): Promise<void> => {
    await running.close();
    await runtime.close();
  };
  return { url, runtime, running, close };
}

/** Monitoring's tables without the subgraph: no jobs run but those that a test calls, on the clock that it gives. */
export async function monitoringTables(url: string) {
  const runtime = await aRuntime();
  const telemetry = runtime.telemetry('monitoring');
  const database = await openDatabase({ name: 'monitoring', url, telemetry });
  const db = new PrismaClient({ adapter: prismaAdapter(database) });
  const feeds = await openFeeds({ database, bus: runtime.bus, telemetry });
  const close = async (): Promise<void> => {
    await feeds.close();
    await db.$disconnect();
    await database.close();
    await runtime.close();
  };
  return { database, db, feeds, telemetry, close };
}

export type MonitoringTables = Awaited<ReturnType<typeof monitoringTables>>;

/** Reports samples as another process would; throws when they are refused. */
export async function reportSamples(running: RunningSubgraph, samples: readonly Sample[]): Promise<void> {
  const variables = { input: { idempotencyKey: randomUUID(), samples } };
  const data = await askData<{ reportMetrics: { userErrors: readonly unknown[] } }>(running, {
    as: aService('test', 'metrics:write'),
    query: REPORT,
    variables,
  });
  if (data.reportMetrics.userErrors.length > 0) throw new Error(`the report was refused: ${JSON.stringify(data.reportMetrics.userErrors)}`);
}

/** A time that many seconds ago. */
export function ago(seconds: number): string {
  return new Date(Date.now() - seconds * 1_000).toISOString();
}

/** Asks again every few milliseconds until the answer is as wanted; throws with the last one after the deadline. */
export async function eventually<T>(question: () => Promise<T>, isWanted: (answer: T) => boolean, deadlineMs: number = 30_000): Promise<T> {
  const untilMs = Date.now() + deadlineMs;
  for (;;) {
    const answer = await question();
    if (isWanted(answer)) return answer;
    if (Date.now() > untilMs) throw new Error(`not as wanted within ${deadlineMs} ms: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
