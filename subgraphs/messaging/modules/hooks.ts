import { HOOK_WAITING_MAX } from '../domain/moduleLimits.ts';
import type { Hook } from './module.ts';
import type { HookWatch } from './watch.ts';

/** What came of one call of a hook. */
export type HookOutcome<Answer> = { readonly ok: true; readonly answer: Answer } | { readonly ok: false };

/** Calls a hook within its budget. At the end of that its signal aborts and it is no longer waited for; what it throws afterwards is its own affair. Never throws. */
export const runHook = async <Context, Answer>(
  hook: Hook<Context, Answer>,
  context: Context,
  watch: HookWatch,
): Promise<HookOutcome<Answer>> => {
  const startMs = performance.now();
  const budget = new AbortController();
  try {
    const running = hook.run(context, budget.signal);
    const answer = running instanceof Promise ? await withinBudget(running, hook.budgetMs, budget) : running;
    if (answer === LATE) {
      watch.failed('too-slow', { budgetMs: hook.budgetMs });
      return { ok: false };
    }
    return { ok: true, answer };
  } catch (err) {
    watch.failed('threw', { err });
    return { ok: false };
  } finally {
    watch.ran(performance.now() - startMs);
  }
};

const LATE: unique symbol = Symbol('late');

const withinBudget = <Answer>(running: Promise<Answer>, budgetMs: number, budget: AbortController): Promise<Answer | typeof LATE> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      resolve(LATE);
      budget.abort(new Error(`the hook has used up its ${budgetMs} ms`));
    }, budgetMs);
    running.then(resolve, reject).finally(() => clearTimeout(timer));
  });

/** What waits for a hook that is told one thing after the other. */
export interface HookQueue<Context> {
  push(context: Context): void;
  /** Takes nothing more; resolves when all has been told. */
  close(): Promise<void>;
}

export interface HookQueueOptions<Context> {
  readonly hook: Hook<Context, void>;
  readonly watch: HookWatch;
  /** How much of HOOK_WAITING_MAX one takes up. */
  readonly sizeOf: (context: Context) => number;
  /** Makes one call of all that waits; absent: each is a call. */
  readonly merge?: (contexts: readonly Context[]) => Context;
}

/** Tells a hook one thing after the other, from the next turn of the event loop on. Past HOOK_WAITING_MAX the newest are dropped. */
export const openHookQueue = <Context>({ hook, watch, sizeOf, merge }: HookQueueOptions<Context>): HookQueue<Context> => {
  let waiting: Context[] = [];
  let size = 0;
  let telling: Promise<void> | null = null;
  let isClosed = false;
  const tell = async (): Promise<void> => {
    // Whoever pushes goes on first: it may be a lane with senders who wait.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      size = 0;
      for (const context of merge === undefined ? batch : [merge(batch)]) await runHook(hook, context, watch);
    }
    telling = null;
  };
  return {
    push: (context) => {
      const more = sizeOf(context);
      if (isClosed || size + more > HOOK_WAITING_MAX) {
        watch.failed('dropped', { dropped: more });
        return;
      }
      waiting.push(context);
      size += more;
      telling ??= tell();
    },
    close: async () => {
      isClosed = true;
      await telling;
    },
  };
};
