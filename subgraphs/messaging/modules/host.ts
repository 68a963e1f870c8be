import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { isCleanText } from '#platform/text.ts';
import type { AppendContext, GateAnswer, ModuleEvents, SendContext, SendGate } from '../data/moduleEvents.ts';
import type { SendRules, Verdict } from '../data/sendRules.ts';
import { HOOK_BUDGET_MAX_MS, HOOKS_CLOSE_MS } from '../domain/moduleLimits.ts';
import { textFault } from '../domain/posting.ts';
import { type HookQueue, openHookQueue, runHook } from './hooks.ts';
import type { Follow, Hook, Module, SendHook } from './module.ts';
import { allRules, watchedRules } from './rules.ts';
import { type HookWatch, hookWatches } from './watch.ts';

/** The modules of a process as the core knows them. */
export interface ModuleHost extends ModuleEvents, SendGate {
  readonly rules: SendRules;
  readonly follows: readonly Follow[];
  /** Tells what waits for hooks, for HOOKS_CLOSE_MS at most, and closes the modules. */
  close(): Promise<void>;
}

/** Puts modules in their order and asks and tells them from then on. Throws for two of one name, and for a hook whose budget is out of range. */
export const openModules = (installed: readonly Module[], telemetry: Telemetry): ModuleHost => {
  const modules = installed.toSorted((one, other) => one.order - other.order || (one.name < other.name ? -1 : 1));
  checkModules(modules);
  const watchOf = hookWatches(telemetry);
  const gate = modules.flatMap(({ name, beforeSend }) =>
    beforeSend === undefined ? [] : [{ hook: beforeSend, watch: watchOf(name, 'beforeSend') }],
  );
  const queuesOf = <Context>(
    name: 'afterAppend' | 'onJoin' | 'onLeave' | 'onRead',
    hookOf: (module: Module) => Hook<Context, void> | undefined,
    how: { readonly sizeOf: (context: Context) => number; readonly merge?: (contexts: readonly Context[]) => Context },
  ): readonly HookQueue<Context>[] =>
    modules.flatMap((module) => {
      const hook = hookOf(module);
      return hook === undefined ? [] : [openHookQueue({ hook, watch: watchOf(module.name, name), ...how })];
    });
  const appended = queuesOf('afterAppend', ({ afterAppend }) => afterAppend, {
    sizeOf: ({ events }: AppendContext) => events.length,
    merge: (contexts) => ({ events: contexts.flatMap(({ events }) => events) }),
  });
  const joined = queuesOf('onJoin', ({ onJoin }) => onJoin, { sizeOf: ({ userIds }) => userIds.length });
  const left = queuesOf('onLeave', ({ onLeave }) => onLeave, { sizeOf: ({ userIds }) => userIds.length });
  const read = queuesOf('onRead', ({ onRead }) => onRead, { sizeOf: () => 1 });
  return {
    rules: allRules(modules.flatMap(({ name, rules }) => (rules === undefined ? [] : [watchedRules(rules, watchOf(name, 'rules'))]))),
    follows: modules.flatMap(({ follows }) => follows ?? []),
    asks: gate.length > 0,
    beforeSend: (context) => askAll(gate, context),
    appended: (context) => {
      if (context.events.length > 0) pushAll(appended, context);
    },
    joined: (context) => pushAll(joined, context),
    left: (context) => pushAll(left, context),
    read: (context) => pushAll(read, context),
    close: async () => {
      const told = Promise.all([...appended, ...joined, ...left, ...read].map((queue) => queue.close()));
      await atMost(told, HOOKS_CLOSE_MS);
      for (const module of modules.toReversed()) await module.close?.();
    },
  };
};

const checkModules = (modules: readonly Module[]): void => {
  const names = new Set<string>();
  for (const { name, beforeSend, afterAppend, onJoin, onLeave, onRead } of modules) {
    if (names.has(name)) throw new Error(`two modules are called ${name}: give one of them another name`);
    names.add(name);
    for (const hook of [beforeSend, afterAppend, onJoin, onLeave, onRead])
      if (hook !== undefined && !(hook.budgetMs >= 1 && hook.budgetMs <= HOOK_BUDGET_MAX_MS))
        throw new Error(`a hook of module ${name} has a budget of ${hook.budgetMs} ms: it must be 1 to ${HOOK_BUDGET_MAX_MS}`);
  }
};

interface Asked {
  readonly hook: SendHook;
  readonly watch: HookWatch;
}

/** Asks one after the other, each about the message as those before it have left it. */
const askAll = async (gate: readonly Asked[], context: SendContext): Promise<GateAnswer> => {
  let { body } = context;
  for (const { hook, watch } of gate) {
    const outcome = await runHook(hook, { ...context, body }, watch);
    const fault = outcome.ok ? verdictFault(outcome.answer) : null;
    if (fault !== null) watch.failed('threw', { err: new Error(fault) });
    if (!outcome.ok || fault !== null) {
      if (hook.onFailure === 'closed') return { type: 'unavailable' };
      continue;
    }
    const verdict = outcome.answer;
    if (verdict?.type === 'refuse' || verdict?.type === 'hold') return { type: 'object', body, objection: verdict };
    if (verdict?.type === 'change') ({ body } = verdict);
  }
  return { type: 'pass', body };
};

/** What is wrong with a verdict, or null: what a module makes of a message has the limits of one that somebody sends. */
const verdictFault = (verdict: Verdict): string | null => {
  if (verdict?.type !== 'change') return null;
  const { type, text } = verdict.body;
  if (!isCleanText(text)) return 'the changed text holds what PostgreSQL cannot keep (NUL or a lone surrogate)';
  const fault = textFault(text);
  return fault === null || (fault === 'TEXT_EMPTY' && type !== 'TEXT') ? null : `the changed text is refused: ${fault}`;
};

const pushAll = <Context>(queues: readonly HookQueue<Context>[], context: Context): void => {
  for (const queue of queues) queue.push(context);
};

const atMost = async (work: Promise<unknown>, ms: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
};
