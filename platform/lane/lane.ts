import type { Database, Transaction } from '#platform/database/database.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';

/** What a lane needs to know. `run` gets a batch in arrival order inside ONE open transaction and returns one outcome
 * per command, in the same order. It uses a fixed number of set-based statements, locks before it looks up
 * idempotency keys, and appends to feeds as its last statement. It must not BEGIN, COMMIT or keep state: the
 * same batch may run again after a rollback. */
export interface LaneOptions<Command, Outcome> {
  readonly name: string;
  readonly database: Database;
  readonly telemetry: Telemetry;
  /** Who is charged for queue space: a user id, a reporter's name. */
  readonly actorOf: (command: Command) => string;
  readonly run: (tx: Transaction, batch: readonly Command[]) => Promise<readonly Outcome[]>;
  /** Commands per transaction at most. Default 500. */
  readonly batchMax?: number;
  /** Commands waiting at most; past it `BUSY`. Default 10,000. One actor holds at most 5 % of it (at least 20). */
  readonly queueMax?: number;
  /** From submit to answer at most, in milliseconds. Default 5,000. */
  readonly deadlineMs?: number;
}

/** An adaptive batching writer: idle, a command runs at once; busy, the next batch collects what has arrived meanwhile.
 * `submit` resolves with the outcome after COMMIT. It throws FanfareError: BUSY (surely not executed, with retryAfterMs),
 * OUTCOME_UNKNOWN (the connection was lost at COMMIT and the deadline passed before a re-run settled it),
 * TIMEOUT (removed from the queue before it ran: surely not executed), SHUTTING_DOWN. A data error (SQLSTATE class 22 or 23)
 * bisects the batch; the culprit's promise rejects with that error, its neighbours are unharmed. */
export interface Lane<Command, Outcome> {
  readonly name: string;
  submit(command: Command, options?: { readonly signal?: AbortSignal }): Promise<Outcome>;
  /** Commands waiting now. */
  readonly queued: number;
  /** Refuses new commands, finishes what was accepted. */
  close(): Promise<void>;
}
