import { z } from 'zod';
import { assessServices, type Moment, type Reports, type ServiceState, type UpReport } from '../domain/health.ts';
import { SERVICE_FORGOTTEN_MS } from '../domain/limits.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';

/** Rows read at most: several instances of every service, each with what it needs. */
const REPORTS_MAX = 5_000;

const UP_FAMILY = 'fanfare_service_up';
const DEPENDENCY_FAMILY = 'fanfare_dependency_up';

/** A series without these says nothing about a service. */
const reportLabels = z.object({ service: z.string(), instance: z.string().default(''), on: z.string().default('') });

/** All services as they are at that moment, from the newest report of every instance. Ascending by name. */
export async function listServices(db: PrismaClient, moment: Moment): Promise<readonly ServiceState[]> {
  return assessServices(await readReports(db, moment.nowMs), moment);
}

/** What instances have last said of themselves and of what they need, as far back as services are listed. */
export async function readReports(db: PrismaClient, nowMs: number): Promise<Reports> {
  const rows = await db.metricSeries.findMany({
    where: { family: { in: [UP_FAMILY, DEPENDENCY_FAMILY] }, lastAt: { gte: new Date(nowMs - SERVICE_FORGOTTEN_MS) } },
    select: { family: true, labels: true, lastAt: true, lastValue: true, lastReceivedAt: true },
    orderBy: { lastAt: 'desc' },
    take: REPORTS_MAX,
  });
  const up: UpReport[] = [];
  const dependencies: (UpReport & { readonly dependency: string })[] = [];
  for (const row of rows) {
    const labels = reportLabels.safeParse(row.labels);
    if (!labels.success) continue;
    const { service, instance, on } = labels.data;
    // A reporter's clock may be ahead of ours; a service can't have reported later than its report came in.
    const atMs = Math.min(row.lastAt.getTime(), row.lastReceivedAt.getTime());
    const report = { service, instance, up: row.lastValue > 0, atMs };
    if (row.family === UP_FAMILY) up.push(report);
    else if (on !== '') dependencies.push({ ...report, dependency: on });
  }
  return { up, dependencies };
}
