import { FanfareError } from '#platform/errors.ts';
import { isUuid, shardAt, shardIndexOfId, shardOf } from '#platform/ids.ts';
import type { AlertState } from '../domain/alert.ts';
import type { AlertChange } from '../domain/webhook.ts';
import type { Alert, PrismaClient } from '../generated/prisma/client.ts';

/** A row of `alert` as the graph shows it. */
export type AlertRow = Omit<Alert, 'state'> & { readonly state: AlertState };

export interface AlertPageRequest {
  /** null: all. */
  readonly states: readonly AlertState[] | null;
  readonly first: number;
  readonly after: string | null;
}

export interface AlertPage {
  /** The newest first. */
  readonly alerts: readonly AlertRow[];
  readonly hasNextPage: boolean;
}

/** One page of alerts, the newest first: ids are UUIDv7, so their order is that of time. Throws BAD_USER_INPUT on a cursor that isn't one of ours. */
export async function pageAlerts(db: PrismaClient, { states, first, after }: AlertPageRequest): Promise<AlertPage> {
  const rows = await db.alert.findMany({
    where: {
      ...(states === null ? {} : { state: { in: [...states] } }),
      ...(after === null ? {} : { id: { lt: alertIdOf(after) } }),
    },
    orderBy: { id: 'desc' },
    take: first + 1,
  });
  return { alerts: rows.slice(0, first).map(toAlertRow), hasNextPage: rows.length > first };
}

/** The alerts with these ids, in the same order; null where there is none. */
export async function findAlerts(db: PrismaClient, ids: readonly string[]): Promise<readonly (AlertRow | null)[]> {
  const keys = ids.filter(isUuid);
  const shards = [...new Set(keys.map((id) => shardAt(shardIndexOfId(id))))];
  const rows = await db.alert.findMany({ where: { shard: { in: shards }, id: { in: keys } } });
  const byId = new Map(rows.map((row) => [row.id, toAlertRow(row)]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** The place of an alert in the list. */
export function alertCursorOf(alert: { readonly id: string }): string {
  return Buffer.from(`alert:${alert.id}`).toString('base64url');
}

/** An alert that is no longer kept, as one of its events told it. */
export function toPastAlert(change: AlertChange): AlertRow {
  const { alertId: id, rule, service, state, summary, value, threshold } = change;
  return {
    ...{ shard: shardOf(service), id, rule, service, state, summary, value, threshold, open: null, clearAt: null },
    startedAt: new Date(change.startedAt),
    firedAt: dateOf(change.firedAt),
    resolvedAt: dateOf(change.resolvedAt),
  };
}

function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

function alertIdOf(cursor: string): string {
  const [kind, id = ''] = Buffer.from(cursor, 'base64url').toString().split(':');
  if (kind === 'alert' && isUuid(id)) return id;
  throw new FanfareError('BAD_USER_INPUT', 'after is not a cursor of this list: pass the endCursor of a page of alerts');
}

function toAlertRow(row: Alert): AlertRow {
  return { ...row, state: stateOf(row) };
}

function stateOf({ id, state }: Alert): AlertState {
  if (state === 'PENDING' || state === 'FIRING' || state === 'RESOLVED') return state;
  throw new Error(`alert ${id} has the unknown state ${state}`);
}
