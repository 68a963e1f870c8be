import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { QueryPlan } from '@apollo/query-planner';
import { FanfareError } from '#platform/errors.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import {
  PLAN_ATTEMPTS_MAX,
  PLAN_MS_MAX,
  PLAN_WAIT_MS_MAX,
  PLANNER_HEAP_MB_MAX,
  PLANNER_LOAD_MS_MAX,
  PLANNER_RESTART_MS,
  PLANS_WAITING_MAX,
  REFUSED_PLAN_MS,
  REFUSED_PLANS_MAX,
} from '../limits.ts';
import type { PlanRequest, SupergraphFacts } from './planning.ts';
import type { PlanningAnswer, PlanningLoad, PlanningQuestion } from './worker.ts';

/** Plans the operations of one supergraph. */
export interface Planner {
  readonly facts: SupergraphFacts;
  /** Rejects with FanfareError BUSY (too many wait, or waited too long), COST_EXCEEDED (planning it takes too long, or more memory than there is),
   * SHUTTING_DOWN, and with an Error for what the planner cannot do. */
  plan(request: PlanRequest): Promise<QueryPlan>;
  close(): Promise<void>;
}

export interface PlannerOptions extends PlanningLoad {
  readonly telemetry: Telemetry;
  /** Default: PLAN_MS_MAX and PLANS_WAITING_MAX. */
  readonly planMsMax?: number;
  readonly waitingMax?: number;
}

/** Reads a supergraph in a thread of its own, and plans there. A thread that dies, or spends too long on one operation, is replaced. Rejects with what is wrong
 * with the supergraph. `thread`: one that has begun to read it already. */
export const startPlanner = async (options: PlannerOptions, thread: Promise<PlanningThread> = openThread(options)): Promise<Planner> =>
  new WorkerPlanner(await thread, options);

/** A thread that has read its supergraph. */
export interface PlanningThread {
  readonly worker: Worker;
  readonly facts: SupergraphFacts;
}

/** Starts a thread. Rejects with what is wrong with the supergraph; the thread is gone then. Who gets it ends it. */
export const openThread = (load: PlanningLoad): Promise<PlanningThread> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('worker.ts', import.meta.url), {
      workerData: { input: load.input, validated: load.validated } satisfies PlanningLoad,
      resourceLimits: { maxOldGenerationSizeMb: PLANNER_HEAP_MB_MAX },
      execArgv: [],
    });
    const stopListening = (): void => {
      clearTimeout(timer);
      worker.off('error', onError).off('exit', onExit).off('message', onMessage);
    };
    const fail = (reason: string, cause?: unknown): void => {
      stopListening();
      void end(worker);
      reject(new Error(reason, { cause }));
    };
    const onError = (error: Error): void => fail(`The planning thread failed: ${error.message}`, error);
    const onExit = (code: number): void => fail(`The planning thread ended with code ${code}.`);
    const onMessage = (answer: PlanningAnswer): void => {
      if (answer.type === 'ready') {
        stopListening();
        resolve({ worker, facts: answer.facts });
      } else fail(answer.type === 'refused' ? answer.message : 'The planning thread spoke out of turn.');
    };
    const timer = setTimeout(() => fail(`It was not read within ${PLANNER_LOAD_MS_MAX} ms.`), PLANNER_LOAD_MS_MAX);
    worker.on('error', onError).on('exit', onExit).on('message', onMessage);
  });

const end = (worker: Worker): Promise<unknown> => {
  // A thread that is no longer wanted may still fail: that is nobody's business any more.
  worker.on('error', () => undefined);
  return worker.terminate();
};

interface Job {
  readonly request: PlanRequest;
  readonly key: string;
  readonly queuedAtMs: number;
  readonly resolve: (plan: QueryPlan) => void;
  readonly reject: (error: Error) => void;
  attempts: number;
}

class WorkerPlanner implements Planner {
  readonly facts: SupergraphFacts;
  readonly #options: PlannerOptions;
  /** Null while it is being replaced. */
  #worker: Worker | null = null;
  readonly #waiting: Job[] = [];
  #running: Job | null = null;
  #deadline: NodeJS.Timeout | undefined;
  #comeBack: NodeJS.Timeout | undefined;
  #questions = 0;
  #closed = false;
  /** Operations that could not be planned, and until when nobody tries again. */
  readonly #refused = new Map<string, { readonly untilMs: number; readonly reason: string }>();

  constructor({ worker, facts }: PlanningThread, options: PlannerOptions) {
    this.facts = facts;
    this.#options = options;
    this.#adopt(worker);
  }

