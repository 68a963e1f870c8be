import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Transaction } from '#platform/database/database.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { failureOf } from './failure.ts';
import { type LaneMetrics, laneMetrics } from './metrics.ts';
import { type Entry, LaneQueue } from './queue.ts';
import { databaseUnreachable, outcomeUnknown, queueFull, shuttingDown, waitedTooLong } from './refusals.ts';

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
  /** Commands waiting at most; past it, or where so many would wait too long, `BUSY`. Default 10,000. One actor holds at most 5 % of it (at least 20). */
  readonly queueMax?: number;
  /** How long to rest before the next batch, in milliseconds (default: not at all): where others have to keep up with what this lane writes. */
  readonly restMs?: () => number;
  /** From submit to answer at most, in milliseconds. Default 5,000. */
  readonly deadlineMs?: number;
}

/** An adaptive batching writer: idle, a command runs at once; busy, the next batch collects what has arrived meanwhile.
 * `submit` resolves with the outcome after COMMIT. It throws FanfareError: BUSY (surely not executed, with retryAfterMs),
 * OUTCOME_UNKNOWN (the connection was lost at COMMIT and the deadline passed before a re-run settled it),
 * TIMEOUT (removed from the queue before it ran: surely not executed), SHUTTING_DOWN. A data error (SQLSTATE class 22 or 23)
 * bisects the batch; the culprit's promise rejects with that error, its neighbours are unharmed. */
export interface Lane<Command, Outcome> {
  submit(command: Command, options?: { readonly signal?: AbortSignal }): Promise<Outcome>;
  /** Commands waiting now. */
  readonly queued: number;
  /** Refuses new commands, finishes what was accepted. */
  close(): Promise<void>;
}

const BATCH_MAX = 500;
const QUEUE_MAX = 10_000;
const DEADLINE_MS = 5_000;
/** One actor's share of the queue, so that one script can't crowd out everybody else; never less than the minimum, so that a small queue stays usable. */
const ACTOR_SHARE = 0.05;
const ACTOR_MIN = 20;
/** What a refused caller is told to wait: between these, by how long the queue takes to drain. */
const RETRY_AFTER_MIN_MS = 50;
const RETRY_AFTER_MAX_MS = 5_000;
/** The pause before a batch runs again after a lost connection: doubles from the first to the second, with jitter. */
const RERUN_PAUSE_MIN_MS = 20;
const RERUN_PAUSE_MAX_MS = 500;
/** While a batch runs, the gauge of waiting commands is set at most this often: once per command would cost more than queueing it. */
const GAUGE_INTERVAL_MS = 250;
/** How much of its time to live a command may be expected to spend in the queue. */
const WAIT_SHARE_MAX = 0.4;
/** How much a new run time counts in the average that `retryAfterMs` is made from. */
const RUN_AVERAGE_WEIGHT = 0.2;

/** Makes a lane over one database. It runs until `close`. */
export const createLane = <Command, Outcome>(options: LaneOptions<Command, Outcome>): Lane<Command, Outcome> => new BatchingLane(options);

class BatchingLane<Command, Outcome> implements Lane<Command, Outcome> {
  readonly name: string;
  readonly #options: LaneOptions<Command, Outcome>;
  readonly #batchMax: number;
  readonly #deadlineMs: number;
  readonly #queue: LaneQueue<Command, Outcome>;
  readonly #metrics: LaneMetrics;
  /** The batch in flight; empty when idle. */
  #running: readonly Entry<Command, Outcome>[] = [];
  #busy = false;
  #averageRunMs = 10;
  #gaugedMs = Number.NEGATIVE_INFINITY;
  #deadlineTimer: NodeJS.Timeout | null = null;
  #closed: PromiseWithResolvers<void> | null = null;
  /** Ends a rest. */
  readonly #closing = new AbortController();

  constructor(options: LaneOptions<Command, Outcome>) {
    const queueMax = options.queueMax ?? QUEUE_MAX;
    this.name = options.name;
    this.#options = options;
    this.#batchMax = options.batchMax ?? BATCH_MAX;
    this.#deadlineMs = options.deadlineMs ?? DEADLINE_MS;
    this.#queue = new LaneQueue(queueMax, Math.max(ACTOR_MIN, Math.floor(queueMax * ACTOR_SHARE)));
    this.#metrics = laneMetrics(options.telemetry, options.name);
  }

