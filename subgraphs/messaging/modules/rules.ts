import type { Draft, SendRules, SendSession, Verdict } from '../data/sendRules.ts';
import { RULES_BUDGET_MS } from '../domain/moduleLimits.ts';
import { MODULE_UNAVAILABLE } from '../domain/refusal.ts';
import type { ModuleRules } from './module.ts';
import type { HookWatch } from './watch.ts';

/** The rules of several modules as one: asked in this order; the first to refuse or to hold a draft has the last word, a change is seen by those after it. */
export const allRules = (rules: readonly SendRules[]): SendRules => ({
  open: async (tx, drafts, now) => {
    const sessions: SendSession[] = [];
    // One after the other: a transaction runs one statement at a time, and locks are taken in this order.
    for (const each of rules) sessions.push(await each.open(tx, drafts, now));
    return {
      decide: (draft) => decideAll(sessions, draft),
      settled: (draft, what) => {
        for (const session of sessions) session.settled?.(draft, what);
      },
      save: async () => {
        for (const session of sessions) await session.save?.();
      },
    };
  },
});

const decideAll = (sessions: readonly SendSession[], draft: Draft): Verdict => {
  let changed = draft;
  for (const session of sessions) {
    const verdict = session.decide(changed);
    // Somebody has looked at it: what comes after may still refuse it.
    if (verdict?.type === 'hold' && draft.approved === true) continue;
    if (verdict?.type === 'refuse' || verdict?.type === 'hold') return verdict;
    if (verdict?.type === 'change') changed = { ...changed, body: verdict.body };
  }
  return changed === draft ? null : { type: 'change', body: changed.body };
};

/** A module's rules, watched: what they cost a batch is measured, and a draft about which they throw is decided by their policy. */
export const watchedRules = (rules: ModuleRules, watch: HookWatch): SendRules => {
  const { budgetMs = RULES_BUDGET_MS, onFailure = 'closed' } = rules;
  return {
    open: async (tx, drafts, now) => {
      const clock = stopwatch();
      // A statement that failed has ended the transaction, so nobody can go on without these rules.
      const session = await blaming(watch, () => clock.during(() => rules.open(tx, drafts, now)));
      return {
        decide: (draft) => {
          const doneMs = clock.start();
          try {
            return session.decide(draft);
          } catch (err) {
            watch.failed('threw', { err });
            return onFailure === 'open' ? null : { type: 'refuse', ...MODULE_UNAVAILABLE };
          } finally {
            doneMs();
          }
        },
        settled: (draft, what) => session.settled?.(draft, what),
        save: async () => {
          await blaming(watch, () => clock.during(async () => session.save?.()));
          watch.ran(clock.totalMs());
          if (clock.totalMs() > budgetMs)
            watch.failed('too-slow', { budgetMs, tookMs: Math.round(clock.totalMs()), drafts: drafts.length });
        },
      };
    },
  };
};

const blaming = async <T>(watch: HookWatch, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (err) {
    watch.failed('threw', { err });
    throw err;
  }
};

/** Adds up the time of several pieces of work. */
const stopwatch = () => {
  let totalMs = 0;
  const start = (): (() => void) => {
    const startMs = performance.now();
    return () => {
      totalMs += performance.now() - startMs;
    };
  };
  return {
    start,
    during: async <T>(work: () => Promise<T>): Promise<T> => {
      const done = start();
      try {
        return await work();
      } finally {
        done();
      }
    },
    totalMs: () => totalMs,
  };
};
