import { setTimeout as wait } from 'node:timers/promises';
import type { GraphQLSchema } from 'graphql';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { type AnswerOverHttp, createAnswers } from '../cache/answers.ts';
import type { Execution, Executions } from '../execute/executor.ts';
import { GENERATION_DRAIN_MS_MAX, GENERATION_LINGER_MS } from '../limits.ts';
import { type CompileSubscription, createCompiler } from '../subscribe/compile.ts';
import { createDocuments, type PrepareDocument } from './documents.ts';
import { type Generation, loadGeneration } from './generation.ts';
import { planHotOperations } from './hot.ts';
import { type PlanningThread, startPlanner } from './planner.ts';
import type { Preloaded } from './preload.ts';
import { type OperationLimits, PRODUCT_LIMITS } from './rules.ts';
import type { SupergraphInput, SupergraphSource } from './source.ts';
import type { PlanningLoad } from './worker.ts';

/** A generation and what serves it. Whatever starts reads it once, at its beginning, and keeps it to its end. */
export interface Served {
  readonly execution: Execution;
  readonly prepareDocument: PrepareDocument;
  readonly compile: CompileSubscription;
  readonly answers: AnswerOverHttp;
}

/** The schema that is served now. It follows its source: a new supergraph takes over when all is ready for it, a broken one is refused and the old one goes on. */
export interface Graph extends Executions {
  /** What begins now runs on this. */
  readonly served: Served;
  readonly status: GraphStatus;
  /** Calls back before a new generation takes over, and waits for it. What fails keeps the old one, and all are called back with that. */
  onSwap(listener: (served: Served) => void | Promise<void>): void;
  /** Ends the planners; what runs is left alone. */
  close(): Promise<void>;
}

/** What operators are told. */
export interface GraphStatus {
  readonly source: string;
  readonly generation: string;
  readonly since: string;
  /** The newest version of the source, where it could not be used, and why. */
  readonly refused: { readonly at: string; readonly reason: string } | null;
  /** Generations that are not taken down yet, the one that is served included. */
  readonly generations: number;
}

/** What runs a generation's plans, and how to take down what was opened for it. Throws what stands against serving it. */
export type Equip = (generation: Generation) => { readonly execution: Execution; close(): Promise<void> };

export interface GraphOptions {
  readonly source: SupergraphSource;
  readonly telemetry: Telemetry;
  readonly equip: Equip;
  /** What has been begun to read of the source. */
  readonly preloaded?: Preloaded;
  /** Default: the product's. */
  readonly limits?: OperationLimits;
}

interface Live extends Served {
  readonly since: Date;
  close(): Promise<void>;
}

/** Loads the supergraph and follows its source. Rejects with what is wrong with the first one. */
export const openGraph = async (options: GraphOptions): Promise<Graph> => {
  const input = await (options.preloaded?.input ?? options.source.read());
  // Composition has checked a committed supergraph already, and checking it again takes as long as reading it: only what comes later is checked.
  return new FollowingGraph(options, input, await load(options, { input, validated: false }, options.preloaded?.thread));
};

const load = async (
  { telemetry, equip, limits = PRODUCT_LIMITS }: GraphOptions,
  wanted: PlanningLoad,
  thread?: Promise<PlanningThread>,
): Promise<Live> => {
  const planner = await startPlanner({ ...wanted, telemetry }, thread);
  try {
    const { execution, close } = equip(await loadGeneration(planner));
    const { generation } = execution;
    const prepareDocument = createDocuments(generation.schema, limits);
    return {
      execution,
      prepareDocument,
      compile: createCompiler(generation),
      answers: createAnswers(generation, prepareDocument, telemetry),
      since: new Date(),
      close: async () => {
        await planner.close();
        await close();
      },
    };
  } catch (error) {
    await planner.close();
    throw error;
  }
};

class FollowingGraph implements Graph {
  readonly #options: GraphOptions;
  #live: Live;
  /** The newest version that was looked at. */
  #input: string;
  #refused: GraphStatus['refused'] = null;
  readonly #bySchema = new Map<GraphQLSchema, Live>();
  readonly #listeners: ((served: Served) => void | Promise<void>)[] = [];
  readonly #unwatch: () => void;
  readonly #closing = new AbortController();