  get queued(): number {
    return this.#queue.length;
  }

  submit(command: Command, { signal }: { readonly signal?: AbortSignal } = {}): Promise<Outcome> {
    if (this.#closed !== null) return Promise.reject(shuttingDown());
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    const actor = this.#options.actorOf(command);
    const refusal = this.#queue.refusal(actor) ?? (this.#wouldWaitTooLong() ? 'full' : null);
    if (refusal !== null) {
      this.#metrics.ended('busy', 1);
      return Promise.reject(queueFull(refusal, this.#retryAfterMs()));
    }
    return new Promise((resolve, reject) => {
      const submittedMs = performance.now();
      const deadlineMs = submittedMs + this.#deadlineMs;
      const entry: Entry<Command, Outcome> = {
        command,
        actor,
        submittedMs,
        deadlineMs,
        resolve,
        reject,
        state: 'queued',
        maybeExecuted: false,
        forgetSignal: null,
      };
      if (signal !== undefined) this.#heedAbort(entry, signal);
      this.#queue.add(entry);
      if (submittedMs - this.#gaugedMs >= GAUGE_INTERVAL_MS) this.#gauge(submittedMs);
      this.#deadlineTimer ??= this.#armDeadline(this.#deadlineMs);
      this.#wake();
    });
  }

  close(): Promise<void> {
    this.#closed ??= Promise.withResolvers<void>();
    this.#closing.abort();
    if (!this.#busy) this.#finishClosing();
    return this.#closed.promise;
  }

  /** Idle, the next turn of the event loop starts a batch: what arrives in this turn travels together. */
  #wake(): void {
    if (this.#busy) return;
    this.#busy = true;
    setImmediate(() => void this.#work());
  }

  async #work(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue.take(this.#batchMax);
      for (const entry of batch) entry.forgetSignal?.();
      this.#running = batch;
      this.#metrics.batch(batch.length, performance.now() - (batch[0]?.submittedMs ?? 0));
      await this.#run(batch);
      this.#running = [];
      this.#gauge(performance.now());
      const restMs = this.#options.restMs?.() ?? 0;
      if (restMs > 0) await sleep(restMs, undefined, { signal: this.#closing.signal }).catch(() => undefined);
    }
    this.#busy = false;
    if (this.#closed !== null) this.#finishClosing();
  }

  /** Runs a batch until every command in it is settled: again after a lost connection, in halves after a data error. Never throws. */
  async #run(batch: readonly Entry<Command, Outcome>[]): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      const open = batch.filter((entry) => entry.state !== 'settled');
      if (open.length === 0) return;
      const error = await this.#try(open);
      if (error === null) return;
      const failure = failureOf(error);
      if (failure === 'data' && open.length > 1) {
        const half = Math.ceil(open.length / 2);
        await this.#run(open.slice(0, half));
        await this.#run(open.slice(half));
        return;
      }
      if (failure === 'data' || failure === 'systemic') {
        this.#fail(open, error);
        return;
      }
      if (failure === 'unknown') for (const entry of open) entry.maybeExecuted = true;
      this.#options.telemetry.log.warn(
        { err: error, lane: this.name, commands: open.length, failure },
        'a batch could not be committed; it runs again',
      );
      await sleep(rerunPauseMs(tries));
    }
  }

  /** One transaction. Answers null when its commands are settled, else what it failed with. */
  async #try(batch: readonly Entry<Command, Outcome>[]): Promise<unknown> {
    const { database, telemetry, run } = this.#options;
    const startMs = performance.now();
    let trying: readonly Entry<Command, Outcome>[] = [];
    try {
      const outcomes = await telemetry.span(`lane ${this.name}`, { commands: batch.length }, () =>
        database.transaction(this.name, async (tx) => {
          // Until here nothing was sent: who gave up while the pool had no connection was told that it did not happen, so it must not.
          trying = batch.filter((entry) => entry.state !== 'settled');
          for (const entry of trying) entry.state = 'trying';
          const commands = trying.map((entry) => entry.command);
          const decided = commands.length === 0 ? [] : await run(tx, commands);
          if (decided.length !== commands.length)
            throw new Error(`lane ${this.name} decided ${decided.length} of ${commands.length} commands: answer each one`);
          return decided;
        }),
      );
      this.#ran(performance.now() - startMs);
      this.#succeed(trying, outcomes);
      return null;
    } catch (error) {
      this.#ran(performance.now() - startMs);
      for (const entry of batch) if (entry.state === 'trying') entry.state = 'taken';
      return error ?? new Error(`lane ${this.name} threw nothing`);
    }
  }

  #gauge(nowMs: number): void {
    this.#gaugedMs = nowMs;
    this.#metrics.queued(this.#queue.length);
  }

  #ran(runMs: number): void {
    this.#averageRunMs += (runMs - this.#averageRunMs) * RUN_AVERAGE_WEIGHT;
    this.#metrics.ran(runMs);
  }

  #succeed(batch: readonly Entry<Command, Outcome>[], outcomes: readonly Outcome[]): void {
    let done = 0;
    for (const [index, entry] of batch.entries()) {
      if (entry.state === 'settled') continue;
      entry.state = 'settled';
      done += 1;
      // The lengths were compared inside the transaction.
      entry.resolve(outcomes[index] as Outcome);
    }
    this.#metrics.ended('done', done);
  }

