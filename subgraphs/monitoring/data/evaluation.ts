import type { Database, Transaction } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { newIdInShard, shardIndexOf, shardOf } from '#platform/ids.ts';
import { type AlertState, type OpenAlert, stepAlert, type ThresholdRule } from '../domain/alert.ts';
import { describeSilence, type Silence } from '../domain/silence.ts';
import { alertEvent } from '../events.ts';

/** What one evaluation is made of. `silences`: every watched service with its measured value. */
export interface Evaluation {
  readonly rule: ThresholdRule;
  readonly silences: readonly Silence[];
  readonly nowMs: number;
}

/** Evaluates the rule for every watched service and every open alert, in one transaction of at most five statements: moves alerts on under their rows' locks and
 * appends what changed to the feed. Two processes may evaluate at once: the second sees what the first did, so a change happens once. Answers with the
 * number of changes. */
export async function evaluateSilences(database: Database, feeds: Feeds, evaluation: Evaluation): Promise<number> {
  return database.transaction('evaluateSilences', async (tx) => {
    const open = await lockOpenAlerts(tx, evaluation.rule.name);
    const steps = decideSteps(open, evaluation);
    const opened = await insertAlerts(
      tx,
      steps.filter((step) => step.isNew),
    );
    await updateAlerts(
      tx,
      steps.filter((step) => !step.isNew),
    );
    const changed = steps.filter((step) => step.changed && (!step.isNew || opened.has(step.row.id)));
    if (changed.length > 0)
      await feeds.append(
        tx,
        changed.map(({ row }) => toEvent(row)),
      );
    return changed.length;
  });
}

interface EvaluatedAlert {
  readonly shard: number;
  readonly id: string;
  readonly rule: string;
  readonly service: string;
  readonly state: AlertState;
  readonly summary: string;
  readonly value: number;
  readonly threshold: number;
  readonly started_at: Date;
  readonly fired_at: Date | null;
  readonly clear_at: Date | null;
  readonly resolved_at: Date | null;
}

interface Step {
  readonly row: EvaluatedAlert;
  readonly isNew: boolean;
  readonly changed: boolean;
}

function decideSteps(open: readonly EvaluatedAlert[], { rule, silences, nowMs }: Evaluation): readonly Step[] {
  const openByService = new Map(open.map((row) => [row.service, row]));
  const watched = new Map(silences.map((silence) => [silence.service, silence]));
  const services = [...new Set([...watched.keys(), ...openByService.keys()])].sort();
  return services.flatMap((service): Step[] => {
    const row = openByService.get(service) ?? null;
    const silence = watched.get(service) ?? null;
    // Only silence that we have listened to ourselves opens an alert; one that is open goes by the whole of it.
    const value = silence === null ? null : row === null ? silence.heardSeconds : silence.seconds;
    const { next, change } = stepAlert(rule, row === null ? null : toOpenAlert(row), value, nowMs);
    if (next === null && change === null) return [];
    const state = next?.state ?? 'RESOLVED';
    const resolved = state === 'RESOLVED';
    return [
      {
        isNew: row === null,
        changed: change !== null,
        row: {
          shard: row?.shard ?? shardOf(service),
          id: row?.id ?? newIdInShard(shardIndexOf(service), nowMs),
          rule: rule.name,
          service,
          state,
          summary: describeSilence(service, value, resolved),
          value: value ?? row?.value ?? 0,
          threshold: rule.threshold,
          started_at: row?.started_at ?? new Date(nowMs),
          fired_at: next === null ? (row?.fired_at ?? null) : dateOf(next.firedAtMs),
          clear_at: next === null ? (row?.clear_at ?? null) : dateOf(next.clearAtMs),
          resolved_at: resolved ? new Date(nowMs) : null,
        },
      },
    ];
  });
}

async function lockOpenAlerts(tx: Transaction, rule: string): Promise<readonly EvaluatedAlert[]> {
  return tx.query<EvaluatedAlert>({
    name: 'lockOpenAlerts',
    text: `/* lockOpenAlerts */
      SELECT shard, id, rule, service, state, summary, value, threshold, started_at, fired_at, clear_at, resolved_at
      FROM alert WHERE rule = $1 AND open ORDER BY shard, id FOR NO KEY UPDATE`,
    values: [rule],
  });
}

/** Answers with the ids that were inserted: another process may have opened an alert on the same service meanwhile. */
async function insertAlerts(tx: Transaction, steps: readonly Step[]): Promise<ReadonlySet<string>> {
  if (steps.length === 0) return new Set();
  const rows = await tx.query<{ id: string }>({
    name: 'insertAlerts',
    text: `/* insertAlerts */
      INSERT INTO alert (shard, id, rule, service, state, open, summary, value, threshold, started_at)
      SELECT shard, id, rule, service, state, true, summary, value, threshold, started_at
      FROM unnest($1::int[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::float8[], $8::float8[], $9::timestamptz[])
        AS alert (shard, id, rule, service, state, summary, value, threshold, started_at)
      ORDER BY shard, service
      ON CONFLICT (shard, rule, service, open) DO NOTHING
      RETURNING id`,
    values: [
      steps.map(({ row }) => row.shard),
      steps.map(({ row }) => row.id),
      steps.map(({ row }) => row.rule),
      steps.map(({ row }) => row.service),
      steps.map(({ row }) => row.state),
      steps.map(({ row }) => row.summary),
      steps.map(({ row }) => row.value),
      steps.map(({ row }) => row.threshold),
      steps.map(({ row }) => row.started_at.toISOString()),
    ],
  });
  return new Set(rows.map(({ id }) => id));
}

async function updateAlerts(tx: Transaction, steps: readonly Step[]): Promise<void> {
  if (steps.length === 0) return;
  await tx.query({
    name: 'updateAlerts',
    text: `/* updateAlerts */
      UPDATE alert
      SET state = step.state, open = CASE WHEN step.state = 'RESOLVED' THEN NULL ELSE true END, summary = step.summary, value = step.value,
        fired_at = step.fired_at, clear_at = step.clear_at, resolved_at = step.resolved_at
      FROM unnest($1::int[], $2::uuid[], $3::text[], $4::text[], $5::float8[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[])
        AS step (shard, id, state, summary, value, fired_at, clear_at, resolved_at)
      WHERE alert.shard = step.shard AND alert.id = step.id`,
    values: [
      steps.map(({ row }) => row.shard),
      steps.map(({ row }) => row.id),
      steps.map(({ row }) => row.state),
      steps.map(({ row }) => row.summary),
      steps.map(({ row }) => row.value),
      steps.map(({ row }) => isoOf(row.fired_at)),
      steps.map(({ row }) => isoOf(row.clear_at)),
      steps.map(({ row }) => isoOf(row.resolved_at)),
    ],
  });
}

function toOpenAlert(row: EvaluatedAlert): OpenAlert {
  return {
    state: row.fired_at === null ? 'PENDING' : 'FIRING',
    startedAtMs: row.started_at.getTime(),
    firedAtMs: row.fired_at?.getTime() ?? null,
    clearAtMs: row.clear_at?.getTime() ?? null,
  };
}

function toEvent(row: EvaluatedAlert): ReturnType<typeof alertEvent> {
  return alertEvent({
    alertId: row.id,
    rule: row.rule,
    service: row.service,
    state: row.state,
    summary: row.summary,
    value: row.value,
    threshold: row.threshold,
    startedAt: row.started_at.toISOString(),
    firedAt: isoOf(row.fired_at),
    resolvedAt: isoOf(row.resolved_at),
  });
}

function dateOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}

function isoOf(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