  plan(request: PlanRequest): Promise<QueryPlan> {
    const key = createHash('sha256').update(JSON.stringify(request)).digest('base64');
    const refused = this.#refused.get(key);
    if (refused !== undefined && refused.untilMs > Date.now()) return Promise.reject(tooMuch(refused.reason));
    if (this.#closed) return Promise.reject(closedError());
    if (this.#waiting.length >= (this.#options.waitingMax ?? PLANS_WAITING_MAX)) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, key, queuedAtMs: Date.now(), resolve, reject, attempts: 0 });
      this.#next();
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#deadline);
    clearTimeout(this.#comeBack);
    this.#rejectAll(closedError());
    const worker = this.#worker;
    this.#worker = null;
    if (worker !== null) await end(worker);
  }

  #adopt(worker: Worker): void {
    this.#worker = worker;
    // An idle planner keeps no process alive; one that somebody waits for does.
    worker.unref();
    worker.on('message', (answer: PlanningAnswer) => {
      if (worker === this.#worker) this.#settle(answer);
    });
    worker.on('error', (error: Error) => {
      if (worker === this.#worker) this.#died(error.message);
    });
    worker.on('exit', (code) => {
      if (worker === this.#worker) this.#died(`it ended with code ${code}`);
    });
    this.#next();
  }

  #next(): void {
    if (this.#running !== null || this.#worker === null) return;
    const oldestMs = Date.now() - PLAN_WAIT_MS_MAX;
    let job = this.#waiting.shift();
    while (job !== undefined && job.queuedAtMs < oldestMs) {
      job.reject(busy());
      job = this.#waiting.shift();
    }
    if (job === undefined) return;
    this.#running = job;
    this.#questions += 1;
    job.attempts += 1;
    const planMsMax = this.#options.planMsMax ?? PLAN_MS_MAX;
    this.#deadline = setTimeout(() => this.#giveUp(`planning it takes longer than ${planMsMax} ms`), planMsMax);
    this.#worker.ref();
    this.#worker.postMessage({ id: this.#questions, request: job.request } satisfies PlanningQuestion);
  }

  #settle(answer: PlanningAnswer): void {
    const job = this.#running;
    if (job === null || !('id' in answer) || answer.id !== this.#questions) return;
    this.#over();
    if (answer.type === 'planned') job.resolve(answer.plan);
    else job.reject(Object.assign(new Error(answer.message), { stack: answer.stack }));
    this.#next();
  }

  #over(): void {
    clearTimeout(this.#deadline);
    this.#running = null;
    this.#worker?.unref();
  }

  #giveUp(reason: string): void {
    const job = this.#running;
    if (job !== null) this.#refuse(job, reason);
    this.#over();
    this.#replace(reason);
  }

  #died(reason: string): void {
    const job = this.#running;
    this.#over();
    // It may have been the operation (memory), or something that had nothing to do with it.
    if (job !== null && job.attempts >= PLAN_ATTEMPTS_MAX) this.#refuse(job, 'planning it ends the planner');
    else if (job !== null) this.#waiting.unshift(job);
    this.#replace(reason);
  }

  #refuse({ key, reject }: Job, reason: string): void {
    this.#options.telemetry.log.warn({ reason }, 'an operation could not be planned');
    this.#refused.set(key, { untilMs: Date.now() + REFUSED_PLAN_MS, reason });
    const oldest = this.#refused.keys().next();
    if (this.#refused.size > REFUSED_PLANS_MAX && !oldest.done) this.#refused.delete(oldest.value);
    reject(tooMuch(reason));
  }

  #replace(reason: string): void {
    const { telemetry } = this.#options;
    telemetry.counter('fanfare_gateway_planner_restarts_total', 'Planning threads that were replaced.').inc();
    telemetry.log.warn({ reason }, 'the planning thread is replaced');
    const old = this.#worker;
    this.#worker = null;
    if (old !== null) void end(old);
    this.#open();
  }

  #open(): void {
    openThread({ input: { kind: 'supergraph', sdl: this.facts.sdl }, validated: false }).then(
      ({ worker }) => (this.#closed ? void end(worker) : this.#adopt(worker)),
      (error: unknown) => {
        if (this.#closed) return;
        this.#options.telemetry.log.error({ err: error }, 'the planning thread does not come back');
        this.#rejectAll(busy());
        this.#comeBack = setTimeout(() => this.#open(), PLANNER_RESTART_MS);
      },
    );
  }

  #rejectAll(error: Error): void {
    this.#running?.reject(error);
    this.#running = null;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

const tooMuch = (reason: string): FanfareError =>
  new FanfareError('COST_EXCEEDED', `The operation cannot be planned: ${reason}. Ask for less at once.`);

const busy = (): FanfareError =>
  new FanfareError('BUSY', 'Too many new operations wait to be planned.', { retryAfterMs: PLANNER_RESTART_MS });

const closedError = (): FanfareError =>
  new FanfareError('SHUTTING_DOWN', 'This schema is no longer served. Send the operation again.', { retryAfterMs: PLANNER_RESTART_MS });