  constructor(options: GraphOptions, input: SupergraphInput, first: Live) {
    this.#options = options;
    this.#input = JSON.stringify(input);
    this.#live = first;
    this.#adopt(first);
    this.#unwatch = options.source.watch(
      (changed) => this.#change(changed),
      (error) => this.#refuse(error),
    );
  }

  get served(): Served {
    return this.#live;
  }

  get current(): Execution {
    return this.#live.execution;
  }

  get status(): GraphStatus {
    const { execution, since } = this.#live;
    return {
      source: this.#options.source.name,
      generation: execution.generation.id,
      since: since.toISOString(),
      refused: this.#refused,
      generations: this.#bySchema.size,
    };
  }

  of(schema: GraphQLSchema): Execution | null {
    return this.#bySchema.get(schema)?.execution ?? null;
  }

  onSwap(listener: (served: Served) => void | Promise<void>): void {
    this.#listeners.push(listener);
  }

  async close(): Promise<void> {
    this.#unwatch();
    this.#closing.abort();
    await Promise.all([...this.#bySchema.values()].map((live) => live.close()));
    this.#bySchema.clear();
  }

  async #change(input: SupergraphInput): Promise<void> {
    const seen = JSON.stringify(input);
    if (seen === this.#input || this.#closing.signal.aborted) return;
    this.#input = seen;
    try {
      await this.#replace(await load(this.#options, { input, validated: true }));
    } catch (error) {
      this.#refuse(error);
    }
  }

  async #replace(next: Live): Promise<void> {
    const { telemetry } = this.#options;
    const old = this.#live;
    this.#refused = null;
    const { generation } = next.execution;
    if (generation.id === old.execution.generation.id || this.#closing.signal.aborted) return next.close();
    this.#adopt(next);
    try {
      const hot = await planHotOperations(old.execution.generation, generation);
      for (const listener of this.#listeners) await listener(next);
      this.#live = next;
      telemetry.log.info({ generation: generation.id, hotOperations: hot, source: this.#options.source.name }, 'a new schema is served');
      this.#count('served');
    } catch (error) {
      await this.#goBack(old);
      void this.#takeDown(next);
      throw error;
    }
    void this.#takeDown(old);
  }

  // Who heard of the new one before it failed would otherwise go on with what is about to be taken down.
  async #goBack(old: Live): Promise<void> {
    for (const listener of this.#listeners) {
      try {
        await listener(old);
      } catch (error) {
        this.#options.telemetry.log.error({ err: error }, 'a part of the gateway did not go back to the old schema');
      }
    }
  }

  #adopt(live: Live): void {
    this.#bySchema.set(live.execution.generation.schema, live);
    this.#tellCount();
  }

  // Requests under way end on the generation that they began with.
  async #takeDown(live: Live): Promise<void> {
    const { signal } = this.#closing;
    const { generation } = live.execution;
    try {
      await wait(GENERATION_LINGER_MS, undefined, { ref: false, signal });
      await generation.usage.untilIdle(GENERATION_DRAIN_MS_MAX);
    } catch (error) {
      // Closing takes all of them down.
      if (signal.aborted) return;
      throw error;
    }
    this.#bySchema.delete(generation.schema);
    this.#tellCount();
    await live.close();
  }

  #refuse(error: unknown): void {
    if (this.#closing.signal.aborted) return;
    const reason = error instanceof Error ? error.message : String(error);
    this.#refused = { at: new Date().toISOString(), reason };
    this.#count('refused');
    this.#options.telemetry.log.error(
      { reason, source: this.#options.source.name },
      'the new supergraph is refused: the old one is served on',
    );
  }

  #count(result: 'served' | 'refused'): void {
    const help = 'New supergraphs that were served, or refused because they could not be.';
    this.#options.telemetry.counter('fanfare_gateway_supergraphs_total', help, ['result']).inc({ result });
  }

  #tellCount(): void {
    const help = 'Schema generations that are loaded: the one that is served, and those that something still runs on.';
    this.#options.telemetry.gauge('fanfare_gateway_generations', help).set(this.#bySchema.size);
  }
}
