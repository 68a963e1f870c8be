import { z } from 'zod';
import { plain, texts, times } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { shardAt, shardIndexOfId } from '#platform/ids.ts';
import type { PaymentFact } from '../domain/payment.ts';

/** An event of a payment provider, as it is recorded. */
export interface PaymentEventRecord {
  readonly provider: string;
  /** The provider's id: unique per provider. */
  readonly id: string;
  readonly kind: string;
  /** The order that it is about; its shard is the record's. */
  readonly topUpId: string;
  readonly paymentId: string;
  readonly fact: PaymentFact;
  readonly occurredAt: Date;
  readonly receivedAt: Date;
}

/** What came of it. WAITING: there is no such order here (yet). UNKNOWN: there was none for so long that nobody waits any more. The rest: see TopUpDecision. */
export type EventOutcome = 'WAITING' | 'UNKNOWN' | 'CHANGED' | 'UNCHANGED' | 'WRONG_AMOUNT' | 'PAID_TWICE' | 'COINS_SPENT';

export interface DecidedEvent {
  readonly event: PaymentEventRecord;
  readonly outcome: EventOutcome;
  /** When a waiting one is looked at again, else null. */
  readonly lookAt: Date | null;
}

/** What identifies an event. Provider and id hold no blank, so no two events share a name. */
export const eventName = ({ provider, id }: Pick<PaymentEventRecord, 'provider' | 'id'>): string => `${provider} ${id}`;

/** Which of these events have been decided before, by eventName. Call it after the owners' wallets are locked: for events of known orders that makes it final.
 * One statement. */
export const findDecidedEvents = async (tx: Transaction, events: readonly PaymentEventRecord[]): Promise<ReadonlySet<string>> => {
  if (events.length === 0) return new Set();
  const rows = await tx.query<{ readonly provider: string; readonly id: string }>({
    name: 'findDecidedEvents',
    text: FIND_DECIDED_EVENTS,
    values: [plain(events.map(shardOfEvent)), texts(events.map(({ provider }) => provider)), texts(events.map(({ id }) => id))],
  });
  return new Set(rows.map(eventName));
};

/** Records events with what came of them; those that waited get their outcome. One statement, rows in one order. */
export const writePaymentEvents = async (tx: Transaction, decided: readonly DecidedEvent[]): Promise<void> => {
  if (decided.length === 0) return;
  const events = decided.map(({ event }) => event);
  await tx.query({
    name: 'writePaymentEvents',
    text: WRITE_PAYMENT_EVENTS,
    values: [
      plain(events.map(shardOfEvent)),
      texts(events.map(({ provider }) => provider)),
      texts(events.map(({ id }) => id)),
      texts(events.map(({ kind }) => kind)),
      plain(events.map(({ topUpId }) => topUpId)),
      texts(events.map(({ paymentId }) => paymentId)),
      texts(events.map(({ fact }) => JSON.stringify(fact, (_, value) => (typeof value === 'bigint' ? value.toString() : value)))),
      times(events.map(({ occurredAt }) => occurredAt)),
      times(events.map(({ receivedAt }) => receivedAt)),
      texts(decided.map(({ outcome }) => outcome)),
      times(decided.map(({ lookAt }) => lookAt)),
    ],
  });
};

/** Events that wait for their order and are due, those due longest first. */
export const listWaitingEvents = async (
  db: Queryable,
  { provider, now, limit }: { readonly provider: string; readonly now: Date; readonly limit: number },
): Promise<readonly PaymentEventRecord[]> => {
  const rows = await db.query<EventRow>({ name: 'listWaitingEvents', text: LIST_WAITING_EVENTS, values: [now, provider, limit] });
  return rows.map((row) => ({
    provider,
    id: row.event_id,
    kind: row.kind,
    topUpId: row.top_up_id,
    paymentId: row.payment_id,
    fact: storedFact.parse(row.fact),
    occurredAt: row.occurred_at,
    receivedAt: row.received_at,
  }));
};

interface EventRow {
  readonly event_id: string;
  readonly kind: string;
  readonly top_up_id: string;
  readonly payment_id: string;
  readonly fact: unknown;
  readonly occurred_at: Date;
  readonly received_at: Date;
}

const shardOfEvent = ({ topUpId }: PaymentEventRecord): number => shardAt(shardIndexOfId(topUpId));

const storedFact: z.ZodType<PaymentFact> = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['opened', 'declined', 'refused', 'closed', 'refunded-elsewhere', 'unclear']) }),
  z.object({ kind: z.literal('paid'), amountMinor: z.string().transform(BigInt), currency: z.string() }),
  z.object({ kind: z.literal('refund'), attempt: z.int(), status: z.enum(['pending', 'succeeded', 'failed']) }),
]);

const FIND_DECIDED_EVENTS = `/* findDecidedEvents */
  SELECT e.provider, e.event_id AS id
  FROM unnest($1::int[], $2::text[], $3::text[]) AS k (shard, provider, event_id)
  JOIN payment_event e ON e.shard = k.shard AND e.provider = k.provider COLLATE "C" AND e.event_id = k.event_id COLLATE "C"
  WHERE e.outcome <> 'WAITING'`;

const WRITE_PAYMENT_EVENTS = `/* writePaymentEvents */
  INSERT INTO payment_event AS e (shard, provider, event_id, kind, top_up_id, payment_id, fact, occurred_at, received_at, outcome, look_at)
  SELECT n.shard, n.provider, n.event_id, n.kind, n.top_up_id, n.payment_id, n.fact::jsonb, n.occurred_at, n.received_at, n.outcome, n.look_at
  FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::timestamptz[], $9::timestamptz[], $10::text[],
      $11::timestamptz[])
    AS n (shard, provider, event_id, kind, top_up_id, payment_id, fact, occurred_at, received_at, outcome, look_at)
  ORDER BY n.shard, n.provider COLLATE "C", n.event_id COLLATE "C"
  ON CONFLICT (shard, provider, event_id) DO UPDATE SET outcome = excluded.outcome, look_at = excluded.look_at WHERE e.outcome = 'WAITING'`;

const LIST_WAITING_EVENTS = `/* listWaitingEvents */
  SELECT event_id, kind, top_up_id, payment_id, fact, occurred_at, received_at FROM payment_event
  WHERE look_at <= $1 AND provider = $2 COLLATE "C" ORDER BY look_at, event_id LIMIT $3`;
