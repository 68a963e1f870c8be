import { INSTANCE_FORGOTTEN_MS, SERVICE_FORGOTTEN_MS, SERVICE_SILENT_MIN_MS, SERVICE_SILENT_REPORTS } from './limits.ts';

export type Health = 'OK' | 'DEGRADED' | 'DOWN' | 'UNKNOWN';

/** The newest thing that one instance of a service said of itself. Times are epoch milliseconds. */
export interface UpReport {
  readonly service: string;
  readonly instance: string;
  readonly up: boolean;
  readonly atMs: number;
}

/** The newest thing that one instance said of something it needs. */
export interface DependencyReport extends UpReport {
  readonly dependency: string;
}

/** A service, or a part such as `postgres` that only others can speak for. */
export interface ServiceState {
  readonly id: string;
  readonly health: Health;
  /** The newest report by it, or, for a part, about it; null when there is none. */
  readonly lastReportedAtMs: number | null;
  /** Ascending by name. */
  readonly dependsOn: readonly string[];
}

/** How long a service may be silent, when every process reports each `reportSeconds`. */
export function silentAfterMs(reportSeconds: number): number {
  return Math.max(SERVICE_SILENT_MIN_MS, SERVICE_SILENT_REPORTS * reportSeconds * 1_000);
}

/** When services are judged, and how long one may be silent. */
export interface Moment {
  readonly nowMs: number;
  readonly silentMs: number;
}

export interface Reports {
  readonly up: readonly UpReport[];
  readonly dependencies: readonly DependencyReport[];
}

/** Judges all services at one moment, ascending by name. A service that reports itself is DOWN when every instance is silent (longer than `silentMs`) or
 * says it is down; DEGRADED when some are, or a dependency is down; else OK. What only others speak for is judged by those that speak now: OK, DOWN when all
 * say so, DEGRADED when they differ, UNKNOWN when nobody speaks. An instance that was replaced (silent for INSTANCE_FORGOTTEN_MS while others report) doesn't
 * count; what has been silent for SERVICE_FORGOTTEN_MS isn't listed. */
export function assessServices(reports: Reports, moment: Moment): readonly ServiceState[] {
  const up = withoutReplaced(
    reports.up.filter((report) => moment.nowMs - report.atMs <= SERVICE_FORGOTTEN_MS),
    moment,
  );
  const counted = new Set(up.map(instanceOf));
  const dependencies = reports.dependencies.filter((report) => counted.has(instanceOf(report)));
  const upByService = Map.groupBy(up, (report) => report.service);
  const byDependency = Map.groupBy(dependencies, (report) => report.dependency);
  const byDependent = Map.groupBy(dependencies, (report) => report.service);
  const names = new Set([...upByService.keys(), ...byDependency.keys()]);
  return [...names].sort().map((id) => {
    const own = upByService.get(id);
    const needs = byDependent.get(id) ?? [];
    const said = own ?? byDependency.get(id) ?? [];
    return {
      id,
      health: own === undefined ? healthOfPart(said, moment) : healthOfService(own, needs, moment),
      lastReportedAtMs: said.length === 0 ? null : Math.max(...said.map((report) => report.atMs)),
      dependsOn: [...new Set(needs.map((report) => report.dependency))].sort(),
    };
  });
}

/** What a service is called, for people: `cdn-edge` gives `Cdn edge`. */
export function serviceTitle(id: string): string {
  return TITLES[id] ?? id.slice(0, 1).toUpperCase() + id.slice(1).replaceAll('-', ' ');
}

/** Those whose spelling is a brand. */
const TITLES: Readonly<Record<string, string>> = { postgres: 'PostgreSQL', redis: 'Redis' };

function healthOfService(own: readonly UpReport[], needs: readonly DependencyReport[], moment: Moment): Health {
  const working = own.filter((report) => report.up && isFresh(report, moment));
  if (working.length === 0) return 'DOWN';
  const missesDependency = needs.some((report) => !report.up && isFresh(report, moment));
  return working.length < own.length || missesDependency ? 'DEGRADED' : 'OK';
}

function healthOfPart(said: readonly UpReport[], moment: Moment): Health {
  const fresh = said.filter((report) => isFresh(report, moment));
  if (fresh.length === 0) return 'UNKNOWN';
  const working = fresh.filter((report) => report.up).length;
  if (working === 0) return 'DOWN';
  return working < fresh.length ? 'DEGRADED' : 'OK';
}

function withoutReplaced(up: readonly UpReport[], { nowMs, silentMs }: Moment): readonly UpReport[] {
  const newestMs = new Map<string, number>();
  for (const { service, atMs } of up) newestMs.set(service, Math.max(atMs, newestMs.get(service) ?? atMs));
  return up.filter((report) => {
    const othersReport = nowMs - (newestMs.get(report.service) ?? 0) <= silentMs;
    return !(othersReport && nowMs - report.atMs > INSTANCE_FORGOTTEN_MS);
  });
}

function isFresh(report: UpReport, moment: Moment): boolean {
  return moment.nowMs - report.atMs <= moment.silentMs;
}

function instanceOf(report: UpReport): string {
  return JSON.stringify([report.service, report.instance]);
}