  #fail(batch: readonly Entry<Command, Outcome>[], error: unknown): void {
    const open = batch.filter((entry) => entry.state !== 'settled');
    for (const entry of open) this.#settle(entry, error);
    this.#metrics.ended('failed', open.length);
  }

  #settle(entry: Entry<Command, Outcome>, error: unknown): void {
    entry.state = 'settled';
    entry.forgetSignal?.();
    entry.reject(error);
  }

  #heedAbort(entry: Entry<Command, Outcome>, signal: AbortSignal): void {
    const onAbort = (): void => {
      if (!this.#queue.remove(entry)) return;
      this.#settle(entry, signal.reason);
      this.#metrics.ended('aborted', 1);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    entry.forgetSignal = () => signal.removeEventListener('abort', onAbort);
  }

  /** One timer for the whole lane: all commands have the same time to live, so the oldest one is due first. */
  #armDeadline(inMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      const nowMs = performance.now();
      this.#expire(nowMs);
      const next = this.#running.find((entry) => entry.state !== 'settled') ?? this.#queue.oldest;
      this.#deadlineTimer = next === undefined ? null : this.#armDeadline(Math.max(1, next.deadlineMs - nowMs));
    }, inMs);
  }

  #expire(nowMs: number): void {
    const waited = this.#queue.takeExpired(nowMs);
    for (const entry of waited) this.#settle(entry, waitedTooLong(this.name, this.#deadlineMs));
    if (waited.length > 0) this.#metrics.ended('timeout', waited.length);
    for (const entry of this.#running) {
      if (entry.state === 'settled' || entry.deadlineMs > nowMs) continue;
      const unknown = entry.maybeExecuted || entry.state === 'trying';
      this.#settle(entry, unknown ? outcomeUnknown(this.#deadlineMs) : databaseUnreachable(RETRY_AFTER_MAX_MS));
      this.#metrics.ended(unknown ? 'unknown' : 'busy', 1);
    }
  }

  /** Whoever is let in should be answered in time: a queue that drains slowly is full sooner. One batch may always wait, so that a slow run is followed by one that may be quicker. */
  #wouldWaitTooLong(): boolean {
    const batches = Math.ceil((this.#queue.length + 1) / this.#batchMax);
    return batches > 1 && batches * this.#averageRunMs > this.#deadlineMs * WAIT_SHARE_MAX;
  }

  #retryAfterMs(): number {
    const batches = Math.ceil((this.#queue.length + 1) / this.#batchMax);
    return Math.round(Math.min(RETRY_AFTER_MAX_MS, Math.max(RETRY_AFTER_MIN_MS, batches * this.#averageRunMs)));
  }

  #finishClosing(): void {
    if (this.#deadlineTimer !== null) clearTimeout(this.#deadlineTimer);
    this.#deadlineTimer = null;
    this.#closed?.resolve();
  }
}

const rerunPauseMs = (tries: number): number => Math.min(RERUN_PAUSE_MAX_MS, RERUN_PAUSE_MIN_MS * 2 ** tries) * (0.5 + Math.random() / 2);
